/**
 * What deserves a second look before a reply is sent: a question that only one person could answer points at
 * the reporter as soon as somebody else reads it. A plain rule, no judge: whoever asks on may do so.
 */

import { N_ } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";

const QUESTION = /[?؟？]/u;
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
}

/** What deserves a second look in a message to the reporter. */
export function concerns(text: string): Concerns {
  const open = [...new Set(text.match(PLACEHOLDER) ?? [])];
  if (!QUESTION.test(text)) return { question: null, open };
  const reasons = REASONS.filter(([pattern]) => pattern.test(text)).map(([, words]) => gettext(words));
  return { question: reasons, open };
}

/** Whether there is nothing to look at again. */
export function isClear({ question, open }: Concerns): boolean {
  return question === null && open.length === 0;
}
