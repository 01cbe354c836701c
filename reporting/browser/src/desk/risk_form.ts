/** The form that assesses the risk: factors, likelihood and severity, the level that follows, reasons, a plan where it is high. */

import { type TemplateResult, html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";

import type { Assessing } from "../client/risk.ts";
import { N_ } from "../protocol/errors.ts";
import {
  FACTORS,
  type Factor,
  LIKELIHOODS,
  type Level,
  type Likelihood,
  SEVERITIES,
  SILENCES,
  type Severity,
  type Silence,
  TRIGGERS,
  type Trigger,
  levelOf,
} from "../protocol/risk.ts";
import { gettext } from "../ui/i18n.ts";
import { cellWords, factorWords, likelihoodWords, severityWords, silenceWords, triggerWords } from "../ui/risk_words.ts";
import { checked, typed } from "./page.ts";

const FACTOR_HELP: Readonly<Record<Factor, string>> = {
  "few-knew": N_("How many could have said this? Who is one of few is soon found."),
  "many-know": N_("Each of them may tell. How many are they?"),
  "small-unit": N_("In a unit of ten or fewer, a guess is often right."),
  conflict: N_("Most claims of reprisal that were audited had one before."),
  power: N_("Over contracts, appraisals, shifts, or witnesses."),
  violence: N_("Then think of danger, and of help beyond this office."),
  dependence: N_("Also where they are the only expert, or there is one employer in town."),
  traces: N_("Unique copies, lists of recipients, logs of who opened or printed."),
  "work-device": N_("Its owner may see what it was used for."),
  "told-others": N_("Colleagues, family, a union, another office."),
  dependants: N_("Above all where they work in the same place."),
  past: N_("This reporter, or others before them."),
  media: N_("Then more people look for who it was."),
};
const LIKELIHOOD_HELP: Readonly<Record<Likelihood, string>> = {
  "almost-certain": N_("It has begun, or was announced."),
  likely: N_("There are signs, and those who would do it can."),
  unlikely: N_("It is possible; nothing points to it."),
  "highly-unlikely": N_("Hardly anybody could, or would."),
};
const SEVERITY_HELP: Readonly<Record<Severity, string>> = {
  minor: N_("Unpleasant, and soon over."),
  moderate: N_("Work or reputation suffers for a while."),
  major: N_("The job, the income, or health."),
  extreme: N_("Safety, freedom, or life."),
};

type Field = "likelihood" | "severity" | "reasons" | "plan" | "silence";
type Errors = Partial<Record<Field, string>>;

/** With what the form begins. */
export interface Beginning {
  readonly factors: readonly Factor[];
  readonly plan: string;
  readonly silence: Silence | "";
  readonly trigger: Trigger;
  /** Factors that the reporter shared of their own. */
  readonly shared: readonly Factor[];
}

/** What is being filled in. `changed` is told of every change; `send` gets what is whole; `leave` ends it. */
export class RiskForm {
  readonly #factors: Set<Factor>;
  #likelihood: Likelihood | "" = "";
  #severity: Severity | "" = "";
  #trigger: Trigger;
  #silence: Silence | "";
  #reasons = "";
  #plan: string;
  #errors: Errors = {};
  /** Whether anything was filled in that would be lost. */
  touched = false;

  constructor(
    readonly beginning: Beginning,
    readonly changed: () => void,
    readonly send: (answers: Assessing) => void,
    readonly leave: () => void,
  ) {
    this.#factors = new Set(beginning.factors);
    this.#plan = beginning.plan;
    this.#silence = beginning.silence;
    this.#trigger = beginning.trigger;
  }

  /** The level as the matrix gives it; null until both are chosen. */
  get level(): Level | null {
    return this.#likelihood === "" || this.#severity === "" ? null : levelOf(this.#likelihood, this.#severity);
  }

  #change(change: () => void): void {
    change();
    this.touched = true;
    // What was mended is not marked any more; nothing is marked before somebody sends.
    if (Object.keys(this.#errors).length > 0) this.#errors = this.#lacking();
    this.changed();
  }

  #lacking(): Errors {
    const found: Errors = {};
    if (this.#likelihood === "") found.likelihood = gettext("Choose how likely it is.");
    if (this.#severity === "") found.severity = gettext("Choose how bad it would be.");
    if (this.#reasons.trim() === "") found.reasons = gettext("Write why you see it so: whoever comes after you needs it.");
    if (this.level === "high" && this.#plan.trim() === "") found.plan = gettext("Where the risk is high, write a plan: who does what, until when.");
    if (this.#silence === "") found.silence = gettext("Choose what happens where they do not answer.");
    return found;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    this.#errors = this.#lacking();
    const [first] = Object.keys(this.#errors);
    if (first !== undefined || this.#likelihood === "" || this.#severity === "" || this.#silence === "") {
      this.changed();
      requestAnimationFrame(() => document.getElementById(`risk-${first ?? "reasons"}`)?.focus());
      return;
    }
    this.send({
      factors: FACTORS.filter((factor) => this.#factors.has(factor)),
      likelihood: this.#likelihood,
      severity: this.#severity,
      reasons: this.#reasons,
      plan: this.#showsPlan() ? this.#plan : "",
      trigger: this.#trigger,
      silence: this.#silence,
    });
  }

  #showsPlan(): boolean {
    return this.level === "high" || this.#plan.trim() !== "";
  }

  view(busy: boolean): TemplateResult {
    return html`<form class="no-print part-form risk-form" novalidate @submit=${(event: SubmitEvent) => { this.#submit(event); }}>
      <p class="small soft">${gettext("For those who can read the case, signed by you. Likelihood, severity and reasons are asked anew each time.")}</p>
      ${this.#factorsView()}
      <div class="risk-scales">
        ${this.#scale("likelihood", gettext("How likely is it that they suffer for the report?"), LIKELIHOODS, this.#likelihood, likelihoodWords, LIKELIHOOD_HELP, (value) => { this.#likelihood = value; })}
        ${this.#scale("severity", gettext("How bad would it be?"), SEVERITIES, this.#severity, severityWords, SEVERITY_HELP, (value) => { this.#severity = value; })}
      </div>
      ${this.#levelView()}
      <label for="risk-trigger">${gettext("What this assessment answers")}</label>
      <select id="risk-trigger" @change=${(event: Event) => { this.#chooseTrigger(typed(event)); }}>
        ${TRIGGERS.map((one) => html`<option value=${one} ?selected=${one === this.#trigger}>${triggerWords(one)}</option>`)}
      </select>
      ${this.#textView("reasons", gettext("Reasons"), this.#reasons, 4, (text) => { this.#reasons = text; })}
      ${this.#showsPlan() ? this.#textView("plan", gettext("Protection plan: who does what, until when"), this.#plan, 5, (text) => { this.#plan = text; }) : nothing}
      ${this.#scale("silence", gettext("Where the reporter does not answer a check-in after closing"), SILENCES, this.#silence, silenceWords, null, (value) => { this.#silence = value; })}
      <div class="part-actions"><button class="primary" aria-disabled=${busy ? "true" : nothing}>${gettext("Sign the assessment")}</button>
        <button type="button" class="quiet" @click=${this.leave}>${gettext("Cancel")}</button></div>
    </form>`;
  }

  #chooseTrigger(value: string): void {
    const found = TRIGGERS.find((one) => one === value);
    if (found !== undefined) this.#change(() => { this.#trigger = found; });
  }

  #factorsView(): TemplateResult {
    const choose = (factor: Factor) => (event: Event): void => {
      this.#change(() => { if (checked(event)) this.#factors.add(factor); else this.#factors.delete(factor); });
    };
    return html`<fieldset><legend id="risk-factors">${gettext("What raises the risk here")}</legend>
      <div class="risk-factors">${FACTORS.map((factor) => html`<label class="choice"><input type="checkbox" name=${factor} autocomplete="off"
        .checked=${live(this.#factors.has(factor))} @change=${choose(factor)} /> <span>${factorWords(factor)}
        ${this.beginning.shared.includes(factor) ? html`<span class="risk-shared small">${gettext("the reporter says so")}</span>` : nothing}
        <span class="choice-help small soft">${gettext(FACTOR_HELP[factor])}</span></span></label>`)}</div>
    </fieldset>`;
  }

  #scale<T extends string>(
    name: Field,
    legend: string,
    values: readonly T[],
    chosen: T | "",
    words: (value: T) => string,
    help: Readonly<Record<T, string>> | null,
    choose: (value: T) => void,
  ): TemplateResult {
    const error = this.#errors[name];
    return html`<fieldset id="risk-${name}" tabindex="-1" role="radiogroup" aria-invalid=${error === undefined ? nothing : "true"} aria-labelledby="risk-${name}-legend"
      aria-describedby=${error === undefined ? nothing : `risk-${name}-error`}><legend id="risk-${name}-legend">${legend}</legend>
      ${errorView(name, error)}
      ${values.map((value) => html`<label class="choice"><input type="radio" name="risk-${name}" value=${value} autocomplete="off" .checked=${live(value === chosen)}
        @change=${() => { this.#change(() => { choose(value); }); }} /> <span>${capital(words(value))}
        ${help === null ? nothing : html`<span class="choice-help small soft">${gettext(help[value])}</span>`}</span></label>`)}
    </fieldset>`;
  }

  #levelView(): TemplateResult {
    const { level } = this;
    const words = level === null || this.#likelihood === "" || this.#severity === ""
      ? gettext("The level follows from both.")
      : cellWords({ level, likelihood: this.#likelihood, severity: this.#severity });
    return html`<p class="risk-level" data-level=${level ?? nothing} role="status" id="risk-level">${level === null ? words : html`<strong>${capital(words)}</strong>`}
      ${level === "high" ? html` <span>${gettext("It needs a written plan.")}</span>` : nothing}</p>`;
  }

  #textView(name: "reasons" | "plan", label: string, text: string, rows: number, write: (text: string) => void): TemplateResult {
    const error = this.#errors[name];
    return html`<label for="risk-${name}">${label}</label>
      ${errorView(name, error)}
      <textarea id="risk-${name}" rows=${rows} dir="auto" autocomplete="off" spellcheck="false" maxlength="4000" .value=${live(text)} aria-invalid=${error === undefined ? nothing : "true"}
        aria-describedby=${error === undefined ? nothing : `risk-${name}-error`} @input=${(event: Event) => { this.#change(() => { write(typed(event)); }); }}></textarea>`;
  }
}

function errorView(name: Field, error: string | undefined): TemplateResult | typeof nothing {
  return error === undefined ? nothing : html`<p class="field-error small" id="risk-${name}-error">${error}</p>`;
}

/** The first letter large, as at the beginning of a line. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
