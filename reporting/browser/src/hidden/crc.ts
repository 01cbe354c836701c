/** Checksums of chunks and pages. */

import type { Data } from "./bytes.ts";

const PNG = table((value) => (value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1), (byte) => byte);
const OGG = table((value) => (value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1), (byte) => byte << 24);

function table(step: (value: number) => number, start: (byte: number) => number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = start(byte) >>> 0;
    for (let bit = 0; bit < 8; bit++) value = step(value) >>> 0;
    return value;
  });
}

/** CRC-32 of ISO 3309, as PNG has it. */
export function crc32(data: Data): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (PNG[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The CRC of an Ogg page (RFC 3533, section 6, field 7), whose own field is zero in `data`. */
export function oggCrc(data: Data): number {
  let crc = 0;
  for (const byte of data) crc = ((crc << 8) ^ (OGG[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  return crc;
}
