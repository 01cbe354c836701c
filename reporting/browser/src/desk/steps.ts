/** Steps towards persons concerned, in the case of a report: told, heard, referred, made public. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { STEPS, type Step } from "../protocol/rights.ts";
import { longDay, today } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { stepWords } from "../ui/right_words.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { typed } from "./page.ts";
import { wordsView } from "./report_view.ts";

/** What was recorded, and the form for more; nothing in other cases than reports. */
export class StepsPart {
  #shows = false;
  #step: Step | "" = "";
  #date = "";
  #text = "";
  #fault = "";

  constructor(readonly open: OpenCase) {}

  view(): TemplateResult | typeof nothing {
    const { found } = this.open;
    if (found.kind !== "report") return nothing;
    const taken = found.entries.flatMap(({ content }) => (content?.type === "step" ? [content] : []));
    return html`<section class="side-part steps-taken" aria-labelledby="steps-title">
      <h2 id="steps-title">${gettext("Persons concerned")}</h2>
      ${taken.length === 0
        ? html`<p class="soft small">${gettext("Whoever is named counts as innocent, and is to be heard before anything is held against them.")}</p>`
        : html`<ul>${taken.map(({ step, date, text }) => html`<li data-step=${step}>${stepWords(step)}, ${longDay(date)}${text === "" ? nothing : wordsView(text)}</li>`)}</ul>`}
      ${found.closed !== null ? nothing : this.#shows ? this.#formView() : html`<p class="no-print"><button type="button" @click=${() => { this.#begin(); }}>${gettext("Record a step")}</button></p>`}
    </section>`;
  }

  #begin(): void {
    this.#shows = true;
    this.#date = today();
    this.#step = "";
    this.#text = this.#fault = "";
    this.open.context.repaint();
    requestAnimationFrame(() => document.getElementById("step-what")?.focus());
  }

  #formView(): TemplateResult {
    const choose = (event: Event): void => { this.#step = STEPS.find((one) => one === typed(event)) ?? ""; };
    return html`<form class="no-print part-form" novalidate @submit=${(event: SubmitEvent) => { event.preventDefault(); void this.#send(); }}>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="step-fault" tabindex="-1">${this.#fault}</p>`}
      <label for="step-what">${gettext("What was done")}</label>
      <select id="step-what" @change=${choose}>
        <option value="" ?selected=${this.#step === ""}>${gettext("choose …")}</option>
        ${STEPS.map((step) => html`<option value=${step} ?selected=${this.#step === step}>${stepWords(step)}</option>`)}
      </select>
      <label for="step-date">${gettext("On which day")}</label>
      <input id="step-date" type="date" autocomplete="off" max=${today()} .value=${this.#date} @input=${(event: Event) => { this.#date = typed(event); }}>
      <label for="step-text">${gettext("How, in a few words")}</label>
      <textarea id="step-text" rows="3" dir="auto" autocomplete="off" spellcheck="false" aria-describedby="step-help" .value=${this.#text} @input=${(event: Event) => { this.#text = typed(event); }}></textarea>
      <p class="help small" id="step-help">${gettext("It is sealed for the team. The server learns that a step was recorded, not which; then the risk for the reporter is to be assessed again.")}</p>
      <div class="part-actions"><button class="primary" aria-disabled=${this.open.busy ? "true" : nothing}>${gettext("Record it")}</button>
        <button type="button" class="quiet" @click=${() => { this.#shows = false; this.open.context.repaint(); }}>${gettext("Cancel")}</button></div>
    </form>`;
  }

  async #send(): Promise<void> {
    if (this.open.busy) return;
    const step = this.#step;
    if (step === "") { this.#say(gettext("Choose what was done.")); return; }
    if (this.#date === "") { this.#say(gettext("Say on which day it was.")); return; }
    if (this.#date > today()) { this.#say(gettext("This day is still to come.")); return; }
    const taken = { step, date: this.#date, text: this.#text };
    const fault = await this.open.act((remote, id) => remote.protect(id, { type: "step", taken }), gettext("The step is recorded. Assess the risk for the reporter again."));
    if (fault === null) this.#shows = false;
    this.#say(fault ?? "");
  }

  #say(fault: string): void {
    this.#fault = fault;
    this.open.context.repaint();
    if (fault !== "") requestAnimationFrame(() => document.getElementById("step-fault")?.focus());
  }
}

/**
 * Asks why nobody concerned was heard, where what was reported is held to be true all the same: the reason, or null
 * where whoever was asked turned back.
 */
export async function askUnheard(): Promise<string | null> {
  const words = gettext("Nobody concerned was recorded as heard. Whoever is named has a right to that before a finding. If it was not possible, say why; the team reads it.");
  const body = html`<p>${words}</p><label for="unheard">${gettext("Why nobody was heard")}</label>
    <textarea id="unheard" name="unheard" rows="3" required dir="auto" autocomplete="off" spellcheck="false"></textarea>`;
  const given = (await ask({ title: gettext("Was nobody heard?"), body, yes: gettext("Go on"), danger: true }))?.get("unheard");
  return typeof given === "string" && given.trim() !== "" ? given.trim() : null;
}
