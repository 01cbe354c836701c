/** What a zip says of itself, from its central directory alone, and single members unpacked to a limit. */

import { Inflate } from "fflate";

import { BROKEN, NotShown } from "./messages.ts";

/** One member, by the central directory's word. */
export interface Member {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const END = 0x06054b50;
const END_SIZE = 22;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const LONGEST_COMMENT = 65_535;
const MOST_DIRECTORY = 16_777_216; // bytes
const MOST_MEMBERS = 65_535;

async function viewOf(file: Blob, start: number, end: number): Promise<DataView> {
  return new DataView(await file.slice(start, end).arrayBuffer());
}

/** Where the record at the end of a zip stands, and what it says; null where there is none that fits the file. */
async function endOf(file: Blob): Promise<{ count: number; size: number; offset: number; at: number } | null> {
  const from = Math.max(file.size - END_SIZE - LONGEST_COMMENT, 0);
  const tail = await viewOf(file, from, file.size);
  for (let at = tail.byteLength - END_SIZE; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    const [count, size, offset] = [tail.getUint16(at + 10, true), tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
    if (from + at >= size) return { count, size, offset, at: from + at };
  }
  return null;
}

/** Whether a zip stands at the end of the file, whatever is before it. */
export async function endsAsZip(file: Blob): Promise<boolean> {
  return (await endOf(file)) !== null;
}

/**
 * The members of a zip. Offsets count from where the zip really begins.
 *
 * @throws NotShown it is none, or its directory is broken or beyond measure
 */
export async function membersOf(file: Blob): Promise<Member[]> {
  const end = await endOf(file);
  if (end === null || end.size > MOST_DIRECTORY) throw new NotShown(BROKEN);
  const begins = end.at - end.size;
  const shift = begins - end.offset; // what stands before the zip
  const view = await viewOf(file, begins, end.at);
  const members: Member[] = [];
  let at = 0;
  while (at + 46 <= view.byteLength && view.getUint32(at, true) === ENTRY && members.length < MOST_MEMBERS) {
    const [name, extra, comment] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    if (at + 46 + name > view.byteLength) break;
    members.push({
      name: new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, name)),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true) + shift,
    });
    at += 46 + name + extra + comment;
  }
  if (members.length === 0 && end.count > 0) throw new NotShown(BROKEN);
  return members;
}

/**
 * One member, unpacked.
 *
 * @throws NotShown broken, encrypted, packed in another way, or more than `limit` bytes whatever it says of itself
 */
export async function unpack(file: Blob, member: Member, limit: number): Promise<Uint8Array> {
  const head = await viewOf(file, member.offset, member.offset + 30);
  if (member.encrypted || head.byteLength < 30 || head.getUint32(0, true) !== LOCAL || member.packed > limit) throw new NotShown(BROKEN);
  const begins = member.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = new Uint8Array(await file.slice(begins, begins + member.packed).arrayBuffer());
  if (member.method === 0) return packed;
  if (member.method !== 8) throw new NotShown(BROKEN);
  return inflate(packed, limit);
}

const STEP = 65_536; // packed bytes at a time: at most 64 MiB come of them before the limit is looked at

function inflate(packed: Uint8Array, limit: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    size += part.length;
    if (size > limit) throw new NotShown(BROKEN);
    parts.push(part);
  });
  try {
    for (let at = 0; at < packed.length; at += STEP) stream.push(packed.subarray(at, at + STEP), at + STEP >= packed.length);
  } catch (error) {
    throw error instanceof NotShown ? error : new NotShown(BROKEN);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
