/** The form in which a case is classified for the figures: plain words, at the beginning or at the end. */

import { type TemplateResult, html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";

import type { Classifying } from "../client/classify.ts";
import {
  BANDS,
  BAND_WORDS,
  type Classification,
  LEVELS,
  LEVEL_WORDS,
  type Moment,
  OUTCOMES,
  OUTCOME_WORDS,
  SECTORS,
  SECTOR_WORDS,
  STAGES,
  STAGE_WORDS,
  checkCodes,
} from "../protocol/classes.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { momentWords } from "../ui/class_words.ts";
import { explain, gettext } from "../ui/i18n.ts";
import { OffenceChoice } from "./offence_choice.ts";
import { checked, typed } from "./page.ts";

type Field = "sector" | "level" | "region" | "value" | "stage" | "outcome" | "damage" | "recovery";

/** With what a form begins: what was said before, perhaps of an earlier moment; `counted` where that moment was counted. */
export interface Begun {
  readonly at: Moment;
  readonly before: Classification | null;
  readonly counted: string | null;
}

/** What is being filled in. `send` gets what is whole, and whether it is to be counted; `leave` ends it. */
export class ClassifyForm {
  /** Whether anything was filled in that would be lost. */
  touched = false;
  #fault: { readonly words: string; readonly field: Field | "" } | null = null;
  #count = true;
  readonly #values: Record<Field, string>;
  readonly #offences: OffenceChoice;

  constructor(
    readonly begun: Begun,
    readonly repaint: () => void,
    readonly send: (given: Classifying, count: boolean) => void,
    readonly leave: () => void,
  ) {
    const { at, before } = begun;
    const { sector = "unknown", level = "unknown", region = "", value = "unknown", stage = "unknown", damage = "unknown", recovery = "unknown" } = before ?? {};
    const outcome = at === "triage" ? "open" : before?.at === "closing" ? before.outcome : "";
    this.#values = { sector, level, region, value, stage, outcome, damage, recovery };
    this.#offences = new OffenceChoice(before?.offences ?? [], () => { this.#changed(); }, repaint);
  }

  #changed(): void {
    this.touched = true;
    this.#fault = null;
    this.repaint();
  }

  #set(name: Field, value: string): void {
    this.#values[name] = value;
    this.#changed();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const { at } = this.begun;
    if (this.#values.outcome === "") { this.#refuse(gettext("Choose the outcome."), "outcome"); return; }
    try {
      const region = this.#values.region.trim().toUpperCase();
      const given = checkCodes({ ...this.#values, region, at, offences: this.#offences.chosen, counted: null });
      this.send(given, this.begun.counted === null && this.#count);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const field = error.pointer.slice(1);
      this.#refuse(explain(error), field in this.#values ? (field as Field) : "");
    }
  }

  /** Shows what is wrong, and leads to it. */
  #refuse(words: string, field: Field | ""): void {
    this.#fault = { words, field };
    this.repaint();
    requestAnimationFrame(() => document.getElementById(field === "" ? "class-fault" : `class-${field}`)?.focus());
  }

  view(busy: boolean): TemplateResult {
    const closing = this.begun.at === "closing";
    return html`<form class="no-print part-form risk-form class-form" novalidate @submit=${(event: SubmitEvent) => { this.#submit(event); }}>
      <h3>${momentWords(this.begun.at)}</h3>
      <p class="small soft">${gettext("For those who can read the case, signed by you. No names, no sums: bands alone.")}</p>
      ${this.#fault?.field === "" ? html`<p class="fault" role="alert" id="class-fault" tabindex="-1">${this.#fault.words}</p>` : nothing}
      ${closing ? this.#select("outcome", gettext("Outcome"), OUTCOMES.filter((one) => one !== "open"), OUTCOME_WORDS) : nothing}
      ${this.#offences.view()}
      <div class="class-fields">
        ${this.#select("sector", gettext("Field of work"), SECTORS, SECTOR_WORDS)}
        ${this.#select("level", gettext("Where it belongs"), LEVELS, LEVEL_WORDS)}
        ${this.#regionView()}
        ${this.#select("stage", gettext("Stage of a procurement"), STAGES, STAGE_WORDS)}
        ${this.#select("value", gettext("Bribe or advantage, in US dollars or about as much"), BANDS, BAND_WORDS)}
        ${closing ? html`${this.#select("damage", gettext("Damage"), BANDS, BAND_WORDS)}${this.#select("recovery", gettext("Recovered"), BANDS, BAND_WORDS)}` : nothing}
      </div>
      ${this.#countView()}
      <div class="part-actions"><button class="primary" aria-disabled=${busy ? "true" : nothing}>${gettext("Sign the classification")}</button>
        <button type="button" class="quiet" @click=${this.leave}>${gettext("Cancel")}</button></div>
    </form>`;
  }

  #select<T extends string>(name: Field, label: string, values: readonly T[], words: Readonly<Record<T, string>>): TemplateResult {
    const chosen = this.#values[name];
    const wrong = this.#fault?.field === name;
    return html`<div><label for="class-${name}">${label}</label>
      ${wrong ? html`<p class="field-error small" id="class-${name}-error">${this.#fault?.words}</p>` : nothing}
      <select id="class-${name}" aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong ? `class-${name}-error` : nothing} @change=${(event: Event) => { this.#set(name, typed(event)); }}>
        ${chosen === "" ? html`<option value="" selected>${gettext("choose …")}</option>` : nothing}
        ${values.map((one) => html`<option value=${one} ?selected=${one === chosen}>${gettext(words[one])}</option>`)}
      </select></div>`;
  }

  #regionView(): TemplateResult {
    const wrong = this.#fault?.field === "region";
    return html`<div><label for="class-region">${gettext("Country or region, as a code")}</label>
      ${wrong ? html`<p class="field-error small" id="class-region-error">${this.#fault?.words}</p>` : nothing}
      <input id="class-region" type="text" maxlength="6" autocomplete="off" spellcheck="false" dir="ltr" aria-invalid=${wrong ? "true" : nothing} aria-describedby="class-region-help ${wrong ? "class-region-error" : ""}"
        .value=${live(this.#values.region)} @input=${(event: Event) => { this.#set("region", typed(event)); }}>
      <p class="help small" id="class-region-help">${gettext("As in FR or FR-75. Leave it empty where it would say who reported.")}</p></div>`;
  }

  #countView(): TemplateResult {
    if (this.begun.counted !== null) {
      return html`<p class="note small">${gettext("This case is among the figures already, once for this moment. What you change here is signed for the team; the figures stay as they are, since nobody can find the record again.")}</p>`;
    }
    return html`<label class="choice"><input type="checkbox" id="class-count" autocomplete="off" aria-describedby="class-count-help" .checked=${live(this.#count)} @change=${(event: Event) => { this.#count = checked(event); this.#changed(); }} />
        <span>${gettext("Count it among the figures")}</span></label>
      <p class="help small" id="class-count-help">${gettext("Your browser sends the codes without the case, once. The server sees at that moment who sends them, and does not keep it with them. A record cannot be changed or taken back. Leave test reports out.")}</p>`;
  }
}
