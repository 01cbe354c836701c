/**
 * Ogg (RFC 3533) with Vorbis, Opus, Theora or Speex. The comments that stand in front of the sound are written anew
 * without any; pages behind them keep their content and get new numbers where there are fewer. The sound is not loaded.
 */

import { N_ } from "../protocol/errors.ts";
import { Bytes, type Data, bytesOf, joined, le32, sizeText, starts } from "./bytes.ts";
import { SOUND_STAYS } from "./coded.ts";
import { oggCrc } from "./crc.ts";
import { Findings } from "./findings.ts";
import { Pieces, Source } from "./source.ts";
import { CannotClean, Damaged, type Format, type Found } from "./types.ts";
import { NO_COMMENTS, inspectComments } from "./vorbis.ts";

const [CONTINUED, BEGINS] = [1, 2]; // flags of a page, section 6
const MOST_HEADERS = 32 * 1_048_576;
const MOST_STREAMS = 64;
const OTHER_STREAM = N_("This recording holds a kind of stream that is not known, so what it hides cannot be removed.");

/** How a stream begins, how many packets lead it in, and what its second one is without comments. */
interface Coding {
  readonly begins: string;
  readonly headers: number;
  readonly comments: string;
  readonly ends: Data;
}

const CODINGS: readonly Coding[] = [
  { begins: "\x01vorbis", headers: 3, comments: "\x03vorbis", ends: Uint8Array.of(1) },
  { begins: "OpusHead", headers: 2, comments: "OpusTags", ends: new Uint8Array() },
  { begins: "\x80theora", headers: 3, comments: "\x81theora", ends: new Uint8Array() },
  { begins: "Speex   ", headers: 2, comments: "", ends: new Uint8Array() },
];
/** A stream about the others, with the time at which they were made. */
const SKELETON = "fishead\0";

interface Page {
  readonly from: number;
  readonly content: number;
  readonly to: number;
  readonly head: Bytes;
  readonly flags: number;
  readonly serial: number;
  readonly number: number;
  /** Lengths of the parts of packets; one below 255 ends a packet. */
  readonly lacing: Data;
}

async function* pages(source: Source): AsyncGenerator<Page> {
  for (let from = 0; from < source.size; ) {
    const fixed = await source.bytes(from, 27);
    if (!starts(fixed, "OggS\0")) throw new Damaged();
    const segments = fixed[26] ?? 0;
    const head = new Bytes((await source.bytes(from, 27 + segments)).slice(), true);
    const lacing = head.part(27);
    const content = from + 27 + segments;
    const to = content + lacing.reduce((sum, length) => sum + length, 0);
    if (to > source.size) throw new Damaged();
    yield { from, content, to, head, flags: head.u8(5), serial: head.u32(14), number: head.u32(18), lacing };
    from = to;
  }
}

/** One stream while it is read: first its leading packets, then by how many its pages' numbers went down. */
class Stream {
  readonly packets: Data[] = [];
  #parts: Data[] = [];
  #size = 0;
  #pages = 0;
  /** By how many the numbers of the pages behind went down. */
  fewer = 0;

  constructor(
    readonly coding: Coding | null,
    readonly first: Page,
  ) {}

  isLeading(): boolean {
    return this.coding !== null && this.packets.length < this.coding.headers;
  }

  get pages(): number {
    return this.#pages;
  }

  /** Takes a page of leading packets. @throws Damaged where sound begins on it */
  take(page: Page, content: Data): void {
    let at = 0;
    this.#pages++;
    this.#size += content.length;
    if (this.#size > MOST_HEADERS) throw new Damaged();
    for (const length of page.lacing) {
      if (!this.isLeading()) throw new Damaged();
      this.#parts.push(content.slice(at, at + length));
      at += length;
      if (length === 255) continue;
      this.packets.push(joined(this.#parts));
      this.#parts = [];
    }
  }
}

interface Telling {
  /** The page of a stream's first packet. */
  begins(page: Page): void;
  /** A page that stays as it is, or with another number. */
  page(page: Page, stream: Stream): void | Promise<void>;
  /** All leading packets of a stream are there; the second holds the comments. */
  leading(stream: Stream, coding: Coding): void;
  left(bytes: number): void;
}

async function readThrough(source: Source, telling: Telling): Promise<void> {
  const streams = new Map<number, Stream>();
  let sound = false;
  for await (const page of pages(source)) {
    if ((page.flags & BEGINS) !== 0) streams.set(page.serial, new Stream(await codingOf(source, page), page));
    const stream = streams.get(page.serial);
    if (stream === undefined || streams.size > MOST_STREAMS) throw new Damaged();
    if (stream.coding === null) telling.left(page.to - page.from);
    else if (stream.isLeading()) {
      stream.take(page, (await source.bytes(page.content, page.to - page.content)).slice());
      if (stream.first === page) begun(stream, telling);
      else if (!stream.isLeading()) telling.leading(stream, stream.coding);
    } else {
      sound = true;
      await telling.page(page, stream);
    }
  }
  if (!sound) throw new Damaged();
}

/** All streams begin before any goes on, each on a page of its own. */
function begun(stream: Stream, telling: Telling): void {
  if (stream.packets.length !== 1) throw new Damaged();
  telling.begins(stream.first);
}

async function codingOf(source: Source, page: Page): Promise<Coding | null> {
  const head = await source.bytes(page.content, Math.min(8, page.to - page.content));
  if (starts(head, SKELETON)) return null;
  const found = CODINGS.find(({ begins }) => starts(head, begins));
  if (found === undefined) throw new CannotClean(OTHER_STREAM);
  return found;
}

async function inspect(file: Blob): Promise<Found> {
  const findings = new Findings();
  await readThrough(new Source(file), {
    begins: () => undefined,
    page: () => undefined,
    leading: ({ packets }, { comments, ends }) => {
      const [, second = new Uint8Array()] = packets;
      const plain = joined([bytesOf(comments), NO_COMMENTS, ends]);
      if (plain.length !== second.length || plain.some((byte, place) => byte !== second[place])) inspectComments(second.subarray(comments.length), findings);
    },
    left: (bytes) => {
      findings.add("other", `skeleton, ${sizeText(bytes)}`);
    },
  });
  return { findings: findings.list, cleaning: "full", notes: [SOUND_STAYS] };
}

async function clean(file: Blob): Promise<Blob> {
  const [source, pieces] = [new Source(file), new Pieces(file)];
  await readThrough(source, {
    begins: ({ from, to }) => {
      pieces.keep(from, to);
    },
    page: async (page, stream) => {
      if (stream.fewer === 0) pieces.keep(page.from, page.to);
      else {
        pieces.put(numbered(page, page.number - stream.fewer, await source.bytes(page.content, page.to - page.content)));
        pieces.keep(page.content, page.to);
      }
    },
    leading: (stream, { comments, ends }) => {
      const plain = joined([bytesOf(comments), NO_COMMENTS, ends]);
      const written = paged([plain, ...stream.packets.slice(2)], stream.first);
      stream.fewer = stream.pages - 1 - written.length;
      for (const page of written) pieces.put(page);
    },
    left: () => undefined,
  });
  return pieces.blob();
}

/** A page's header with another number, and so another checksum. */
function numbered(page: Page, number: number, content: Data): Data {
  const head = page.head.data.slice();
  head.set(le32(number >>> 0), 18);
  return sealed(head, content);
}

function sealed(head: Data, content: Data): Data {
  head.set(le32(0), 22);
  head.set(le32(oggCrc(joined([head, content]))), 22);
  return head;
}

/** Packets on pages of their own, behind the first one of their stream. */
function paged(packets: readonly Data[], { serial, number }: Page): readonly Data[] {
  const lacing = packets.flatMap(({ length }) => [...new Array<number>(Math.floor(length / 255)).fill(255), length % 255]);
  const content = joined(packets);
  const found: Data[] = [];
  let at = 0;
  for (let place = 0; place < lacing.length; place += 255) {
    const own = lacing.slice(place, place + 255);
    const length = own.reduce((sum, one) => sum + one, 0);
    const flags = place > 0 && lacing[place - 1] === 255 ? CONTINUED : 0;
    const ends = own.some((one) => one < 255);
    const granule = ends ? new Uint8Array(8) : new Uint8Array(8).fill(255); // -1: no packet ends here
    const head = joined([bytesOf("OggS\0"), Uint8Array.of(flags), granule, le32(serial), le32(number + 1 + found.length), le32(0), Uint8Array.of(own.length), Uint8Array.from(own)]);
    const body = content.subarray(at, at + length);
    found.push(joined([sealed(head, body), body]));
    at += length;
  }
  return found;
}

/** Ogg. */
export const ogg: Format = { matches: ({ type }) => type === "audio/ogg" || type === "video/ogg", inspect, clean };
