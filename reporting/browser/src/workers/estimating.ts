/** How hard a passphrase is to guess, by zxcvbn's estimate (protocol section 9). */

import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";

import { words } from "../protocol/wordlists.ts";

const MIN_GUESSES_LOG2 = 65; // protocol section 9: a seized server may be attacked offline
const ESTIMATED = 72; // as many characters as the terminal's estimator looks at

/** What stands on every site, and so in nobody's passphrase (docs/asvs.md, 6.1.2). The terminal has the same. */
const EVERYWHERE = ["paragraph56", "paragraph", "reporting", "report", "corruption", "whistleblower", "intake", "investigator", "protection", "custodian", "administrator", "auditor", "statistician"];

/** An estimate: guesses as a power of two, and whether they are enough. */
export interface Estimate {
  readonly log2: number;
  readonly needed: number;
  readonly enough: boolean;
}

/** What the worker does. */
export interface EstimateApi {
  /** @param near what others know of the person and the site: as good as no secret */
  estimate(passphrase: string, near?: readonly string[]): Promise<Estimate>;
}

/** Knows passwords that leaked, words that passphrases are made of, names of keys that lie side by side. */
export class Estimator implements EstimateApi {
  readonly #zxcvbn = new ZxcvbnFactory({ dictionary: { ...dictionary, passphrase: [...words("en")] }, graphs: adjacencyGraphs });

  estimate(passphrase: string, near: readonly string[] = []): Promise<Estimate> {
    const known = [...EVERYWHERE, ...near, ...near.flatMap((text) => text.split(/[\s.@-]+/u))].filter((text) => text !== "");
    const guesses = passphrase === "" ? 1 : this.#zxcvbn.check(passphrase.slice(0, ESTIMATED), known).guesses;
    const log2 = Math.log2(Math.max(guesses, 1));
    return Promise.resolve({ log2, needed: MIN_GUESSES_LOG2, enough: log2 >= MIN_GUESSES_LOG2 });
  }
}
