/**
 * HEIC and AVIF. EXIF, XMP and other notes are written over where they stand, so that the pictures stay at their
 * places; properties that are not known, dates and names go. How to turn the picture is a property of its own there.
 */

import { type Box, boxNamed, boxes, freeBox } from "./boxes.ts";
import { Bytes, anyText, be32, bytesOf, joined, latin1, sizeText, starts } from "./bytes.ts";
import { inspectExif } from "./exif.ts";
import { inspectTarget } from "./film.ts";
import { Findings } from "./findings.ts";
import { cleanIcc, inspectIcc } from "./icc.ts";
import { type Item, itemContent, itemsOf, told } from "./items.ts";
import { apply, targetsOf, topBoxes } from "./movie.ts";
import { inspectTags } from "./movie_tags.ts";
import { Edits, Source } from "./source.ts";
import { Damaged, type Format, type Found } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const MOST_READ = 8 * 1_048_576;
const META: ReadonlySet<string> = new Set("hdlr pitm iloc iinf iref iprp idat grpl dinf".split(" "));
const PROPERTIES: ReadonlySet<string> = new Set(
  "ispe pixi colr pasp clap irot imir hvcC av1C avcC vvcC lhvC jpgC auxC lsel a1op a1lx rloc clli mdcv cclv amve reve ndwt oinf tols scal".split(" "),
);
/** An EXIF of no tag, behind the four bytes that say where it begins. */
const NO_EXIF = joined([be32(0), bytesOf("MM\0*\0\0\0\x08\0\0\0\0\0\0")]);
const NO_XMP = bytesOf('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>');
const XMP_TYPE = "application/rdf+xml";

async function metaOf(source: Source): Promise<{ readonly top: readonly Box[]; readonly meta: Box; readonly end: number }> {
  const { top, end } = await topBoxes(source);
  const meta = top.find(({ name }) => name === "meta");
  if (meta === undefined) throw new Damaged();
  return { top, meta, end };
}

async function inspect(file: Blob): Promise<Found> {
  const [source, findings] = [new Source(file), new Findings()];
  const { top, meta, end } = await metaOf(source);
  for (const item of told(await itemsOf(source, meta))) await inspectItem(source, item, findings);
  for (const box of await strangers(source, meta)) await inspectTags(source, box, findings);
  for (const box of await profiles(source, meta)) inspectIcc(await source.bytes(box.content + 4, box.to - box.content - 4), findings);
  for (const box of top) if (box !== meta) for await (const target of targetsOf(source, box, "")) await inspectTarget(source, target, findings);
  if (end < file.size) findings.add("hidden", sizeText(file.size - end));
  return { findings: findings.list, cleaning: "full", notes: [] };
}

async function inspectItem(source: Source, item: Item, findings: Findings): Promise<void> {
  const data = await itemContent(source, item, MOST_READ);
  const rest = starts(data, latin1(NO_XMP)) ? data.subarray(NO_XMP.length) : data;
  if (rest.every((byte) => byte === 0 || byte === 0x20)) return; // written over already
  if (item.type === "Exif") inspectExif(data.subarray(4 + new Bytes(data).u32(0)), findings);
  else if (item.contentType === XMP_TYPE) inspectXmp(data, findings);
  else findings.add("other", `${item.type.replace(/[^\w ]/gu, "?")} ${item.contentType}, ${sizeText(data.length)}`);
}

/** Boxes of a `meta`, and properties of its items, that are not known. */
async function strangers(source: Source, meta: Box): Promise<readonly Box[]> {
  const found: Box[] = [];
  for await (const box of boxes(source, meta.content + 4, meta.to)) if (!META.has(box.name) && box.name !== "free") found.push(box);
  for (const box of await properties(source, meta)) if (!PROPERTIES.has(box.name) && box.name !== "free") found.push(box);
  return found;
}

async function properties(source: Source, meta: Box): Promise<readonly Box[]> {
  const all = await boxNamed(source, meta.content + 4, meta.to, "iprp");
  const list = all === null ? null : await boxNamed(source, all.content, all.to, "ipco");
  const found: Box[] = [];
  if (list !== null) for await (const box of boxes(source, list.content, list.to)) found.push(box);
  return found;
}

/** Color profiles; other ways to say colors are numbers alone. */
async function profiles(source: Source, meta: Box): Promise<readonly Box[]> {
  const found: Box[] = [];
  for (const box of await properties(source, meta)) {
    if (box.name !== "colr" || box.to - box.content < 132 || box.to - box.content > MOST_READ) continue;
    if (["prof", "rICC"].includes(anyText(await source.bytes(box.content, 4)))) found.push(box);
  }
  return found;
}

async function clean(file: Blob): Promise<Blob> {
  const [source, edits] = [new Source(file), new Edits()];
  const { top, meta, end } = await metaOf(source);
  const items = await itemsOf(source, meta);
  clearItems(told(items), edits);
  for (const { name } of items) edits.write(name.from, new Uint8Array(name.to - name.from).fill(0x20));
  for (const box of await strangers(source, meta)) freeBox(edits, box);
  for (const box of await profiles(source, meta)) await cleanProfile(source, box, edits);
  const handler = await boxNamed(source, meta.content + 4, meta.to, "hdlr");
  if (handler !== null && handler.to - handler.content > 24) edits.clear(handler.content + 24, handler.to);
  const media = top.filter(({ name }) => name === "mdat" || name === "moof");
  for (const box of top) if (box !== meta) for await (const target of targetsOf(source, box, "")) await apply(source, target, media, edits);
  return edits.applied(file.slice(0, end));
}

/** Writes over items: EXIF and XMP with such of no tag, so that readers still find one; others with zeros. */
function clearItems(items: readonly Item[], edits: Edits): void {
  for (const { type, contentType, ranges } of items) {
    const xmp = contentType === XMP_TYPE;
    const empty = xmp ? NO_XMP : type === "Exif" ? NO_EXIF : new Uint8Array();
    const [first] = ranges;
    if (first !== undefined && first.to - first.from >= empty.length) edits.write(first.from, empty);
    for (const { from, to } of ranges) {
      if (xmp) edits.write(from, new Uint8Array(to - from).fill(0x20));
      else edits.clear(from, to);
    }
  }
}

/** A profile of colors alone in the room of the old one; where it needs more, which none does, it stays and is told. */
async function cleanProfile(source: Source, box: Box, edits: Edits): Promise<void> {
  const old = (await source.bytes(box.content + 4, box.to - box.content - 4)).slice();
  const kept = cleanIcc(old, old.length);
  if (kept !== null) edits.write(box.content + 4, kept);
}

/** HEIC and AVIF. */
export const heif: Format = { matches: ({ type }) => type === "image/heic" || type === "image/avif", inspect, clean };
