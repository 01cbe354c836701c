/** Which bytes of a film's `mdat` boxes are seen or heard; what else stands in them was put there by a device or a program. */

import { type Box, boxNamed, boxes, contentOf } from "./boxes.ts";
import type { Bytes } from "./bytes.ts";
import { PLAYED, handlerOf } from "./movie.ts";
import { type Range, ranges, within } from "./samples.ts";
import type { Source } from "./source.ts";
import { CannotClean, Damaged } from "./types.ts";

const MOST_RUN = 32 * 1_048_576;
const MOST_RANGES = 4_000_000;
const READ_WHOLE = 64 * 1_048_576; // of what no sample covers; beyond, a look now and then
const [LOOK, STRIDE] = [4_096, 1_048_576];

/** What stands in the `mdat` boxes, in the order of the file. */
export interface Media {
  /** What no sample covers that is seen or heard. */
  readonly unplayed: readonly Range[];
  /** What no sample covers at all. */
  readonly unnamed: readonly Range[];
  /** Where the samples of each track begin that is seen or heard. */
  readonly begins: readonly number[];
}

interface Track {
  readonly played: boolean;
  readonly ranges: Range[];
  /** Of a sample in a fragment that does not say its own. */
  size: number;
}

/**
 * The film's bytes and the others; null where its tables are such that it cannot be told. `kept`: what has a name
 * beside the film's samples, and stays here; `more`: boxes that hold such besides `mdat`.
 */
export async function mediaOf(source: Source, top: readonly Box[], kept: readonly Range[] = [], more: readonly Box[] = []): Promise<Media | null> {
  try {
    const tracks = await tracksOf(source, top);
    const media = [...more, ...top.filter(({ name }) => name === "mdat")].sort((one, other) => one.from - other.from);
    const played = sorted([kept, ...tracks.filter((track) => track.played).map((track) => track.ranges)]);
    if (tracks.length > 0 && !allWithin(played, media)) return null;
    const named = sorted([played, ...tracks.map((track) => track.ranges)]);
    const begins = tracks.flatMap((track) => (track.played ? (track.ranges[0]?.from ?? []) : []));
    return { unplayed: gaps(media, played), unnamed: gaps(media, named), begins };
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error;
    return null;
  }
}

async function tracksOf(source: Source, top: readonly Box[]): Promise<readonly Track[]> {
  const tracks = new Map<number, Track>();
  const movie = top.find(({ name }) => name === "moov");
  if (movie === undefined) return [];
  for await (const box of boxes(source, movie.content, movie.to)) {
    if (box.name !== "trak") continue;
    const handler = await handlerOf(source, box);
    if (PLAYED.has(handler)) await refuseOdd(source, box, handler);
    tracks.set(await identityOf(source, box), { played: PLAYED.has(handler), ranges: [...(await ranges(source, box))], size: 0 });
  }
  const extended = await boxNamed(source, movie.content, movie.to, "mvex");
  if (extended !== null) {
    for await (const box of boxes(source, extended.content, extended.to)) {
      if (box.name !== "trex") continue;
      const bytes = await contentOf(source, box, 4_096);
      const track = tracks.get(bytes.u32(4));
      if (track !== undefined) track.size = bytes.u32(16);
    }
  }
  for (const box of top) if (box.name === "moof") await fragment(source, box, tracks);
  return [...tracks.values()];
}

async function identityOf(source: Source, track: Box): Promise<number> {
  const bytes = await contentOf(source, await within(source, track, ["tkhd"]), 4_096);
  return bytes.u32(bytes.u8(0) === 1 ? 20 : 12);
}

/** Keys of encrypted parts lie between samples; and QuickTime counts moments of sound, not bytes, where it says 1. */
async function refuseOdd(source: Source, track: Box, handler: string): Promise<void> {
  const table = await within(source, track, ["mdia", "minf", "stbl"]);
  if ((await boxNamed(source, table.content, table.to, "saio")) !== null) throw new Damaged();
  const sizes = await boxNamed(source, table.content, table.to, "stsz");
  if (handler !== "soun" || sizes === null) return;
  const fixed = (await contentOf(source, sizes, MOST_RUN)).u32(4);
  for await (const entry of boxes(source, (await within(source, table, ["stsd"])).content + 8, table.to)) {
    if (fixed === 0 || entry.to - entry.from < 36) return;
    const bytes = await contentOf(source, entry, 65_536);
    if (fixed < bytes.u16(16) * Math.ceil(bytes.u16(18) / 8)) throw new Damaged();
    return;
  }
}

/** Section 8.8: runs of samples, each behind the other where nothing else is said. */
async function fragment(source: Source, moof: Box, tracks: ReadonlyMap<number, Track>): Promise<void> {
  let behind = moof.from;
  for await (const part of boxes(source, moof.content, moof.to)) {
    if (part.name !== "traf") continue;
    const head = await contentOf(source, await within(source, part, ["tfhd"]), 4_096);
    const flags = head.u24(1);
    const track = tracks.get(head.u32(4));
    if (track === undefined || (await boxNamed(source, part.content, part.to, "saio")) !== null) throw new Damaged();
    const base = (flags & 1) !== 0 ? head.u64(8) : (flags & 0x20000) !== 0 ? moof.from : behind;
    const at = 8 + ((flags & 1) === 0 ? 0 : 8) + ((flags & 2) === 0 ? 0 : 4) + ((flags & 8) === 0 ? 0 : 4);
    const size = (flags & 0x10) === 0 ? track.size : head.u32(at);
    behind = base;
    for await (const box of boxes(source, part.content, part.to)) {
      if (box.name !== "trun") continue;
      const range = runOf(await contentOf(source, box, MOST_RUN), base, behind, size);
      if (range.to > range.from) track.ranges.push(range);
      behind = range.to;
    }
  }
}

function runOf(bytes: Bytes, base: number, behind: number, size: number): Range {
  const flags = bytes.u24(1);
  const from = (flags & 1) === 0 ? behind : base + bytes.i32(8);
  const first = 8 + ((flags & 1) === 0 ? 0 : 4) + ((flags & 4) === 0 ? 0 : 4);
  const width = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => (flags & flag) !== 0).length;
  const count = bytes.u32(4);
  if ((flags & 0x200) === 0) return { from, to: from + count * size };
  let to = from;
  for (let sample = 0; sample < count; sample++) to += bytes.u32(first + sample * width + ((flags & 0x100) === 0 ? 0 : 4));
  return { from, to };
}

function sorted(lists: readonly (readonly Range[])[]): readonly Range[] {
  if (lists.reduce((sum, list) => sum + list.length, 0) > MOST_RANGES) throw new Damaged();
  return lists.flat().sort((one, other) => one.from - other.from);
}

/** Whether each range lies in one of the boxes. */
function allWithin(order: readonly Range[], media: readonly Box[]): boolean {
  let place = 0;
  return order.every(({ from, to }) => {
    while (place < media.length && (media[place]?.to ?? 0) <= from) place++;
    const box = media[place];
    return box !== undefined && box.content <= from && to <= box.to;
  });
}

/** What is left of the boxes between the ranges. */
function gaps(media: readonly Box[], order: readonly Range[]): readonly Range[] {
  const found: Range[] = [];
  let place = 0;
  for (const { content, to: end } of media) {
    let at = content;
    for (; place < order.length; place++) {
      const { from, to } = order[place] ?? { from: end, to: end };
      if (from >= end) break;
      if (from > at) found.push({ from: at, to: from });
      at = Math.max(at, to);
    }
    if (at < end) found.push({ from: at, to: end });
  }
  return found;
}

/** How many bytes the ranges have in which something stands that is not zero. */
export async function written(source: Source, list: readonly Range[]): Promise<number> {
  let [sum, read] = [0, 0];
  for (const { from, to } of list) {
    for (let at = from; at < to; at += read > READ_WHOLE ? STRIDE : LOOK) {
      const data = await source.bytes(at, Math.min(LOOK, to - at));
      read += data.length;
      if (data.every((byte) => byte === 0)) continue;
      sum += to - from;
      break;
    }
  }
  return sum;
}
