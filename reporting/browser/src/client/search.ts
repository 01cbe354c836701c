/**
 * Search over the decrypted cards of one's own cases: an index in the worker's memory, gone with it.
 *
 * Words are compared without case, accents, vowel signs and the letters that Arabic writes in several ways;
 * their beginnings are enough, and a slip of the finger is forgiven. Scripts that put no spaces between
 * words are compared letter by letter.
 */

import MiniSearch, { type SearchOptions } from "minisearch";

/** What is searched of one case. */
export interface Searched {
  readonly case: string;
  /** Received on this day: the newer first among equals. */
  readonly received: string;
  readonly summary: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly title: string;
}

interface Document {
  readonly id: string;
  readonly summary: string;
  readonly text: string;
  readonly tags: string;
  readonly title: string;
  readonly received: string;
}

const SLICE = 12; // milliseconds of indexing before other calls get their turn
const LONGEST_QUERY = 200;
const PLAIN = /^[\0-\x7f]*$/;
const MARKS = /[\p{M}\u0640\u200c\u200d]/gu;
const ALONE = "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}";
const WORDS = new RegExp(`[${ALONE}]|(?:(?![${ALONE}])[\\p{L}\\p{N}])+`, "gu");
const PLAIN_WORDS = /[a-z0-9]+/g;
/** Letters that stand for others in the same words, after NFKD. */
const FOLDED: Readonly<Record<string, string>> = {
  ...{ ى: "ي", ی: "ي", ے: "ي", ة: "ه", ک: "ك", ٱ: "ا" },
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i" },
};
const FOLDING = new RegExp(`[${Object.keys(FOLDED).join("")}]`, "gu");

/** The words of a text as they are compared. */
export function tokens(text: string): string[] {
  const lower = text.toLowerCase();
  if (PLAIN.test(lower)) return lower.match(PLAIN_WORDS) ?? [];
  const bare = lower.normalize("NFKD").replace(MARKS, "").replace(FOLDING, (letter) => FOLDED[letter] ?? letter);
  return bare.match(WORDS) ?? [];
}

/** Letters that may be wrong in a word of the query. */
function slips(word: string): number {
  if (word.length < 4 || word.length > 24) return 0;
  return word.length < 8 ? 1 : 2;
}

const OPTIONS: SearchOptions = {
  combineWith: "AND",
  prefix: (word) => word.length > 1 || !PLAIN.test(word),
  fuzzy: slips,
  boost: { id: 4, tags: 3, title: 1, summary: 2 },
};

/** An index that grows in slices, so that it never keeps other calls waiting for long. */
export class CaseIndex {
  readonly #index = new MiniSearch<Document>({
    fields: ["id", "summary", "text", "tags", "title"],
    storeFields: ["received"],
    tokenize: tokens,
    processTerm: (term) => term,
    searchOptions: OPTIONS,
  });
  readonly #waiting = new Map<string, Document>();
  #working: Promise<void> | null = null;
  #held = false;

  /** Cases that are in the index, or will be. */
  get size(): number {
    return this.#index.documentCount + [...this.#waiting.keys()].filter((id) => !this.#index.has(id)).length;
  }

  /** Takes a case in, or again as it now is. */
  put({ case: id, received, summary, text, tags, title }: Searched): void {
    this.#waiting.set(id, { id, received, summary, text, tags: tags.join(" "), title });
    if (!this.#held) this.#working ??= this.#work();
  }

  /** Takes cases in without indexing them yet, while a list that a person waits for is opened. */
  hold(): void {
    this.#held = true;
  }

  /** Indexes what was held back, and from now on at once. */
  release(): void {
    this.#held = false;
    if (this.#waiting.size > 0) this.#working ??= this.#work();
  }

  /** Forgets a case. */
  remove(id: string): void {
    this.#waiting.delete(id);
    if (this.#index.has(id)) this.#index.discard(id);
  }

  /** Once everything taken in so far can be found. */
  async settled(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  async #work(): Promise<void> {
    await pause();
    let started = performance.now();
    for (const [id, document] of this.#waiting) {
      this.#waiting.delete(id);
      if (this.#index.has(id)) this.#index.replace(document);
      else this.#index.add(document);
      if (performance.now() - started < SLICE) continue;
      await pause();
      started = performance.now();
    }
    this.#working = null;
  }

  /** Ids of the cases in which every word of the query is found, best first; none for a query without words. */
  async search(query: string): Promise<string[]> {
    this.release();
    await this.settled();
    const words = query.slice(0, LONGEST_QUERY);
    if (tokens(words).length === 0) return [];
    const found = this.#index.search(words);
    found.sort((a, b) => b.score - a.score || (String(a["received"]) < String(b["received"]) ? 1 : -1));
    return found.map(({ id }) => String(id));
  }
}

/** Lets waiting messages and answers have their turn: a timer of 0 would be held back to 4 ms each time. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      port1.close();
      resolve();
    };
    port1.postMessage(null);
  });
}
