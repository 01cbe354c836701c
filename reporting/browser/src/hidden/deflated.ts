/** Compressed parts of files, opened as far as a limit: a few bytes may claim to be many. */

import { Unzlib, zlibSync } from "fflate";

import { type Data, joined } from "./bytes.ts";

const STEP = 4_096;

/** What is compressed in zlib's form; null where it is damaged or longer than `limit`. */
export function inflated(data: Data, limit: number): Data | null {
  const parts: Data[] = [];
  let length = 0;
  const state = { ended: false };
  const stream = new Unzlib((part, last) => {
    parts.push(new Uint8Array(part));
    length += part.length;
    state.ended = last;
  });
  try {
    for (let at = 0; at < data.length && length <= limit; at += STEP) stream.push(data.slice(at, at + STEP), at + STEP >= data.length);
  } catch {
    return null; // whatever is wrong with it, nobody can read it
  }
  return state.ended && length <= limit ? joined(parts) : null;
}

/** `data` compressed in zlib's form. */
export function deflated(data: Data): Data {
  return new Uint8Array(zlibSync(data, { level: 9 }));
}
