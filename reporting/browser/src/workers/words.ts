/** Loading the word lists of receipts: that of the page's language, where it has one, and English. */

import { UnexpectedAnswer } from "../client/errors.ts";
import type { Transport } from "../client/transport.ts";
import { hex, parseJson } from "../protocol/encoding.ts";
import { N_ } from "../protocol/errors.ts";
import * as wordlists from "../protocol/wordlists.ts";

const MAX_LIST = 65_536;
const HASH = /-([0-9a-f]{16})\.json$/;

/** Addresses of the word lists by language, as the build names them. */
declare const WORD_LISTS: Readonly<Record<string, string>> | undefined;

/** After how many milliseconds a page that is ready brings its lists, so that it can show a code when the line is broken. */
const SOON = 4_000;

/** The lists of one page. */
export class Words {
  #coming: Promise<void> | null = null;

  constructor(
    private readonly language: string,
    private readonly transport: Transport,
  ) {}

  /**
   * Resolves once every list is known: before a code is shown or read.
   *
   * @throws as {@link loadWords}; it may be asked again
   */
  ready(): Promise<void> {
    this.#coming ??= loadWords(this.language, this.transport).catch((error: unknown) => {
      this.#coming = null;
      throw error;
    });
    return this.#coming;
  }

  /** Brings the lists when the page has come, whether anybody writes or not: that must not tell who does. */
  bringSoon(): void {
    if (missing(this.language).length > 0) setTimeout(() => void this.ready().catch(() => undefined), SOON);
  }
}

/** The lists that a page needs and has not yet: language and address. */
function missing(language: string): readonly (readonly [string, string])[] {
  if (typeof WORD_LISTS === "undefined") return [];
  const known = Object.entries(WORD_LISTS);
  const own = wordlists.languageOf(language);
  return known.filter(([name]) => (name === own || name === "en") && !wordlists.isKnown(name));
}

/**
 * Makes the lists for a page's `language` known.
 *
 * @throws Unreachable, Problem one does not come
 * @throws UnexpectedAnswer one is not the one that was built
 */
export async function loadWords(language: string, transport: Transport): Promise<void> {
  await Promise.all(missing(language).map(([name, address]) => loadList(name, address, transport)));
}

async function loadList(known: string, address: string, transport: Transport): Promise<void> {
  const { body } = (await transport.get(address, { limit: MAX_LIST })).expect(200);
  const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-384", new Uint8Array(body))));
  const words = digest.slice(0, 16) === HASH.exec(address)?.[1] ? parseJson(body, { limit: MAX_LIST }) : null;
  const isWord = (word: unknown): word is string => typeof word === "string";
  if (!Array.isArray(words) || !words.every(isWord)) {
    throw new UnexpectedAnswer(N_("The list of words that the server shows is not this page's."));
  }
  wordlists.use(known, words);
}
