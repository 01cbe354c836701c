/**
 * MP3 (ISO/IEC 11172-3 and 13818-3), and AAC in ADTS. Frames of sound stay, the first of which may say how it was
 * coded; ID3, APE and Lyrics3 tags and whatever else stands in front, between and behind go.
 */

import { Bytes, type Data, anyText, latin1, sizeText, starts } from "./bytes.ts";
import { SOUND_STAYS, clearSignatures, signaturesAt } from "./coded.ts";
import { Findings } from "./findings.ts";
import { id3Length, inspectApe, inspectId3, inspectId3v1 } from "./id3.ts";
import { programIn, withoutProgram } from "./lame.ts";
import { Edits, Pieces, Source } from "./source.ts";
import { Damaged, type Format, type Found } from "./types.ts";

const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]; // MPEG 1, layer III, kbit/s
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]; // MPEG 2, layers II and III
const RATES_L2 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
const RATES_L1 = [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448];
const RATES_2_L1 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
const FREQUENCIES = [44_100, 48_000, 32_000];
const HEADER = 10;
const SEARCHED = 65_536;
const MOST_LOST = 16; // of so many bytes one may be none of the sound
const MOST_READ = 4 * 1_048_576;

/** A part of the file: of sound, or of anything else. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly sound: boolean;
}

/** How long the frame is that begins so; 0 where none does. */
export function frameLength(head: Data): number {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = head;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return 0;
  if ((second & 0xf6) === 0xf0) return ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5);
  const [version, layer] = [(second >> 3) & 3, (second >> 1) & 3];
  const frequency = FREQUENCIES[(third >> 2) & 3];
  if (version === 1 || layer === 0 || frequency === undefined) return 0;
  const one = version === 3;
  const rates = layer === 3 ? (one ? RATES_L1 : RATES_2_L1) : layer === 2 ? (one ? RATES_L2 : RATES_2) : one ? RATES_1 : RATES_2;
  const bits = (rates[third >> 4] ?? 0) * 1_000;
  const sampled = one ? frequency : version === 2 ? frequency / 2 : frequency / 4;
  const padding = (third >> 1) & 1;
  if (bits === 0) return 0;
  if (layer === 3) return (Math.floor((12 * bits) / sampled) + padding) * 4;
  return Math.floor(((layer === 1 && !one ? 72 : 144) * bits) / sampled) + padding;
}

/** The file in stretches, in their order. @throws Damaged where too much of it is no sound */
async function stretches(source: Source): Promise<readonly Stretch[]> {
  const found: Stretch[] = [];
  const end = await tagsBehind(source);
  let at = 0;
  while (at < end) {
    const skipped = await nextFrame(source, at, end);
    if (skipped > at) found.push({ from: at, to: skipped, sound: false });
    const to = await framesEnd(source, skipped, end);
    if (to > skipped) found.push({ from: skipped, to, sound: true });
    at = to;
  }
  if (end < source.size) found.push({ from: end, to: source.size, sound: false });
  if (!found.some(({ sound }) => sound)) throw new Damaged();
  return found;
}

/** Behind the frames that follow each other from `at` on; one that is cut ends the file and is kept. */
async function framesEnd(source: Source, from: number, end: number): Promise<number> {
  let at = from;
  for (;;) {
    const length = frameLength(await source.bytes(at, Math.min(HEADER, end - at)));
    if (length < 7) return at;
    if (at + length >= end) return end;
    at += length;
  }
}

/** Where the next frame begins that another one follows, or that ends the file; behind a tag, if one stands here. */
async function nextFrame(source: Source, at: number, end: number): Promise<number> {
  const tag = id3Length(await source.bytes(at, Math.min(HEADER, end - at)));
  if (tag > 0) return Math.min(end, at + tag);
  const ape = await apeLength(source, at, end);
  if (ape > 0) return Math.min(end, at + ape);
  const window = await source.bytes(at, Math.min(SEARCHED, end - at));
  for (let place = 0; place < window.length; place++) {
    if (window[place] === 0xff && (await isFrame(source, at + place, end))) return at + place;
    if (place > 0 && starts(window, "ID3", place)) return at + place;
  }
  return Math.min(end, at + window.length);
}

async function isFrame(source: Source, at: number, end: number): Promise<boolean> {
  const length = frameLength(await source.bytes(at, Math.min(HEADER, end - at)));
  if (length < 7) return false;
  if (at + length + 4 > end) return at + length <= end;
  return frameLength(await source.bytes(at + length, Math.min(HEADER, end - at - length))) >= 7;
}

async function apeLength(source: Source, at: number, end: number): Promise<number> {
  if (at + 32 > end) return 0;
  const bytes = new Bytes(await source.bytes(at, 32), true);
  return starts(bytes.data, "APETAGEX") ? 32 + bytes.u32(12) : 0;
}

/** Where the tags begin that stand behind the sound. */
async function tagsBehind(source: Source): Promise<number> {
  let end = source.size;
  for (let before = -1; before !== end; ) {
    before = end;
    if (end >= 128 && latin1(await source.bytes(end - 128, 3)) === "TAG") end -= 128;
    else if (end >= 227 && latin1(await source.bytes(end - 227, 4)) === "TAG+") end -= 227;
    else if (end >= 32 && latin1(await source.bytes(end - 32, 8)) === "APETAGEX") end -= await apeBehind(source, end);
    else if (end >= 20 && latin1(await source.bytes(end - 9, 9)) === "LYRICS200") end -= await lyricsBehind(source, end);
  }
  return end;
}

async function apeBehind(source: Source, end: number): Promise<number> {
  const bytes = new Bytes(await source.bytes(end - 32, 32), true);
  const header = (bytes.u32(20) & 0x80000000) === 0 ? 0 : 32;
  return Math.min(end, Math.max(32, bytes.u32(12)) + header);
}

async function lyricsBehind(source: Source, end: number): Promise<number> {
  return Math.min(end, Number(/^\d{6}$/u.exec(latin1(await source.bytes(end - 15, 6)))?.[0] ?? 0) + 15);
}

async function inspect(file: Blob): Promise<Found> {
  const [source, findings] = [new Source(file), new Findings()];
  const all = await stretches(source);
  for (const { from, to, sound } of all) {
    if (!sound) inspectStretch(await source.bytes(from, Math.min(to - from, MOST_READ)), to - from, findings);
  }
  const begin = all.find(({ sound }) => sound)?.from ?? 0;
  const program = programIn(await firstFrame(source, begin));
  if (program !== null) findings.add("software", program.text);
  for (const { text } of await signaturesAt(source, begin)) findings.add("software", text);
  return { findings: findings.list, cleaning: "full", notes: [SOUND_STAYS] };
}

async function firstFrame(source: Source, at: number): Promise<Data> {
  const length = frameLength(await source.bytes(at, Math.min(HEADER, source.size - at)));
  return (await source.bytes(at, Math.min(length, source.size - at))).slice();
}

/** The file with no name of a program in its first frames, all of it at its place. */
async function unsigned(source: Source, at: number): Promise<Blob> {
  const edits = new Edits();
  const frame = await firstFrame(source, at);
  const program = programIn(frame);
  if (program !== null) edits.write(at, withoutProgram(frame, program.at));
  clearSignatures(await signaturesAt(source, at), edits);
  return edits.applied(source.file);
}

function inspectStretch(data: Data, size: number, findings: Findings): void {
  if (starts(data, "ID3")) inspectId3(data, findings);
  else {
    const ape = latin1(data).indexOf("APETAGEX");
    if (ape !== -1) inspectApe(withItems(data, ape), findings);
    if (latin1(data).includes("LYRICS200")) findings.add("comment", anyText(data.subarray(0, 1_000)));
    if (data.length >= 128 && starts(data, "TAG", data.length - 128)) inspectId3v1(data.subarray(data.length - 128), findings);
    else if (ape === -1) findings.add("hidden", sizeText(size));
  }
}

/** From the tag's items on: what was found may be its footer alone. */
function withItems(data: Data, at: number): Data {
  const bytes = new Bytes(data, true);
  const isFooter = at + 24 <= data.length && (bytes.u32(at + 20) & 0x20000000) === 0;
  return isFooter ? data.subarray(Math.max(0, at + 32 - bytes.u32(at + 12))) : data.subarray(at);
}

async function clean(file: Blob): Promise<Blob> {
  const source = new Source(file);
  const all = await stretches(source);
  const frames = all.filter(({ sound }) => sound);
  const spread = (frames.at(-1)?.to ?? 0) - (frames[0]?.from ?? 0);
  const lost = spread - frames.reduce((sum, { from, to }) => sum + to - from, 0);
  if (lost * MOST_LOST > file.size) throw new Damaged(); // so much that it may be sound which is not understood
  const pieces = new Pieces(await unsigned(source, frames[0]?.from ?? 0));
  for (const { from, to } of frames) pieces.keep(from, to);
  return pieces.blob();
}

/** MP3 and AAC. */
export const mpegAudio: Format = { matches: ({ type }) => type === "audio/mpeg" || type === "audio/aac", inspect, clean };
