/** The list of persons: one group of fields in the page, more by script. */

import { fill, h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";

const MOST = 30; // reporting/questionnaires/answers.py, MAX_PERSONS

/** The groups of fields of a question of type `persons`, one a person. */
export function personsOf(question: ParentNode): HTMLElement[] {
  return [...question.querySelectorAll<HTMLElement>("[data-person]")];
}

/** Adds the button that adds a person. */
export function enhancePersons(question: HTMLElement): void {
  const add = h("button", { type: "button", class: "add" }, gettext("Add another person"));
  add.addEventListener("click", () => {
    addPerson(question).querySelector("input")?.focus();
  });
  question.append(add);
}

/** Makes exactly `count` groups of fields, at least one. */
export function setPersons(question: HTMLElement, count: number): void {
  const wanted = Math.min(Math.max(count, 1), MOST);
  for (const extra of personsOf(question).slice(wanted)) extra.remove();
  while (personsOf(question).length < wanted) addPerson(question);
  renumber(question);
}

function addPerson(question: HTMLElement): HTMLElement {
  const [first, ...others] = personsOf(question);
  if (first === undefined) throw new Error("this question has no fields for a person");
  const copy = first.cloneNode(true) as HTMLElement;
  const suffix = `-${serial(others)}`;
  for (const field of copy.querySelectorAll("input")) {
    field.value = "";
    field.removeAttribute("aria-invalid");
    field.id += suffix;
  }
  for (const label of copy.querySelectorAll("label")) label.htmlFor += suffix;
  for (const fault of copy.querySelectorAll(".field-error")) fault.remove();
  copy.dataset["person"] = suffix;
  const remove = h("button", { type: "button", class: "quiet remove" }, gettext("Remove this person"));
  remove.addEventListener("click", () => {
    copy.remove();
    renumber(question);
    question.querySelector<HTMLElement>(".add")?.focus();
    question.dispatchEvent(new Event("input", { bubbles: true }));
  });
  copy.append(remove);
  first.parentElement?.append(copy);
  renumber(question);
  return copy;
}

function serial(others: readonly HTMLElement[]): number {
  const used = others.map((one) => Number((one.dataset["person"] ?? "").slice(1)));
  return Math.max(1, ...used) + 1;
}

function renumber(question: HTMLElement): void {
  const all = personsOf(question);
  for (const [place, person] of all.entries()) {
    const legend = person.querySelector("legend");
    if (legend !== null) fill(legend, gettext("Person {number}", { number: number(place + 1) }));
  }
  const add = question.querySelector<HTMLElement>(".add");
  if (add !== null) add.hidden = all.length >= MOST;
}
