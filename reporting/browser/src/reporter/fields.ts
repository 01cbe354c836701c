/** The form as a whole: its questions, which of them are shown, what was written, and where a fault belongs. */

import type { Json } from "../protocol/json.ts";
import { fill, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import type { Opened, Writing } from "../workers/reporter_api.ts";
import { answerWords, choiceLabel, readAnswer, typeOf, writeAnswer } from "./answer_fields.ts";
import { clearFields } from "./leaving.ts";
import { enhancePersons } from "./persons.ts";
import { roleNote } from "./shutting_out.ts";
import { countries } from "./typed.ts";

const IDENTITY = ["name", "contact"] as const;

/** A question as it is shown for review. */
export interface Written {
  readonly id: string;
  readonly type: string;
  readonly section: string;
  readonly question: string;
  /** In words, a paragraph each; none where nothing was answered. */
  readonly answer: readonly string[];
}

/** The fields of a report page. */
export class Fields {
  /** `root` holds every field of the form. */
  constructor(readonly root: HTMLElement) {}

  /** Makes the plain fields follow what is chosen in them, and adds what takes a script. */
  enhance(): void {
    for (const question of this.#questions()) {
      if (typeOf(question) === "persons") enhancePersons(question);
      if (["single", "yes_no_unsure"].includes(typeOf(question))) this.#addUnchoose(question);
    }
    this.#suggestCountries();
    this.root.addEventListener("input", () => {
      this.follow();
    });
    this.follow();
  }

  /** Shows the questions whose condition holds, and hides the others. */
  follow(): void {
    for (const question of this.#questions()) {
      const { showIf, showValues } = question.dataset;
      if (showIf !== undefined) question.hidden = !this.#holds(showIf, (showValues ?? "").split(" "));
      const unchoose = question.querySelector<HTMLElement>(".unchoose");
      if (unchoose !== null) unchoose.hidden = question.querySelector("input:checked") === null;
    }
  }

  /** What was written. Answers to questions that are hidden stay in their fields, and out of this. */
  read(): Writing {
    const answers: Record<string, Json> = {};
    let excluded: string[] = [];
    for (const question of this.#questions()) {
      const value = question.hidden ? null : readAnswer(question);
      if (value === null) continue;
      if (typeOf(question) === "exclude") excluded = [...(value as readonly string[])].sort();
      else answers[idOf(question)] = value;
    }
    return { answers, excluded, identity: this.#identity() };
  }

  /** Puts what was written before, in a draft, into the fields. */
  write({ answers, excluded, identity }: Writing): void {
    for (const question of this.#questions()) {
      writeAnswer(question, typeOf(question) === "exclude" ? excluded : answers[idOf(question)]);
    }
    for (const name of IDENTITY) {
      const [field, value] = [this.#identityField(name), identity?.[name]];
      if (field !== null) field.value = typeof value === "string" ? value : "";
    }
    this.follow();
  }

  /** Whether nothing was written and nothing chosen. */
  isEmpty(): boolean {
    const { answers, excluded, identity } = this.read();
    return Object.keys(answers).length === 0 && excluded.length === 0 && identity === null;
  }

  clear(): void {
    clearFields(this.root);
  }

  /** Every question that is shown, in order, with its answer in words. */
  written(): Written[] {
    return this.#questions()
      .filter((question) => !question.hidden)
      .map((question) => ({
        id: idOf(question),
        type: typeOf(question),
        section: question.closest("[data-section]")?.querySelector("h2")?.textContent ?? "",
        question: labelOf(question),
        answer: answerWords(question),
      }));
  }

  /** The text of a question, for a sentence that names it by its id; the id where there is none. */
  nameOf(id: string): string {
    const question = this.question(id);
    return question === null ? id : labelOf(question);
  }

  /** The element that holds the fields of a question. */
  question(id: string): HTMLElement | null {
    return this.#questions().find((question) => idOf(question) === id) ?? null;
  }

  /** The field that a fault's pointer, `/<question id>` and perhaps `/<part>`, means; null for the whole. */
  fieldAt(pointer: string): HTMLElement | null {
    const [, id = "", part = ""] = pointer.split("/");
    if (id === "identity") return this.#identityField(part) ?? this.#identityField("name");
    const question = this.question(id);
    const exact = part === "" ? null : question?.querySelector<HTMLElement>(`[data-part="${CSS.escape(part)}"]`);
    return exact ?? question?.querySelector<HTMLElement>("textarea, input") ?? null;
  }

  /** Offers exactly `members` for exclusion, those who were chosen still chosen; answers with who was not there before. */
  offerMembers(members: Opened["excludable"]): { readonly added: string[]; readonly gone: string[] } {
    const question = this.#questions().find((one) => typeOf(one) === "exclude");
    const list = question?.querySelector<HTMLElement>(".choices");
    const before = new Map([...(list?.querySelectorAll("input") ?? [])].map((choice) => [choice.value, choice]));
    const change = {
      added: members.filter(({ id }) => !before.has(id)).map(({ label }) => label),
      gone: [...before.values()].filter(({ value }) => !members.some(({ id }) => id === value)).map(choiceLabel),
    };
    if (question === undefined || !list || (change.added.length === 0 && change.gone.length === 0)) return change;
    const name = `q-${idOf(question)}`;
    fill(
      list,
      members.map(({ id, label, roles }) => {
        const choice = h("input", { id: `${name}-${id}`, type: "checkbox", name, value: id, autocomplete: "off" });
        const note = roleNote(roles);
        choice.checked = before.get(id)?.checked ?? false;
        return h("label", { class: "choice", for: choice.id }, choice, h("span", {}, label, note !== null && [" ", h("span", { class: "help" }, note)]));
      }),
    );
    return change;
  }

  #questions(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>("[data-question]")];
  }

  #holds(id: string, values: readonly string[]): boolean {
    const question = this.question(id);
    if (question === null || question.hidden) return false;
    const value = readAnswer(question);
    return (Array.isArray(value) ? (value as readonly Json[]) : [value]).some((one) => typeof one === "string" && values.includes(one));
  }

  #identityField(name: string): HTMLInputElement | HTMLTextAreaElement | null {
    const part = this.root.querySelector<HTMLElement>("[data-identity]:not([hidden])");
    return part?.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[id="identity-${CSS.escape(name)}"]`) ?? null;
  }

  #identity(): Writing["identity"] {
    const typed = IDENTITY.map((name) => [name, this.#identityField(name)?.value.trim() ?? ""] as const);
    const given = typed.filter(([, text]) => text !== "");
    return given.length === 0 ? null : Object.fromEntries(given);
  }

  // A radio button that was chosen by accident could not be taken back otherwise.
  #addUnchoose(question: HTMLElement): void {
    const unchoose = h("button", { type: "button", class: "quiet unchoose" }, gettext("Take this answer back"));
    unchoose.addEventListener("click", () => {
      clearFields(question);
      question.querySelector("input")?.focus();
      question.dispatchEvent(new Event("input", { bubbles: true }));
    });
    question.append(unchoose);
  }

  #suggestCountries(): void {
    const fields = this.root.querySelectorAll<HTMLInputElement>('[data-part="country"]');
    if (fields.length === 0) return;
    const list = h("datalist", { id: "countries" }, [...countries().values()].map((name) => h("option", { value: name })));
    this.root.append(list);
    for (const field of fields) field.setAttribute("list", list.id);
  }
}

function idOf(question: HTMLElement): string {
  return question.dataset["question"] ?? "";
}

function labelOf(question: HTMLElement): string {
  const label = question.querySelector("label, legend")?.cloneNode(true) as HTMLElement | undefined;
  label?.querySelector(".needed")?.remove();
  return label?.textContent.trim() ?? idOf(question);
}
