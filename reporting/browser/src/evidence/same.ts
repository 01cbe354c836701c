/** Whether files are the ones that were taken before: by every byte, as what is sealed must not change. */

import type { OutgoingFile } from "./types.ts";

const BLOCK = 4 * 1_048_576;

/** Whether both lists have the same names, types and content. */
export async function sameFiles(first: readonly OutgoingFile[], second: readonly OutgoingFile[]): Promise<boolean> {
  if (first.length !== second.length) return false;
  const alike = first.every((file, place) => {
    const other = second[place];
    return file.name === other?.name && file.type === other.type && file.content.size === other.content.size;
  });
  if (!alike) return false;
  for (const [place, file] of first.entries()) {
    const other = second[place];
    if (other === undefined || !(await sameContent(file.content, other.content))) return false;
  }
  return true;
}

async function sameContent(first: Blob, second: Blob): Promise<boolean> {
  for (let at = 0; at < first.size; at += BLOCK) {
    try {
      const [one, other] = await Promise.all([first, second].map(async (blob) => new Uint8Array(await blob.slice(at, at + BLOCK).arrayBuffer())));
      if (one?.length !== other?.length || one?.every((byte, place) => byte === other?.[place]) !== true) return false;
    } catch {
      return false; // one of them cannot be read any more
    }
  }
  return true;
}
