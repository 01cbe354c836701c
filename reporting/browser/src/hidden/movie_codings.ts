/** How a film's samples are coded: what stands beside, in the entries that say so, stays only where it is known. */

import { N_ } from "../protocol/errors.ts";
import { type Box, boxAt, boxNamed, boxes } from "./boxes.ts";
import { Bytes } from "./bytes.ts";
import { PLAYED, handlerOf } from "./movie.ts";
import type { Source } from "./source.ts";
import { Damaged } from "./types.ts";

/** What is said of a film that is coded otherwise. */
export const UNUSUAL = N_("This film is coded in a way that is not known here, so it may hold notes of the device that stay.");

function names(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

/** Codings that hold pictures or sound alone; each picture of Motion JPEG has notes of its own, which would stay. */
const CODINGS: ReadonlySet<string> = names(
  "avc1 avc3 hvc1 hev1 vvc1 vvi1 dvh1 dvhe av01 vp08 vp09 mp4v s263 mp4a .mp3 alac samr sawb ac-3 ec-3 Opus sowt twos lpcm ipcm fpcm in24 in32 fl32 fl64 ulaw alaw apcn apch apcs apco ap4h ap4x",
);
/** What their entries hold: numbers, and how a decoder begins. */
const KNOWN: ReadonlySet<string> = names(
  "avcC hvcC lhvC vvcC av1C vpcC esds d263 btrt pasp colr clap fiel gama mdcv clli SmDm CoLL dvcC dvvC dvwC hvcE amve ccst auxi chrm st3d sv3d vexu hfov wave frma enda chan chnl alac damr dac3 dec3 dOps pcmC srat samp ludt free",
);
/** What is taken out of entries of pictures. */
const FREED: ReadonlySet<string> = names("skip uuid udta meta");
const IN_WAVE: ReadonlySet<string> = names("mp4a ac-3 .mp3");
const [ENTRY, PICTURES, SOUND] = [16, 70, 20]; // an entry's header; what pictures and sound have behind it
const MORE: readonly number[] = [0, 16, 36]; // of QuickTime's sound, by its version

/** Whether all tracks that stay are coded in a way that is known, with nothing beside. */
export async function isUsual(source: Source, movie: Box): Promise<boolean> {
  try {
    for await (const track of boxes(source, movie.content, movie.to)) {
      if (track.name !== "trak") continue;
      const handler = await handlerOf(source, track);
      if (PLAYED.has(handler) && !(await isTrackUsual(source, track, handler === "soun"))) return false;
    }
    return true;
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    return false;
  }
}

async function isTrackUsual(source: Source, track: Box, sound: boolean): Promise<boolean> {
  let at = track;
  for (const name of ["mdia", "minf", "stbl", "stsd"]) {
    const found = await boxNamed(source, at.content, at.to, name);
    if (found === null) return false;
    at = found;
  }
  for await (const entry of boxes(source, at.content + 8, at.to)) {
    if (!CODINGS.has(entry.name) && entry.name !== "raw ") return false;
    const behind = entry.from + ENTRY + (sound ? SOUND : PICTURES);
    if (!sound) {
      if (!(await areKnown(source, behind, entry.to, FREED))) return false;
      continue;
    }
    const version = new Bytes(await source.bytes(entry.from + ENTRY, 2)).u16(0);
    const begins = [behind + (MORE[version] ?? 0), behind]; // newer files have versions without more
    const usual = await Promise.all(begins.map((from) => areKnown(source, from, entry.to)));
    if (!usual.some((known) => known)) return false;
  }
  return true;
}

/** Whether known boxes alone stand there; QuickTime's list ends in zeros. */
async function areKnown(source: Source, from: number, to: number, more: ReadonlySet<string> = new Set()): Promise<boolean> {
  try {
    for (let at = from; at + 8 <= to; ) {
      const head = await source.bytes(at, to - at);
      if (head.every((byte) => byte === 0)) return true;
      const box = await boxAt(source, at, to);
      const ends = box.name === "\0\0\0\0" && box.to === box.content; // QuickTime's list
      if (!ends && !KNOWN.has(box.name) && !more.has(box.name)) return false;
      if (box.name === "colr" && /^(?:prof|rICC)/u.test(new Bytes(await source.bytes(box.content, 4)).latin1(0, 4))) return false;
      if (box.name === "wave" && !(await areKnown(source, box.content, box.to, IN_WAVE))) return false;
      at = box.to;
    }
    return true;
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    return false;
  }
}
