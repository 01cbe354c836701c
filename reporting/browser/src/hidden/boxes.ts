/** Boxes of ISO base media files (ISO/IEC 14496-12) and QuickTime: a length, a name, and what they hold. */

import { Bytes, bytesOf } from "./bytes.ts";
import type { Edits, Source } from "./source.ts";
import { Damaged } from "./types.ts";

/** A box: where it begins, where its content does, and where that ends. */
export interface Box {
  readonly name: string;
  readonly from: number;
  readonly content: number;
  readonly to: number;
}

/** The boxes from `from` to before `to`. A QuickTime list may end in four zeros. @throws Damaged one that does not fit */
export async function* boxes(source: Source, from: number, to: number): AsyncGenerator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const box = await boxAt(source, at, to);
    yield box;
    at = box.to;
  }
}

/** The box at `at`, which ends before `to`. @throws Damaged where it does not */
export async function boxAt(source: Source, at: number, to: number): Promise<Box> {
  const head = new Bytes(await source.bytes(at, 8));
  const [short, name] = [head.u32(0), head.latin1(4, 8)];
  const long = short === 1;
  const length = long ? new Bytes(await source.bytes(at + 8, 8)).u64(0) : short === 0 ? to - at : short;
  const content = at + (long ? 16 : 8);
  if (at + length > to || at + length < content) throw new Damaged();
  return { name, from: at, content, to: at + length };
}

/** The first box of that name from `from` to before `to`. */
export async function boxNamed(source: Source, from: number, to: number, name: string): Promise<Box | null> {
  for await (const box of boxes(source, from, to)) if (box.name === name) return box;
  return null;
}

/** All of a box's content. @throws Damaged where it is longer than `limit` */
export async function contentOf(source: Source, box: Box, limit: number): Promise<Bytes> {
  if (box.to - box.content > limit) throw new Damaged();
  return new Bytes((await source.bytes(box.content, box.to - box.content)).slice());
}

/** Makes a box into room that nobody reads, of the same length: what stands behind it stays at its place. */
export function freeBox(edits: Edits, box: Box): void {
  edits.write(box.from + 4, bytesOf("free"));
  edits.clear(box.content, box.to);
}
