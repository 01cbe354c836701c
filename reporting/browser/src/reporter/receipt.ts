/**
 * The receipt: the code, large, with ways to keep it; kept for sure before the page lets go; what comes next.
 */

import { fill, focusOn, h } from "../ui/dom.ts";
import { longDay } from "../ui/dates.ts";
import { gettext, language, number } from "../ui/i18n.ts";
import { type Deadlines, acknowledgeBy, feedbackBy } from "../profiles/deadlines.ts";
import { latinDigits } from "../protocol/digits.ts";
import type { Code, Received } from "../workers/reporter_api.ts";
import { codeView } from "./code_view.ts";
import { saveFile } from "../ui/keeping.ts";
import { button } from "./steps.ts";

const ASKED = 2;
const PREFIX = 4; // letters that tell every word apart (protocol section 2)

/** What a receipt is made of. */
export interface ReceiptFacts {
  readonly code: Code;
  readonly received: Received;
  /** Whether the person had the code before, and has typed it: then there is nothing to confirm. */
  readonly known: boolean;
  readonly deadlines: Deadlines;
}

/** What a receipt tells its page. */
export interface ReceiptActions {
  /** The code is kept, by the person's proof or word. */
  readonly kept: () => void;
  /** Clear the page. */
  readonly done: () => void;
}

/** The receipt of a report that has arrived. */
export function receiptView(facts: ReceiptFacts, actions: ReceiptActions): HTMLElement {
  const { code, received, known } = facts;
  const next = h("section", { class: "what-next", hidden: true, "aria-labelledby": "next-title" });
  const toNext = (keep: HTMLElement): void => {
    actions.kept();
    keep.remove();
    fill(next, whatNext(facts, actions));
    next.hidden = false;
    const title = next.querySelector<HTMLElement>("h3");
    if (title !== null) focusOn(title);
  };
  const keep = h("section", { class: "keep", "aria-labelledby": "keep-title" });
  fill(keep, confirmation(code, () => { toNext(keep); }));
  const element = h(
    "section",
    { class: "receipt", "aria-labelledby": "receipt-title" },
    h("h2", { id: "receipt-title" }, gettext("Your report has arrived")),
    h("div", { class: "done" }, h("p", {}, gettext("It arrived sealed, and the authority’s server confirmed it with its signature on {day}.", { day: longDay(received.day) }))),
    known ? h("p", {}, gettext("It is under the receipt code that you already have.")) : codePart(code),
    known ? null : keep,
    next,
  );
  if (known) {
    actions.kept();
    fill(next, whatNext(facts, actions));
    next.hidden = false;
  }
  return element;
}

function codePart(code: Code): HTMLElement {
  return h(
    "section",
    { class: "receipt-code", "aria-labelledby": "code-title" },
    h("h3", { id: "code-title" }, gettext("Your receipt code")),
    h("p", {}, gettext("With it you read answers and write more, and nobody can without it. It is shown only now: nobody, the authority included, can give it to you again. Whoever finds it can read what you can.")),
    h("p", { class: "no-print" }, h("a", { href: `/${language}/how#receipt` }, gettext("Where to keep it, and what if it is lost"))),
    codeView(code, { heading: "h3", fileName: "receipt.txt", purpose: [gettext("Receipt code of a report"), gettext("With it, the mailbox on the site below shows answers and takes more messages. Whoever has it can read them too.")] }),
  );
}

function twoPlaces(): readonly number[] {
  const places = new Set<number>();
  while (places.size < ASKED) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    places.add(byte % 12);
  }
  return [...places].sort((a, b) => a - b);
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/[\p{Mn}\p{Cf}]/gu, "").trim().toLowerCase();
}

/** Whether `typed` is the word or the group at that place, four letters being enough. */
export function isPart(typed: string, place: number, code: Code): boolean {
  const [given, word] = [folded(typed), folded(code.words[place] ?? "")];
  if (latinDigits(given) === code.groups[place]) return true;
  return given === word || (Array.from(given).length >= PREFIX && word.startsWith(given));
}

function confirmation(code: Code, kept: () => void): HTMLElement {
  const places = twoPlaces();
  const fields = places.map((place) => h("input", { id: `kept-${place}`, type: "text", class: "code", dir: "ltr", autocomplete: "off", autocapitalize: "none", spellcheck: "false" }));
  const fault = h("p", { id: "kept-fault", class: "field-error", role: "alert" });
  const check = (): void => {
    const wrong = fields.filter((field, index) => !isPart(field.value, places[index] ?? 0, code));
    for (const field of fields) markWrong(field, wrong.includes(field) ? fault.id : null);
    fault.textContent = wrong.map((field) => wrongWords(field, places[fields.indexOf(field)] ?? 0)).join(" ");
    if (wrong[0] === undefined) kept();
    else wrong[0].focus();
  };
  const way = h("div", { class: "another-way" });
  const offer = (): void => {
    fill(way, button(gettext("I have kept it another way"), "quiet past", () => { fill(way, askOnce(kept, offer)); focusFirst(way); }));
  };
  offer();
  for (const field of fields) {
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") check(); });
    field.addEventListener("input", () => { markWrong(field, null); });
  }
  return h(
    "div",
    { class: "no-print" },
    h("h3", { id: "keep-title" }, gettext("Show that you have kept it")),
    h("p", { class: "help" }, gettext("Type these two from what you wrote down or saved: the word or the digits.")),
    fault,
    h("div", { class: "parts" }, fields.map((field, index) => h("div", { class: "part" }, h("label", { for: field.id }, gettext("Word or group {place}", { place: number((places[index] ?? 0) + 1) })), field))),
    h("div", { class: "actions" }, button(gettext("I have kept it"), "primary confirm", check)),
    way,
  );
}

/** Marks a field as wrong, described by the element `fault`; null takes the mark away. */
function markWrong(field: HTMLElement, fault: string | null): void {
  for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", fault ?? ""]] as const) {
    if (fault === null) field.removeAttribute(name);
    else field.setAttribute(name, value);
  }
}

function wrongWords(field: HTMLInputElement, place: number): string {
  const values = { place: number(place + 1) };
  if (field.value.trim() === "") return gettext("Word or group {place} is still missing.", values);
  return gettext("Word or group {place} is another one: look at your copy again.", values);
}

function askOnce(kept: () => void, back: () => void): HTMLElement {
  return h(
    "div",
    { class: "warning" },
    h("p", {}, gettext("Without the code, nobody can show you the answers, and nobody can ask you anything. Go on?")),
    h("p", { class: "actions" }, button(gettext("Yes, I have it"), "sure", kept), button(gettext("Back to the code"), "quiet", back)),
  );
}

function focusFirst(within: HTMLElement): void {
  within.querySelector("button")?.focus();
}

function whatNext(facts: ReceiptFacts, actions: ReceiptActions): HTMLElement[] {
  const { received, deadlines } = facts;
  const acknowledge = acknowledgeBy(deadlines, received.day);
  const feedback = deadlines.months === 0 ? null : feedbackBy(deadlines, received.day);
  return [
    h("h3", { id: "next-title" }, gettext("What happens next")),
    h(
      "ol",
      { class: "days-ahead", role: "list" },
      h("li", {}, h("strong", {}, longDay(received.day)), h("span", {}, gettext("Your report arrived."))),
      h("li", {}, h("strong", {}, gettext("By {day}", { day: longDay(acknowledge) })), h("span", {}, gettext("The authority undertakes to confirm that somebody has taken it up."))),
      feedback !== null && h("li", {}, h("strong", {}, gettext("By {day}", { day: longDay(feedback) })), h("span", {}, gettext("The authority undertakes to tell you what it has done or intends to do."))),
    ),
    h("p", {}, gettext("Answers and questions wait in the mailbox. Nobody can notify you, since nobody knows who you are: look in once a week, if you can do so safely.")),
    h("p", {}, h("a", { href: `/${language}/mailbox` }, gettext("Open the mailbox"))),
    h("div", { class: "actions" }, button(gettext("Done: clear this page"), "primary clear", actions.done), button(gettext("Save the signed confirmation"), "", () => { saveFile("confirmation.txt", received.acknowledgement, "text/plain;charset=utf-8"); })),
    h("p", { class: "help" }, gettext("The confirmation proves that this report was received on that day. It holds nothing of what you wrote. You find it in the mailbox too.")),
  ];
}
