/** What protects the reporter now, in the mailbox: the measures that run or are prepared, as they were signed. */

import { type Standing, measuresOf } from "../client/measures.ts";
import type { ShownCase } from "../client/shown.ts";
import { lacksConsent } from "../protocol/measures.ts";
import { h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { measureLines, measureTitle, otherRoleWords } from "../ui/measure_words.ts";

/** The list; null where no measure was ever told. */
export function protectedBox(shown: ShownCase): HTMLElement | null {
  const all = measuresOf(shown.entries, null);
  if (all.length === 0) return null;
  const now = all.filter(({ signed: { state } }) => state === "active" || state === "planned");
  const id = `measures-${shown.case.slice(0, 12)}`;
  return h(
    "section",
    { class: "protects", "aria-labelledby": id },
    h("h3", { id }, gettext("What protects you now")),
    now.length === 0 ? h("p", {}, gettext("Nothing is in force at the moment. What was is among the messages below.")) : h("ul", {}, now.map(lineOf)),
  );
}

function lineOf({ signed, author }: Standing): HTMLElement {
  return h(
    "li",
    { "data-measure": signed.state },
    h("strong", { dir: "auto" }, measureTitle(signed)),
    measureLines(signed).map((line) => h("p", { class: "small", dir: "auto" }, line)),
    otherRoleWords(author) !== "" && h("p", { class: "warning" }, otherRoleWords(author)),
    lacksConsent(signed) && h("p", { class: "warning" }, gettext("This needs your consent, and it is signed that you did not give it. If you do not want it, write so.")),
  );
}
