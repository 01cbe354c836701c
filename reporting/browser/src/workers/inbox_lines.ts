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
    asked: card?.asked ?? false,
  };
}
