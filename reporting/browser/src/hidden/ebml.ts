/** EBML (RFC 8794): elements of a number, a length and a content, of which Matroska and WebM are made. */

import type { Data } from "./bytes.ts";
import type { Edits, Source } from "./source.ts";
import { Damaged } from "./types.ts";

/** An element: where it begins, where its content does, and where that ends; null: where its parent or its like does. */
export interface Element {
  readonly id: number;
  readonly from: number;
  readonly content: number;
  readonly to: number | null;
}

const VOID = 0xec;

/** The element at `at`, which ends before `to`. @throws Damaged where none fits */
export async function elementAt(source: Source, at: number, to: number): Promise<Element> {
  const head = await source.bytes(at, Math.min(12, to - at));
  const idWidth = widthOf(head, 0, 4);
  const sizeWidth = widthOf(head, idWidth, 8);
  const content = at + idWidth + sizeWidth;
  const size = numberOf(head, idWidth, sizeWidth, true);
  const open = size === 2 ** (7 * sizeWidth) - 1; // written by what did not know yet
  if (!open && content + size > to) throw new Damaged();
  return { id: numberOf(head, 0, idWidth, false), from: at, content, to: open ? null : content + size };
}

/** The elements from `from` to before `to`, each of a known length. @throws Damaged */
export async function* elements(source: Source, from: number, to: number): AsyncGenerator<Element & { readonly to: number }> {
  for (let at = from; at < to; ) {
    const element = await elementAt(source, at, to);
    if (element.to === null) throw new Damaged();
    yield { ...element, to: element.to };
    at = element.to;
  }
}

function widthOf(head: Data, at: number, most: number): number {
  const width = Math.clz32(head[at] ?? 0) - 23; // as many as zeros lead the first byte in, and one
  if (width > most || at + width > head.length) throw new Damaged();
  return width;
}

function numberOf(head: Data, at: number, width: number, unmarked: boolean): number {
  let value = 0;
  for (let place = 0; place < width; place++) {
    const byte = head[at + place] ?? 0;
    value = value * 256 + (place === 0 && unmarked ? byte & (0xff >> width) : byte);
  }
  return value;
}

/** Makes what stands from `from` to before `to` into room that nobody reads, of the same length. */
export function voidElement(edits: Edits, from: number, to: number): void {
  const length = to - from;
  const short = length - 2 < 127;
  const size = length - (short ? 2 : 9);
  const head = new Uint8Array(short ? 2 : 9);
  head[0] = VOID;
  if (short) head[1] = 0x80 | size;
  else {
    head[1] = 1;
    for (let place = 0; place < 7; place++) head[8 - place] = Math.floor(size / 256 ** place) % 256;
  }
  edits.write(from, head);
  edits.clear(from + head.length, to);
}
