/** Where the vectors lie, and the word lists that they need. Paths start at reporting/browser, where npm runs. */

import path from "node:path";
import { pathToFileURL } from "node:url";

import * as wordlists from "../../reporting/browser/src/protocol/wordlists.ts";

export const VECTORS = path.resolve("../../tests/vectors");

const FILES: Readonly<Record<string, string>> = {
  cs: "czech",
  es: "spanish",
  fr: "french",
  it: "italian",
  ja: "japanese",
  ko: "korean",
  pt: "portuguese",
  zh: "simplified-chinese",
  "zh-hant": "traditional-chinese",
};

/** Makes every word list known, as a page does that fetched them. */
export async function loadWordlists(): Promise<void> {
  for (const [language, file] of Object.entries(FILES)) {
    const url = pathToFileURL(path.resolve(`node_modules/@scure/bip39/wordlists/${file}.js`)).href;
    const module = (await import(url)) as { wordlist: readonly string[] };
    wordlists.use(language, module.wordlist);
  }
}
