/**
 * What deserves a second look before a reply is sent: a question that only one person could answer points at
 * the reporter as soon as somebody else reads it, and so do a day or words that the report alone has. A plain rule,
 * no judge: whoever asks on may do so.
 */

import type { ShownEntry } from "../client/shown.ts";
import { N_ } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";

const QUESTION = /[?؟？]/u;
const ROW = 6; // words: fewer stand in many a text by chance
const MOST = 3; // repetitions that are shown
const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";
const DAY = new RegExp(`\\b(?:\\d{4}-\\d{2}-\\d{2}|\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}|\\d{1,2}\\.? ${MONTH}|${MONTH} \\d{1,2})\\b`, "giu");
const PLACEHOLDER = /\[[^\]\n]{1,80}\]/gu;
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/\b(your (name|job|role|position|post|title|department|team|unit|office|boss|manager|supervisor|colleagues?|address|phone|email))\b/iu, N_("It asks about the person: name, post, team or how to reach them.")],
  [/\b(were you|did you|have you|are you|do you work|you work|you were)\b/iu, N_("It asks what the person did, or where they were.")],
  [/\b(how do you know|who told you|how did you (learn|hear|find))\b/iu, N_("It asks how the person knows: often few could know it that way.")],
  [/\b(what time|which day|exact(ly)?|when did|on what (day|date))\b/iu, N_("It asks for an exact time: whoever was there then may be few.")],
  [/\b(document|copy|copies|photo|picture|screenshot|e-?mail|letter|file)\b/iu, N_("It asks for a document: who had that copy may be known.")],
];

/** What to look at again, in words; nothing in it is empty. */
export interface Concerns {
  /** Why only one person could perhaps answer. Null where nothing is asked. */
  readonly question: readonly string[] | null;
  /** Places of a template that were left open. */
  readonly open: readonly string[];
  /** Days, and words in a row, that stand in what the reporter wrote. */
  readonly repeats: readonly string[];
}

/** What deserves a second look in a message to the reporter, who wrote `told`. */
export function concerns(text: string, told: readonly string[] = []): Concerns {
  const open = [...new Set(text.match(PLACEHOLDER) ?? [])];
  const repeats = repeated(text, told);
  if (!QUESTION.test(text)) return { question: null, open, repeats };
  const reasons = REASONS.filter(([pattern]) => pattern.test(text)).map(([, words]) => gettext(words));
  return { question: reasons, open, repeats };
}

/** Whether there is nothing to look at again. */
export function isClear({ question, open, repeats }: Concerns): boolean {
  return question === null && open.length === 0 && repeats.length === 0;
}

/** Everything that the reporter of a case wrote in words. */
export function reporterWords(entries: readonly ShownEntry[]): readonly string[] {
  return entries.flatMap(({ author, content }) => {
    if (author?.reporter !== true || content === null) return [];
    if (content.type === "text") return [content.text];
    if (content.type !== "answers") return [];
    return content.answers.flatMap(({ answer }) => answer.filter((part) => typeof part === "string"));
  });
}

function repeated(text: string, told: readonly string[]): string[] {
  const known = told.join("\n").toLowerCase();
  const days = (text.match(DAY) ?? []).filter((day) => known.includes(day.toLowerCase()));
  const rows = new Set(told.flatMap((one) => rowsOf(one).map(({ row }) => row.toLowerCase())));
  const quoted = rowsOf(text).filter(({ row }) => rows.has(row.toLowerCase()));
  // Of rows that go on in each other, the first stands for all.
  const begun = quoted.filter(({ at }, place) => quoted[place - 1]?.at !== at - 1);
  return [...new Set([...days, ...begun.map(({ row }) => row)])].slice(0, MOST);
}

/** Every so many words in a row, with the place of the first. */
function rowsOf(text: string): { readonly at: number; readonly row: string }[] {
  const words = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.slice(0, Math.max(0, words.length - ROW + 1)).map((_word, at) => ({ at, row: words.slice(at, at + ROW).join(" ") }));
}
