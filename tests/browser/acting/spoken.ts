/** The language in which people act: what pages say in it, by the catalogues that the build reads. */

import { readFile } from "node:fs/promises";
import path from "node:path";

/** A language, and what a text of the program is in it. */
export interface Spoken {
  readonly language: string;
  /** As the pages do; values stay as `{names}`. It throws where there is no translation. */
  readonly say: (english: string) => string;
}

export const ENGLISH: Spoken = { language: "en", say: (text) => text };

/** What a catalogue says; tests run in reporting/browser. */
export async function spoken(language: string): Promise<Spoken> {
  const catalogue = JSON.parse(await readFile(path.resolve(`messages/${language}.json`), "utf8")) as Readonly<Record<string, readonly string[]>>;
  const say = (english: string): string => {
    const found = catalogue[english]?.[0];
    if (found === undefined) throw new Error(`“${english}” is not translated into ${language}`);
    return found;
  };
  return { language, say };
}
