/** Checking minutes in the mailbox: the newest version of each, to agree to or to correct. */

import { type NewestMinutes, newestMinutes } from "../client/rights.ts";
import type { ShownCase } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { minutesState } from "../ui/right_words.ts";
import type { MailboxApi } from "../workers/reporter_api.ts";
import type { Begun } from "./begun.ts";
import { minutesView } from "./conversation.ts";
import { sender, wordsField } from "./sent_box.ts";

/** What the box asks of the worker. */
export type MinutesAnswerer = Pick<MailboxApi, "answerMinutes">;

/** The minutes of a case; null where there are none. `answered` is told of the case as it stands then. */
export function minutesBox(shown: ShownCase, remote: MinutesAnswerer, answered: (shown: ShownCase) => void, begun: Begun): HTMLElement | null {
  const found = newestMinutes(shown);
  if (found.length === 0) return null;
  const id = `minutes-${shown.case.slice(0, 12)}`;
  return h(
    "section",
    { class: "minutes", "aria-labelledby": id },
    h("h3", { id }, gettext("Minutes")),
    found.map((one) => oneOf(one, shown, remote, answered, begun)),
  );
}

function oneOf(found: NewestMinutes, shown: ShownCase, remote: MinutesAnswerer, answered: (shown: ShownCase) => void, begun: Begun): HTMLElement {
  const { content, state } = found;
  const title = gettext("Minutes of {day}: {state}", { day: longDay(content.held), state: minutesState(state) });
  return h(
    "details",
    { open: state === "open", "data-minutes": state },
    h("summary", {}, title),
    minutesView(content),
    shown.closed === null && state !== "agreed" && answerForm(found, shown.case, remote, answered, begun),
  );
}

function answerForm({ content, shown, state }: NewestMinutes, caseId: string, remote: MinutesAnswerer, answered: (shown: ShownCase) => void, begun: Begun): HTMLElement {
  const { field, parts } = wordsField(`minutes-${content.entry.slice(0, 12)}`, gettext("What is not right, or missing"), begun);
  const { outcome, steps, send } = sender(field, begun);
  const answer = (agrees: boolean): void => {
    if (!agrees && field.value.trim() === "") {
      const box = h("p", { class: "field-error", role: "alert", tabindex: "-1" }, gettext("Say what is not right."));
      fill(outcome, box);
      focusOn(box);
      return;
    }
    void send((tell) => remote.answerMinutes(caseId, { of: content.entry, sha256: shown.sha256, agrees, text: agrees ? "" : field.value }, tell), answered);
  };
  return h(
    "div",
    { class: "no-print" },
    state === "corrected" && h("p", {}, gettext("You corrected these. A new version may follow.")),
    h("p", {}, gettext("Check whether this is what was said. Your answer is signed with the key of this case, which only your receipt code has: nobody can agree in your place, and it does not tell who you are.")),
    outcome,
    parts,
    steps,
    h("p", { class: "actions" },
      h("button", { type: "button", onclick: () => { answer(true); } }, gettext("I agree")),
      h("button", { type: "button", onclick: () => { answer(false); } }, gettext("Send my corrections"))),
  );
}
