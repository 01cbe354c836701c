/**
 * Films and sound in MP4, MOV, M4A and 3GP: tags, places, dates, names of programs, tracks of places and clocks become
 * room that nobody reads; the film is not loaded, and every byte of it stays at its place.
 */

import type { Box } from "./boxes.ts";
import { sizeText } from "./bytes.ts";
import { Findings } from "./findings.ts";
import { itemsOf } from "./items.ts";
import { type Target, apply, handlerOf, targetsOf, topBoxes } from "./movie.ts";
import { inspectEntries, inspectHandler, inspectTags, inspectTimes } from "./movie_tags.ts";
import { samplesLength } from "./samples.ts";
import { Edits, Source } from "./source.ts";
import { TRIMMED, unshown } from "./trimmed.ts";
import { Damaged, type Format, type Found } from "./types.ts";

const TYPES: ReadonlySet<string> = new Set(["video/mp4", "video/quicktime", "video/3gpp", "audio/mp4"]);
const MOST_BLANK = 1_048_576;

/** Notes what a box that will go, or of which a part will go, gives away. */
export async function inspectTarget(source: Source, { act, box }: Target, findings: Findings): Promise<void> {
  if (act === "free") await inspectTags(source, box, findings);
  else if (act === "times") await inspectTimes(source, box, findings);
  else if (act === "handler") await inspectHandler(source, box, findings);
  else if (act === "entries") await inspectEntries(source, box, findings);
  else if (act === "track") await inspectTrack(source, box, findings);
  else if (act === "blank") {
    const data = await source.bytes(box.content, Math.min(box.to - box.content, MOST_BLANK));
    if (data.some((byte) => byte !== 0)) findings.add("hidden", sizeText(box.to - box.content));
  }
}

async function inspectTrack(source: Source, track: Box, findings: Findings): Promise<void> {
  const handler = await handlerOf(source, track);
  const kind = handler === "tmcd" ? "time" : ["text", "sbtl", "subt", "clcp"].includes(handler) ? "comment" : "hidden";
  findings.add(kind, `${handler.replace(/[^\w ]/gu, "?")}, ${sizeText(await samplesLength(source, track))}`);
}

async function inspect(file: Blob): Promise<Found> {
  const [source, findings] = [new Source(file), new Findings()];
  const { top, end } = await topBoxes(source);
  for (const box of top) for await (const target of targetsOf(source, box, "")) await inspectTarget(source, target, findings);
  if (end < file.size) findings.add("hidden", sizeText(file.size - end));
  const movie = top.find(({ name }) => name === "moov");
  const seconds = movie === undefined ? 0 : await unshown(source, movie);
  if (seconds === 0) return { findings: findings.list, cleaning: "full", notes: [] };
  findings.add("hidden", `${seconds.toFixed(1)} s`);
  return { findings: findings.list, cleaning: "partial", notes: [TRIMMED] };
}

async function clean(file: Blob): Promise<Blob> {
  const [source, edits] = [new Source(file), new Edits()];
  const { top, end } = await topBoxes(source);
  if (!top.some(({ name }) => name === "moov")) throw new Damaged();
  const media = top.filter(({ name }) => name === "mdat" || name === "moof");
  for (const box of top) for await (const target of targetsOf(source, box, "")) await apply(source, target, media, edits);
  for (const box of top.filter(({ name }) => name === "meta")) {
    for (const { from, to } of (await itemsOf(source, box)).flatMap(({ ranges }) => ranges)) edits.clear(from, to);
  }
  return edits.applied(file.slice(0, end));
}

/** MP4, MOV, M4A and 3GP. */
export const film: Format = { matches: ({ type }) => TYPES.has(type), inspect, clean };
