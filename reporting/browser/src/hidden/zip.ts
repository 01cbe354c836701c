/**
 * Archives in the ZIP form (PKWARE APPNOTE 6.3.10), read with limits and written without traces.
 *
 * What stands in the central directory is the archive; anything between, before or behind is not read and
 * so does not survive. No member is unpacked beyond the size that it states, and no archive beyond
 * {@link MOST_UNPACKED}: a few bytes that claim to be gigabytes are refused before memory is asked for.
 */

import { type Zippable, zipSync } from "fflate";

import { N_ } from "../protocol/errors.ts";
import type { Data } from "./bytes.ts";
import { inflate } from "./inflate.ts";
import { CannotClean, Damaged } from "./types.ts";

/** One member as the central directory states it; `size` is what it says to unpack to. */
export interface Member {
  readonly name: string;
  readonly packed: number;
  readonly size: number;
  readonly encrypted: boolean;
  readonly method: number;
  /** Where its local header begins. */
  readonly offset: number;
  /** When it was last changed by the clock of the computer, or null where that is the constant of 1980. */
  readonly changed: string | null;
}

/** What an archive lists. */
export interface Listing {
  readonly members: readonly Member[];
  readonly comment: string;
}

const MOST_MEMBERS = 10_000;
/** A document as a whole may unpack to this. */
export const MOST_UNPACKED = 256 * 1024 * 1024;
/** DEFLATE packs at most 1032 to one; documents of real programs stay far below a fifth of that. */
const MOST_RATIO = 200;
/** Below this size a ratio says nothing: an empty picture or sheet packs very well. */
const RATIO_MATTERS = 8 * 1024 * 1024;

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const WIDE = 0xffffffff;
const STORED = 0;
const DEFLATED = 8;

export const TOO_MUCH = N_("This file unpacks to far more than it should. It is not opened here.");
export const ENCRYPTED = N_("This file is protected by a password. What it hides cannot be read or removed here.");

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function endOf(data: DataView): number {
  const first = Math.max(0, data.byteLength - 22 - 0xffff);
  for (let at = data.byteLength - 22; at >= first; at--) {
    if (data.getUint32(at, true) === END && at + 22 + data.getUint16(at + 20, true) <= data.byteLength) return at;
  }
  throw new Damaged();
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The time of a member, in the form of MS-DOS; the first day there is stands for none. */
function changed(time: number, day: number): string | null {
  if (day <= 0x21) return null;
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${(day >> 9) + 1980}-${two((day >> 5) & 15)}-${two(day & 31)}`;
  return `${date} ${two(time >> 11)}:${two((time >> 5) & 63)}`;
}

/** The 64-bit sizes of a member, where the 32-bit ones say to look there: packed, size, offset. */
function wide(extra: DataView, stated: readonly [number, number, number]): [number, number, number] {
  const result: [number, number, number] = [...stated];
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    for (const place of [1, 0, 2] as const) {
      if (stated[place] !== WIDE) continue;
      if (next + 8 > extra.byteLength) throw new Damaged();
      result[place] = Number(extra.getBigUint64(next, true));
      next += 8;
    }
  }
  return result;
}

function memberAt(bytes: Uint8Array, data: DataView, at: number): { member: Member; next: number } {
  if (data.getUint32(at, true) !== CENTRAL) throw new Damaged();
  const [nameSize, extraSize, commentSize] = [28, 30, 32].map((place) => data.getUint16(at + place, true)) as [number, number, number];
  const next = at + 46 + nameSize + extraSize + commentSize;
  if (next > bytes.length) throw new Damaged();
  const extra = view(bytes.subarray(at + 46 + nameSize, at + 46 + nameSize + extraSize));
  const stated = [20, 24, 42].map((place) => data.getUint32(at + place, true)) as [number, number, number];
  const [packed, size, offset] = wide(extra, stated);
  const member: Member = {
    name: text(bytes.subarray(at + 46, at + 46 + nameSize)),
    packed,
    size,
    offset,
    encrypted: (data.getUint16(at + 8, true) & 1) === 1,
    method: data.getUint16(at + 10, true),
    changed: changed(data.getUint16(at + 12, true), data.getUint16(at + 14, true)),
  };
  return { member, next };
}

/** What the archive `bytes` lists. Throws CannotClean where that cannot be read or is beyond all measure. */
export function list(bytes: Uint8Array): Listing {
  const data = view(bytes);
  if (bytes.length < 22) throw new Damaged();
  const end = endOf(data);
  const count = data.getUint16(end + 10, true);
  if (count > MOST_MEMBERS) throw new CannotClean(TOO_MUCH);
  const members: Member[] = [];
  let at = data.getUint32(end + 16, true);
  for (let place = 0; place < count; place++) {
    if (at + 46 > bytes.length) throw new Damaged();
    const { member, next } = memberAt(bytes, data, at);
    members.push(member);
    at = next;
  }
  return { members, comment: text(bytes.subarray(end + 22, end + 22 + data.getUint16(end + 20, true))) };
}

function judge(members: readonly Member[]): void {
  const size = members.reduce((sum, member) => sum + member.size, 0);
  const packed = members.reduce((sum, member) => sum + member.packed, 0);
  if (size > MOST_UNPACKED || (size > RATIO_MATTERS && size > packed * MOST_RATIO)) throw new CannotClean(TOO_MUCH);
  // Two of one name, or two that share bytes: programs differ in which they show.
  if (new Set(members.map(({ name }) => name)).size !== members.length) throw new Damaged();
  const placed = [...members].sort((one, other) => one.offset - other.offset);
  for (const [place, { offset, packed: length }] of placed.entries()) {
    const following = placed[place + 1];
    if (following !== undefined && offset + 30 + length > following.offset) throw new CannotClean(TOO_MUCH);
  }
}

/** The content of `member`. Throws Damaged where it is not what the directory says. */
export function unpack(bytes: Data, member: Member): Data {
  const { offset, packed, size, method, encrypted } = member;
  if (encrypted) throw new CannotClean(ENCRYPTED);
  const data = view(bytes);
  if (offset + 30 > bytes.length || data.getUint32(offset, true) !== LOCAL) throw new Damaged();
  const start = offset + 30 + data.getUint16(offset + 26, true) + data.getUint16(offset + 28, true);
  if (start + packed > bytes.length) throw new Damaged();
  const content = bytes.subarray(start, start + packed);
  if (method === STORED && packed === size) return content;
  if (method !== DEFLATED) throw new Damaged();
  const unpacked = inflate(content, size);
  if (unpacked.length !== size) throw new Damaged();
  return unpacked;
}

/** The whole archive, name to content; folders are left out. Throws CannotClean where it is damaged, protected or a bomb. */
export function unpackAll(bytes: Data): { parts: Map<string, Data>; listing: Listing } {
  const listing = list(bytes);
  judge(listing.members);
  const files = listing.members.filter(({ name }) => !name.endsWith("/"));
  return { parts: new Map(files.map((member) => [member.name, unpack(bytes, member)])), listing };
}

const NO_TIME = new Date(1980, 0, 1);

/** An archive of `parts` in their order, without times, comments or extra fields; `stored` names those not to be packed. */
export function pack(parts: ReadonlyMap<string, Data>, stored: (name: string) => boolean): Data {
  const zippable: Zippable = {};
  for (const [name, content] of parts) {
    zippable[name] = [content, { level: stored(name) ? 0 : 6, mtime: NO_TIME, os: 0, attrs: 0 }];
  }
  return zipSync(zippable);
}
