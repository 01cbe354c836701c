/** How long a sealed file is, by the protocol: nothing else is accepted from anybody. */

import { sealedSize } from "../protocol/age.ts";
import { paddedFileSize } from "../protocol/padding.ts";

/** Bytes of every part of an upload but the last (protocol section 13). */
export const PART_SIZE = 1_048_576;

/** Bytes of the age file that holds a file of `size` bytes for `stanzas` recipients. */
export function sealedFileSize(size: number, stanzas: number): number {
  return sealedSize(paddedFileSize(size), stanzas);
}

/** How many parts a sealed file of that many bytes has. */
export function partsOf(sealed: number): number {
  return Math.ceil(sealed / PART_SIZE);
}

/** Bytes of that part. */
export function partLength(sealed: number, part: number): number {
  return Math.min(PART_SIZE, sealed - part * PART_SIZE);
}
