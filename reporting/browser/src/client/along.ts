/** Files of a case that go along with its export, as long as they are few enough to be held at once. */

import type { ShownFile } from "../evidence/types.ts";
import { N_, Refused } from "../protocol/errors.ts";
import { Problem } from "./errors.ts";
import type { Along } from "./export.ts";
import type { ShownEntry } from "./shown.ts";

/** Bytes of all files together that an export takes along; the rest is saved one by one. */
export const TAKEN_ALONG = 67_108_864;

/** How large the files of these entries are together: of what was removed only the signed word is sure to be there. */
export function sizeOf(entries: readonly ShownEntry[]): number {
  return entries.flatMap(({ files }) => files).reduce((sum, { size, removed }) => sum + (removed === null ? size : 0), 0);
}

/**
 * Every file of the entries, opened. One that is said to be removed goes along where the server has it all the same, and
 * there is room for it.
 *
 * @throws Refused together they are too large
 */
export async function takeAlong(entries: readonly ShownEntry[], open: (file: ShownFile) => Promise<Blob>): Promise<Along["files"]> {
  if (sizeOf(entries) > TAKEN_ALONG) throw new Refused(N_("These files are too large to be taken along: save them one by one."));
  let left = TAKEN_ALONG - sizeOf(entries);
  const taken: { upload: string; name: string; bytes: Uint8Array }[] = [];
  for (const file of entries.flatMap(({ files }) => files)) {
    if (file.removed !== null && file.size > left) continue;
    const content = await openThere(file, open);
    if (content === null) continue;
    if (file.removed !== null) left -= file.size;
    taken.push({ upload: file.upload, name: file.name, bytes: new Uint8Array(await content.arrayBuffer()) });
  }
  return taken;
}

/** The content; null where it is said to be removed and the server does not have it. */
async function openThere(file: ShownFile, open: (file: ShownFile) => Promise<Blob>): Promise<Blob | null> {
  try {
    return await open(file);
  } catch (error) {
    if (file.removed !== null && error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
