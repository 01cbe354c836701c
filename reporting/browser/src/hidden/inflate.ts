/** Unpacking DEFLATE (RFC 1951) with a bound on what comes out, however much that would be. */

import { Inflate } from "fflate";

import { type Data, joined } from "./bytes.ts";
import { Damaged } from "./types.ts";

/** At most 66 MB come out of one step (1032 to one). */
const STEP = 64 * 1024;

/**
 * What `packed` unpacks to, which is cut off above `most` bytes (the answer is then longer than `most`).
 *
 * @throws Damaged no DEFLATE data
 */
export function inflate(packed: Uint8Array, most: number): Data {
  const pieces: Data[] = [];
  let size = 0;
  const stream = new Inflate((piece) => {
    pieces.push(new Uint8Array(piece));
    size += piece.length;
  });
  try {
    for (let at = 0; at < packed.length && size <= most; at += STEP) stream.push(packed.subarray(at, at + STEP), at + STEP >= packed.length);
  } catch {
    throw new Damaged(); // no word of the library's reaches a person
  }
  return joined(pieces);
}
