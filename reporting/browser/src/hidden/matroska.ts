/**
 * WebM and Matroska (RFC 9559), as browsers record. Titles, dates, names of programs, attachments, chapters and tags
 * become room that nobody reads; the film is not loaded, and every byte of it stays at its place.
 */

import { N_ } from "../protocol/errors.ts";
import { Bytes, type Data, anyText, joined, le32, sizeText } from "./bytes.ts";
import { type Element, elementAt, elements, voidElement } from "./ebml.ts";
import { Findings } from "./findings.ts";
import { kindOfName } from "./keys.ts";
import { Edits, Source } from "./source.ts";
import { CannotClean, Damaged, type Format, type Found, type Kind } from "./types.ts";
import { inspectComments } from "./vorbis.ts";

const TYPES: ReadonlySet<string> = new Set(["video/webm", "audio/webm", "video/x-matroska"]);
const [EBML, SEGMENT, INFO, TRACKS, TRACK, CLUSTER, VOID, CODEC, PRIVATE] = [0x1a45dfa3, 0x18538067, 0x1549a966, 0x1654ae6b, 0xae, 0x1f43b675, 0xec, 0x86, 0x63a2];
const [SEEKING, CUES, TAGS, ATTACHMENTS, CHAPTERS] = [0x114d9b74, 0x1c53bb6b, 0x1254c367, 0x1941a469, 0x1043a770];
/** What stands in a segment: a cluster of unknown length ends where one of these begins. */
const TOP: ReadonlySet<number> = new Set([SEEKING, INFO, TRACKS, CLUSTER, CUES, TAGS, ATTACHMENTS, CHAPTERS]);
const APPLICATIONS: ReadonlySet<number> = new Set([0x4d80, 0x5741]); // have to be there, and may be empty
const KEPT: Readonly<Record<number, ReadonlySet<number>>> = {
  [INFO]: new Set([0x2ad7b1, 0x4489]), // how long a moment is, and all of it
  [TRACK]: new Set([
    ...[0xd7, 0x73c5, 0x83, 0xb9, 0x88, 0x55aa, 0x9c, 0x6de7, 0x6df8, 0x23e383, 0x234e7a, 0x55ee, CODEC, PRIVATE, 0x56aa, 0x56bb],
    ...[0xe0, 0xe1, 0x6d80, 0x22b59c, 0x22b59d, 0x23314f, 0x41e4, 0x55ab, 0x55ac, 0x55ad, 0x55ae, 0x55af, 0xaa, 0xe2],
  ]),
};
const KINDS: Readonly<Record<number, Kind>> = { 0x7ba9: "title", 0x536e: "title", 0x4d80: "software", 0x5741: "software", 0x258688: "software", 0x7384: "title", 0x4461: "time", 0x73a4: "serial" };
const EPOCH = Date.UTC(2001, 0, 1); // RFC 8794, section 7.6
const MOST_READ = 1_048_576;
const ODD = N_("This film is stored in a form that is hardly used, so what it hides cannot be removed here.");

/** What goes: an element, or the content of one that has to be there. */
interface Target {
  readonly act: "void" | "blank" | "comments";
  readonly element: Element & { readonly to: number };
}

interface Layout {
  readonly targets: readonly Target[];
  readonly end: number;
}

async function layoutOf(source: Source): Promise<Layout> {
  const head = await elementAt(source, 0, source.size);
  if (head.id !== EBML || head.to === null) throw new Damaged();
  const segment = await elementAt(source, head.to, source.size);
  if (segment.id !== SEGMENT) throw new Damaged();
  const end = segment.to ?? source.size;
  const targets: Target[] = [];
  let film = false;
  for (let at = segment.content; at < end; ) {
    const element = await elementAt(source, at, end);
    const to = element.to ?? (await openEnd(source, element, end));
    film ||= element.id === CLUSTER;
    await top(source, { ...element, to }, targets);
    at = to;
  }
  if (!film) throw new Damaged();
  if (end < source.size && new Bytes(await source.bytes(end, Math.min(4, source.size - end))).data[0] === 0x1a) throw new CannotClean(ODD);
  return { targets, end };
}

/** Where a cluster ends whose length was not known when it was begun. */
async function openEnd(source: Source, { id, content }: Element, end: number): Promise<number> {
  if (id !== CLUSTER) throw new Damaged();
  for (let at = content; at < end; ) {
    const element = await elementAt(source, at, end);
    if (TOP.has(element.id)) return at;
    if (element.to === null) throw new Damaged();
    at = element.to;
  }
  return end;
}

async function top(source: Source, element: Target["element"], targets: Target[]): Promise<void> {
  if (element.id === INFO) await inner(source, element, targets);
  else if (element.id === TRACKS) {
    for await (const track of elements(source, element.content, element.to)) {
      if (track.id === TRACK) await inner(source, track, targets);
      else targets.push({ act: "void", element: track });
    }
  } else if (![SEEKING, CLUSTER, CUES].includes(element.id)) targets.push({ act: "void", element });
}

async function inner(source: Source, parent: Target["element"], targets: Target[]): Promise<void> {
  let codec = "";
  for await (const element of elements(source, parent.content, parent.to)) {
    if (element.id === CODEC) codec = anyText(await source.bytes(element.content, Math.min(40, element.to - element.content)));
    if (codec === "A_FLAC") throw new CannotClean(ODD);
    if (element.id === PRIVATE && codec === "A_VORBIS") targets.push({ act: "comments", element });
    else if (APPLICATIONS.has(element.id)) targets.push({ act: "blank", element });
    else if (KEPT[parent.id]?.has(element.id) !== true) targets.push({ act: "void", element });
  }
}

async function inspect(file: Blob): Promise<Found> {
  const [source, findings] = [new Source(file), new Findings()];
  const { targets, end } = await layoutOf(source);
  for (const target of targets) await inspectTarget(source, target, findings);
  if (end < file.size) findings.add("hidden", sizeText(file.size - end));
  return { findings: findings.list, cleaning: "full", notes: [] };
}

async function inspectTarget(source: Source, { act, element }: Target, findings: Findings): Promise<void> {
  const size = element.to - element.content;
  const data = await source.bytes(element.content, Math.min(size, MOST_READ));
  const kind = KINDS[element.id];
  if (act === "comments") {
    const [from, to] = commentsOf(data);
    inspectComments(data.subarray(from + 7, to), findings);
  } else if (element.id === 0x4461 && size === 8) findings.add("time", date(new Bytes(data)));
  else if (element.id === 0x73a4) findings.add("serial", Array.from(data.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join(""));
  else if (kind !== undefined) findings.add(kind, anyText(data));
  else if (element.id === TAGS) await inspectTags(source, element, findings);
  else if (element.id === ATTACHMENTS) findings.add("attachment", sizeText(size));
  else if (element.id === CHAPTERS) findings.add("title", sizeText(size));
  else if (element.id !== 0xbf && data.some((byte) => byte !== 0)) findings.add(element.id === VOID ? "hidden" : "other", sizeText(size));
}

function date(bytes: Bytes): string {
  const seconds = (bytes.u32(0) * 2 ** 32 + bytes.u32(4)) / 1e9;
  const time = new Date(EPOCH + seconds * 1_000);
  return Number.isNaN(time.getTime()) ? String(seconds) : time.toISOString().slice(0, 19).replace("T", " ");
}

/** Names and texts of tags, as far as they can be read. */
async function inspectTags(source: Source, all: Target["element"], findings: Findings): Promise<void> {
  try {
    for await (const tag of elements(source, all.content, all.to)) {
      for await (const simple of elements(source, tag.content, tag.to)) if (simple.id === 0x67c8) await inspectTag(source, simple, findings);
    }
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error;
    findings.add("other", sizeText(all.to - all.from));
  }
}

async function inspectTag(source: Source, simple: Target["element"], findings: Findings): Promise<void> {
  let [name, text] = ["", ""];
  for await (const { id, content, to } of elements(source, simple.content, simple.to)) {
    const own = anyText(await source.bytes(content, Math.min(400, to - content)));
    if (id === 0x45a3) name = own;
    if (id === 0x4487) text = own;
  }
  findings.words(kindOfName(name), text);
}

async function clean(file: Blob): Promise<Blob> {
  const [source, edits] = [new Source(file), new Edits()];
  const { targets, end } = await layoutOf(source);
  for (const { act, element } of targets) {
    if (act === "void") voidElement(edits, element.from, element.to);
    else if (act === "blank") edits.clear(element.content, element.to);
    else await clearComments(source, element, edits);
  }
  return edits.applied(file.slice(0, end));
}

/** Vorbis' three leading packets, their lengths in front: where the second one lies. */
function commentsOf(data: Data): readonly [number, number] {
  const bytes = new Bytes(data);
  if (bytes.u8(0) !== 2) throw new Damaged();
  let at = 1;
  const lengths = [0, 0].map(() => {
    let length = 0;
    while (bytes.u8(at) === 255) {
      length += 255;
      at++;
    }
    return length + bytes.u8(at++);
  });
  const [first = 0, second = 0] = lengths;
  if (second < 16) throw new Damaged();
  return [at + first, bytes.part(0, at + first + second).length];
}

/** One program's name of nothing, as long as the comments were. */
async function clearComments(source: Source, element: Target["element"], edits: Edits): Promise<void> {
  const [from, to] = commentsOf(await source.bytes(element.content, element.to - element.content));
  const vendor = to - from - 7 - 8 - 1;
  const plain = joined([le32(vendor), new Uint8Array(vendor), le32(0), Uint8Array.of(1)]);
  edits.write(element.content + from + 7, plain);
}

/** WebM and Matroska. */
export const matroska: Format = { matches: ({ type }) => TYPES.has(type), inspect, clean };
