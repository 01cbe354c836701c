/** Asking the reporter how they are, once their case is closed: two taps, or words. */

import { LEAD_DAYS, addDays, closedOn, openCheckIn } from "../client/measures.ts";
import type { ShownCase } from "../client/shown.ts";
import type { CheckInAnswer } from "../protocol/measures.ts";
import { longDay } from "../ui/dates.ts";
import { type Child, fill, focusOn, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import type { MailboxApi } from "../workers/reporter_api.ts";
import type { Begun } from "./begun.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import { stepLine } from "./progress.ts";

/** What the box asks of the worker. */
export type Checker = Pick<MailboxApi, "checkIn">;

/**
 * The box that asks, where a check-in may be answered on the day `now`; null where none may. `answered` is told of the
 * case as it stands then.
 */
export function checkInBox(shown: ShownCase, remote: Checker, now: string, answered: (shown: ShownCase) => void, begun: Begun): HTMLElement | null {
  const open = openCheckIn(shown, now);
  const closed = closedOn(shown);
  if (open === null || closed === null || shown.closed !== null) return null;
  const id = `check-in-${shown.case.slice(0, 12)}`;
  const field = h("textarea", { id, rows: 3, dir: "auto", autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-help` });
  begun.keep(field);
  const outcome = h("div");
  const steps = stepLine();
  const place = h("div");
  let sending = false;
  const send = async (answer: CheckInAnswer): Promise<void> => {
    if (sending) return;
    sending = true;
    field.readOnly = true;
    fill(outcome);
    try {
      const text = answer === "well" ? "" : field.value;
      const followed = await remote.checkIn(shown.case, { months: open.months, closed, answer, text }, (told) => { if (typeof told === "string") steps.tell(told); });
      if (answer !== "well") begun.sent(field); // else what was begun goes into a message
      answered(followed.shown);
    } catch (error) {
      const box = faultBox(faultWords(error), gettext("What you wrote still stands below."));
      fill(outcome, box);
      focusOn(box);
    } finally {
      sending = false;
      field.readOnly = false;
      steps.say("");
    }
  };
  const button = (words: string, press: () => void, main = false): HTMLElement => h("button", { type: "button", class: main && "primary", onclick: press }, words);
  const choices = (): HTMLElement => h("p", { class: "actions" },
    button(gettext("All is well"), () => { turn("well"); }),
    button(gettext("Something happened"), () => { turn("happened"); }),
    button(gettext("Answer in words"), () => { turn("words"); }));
  const turn = (answer: CheckInAnswer, focus = true): void => {
    if (answer !== "well") begun.choose(field, answer);
    const back = button(gettext("Back"), () => { fill(place, choices()); place.querySelector("button")?.focus(); });
    fill(place, questionOf(answer, field, `${id}-help`), h("p", { class: "actions" }, button(gettext("Send"), () => void send(answer), true), back));
    if (focus) (answer === "well" ? place.querySelector("button") : field)?.focus();
  };
  const before = begun.chosen(field);
  if (before === "happened" || before === "words") turn(before, false);
  else fill(place, choices());
  return h("section", { class: "check-in no-print", "aria-labelledby": `${id}-title` },
    h("h3", { id: `${id}-title` }, gettext("How are you?")), explained(open.due, closed), outcome, place, steps.element);
}

/** What is sent, and where words go with it. */
function questionOf(answer: CheckInAnswer, field: HTMLTextAreaElement, help: string): Child {
  if (answer === "well") return h("p", {}, gettext("You say that all is well. Send it?"));
  return [
    h("label", { for: field.id }, answer === "happened" ? gettext("What happened, if you want to say it") : gettext("How you are")),
    field,
    h("p", { id: help, class: "help" }, answer === "happened" ? gettext("You can leave this empty. Your case is then among what those who hold it have to do today, until they have opened it.") : gettext("Write what you want those who hold your case to know.")),
  ];
}

function explained(due: string, closed: string): Child {
  return [
    h("p", {}, gettext("Your case was closed on {closed}. Those who hold it want to know how you are, by {due}.", { closed: longDay(closed), due: longDay(due) })),
    h("p", { class: "small soft" }, gettext("What you answer is sealed on this device; only those who hold your case read it. The server sees that you wrote, as with every message. You do not have to answer. If nothing has come by {day}, they see that, and do what they planned for it; that may be nothing.", { day: longDay(addDays(due, LEAD_DAYS)) })),
  ];
}
