/** Files in words, for looking a report over before it is sent. */

import { h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { sizeWords } from "../ui/sizes.ts";
import type { Item } from "./attach_item.ts";
import { kindsLine } from "./attach_words.ts";

/** A list of the files: name, size, and what became of what they give away. */
export function summaryOf(items: readonly Item[]): HTMLElement {
  return h("ul", { class: "file-summary" }, items.map((item) => h("li", {}, h("bdi", { translate: "no" }, item.name), " ", h("span", { class: "soft" }, sizeWords(item.size)), h("span", { class: "help" }, fate(item)))));
}

/** What became of what a file gives away, in one line. */
export function fate(item: Item): string {
  const { choice, removed, left } = item;
  if (choice === "keep") return gettext("Kept in it, as you decided: {what}.", { what: kindsLine(item.inspection.findings) });
  if (item.uncleanable && left.length > 0) return gettext("Goes out as you decided, with: {what}.", { what: kindsLine(left) });
  if (item.uncleanable && item.cleaned !== null) return gettext("Goes out as you decided; something may stay in it that this page cannot remove.");
  if (item.uncleanable) return gettext("Goes out as it is, as you decided.");
  if (item.redacted) return gettext("Parts are blacked out.");
  if (!item.clean) return gettext("This is plain text.");
  return removed.length > 0 ? gettext("Removed: {what}.", { what: kindsLine(removed) }) : gettext("No hidden traces were found in it.");
}
