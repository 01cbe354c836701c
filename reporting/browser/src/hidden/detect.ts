/** What a file is, by its content; and whether its name says the same. Whoever opens files asks here first. */

import { type Data, latin1, starts } from "./bytes.ts";
import { type Kind, bySignature } from "./signatures.ts";
import { textKind, textOf } from "./textual.ts";
import type { Detected } from "./types.ts";

/** As many bytes of a file's beginning as {@link detect} looks at. */
export const HEAD_BYTES = 65_536;

const UNKNOWN: Kind = { type: "application/octet-stream", family: "unknown" };
const LOCAL_HEADER = 30; // APPNOTE.TXT, section 4.3.7, without name and extra field
const OOXML = "application/vnd.openxmlformats-officedocument.";

/** Types that endings of names promise. An ending that is not here promises nothing. */
const ENDINGS: Readonly<Record<string, RegExp>> = {
  ...every("jpg jpeg jpe jfif", /^image\/jpeg$/u),
  ...every("png apng", /^image\/png$/u),
  ...every("gif", /^image\/gif$/u),
  ...every("webp", /^image\/webp$/u),
  ...every("tif tiff dng nef cr2 arw pef", /^image\/tiff$/u),
  ...every("heic heif hif", /^image\/heic$/u),
  ...every("avif", /^image\/avif$/u),
  ...every("bmp", /^image\/bmp$/u),
  ...every("svg", /^image\/svg\+xml$/u),
  ...every("pdf", /^application\/pdf$/u),
  ...every("docx dotx", /wordprocessingml/u),
  ...every("docm dotm", /word.*macro/iu),
  ...every("xlsx xltx", /spreadsheetml/u),
  ...every("xlsm xltm xlsb", /excel.*macro|spreadsheetml/iu),
  ...every("pptx potx ppsx", /presentationml/u),
  ...every("pptm potm ppsm", /powerpoint.*macro/iu),
  ...every("doc dot", /^application\/(?:msword|rtf)$/u),
  ...every("xls xlt", /ms-excel$/u),
  ...every("ppt pps pot", /ms-powerpoint$/u),
  ...every("msg", /ms-outlook$/u),
  ...every("rtf", /^application\/rtf$/u),
  ...every("odt ott", /opendocument\.text/u),
  ...every("ods ots", /opendocument\.spreadsheet/u),
  ...every("odp otp", /opendocument\.presentation/u),
  ...every("odg", /opendocument\.graphics/u),
  ...every("mp3", /^audio\/mpeg$/u),
  ...every("wav", /^audio\/wav$/u),
  ...every("ogg oga opus ogv", /^(?:audio|video)\/ogg$/u),
  ...every("flac", /^audio\/flac$/u),
  ...every("m4a m4b aac", /^(?:audio|video)\/(?:mp4|aac|3gpp)$/u),
  ...every("mp4 m4v mov 3gp", /^(?:audio|video)\/(?:mp4|quicktime|3gpp)$/u),
  ...every("webm weba mkv mka", /^(?:audio|video)\/(?:webm|x-matroska)$/u),
  ...every("avi", /x-msvideo$/u),
  ...every("zip", /^application\/zip$/u),
  ...every("gz tgz", /gzip$/u),
  ...every("7z", /7z-compressed$/u),
  ...every("rar", /rar$/u),
  ...every("tar", /tar$/u),
  ...every("txt log csv tsv md json ini", /^(?:text\/(?:plain|csv|tab-separated-values|markdown|calendar|vcard)|application\/json|message\/rfc822)$/u),
  ...every("htm html xhtml", /^text\/html$/u),
  ...every("eml", /^message\/rfc822$/u),
};

/** Old office files say only in their depth which they are; the name has to. */
const OLE: Readonly<Record<string, string>> = {
  doc: "application/msword",
  dot: "application/msword",
  xls: "application/vnd.ms-excel",
  xlt: "application/vnd.ms-excel",
  ppt: "application/vnd.ms-powerpoint",
  pps: "application/vnd.ms-powerpoint",
  msg: "application/vnd.ms-outlook",
  msi: "application/x-msi",
};

function every(endings: string, pattern: RegExp): Readonly<Record<string, RegExp>> {
  return Object.fromEntries(endings.split(" ").map((ending) => [ending, pattern]));
}

/** The ending of a name, in lowercase, without its dot. */
export function endingOf(name: string): string {
  return /\.([^./\\\s]{1,12})\s*$/u.exec(name)?.[1]?.toLowerCase() ?? "";
}

/**
 * What a file is that begins with `head`, its first {@link HEAD_BYTES} bytes or all of it.
 *
 * Never throws: what is not known is `application/octet-stream`.
 */
export function detect(head: Uint8Array, name: string): Detected {
  const data = new Uint8Array(head.buffer as ArrayBuffer, head.byteOffset, Math.min(head.length, HEAD_BYTES));
  const ending = endingOf(name);
  const kind = kindOf(data, ending);
  const promised = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
  const mismatch = promised !== undefined && data.length > 0 && !promised.test(kind.type);
  return { type: kind.type, family: kind.family, mismatch, danger: kind.danger ?? null, polyglot: isPolyglot(data, kind) };
}

function kindOf(data: Data, ending: string): Kind {
  if (starts(data, "PK\x03\x04") || starts(data, "PK\x05\x06")) return zipKind(data, ending);
  const kind = bySignature(data);
  if (kind?.type === "application/x-ole-storage") return { ...kind, type: OLE[ending] ?? kind.type };
  if (kind !== null) return kind;
  const text = textOf(data);
  return text === null || data.length === 0 ? UNKNOWN : textKind(text, ending);
}

/** What a ZIP holds, by the names of its first parts. */
function zipKind(data: Data, ending: string): Kind {
  const text = latin1(data);
  const odf = /^mimetype(application\/vnd\.oasis\.opendocument\.[a-z-]{1,40})/u.exec(text.slice(LOCAL_HEADER))?.[1];
  if (odf !== undefined) return { type: odf, family: "office" };
  if (text.startsWith("mimetypeapplication/epub+zip", LOCAL_HEADER)) return { type: "application/epub+zip", family: "archive" };
  if (/META-INF\/MANIFEST\.MF|classes\.dex|AndroidManifest\.xml/u.test(text)) return { type: "application/java-archive", family: "unknown", danger: "program" };
  if (/\[Content_Types\]\.xml|_rels\/\.rels/u.test(text)) return ooxml(text, ending);
  return { type: "application/zip", family: "archive" };
}

const PARTS: readonly (readonly [string, RegExp, string, string])[] = [
  ["word/", /^do[ct]/u, "wordprocessingml.document", "ms-word.document"],
  ["xl/", /^xl/u, "spreadsheetml.sheet", "ms-excel.sheet"],
  ["ppt/", /^p[op]/u, "presentationml.presentation", "ms-powerpoint.presentation"],
];

/** Which of Microsoft's documents; where the beginning does not tell, its name has to. */
function ooxml(text: string, ending: string): Kind {
  const found = PARTS.find(([folder]) => text.includes(folder)) ?? PARTS.find(([, endings]) => endings.test(ending));
  if (found === undefined) return { type: "application/zip", family: "archive" };
  const [, , plain, other] = found;
  const macros = /vbaProject\.bin|xl\/macrosheets/u.test(text) || /^(?:do[ct]|xl[st]|p[op][tst])m$/u.test(ending);
  if (macros) return { type: `application/vnd.${other}.macroEnabled.12`, family: "office", danger: "macros" };
  return { type: OOXML + plain, family: "office" };
}

/** Whether a program that looks for another type would find it near the beginning, as readers of PDF and browsers do. */
function isPolyglot(data: Data, kind: Kind): boolean {
  if (kind.family === "text" || kind.family === "archive" || kind.family === "office") return false;
  const beginning = latin1(data.subarray(0, 1_024));
  if (kind.family === "pdf") return false;
  return beginning.includes("%PDF-") || /<(?:!doctype html|html|script|svg|iframe)\b/iu.test(beginning);
}
