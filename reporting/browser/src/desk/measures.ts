/** The measures of a protection case: by state, with who sees to them and when they are looked at again. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { type Standing, measuresOf, unsignedMeasures } from "../client/measures.ts";
import { lacksConsent } from "../protocol/measures.ts";
import { fromToday, longDay, today } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { consentWords, measureDays, measureStateWords, measureTitle, otherRoleWords } from "../ui/measure_words.ts";
import type { OpenCase } from "./case_context.ts";
import { checkInsView } from "./check_ins.ts";
import { ask } from "./confirm.ts";
import { MeasureForm, type Step } from "./measure_form.ts";
import { wordsView } from "./report_view.ts";

/** The part of a protection case; nothing in others. */
export class MeasuresPart {
  #form: MeasureForm | null = null;
  /** The measure that the form is about; null for a new one. */
  #about: string | null = null;
  #formCase = "";

  constructor(readonly open: OpenCase) {}

  view(): TemplateResult | typeof nothing {
    const { found } = this.open;
    if (found.protection === null) return nothing;
    const all = measuresOf(found.entries, found.protection.measures);
    const over = all.filter(({ signed: { state } }) => state === "ended" || state === "refused");
    const now = all.filter((one) => !over.includes(one));
    const unsigned = unsignedMeasures(found.entries, found.protection.measures);
    return html`<section class="side-part measures" aria-labelledby="measures-title">
      <h2 id="measures-title">${gettext("Measures")}</h2>
      ${unsigned === 0 ? nothing : html`<p class="warning">${gettext("The server names {number} more, of which nothing that was signed is here.", { number: unsigned })}</p>`}
      ${now.length === 0 ? html`<p class="soft">${gettext("No measure is in force or being prepared.")}</p>` : html`<ul class="measure-list">${now.map((one) => this.#measureView(one))}</ul>`}
      ${over.length === 0 ? nothing : html`<details><summary>${gettext("Over ({number})", { number: over.length })}</summary><ul class="measure-list">${over.map((one) => this.#measureView(one))}</ul></details>`}
      ${this.#about === null && this.#form !== null ? this.#formView(this.#form) : this.#mayWrite() ? html`<button type="button" class="no-print" @click=${() => { this.#start("add", null); }}>${gettext("Add a measure")}</button>` : nothing}
      ${checkInsView(found)}
    </section>`;
  }

  #mayWrite(): boolean {
    const { officer, closed } = this.open.found;
    return officer && closed === null;
  }

  #measureView(one: Standing): TemplateResult {
    const { signed, told, ownerLabel, differs } = one;
    const otherRole = otherRoleWords(one.author);
    const running = signed.state === "active" || signed.state === "planned";
    const late = running && signed.review !== null && signed.review < today() ? signed.review : null;
    return html`<li data-measure=${signed.state} ?data-late=${late !== null}>
      <p><strong><bdi>${measureTitle(signed)}</bdi></strong></p>
      <p class="small">${[measureStateWords(signed.state), ...measureDays(signed)].join(", ")}</p>
      ${late !== null ? html`<p class="small overdue">${gettext("The review is overdue: {day}, {ago}.", { day: longDay(late), ago: fromToday(late) })}</p>` : nothing}
      <p class="small soft">${gettext("{name} sees to it; {consent}", { name: ownerLabel, consent: consentWords(signed.consent) })} · ${told ? gettext("the reporter is told") : gettext("for the team alone")}</p>
      ${lacksConsent(signed) ? html`<p class="warning small">${gettext("It runs without the reporter's consent, though it needs it.")}</p>` : nothing}
      ${otherRole === "" ? nothing : html`<p class="warning small">${otherRole}</p>`}
      ${differs ? html`<p class="warning small">${gettext("The server says something else about this measure than what was signed. Go by what was signed.")}</p>` : nothing}
      ${signed.text === "" || signed.what === "other" ? nothing : wordsView(signed.text)}
      ${signed.effect === "" ? nothing : html`<p class="small soft">${gettext("What it has done:")}</p>${wordsView(signed.effect)}`}
      ${signed.reason === "" ? nothing : html`<p class="small soft">${gettext("Why:")}</p>${wordsView(signed.reason)}`}
      ${this.#about === signed.measure && this.#form !== null ? this.#formView(this.#form) : running && this.#mayWrite() ? this.#buttonsView(one) : nothing}
    </li>`;
  }

  #buttonsView(one: Standing): TemplateResult {
    const button = (step: Step, words: string): TemplateResult =>
      html`<button type="button" class="quiet" aria-label=${`${words}: ${measureTitle(one.signed)}`} @click=${() => { this.#start(step, one); }}>${words}</button>`;
    return html`<p class="part-actions no-print">${one.signed.state === "planned"
      ? html`${button("begin", gettext("Put in force"))}${button("refuse", gettext("Do not take it"))}`
      : html`${button("review", gettext("Review"))}${button("end", gettext("End"))}`}</p>`;
  }

  #start(step: Step, one: Standing | null): void {
    const { context, found } = this.open;
    this.#about = one?.signed.measure ?? null;
    this.#formCase = found.case;
    this.#form = new MeasureForm(step, one, context.session.member, context.repaint);
    context.repaint();
    requestAnimationFrame(() => document.querySelector<HTMLElement>(".measure-form :is(select, input, textarea)")?.focus());
  }

  #close(): void {
    this.#form = this.#about = null;
    this.open.context.repaint();
  }

  #formView(form: MeasureForm): TemplateResult {
    const { found, busy } = this.open;
    return html`<form class="part-form measure-form no-print" novalidate @submit=${(event: SubmitEvent) => void this.#submit(event, form)}>
      ${form.view(found.people, found.profile)}
      <div class="part-actions"><button class="primary" aria-disabled=${busy ? "true" : nothing}>${form.told ? gettext("Sign and send") : gettext("Sign for the team")}</button>
        <button type="button" class="quiet" @click=${() => { this.#close(); }}>${gettext("Cancel")}</button></div>
    </form>`;
  }

  async #submit(event: SubmitEvent, form: MeasureForm): Promise<void> {
    event.preventDefault();
    if (this.open.busy || this.#formCase !== this.open.found.case) return;
    const measure = form.read();
    if (measure === null || !(await confirmed(form))) return;
    const fault = await this.open.act((remote, id) => remote.protect(id, { type: "measure", told: form.told, measure }), gettext("The measure is noted."));
    if (fault !== null) { form.refuse({ words: fault, field: "" }); return; }
    this.#close();
  }
}

/** What ends cannot go on: it is asked before. */
async function confirmed({ step, told }: MeasureForm): Promise<boolean> {
  if (step !== "end" && step !== "refuse") return true;
  const body = told
    ? gettext("The reporter reads it, signed by you. A measure that is over is not begun again; you can add a new one.")
    : gettext("A measure that is over is not begun again; you can add a new one.");
  const [title, yes] = step === "end" ? [gettext("End this measure?"), gettext("End it")] : [gettext("Not take this measure?"), gettext("Do not take it")];
  return (await ask({ title, body, yes, danger: true })) !== null;
}
