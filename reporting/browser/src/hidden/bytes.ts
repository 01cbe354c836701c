/** Reading bytes that may be hostile: whatever lies outside ends in {@link Damaged}. */

import { Damaged } from "./types.ts";

/** Bytes that a Blob can be made of. */
export type Data = Uint8Array<ArrayBuffer>;

/** What a new Blob is made of: slices of the old one, and small replaced pieces. */
export type Piece = Blob | Data;

const decoders = { utf8: new TextDecoder("utf-8"), latin1: new TextDecoder("latin1"), le: new TextDecoder("utf-16le"), be: new TextDecoder("utf-16be") };

/** Numbers and parts of `data`, in one byte order. */
export class Bytes {
  readonly #view: DataView;

  constructor(
    readonly data: Data,
    readonly little = false,
  ) {
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get length(): number {
    return this.data.length;
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#inside(at, 1));
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#inside(at, 2), this.little);
  }

  u24(at: number): number {
    const [low, high] = this.little ? [at, at + 1] : [at + 1, at];
    const [short, byte] = this.little ? [this.u16(low), this.u8(high + 1)] : [this.u16(low), this.u8(high)];
    return byte * 0x10000 + short;
  }

  u32(at: number): number {
    return this.#view.getUint32(this.#inside(at, 4), this.little);
  }

  i32(at: number): number {
    return this.#view.getInt32(this.#inside(at, 4), this.little);
  }

  /** A length or place of 64 bits, which no file of ours reaches beyond 2^53. */
  u64(at: number): number {
    const value = this.#view.getBigUint64(this.#inside(at, 8), this.little);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Damaged();
    return Number(value);
  }

  /** The bytes from `from` to before `to`, not copied. */
  part(from: number, to: number = this.length): Data {
    if (to < from) throw new Damaged();
    this.#inside(from, to - from);
    return this.data.subarray(from, to);
  }

  /** Letters, one a byte. */
  latin1(from: number, to: number): string {
    return latin1(this.part(from, to));
  }

  #inside(at: number, length: number): number {
    if (!(at >= 0 && at + length <= this.data.length)) throw new Damaged();
    return at;
  }
}

/** The bytes of `file` from `from` to before `to`. */
export async function read(file: Blob, from = 0, to: number = file.size): Promise<Data> {
  if (!(from >= 0 && from <= to && to <= file.size)) throw new Damaged();
  const data = new Uint8Array(await file.slice(from, to).arrayBuffer());
  if (data.length !== to - from) throw new Damaged(); // the disk's file was cut meanwhile
  return data;
}

/** Whether `data` has `text`, one byte a letter, at `at`. */
export function starts(data: Uint8Array, text: string, at = 0): boolean {
  if (at + text.length > data.length) return false;
  for (let place = 0; place < text.length; place++) if (data[at + place] !== text.charCodeAt(place)) return false;
  return true;
}

/** Text of letters below U+0100 as bytes. */
export function bytesOf(text: string): Data {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** The parts, one behind the other. */
export function joined(parts: readonly Data[]): Data {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function latin1(data: Uint8Array): string {
  return decoders.latin1.decode(data);
}

/** UTF-8 where the bytes are UTF-8, otherwise one letter a byte. */
export function anyText(data: Uint8Array): string {
  const text = decoders.utf8.decode(data);
  return text.includes("\ufffd") ? decoders.latin1.decode(data) : text;
}

/** UTF-16; a byte order mark decides over `little`. */
export function utf16(data: Uint8Array, little: boolean): string {
  const marked = data[0] === 0xff && data[1] === 0xfe ? true : data[0] === 0xfe && data[1] === 0xff ? false : little;
  return marked ? decoders.le.decode(data) : decoders.be.decode(data);
}

/** A number of bytes, as people write it. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Numbers as bytes, most significant first. */
export function be16(value: number): Data {
  return Uint8Array.of(value >>> 8, value & 0xff);
}

export function be32(value: number): Data {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

export function le32(value: number): Data {
  return be32(value).reverse();
}
