/**
 * Films and sound in MP4, MOV, M4A and 3GP: tags, places, dates, names of programs, tracks of places and clocks become
 * room that nobody reads; the film is not loaded, and every byte of it stays at its place.
 */

import { N_ } from "../protocol/errors.ts";
import type { Box } from "./boxes.ts";
import { sizeText } from "./bytes.ts";
import { FILM_STAYS, clearSignatures, signaturesAt } from "./coded.ts";
import { Findings } from "./findings.ts";
import { itemsOf } from "./items.ts";
import { type Media, mediaOf, written } from "./media.ts";
import { type Target, apply, handlerOf, targetsOf, topBoxes } from "./movie.ts";
import { UNUSUAL, isUsual } from "./movie_codings.ts";
import { inspectEntries, inspectHandler, inspectTags, inspectTimes } from "./movie_tags.ts";
import { samplesLength } from "./samples.ts";
import { Edits, Source } from "./source.ts";
import { TRIMMED, unshown } from "./trimmed.ts";
import { Damaged, type Format, type Found } from "./types.ts";

const TYPES: ReadonlySet<string> = new Set(["video/mp4", "video/quicktime", "video/3gpp", "audio/mp4"]);
const MOST_BLANK = 1_048_576;
/** What is said where {@link mediaOf} fails. */
export const UNFOLLOWED = N_("Not all places in this film could be followed, so notes of the device may still stand between its pictures.");

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
  const notes = [FILM_STAYS];
  for (const box of top) for await (const target of targetsOf(source, box, "")) await inspectTarget(source, target, findings);
  if (end < file.size) findings.add("hidden", sizeText(file.size - end));
  const media = await mediaOf(source, top);
  if (media === null) notes.push(UNFOLLOWED);
  else await inspectMedia(source, media, findings);
  const movie = top.find(({ name }) => name === "moov");
  if (movie !== undefined && !(await isUsual(source, movie))) notes.push(UNUSUAL);
  const seconds = movie === undefined ? 0 : await unshown(source, movie);
  if (seconds > 0) {
    findings.add("hidden", `${seconds.toFixed(1)} s`);
    notes.push(TRIMMED);
  }
  return { findings: findings.list, cleaning: notes.length === 1 ? "full" : "partial", notes };
}

/** Notes what stands between the samples, and the names of programs within the first ones. */
export async function inspectMedia(source: Source, { unnamed, begins }: Media, findings: Findings): Promise<void> {
  const bytes = await written(source, unnamed);
  if (bytes > 0) findings.add("hidden", sizeText(bytes));
  for (const from of begins) for (const { text } of await signaturesAt(source, from)) findings.add("software", text);
}

async function clean(file: Blob): Promise<Blob> {
  const [source, edits] = [new Source(file), new Edits()];
  const { top, end } = await topBoxes(source);
  if (!top.some(({ name }) => name === "moov")) throw new Damaged();
  const boxes = top.filter(({ name }) => name === "mdat" || name === "moof");
  for (const box of top) for await (const target of targetsOf(source, box, "")) await apply(source, target, boxes, edits);
  for (const box of top.filter(({ name }) => name === "meta")) {
    for (const { from, to } of (await itemsOf(source, box)).flatMap(({ ranges }) => ranges)) edits.clear(from, to);
  }
  const media = await mediaOf(source, top);
  if (media !== null) await clearMedia(source, media, edits);
  return edits.applied(file.slice(0, end));
}

/** Writes over what {@link inspectMedia} notes. */
export async function clearMedia(source: Source, { unplayed, begins }: Media, edits: Edits): Promise<void> {
  for (const { from, to } of unplayed) edits.clear(from, to);
  for (const from of begins) clearSignatures(await signaturesAt(source, from), edits);
}

/** MP4, MOV, M4A and 3GP. */
export const film: Format = { matches: ({ type }) => TYPES.has(type), inspect, clean };
