/** The form in which a measure is added, begun, reviewed, ended or refused; its faults stand at the field. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { addDays } from "../client/measures.ts";
import { newId } from "../protocol/entry.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { CATALOGUE, CONSENTS, type Consent, GROUPS, type Measure, OTHER, articleOf, checkMeasure, lacksConsent } from "../protocol/measures.ts";
import { today } from "../ui/dates.ts";
import { explain, gettext } from "../ui/i18n.ts";
import { consentWords, groupTitle } from "../ui/measure_words.ts";
import type { Person } from "../workers/desk_api.ts";
import { typed } from "./page.ts";

/** What is done to a measure. */
export type Step = "add" | "begin" | "review" | "end" | "refuse";

/** What is wrong, and at which field; an empty field means the whole. */
export interface Fault {
  readonly words: string;
  readonly field: string;
}

const REVIEW_DAYS = 90;
const LAST: Readonly<Partial<Record<Step, Measure["state"]>>> = { end: "ended", refuse: "refused" };
type Name = "what" | "text" | "state" | "owner" | "start" | "review" | "end" | "consent" | "effect" | "reason";

/** A form that is open. */
export class MeasureForm {
  told: boolean;
  #fault: Fault | null = null;
  #values: Measure;

  constructor(
    readonly step: Step,
    before: { readonly signed: Measure; readonly told: boolean } | null,
    member: string,
    readonly repaint: () => void,
  ) {
    this.told = before?.told ?? true;
    this.#values = { ...(before?.signed ?? fresh(member)), ...begun(step, before?.signed ?? null) };
  }

  /** What the form says, or null where it is not in order: then it shows why. */
  read(): Measure | null {
    const found = { ...this.#values };
    try {
      if (found.what === "") throw new WrongField(gettext("Choose a measure."), "what");
      checkMeasure(found);
      if (lacksConsent(found)) throw new WrongField(gettext("This measure needs the reporter's consent. Ask for it, and plan the measure until you have it."), "consent");
      const open = found.state === "planned" || found.state === "active";
      const past = open ? (["review", "end"] as const).find((name) => (found[name] ?? "9") < today()) : undefined;
      if (past !== undefined) throw new WrongField(gettext("This day is past."), past);
      if (!open && (found.end ?? "") > today()) throw new WrongField(gettext("A measure cannot have ended on a day to come."), "end");
    } catch (error) {
      this.refuse(faultOf(error));
      return null;
    }
    this.#fault = null;
    return found;
  }

  /** Shows a fault, and leads to it. */
  refuse(fault: Fault): void {
    this.#fault = fault;
    this.repaint();
    requestAnimationFrame(() => document.getElementById(fault.field === "" ? "measure-fault" : `measure-${fault.field}`)?.focus());
  }

  /** The fields that this step asks for. */
  view(people: readonly Person[], profile: string): TemplateResult {
    const { step } = this;
    const open = step === "add" || step === "begin" || step === "review";
    const planned = this.#values.state === "planned";
    return html`${this.#fault?.field === "" ? html`<p class="fault" role="alert" id="measure-fault" tabindex="-1">${this.#fault.words}</p>` : nothing}
      ${step === "add" ? this.#whatView(profile) : nothing}
      ${open ? this.#ownerView(people) : nothing}
      ${step === "add" || step === "begin" ? this.#dayView("start", planned ? gettext("From which day, if that is known") : gettext("From which day")) : nothing}
      ${step === "review" ? this.#textView("effect", gettext("What it has done so far")) : nothing}
      ${open ? html`${this.#dayView("review", planned ? gettext("Look at it again by, if that is known") : gettext("Look at it again by"))}${this.#dayView("end", gettext("Until, if that is known"))}${this.#consentView()}` : nothing}
      ${step === "end" ? html`${this.#dayView("end", gettext("On which day it ended"))}${this.#textView("effect", gettext("What it has done"))}` : nothing}
      ${open ? nothing : this.#textView("reason", step === "end" ? gettext("Why it ended") : gettext("Why it is not taken"))}
      ${step === "add" ? this.#toldView() : nothing}`;
  }

  #set(name: Name, value: string): void {
    const day = name === "start" || name === "review" || name === "end";
    this.#values = { ...this.#values, [name]: day && value === "" ? null : value };
    if (name === "state" && value === "planned") this.#values = { ...this.#values, review: null };
    if (name === "what" && this.step === "add") this.#values = { ...this.#values, consent: CATALOGUE.get(value)?.consent === false ? "not-needed" : "asked" };
    this.repaint();
  }

  #whatView(profile: string): TemplateResult {
    const { what, text, state } = this.#values;
    const article = articleOf(what, profile);
    const listed = CATALOGUE.get(what);
    return html`<label for="measure-what">${gettext("Measure")}</label>
      <select id="measure-what" aria-invalid=${this.#invalid("what")} aria-describedby="measure-what-help" @change=${(event: Event) => { this.#set("what", typed(event)); }}>
        <option value="" ?selected=${what === ""}>${gettext("choose …")}</option>
        ${[...GROUPS.keys()].map((group) => html`<optgroup label=${groupTitle(group)}>${[...CATALOGUE].filter(([, one]) => one.group === group).map(([id, one]) => html`<option value=${id} ?selected=${what === id}>${gettext(one.title)}</option>`)}</optgroup>`)}
        <option value=${OTHER} ?selected=${what === OTHER}>${gettext("something else")}</option>
      </select>
      ${this.#faultView("what")}
      <p class="help small" id="measure-what-help">${listed === undefined ? nothing : html`${article === "" ? gettext("Basis: where your law provides for it.") : gettext("Basis: Directive (EU) 2019/1937, article {article}, and the law that carries it out.", { article })} ${listed.consent ? gettext("It needs the reporter's consent.") : gettext("It needs no consent.")}`}</p>
      ${this.#textView("text", what === OTHER ? gettext("What it is") : gettext("More about it, if needed"), text)}
      <label for="measure-state">${gettext("Where it stands")}</label>
      <select id="measure-state" @change=${(event: Event) => { this.#set("state", typed(event)); }}>
        <option value="planned" ?selected=${state === "planned"}>${gettext("It is being prepared")}</option>
        <option value="active" ?selected=${state === "active"}>${gettext("It is in force")}</option>
      </select>`;
  }

  #ownerView(people: readonly Person[]): TemplateResult {
    const { owner } = this.#values;
    const able = people.filter(({ access, roles }) => roles.includes("protection") && (access === "holder" || access === "reader"));
    return html`<label for="measure-owner">${gettext("Who sees to it")}</label>
      <select id="measure-owner" aria-invalid=${this.#invalid("owner")} @change=${(event: Event) => { this.#set("owner", typed(event)); }}>
        ${able.some(({ id }) => id === owner) ? nothing : html`<option value=${owner} selected>${gettext("choose …")}</option>`}
        ${able.map(({ id, label }) => html`<option value=${id} ?selected=${owner === id}>${label}</option>`)}
      </select>${this.#faultView("owner")}`;
  }

  #consentView(): TemplateResult {
    const { consent } = this.#values;
    return html`<label for="measure-consent">${gettext("The reporter's consent")}</label>
      <select id="measure-consent" aria-invalid=${this.#invalid("consent")} @change=${(event: Event) => { this.#set("consent", typed(event)); }}>
        ${CONSENTS.map((one: Consent) => html`<option value=${one} ?selected=${consent === one}>${consentWords(one)}</option>`)}
      </select>${this.#faultView("consent")}`;
  }

  #dayView(name: "start" | "review" | "end", label: string): TemplateResult {
    return html`<label for="measure-${name}">${label}</label>
      <input type="date" id="measure-${name}" autocomplete="off" aria-invalid=${this.#invalid(name)} .value=${this.#values[name] ?? ""} @change=${(event: Event) => { this.#set(name, typed(event)); }} />${this.#faultView(name)}`;
  }

  #textView(name: "text" | "effect" | "reason", label: string, value = this.#values[name]): TemplateResult {
    return html`<label for="measure-${name}">${label}</label>
      <textarea id="measure-${name}" rows="3" dir="auto" autocomplete="off" spellcheck="false" aria-invalid=${this.#invalid(name)} .value=${value} @change=${(event: Event) => { this.#set(name, typed(event)); }}></textarea>${this.#faultView(name)}`;
  }

  #toldView(): TemplateResult {
    const press = (): void => { this.told = !this.told; this.repaint(); };
    return html`<label class="check"><input type="checkbox" autocomplete="off" .checked=${this.told} @change=${press} /> ${gettext("The reporter is told")}</label>
      <p class="help small">${this.told ? gettext("The reporter reads this measure and all that follows of it in the mailbox, signed by you.") : gettext("Only the team reads this measure, now and later.")}</p>`;
  }

  #invalid(name: string): "true" | "false" {
    return this.#fault?.field === name ? "true" : "false";
  }

  #faultView(name: string): TemplateResult | typeof nothing {
    return this.#fault?.field === name ? html`<p class="fault small" role="alert">${this.#fault.words}</p>` : nothing;
  }
}

class WrongField extends Error {
  constructor(
    message: string,
    readonly field: string,
  ) {
    super(message);
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof WrongField) return { words: error.message, field: error.field };
  if (!(error instanceof ProtocolError)) throw error;
  return { words: explain(error), field: error.pointer.slice(1) };
}

function fresh(owner: string): Measure {
  return { measure: newId(), what: "", text: "", state: "planned", owner, start: null, review: null, end: null, consent: "asked", effect: "", reason: "" };
}

/** What a step sets of itself: its state, and days that are likely. */
function begun(step: Step, before: Measure | null): Partial<Measure> {
  if (step === "add") return {};
  if (step === "begin") return { state: "active", start: before?.start ?? today(), review: before?.review ?? addDays(today(), REVIEW_DAYS) };
  if (step === "review") return { review: addDays(today(), REVIEW_DAYS) };
  return { state: LAST[step] ?? "ended", review: null, end: step === "end" ? today() : null, start: step === "end" ? (before?.start ?? null) : null };
}
