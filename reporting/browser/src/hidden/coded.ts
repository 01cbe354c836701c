/** Names that programs put among the coded pictures and sound, where players pass them over. */

import { N_ } from "../protocol/errors.ts";
import { type Data, latin1 } from "./bytes.ts";
import type { Edits, Source } from "./source.ts";

/** What is said of every film. */
export const FILM_STAYS = N_(
  "What the film shows and what is heard in it stays as it is, and so does the way in which both are coded: experts may tell from it which kind of device or program was used.",
);
/** What is said of every recording of sound. */
export const SOUND_STAYS = N_(
  "What can be heard stays as it is, and so does the way in which it is coded: experts may tell from it which kind of device or program was used.",
);
const SEARCHED = 16_384;
const NAMES = /x26[45] (?:- core|\(build)[\x20-\x7e]*|Lav[cf]\d[\d.]*/gu;

/** Where a name stands. */
export interface Signature {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The names in what begins at `from`, where programs write them. */
export async function signaturesAt(source: Source, from: number): Promise<readonly Signature[]> {
  return signaturesIn(await source.bytes(from, Math.min(SEARCHED, source.size - from)), from);
}

function signaturesIn(data: Data, from: number): readonly Signature[] {
  return [...latin1(data).matchAll(NAMES)].map((found) => {
    const [text] = found;
    return { from: from + found.index, to: from + found.index + text.length, text };
  });
}

/** Writes blanks over names: a run of zeros could be taken for something else there. */
export function clearSignatures(found: readonly Signature[], edits: Edits): void {
  for (const { from, to } of found) edits.write(from, new Uint8Array(to - from).fill(0x20));
}
