/**
 * PNG, and APNG (the third edition of the specification). Chunks that draw stay as they are; texts, times, EXIF, XMP,
 * every chunk that is not known, and what stands behind the end go. A color profile is kept with its colors alone.
 */

import { Bytes, type Data, anyText, be32, bytesOf, joined, latin1, sizeText, starts } from "./bytes.ts";
import { crc32 } from "./crc.ts";
import { deflated, inflated } from "./deflated.ts";
import { inspectExif, onlyOrientation, orientationOf } from "./exif.ts";
import { Findings } from "./findings.ts";
import { cleanIcc, inspectIcc } from "./icc.ts";
import { inspectIptc } from "./photoshop.ts";
import { Pieces, Source } from "./source.ts";
import { Damaged, type Format, type Found, type Kind } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const DRAWING: ReadonlySet<string> = new Set([
  ...["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "hIST", "pHYs", "cICP", "mDCV", "cLLI"],
  ...["acTL", "fcTL", "fdAT", "CgBI"], // frames; and Apple's own form
]);
const MOST_TEXT = 8 * 1_048_576;
const MOST_PROFILE = 16 * 1_048_576;

/** Section 11.3.3.1: usual names of texts, and what they tell. */
const KEYWORDS: Readonly<Record<string, Kind>> = {
  title: "title",
  author: "author",
  artist: "author",
  copyright: "author",
  description: "comment",
  comment: "comment",
  "creation time": "time",
  software: "software",
  source: "camera",
  disclaimer: "comment",
  warning: "comment",
  "date:create": "time",
  "date:modify": "time",
  "date:timestamp": "time",
};

interface Chunk {
  readonly name: string;
  /** Of its length field, and behind its checksum. */
  readonly from: number;
  readonly to: number;
}

async function* chunks(source: Source): AsyncGenerator<Chunk> {
  for (let from = 8; ; ) {
    const head = new Bytes(await source.bytes(from, 8));
    const to = from + 12 + head.u32(0);
    if (to > source.size) throw new Damaged();
    const name = head.latin1(4, 8);
    yield { name, from, to };
    if (name === "IEND") return;
    from = to;
  }
}

function content(source: Source, { from, to }: Chunk): Promise<Data> {
  return source.bytes(from + 8, to - from - 12);
}

async function inspect(file: Blob): Promise<Found> {
  const [source, findings] = [new Source(file), new Findings()];
  let end = 0;
  for await (const chunk of chunks(source)) {
    end = chunk.to;
    if (chunk.name === "iCCP") inspectProfile(await content(source, chunk), findings);
    else if (!DRAWING.has(chunk.name)) inspectChunk(chunk.name, await small(source, chunk), findings);
  }
  if (file.size > end) findings.add("hidden", sizeText(file.size - end));
  return { findings: findings.list, cleaning: "full", notes: [] };
}

/** A chunk's content, or its beginning where it is longer than anybody would read. */
function small(source: Source, chunk: Chunk): Promise<Data> {
  return source.bytes(chunk.from + 8, Math.min(chunk.to - chunk.from - 12, MOST_TEXT));
}

function inspectChunk(name: string, data: Data, findings: Findings): void {
  if (name === "eXIf" || name === "zxIf") {
    if (orientationOf(data) === null || data.length > onlyOrientation(2).length) inspectExif(data, findings);
  } else if (name === "tEXt" || name === "zTXt" || name === "iTXt") inspectText(name, data, findings);
  else if (name === "tIME" && data.length === 7) findings.add("time", time(new Bytes(data)));
  else findings.add("other", `${/^[A-Za-z]{4}$/u.test(name) ? name : "?"}, ${sizeText(data.length)}`);
}

function time(bytes: Bytes): string {
  const [month, day, hour, minute, second] = [2, 3, 4, 5, 6].map((at) => String(bytes.u8(at)).padStart(2, "0"));
  return `${bytes.u16(0)}-${month ?? ""}-${day ?? ""} ${hour ?? ""}:${minute ?? ""}:${second ?? ""}`;
}

function inspectText(name: string, data: Data, findings: Findings): void {
  const zero = data.indexOf(0);
  const keyword = latin1(data.subarray(0, Math.min(79, zero === -1 ? data.length : zero)));
  const text = zero === -1 ? new Uint8Array() : textOf(name, data.subarray(zero + 1));
  if (text === null) findings.add("other", `${keyword}, ${sizeText(data.length)}`);
  else if (keyword === "XML:com.adobe.xmp") inspectXmp(text, findings);
  else if (keyword.startsWith("Raw profile type ")) inspectRaw(keyword.slice(17), latin1(text), findings);
  else findings.add(KEYWORDS[keyword.toLowerCase()] ?? "other", KEYWORDS[keyword.toLowerCase()] === undefined ? `${keyword}: ${anyText(text)}` : anyText(text));
}

/** The bytes of a text behind its keyword; null where they are compressed and cannot be read. */
function textOf(name: string, rest: Data): Data | null {
  if (name === "tEXt") return rest;
  if (name === "zTXt") return inflated(rest.subarray(1), MOST_TEXT);
  const language = rest.indexOf(0, 2);
  const translated = language === -1 ? -1 : rest.indexOf(0, language + 1);
  if (translated === -1) return null;
  const text = rest.subarray(translated + 1);
  return rest[0] === 1 ? inflated(text, MOST_TEXT) : text;
}

/** ImageMagick's way to carry what PNG had no chunk for: a name, a length, and hex. */
function inspectRaw(name: string, text: string, findings: Findings): void {
  const hex = /^\s*\w+\s+\d+\s+([\da-f\s]+)$/iu.exec(text)?.[1]?.replace(/\s+/gu, "") ?? "";
  const data = new Uint8Array(hex.length >> 1);
  for (let at = 0; at < data.length; at++) data[at] = parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  if (name === "xmp") inspectXmp(data, findings);
  else if (name === "iptc") inspectIptc(starts(data, "8BIM") ? data.subarray(12) : data, findings);
  else if (/^(?:exif|app1)$/iu.test(name)) inspectExif(starts(data, "Exif\0\0") ? data.subarray(6) : data, findings);
  else findings.add("other", `${name}, ${sizeText(data.length)}`);
}

function profileOf(data: Data): Data | null {
  const zero = data.indexOf(0);
  return zero === -1 ? null : inflated(data.subarray(zero + 2), MOST_PROFILE);
}

function inspectProfile(data: Data, findings: Findings): void {
  const profile = profileOf(data);
  if (profile === null) findings.add("other", "ICC");
  else inspectIcc(profile, findings);
  const name = latin1(data.subarray(0, Math.max(0, data.indexOf(0))));
  if (!/^(?:icc|Color|ICC Profile|Photoshop ICC profile|sRGB.*)$/iu.test(name)) findings.add("other", name);
}

async function clean(file: Blob): Promise<Blob> {
  const [source, pieces] = [new Source(file), new Pieces(file)];
  const turned = await orientation(source);
  pieces.keep(0, 8);
  let drawn = false;
  for await (const chunk of chunks(source)) {
    if (DRAWING.has(chunk.name)) pieces.keep(chunk.from, chunk.to);
    if (chunk.name === "IHDR" && turned !== null) pieces.put(chunkOf("eXIf", onlyOrientation(turned)));
    if (chunk.name === "iCCP") pieces.put(...profileChunk(await content(source, chunk)));
    drawn ||= chunk.name === "IDAT";
  }
  if (!drawn) throw new Damaged();
  return pieces.blob();
}

async function orientation(source: Source): Promise<number | null> {
  for await (const chunk of chunks(source)) if (chunk.name === "eXIf") return orientationOf(await small(source, chunk));
  return null;
}

function profileChunk(data: Data): readonly Data[] {
  const profile = profileOf(data);
  const kept = profile === null ? null : cleanIcc(profile);
  return kept === null ? [] : [chunkOf("iCCP", joined([bytesOf("icc\0\0"), deflated(kept)]))];
}

function chunkOf(name: string, data: Data): Data {
  const body = joined([bytesOf(name), data]);
  return joined([be32(data.length), body, be32(crc32(body))]);
}

/** PNG. */
export const png: Format = { matches: ({ type }) => type === "image/png", inspect, clean };
