/** Films that were cut without writing them anew: a list says which part to show, and the rest is still there. */

import { N_ } from "../protocol/errors.ts";
import { type Box, boxNamed, boxes, contentOf } from "./boxes.ts";
import type { Source } from "./source.ts";

/** What to say of such a film. */
export const TRIMMED = N_(
  "Parts that were cut off this film are still in the file and can be made visible again. They stay; a program that writes the short film into a new file leaves them out.",
);
const UNNOTICED = 1; // seconds: codecs and programs set off sound and pictures by less

/** How many seconds of a film's longest track are there without being shown; 0 where all that matters is. */
export async function unshown(source: Source, movie: Box): Promise<number> {
  const header = await boxNamed(source, movie.content, movie.to, "mvhd");
  if (header === null) return 0;
  const scale = (await timesOf(source, header)).scale;
  let most = 0;
  for await (const track of boxes(source, movie.content, movie.to)) {
    if (track.name === "trak") most = Math.max(most, await unshownOf(source, track, scale));
  }
  return most;
}

async function unshownOf(source: Source, track: Box, scale: number): Promise<number> {
  const [media, edits] = [await boxNamed(source, track.content, track.to, "mdia"), await boxNamed(source, track.content, track.to, "edts")];
  const header = media === null ? null : await boxNamed(source, media.content, media.to, "mdhd");
  const list = edits === null ? null : await boxNamed(source, edits.content, edits.to, "elst");
  if (header === null || list === null) return 0;
  const { scale: own, length } = await timesOf(source, header);
  const shown = await shownOf(source, list, own / scale);
  if (shown === null || !(own > 0)) return 0;
  const [before, behind] = [shown.from / own, (length - shown.to) / own];
  return (before > UNNOTICED ? before : 0) + (behind > UNNOTICED ? behind : 0);
}

/** How many moments a second has, and how many moments all take (ISO/IEC 14496-12, sections 8.2.2 and 8.4.2). */
async function timesOf(source: Source, header: Box): Promise<{ readonly scale: number; readonly length: number }> {
  const bytes = await contentOf(source, header, 4_096);
  if (bytes.u8(0) === 1) return { scale: bytes.u32(20), length: bytes.u64(24) };
  return { scale: bytes.u32(12), length: bytes.u32(16) };
}

/** From which moment to which a track is shown, in its own moments (section 8.6.6). */
async function shownOf(source: Source, list: Box, factor: number): Promise<{ readonly from: number; readonly to: number } | null> {
  const bytes = await contentOf(source, list, 1_048_576);
  const long = bytes.u8(0) === 1;
  let [from, to] = [Infinity, 0];
  for (let entry = 0; entry < bytes.u32(4); entry++) {
    const at = 8 + entry * (long ? 20 : 12);
    const length = (long ? bytes.u64(at) : bytes.u32(at)) * factor;
    const high = bytes.i32(long ? at + 8 : at + 4);
    if (high < 0) continue; // a pause in front
    const start = long ? bytes.u64(at + 8) : high;
    from = Math.min(from, start);
    to = Math.max(to, length === 0 ? Infinity : start + length);
  }
  return from === Infinity ? null : { from, to };
}
