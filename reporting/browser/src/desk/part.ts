/** What the screens before the desk, and the account's, are made of: parts with a heading each, one step after the other. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, number } from "../ui/i18n.ts";

/** One screen. */
export interface Part {
  readonly title: string;
  view(): TemplateResult;
}

/** Puts the focus on the heading of what has just been painted. */
export function focusHeading(): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
}

/** Puts the focus on the element of that id, once it is painted. */
export function focusOn(id: string): void {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}

/** What went wrong, above a form; `field` is the id of the field at fault, which the words then lead to. */
export function faultView(id: string, words: string, field = ""): TemplateResult | typeof nothing {
  if (words === "") return nothing;
  return html`<div class="fault" id=${id} tabindex="-1" role="alert"><p>${field === "" ? words : html`<a href="#${field}">${words}</a>`}</p></div>`;
}

/** The text of a form's field, by the field's id. Fields of secrets have no names: what sends the form sends nothing. */
export function textIn(event: Event, id: string): string {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  const field = form?.elements.namedItem(id);
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : "";
}

/** Things to be copied by hand, numbered, in a grid that keeps its order. */
export function numberedView(name: string, items: readonly string[]): TemplateResult {
  return html`<ol class=${name} role="list" dir="ltr" translate="no">${items.map(
    (item, place) => html`<li><span class="place">${number(place + 1)}</span> <bdi class="code">${item}</bdi></li>`,
  )}</ol>`;
}

/** Where one is among the steps, and what is still to come. */
export function stepsView(steps: readonly string[], at: number): TemplateResult {
  const state = (place: number): string => (place < at ? "done" : place === at ? "now" : "next");
  return html`<div class="steps no-print">
    <p class="step-place">${gettext("Step {step} of {steps}", { step: at + 1, steps: steps.length })}<span class="step-next">${
      at + 1 < steps.length ? gettext("Next: {step}", { step: steps[at + 1] ?? "" }) : gettext("The last one")}</span></p>
    <ol role="list">${steps.map((step, place) => html`<li data-state=${state(place)} aria-current=${place === at ? "step" : nothing}><span class="step-mark" aria-hidden="true">${place < at ? "✓" : number(place + 1)}</span> <span>${step}</span>${place < at ? html`<span class="visually-hidden"> ${gettext("(done)")}</span>` : nothing}</li>`)}</ol>
  </div>`;
}
