/** FLAC (RFC 9639). Sound and what is needed to play and to seek stay; comments, pictures and programs' notes go. */

import { N_ } from "../protocol/errors.ts";
import { Bytes, anyText, latin1, sizeText } from "./bytes.ts";
import { SOUND_STAYS } from "./coded.ts";
import { Findings } from "./findings.ts";
import { endsWithFrame } from "./flac_frames.ts";
import { inspectId3v1 } from "./id3.ts";
import { Pieces, Source } from "./source.ts";
import { Damaged, type Format, type Found } from "./types.ts";
import { inspectComments } from "./vorbis.ts";

const [INFORMATION, SEEKING, COMMENTS, PICTURE] = [0, 3, 4, 6]; // section 8.1
const LAST = 0x80;
const MOST_FRAME = 262_144; // longer ones are written by nobody
const BEHIND = N_("Behind the sound of this recording stands something that is not known; it stays.");

interface Block {
  readonly kind: number;
  readonly from: number;
  readonly to: number;
}

interface Sound {
  readonly blocks: readonly Block[];
  /** Where the frames begin, and where they end. */
  readonly from: number;
  readonly to: number;
}

async function soundOf(source: Source): Promise<Sound> {
  const blocks: Block[] = [];
  for (let at = 4; ; ) {
    const head = new Bytes(await source.bytes(at, 4));
    const to = at + 4 + head.u24(1);
    if (to > source.size) throw new Damaged();
    blocks.push({ kind: head.u8(0) & 0x7f, from: at, to });
    at = to;
    if ((head.u8(0) & LAST) !== 0) break;
  }
  const from = blocks.at(-1)?.to ?? 0;
  const frame = await source.bytes(from, 2);
  if (blocks[0]?.kind !== INFORMATION || frame[0] !== 0xff || ((frame[1] ?? 0) & 0xfc) !== 0xf8) throw new Damaged();
  const tagged = source.size - from > 128 && latin1(await source.bytes(source.size - 128, 3)) === "TAG";
  return { blocks, from, to: source.size - (tagged ? 128 : 0) };
}

async function inspect(file: Blob): Promise<Found> {
  const [source, findings] = [new Source(file), new Findings()];
  const { blocks, from, to } = await soundOf(source);
  for (const block of blocks) {
    const data = await source.bytes(block.from + 4, block.to - block.from - 4);
    if (block.kind === COMMENTS) inspectComments(data, findings);
    else if (block.kind === PICTURE) findings.add("thumbnail", sizeText(data.length));
    else if (![INFORMATION, SEEKING].includes(block.kind) && data.some((byte) => byte !== 0)) {
      findings.add("other", `${anyText(data.subarray(0, 4)).replace(/[^\w ]/gu, "?")}, ${sizeText(data.length)}`);
    }
  }
  if (to < file.size) inspectId3v1(await source.bytes(to, 128), findings);
  const begin = Math.max(from, to - MOST_FRAME);
  const ends = endsWithFrame(await source.bytes(begin, to - begin));
  return { findings: findings.list, cleaning: ends ? "full" : "partial", notes: ends ? [SOUND_STAYS] : [SOUND_STAYS, BEHIND] };
}

async function clean(file: Blob): Promise<Blob> {
  const [source, pieces] = [new Source(file), new Pieces(file)];
  const { blocks, from, to } = await soundOf(source);
  const kept = blocks.filter(({ kind }) => kind === INFORMATION || kind === SEEKING);
  pieces.keep(0, 4);
  for (const [place, block] of kept.entries()) {
    pieces.put(Uint8Array.of(block.kind | (place === kept.length - 1 ? LAST : 0)));
    pieces.keep(block.from + 1, block.to);
  }
  pieces.keep(from, to);
  return pieces.blob();
}

/** FLAC. */
export const flac: Format = { matches: ({ type }) => type === "audio/flac", inspect, clean };
