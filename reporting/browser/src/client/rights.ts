/** What reporter and team have written under rights, as it stands: requests that wait, minutes and what was said to them. */

import type { Content, ShownCase, ShownEntry } from "./shown.ts";

/** A request, and when it was made. */
export interface Waiting {
  readonly entry: string;
  readonly day: string;
  readonly content: Extract<Content, { type: "request" }>;
}

/** Minutes that no newer version replaces, and how the reporter sees them. */
export interface NewestMinutes {
  readonly shown: ShownEntry;
  readonly content: Extract<Content, { type: "minutes" }>;
  readonly state: "agreed" | "corrected" | "open";
}

/** What somebody wrote in words ends a request for words; these end only by being dealt with. */
const NOT_BY_WORDS: ReadonlySet<string> = new Set(["withdraw", "no-acknowledgement"]);
const ENDS: ReadonlySet<string> = new Set(["closed", "withdrawn"]);

/**
 * Requests that nobody has dealt with, oldest first: noted as done by the team, ended by the end of the case, and those
 * for a meeting, a call or something else also by what a member wrote back. Without the team's thread, as reporters
 * read it, noting is not seen.
 */
export function waiting({ entries }: ShownCase): Waiting[] {
  const noted = new Set(entries.flatMap(({ content }) => (content?.type === "noted" ? [content.of] : [])));
  return entries.flatMap(({ content, day }, place) => {
    if (content?.type !== "request" || noted.has(content.entry)) return [];
    const later = entries.slice(place + 1);
    const ended = later.some(({ content: after }) => after?.type === "status" && ENDS.has(after.status));
    const answered = !NOT_BY_WORDS.has(content.request) && later.some(answers);
    return ended || answered ? [] : [{ entry: content.entry, day, content }];
  });
}

function answers({ audience, author, content }: ShownEntry): boolean {
  return audience === "reporter" && author?.reporter === false && (content?.type === "text" || content?.type === "minutes");
}

/** The newest version of each minutes, oldest first. */
export function newestMinutes({ entries }: ShownCase): NewestMinutes[] {
  const replaced = new Set(entries.flatMap(({ content }) => (content?.type === "minutes" && content.of !== null ? [content.of] : [])));
  return entries.flatMap((shown) => {
    const { content } = shown;
    return content?.type !== "minutes" || replaced.has(content.entry) ? [] : [{ shown, content, state: stateOf(entries, content.entry) }];
  });
}

function stateOf(entries: readonly ShownEntry[], of: string): NewestMinutes["state"] {
  const said = entries.flatMap(({ content }) => (content?.type === "minutes-answer" && content.of === of ? [content.agrees] : []));
  const last = said.at(-1);
  if (last === undefined) return "open";
  return last ? "agreed" : "corrected";
}

/** Whether somebody concerned was heard, by what members recorded. */
export function wasHeard({ entries }: ShownCase): boolean {
  return entries.some(({ content }) => content?.type === "step" && content.step === "heard");
}
