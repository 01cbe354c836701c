/** What the mailbox page and its part for the news link, a script that is loaded on demand, ask of each other. */

import type { MailboxApi } from "../workers/reporter_api.ts";

/** What the page gives to the part. */
export interface NewsPage {
  readonly remote: Pick<MailboxApi, "newsLink" | "chooseNews">;
  /** What to show of something that was thrown. */
  readonly fault: (error: unknown) => HTMLElement;
}

/** The element `news-choice`. */
export interface NewsChoice extends HTMLElement {
  /** Shows how the link stands, and the ways to change that. */
  begin(page: NewsPage): void;
}
