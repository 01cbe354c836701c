/** GIF89a. Frames, how long they stay and how often they repeat stay; comments, XMP and other programs' notes go. */

import { Bytes, type Data, anyText, joined, read, sizeText } from "./bytes.ts";
import { Findings } from "./findings.ts";
import { Damaged, type Format, type Found, TooLarge } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const LARGEST = 64 * 1_048_576;
const [EXTENSION, IMAGE, TRAILER] = [0x21, 0x2c, 0x3b];
const [CONTROL, COMMENT, APPLICATION] = [0xf9, 0xfe, 0xff];
const REPEATING = /^(?:NETSCAPE2\.0|ANIMEXTS1\.0)$/u;

interface Block {
  readonly kind: number;
  /** Of an extension: which. */
  readonly label: number;
  readonly whole: Data;
  readonly from: number;
}

interface Animation {
  readonly head: Data;
  readonly blocks: readonly Block[];
  readonly behind: number;
}

function parse(bytes: Bytes): Animation {
  const table = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  const start = 13 + table(bytes.u8(10));
  const blocks: Block[] = [];
  for (let at = start; ; ) {
    const kind = bytes.u8(at);
    if (kind === TRAILER) {
      if (!blocks.some((block) => block.kind === IMAGE)) throw new Damaged();
      return { head: bytes.part(0, start), blocks, behind: bytes.length - at - 1 };
    }
    if (kind !== EXTENSION && kind !== IMAGE) throw new Damaged();
    const from = kind === EXTENSION ? at + 2 : at + 10 + table(bytes.u8(at + 9)) + 1;
    const to = chainEnd(bytes, from);
    blocks.push({ kind, label: kind === EXTENSION ? bytes.u8(at + 1) : 0, whole: bytes.part(at, to), from: from - at });
    at = to;
  }
}

/** Behind a chain of parts, each led in by its length; one of none ends it. */
function chainEnd(bytes: Bytes, from: number): number {
  let at = from;
  while (bytes.u8(at) !== 0) at += 1 + bytes.u8(at);
  return at + 1;
}

async function parsed(file: Blob): Promise<Animation> {
  if (file.size > LARGEST) throw new TooLarge();
  return parse(new Bytes(await read(file)));
}

/** The parts of a chain, joined. */
function content({ whole, from }: Block, skipped = 0): Data {
  const bytes = new Bytes(whole);
  const parts: Data[] = [];
  for (let at = from; bytes.u8(at) !== 0; at += 1 + bytes.u8(at)) parts.push(bytes.part(at + 1, at + 1 + bytes.u8(at)));
  return joined(parts.slice(skipped));
}

function stays(block: Block): boolean {
  if (block.kind === IMAGE) return true;
  if (block.label === APPLICATION) return REPEATING.test(applicationOf(block)) && content(block).length === 14;
  return block.label === CONTROL && content(block).length === 4;
}

function applicationOf(block: Block): string {
  return anyText(content(block).subarray(0, 11));
}

async function inspect(file: Blob): Promise<Found> {
  const findings = new Findings();
  const { blocks, behind } = await parsed(file);
  for (const block of blocks) {
    if (stays(block)) continue;
    const data = content(block);
    if (block.label === COMMENT) findings.add("comment", anyText(data));
    else if (block.label === APPLICATION && applicationOf(block) === "XMP DataXMP") inspectXmp(xmpOf(block), findings);
    else if (block.label === APPLICATION) findings.add("other", `${applicationOf(block)}, ${sizeText(data.length)}`);
    else findings.add("other", sizeText(data.length));
  }
  if (behind > 0) findings.add("hidden", sizeText(behind));
  return { findings: findings.list, cleaning: "full", notes: [] };
}

/** XMP stands in its chain without lengths; a table of 258 bytes behind it leads readers out. */
function xmpOf({ whole, from }: Block): Data {
  return whole.subarray(from + 12, Math.max(from + 12, whole.length - 258));
}

async function clean(file: Blob): Promise<Blob> {
  const { head, blocks } = await parsed(file);
  return new Blob([head, ...blocks.filter(stays).map(({ whole }) => whole), Uint8Array.of(TRAILER)]);
}

/** GIF. */
export const gif: Format = { matches: ({ type }) => type === "image/gif", inspect, clean };
