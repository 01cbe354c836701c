/** What a PDF carries that acts: scripts, programs to start, files packed in. Looked for, never carried out. */

import { Inflate } from "fflate";

import { type Label, label, latin1 } from "./labels.ts";

const WINDOW = 16_777_216; // bytes looked through
const STREAMS = 2_000;
const MOST = 1_048_576; // bytes unpacked of one stream, or taken in: names of actions stand in small ones
const MOST_TOGETHER = 16_777_216; // bytes unpacked of all streams
const TIME = 3_000; // milliseconds for all of them
const STEP = 1_024; // bytes taken in at once: deflate makes at most a thousand of one
const ACTIVE = /\/(JavaScript|JS|Launch|RichMedia|XFA|SubmitForm|ImportData)\b/u;

/** Labels of a PDF. Names that are written with escapes are read too. */
export async function documentLabels(file: Blob): Promise<Label[]> {
  const bytes = new Uint8Array(await file.slice(0, WINDOW).arrayBuffer());
  const text = latin1(bytes.buffer);
  const labels: Label[] = [];
  if (isActive(text) || actsWithin(bytes, text)) labels.push(label("active"));
  const tail = latin1(await file.slice(Math.max(0, file.size - 65_536)).arrayBuffer());
  if (/\/Encrypt\b/u.test(text) || /\/Encrypt\b/u.test(tail)) labels.push(label("encrypted"));
  return labels;
}

function isActive(text: string): boolean {
  const plain = text.includes("#") ? text.replace(/#([0-9a-f]{2})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text;
  return ACTIVE.test(plain);
}

/**
 * Whether an object stream (ISO 32000-1, 7.5.7) names an action; newer writers pack everything in them but the pages'
 * content. Each is unpacked once, looked at and dropped, within a budget of bytes and of time.
 */
function actsWithin(bytes: Uint8Array, text: string): boolean {
  const seen = new Set<number>();
  const until = Date.now() + TIME;
  let room = MOST_TOGETHER;
  for (const { index } of text.matchAll(/\/Type\s*\/ObjStm\b/gu)) {
    if (seen.size >= STREAMS || room <= 0 || Date.now() > until) return false;
    const begins = /stream\r?\n/u.exec(text.slice(index, index + 1_024));
    if (begins === null) continue;
    const from = index + begins.index + begins[0].length;
    if (seen.has(from)) continue;
    seen.add(from);
    const [words, size] = beginning(packedAt(bytes, from), Math.min(MOST, room), until);
    if (isActive(words)) return true;
    room -= size;
  }
  return false;
}

const END = "endstream";

function packedAt(bytes: Uint8Array, from: number): Uint8Array {
  const most = bytes.subarray(from, from + MOST);
  const end = new TextDecoder("latin1").decode(most).indexOf(END);
  return end === -1 ? most : most.subarray(0, end);
}

/** What comes out of deflated bytes, as far as they are whole, and how many bytes that were. */
function beginning(packed: Uint8Array, most: number, until: number): [string, number] {
  const parts: string[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    size += part.length;
    parts.push(new TextDecoder("latin1").decode(part));
  });
  try {
    // Behind zlib's header.
    for (let at = 2; at < packed.length && size < most && Date.now() < until; at += STEP) stream.push(packed.subarray(at, at + STEP), false);
  } catch {
    // Broken: what came out so far is looked at.
  }
  return [parts.join(""), size];
}
