/**
 * What of a film's structure only tells how to play it, and what of it has to go.
 *
 * Boxes that are not known to be needed become `free` ones of the same length, so that every place that the film's
 * tables name stays where it is, and the film itself is never read.
 */

import { N_ } from "../protocol/errors.ts";
import { type Box, boxAt, boxNamed, boxes, contentOf, freeBox } from "./boxes.ts";
import { Bytes } from "./bytes.ts";
import { clearSamples } from "./samples.ts";
import type { Edits, Source } from "./source.ts";
import { CannotClean, Damaged } from "./types.ts";

/**
 * What is to be done with a box: `free`: it tells, or is not known; `blank`: it is free already, and may hold anything;
 * `times`: its dates go; `handler`, `entries`, `references`: names in it go; `track`: all of a track, with its samples.
 */
export interface Target {
  readonly act: "free" | "blank" | "times" | "handler" | "entries" | "references" | "track";
  readonly box: Box;
  /** The name of the box that holds it; "" for the file. */
  readonly parent: string;
}

const COMPRESSED = N_("The index of this film is compressed, so what it hides cannot be removed.");
const ELSEWHERE = N_("This film is spread over several files, so what it hides cannot be removed.");

function names(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

/** Boxes that stay, by the box that holds them; "" is the file. */
const KEPT: Readonly<Record<string, ReadonlySet<string>>> = {
  "": names("ftyp styp moov mdat moof mfra sidx ssix pdin wide"),
  moov: names("mvhd trak mvex pssh"),
  trak: names("tkhd edts mdia tapt load tref"),
  edts: names("elst"),
  tapt: names("clef prof enof"),
  mdia: names("mdhd hdlr minf elng"),
  minf: names("vmhd smhd nmhd gmhd sthd hdlr dinf stbl"),
  gmhd: names("gmin text"),
  dinf: names("dref"),
  stbl: names("stsd stts ctts stsc stsz stz2 stco co64 stss stps cslg sdtp sbgp sgpd subs saiz saio padb stsh stdp"),
  mvex: names("trex mehd trep"),
  moof: names("mfhd traf pssh"),
  traf: names("tfhd tfdt trun sbgp sgpd subs saiz saio senc"),
  mfra: names("tfra mfro"),
};
const ACTS: Readonly<Record<string, Target["act"]>> = {
  free: "blank",
  skip: "blank",
  mvhd: "times",
  tkhd: "times",
  mdhd: "times",
  hdlr: "handler",
  stsd: "entries",
  dref: "references",
};
/** Tracks that are seen or heard. Others hold places, faces, clocks, titles; drones write where they are as subtitles. */
const PLAYED: ReadonlySet<string> = names("vide soun auxv pict");
const MOST_ENTRIES = 1_048_576;
const SAMPLE_ENTRY = 16; // a sample entry's header, and the number of its data reference

/** What is to be done between `from` and `to`, in the order of the file. */
export async function* targets(source: Source, from: number, to: number, parent: string): AsyncGenerator<Target> {
  for await (const box of boxes(source, from, to)) yield* targetsOf(source, box, parent);
}

/** What is to be done with a box and all that it holds. @throws CannotClean */
export async function* targetsOf(source: Source, box: Box, parent: string): AsyncGenerator<Target> {
  if (box.name === "cmov") throw new CannotClean(COMPRESSED);
  const act = ACTS[box.name];
  if (act === "blank") yield { act, box, parent };
  else if (KEPT[parent]?.has(box.name) !== true) yield { act: "free", box, parent };
  else if (act !== undefined) yield { act, box, parent };
  else if (box.name === "trak" && !PLAYED.has(await handlerOf(source, box))) yield { act: "track", box, parent };
  else if (Object.hasOwn(KEPT, box.name)) yield* targets(source, box.content, box.to, box.name);
}

/** Four letters that say what a track is for. */
export async function handlerOf(source: Source, track: Box): Promise<string> {
  const media = await boxNamed(source, track.content, track.to, "mdia");
  const handler = media === null ? null : await boxNamed(source, media.content, media.to, "hdlr");
  if (handler === null) throw new Damaged();
  return (await contentOf(source, handler, 4_096)).latin1(8, 12);
}

/** Where the file's own boxes end: what stands behind is none, and is cut off. */
export async function topBoxes(source: Source): Promise<{ readonly top: readonly Box[]; readonly end: number }> {
  const top: Box[] = [];
  let end = 0;
  while (end + 8 <= source.size) {
    const name = new TextDecoder("latin1").decode(await source.bytes(end + 4, 4));
    const whole = top.some((box) => box.name === "moov" || box.name === "meta");
    if (whole && !/^[\w ]{4}$/u.test(name)) break;
    try {
      top.push(await boxAt(source, end, source.size));
    } catch (error) {
      if (!(error instanceof Damaged) || !whole || KEPT[""]?.has(name) === true) throw error;
      break;
    }
    end = top.at(-1)?.to ?? source.size;
  }
  return { top, end };
}

/** Does to a box what has to be done. @throws CannotClean */
export async function apply(source: Source, { act, box }: Target, media: readonly Box[], edits: Edits): Promise<void> {
  if (act === "free") freeBox(edits, box);
  else if (act === "blank") edits.clear(box.content, box.to);
  else if (act === "times") await clearTimes(source, box, edits);
  else if (act === "handler") edits.clear(Math.min(box.content + 12, box.to), box.to);
  else if (act === "entries") await clearEntries(source, box, edits);
  else if (act === "references") await clearReferences(source, box, edits);
  else {
    await clearSamples(source, box, media, edits);
    freeBox(edits, box);
  }
}

/** When it was made and changed stands behind the version, in numbers of 32 or 64 bits (section 8.2.2). */
async function clearTimes(source: Source, box: Box, edits: Edits): Promise<void> {
  const [version] = await source.bytes(box.content, 1);
  const end = box.content + 4 + (version === 1 ? 16 : 8);
  if (end > box.to) throw new Damaged();
  edits.clear(box.content + 4, end);
}

/** Programs sign the entries that say how samples are coded: with their maker's four letters, and a name for pictures. */
async function clearEntries(source: Source, box: Box, edits: Edits): Promise<void> {
  for await (const entry of boxes(source, box.content + 8, box.to)) {
    const begin = entry.from + SAMPLE_ENTRY;
    const visual = await isVisual(source, entry);
    if (begin + 8 <= entry.to) edits.clear(begin + 4, begin + 8);
    if (!visual) continue;
    edits.clear(begin + 34, begin + 66);
    for await (const inner of boxes(source, begin + 70, entry.to)) {
      if (["uuid", "udta", "meta", "free", "skip"].includes(inner.name)) freeBox(edits, inner);
    }
  }
}

/** Pictures' entries have a resolution of 72, or end in a number that is -1 (section 12.1.3); those of sound are other. */
async function isVisual(source: Source, entry: Box): Promise<boolean> {
  if (entry.to - entry.from < 86) return false;
  const bytes = new Bytes(await source.bytes(entry.from, 86));
  return bytes.u32(36) === 0x480000 || bytes.u16(84) === 0xffff;
}

/** A track's samples lie in this file; how QuickTime once found others on a disk names the disk and its folders. */
async function clearReferences(source: Source, box: Box, edits: Edits): Promise<void> {
  const bytes = await contentOf(source, box, MOST_ENTRIES);
  for (let at = 8; at + 12 <= bytes.length; at += Math.max(12, bytes.u32(at))) {
    if ((bytes.u32(at + 8) & 1) === 0) throw new CannotClean(ELSEWHERE);
    edits.clear(box.content + at + 12, Math.min(box.content + at + Math.max(12, bytes.u32(at)), box.to));
  }
}
