/** Shutting people out: the way to it, who they are, and what to do where nobody is left. */

import { h } from "../ui/dom.ts";
import { gettext, language } from "../ui/i18n.ts";
import type { FieldError } from "../workers/reporter_api.ts";
import { button } from "./steps.ts";

/** The line below the first question, for who would not look for it in a later step. */
export function shutOutLine(go: () => void): HTMLElement {
  return h(
    "p",
    { class: "shut-out-line" },
    gettext("Is there somebody here who must not see this?"),
    " ",
    button(gettext("Choose whom to shut out"), "quiet to-shut-out", go),
  );
}

/** What a person with these roles on the channel is there for, where a label alone may puzzle; else null. */
export function roleNote(roles: readonly string[]): string | null {
  if (roles.includes("break_glass")) return gettext("a key that lies in a safe, for the case that nobody else is left");
  if (roles.length > 0 && roles.every((role) => role === "custodian")) return gettext("keeps identities, not reports");
  return null;
}

/** Whether a fault says that everybody who could receive the report is shut out (`protocol/directory.ts`). Its text depends on the language. */
export function isNobodyLeft({ values }: Pick<FieldError, "values">): boolean {
  return values["remaining"] === 0;
}

/** The way to another channel, with the text. */
export function anotherChannel(saveDraft: () => void): HTMLElement {
  return h(
    "div",
    { class: "another-channel" },
    h("p", {}, gettext("You can take your text along to a channel where others receive reports:")),
    h(
      "ol",
      {},
      h("li", {}, button(gettext("Save it as a sealed file"), "quiet carry-over", saveDraft), " ", gettext("and keep its code.")),
      h("li", {}, h("a", { href: `/${language}/report` }, gettext("Choose another channel"))),
      h("li", {}, gettext("There, choose “Open a draft that you saved”.")),
    ),
  );
}
