/**
 * What reporter and team have written under rights, as it stands: requests that wait, minutes and what was said to them.
 *
 * What answers or replaces an entry had seen it: it is reached along `prev`. The order of a list does not say so, since
 * the server chooses that of a day.
 */

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
type Entries = Pick<ShownCase, "entries">;

const ENDS: ReadonlySet<string> = new Set(["closed", "withdrawn"]);

/**
 * Requests that nobody has dealt with, oldest first: noted as done by the team, ended by the end of the case, and those
 * for a meeting, a call or something else also by what a member wrote back. Without the team's thread, as reporters
 * read it, noting is not seen.
 */
export function waiting({ entries }: Entries): Waiting[] {
  const noted = new Set(entries.flatMap(({ content }) => (content?.type === "noted" ? [content.of] : [])));
  return entries.flatMap((shown) => {
    const { content, day } = shown;
    if (content?.type !== "request" || noted.has(content.entry)) return [];
    const later = knowing(entries, shown);
    const ended = later.some(({ content: after }) => after?.type === "status" && ENDS.has(after.status));
    const answered = !NOT_BY_WORDS.has(content.request) && later.some(answers);
    return ended || answered ? [] : [{ entry: content.entry, day, content }];
  });
}

/** The entries whose authors had seen `one`, by what they signed. Entries come after those that they list. */
function knowing(entries: readonly ShownEntry[], one: ShownEntry): ShownEntry[] {
  const known = new Set([one.sha256]);
  return entries.filter(({ audience, prev, sha256 }) => {
    const knows = audience === one.audience && prev.some((digest) => known.has(digest));
    if (knows) known.add(sha256);
    return knows;
  });
}

function answers({ audience, author, content }: ShownEntry): boolean {
  return audience === "reporter" && author?.reporter === false && (content?.type === "text" || content?.type === "minutes");
}

/** The newest version of each minutes, oldest first. A version replaces only what its author had seen. */
export function newestMinutes({ entries }: Entries): NewestMinutes[] {
  return entries.flatMap((shown) => {
    const { content } = shown;
    if (content?.type !== "minutes") return [];
    const replaced = knowing(entries, shown).some(({ content: after }) => after?.type === "minutes" && after.of === content.entry);
    return replaced ? [] : [{ shown, content, state: stateOf(entries, content.entry, shown.sha256) }];
  });
}

/** By the last answer to these minutes as they were read: their author chooses the id, and could use it again. */
function stateOf(entries: readonly ShownEntry[], of: string, sha256: string): NewestMinutes["state"] {
  const said = entries.flatMap(({ content }) => (content?.type === "minutes-answer" && content.of === of && content.sha256 === sha256 ? [content.agrees] : []));
  const last = said.at(-1);
  if (last === undefined) return "open";
  return last ? "agreed" : "corrected";
}

/** Whether somebody concerned was heard, by what members recorded. */
export function wasHeard({ entries }: Entries): boolean {
  return entries.some(({ content }) => content?.type === "step" && content.step === "heard");
}
