/** Where the samples of a track lie in the file, and how they are written over with zeros. */

import { type Box, boxNamed, contentOf } from "./boxes.ts";
import type { Bytes } from "./bytes.ts";
import type { Edits, Source } from "./source.ts";
import { CannotClean, Damaged } from "./types.ts";
import { N_ } from "../protocol/errors.ts";

const MOST_TABLE = 32 * 1_048_576;
const FRAGMENTS = N_("Notes are strewn through this film in a way from which they cannot be removed here.");

/** From which byte to before which a part of the film lies. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Writes zeros over the samples of `track`, all of which lie in `media`.
 *
 * @throws CannotClean where its tables are damaged, or the film comes in fragments
 */
export async function clearSamples(source: Source, track: Box, media: readonly Box[], edits: Edits): Promise<void> {
  if (media.some(({ name }) => name === "moof")) throw new CannotClean(FRAGMENTS);
  for (const { from, to } of await ranges(source, track)) {
    if (!media.some((box) => box.content <= from && to <= box.to)) throw new Damaged();
    edits.clear(from, to);
  }
}

/** How many bytes the samples of a track take. */
export async function samplesLength(source: Source, track: Box): Promise<number> {
  return (await ranges(source, track)).reduce((length, { from, to }) => length + to - from, 0);
}

/**
 * Where the samples of a track lie, those of a chunk together.
 *
 * @throws Damaged where its tables contradict themselves
 */
export async function ranges(source: Source, track: Box): Promise<readonly Range[]> {
  const table = await within(source, track, ["mdia", "minf", "stbl"]);
  const [offsets, long] = await tableOf(source, table, "stco", "co64");
  const [sizes, compact] = await tableOf(source, table, "stsz", "stz2");
  const [chunks] = await tableOf(source, table, "stsc", "stsc");
  return laidOut(offsets, long, lengthOf(sizes, compact), sizes.u32(8), chunks);
}

/** How long samples are together (section 8.7.3): each the same, or by a table of 4, 8, 16 or 32 bits. */
function lengthOf(sizes: Bytes, compact: boolean): (from: number, to: number) => number {
  const fixed = compact ? 0 : sizes.u32(4);
  if (fixed !== 0) return (from, to) => fixed * (to - from);
  const size = sizeOf(sizes, compact ? sizes.u8(7) : 32);
  return (from, to) => {
    let length = 0;
    for (let sample = from; sample < to; sample++) length += size(sample);
    return length;
  };
}

function sizeOf(sizes: Bytes, bits: number): (sample: number) => number {
  if (bits === 32) return (sample) => sizes.u32(12 + 4 * sample);
  if (bits === 16) return (sample) => sizes.u16(12 + 2 * sample);
  if (bits === 8) return (sample) => sizes.u8(12 + sample);
  if (bits !== 4) throw new Damaged();
  return (sample) => (sizes.u8(12 + (sample >> 1)) >> (sample % 2 === 0 ? 4 : 0)) & 15;
}

/** Sections 8.7.4 and 8.7.5: chunks of samples, and how many make a chunk. */
function laidOut(offsets: Bytes, long: boolean, length: (from: number, to: number) => number, samples: number, chunks: Bytes): readonly Range[] {
  const [count, runs] = [offsets.u32(4), chunks.u32(4)];
  const found: Range[] = [];
  let [sample, run] = [0, 0];
  for (let chunk = 0; chunk < count && sample < samples; chunk++) {
    while (run + 1 < runs && chunks.u32(8 + 12 * (run + 1)) <= chunk + 1) run++;
    const from = long ? offsets.u64(8 + 8 * chunk) : offsets.u32(8 + 4 * chunk);
    const end = Math.min(samples, sample + chunks.u32(12 + 12 * run));
    const to = from + length(sample, end);
    sample = end;
    if (to > from) found.push({ from, to });
  }
  return found;
}

/** The box at the end of `path` within `box`. @throws Damaged where there is none */
export async function within(source: Source, box: Box, path: readonly string[]): Promise<Box> {
  let at = box;
  for (const name of path) {
    const found = await boxNamed(source, at.content, at.to, name);
    if (found === null) throw new Damaged();
    at = found;
  }
  return at;
}

/** A table by either of its names, and whether it was the second. */
async function tableOf(source: Source, parent: Box, usual: string, other: string): Promise<readonly [Bytes, boolean]> {
  const found = await boxNamed(source, parent.content, parent.to, usual);
  const box = found ?? (await boxNamed(source, parent.content, parent.to, other));
  if (box === null) throw new Damaged();
  return [await contentOf(source, box, MOST_TABLE), found === null];
}
