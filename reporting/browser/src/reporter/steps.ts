/**
 * One section of the form at a time.
 *
 * Steps are never entries of the browser's history: *back* leaves the page, as it did before the first of them.
 */

import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";

/** What the buttons below a step do, other than to go to another one. */
export interface StepActions {
  /** Every answer, before it is sent. */
  readonly review: () => void;
  readonly saveDraft: () => void;
}

/** The sections of a form, of which one is shown. */
export class Steps {
  readonly #sections: readonly HTMLElement[];
  readonly #said = h("p", { class: "step-place", id: "step-place" });
  readonly #bar = h("progress", { "aria-labelledby": "step-place" });
  readonly #back: HTMLElement;
  readonly #next: HTMLElement;
  readonly #only: HTMLElement;
  #at = 0;

  constructor(
    private readonly form: HTMLElement,
    private readonly actions: StepActions,
  ) {
    this.#sections = [...form.querySelectorAll<HTMLElement>("[data-section]")];
    this.#back = button(gettext("Back"), "go-back", () => {
      this.show(this.#at - 1);
    });
    this.#next = button(gettext("Next"), "primary next", () => {
      if (this.#isLast) actions.review();
      else this.show(this.#at + 1);
    });
    this.#only = button("", "only", () => {
      actions.review();
    });
  }

  /** Puts progress above and buttons below, and shows the section that the person is in, else the first. */
  enhance(): void {
    const save = button(gettext("Save as a sealed file, to go on later"), "quiet save-draft", () => {
      this.actions.saveDraft();
    });
    this.form.prepend(h("div", { class: "step-progress" }, this.#said, this.#bar));
    this.form.append(h("div", { class: "actions step-actions" }, this.#next, this.#back, this.#only, save));
    const here = this.#sections.findIndex((section) => section.contains(document.activeElement));
    this.show(Math.max(here, 0), { focus: false });
  }

  /** Steps in all, the review being the last. */
  get count(): number {
    return this.#sections.length + 1;
  }

  get at(): number {
    return this.#at;
  }

  /** Shows a section, its heading in focus. */
  show(place: number, { focus = true } = {}): void {
    this.#at = Math.min(Math.max(place, 0), this.#sections.length - 1);
    for (const [index, section] of this.#sections.entries()) section.hidden = index !== this.#at;
    const identity = this.form.querySelector<HTMLElement>("[data-identity]");
    if (identity !== null) identity.classList.toggle("elsewhere", !this.#isLast);
    this.#back.hidden = this.#at === 0;
    this.#only.hidden = this.#isLast;
    fill(this.#next, this.#isLast ? gettext("Look it over") : gettext("Next"));
    fill(this.#only, this.#at === 0 ? gettext("This is all: look it over and send") : gettext("Skip the rest"));
    this.tell(this.#at + 1);
    this.form.closest("sealed-form")?.classList.toggle("under-way", this.#at > 0);
    if (!focus) return;
    const heading = this.#sections[this.#at]?.querySelector<HTMLElement>("h2");
    if (heading) focusOn(heading);
  }

  /** Shows the section that `field` is in, with the focus on it. */
  showField(field: HTMLElement): void {
    const place = this.#sections.findIndex((section) => section.contains(field));
    this.show(place < 0 ? this.#sections.length - 1 : place, { focus: false });
    const closed = field.closest("details");
    if (closed !== null) closed.open = true;
    field.focus();
    (field.closest("[data-question]") ?? field).scrollIntoView({ block: "start" });
  }

  /** Says how far it is. */
  tell(step: number): void {
    const values = { step: number(step), all: number(this.count) };
    this.#said.textContent = gettext("Step {step} of {all}", values);
    this.#bar.max = this.count;
    this.#bar.value = step;
  }

  get #isLast(): boolean {
    return this.#at === this.#sections.length - 1;
  }
}

/** A button of a report page. */
export function button(text: string, kind: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: kind, onclick: act }, text);
}
