/** Documents of older programs (RTF, and Microsoft's binary forms): what they say of themselves is said, not removed. */

import { N_ } from "../protocol/errors.ts";
import { type Data, anyText, latin1, read } from "./bytes.ts";
import { Findings } from "./findings.ts";
import { MOST_BYTES } from "./office.ts";
import { CannotClean, type Detected, type Format, type Found, type Kind } from "./types.ts";

const SAVE_ANEW = N_("This is an older form of document, which cannot be cleaned here. Save it as PDF, or as .docx, .xlsx or .pptx, and attach that instead.");

const RTF: Readonly<Record<string, Kind>> = {
  author: "author",
  operator: "author",
  manager: "author",
  company: "company",
  title: "title",
  subject: "title",
  doccomm: "comment",
  keywords: "title",
  atnauthor: "author",
  annotation: "comment",
  generator: "software",
  template: "other",
};

function inspectRtf(text: string, findings: Findings): void {
  for (const [, word = "", value = ""] of text.matchAll(/\{(?:\\\*)?\\([a-z]{3,12})\s?((?:[^{}\\]|\\'[0-9a-f]{2}|\\u-?\d{1,5}\??){1,400})/gi)) {
    const kind = RTF[word];
    if (kind !== undefined) findings.add(kind, plainRtf(value));
  }
  if (text.includes("\\revtbl")) findings.add("revision", "revtbl");
  if (/\\object|\\objdata/.test(text)) findings.add("attachment", "object");
}

function plainRtf(text: string): string {
  return text
    .replace(/\\u(-?\d{1,5})\s?(?:\\'[0-9a-f]{2}|\?)?/gi, (_whole, code: string) => String.fromCharCode(Number(code) & 0xffff))
    .replace(/\\'([0-9a-f]{2})/gi, (_whole, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** Properties by their numbers ([MS-OLEPS] 3, with the two format identifiers of documents). */
const SUMMARY: Readonly<Record<number, Kind>> = { 2: "title", 3: "title", 4: "author", 5: "title", 6: "comment", 7: "other", 8: "author", 18: "software" };
const DOCUMENT: Readonly<Record<number, Kind>> = { 14: "author", 15: "company" };
const SETS: readonly (readonly [string, Readonly<Record<number, Kind>>])[] = [
  ["\xe0\x85\x9f\xf2\xf9\x4f\x68\x10\xab\x91\x08\x00\x2b\x27\xb3\xd9", SUMMARY],
  ["\x02\xd5\xcd\xd5\x9c\x2e\x1b\x10\x93\x97\x08\x00\x2b\x2c\xf9\xae", DOCUMENT],
];
const MOST_PROPERTIES = 64;
const TEXT = 30; // VT_LPSTR

/** Looks for sets of properties by their identifiers, wherever they stand: they are smaller than what they could be cut at. */
function inspectBinary(data: Data, text: string, findings: Findings): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (const [identifier, kinds] of SETS) {
    const found = text.indexOf(identifier);
    if (found < 28 || found + 20 > data.length) continue;
    const start = found - 28 + view.getUint32(found + 16, true);
    if (start + 8 > data.length) continue;
    const count = Math.min(MOST_PROPERTIES, view.getUint32(start + 4, true));
    for (let place = start + 8; place < start + 8 + 8 * count && place + 8 <= data.length; place += 8) {
      const kind = kinds[view.getUint32(place, true)];
      const at = start + view.getUint32(place + 4, true);
      if (kind === undefined || at + 8 > data.length || view.getUint32(at, true) !== TEXT) continue;
      const value = data.subarray(at + 8, Math.min(data.length, at + 8 + view.getUint32(at + 4, true)));
      findings.add(kind, anyText(value).replaceAll("\0", ""));
    }
  }
  if (text.includes("_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T")) findings.add("script", "VBA");
}

export const oldOffice: Format = {
  matches: ({ type, family }: Detected): boolean => family === "office" && !/opendocument|openxml|macroEnabled/.test(type),

  inspect: async (file: Blob, { type }: Detected): Promise<Found> => {
    const findings = new Findings();
    const data = await read(file, 0, Math.min(file.size, MOST_BYTES));
    if (type === "application/rtf") inspectRtf(latin1(data), findings);
    else inspectBinary(data, latin1(data), findings);
    return { findings: findings.list, cleaning: "none", notes: [SAVE_ANEW] };
  },

  clean: () => Promise.reject(new CannotClean(SAVE_ANEW)),
};
