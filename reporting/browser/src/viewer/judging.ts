/**
 * What is to be known of a file before it is opened or saved: what it is by its content, how it can be shown,
 * and what about it may mislead or do harm. Bytes are looked at, nothing in them is carried out.
 */

import { HEAD_BYTES, detect } from "../hidden/detect.ts";
import type { Detected } from "../hidden/types.ts";
import { HEADER, dimensionsOf, isDrawable, isGiant } from "./dimensions.ts";
import { archiveLabels } from "./judging_archive.ts";
import { documentLabels } from "./judging_document.ts";
import { type Label, type LabelId, label, latin1 } from "./labels.ts";
import type { Way } from "./messages.ts";
import { endsAsZip } from "./zip.ts";

/** What was found out about a file. */
export interface Judgement {
  readonly type: string;
  /** Null: it is not shown here. */
  readonly way: Way | null;
  readonly labels: readonly Label[];
}

/** Judges a file that was opened and proved authentic. */
export async function judge(file: Blob, name: string): Promise<Judgement> {
  const head = new Uint8Array(await file.slice(0, HEADER).arrayBuffer());
  const found = detect(head.subarray(0, HEAD_BYTES), name);
  const labels = [...plainLabels(found), ...(await polyglotLabels(file, head, found))];
  if (found.family === "archive" || found.family === "office") labels.push(...(await archiveLabels(file, head, found)));
  if (found.family === "pdf") labels.push(...(await documentLabels(file)));
  const size = found.family === "picture" ? dimensionsOf(head, found.type) : null;
  if (size !== null && isGiant(size)) labels.push(label("giant", { ...size }));
  const seen = new Set<LabelId>();
  const once = labels.filter(({ id }) => !seen.has(id) && seen.add(id));
  return { type: found.type, way: wayOf(found, once), labels: once };
}

function plainLabels({ mismatch, danger }: Detected): Label[] {
  return [...(mismatch ? [label("mismatch")] : []), ...(danger === null || danger === "macros" ? [] : [label(danger)])];
}

/** A zip at the end of what is none, a PDF within the first kilobyte of what is none, or what comes after a picture's end. */
async function polyglotLabels(file: Blob, head: Uint8Array, { polyglot, family, type }: Detected): Promise<Label[]> {
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  const other = polyglot || (!isZip && (await endsAsZip(file))) || (isZip && (await beginsElsewhere(file)));
  return other || (family === "picture" && (await goesOn(file, type))) ? [label("polyglot")] : [];
}

async function beginsElsewhere(file: Blob): Promise<boolean> {
  return latin1(await file.slice(0, 1_024).arrayBuffer()).includes("%PDF-");
}

const SIGNATURES = ["PK\x03\x04", "Rar!\x1a\x07", "7z\xbc\xaf\x27\x1c", "%PDF-", "<html", "<script", "<svg", "MZ\x90\x00", "\x7fELF"];
const TAIL = 1_048_576;

/** Whether another kind of file begins behind the end of a PNG, GIF or JPEG. */
async function goesOn(file: Blob, type: string): Promise<boolean> {
  const tail = latin1(await file.slice(Math.max(0, file.size - TAIL)).arrayBuffer());
  const end = { "image/png": "IEND\xaeB`\x82", "image/jpeg": "\xff\xd9", "image/gif": "\x00;" }[type];
  const at = end === undefined ? -1 : tail.lastIndexOf(end);
  if (end === undefined || at === -1) return false;
  const rest = tail.slice((type === "image/png" ? tail.indexOf(end) : at) + end.length).toLowerCase();
  return SIGNATURES.some((signature) => rest.includes(signature.toLowerCase()));
}

const TABLES = /spreadsheetml|ms-excel\.sheet\.macroEnabled|opendocument\.spreadsheet|^text\/(csv|tab-separated-values)$/u;

function wayOf({ type, family }: Detected, labels: readonly Label[]): Way | null {
  if (labels.some(({ id }) => id === "giant" || id === "bomb")) return null;
  if (TABLES.test(type)) return labels.some(({ id }) => id === "encrypted") ? null : "table";
  if (family === "picture") return isDrawable(type) ? "picture" : null;
  if (family === "pdf" || family === "text" || family === "sound" || family === "film") return family;
  return null;
}
