/** What the tags of films and of sound in MP4 give away: QuickTime's, iTunes', Apple's, 3GPP's. They are removed whole. */

import { type Box, boxes, contentOf } from "./boxes.ts";
import { Bytes, type Data, anyText, sizeText, starts, utf16 } from "./bytes.ts";
import { hex } from "../protocol/encoding.ts";
import type { Findings } from "./findings.ts";
import { kindOfName } from "./keys.ts";
import type { Source } from "./source.ts";
import { CannotClean, type Kind } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const MOST_READ = 4 * 1_048_576;
const XMP_UUID = "be7acfcb97a942e89c71999491e3afac"; // XMP specification part 3, section 1.1.2.1

const KINDS: Readonly<Record<string, Kind>> = {
  "\xa9nam": "title",
  "\xa9alb": "title",
  "\xa9cmt": "comment",
  "\xa9des": "comment",
  "\xa9inf": "comment",
  "\xa9key": "comment",
  "\xa9lyr": "comment",
  "\xa9day": "time",
  "\xa9too": "software",
  "\xa9swr": "software",
  "\xa9enc": "software",
  "\xa9fmt": "software",
  "\xa9mak": "camera",
  "\xa9mod": "camera",
  "\xa9xyz": "place",
  desc: "comment",
  ldes: "comment",
  apID: "author",
  ownr: "author",
  purd: "time",
  aART: "author",
  titl: "title",
  albm: "title",
  dscp: "comment",
  kywd: "comment",
  auth: "author",
  perf: "author",
  cprt: "author",
  yrrc: "time",
};
/** Texts that stand for themselves, as cameras write them. */
const PLAIN: Readonly<Record<string, Kind>> = {
  name: "title",
  date: "time",
  slno: "serial",
  CAME: "serial",
  LENS: "serial",
  manu: "camera",
  modl: "camera",
  FIRM: "software",
};

/** Notes what a `udta`, `meta`, `uuid` or another box that tells gives away, as far as it can be read. */
export async function inspectTags(source: Source, box: Box, findings: Findings): Promise<void> {
  const before = findings.told;
  try {
    if (box.name === "udta") for await (const inner of boxes(source, box.content, box.to)) await userData(source, inner, findings);
    else await userData(source, box, findings);
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error;
  }
  if (findings.told === before && box.to - box.from > 8) findings.add("other", `${nameOf(box.name)}, ${sizeText(box.to - box.from)}`);
}

function nameOf(name: string): string {
  return name.replace(/[^\w -]/gu, "?");
}

async function userData(source: Source, box: Box, findings: Findings): Promise<void> {
  if (box.name === "meta") {
    await inspectMeta(source, box, findings);
    return;
  }
  if (box.to - box.content > MOST_READ) return;
  const bytes = await contentOf(source, box, MOST_READ);
  const { data } = bytes;
  if (box.name === "uuid" && hex(data.subarray(0, 16)) === XMP_UUID) inspectXmp(data.subarray(16), findings);
  else if (box.name === "XMP_") inspectXmp(data, findings);
  else if (box.name === "loci") location(bytes, findings);
  else if (box.name.startsWith("\xa9")) quickTimeText(box.name, bytes, findings);
  else if (PLAIN[box.name] !== undefined) findings.words(PLAIN[box.name] ?? "other", text(data));
  else if (KINDS[box.name] !== undefined) findings.words(KINDS[box.name] ?? "other", text(data.subarray(6)));
  else findings.add("other", `${nameOf(box.name)}, ${sizeText(data.length)}`);
}

function text(data: Data): string {
  const wide = starts(data, "\xfe\xff") || starts(data, "\xff\xfe");
  return (wide ? utf16(data, false) : anyText(data)).replace(/\0.*/su, "");
}

/** A text of QuickTime's: its length and language in front, and further languages behind. */
function quickTimeText(name: string, bytes: Bytes, findings: Findings): void {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = Math.min(bytes.length, at + 4 + bytes.u16(at));
    findings.words(KINDS[name] ?? (/^.(?:ART|aut|wrt|dir|prd|cpy|own|prf|com)/u.test(name) ? "author" : "other"), text(bytes.part(at + 4, end)));
    at = end;
  }
}

/** 3GPP TS 26.244, section 8.10: a place with its name. */
function location(bytes: Bytes, findings: Findings): void {
  const name = bytes.data.indexOf(0, 6);
  if (name === -1) return;
  findings.add("place", anyText(bytes.part(6, name)));
  findings.place(bytes.i32(name + 6) / 65_536, bytes.i32(name + 2) / 65_536);
}

/** A list of tags, named by themselves (iTunes) or by a table of keys (Apple, Android). */
async function inspectMeta(source: Source, box: Box, findings: Findings): Promise<void> {
  const plain = new Bytes(await source.bytes(box.content + 4, 4)).latin1(0, 4) === "hdlr"; // QuickTime's has no version
  const from = box.content + (plain ? 0 : 4);
  let keys: readonly string[] = [];
  for await (const inner of boxes(source, from, box.to)) {
    if (inner.name === "keys") keys = await keysOf(source, inner);
    else if (inner.name === "ilst") for await (const item of boxes(source, inner.content, inner.to)) await inspectItem(source, item, keys, findings);
    else if (inner.name === "xml ") inspectXmp((await contentOf(source, inner, MOST_READ)).data, findings);
    else if (!["hdlr", "free", "mhdr", "ctry", "lang"].includes(inner.name)) findings.add("other", `${nameOf(inner.name)}, ${sizeText(inner.to - inner.from)}`);
  }
}

async function keysOf(source: Source, box: Box): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { content, to } of boxes(source, box.content + 8, box.to)) keys.push(anyText(await source.bytes(content, Math.min(200, to - content))));
  return keys;
}

async function inspectItem(source: Source, item: Box, keys: readonly string[], findings: Findings): Promise<void> {
  let own = keys[new Bytes(Uint8Array.from(item.name, (letter) => letter.charCodeAt(0))).u32(0) - 1] ?? "";
  for await (const part of boxes(source, item.content, item.to)) {
    if (part.name === "name") own = anyText(await source.bytes(part.content + 4, Math.min(200, Math.max(0, part.to - part.content - 4))));
    if (part.name === "data") await inspectValue(source, item, part, own, findings);
  }
}

async function inspectValue(source: Source, item: Box, part: Box, key: string, findings: Findings): Promise<void> {
  if (item.name === "covr") {
    findings.add("thumbnail", sizeText(part.to - part.content));
    return;
  }
  const bytes = await contentOf(source, part, MOST_READ);
  const kind = key === "" ? (KINDS[item.name] ?? (item.name.startsWith("\xa9") ? "author" : "other")) : (kindOfName(key));
  const isText = bytes.u32(0) === 1 || bytes.u32(0) === 2;
  if (isText) findings.words(kind, text(bytes.part(8)));
  else findings.add(kind, `${key === "" ? nameOf(item.name) : (key.split(".").at(-1) ?? "")}, ${sizeText(bytes.length - 8)}`);
}

/** When a film was made, from the number of seconds since 1904 in the header at `box`. */
export async function inspectTimes(source: Source, box: Box, findings: Findings): Promise<void> {
  const bytes = await contentOf(source, box, 4_096);
  const times = bytes.u8(0) === 1 ? [bytes.u64(4), bytes.u64(12)] : [bytes.u32(4), bytes.u32(8)];
  for (const seconds of times) {
    const date = new Date((seconds - 2_082_844_800) * 1_000);
    if (seconds > 0) findings.add("time", Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().slice(0, 19).replace("T", " "));
  }
}

/** Notes a handler's name, where it is none of the usual ones. */
export async function inspectHandler(source: Source, box: Box, findings: Findings): Promise<void> {
  const data = (await contentOf(source, box, 65_536)).data.subarray(24);
  const pascal = data[0] === data.length - 1; // QuickTime's texts begin with their length
  const name = anyText(data.subarray(pascal ? 1 : 0)).replaceAll("\0", "");
  if (!/^[\w .-]*(?:Handler|Handle|Media|video|audio|sound|Alias)[\w .-]*$|^$/iu.test(name)) findings.add("software", name);
}

/** Notes the name and maker with which a program signs how it codes. */
export async function inspectEntries(source: Source, box: Box, findings: Findings): Promise<void> {
  for await (const { from, to } of boxes(source, box.content + 8, box.to)) {
    if (to - from < 86) continue;
    const bytes = new Bytes(await source.bytes(from, 86));
    const length = bytes.u8(50);
    if (bytes.u32(36) === 0x480000 && length > 0 && length < 32) findings.add("software", anyText(bytes.part(51, 51 + length)));
  }
}
