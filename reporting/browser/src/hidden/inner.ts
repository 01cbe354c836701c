/** What stands within a document: its pictures, sounds and films, cleaned by the formats of their own. */

import { N_ } from "../protocol/errors.ts";
import type { Data } from "./bytes.ts";
import { HEAD_BYTES, detect } from "./detect.ts";
import { Findings } from "./findings.ts";
import { FORMATS } from "./formats.ts";
import { CannotClean, type Found } from "./types.ts";

/** What was found in a document while it was cleaned, so that what is removed is also what is said. */
export class Report {
  readonly findings = new Findings();
  readonly #notes = new Set<string>();
  #partial = false;

  /** Says a marked sentence once. */
  note(sentence: string): void {
    this.#notes.add(sentence);
  }

  /** Says what stays in the document although it may tell something. */
  leave(sentence: string): void {
    this.#partial = true;
    this.note(sentence);
  }

  get found(): Found {
    return { findings: this.findings.list, cleaning: this.#partial ? "partial" : "full", notes: [...this.#notes] };
  }
}

export const NOT_ALL = N_("A picture, sound or film within this document cannot be cleaned here and stays as it is.");
const INNER = new Set(["picture", "sound", "film"]);

/** The bytes of a picture, sound or film within a document, cleaned; as they were where that cannot be, which `report` says. */
export async function cleanInner(content: Data, name: string, report: Report): Promise<Data> {
  const detected = detect(content.subarray(0, HEAD_BYTES), name);
  const format = INNER.has(detected.family) ? FORMATS.find((one) => one.matches(detected)) : undefined;
  if (format === undefined) {
    report.leave(NOT_ALL);
    return content;
  }
  const file = new Blob([content]);
  try {
    const found = await format.inspect(file, detected);
    for (const { kind, value } of found.findings) report.findings.add(kind, value);
    if (found.cleaning !== "full") report.leave(NOT_ALL);
    return new Uint8Array(await (await format.clean(file, detected)).arrayBuffer());
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error;
    report.leave(NOT_ALL);
    return content;
  }
}

const METAFILE = N_("A drawing within this document is of a kind that is not looked into here (EMF, WMF or SVM). It stays, with what it may hold.");

/** Metafiles: of those of Windows, the header may name a program and a title; what else is in them stays, and is said. */
export function cleanMetafile(content: Data, report: Report): Data {
  report.leave(METAFILE);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  // [MS-EMF] 2.3.4.2: record 1, " EMF" at 40, the description's length and place at 60 and 64.
  if (content.length < 88 || view.getUint32(0, true) !== 1 || view.getUint32(40, true) !== 0x464d4520) return content;
  const [length, at] = [view.getUint32(60, true) * 2, view.getUint32(64, true)];
  if (length === 0 || at < 88 || at + length > view.getUint32(4, true) || at + length > content.length) return content;
  const said = new TextDecoder("utf-16le").decode(content.subarray(at, at + length)).replaceAll("\0", " ");
  if (said.trim() !== "") report.findings.add("software", said);
  const cleaned = content.slice();
  cleaned.fill(0, at, at + length);
  return cleaned;
}
