/** What went wrong, in words, with what to do. */

import { ProtocolError } from "../protocol/errors.ts";
import { h } from "../ui/dom.ts";
import { explain } from "../ui/i18n.ts";

/** The sentence for anything thrown; what is not in the core's tree is a fault of this program and thrown on. */
export function faultWords(error: unknown): string {
  if (!(error instanceof ProtocolError)) throw error;
  return explain(error);
}

/** A box that says what failed, and what else there is to say. */
export function faultBox(words: string, ...more: readonly string[]): HTMLElement {
  return h(
    "div",
    { class: "fault", role: "alert", tabindex: "-1" },
    h("p", {}, h("strong", {}, words)),
    more.map((text) => h("p", {}, text)),
  );
}
