/** Loading the word lists of receipts: that of the page's language, where it has one, and English. */

import { UnexpectedAnswer } from "../client/errors.ts";
import type { Transport } from "../client/transport.ts";
import { hex, parseJson } from "../protocol/encoding.ts";
import { N_ } from "../protocol/errors.ts";
import * as wordlists from "../protocol/wordlists.ts";
import { Late } from "./late.ts";

const MAX_LIST = 65_536;
const HASH = /-([0-9a-f]{16})\.json$/;

/** Addresses of the word lists by language, as the build names them. */
declare const WORD_LISTS: Readonly<Record<string, string>> | undefined;

/** The lists of one page, on their way: before a code is shown or read they must be there. It throws as {@link loadWords}. */
export function lateWords(language: string, transport: Transport): Late<void> {
  const words = new Late(() => loadWords(language, transport));
  if (missing(language).length > 0) words.bringSoon();
  return words;
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
