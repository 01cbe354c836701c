/** How files of each type begin. */

import { type Data, latin1, starts } from "./bytes.ts";
import { id3Length } from "./id3.ts";
import type { Danger, Family } from "./types.ts";

/** A type, by content alone. */
export interface Kind {
  readonly type: string;
  readonly family: Family;
  readonly danger?: Danger;
}

const KINDS = {
  jpeg: { type: "image/jpeg", family: "picture" },
  tiff: { type: "image/tiff", family: "picture" },
  ole: { type: "application/x-ole-storage", family: "office", danger: "macros" },
  program: { type: "application/x-executable", family: "unknown", danger: "program" },
  zip: { type: "application/zip", family: "archive" },
} as const satisfies Readonly<Record<string, Kind>>;

/** What stands at which place, and the type that it tells; the first that fits decides. */
const SIGNATURES: readonly (readonly [string, number, Kind])[] = [
  ["\xff\xd8\xff", 0, KINDS.jpeg],
  ["\x89PNG\r\n\x1a\n", 0, { type: "image/png", family: "picture" }],
  ["GIF87a", 0, { type: "image/gif", family: "picture" }],
  ["GIF89a", 0, { type: "image/gif", family: "picture" }],
  ["II*\0", 0, KINDS.tiff],
  ["MM\0*", 0, KINDS.tiff],
  ["II+\0", 0, KINDS.tiff],
  ["MM\0+", 0, KINDS.tiff],
  ["BM", 0, { type: "image/bmp", family: "picture" }],
  ["8BPS", 0, { type: "image/vnd.adobe.photoshop", family: "picture" }],
  ["\0\0\0\x0cjP  \r\n", 0, { type: "image/jp2", family: "picture" }],
  ["\0\0\0\x0cJXL \r\n", 0, { type: "image/jxl", family: "picture" }],
  ["\xff\x0a", 0, { type: "image/jxl", family: "picture" }],
  ["\0\0\x01\0", 0, { type: "image/vnd.microsoft.icon", family: "picture" }],
  ["%PDF-", 0, { type: "application/pdf", family: "pdf" }],
  ["%!PS", 0, { type: "application/postscript", family: "text", danger: "program" }],
  ["{\\rtf", 0, { type: "application/rtf", family: "office" }],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, KINDS.ole],
  ["\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", 0, { type: "application/onenote", family: "office", danger: "macros" }],
  ["fLaC", 0, { type: "audio/flac", family: "sound" }],
  ["#!AMR", 0, { type: "audio/amr", family: "sound" }],
  ["MThd", 0, { type: "audio/midi", family: "sound" }],
  ["caff", 0, { type: "audio/x-caf", family: "sound" }],
  ["FORM", 0, { type: "audio/aiff", family: "sound" }],
  ["\x30\x26\xb2\x75\x8e\x66\xcf\x11", 0, { type: "video/x-ms-asf", family: "film" }],
  ["FLV\x01", 0, { type: "video/x-flv", family: "film" }],
  ["\0\0\x01\xba", 0, { type: "video/mpeg", family: "film" }],
  ["\0\0\x01\xb3", 0, { type: "video/mpeg", family: "film" }],
  ["\x1f\x8b", 0, { type: "application/gzip", family: "archive" }],
  ["BZh", 0, { type: "application/x-bzip2", family: "archive" }],
  ["\xfd7zXZ\0", 0, { type: "application/x-xz", family: "archive" }],
  ["7z\xbc\xaf\x27\x1c", 0, { type: "application/x-7z-compressed", family: "archive" }],
  ["Rar!\x1a\x07", 0, { type: "application/vnd.rar", family: "archive" }],
  ["\x28\xb5\x2f\xfd", 0, { type: "application/zstd", family: "archive" }],
  ["MSCF", 0, { type: "application/vnd.ms-cab-compressed", family: "archive" }],
  ["ustar", 257, { type: "application/x-tar", family: "archive" }],
  ["CD001", 32_769, { type: "application/x-iso9660-image", family: "archive" }],
  ["MZ", 0, KINDS.program],
  ["\x7fELF", 0, KINDS.program],
  ["\xca\xfe\xba\xbe", 0, KINDS.program],
  ["\xfe\xed\xfa\xce", 0, KINDS.program],
  ["\xfe\xed\xfa\xcf", 0, KINDS.program],
  ["\xce\xfa\xed\xfe", 0, KINDS.program],
  ["\xcf\xfa\xed\xfe", 0, KINDS.program],
  ["dex\n", 0, KINDS.program],
  ["\0asm", 0, KINDS.program],
  ["FWS", 0, KINDS.program],
  ["CWS", 0, KINDS.program],
  ["ZWS", 0, KINDS.program],
  ["L\0\0\0\x01\x14\x02\0", 0, { type: "application/x-ms-shortcut", family: "unknown", danger: "program" }],
  ["SQLite format 3\0", 0, { type: "application/vnd.sqlite3", family: "unknown" }],
];

/** Brands of ISO base media files (ISO/IEC 14496-12, mp4ra.org), by their first letters. */
const BRANDS: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:hei[cxms]|hev[cxms]|mif[12]|msf1)/u, { type: "image/heic", family: "picture" }],
  [/^avi[fso]/u, { type: "image/avif", family: "picture" }],
  [/^crx /u, { type: "image/x-canon-cr3", family: "picture" }],
  [/^(?:M4[ABP] |F4[AB] )/u, { type: "audio/mp4", family: "sound" }],
  [/^qt {2}/u, { type: "video/quicktime", family: "film" }],
  [/^3g/u, { type: "video/3gpp", family: "film" }],
  [/^/u, { type: "video/mp4", family: "film" }],
];
const QUICKTIME: ReadonlySet<string> = new Set(["moov", "mdat", "wide", "pnot", "skip", "free"]);

/** The type of a file that begins so; null: none that has a signature. */
export function bySignature(head: Data): Kind | null {
  const found = SIGNATURES.find(([text, at]) => starts(head, text, at))?.[2];
  return found ?? riff(head) ?? baseMedia(head) ?? matroska(head) ?? ogg(head) ?? tagged(head) ?? mpegAudio(head);
}

function riff(head: Data): Kind | null {
  if (!starts(head, "RIFF") && !starts(head, "RF64")) return null;
  if (starts(head, "WEBP", 8)) return { type: "image/webp", family: "picture" };
  if (starts(head, "WAVE", 8)) return { type: "audio/wav", family: "sound" };
  return starts(head, "AVI ", 8) ? { type: "video/x-msvideo", family: "film" } : null;
}

function baseMedia(head: Data): Kind | null {
  const box = latin1(head.subarray(4, 8));
  if (QUICKTIME.has(box)) return { type: "video/quicktime", family: "film" };
  if (box !== "ftyp") return null;
  const length = ((head[2] ?? 0) << 8) + (head[3] ?? 0);
  const brands = [8, ...Array.from({ length: Math.max(0, (Math.min(length, head.length) - 16) >> 2) }, (_, place) => 16 + 4 * place)];
  const names = brands.map((at) => latin1(head.subarray(at, at + 4)));
  // "mif1" says that there are pictures, not how they are made: the others do.
  if (names[0] === "mif1" && names.some((name) => /^avi[fs]/u.test(name))) return { type: "image/avif", family: "picture" };
  return BRANDS.find(([pattern]) => pattern.test(names[0] ?? ""))?.[1] ?? null;
}

function matroska(head: Data): Kind | null {
  if (!starts(head, "\x1a\x45\xdf\xa3")) return null;
  const beginning = latin1(head.subarray(0, 4_096));
  if (!beginning.includes("webm")) return { type: "video/x-matroska", family: "film" };
  return beginning.includes("V_") || !beginning.includes("A_") ? { type: "video/webm", family: "film" } : { type: "audio/webm", family: "sound" };
}

function ogg(head: Data): Kind | null {
  if (!starts(head, "OggS")) return null;
  const films = latin1(head.subarray(0, 4_096)).includes("\x80theora");
  return films ? { type: "video/ogg", family: "film" } : { type: "audio/ogg", family: "sound" };
}

/** Tags stand in front of the sound; where it begins too far behind, it is taken for the usual one. */
function tagged(head: Data): Kind | null {
  const length = id3Length(head);
  if (length === 0) return null;
  return mpegAudio(head.subarray(length)) ?? { type: "audio/mpeg", family: "sound" };
}

/** A frame header of MPEG audio (ISO/IEC 11172-3, 2.4.1.3) or of AAC in ADTS. */
function mpegAudio(head: Data): Kind | null {
  const [first = 0, second = 0, third = 0] = head;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return null;
  if ((second & 0xf6) === 0xf0) return { type: "audio/aac", family: "sound" };
  const valid = (second & 0x18) !== 0x08 && (second & 0x06) !== 0 && third >> 4 !== 15 && (third & 0x0c) !== 0x0c;
  return valid ? { type: "audio/mpeg", family: "sound" } : null;
}
