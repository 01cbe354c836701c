/**
 * WebM and Matroska (RFC 9559), as browsers record. Titles, dates, names of programs, attachments, chapters and tags
 * become room that nobody reads; the film is not loaded, and every byte of it stays at its place.
 */

import { N_ } from "../protocol/errors.ts";
import { Bytes, type Data, anyText, joined, le32, sizeText } from "./bytes.ts";
import { FILM_STAYS, clearSignatures, signaturesAt } from "./coded.ts";
import { type Element, elementAt, elements, voidElement } from "./ebml.ts";
import { Findings } from "./findings.ts";
import { kindOfName } from "./keys.ts";
import { UNUSUAL } from "./movie_codings.ts";
import { Edits, Source } from "./source.ts";
import { CannotClean, Damaged, type Format, type Found, type Kind } from "./types.ts";
import { inspectComments } from "./vorbis.ts";

const TYPES: ReadonlySet<string> = new Set(["video/webm", "audio/webm", "video/x-matroska"]);
const [EBML, SEGMENT, INFO, TRACKS, TRACK, CLUSTER, VOID, CODEC, PRIVATE] = [0x1a45dfa3, 0x18538067, 0x1549a966, 0x1654ae6b, 0xae, 0x1f43b675, 0xec, 0x86, 0x63a2];
const [SEEKING, CUES, TAGS, ATTACHMENTS, CHAPTERS] = [0x114d9b74, 0x1c53bb6b, 0x1254c367, 0x1941a469, 0x1043a770];
const [NUMBER, TYPE, GROUP, BLOCK, SIMPLE, MORE, CRC] = [0xd7, 0x83, 0xa0, 0xa1, 0xa3, 0xa6, 0xbf];
/** What stands in a segment: a cluster of unknown length ends where one of these begins. */
const TOP: ReadonlySet<number> = new Set([SEEKING, INFO, TRACKS, CLUSTER, CUES, TAGS, ATTACHMENTS, CHAPTERS]);
const APPLICATIONS: ReadonlySet<number> = new Set([0x4d80, 0x5741]); // have to be there, and may be empty
/** What an element may hold, by its number; what is a key here itself is looked into. */
const KEPT: Readonly<Record<number, ReadonlySet<number>>> = {
  [EBML]: new Set([0x4286, 0x42f7, 0x42f2, 0x42f3, 0x4282, 0x4287, 0x4285]),
  [SEEKING]: new Set([0x4dbb]),
  0x4dbb: new Set([0x53ab, 0x53ac]),
  [INFO]: new Set([0x2ad7b1, 0x4489]), // how long a moment is, and all of it
  [TRACKS]: new Set([TRACK]),
  [TRACK]: new Set([
    ...[NUMBER, 0x73c5, TYPE, 0xb9, 0x88, 0x55aa, 0x9c, 0x6de7, 0x6df8, 0x23e383, 0x234e7a, 0x55ee, CODEC, PRIVATE, 0x56aa, 0x56bb],
    ...[0xe0, 0xe1, 0x6d80, 0x22b59c, 0x22b59d, 0x23314f, 0x41e4, 0x55ab, 0x55ac, 0x55ad, 0x55ae, 0x55af, 0xaa],
  ]),
  0xe0: new Set([0xb0, 0xba, 0x54b0, 0x54ba, 0x54b2, 0x54b3, 0x9a, 0x9d, 0x53b8, 0x53c0, 0x55b0, 0x7670, 0x54aa, 0x54bb, 0x54cc, 0x54dd, 0x2eb524, 0x2383e3]),
  0x55b0: new Set([0x55b1, 0x55b2, 0x55b3, 0x55b4, 0x55b5, 0x55b6, 0x55b7, 0x55b8, 0x55b9, 0x55ba, 0x55bb, 0x55bc, 0x55bd, 0x55d0]),
  0x55d0: new Set([0x55d1, 0x55d2, 0x55d3, 0x55d4, 0x55d5, 0x55d6, 0x55d7, 0x55d8, 0x55d9, 0x55da]),
  0x7670: new Set([0x7671, 0x7672, 0x7673, 0x7674, 0x7675]),
  0xe1: new Set([0xb5, 0x78b5, 0x9f, 0x6264, 0x52f1]),
  0x6d80: new Set([0x6240]),
  0x6240: new Set([0x5031, 0x5032, 0x5033, 0x5034]), // and none that is encrypted
  0x5034: new Set([0x4254, 0x4255]),
  0x41e4: new Set([0x41f0, 0x41e7, 0x41ed]),
  [CLUSTER]: new Set([0xe7, 0xa7, 0xab, SIMPLE, GROUP]),
  [GROUP]: new Set([BLOCK, 0x9b, 0xfb, 0xfa, 0xa4, 0x75a2, 0x75a1]),
  0x75a1: new Set([MORE]),
  [MORE]: new Set([0xa5, 0xee]),
  [CUES]: new Set([0xbb]),
  0xbb: new Set([0xb3, 0xb7]),
  0xb7: new Set([0xf7, 0xf1, 0xf0, 0x5378, 0xea]),
};
/** Tracks of pictures and of sound. Others hold words, buttons, measurements; drones write where they are as subtitles. */
const PLAYED: ReadonlySet<number> = new Set([1, 2]);
/** Codings whose private data is numbers alone, or from which names are taken. */
const KNOWN_CODINGS = /^(?:V_VP[89]|V_AV1|V_MPEG4\/ISO\/AVC|V_MPEGH\/ISO\/HEVC|A_OPUS|A_VORBIS|A_AAC.*|A_MPEG.*|A_AC3|A_EAC3|A_PCM.*)$/u;
const KINDS: Readonly<Record<number, Kind>> = { 0x7ba9: "title", 0x536e: "title", 0x4d80: "software", 0x5741: "software", 0x258688: "software", 0x7384: "title", 0x4461: "time", 0x73a4: "serial" };
const EPOCH = Date.UTC(2001, 0, 1); // RFC 8794, section 7.6
const MOST_READ = 1_048_576;
const MOST_BEGINS = 16; // of blocks, at the beginning of the film
const ODD = N_("This film is stored in a form that is hardly used, so what it hides cannot be removed here.");

/** What goes: an element, or the content of one that has to be there. */
interface Target {
  readonly act: "void" | "blank" | "comments" | "track" | "words";
  readonly element: Element & { readonly to: number };
}

/** What a film is made of, as far as it was read. */
class Layout {
  readonly targets: Target[] = [];
  /** Numbers of the tracks that are seen or heard. */
  readonly played = new Set<number>();
  /** Where codings and the first pictures stand, in which programs name themselves. */
  readonly begins: number[] = [];
  /** How much other tracks say, and what stays that is not known. */
  words = 0;
  unusual = false;
  end = 0;
}

async function layoutOf(source: Source): Promise<Layout> {
  const head = await elementAt(source, 0, source.size);
  if (head.id !== EBML || head.to === null) throw new Damaged();
  const segment = await elementAt(source, head.to, source.size);
  if (segment.id !== SEGMENT) throw new Damaged();
  const end = segment.to ?? source.size;
  const layout = new Layout();
  layout.end = end;
  await inner(source, { ...head, to: head.to }, layout);
  let film = false;
  for (let at = segment.content; at < end; ) {
    const element = await elementAt(source, at, end);
    const to = element.to ?? (await openEnd(source, element, end));
    if (element.id === CLUSTER && layout.played.size === 0) throw new Damaged();
    film ||= element.id === CLUSTER;
    if (Object.hasOwn(KEPT, element.id) && TOP.has(element.id)) await inner(source, { ...element, to }, layout);
    else layout.targets.push({ act: "void", element: { ...element, to } });
    at = to;
  }
  if (!film) throw new Damaged();
  if (end < source.size && new Bytes(await source.bytes(end, Math.min(4, source.size - end))).data[0] === 0x1a) throw new CannotClean(ODD);
  return layout;
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

/** Notes what of an element's content goes. */
async function inner(source: Source, parent: Target["element"], layout: Layout): Promise<void> {
  for await (const element of elements(source, parent.content, parent.to)) {
    if (APPLICATIONS.has(element.id) && parent.id === INFO) layout.targets.push({ act: "blank", element });
    else if (KEPT[parent.id]?.has(element.id) !== true) layout.targets.push({ act: "void", element });
    else if (element.id === TRACK) await track(source, element, layout);
    else if (element.id === SIMPLE || element.id === GROUP) await block(source, element, layout);
    else if (element.id === MORE && !(await isAlpha(source, element))) layout.targets.push({ act: "void", element });
    else if (Object.hasOwn(KEPT, element.id)) await inner(source, element, layout);
  }
}

async function track(source: Source, whole: Target["element"], layout: Layout): Promise<void> {
  let [codec, number, type] = ["", 0, 0];
  let own: Target["element"] | null = null;
  for await (const element of elements(source, whole.content, whole.to)) {
    const data = await source.bytes(element.content, Math.min(40, element.to - element.content));
    if (element.id === CODEC) codec = anyText(data).replace(/\0+$/u, "");
    if (element.id === PRIVATE) own = element;
    if (element.id === NUMBER) number = data.reduce((value, byte) => value * 256 + byte, 0);
    if (element.id === TYPE) type = data.reduce((value, byte) => value * 256 + byte, 0);
  }
  if (!PLAYED.has(type)) {
    layout.targets.push({ act: "track", element: whole });
    return;
  }
  if (codec === "A_FLAC" || layout.played.has(number)) throw new CannotClean(ODD);
  layout.played.add(number);
  if (own !== null) layout.begins.push(own.content);
  if (own !== null && codec === "A_VORBIS") layout.targets.push({ act: "comments", element: own });
  else if (!KNOWN_CODINGS.test(codec)) layout.unusual = true;
  await inner(source, whole, layout);
}

/** What a block has besides is how far it can be seen through where its kind is 1, or not said; others measure, or tell. */
async function isAlpha(source: Source, more: Target["element"]): Promise<boolean> {
  for await (const { id, content, to } of elements(source, more.content, more.to)) {
    if (id === 0xee && (await source.bytes(content, to - content)).some((byte, place) => byte !== (content + place === to - 1 ? 1 : 0))) return false;
  }
  return true;
}

/** A block of samples begins with its track's number; those of tracks that go, go with them. */
async function block(source: Source, element: Target["element"], layout: Layout): Promise<void> {
  let samples: Target["element"] | null = element.id === SIMPLE ? element : null;
  if (samples === null) for await (const part of elements(source, element.content, element.to)) if (part.id === BLOCK) samples = part;
  const number = samples === null ? 0 : await trackOf(source, samples);
  if (layout.played.has(number)) {
    if (samples !== null && layout.begins.length < MOST_BEGINS) layout.begins.push(samples.content);
    if (element.id === GROUP) await inner(source, element, layout);
  } else {
    layout.words += element.to - element.content;
    layout.targets.push({ act: "words", element });
  }
}

async function trackOf(source: Source, { content, to }: Target["element"]): Promise<number> {
  const head = await source.bytes(content, Math.min(8, to - content));
  const width = Math.clz32(head[0] ?? 0) - 23;
  if (width > head.length) throw new Damaged();
  return head.subarray(0, width).reduce((value, byte, place) => value * 256 + (place === 0 ? byte & (0xff >> width) : byte), 0);
}

async function inspect(file: Blob): Promise<Found> {
  const [source, findings] = [new Source(file), new Findings()];
  const { targets, begins, words, unusual, end } = await layoutOf(source);
  for (const target of targets) await inspectTarget(source, target, findings);
  if (words > 0) findings.add("comment", sizeText(words));
  for (const from of begins) for (const { text } of await signaturesAt(source, from)) findings.add("software", text);
  if (end < file.size) findings.add("hidden", sizeText(file.size - end));
  return { findings: findings.list, cleaning: unusual ? "partial" : "full", notes: unusual ? [FILM_STAYS, UNUSUAL] : [FILM_STAYS] };
}

async function inspectTarget(source: Source, { act, element }: Target, findings: Findings): Promise<void> {
  if (act === "words") return; // all of them are told together
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
  else if (act === "track") findings.add("comment", sizeText(size));
  else if (element.id !== CRC && data.some((byte) => byte !== 0)) findings.add(element.id === VOID ? "hidden" : "other", sizeText(size));
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
  const { targets, begins, end } = await layoutOf(source);
  for (const { act, element } of targets) {
    if (act === "blank") edits.clear(element.content, element.to);
    else if (act === "comments") await clearComments(source, element, edits);
    else voidElement(edits, element.from, element.to);
  }
  for (const from of begins) clearSignatures(await signaturesAt(source, from), edits);
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
