/** RIFF: files of chunks, each with a name, a length, and a byte to an even place. WebP and WAV are made so. */

import { Bytes, type Data, bytesOf, joined, le32 } from "./bytes.ts";
import type { Source } from "./source.ts";
import { Damaged } from "./types.ts";

/** A chunk: where it begins, where its content does, and where that ends. */
export interface Chunk {
  readonly name: string;
  readonly from: number;
  readonly content: number;
  readonly to: number;
}

/** The chunks that stand from `from` to before `to`. `lengthOf` may know better how long one is than its field says. */
export async function* riffChunks(
  source: Source,
  from: number,
  to: number,
  lengthOf: (name: string, length: number, content: number) => number = (_name, length) => length,
): AsyncGenerator<Chunk> {
  for (let at = from; at + 8 <= to; ) {
    const head = new Bytes(await source.bytes(at, 8), true);
    const name = head.latin1(0, 4);
    const end = at + 8 + lengthOf(name, head.u32(4), at + 8);
    if (end > to) throw new Damaged();
    yield { name, from: at, content: at + 8, to: end };
    at = end + (end & 1);
  }
}

/** Where the RIFF that begins the file ends, by its own word; the file may end one byte of padding before. */
export async function riffEnd(source: Source): Promise<number> {
  const end = 8 + new Bytes(await source.bytes(4, 4), true).u32(0);
  if (end > source.size + 1 || end < 12) throw new Damaged();
  return Math.min(end, source.size);
}

/** A chunk of new bytes. */
export function riffChunk(name: string, data: Data): Data {
  return joined([bytesOf(name), le32(data.length), data, new Uint8Array(data.length & 1)]);
}
