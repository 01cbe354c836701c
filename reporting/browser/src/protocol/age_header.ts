/**
 * The header of an age file: who can unwrap its key (c2sp.org/age, section "Header").
 *
 * The header is read in its one canonical form or not at all, so that what was authenticated is
 * what was understood. Stanzas of unknown types are kept: readers ignore them, as the standard asks.
 */

import { base64nopad } from "@scure/base";

import { HeaderFailure, N_ } from "./errors.ts";

export const VERSION_LINE = "age-encryption.org/v1";
/**
 * Forty hybrid stanzas; the largest header of this protocol has seventeen. It bounds the memory
 * that a header from outside can take.
 */
export const MAX_HEADER = 65_536;

const COLUMNS = 64;
const MAC_LINE = /^--- ([A-Za-z0-9+/]{43})$/;
const ARGUMENT_LINE = /^->(?: [\x21-\x7e]+)+$/;
const NOT_A_HEADER = N_("This is not an age file, or its header is damaged.");
const LINE_FEED = 10;
const DASH = 45;

/** One wrapping of the file key: its arguments, the first of which is the type, and its body. */
export interface Stanza {
  readonly arguments: readonly [string, ...string[]];
  readonly body: Uint8Array;
}

/** A parsed header: its stanzas, its MAC (32 bytes), and its length in bytes with the last LF. */
export interface Header {
  readonly stanzas: readonly Stanza[];
  readonly mac: Uint8Array;
  readonly length: number;
}

/**
 * Bytes from canonical base64 without padding.
 *
 * @throws HeaderFailure anything else
 */
export function decodeBase64(text: string, pointer = ""): Uint8Array {
  try {
    const data = base64nopad.decode(text);
    if (base64nopad.encode(data) === text) return data;
  } catch {
    // Not base64: falls through to the one failure.
  }
  throw new HeaderFailure(NOT_A_HEADER, { pointer });
}

/** Length in bytes of the header at the beginning of `data`, or 0 where it does not end within 64 KiB. */
export function headerLength(data: Uint8Array): number {
  const limit = Math.min(data.length, MAX_HEADER);
  let start = 0;
  for (;;) {
    const end = data.indexOf(LINE_FEED, start);
    if (end < 0 || end >= limit) return 0;
    // The first line that begins with "---" is the last one: no base64 and no stanza begins so.
    if (start > 0 && end - start >= 3 && data.subarray(start, start + 3).every((byte) => byte === DASH)) return end + 1;
    start = end + 1;
  }
}

/**
 * The header at the beginning of `data`, whose rest is not looked at.
 *
 * @throws HeaderFailure not the canonical form, no stanza, or longer than 64 KiB
 */
export function parseHeader(data: Uint8Array, pointer = ""): Header {
  const length = headerLength(data);
  // One character a byte: what is not ASCII fits no pattern below.
  const text = Array.from(data.subarray(0, length), (byte) => String.fromCharCode(byte)).join("");
  const lines = text.split("\n").slice(0, -1);
  const mac = MAC_LINE.exec(lines.pop() ?? "");
  if (mac?.[1] === undefined || lines[0] !== VERSION_LINE || lines.length === 1) {
    throw new HeaderFailure(NOT_A_HEADER, { pointer });
  }
  return { stanzas: parseStanzas(lines.slice(1), pointer), mac: decodeBase64(mac[1], pointer), length };
}

function parseStanzas(lines: readonly string[], pointer: string): Stanza[] {
  const stanzas: Stanza[] = [];
  for (let first = 0; first < lines.length;) {
    // The body ends with a line shorter than 64 columns, which may be empty but not absent.
    let last = first + 1;
    while (lines[last]?.length === COLUMNS) last++;
    stanzas.push(parseStanza(lines[first] ?? "", lines.slice(first + 1, last), lines[last], pointer));
    first = last + 1;
  }
  return stanzas;
}

function parseStanza(head: string, full: readonly string[], last: string | undefined, pointer: string): Stanza {
  if (!ARGUMENT_LINE.test(head) || last === undefined || last.length > COLUMNS) {
    throw new HeaderFailure(NOT_A_HEADER, { pointer });
  }
  const [type = "", ...others] = head.slice(3).split(" ");
  return { arguments: [type, ...others], body: decodeBase64([...full, last].join(""), pointer) };
}
