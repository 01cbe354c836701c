/**
 * The word lists of BIP-39. English is part of every bundle but the one of report pages, whose first visit must be
 * small; it and the others are files beside the bundles, which a page fetches and hands to {@link use}.
 */

import { wordlist as english } from "@scure/bip39/wordlists/english.js";

import { Malformed, N_ } from "./errors.ts";

/** Languages of pages (BCP 47) that have a list of their own, in the order in which they are tried. */
export const LANGUAGES: readonly string[] = ["en", "es", "fr", "it", "cs", "pt", "ja", "ko", "zh", "zh-hant"];
export const SIZE = 2_048;
const TRADITIONAL = ["hant", "tw", "hk", "mo"];
const PREFIX = 4; // letters that tell every word of an alphabetic list apart, by BIP-39's own rule

interface Wordlist {
  readonly words: readonly string[];
  readonly folded: readonly string[];
  readonly index: ReadonlyMap<string, number>;
}

// The build leaves English empty where it is fetched.
const lists = new Map<string, Wordlist>(english.length === 0 ? [] : [["en", makeList(english)]]);

/** `word` as it is compared: NFKD, lower case, without accents. */
export function fold(word: string): string {
  const decomposed = word.normalize("NFKD").toLowerCase().replaceAll("ß", "ss");
  return decomposed.replace(/\p{Mn}/gu, (mark) => (mark === "\u3099" || mark === "\u309a" ? mark : ""));
}

function makeList(names: readonly string[]): Wordlist {
  const words = names.map((name) => name.normalize("NFC"));
  const folded = words.map(fold);
  return { words, folded, index: makeIndex(folded) };
}

/** From folded word, and folded four-letter beginning where it is unique, to its number from 0. */
function makeIndex(folded: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map(folded.map((word, number) => [word, number]));
  const beginnings = new Map<string, number | null>();
  for (const [number, word] of folded.entries()) {
    const letters = Array.from(word);
    if (letters.length <= PREFIX) continue;
    const beginning = letters.slice(0, PREFIX).join("");
    beginnings.set(beginning, beginnings.has(beginning) ? null : number);
  }
  for (const [beginning, number] of beginnings) {
    if (number !== null && !found.has(beginning)) found.set(beginning, number);
  }
  return found;
}

/**
 * Makes the list of `language` known.
 *
 * @throws Malformed no language with a list of its own, or not 2,048 different words
 */
export function use(language: string, words: readonly string[]): void {
  const list = makeList(words);
  if (!LANGUAGES.includes(language) || words.length !== SIZE || new Set(list.folded).size !== SIZE) {
    throw new Malformed(N_("This is not a word list."));
  }
  lists.set(language, list);
}

/** The one of {@link LANGUAGES} for a BCP 47 tag, of which region and script matter for Chinese alone. */
export function languageOf(tag: string): string | null {
  const lower = tag.toLowerCase().replaceAll("_", "-");
  if (LANGUAGES.includes(lower)) return lower;
  const [primary = "", ...subtags] = lower.split("-");
  if (primary === "zh" && subtags.some((subtag) => TRADITIONAL.includes(subtag))) return "zh-hant";
  return LANGUAGES.includes(primary) ? primary : null;
}

/** Whether the list of one of {@link LANGUAGES} is known. */
export function isKnown(language: string): boolean {
  return lists.has(language);
}

function listOf(language: string): Wordlist {
  const known = languageOf(language) ?? "en";
  const list = lists.get(known);
  if (list === undefined) throw new Error(`the word list of "${known}" is not loaded`);
  return list;
}

/** The 2,048 words of a language's list, in order, NFC; English where there is none. */
export function words(language: string): readonly string[] {
  return listOf(language).words;
}

/** The words of a language's list as they are compared. */
export function folded(language: string): readonly string[] {
  return listOf(language).folded;
}

/** From folded word, and folded four-letter beginning where it is unique, to its number from 0. */
export function index(language: string): ReadonlyMap<string, number> {
  return listOf(language).index;
}

/** Every language whose list is loaded, `first` in front. */
export function languagesFrom(first: string): readonly string[] {
  const loaded = LANGUAGES.filter((language) => lists.has(language));
  const wanted = languageOf(first);
  const own = wanted !== null && lists.has(wanted) ? wanted : "en";
  return [own, ...loaded.filter((language) => language !== own)];
}
