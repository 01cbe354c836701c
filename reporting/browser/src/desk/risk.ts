/** The risk of retaliation on the page of a case: what stands, why it is asked again, and the form to assess it. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { Assessing } from "../client/risk.ts";
import type { Trigger } from "../protocol/risk.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { factorWords, triggerWords } from "../ui/risk_words.ts";
import { authorWords } from "../ui/words.ts";
import type { HistoryEvent } from "../workers/desk_api.ts";
import type { OpenCase } from "./case_context.ts";
import { moment } from "./history.ts";
import { focusOn } from "./part.ts";
import { assessmentView, wordsView } from "./report_view.ts";
import { type Assessed, assessmentsOf, dueOf, sharedView, triggersSince } from "./risk_asked.ts";
import { RiskForm } from "./risk_form.ts";

/** What stands of the risk, and assessing it. */
export class RiskPart {
  #form: RiskForm | null = null;
  #fault = "";

  /** `events` are what the server last told of what staff did, the latest first. */
  constructor(
    readonly open: OpenCase,
    readonly events: () => readonly HistoryEvent[],
  ) {}

  /** Whether something was filled in that would be lost. */
  get isBegun(): boolean {
    return this.#form?.touched === true;
  }

  #begin(triggers: readonly Trigger[]): void {
    const { found, context } = this.open;
    const [standing] = assessmentsOf(found);
    const shared = sharedView(found)?.factors ?? [];
    const beginning = {
      factors: standing?.content.factors ?? shared,
      plan: standing?.content.plan ?? "",
      silence: standing?.content.silence ?? ("" as const),
      trigger: standing === undefined ? ("first" as const) : (triggers[0] ?? "other"),
      shared,
    };
    this.#form = new RiskForm(beginning, context.repaint, (answers) => void this.#send(answers), () => { this.#end(); });
    this.#fault = "";
    context.repaint();
    focusOn("risk-title");
  }

  #end(): void {
    this.#form = null;
    this.#fault = "";
    this.open.context.repaint();
    focusOn("risk-title");
  }

  async #send(answers: Assessing): Promise<void> {
    if (this.open.busy) return;
    const fault = await this.open.act((remote, id) => remote.protect(id, { type: "assess", answers }), gettext("The assessment is stored, for those who can read the case."));
    if (fault === null) { this.#end(); return; }
    this.#fault = fault;
    this.open.context.repaint();
    if (fault !== "") focusOn("risk-fault");
  }

  view(): TemplateResult {
    const { found, busy } = this.open;
    const [standing, ...older] = assessmentsOf(found);
    const triggers = triggersSince(standing, this.events(), found.entries);
    const may = found.closed === null && (found.kind !== "protection" || found.officer);
    const begin = (): void => { this.#begin(triggers); };
    return html`<section class="risk" aria-labelledby="risk-title">
      <h2 id="risk-title" tabindex="-1">${gettext("Risk of retaliation")}</h2>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="risk-fault" tabindex="-1">${this.#fault}</p>`}
      ${this.#dueView(standing, triggers)}
      ${standing === undefined ? html`<p class="soft">${gettext("Nobody has assessed it yet.")}</p>` : standingView(standing)}
      ${this.#sharedView()}
      ${older.length === 0 ? nothing : olderView(older)}
      ${this.#form !== null
        ? this.#form.view(busy)
        : may
          ? html`<button type="button" class="no-print" @click=${begin}>${standing === undefined ? gettext("Assess the risk") : gettext("Assess it again")}</button>`
          : nothing}
    </section>`;
  }

  /** That an assessment is owed, until when, and what was done since the last one. */
  #dueView(standing: Assessed | undefined, triggers: readonly Trigger[]): TemplateResult | typeof nothing {
    const due = dueOf(this.open.found);
    if (due === null) return nothing;
    const late = Date.parse(due) < Date.now();
    const words = standing === undefined ? gettext("It is to be assessed by {time}.", { time: moment(due) }) : gettext("It is to be assessed again by {time}.", { time: moment(due) });
    return html`<div class=${late ? "warning risk-due" : "note risk-due"} data-clock=${late ? "overdue" : "due"}><p><strong>${words}</strong></p>
      ${triggers.length === 0
        ? standing === undefined ? nothing : html`<p>${gettext("Something was done since that can raise it.")}</p>`
        : html`<p>${gettext("What was done since, by the server's word:")}</p><ul>${triggers.map((trigger) => html`<li data-trigger=${trigger}>${triggerWords(trigger)}</li>`)}</ul>`}</div>`;
  }

  #sharedView(): TemplateResult | typeof nothing {
    const shared = sharedView(this.open.found);
    if (shared === null) return nothing;
    return html`<div class="risk-told"><p><strong>${gettext("How the reporter sees it, shared on {day}", { day: longDay(shared.day) })}</strong></p>
      ${shared.factors.length === 0 ? nothing : html`<ul>${shared.factors.map((factor) => html`<li>${factorWords(factor)}</li>`)}</ul>`}
      ${shared.text === "" ? nothing : wordsView(shared.text)}</div>`;
  }
}

function standingView({ entry, content }: Assessed): TemplateResult {
  return html`<div class="risk-standing">${assessmentView(content)}
    <p class="small soft">${signedWords(entry)}</p></div>`;
}

function olderView(older: readonly Assessed[]): TemplateResult {
  return html`<details class="risk-older"><summary>${gettext("Assessments before: {number}", { number: older.length })}</summary>
    <ol>${older.map(({ entry, content }) => html`<li>${assessmentView(content)}<p class="small soft">${signedWords(entry)}</p></li>`)}</ol></details>`;
}

function signedWords({ author, day }: Assessed["entry"]): string {
  return gettext("signed by {name} on {day}", { name: author === null ? "" : authorWords(author), day: longDay(day) });
}
