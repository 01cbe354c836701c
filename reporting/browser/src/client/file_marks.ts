/** Marks of files: which original is withheld, what is a translation, what a redacted copy of what. */

import type { FileMark } from "../evidence/types.ts";
import { type JsonObject, isObject } from "../protocol/encoding.ts";
import { Malformed, N_ } from "../protocol/errors.ts";
import type { CaseView } from "../protocol/thread.ts";

export const MARKS_SCHEME = "file/1";
const MARKS: readonly FileMark[] = ["original-withheld", "translated", "redacted-copy"];

/** What is said of one file: its upload, the mark, and the upload of the file that it was made from, where known. */
export interface Marked {
  readonly upload: string;
  readonly mark: FileMark;
  readonly of: string | null;
}

/**
 * The body of a classification that marks a file of the case.
 *
 * @throws Malformed no authentic entry names the file, or the one that it was made from
 */
export function markBody(view: CaseView, upload: string, mark: FileMark, of: string | null): JsonObject {
  const known = new Set(view.facts.entries.flatMap(({ entry }) => entry?.attachments ?? []).map((file) => file.upload));
  if (!known.has(upload) || of === upload || (of !== null && !known.has(of)) || !MARKS.includes(mark)) {
    throw new Malformed(N_("There is no such file in this case."), { pointer: "/upload" });
  }
  return { scheme: MARKS_SCHEME, codes: { upload, mark, of } };
}

/** What a classification says of a file; null where it is of another scheme or form. */
export function parseMark(body: JsonObject): Marked | null {
  const { scheme, codes } = body;
  if (scheme !== MARKS_SCHEME || !isObject(codes)) return null;
  const { upload, of = null } = codes;
  const mark = MARKS.find((known) => known === codes["mark"]);
  const named = of === null || typeof of === "string";
  return typeof upload === "string" && mark !== undefined && named ? { upload, mark, of } : null;
}
