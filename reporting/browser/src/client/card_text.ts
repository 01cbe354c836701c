/** What of a case its card keeps in words: text to search, and the tags that the team gave it. */

import { type Json, type JsonObject, WHITE_SPACE, isObject } from "../protocol/encoding.ts";
import { Malformed, N_ } from "../protocol/errors.ts";
import type { CaseView, EntryView } from "../protocol/thread.ts";

/** Characters of the text to search: of all of it, and of the report where there is more. */
const MOST_TEXT = 4_000;
const MOST_REPORT = 2_500;
export const MOST_TAGS = 20;
export const LONGEST_TAG = 40;
export const TAGS_SCHEME = "reporting/tags/v1";
const SPACES = new RegExp(`[${WHITE_SPACE}]+`, "u");
const READ_TOGETHER: ReadonlySet<string> = new Set(["message", "note", "retaliation", "translation"]);

/** Code points, which Python counts too. */
export function characters(text: string): string[] {
  return Array.from(text);
}

/** `text` on one line, each run of white space a single space. */
export function oneLine(text: string): string {
  return text.split(SPACES).filter(Boolean).join(" ");
}

/** The words of report and conversation, of at most 4,000 characters: the report first, then the newest. */
export function searchable(view: CaseView): string {
  const { first, entries } = view.facts;
  const report = characters(oneLine(words(first?.body["answers"])));
  const later = entries.filter((one) => one.entry !== null && one.entry !== first && READ_TOGETHER.has(one.entry.kind));
  const conversation = oneLine(later.map(wordsOf).reverse().join(" "));
  const room = Math.max(MOST_REPORT, MOST_TEXT - characters(conversation).length);
  const all = `${report.slice(0, room).join("")} ${conversation}`.trim();
  return characters(all).slice(0, MOST_TEXT).join("");
}

function wordsOf({ entry }: EntryView): string {
  return words(entry?.body["text"] ?? entry?.body["answers"]);
}

/** Every text in a JSON value, names of its members left out. */
function words(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(words).join(" ");
  return isObject(value) ? Object.values(value).map(words).join(" ") : "";
}

/** The tags of the latest authentic classification that gives any, in the order of the thread. */
export function tagsOf(view: CaseView): readonly string[] {
  for (const entry of view.authentic("team").reverse()) {
    const found = entry.kind === "classification" ? parseTags(entry.body) : null;
    if (found !== null) return found;
  }
  return [];
}

/** The tags of a classification's body; null where it is of another scheme. What is no tag is left out. */
export function parseTags(body: JsonObject): readonly string[] | null {
  if (body["scheme"] !== TAGS_SCHEME || !isObject(body["codes"])) return null;
  const { tags } = body["codes"];
  if (!Array.isArray(tags)) return null;
  return (tags as readonly Json[]).filter((tag) => typeof tag === "string").filter(isTag).slice(0, MOST_TAGS);
}

function isTag(text: string): boolean {
  const { length } = characters(text);
  return length >= 1 && length <= LONGEST_TAG && text === oneLine(text);
}

/**
 * The body of a classification that gives `tags`, each once, white space put in order.
 *
 * @throws Malformed more than 20 of them, or one that does not have 1 to 40 characters
 */
export function tagsBody(tags: readonly string[]): JsonObject {
  const clean = [...new Set(tags.map((tag) => oneLine(tag.normalize("NFC"))))];
  if (clean.length > MOST_TAGS) {
    throw new Malformed(N_("A case has at most {limit} tags."), { limit: MOST_TAGS, pointer: "/tags" });
  }
  if (!clean.every(isTag)) {
    throw new Malformed(N_("A tag has 1 to {limit} characters."), { limit: LONGEST_TAG, pointer: "/tags" });
  }
  return { scheme: TAGS_SCHEME, codes: { tags: clean } };
}
