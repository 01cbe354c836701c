/**
 * Hiding lengths: Padmé (Nikitin et al., *Reducing Metadata Leakage from Encrypted Files and
 * Communication with PURBs*, PoPETs 2019, algorithm 1), with a floor.
 */

import { Malformed, N_ } from "./errors.ts";

export const ENTRY_FLOOR = 2_048;
export const FILE_FLOOR = 65_536;

function bitLength(value: number): number {
  // Not 32 − clz32: file sizes pass 2^32. Exact for every safe integer.
  return value.toString(2).length;
}

/**
 * The smallest Padmé size, in bytes, that holds `length` bytes; at most 12 % more.
 *
 * @throws Malformed for a negative length, or one beyond 2^52
 */
export function padme(length: number): number {
  if (!Number.isInteger(length) || length < 0 || length > 2 ** 52) {
    throw new Malformed(N_("A length cannot be negative."));
  }
  if (length < 2) return length;
  const exponent = bitLength(length) - 1;
  const unit = 2 ** (exponent - bitLength(exponent));
  return Math.ceil(length / unit) * unit;
}

/** Padded size in bytes of an entry of `length` bytes: Padmé with a floor of 2,048. */
export function paddedSize(length: number): number {
  return Math.max(ENTRY_FLOOR, padme(length));
}

/** Padded size in bytes of an attachment of `length` bytes: Padmé with a floor of 65,536. */
export function paddedFileSize(length: number): number {
  return Math.max(FILE_FLOOR, padme(length));
}
