/** Files of a case that go along with its export, as long as they are few enough to be held at once. */

import type { ShownFile } from "../evidence/types.ts";
import { N_, Refused } from "../protocol/errors.ts";
import type { Along } from "./export.ts";
import type { ShownEntry } from "./shown.ts";

/** Bytes of all files together that an export takes along; the rest is saved one by one. */
export const TAKEN_ALONG = 67_108_864;

/** The files of these entries that are there: what was removed with a signed word is not. */
function filesThere(entries: readonly ShownEntry[]): ShownFile[] {
  return entries.flatMap(({ files }) => files).filter(({ removed }) => removed === null);
}

/** How large the files of these entries are together. */
export function sizeOf(entries: readonly ShownEntry[]): number {
  return filesThere(entries).reduce((sum, { size }) => sum + size, 0);
}

/**
 * Every file of the entries, opened.
 *
 * @throws Refused together they are too large
 */
export async function takeAlong(entries: readonly ShownEntry[], open: (file: ShownFile) => Promise<Blob>): Promise<Along["files"]> {
  if (sizeOf(entries) > TAKEN_ALONG) throw new Refused(N_("These files are too large to be taken along: save them one by one."));
  const taken: { upload: string; name: string; bytes: Uint8Array }[] = [];
  for (const file of filesThere(entries)) {
    const content = await open(file);
    taken.push({ upload: file.upload, name: file.name, bytes: new Uint8Array(await content.arrayBuffer()) });
  }
  return taken;
}
