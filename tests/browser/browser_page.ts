/** What the test page runs in a browser: the vectors of the standard, and the shared ones. */

import * as wordlists from "../../reporting/browser/src/protocol/wordlists.ts";
import { type Verdict, runAll } from "./cctv.ts";
import { CASE_MODULES } from "./vector_case_operations.ts";
import { type Vector, carryOut } from "./vector_input.ts";
import { MODULES } from "./vector_operations.ts";

/** One shared vector as it ended here, both as JSON text. */
export interface SharedVerdict {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

async function fetchJson(address: string): Promise<unknown> {
  return (await fetch(address)).json();
}

async function runShared(files: readonly string[]): Promise<SharedVerdict[]> {
  const lists = (await fetchJson("/words.json")) as Record<string, string[]>;
  for (const [language, words] of Object.entries(lists)) wordlists.use(language, words);
  const operations = { ...MODULES, ...CASE_MODULES };
  const verdicts: SharedVerdict[] = [];
  for (const file of files) {
    const [side = "", module = ""] = file.split(/[/.]/);
    for (const vector of (await fetchJson(`/vectors/${file}`)) as Vector[]) {
      const expected = vector.error === undefined ? { out: vector.out } : { error: vector.error };
      const found = await carryOut(operations[module] ?? {}, vector);
      verdicts.push({ name: `${side}: ${module}: ${vector.name}`, expected: sorted(expected), found: sorted(found) });
    }
  }
  return verdicts;
}

/** JSON with the names of every object in order, so that equal values have equal texts. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

declare global {
  var ageVectors: () => Promise<Verdict[]>;
  var sharedVectors: (files: readonly string[]) => Promise<SharedVerdict[]>;
}

globalThis.ageVectors = runAll;
globalThis.sharedVectors = runShared;
