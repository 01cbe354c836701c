/** Lines of the inbox, as the page gets them. */

import type { Line } from "../client/cases.ts";
import type { InboxLine } from "./desk_api.ts";

/** A line without what only the worker needs. */
export function inboxLine({ card, ...line }: Line): InboxLine {
  return {
    ...line,
    opened: card !== null,
    summary: card?.summary ?? "",
    tags: card?.tags ?? [],
    draft: (card?.draft ?? null) !== null,
  };
}

/** Whether search finds both by the same words. */
export function sameText(first: Line, second: Line): boolean {
  const words = ({ card }: Line): string => JSON.stringify([card?.summary, card?.text, card?.tags]);
  return words(first) === words(second);
}
