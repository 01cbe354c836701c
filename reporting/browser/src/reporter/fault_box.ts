/** What went wrong, in words, with what to do. */

import { ProtocolError } from "../protocol/errors.ts";
import { h } from "../ui/dom.ts";
import { explain, gettext } from "../ui/i18n.ts";
import { RemoteError } from "../workers/rpc.ts";

/** The sentence for anything thrown; what is not in the core's tree is a fault of this program and thrown on. */
export function faultWords(error: unknown): string {
  if (!(error instanceof ProtocolError)) throw error;
  return explain(error);
}

/** Whether `error` came from the worker as an error of the class `name` there. */
export function isRemote(error: unknown, name: string): error is RemoteError {
  return error instanceof RemoteError && error.failure.name === name;
}

/** A box that says what failed, and what else there is to say; with a button to try again where `again` is given. */
export function faultBox(words: string, more: readonly string[], again: (() => void) | null): HTMLElement {
  return h(
    "div",
    { class: "fault", role: "alert", tabindex: "-1" },
    h("p", {}, h("strong", {}, words)),
    more.map((text) => h("p", {}, text)),
    again !== null && h("button", { type: "button", onclick: again }, gettext("Try again")),
  );
}
