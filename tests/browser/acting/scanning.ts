/**
 * Looking for words where they must not be: in every file below a folder, as it lies there and as it reads once
 * it is decompressed. The twin of tests/system/scanning.py, with what browsers' profiles need beyond it.
 */

import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { brotliDecompressSync, constants, inflateRawSync, inflateSync } from "node:zlib";

import { isTable, mozLz4, tableBlocks } from "./packing.ts";

const SHORTEST = 8; // bytes: what is shorter turns up by chance
const WINDOW = 3; // words or groups of a code in a row: of any five, three such stand together
const LARGEST = 64 * 1024 * 1024;
const ZLIB_MAGICS = [0x01, 0x5e, 0x9c, 0xda].map((level) => Buffer.from([0x78, level]));
const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const ZIP = Buffer.from("PK\u0003\u0004", "latin1");
const CHROMIUM_ENTRY = Buffer.from("305c72a71b6dfbfc", "hex"); // simple cache: little-endian kSimpleInitialMagicNumber

/** What is looked for: its name, and one of its forms. */
export type Needles = ReadonlyMap<string, Buffer>;

/** One find: in which file, in what layer of it, and what. */
export interface Find {
  readonly file: string;
  readonly layer: string;
  readonly needle: string;
}

function base64Forms(raw: Buffer): [string, Buffer][] {
  // At each offset, less what the neighbors' bits decide: so its middle is found wherever it stands.
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), raw]).toString("base64");
    const middle = encoded.slice(offset === 0 ? 0 : 4, -4);
    const address = middle.replaceAll("+", "-").replaceAll("/", "_");
    return [
      [`base64 at ${offset}`, Buffer.from(middle)],
      [`base64 for addresses at ${offset}`, Buffer.from(address)],
    ] as [string, Buffer][];
  });
}

function textForms(text: string): [string, Buffer][] {
  const wide = Buffer.from(text, "utf16le");
  const escaped = JSON.stringify(text).slice(1, -1);
  return [
    ["UTF-16", wide],
    ["UTF-16, big end first", Buffer.from(wide).swap16()],
    ["JSON", Buffer.from(escaped)],
    ["ASCII JSON", Buffer.from(escaped.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`))],
    ["percent-encoding", Buffer.from(encodeURIComponent(text))],
    ["a form's encoding", Buffer.from(encodeURIComponent(text).replaceAll("%20", "+"))],
  ];
}

/** The forms under which `secret` may lie about, each under a name that begins with `name`. */
export function formsOf(name: string, secret: string | Uint8Array): [string, Buffer][] {
  const raw = Buffer.from(secret as Uint8Array);
  const text = typeof secret === "string" ? textForms(secret) : [];
  const forms: [string, Buffer][] = [["as it is", raw], ["hex", Buffer.from(raw.toString("hex"))], ...base64Forms(raw), ...text];
  return forms.filter(([, form]) => form.length >= SHORTEST).map(([form, bytes]) => [`${name}: ${form}`, bytes]);
}

/** Secrets by name, in all their forms. */
export function needlesOf(secrets: Readonly<Record<string, string | Uint8Array>>): Needles {
  return new Map(Object.entries(secrets).flatMap(([name, secret]) => formsOf(name, secret)));
}

/** A code's words or groups: any five in a row, however they are joined. */
export function codeNeedles(name: string, parts: readonly string[]): Needles {
  const windows = parts.flatMap((_, place) => (place % WINDOW === 0 ? [parts.slice(place, place + WINDOW)] : []));
  const joined = windows.flatMap((window, place) =>
    [" ", "-", "", ", ", ",", '","', "\n", "\r\n"].flatMap((by) => {
      const text = window.join(by);
      const own = `${name} from ${place * WINDOW + 1} by ${JSON.stringify(by)}`;
      return [
        [own, Buffer.from(text)],
        [`${own} UTF-16`, Buffer.from(text, "utf16le")],
        [`${own} percent`, Buffer.from(encodeURIComponent(text))],
      ] as [string, Buffer][];
    }),
  );
  return new Map([...joined, ...formsOf(name, parts.join(" "))]);
}

type Unpack = (data: Buffer) => Buffer | null;

function attempt(unpack: () => Buffer): Buffer | null {
  try {
    const found = unpack();
    return found.length > 0 ? found : null;
  } catch {
    return null; // it only looked like a stream
  }
}

// A stream that is cut off, or followed by something else, gives what can be read of it.
const ZLIB = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: LARGEST };
const brotli: Unpack = (data) => attempt(() => brotliDecompressSync(data, { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: LARGEST }));

function* placesOf(data: Buffer, magic: Buffer): Generator<number> {
  for (let place = data.indexOf(magic); place >= 0; place = data.indexOf(magic, place + 1)) yield place;
}

/** Where the raw stream of a gzip member begins (RFC 1952, section 2.3). */
function afterGzipHead(data: Buffer, place: number): number {
  const flags = data.readUInt8(place + 3);
  let at = place + 10;
  if ((flags & 4) !== 0) at += 2 + data.readUInt16LE(at);
  for (const text of [8, 16]) if ((flags & text) !== 0) at = data.indexOf(0, at) + 1;
  return (flags & 2) !== 0 ? at + 2 : at;
}

/** Where the raw stream of a file within an archive begins: after 30 bytes, a name, and more about it. */
function afterZipHead(data: Buffer, place: number): number {
  return place + 30 + data.readUInt16LE(place + 26) + data.readUInt16LE(place + 28);
}

function* streams(data: Buffer): Generator<[string, Buffer]> {
  const kinds: [string, Buffer, (place: number) => Buffer][] = [
    // Read as raw streams: Node's own reading of gzip refuses whatever follows a member.
    ["gzip", GZIP, (place) => inflateRawSync(data.subarray(afterGzipHead(data, place)), ZLIB)],
    ["an archive's file", ZIP, (place) => inflateRawSync(data.subarray(afterZipHead(data, place)), ZLIB)],
    ...ZLIB_MAGICS.map((magic) => ["zlib", magic, (place: number) => inflateSync(data.subarray(place), ZLIB)] as [string, Buffer, (place: number) => Buffer]),
  ];
  for (const [kind, magic, unpack] of kinds) {
    for (const place of placesOf(data, magic)) {
      const found = attempt(() => unpack(place));
      if (found !== null) yield [`${kind} at ${place}`, found];
    }
  }
}

/** Brotli has no mark to be known by: it is tried where a cache entry's body begins. */
function* bodies(data: Buffer): Generator<[string, Buffer]> {
  const begins = [0];
  if (data.subarray(0, 8).equals(CHROMIUM_ENTRY)) begins.push(20 + data.readUInt32LE(12), 24 + data.readUInt32LE(12));
  for (const begin of begins) {
    const found = brotli(data.subarray(begin));
    if (found !== null) yield [`brotli at ${begin}`, found];
  }
}

/** What `data` reads as: itself, and whatever is packed in it. */
export function* layers(data: Buffer): Generator<[string, Buffer]> {
  yield ["as it lies", data];
  yield* streams(data);
  yield* bodies(data);
  const session = mozLz4(data);
  if (session !== null) yield ["mozLz4", session];
  if (isTable(data)) for (const [place, block] of tableBlocks(data)) yield [`a table's block at ${place}`, block];
}

/** Every file below `folder`. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name)).sort();
}

/** Where any of `needles` stands below `folder`: in a file's name, its bytes, or what is packed in it. */
export async function scan(folder: string, needles: Needles): Promise<Find[]> {
  const finds: Find[] = [];
  for (const file of await filesBelow(folder)) {
    const told = path.relative(folder, file);
    const look = (layer: string, data: Buffer): void => {
      for (const [needle, bytes] of needles) if (data.includes(bytes)) finds.push({ file: told, layer, needle });
    };
    look("its name", Buffer.from(told));
    const data = await readFile(file).catch(() => Buffer.alloc(0)); // gone meanwhile
    for (const [layer, content] of layers(data)) look(layer, content);
  }
  return finds;
}

/** Finds as lines for people, the first few of each file. */
export function told(finds: readonly Find[]): string[] {
  return [...new Set(finds.map(({ file, layer, needle }) => `${file} (${layer}): ${needle}`))].slice(0, 40);
}
