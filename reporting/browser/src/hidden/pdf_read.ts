/** Reading a PDF that may be hostile: with bounds on what it unpacks to and how long that may take. */

import { PDFArray, PDFContext, PDFDict, PDFHexString, PDFName, PDFNumber, type PDFObject, PDFParser, PDFRawStream, PDFString } from "@cantoo/pdf-lib";

import { N_ } from "../protocol/errors.ts";
import { type Data, latin1 } from "./bytes.ts";
import { inflate } from "./inflate.ts";
import { CannotClean, Damaged } from "./types.ts";
import { ENCRYPTED, TOO_MUCH } from "./zip.ts";

/** Lists of objects, unpacked, all together: the library unpacks them without asking how large they are. */
const MOST_LISTS = 128 * 1024 * 1024;
const OBJECTS_A_TICK = 200;
const LONGEST = 60_000;
const MOST_TIMES_BACK = 8;
const LEAST_BACK = 4_000_000;
const TOO_SLOW = N_("This file is built so that reading it takes too long. It is not opened here.");

/** A PDF, opened. */
export interface Opened {
  readonly context: PDFContext;
  /** How often it was saved into itself: earlier versions are still in it. */
  readonly earlier: number;
}

/** Refuses lists of objects that unpack to more than any memory holds. */
function judgeLists(bytes: Data, text: string): void {
  let size = 0;
  for (const { index } of text.matchAll(/\/(?:ObjStm|XRef)\b/g)) {
    const start = text.indexOf("stream", index);
    if (start === -1 || start - index > 4_000) continue;
    const dictionary = text.slice(Math.max(0, index - 4_000), start);
    const last = dictionary.slice(dictionary.lastIndexOf("obj") + 3);
    if (/\/Filter\s*\[\s*\/\w+\s*\/\w+/.test(last)) throw new CannotClean(TOO_MUCH);
    if (!last.includes("Flate")) continue;
    const from = start + (text[start + 6] === "\r" ? 8 : 7);
    const end = text.indexOf("endstream", from);
    try {
      size += inflate(bytes.subarray(from + 2, end === -1 ? undefined : end), MOST_LISTS).length;
    } catch {
      continue; // the library finds nothing in it either
    }
    if (size > MOST_LISTS) throw new CannotClean(TOO_MUCH);
  }
}

/** Opens the bytes of a PDF. Throws CannotClean where they are damaged, protected, a bomb, or take too long. */
export async function open(bytes: Data): Promise<Opened> {
  const text = latin1(bytes);
  judgeLists(bytes, text);
  const parser = PDFParser.forBytesWithOptions(bytes, OBJECTS_A_TICK);
  bound(parser, bytes.length);
  const context = await parsedBy(parser, text);
  if (context.trailerInfo.Encrypt !== undefined) throw new CannotClean(ENCRYPTED);
  const saved = text.match(/startxref/g)?.length ?? 1;
  return { context, earlier: Math.max(0, saved - (/\/Linearized\b/.test(text.slice(0, 2_048)) ? 2 : 1)) };
}

/** What of the library's parser is bound: its place in the file, and whether to pause. */
interface Parts {
  readonly bytes: { idx: number; moveTo(offset: number): void };
  shouldWaitForTick(): boolean;
}

/**
 * Ends a parser that takes too long. Where it does not understand, it goes back and tries otherwise: a file can be made
 * so that it reads the rest again for each of its objects. So it may go back only as far as any honest file asks for.
 */
function bound(parser: PDFParser, length: number): void {
  const parts = parser as unknown as Parts; // declared private, and the only places where it can be stopped
  const until = Date.now() + LONGEST;
  let parsed = 0;
  let back = MOST_TIMES_BACK * length + LEAST_BACK;
  parts.bytes.moveTo = function (offset: number): void {
    back -= Math.max(0, this.idx - offset);
    if (back < 0) throw new CannotClean(TOO_SLOW);
    this.idx = offset;
  };
  parts.shouldWaitForTick = (): boolean => {
    if (Date.now() > until) throw new CannotClean(TOO_SLOW);
    return ++parsed % OBJECTS_A_TICK === 0;
  };
}

async function parsedBy(parser: PDFParser, text: string): Promise<PDFContext> {
  try {
    return await parser.parseDocument();
  } catch (error) {
    if (error instanceof CannotClean) throw error;
    if (/\/Encrypt\s*(?:\d+\s+\d+\s+R|<<)/.test(text)) throw new CannotClean(ENCRYPTED);
    throw new Damaged();
  }
}

/** A name of the PDF's language. */
export function name(text: string): PDFName {
  return PDFName.of(text);
}

/** What stands under a key, references followed; undefined where there is nothing. */
export function at(dictionary: PDFDict, key: string): PDFObject | undefined {
  return dictionary.context.lookup(dictionary.get(name(key)));
}

/** The name that stands under a key, without its slash, or "". */
export function nameAt(dictionary: PDFDict, key: string): string {
  const found = at(dictionary, key);
  return found instanceof PDFName ? found.decodeText() : "";
}

/** The text that stands under a key, or "". */
export function textAt(dictionary: PDFDict, key: string): string {
  return textOf(at(dictionary, key));
}

/** The text of a string, or "". */
export function textOf(found: PDFObject | undefined): string {
  try {
    return found instanceof PDFString || found instanceof PDFHexString ? found.decodeText() : "";
  } catch {
    return "";
  }
}

/** A date of a PDF, such as `D:20240517134459+02'00'`, as people write it. */
export function dateOf(text: string): string {
  const found = /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?([-+]\d\d)?/.exec(text);
  if (found === null) return text;
  const [, year = "", month, day, hour, minute, second, zone] = found;
  const date = [year, month, day].filter((part) => part !== undefined).join("-");
  const time = [hour, minute, second].filter((part) => part !== undefined).join(":");
  return `${date} ${time}${zone ?? ""}`;
}

/** The dictionary under a key, that of a stream too. */
export function dictionaryAt(dictionary: PDFDict, key: string): PDFDict | undefined {
  return dictionaryOf(at(dictionary, key));
}

/** The dictionary that an object is or has. */
export function dictionaryOf(found: PDFObject | undefined): PDFDict | undefined {
  if (found instanceof PDFDict) return found;
  return found instanceof PDFRawStream ? found.dict : undefined;
}

/** The objects of a list under a key, references followed. */
export function listAt(dictionary: PDFDict, key: string): PDFObject[] {
  const found = at(dictionary, key);
  if (!(found instanceof PDFArray)) return [];
  return found.asArray().flatMap((one) => dictionary.context.lookup(one) ?? []);
}

/** The numbers of a list under a key. */
export function numbersAt(dictionary: PDFDict, key: string): number[] {
  return listAt(dictionary, key).map((one) => (one instanceof PDFNumber ? one.asNumber() : 0));
}

/** The names of a stream's filters. */
export function filters(stream: PDFRawStream): string[] {
  const single = nameAt(stream.dict, "Filter");
  if (single !== "") return [single];
  return listAt(stream.dict, "Filter").flatMap((one) => (one instanceof PDFName ? [one.decodeText()] : []));
}

/** The bytes of a stream as they are meant, at most `most`; null where they are packed in a way not read here. */
export function contents(stream: PDFRawStream, most: number): Data | null {
  const bytes = new Uint8Array(stream.getContents());
  const used = filters(stream);
  if (used.length === 0) return bytes;
  if (used.length > 1 || !["FlateDecode", "Fl"].includes(used[0] ?? "") || dictionaryAt(stream.dict, "DecodeParms") !== undefined) return null;
  const unpacked = inflate(bytes.subarray(2), most);
  return unpacked.length > most ? null : unpacked;
}
