/** What a PDF carries that acts: scripts, programs to start, files packed in. Looked for, never carried out. */

import { Inflate } from "fflate";

import { type Label, label, latin1 } from "./labels.ts";

const WINDOW = 16_777_216; // bytes looked through
const STREAMS = 2_000;
const MOST = 1_048_576; // bytes unpacked of one stream: names of actions stand in small ones
const ACTIVE = /\/(JavaScript|JS|Launch|RichMedia|XFA|SubmitForm|ImportData)\b/u;

/** Labels of a PDF. Names that are written with escapes are read too. */
export async function documentLabels(file: Blob): Promise<Label[]> {
  const bytes = new Uint8Array(await file.slice(0, WINDOW).arrayBuffer());
  const text = latin1(bytes.buffer);
  const labels: Label[] = [];
  if (isActive(text) || packedObjects(bytes, text).some(isActive)) labels.push(label("active"));
  const tail = latin1(await file.slice(Math.max(0, file.size - 65_536)).arrayBuffer());
  if (/\/Encrypt\b/u.test(text) || /\/Encrypt\b/u.test(tail)) labels.push(label("encrypted"));
  return labels;
}

function isActive(text: string): boolean {
  const plain = text.includes("#") ? text.replace(/#([0-9a-f]{2})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text;
  return ACTIVE.test(plain);
}

/** Object streams (ISO 32000-1, 7.5.7), in which newer writers pack everything but the pages' content. */
function packedObjects(bytes: Uint8Array, text: string): string[] {
  const found: string[] = [];
  for (const { index } of text.matchAll(/\/Type\s*\/ObjStm\b/gu)) {
    if (found.length >= STREAMS) break;
    const begins = /stream\r?\n/u.exec(text.slice(index, index + 1_024));
    if (begins === null) continue;
    const from = index + begins.index + begins[0].length;
    const end = text.indexOf("endstream", from);
    found.push(beginning(bytes.subarray(from, end === -1 ? from + MOST : end)));
  }
  return found;
}

/** What comes out of deflated bytes, as far as they are whole. */
function beginning(packed: Uint8Array): string {
  const parts: string[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    size += part.length;
    parts.push(new TextDecoder("latin1").decode(part));
    if (size > MOST) throw new RangeError("enough");
  });
  try {
    for (let at = 2; at < packed.length; at += 16_384) stream.push(packed.subarray(at, at + 16_384), false); // behind zlib's header
  } catch {
    // Broken, or enough of it: what came out so far is looked at.
  }
  return parts.join("");
}
