/**
 * Color profiles (ICC.1:2022). Colors depend on them, so they stay; what tells of a screen, its serial number, a
 * person or a program does not: of the tags only those that turn numbers into colors are kept.
 */

import { Bytes, type Data, anyText, be32, bytesOf, joined, starts, utf16 } from "./bytes.ts";
import type { Findings } from "./findings.ts";
import { CannotClean, Damaged } from "./types.ts";

const HEADER = 128;
const MOST_TAGS = 100;
const KEPT: ReadonlySet<string> = new Set([
  ...["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC", "wtpt", "bkpt", "chad", "lumi", "cicp", "view", "meas", "gamt"],
  ...["A2B0", "A2B1", "A2B2", "A2B3", "B2A0", "B2A1", "B2A2", "B2A3", "D2B0", "D2B1", "D2B2", "D2B3", "B2D0", "B2D1", "B2D2", "B2D3"],
  ...["pre0", "pre1", "pre2", "ncl2", "clrt", "clot"],
]);
const TEXT = "Color"; // stands where a profile must name itself
const USUAL = /^(?:color$|sRGB|Display P3|Adobe RGB|Apple (?:RGB|Wide Color)|ProPhoto|Rec\.? ?(?:709|2020)|Generic |Dot Gain|Gray Gamma|Gr[ae]y|Artifex|c2|GIMP built-in|Linear|U\.S\. Web|Coated|e-?sRGB|RGB built-in|uRGB|PS RGB)/iu;
const KNOWN_TEXTS = ["desc", "dmnd", "dmdd", "cprt"];

interface Tag {
  readonly name: string;
  /** Alike for tags that share their values, as the curves of three colors often do. */
  readonly shared: string;
  readonly data: Data;
}

function tagsOf(profile: Data): readonly Tag[] {
  const bytes = new Bytes(profile);
  if (!starts(profile, "acsp", 36)) throw new Damaged();
  const count = bytes.u32(HEADER);
  if (count > MOST_TAGS) throw new Damaged();
  return Array.from({ length: count }, (_, place) => {
    const at = HEADER + 4 + 12 * place;
    const from = bytes.u32(at + 4);
    const data = bytes.part(from, from + bytes.u32(at + 8));
    return { name: bytes.latin1(at, at + 4), shared: `${from} ${data.length}`, data };
  });
}

/** Notes what a profile says of whose it is; a usual one says nothing. */
export function inspectIcc(profile: Data, findings: Findings): void {
  try {
    for (const { name, data } of tagsOf(profile)) {
      if (KNOWN_TEXTS.includes(name) && name !== "cprt") note(textOf(data), findings);
      else if (name === "mmod" || name === "vcgt" || name === "meta") findings.add("other", `ICC ${name}`);
    }
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error; // unreadable: it is left out
    findings.add("other", "ICC");
  }
}

function note(text: string, findings: Findings): void {
  if (!USUAL.test(text)) findings.add("software", text);
}

function textOf(data: Data): string {
  const bytes = new Bytes(data);
  if (starts(data, "desc")) return anyText(bytes.part(12, Math.min(12 + bytes.u32(8), data.length))).replaceAll("\0", "");
  if (!starts(data, "mluc") || bytes.u32(8) === 0) return "";
  const [length, from] = [bytes.u32(20), bytes.u32(24)];
  return utf16(bytes.part(from, from + length), false);
}

/**
 * The profile with its colors alone, filled up to `room` where that is named; null where it cannot be read, and programs
 * would not heed it either, or where it needs more.
 */
export function cleanIcc(profile: Data, room = 0): Data | null {
  try {
    const kept = tagsOf(profile).filter(({ name }) => KEPT.has(name));
    if (kept.length === 0) return null;
    const colors = written(profile, [...described(profile), ...kept]);
    if (room === 0) return colors;
    const filled = joined([colors, new Uint8Array(Math.max(0, room - colors.length))]);
    filled.set(be32(room), 0);
    return filled.length === room ? filled : null;
  } catch (error) {
    if (error instanceof CannotClean) return null;
    throw error;
  }
}

/** What a profile has to say of itself (section 8.2): the same for every one. */
function described(profile: Data): readonly Tag[] {
  const wide = bytesOf(TEXT.replace(/./gu, "\0$&"));
  const records = [be32(1), be32(12), bytesOf("enUS"), be32(wide.length), be32(28)];
  const modern = (profile[8] ?? 0) >= 4;
  const mluc = joined([bytesOf("mluc\0\0\0\0"), ...records, wide]);
  const letters = bytesOf(`${TEXT}\0`);
  const desc = joined([bytesOf("desc\0\0\0\0"), be32(letters.length), letters, new Uint8Array(78)]);
  const text = joined([bytesOf("text\0\0\0\0"), letters]);
  return [
    { name: "desc", shared: "desc", data: modern ? mluc : desc },
    { name: "cprt", shared: modern ? "desc" : "cprt", data: modern ? mluc : text },
  ];
}

function written(profile: Data, tags: readonly Tag[]): Data {
  const table: Data[] = [be32(tags.length)];
  const contents: Data[] = [];
  const places = new Map<string, number>();
  let end = HEADER + 4 + 12 * tags.length;
  for (const { name, shared, data } of tags) {
    const at = places.get(shared) ?? end;
    table.push(bytesOf(name), be32(at), be32(data.length));
    if (at !== end) continue;
    places.set(shared, end);
    const padding = new Uint8Array((4 - (data.length % 4)) % 4);
    contents.push(data, padding);
    end += data.length + padding.length;
  }
  return joined([header(profile, end), ...table, ...contents]);
}

/** Section 7.2, without who made it, when, on what, for which device, and its checksum. */
function header(profile: Data, length: number): Data {
  const head = profile.slice(0, HEADER);
  head.set(be32(length), 0);
  for (const [from, to] of [[4, 8], [24, 36], [40, 44], [48, 56], [80, HEADER]] as const) head.fill(0, from, to);
  return head;
}
