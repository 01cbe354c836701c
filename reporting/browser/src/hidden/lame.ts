/** The tag with which LAME and its like sign the first frame of an MP3, beside what players need to play it to its end. */

import { Bytes, type Data, latin1 } from "./bytes.ts";

const [KEPT, NAME, TO_CHECKSUM] = [4, 9, 34]; // of the name the first letters, by which players know what follows
const PARTS: readonly (readonly [number, number])[] = [[1, 4], [2, 4], [4, 100], [8, 4]]; // by its flags

/** Where the name of the program stands in a first frame; null where none does, or has been taken out already. */
export function programIn(frame: Data): { readonly at: number; readonly text: string } | null {
  const head = /^(?:[^]{13}|[^]{21}|[^]{36})(?:Xing|Info)/u.exec(latin1(frame))?.[0].length ?? 0;
  if (head === 0 || head + 4 > frame.length) return null;
  const flags = new Bytes(frame).u32(head);
  const at = PARTS.reduce((sum, [flag, length]) => sum + ((flags & flag) === 0 ? 0 : length), head + 4);
  if (at + TO_CHECKSUM + 2 > frame.length) return null;
  const text = latin1(frame.subarray(at, at + NAME));
  return /^[\x20-\x7e]{4}[\x20\0]*$/u.test(text) || !/^[A-Za-z]{4}/u.test(text) ? null : { at, text };
}

/** The frame with the first letters of the name alone, and a checksum that fits. */
export function withoutProgram(frame: Data, at: number): Data {
  const plain = frame.slice();
  plain.fill(0x20, at + KEPT, at + NAME);
  const sum = checksum(plain.subarray(0, at + TO_CHECKSUM));
  plain.set([sum >> 8, sum & 0xff], at + TO_CHECKSUM);
  return plain;
}

/** CRC-16 with the polynomial 0x8005, reflected. */
function checksum(data: Data): number {
  let value = 0;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >> 1 : (value >> 1) ^ 0xa001;
  }
  return value;
}
