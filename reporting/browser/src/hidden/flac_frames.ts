/** Whether a FLAC ends with its last frame (RFC 9639, section 9): what stands behind it is no sound. */

import { type Data, latin1 } from "./bytes.ts";

/** Whether a frame begins somewhere in `tail` that ends where `tail` does: its checksums say so. */
export function endsWithFrame(tail: Data): boolean {
  for (let at = tail.lastIndexOf(0xff); at !== -1; at = at === 0 ? -1 : tail.lastIndexOf(0xff, at - 1)) {
    const length = headLength(tail, at);
    if (length > 0 && checksum8(tail.subarray(at, at + length)) === 0 && checksum16(tail.subarray(at)) === 0) return true;
  }
  return false;
}

/** How long a frame's header is, with its checksum; 0 where none begins. */
function headLength(data: Data, at: number): number {
  if (!/^\xff[\xf8\xf9][^]{2}/u.test(latin1(data.subarray(at, at + 4)))) return 0;
  const [size, rate, first] = [(data[at + 2] ?? 0) >> 4, (data[at + 2] ?? 0) & 15, data[at + 4] ?? 0];
  const number = first < 0x80 ? 1 : Math.clz32(~(first << 24)); // as in UTF-8
  return 5 + number + (size === 6 ? 1 : size === 7 ? 2 : 0) + (rate === 12 ? 1 : rate === 13 || rate === 14 ? 2 : 0);
}

function checksum8(data: Data): number {
  let value = 0;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = ((value << 1) ^ ((value & 0x80) === 0 ? 0 : 7)) & 0xff;
  }
  return value;
}

function checksum16(data: Data): number {
  let value = 0;
  for (const byte of data) {
    value ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) value = ((value << 1) ^ ((value & 0x8000) === 0 ? 0 : 0x8005)) & 0xffff;
  }
  return value;
}
