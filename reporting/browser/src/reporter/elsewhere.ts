/** Where else to turn: in a protection case, and when a deadline was missed; the page carries the places of each channel. */

import type { Clock, ShownCase } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { clockState } from "../ui/words.ts";

/** Tells the mailbox that a case, `detail` by its id, is to be taken elsewhere. */
export const TAKE_ELSEWHERE = "take-elsewhere";

/**
 * A calm note with the places, once one of the deadlines `open` is past on the day `now`; before that, in a protection
 * case, the same to be unfolded; else null.
 */
export function elsewhere(shown: ShownCase, open: readonly Clock[], now: string): HTMLElement | null {
  const [missed] = open.filter((clock) => clockState(clock, now) === "overdue").map(({ due }) => due).sort();
  const places = [...document.querySelectorAll("template")].find(({ dataset }) => dataset["elsewhere"] === shown.channel);
  if (places === undefined) return null;
  const copy = places.content.cloneNode(true);
  if (missed === undefined) return shown.kind === "protection" ? h("details", { class: "elsewhere-folded" }, h("summary", {}, gettext("Where else to turn")), copy) : null;
  const take = (event: Event): void => {
    event.target?.dispatchEvent(new CustomEvent(TAKE_ELSEWHERE, { bubbles: true, detail: shown.case }));
  };
  const id = `elsewhere-${shown.case.slice(0, 12)}`;
  return h(
    "section",
    { class: "elsewhere-places", "aria-labelledby": id },
    h("h3", { id }, gettext("Where else to turn")),
    h("p", {}, gettext("The deadline passed on {day}. You may turn to:", { day: longDay(missed) })),
    copy,
    h("p", { class: "no-print" }, gettext("You can make a sheet to take there: that and when you reported, the acknowledgement, and which deadline was missed. Nothing of what was written is in it, unless you tick it.")),
    h("p", { class: "no-print" }, h("button", { type: "button", class: "take-elsewhere", onclick: take }, gettext("Make a sheet to take there"))),
  );
}
