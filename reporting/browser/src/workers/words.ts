/** Loading the word list of the page's language, where it has one of its own. */

import { UnexpectedAnswer } from "../client/errors.ts";
import type { Transport } from "../client/transport.ts";
import { hex, parseJson } from "../protocol/encoding.ts";
import { N_ } from "../protocol/errors.ts";
import * as wordlists from "../protocol/wordlists.ts";

const MAX_LIST = 65_536;
const HASH = /-([0-9a-f]{16})\.json$/;

/** Addresses of the word lists by language, as the build names them; English is in the bundle. */
declare const WORD_LISTS: Readonly<Record<string, string>> | undefined;

/**
 * Makes the list of a page's `language` known.
 *
 * @throws Unreachable, Problem it does not come
 * @throws UnexpectedAnswer it is not the one that was built
 */
export async function loadWords(language: string, transport: Transport): Promise<void> {
  const known = wordlists.languageOf(language);
  const address = known === null || typeof WORD_LISTS === "undefined" ? undefined : WORD_LISTS[known];
  if (known === null || address === undefined) return;
  const { body } = (await transport.get(address, { limit: MAX_LIST })).expect(200);
  const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-384", new Uint8Array(body))));
  const words = digest.slice(0, 16) === HASH.exec(address)?.[1] ? parseJson(body, { limit: MAX_LIST }) : null;
  const isWord = (word: unknown): word is string => typeof word === "string";
  if (!Array.isArray(words) || !words.every(isWord)) {
    throw new UnexpectedAnswer(N_("The list of words that the server shows is not this page's."));
  }
  wordlists.use(known, words);
}
