/**
 * Opening the site in the worker before anything is typed: directory, recipients and questionnaires, verified.
 *
 * What stands in the way is told at the page: no connection, a list of recipients that does not hold, a clock
 * that is off. It is tried again when the person says so.
 */

import { today } from "../ui/dates.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { pageFacts } from "../ui/facts.ts";
import { gettext } from "../ui/i18n.ts";
import type { Opened, ReporterApi } from "../workers/reporter_api.ts";
import { faultBox, faultWords, isRemote } from "./fault_box.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The site, once verified, and the day by which it was judged: the device's, or the one that was answered. */
export interface OpenedSite {
  readonly opened: Opened;
  readonly today: string;
}

/** Opens the site, telling in `place` what stands in the way, until it is open. */
export async function openSite(remote: Pick<ReporterApi, "open">, place: HTMLElement): Promise<OpenedSite> {
  let day = today();
  for (;;) {
    try {
      const opened = await remote.open(pageFacts(day));
      fill(place, opened.newer && newerNote());
      return { opened, today: day };
    } catch (error) {
      if (isRemote(error, "Ended")) throw error;
      if (isRemote(error, "DirectoryExpired")) day = await askToday(place, faultWords(error), day);
      else await askAgain(place, error);
    }
  }
}

function newerNote(): HTMLElement {
  const reload = (): void => {
    location.reload();
  };
  return h(
    "div",
    { class: "note" },
    h("p", {}, gettext("The list of recipients has changed since this page was made. The new list was checked and is in use.")),
    h("button", { type: "button", class: "quiet", onclick: reload }, gettext("Load the page again")),
  );
}

function askAgain(place: HTMLElement, error: unknown): Promise<void> {
  const more = [gettext("Nothing was sent.")];
  if (isRemote(error, "NotAuthentic")) {
    more.push(gettext("Do not use this page while this is so: what you read and write might go astray. Reach the office in another way."));
  }
  return new Promise((resolve) => {
    fill(place, faultBox(faultWords(error), more, resolve));
  });
}

/** Asks for today's date; the day answered. `last` was tried before. */
function askToday(place: HTMLElement, reason: string, last: string): Promise<string> {
  const field = h("input", { id: "today", type: "date", autocomplete: "off", "aria-describedby": "today-help today-fault" });
  const fault = h("p", { id: "today-fault", class: "field-error", role: "alert" });
  const answered = last !== today();
  return new Promise((resolve) => {
    const submit = (event: Event): void => {
      event.preventDefault();
      if (DAY.test(field.value)) resolve(field.value);
      else {
        fault.textContent = gettext("Give the date as year, month and day, such as 2026-03-14.");
        field.focus();
      }
    };
    const box = h(
      "form",
      { class: "warning", tabindex: "-1", novalidate: true, autocomplete: "off", onsubmit: submit },
      h("p", {}, h("strong", {}, reason)),
      h("p", {}, answered ? gettext("By the date that you gave, this list is not in force. If the date is right, nothing can be sent or read before the office publishes a new list.") : gettext("Either that is so, or the clock of this device is wrong. Nothing was sent.")),
      h("label", { for: field.id }, gettext("What is today's date?")),
      h("p", { id: "today-help", class: "help" }, gettext("Look at a newspaper, or at another clock that you trust.")),
      fault,
      field,
      h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, gettext("Go on with this date"))),
    );
    fill(place, box);
    focusOn(box);
  });
}
