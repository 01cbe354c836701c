/** The status of a case, its deadlines, and moving it on. A signed status goes to the reporter. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { wasHeard } from "../client/rights.ts";
import type { Clock, ShownStatus } from "../client/shown.ts";
import { KNOWINGLY_FALSE } from "../protocol/thread_types.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { aloneWords, foundWords } from "../ui/found_words.ts";
import { OUTCOMES, outcomeWords, statusWords } from "../ui/status_words.ts";
import { authorWords, clockState, clockWords } from "../ui/words.ts";
import type { DeskApi } from "../workers/desk_api.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { findingField } from "./finding.ts";
import { contestOf } from "./protection.ts";
import { typed } from "./page.ts";
import { objects } from "./requests.ts";
import { askUnheard } from "./steps.ts";
import { UnheardNote } from "./unheard.ts";
import { wordsView } from "./report_view.ts";
import { riskNoteView } from "./risk_note.ts";

/** With which statuses it is told what was found of a report. */
const FOUND_AT: ReadonlySet<string> = new Set(["feedback_given", "closed"]);

const HELD_AS_TRUE: ReadonlySet<string> = new Set(["substantiated", "partly-substantiated"]);

/** What is not found with that status: what two sign for closes the case. */
function notFoundAt(status: string): readonly string[] {
  return status === "closed" ? [] : [KNOWINGLY_FALSE];
}

/** Status, deadlines, and the form that changes the status. */
export class StatusPart {
  #next = "";
  #reason = "";
  #outcome = "";
  #appeal = "";
  #finding = "";
  #fault = "";
  #showsForm = false;
  readonly #note: UnheardNote;

  constructor(readonly open: OpenCase) {
    this.#note = new UnheardNote(open);
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.open.busy) return;
    const status = this.#next;
    const reason = this.#reason.trim();
    if (status === "") { this.#refuse(gettext("Choose the new status.")); return; }
    if (status === "closed" && reason === "") { this.#refuse(gettext("Closing needs a reason: the reporter has a right to it.")); return; }
    const proposing = status === "closed" && this.#finding === KNOWINGLY_FALSE;
    if (status === "closed" && !proposing && !(await askToClose(this.open))) return;
    if (status === "acknowledged" && reason === "" && objects(this.open.found)) { this.#refuse(gettext("The reporter wants no acknowledgement: say why there is one all the same.")); return; }
    const lacking = status === "decided" ? this.#lacking(reason) : "";
    if (lacking !== "") { this.#refuse(lacking); return; }
    this.#fault = "";
    if (status === "decided" && this.#outcome === "refused") { await this.#propose(reason); return; }
    if (proposing) { await this.#proposeFinding(reason); return; }
    const decided = status === "decided" ? { outcome: this.#outcome, appeal: this.#appeal } : this.#found(status);
    const unheard = await this.#unheard(status);
    if (unheard === null) return;
    this.#after(await this.carryOut(status, reason, decided, unheard));
  }

  /** Signs the status, and behind it the note why nobody was heard, where there is one: words of what went wrong, or null. */
  async carryOut(status: string, reason: string, decided: Parameters<DeskApi["changeStatus"]>[3], unheard: string): Promise<string | null> {
    const done = gettext("The status is now “{status}”; the reporter can see it.", { status: statusWords(status) });
    const fault = await this.open.act((remote, id) => remote.changeStatus(id, status, reason, decided), done);
    if (fault === null && unheard !== "") await this.#note.send(unheard, done);
    return fault;
  }

  /** A refusal is not told to the reporter before somebody else has confirmed it. */
  async #propose(reason: string): Promise<void> {
    const act = { type: "propose", reason, appeal: this.#appeal } as const;
    this.#after(await this.open.act((remote, id) => remote.protect(id, act), gettext("The refusal is proposed. Somebody else has to confirm it; the reporter is told nothing before.")));
  }

  async #proposeFinding(reason: string): Promise<void> {
    const act = { type: "propose-finding", reason } as const;
    this.#after(await this.open.act((remote, id) => remote.protect(id, act), gettext("The finding is proposed. Somebody else has to confirm it; the reporter is told nothing before.")));
  }

  /** Why nobody was heard, for the team, where a report is closed as true all the same; empty where nobody has to be asked. */
  async #unheard(status: string): Promise<string | null> {
    const found = this.#found(status)?.finding ?? "";
    if (status !== "closed" || !HELD_AS_TRUE.has(found) || wasHeard(this.open.found)) return "";
    const why = await askUnheard();
    return why === null ? null : gettext("Nobody concerned was heard: {why}", { why });
  }

  /** What was found, where the status tells of it. */
  #found(status: string): { finding: string } | null {
    const leaves = this.#finding === "" || notFoundAt(status).includes(this.#finding);
    return this.open.found.kind !== "report" || !FOUND_AT.has(status) || leaves ? null : { finding: this.#finding };
  }

  #after(fault: string | null): void {
    if (fault !== null) { this.#refuse(fault); return; }
    this.#next = this.#reason = this.#outcome = this.#appeal = this.#finding = "";
    this.#showsForm = false;
    this.open.context.repaint();
  }

  /** What a decision still needs; empty where it has all. */
  #lacking(reason: string): string {
    if (this.#outcome === "") return gettext("Choose what was decided.");
    if (reason === "") return gettext("A decision needs its reasons: the reporter has a right to them.");
    return this.#appeal.trim() === "" ? gettext("Say how this decision can be contested.") : "";
  }

  #refuse(words: string): void {
    this.#fault = words;
    this.open.context.repaint();
    requestAnimationFrame(() => document.getElementById("status-fault")?.focus());
  }

  view(): TemplateResult {
    const { found } = this.open;
    return html`<section class="side-part" aria-labelledby="status-title">
      <h2 id="status-title">${gettext("Status")}</h2>
      ${found.status === null ? nothing : signedView(found.status)}
      ${this.#note.view()}
      ${found.otherStatuses.map((other) => html`<div class="other-status"><p class="small">${gettext("Signed beside it, and followed by nothing:")}</p>${signedView(other)}</div>`)}
      ${found.statusMayBeOlder ? html`<p class="small">${gettext("Something that was written after this was removed. It could have been a newer status: if you are not sure, ask.")}</p>` : nothing}
      ${found.server.differs || found.status === null ? serverView(statusWords(found.server.status)) : nothing}
      ${found.server.outcomeDiffers ? html`<div class="warning">${serverView(gettext("Outcome: {outcome}", { outcome: outcomeWords(found.server.outcome) }))}<p>${gettext("The server says something else than what was signed. Go by what was signed.")}</p></div>` : nothing}
      <ul class="clocks">${clocksOf(this.open).map((clock) => html`<li data-clock=${clockState(clock)}>${clockWords(clock, "member")}</li>`)}</ul>
      ${found.allowed.length === 0 || found.closed !== null ? nothing : this.#formView()}
    </section>`;
  }

  #formView(): TemplateResult {
    const toggle = (): void => {
      this.#showsForm = !this.#showsForm;
      this.open.context.repaint();
      if (this.#showsForm) requestAnimationFrame(() => document.getElementById("status-next")?.focus());
    };
    if (!this.#showsForm) return html`<button type="button" class="no-print" @click=${toggle}>${gettext("Change the status")}</button>`;
    return html`<form class="no-print part-form" novalidate @submit=${(event: SubmitEvent) => void this.#submit(event)}>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="status-fault" tabindex="-1">${this.#fault}</p>`}
      <label for="status-next">${gettext("New status")}</label>
      <select id="status-next" @change=${(event: Event) => { this.#next = typed(event); this.open.context.repaint(); }}>
        <option value="" ?selected=${this.#next === ""}>${gettext("choose …")}</option>
        ${this.open.found.allowed.map((status) => html`<option value=${status} ?selected=${this.#next === status}>${statusWords(status)}</option>`)}
      </select>
      ${this.#next === "decided" ? this.#decisionView() : nothing}
      ${this.#next === "acknowledged" && objects(this.open.found) ? html`<p class="warning small">${gettext("The reporter wants no acknowledgement. Note above how you keep to that; or say below why there is one all the same.")}</p>` : nothing}
      ${this.open.found.kind === "report" && FOUND_AT.has(this.#next) ? findingField(this.#finding, (event) => { this.#finding = typed(event); this.open.context.repaint(); }, notFoundAt(this.#next)) : nothing}
      <label for="status-reason">${this.#next === "closed" || this.#next === "decided" ? gettext("Reason") : gettext("Reason, if there is one to give")}</label>
      <textarea id="status-reason" rows="4" dir="auto" autocomplete="off" spellcheck="false" aria-describedby="status-help" .value=${this.#reason}
        @input=${(event: Event) => { this.#reason = typed(event); }}></textarea>
      <p class="help small" id="status-help">${gettext("Status and reason go to the reporter, signed by you. They cannot be taken back, only followed by another.")}</p>
      <div class="part-actions"><button class="primary" aria-disabled=${this.open.busy ? "true" : nothing}>${gettext("Sign and send")}</button>
        <button type="button" class="quiet" @click=${toggle}>${gettext("Cancel")}</button></div>
    </form>`;
  }

  #decisionView(): TemplateResult {
    return html`<label for="status-outcome">${gettext("What was decided")}</label>
      <select id="status-outcome" @change=${(event: Event) => { this.#outcome = typed(event); this.open.context.repaint(); }}>
        <option value="" ?selected=${this.#outcome === ""}>${gettext("choose …")}</option>
        ${OUTCOMES.map((outcome) => html`<option value=${outcome} ?selected=${this.#outcome === outcome}>${outcomeWords(outcome)}</option>`)}
      </select>
      ${this.#outcome === "refused" ? html`<p class="note small">${gettext("A refusal needs two people. This proposes it to your colleagues; another one confirms it, and only then the reporter is told.")}</p>` : nothing}
      ${this.#outcome === "referred" ? riskNoteView(this.open.found) : nothing}
      <label for="status-appeal">${gettext("How the reporter can contest it")}</label>
      <textarea id="status-appeal" rows="3" dir="auto" autocomplete="off" spellcheck="false" .value=${this.#appeal}
        @input=${(event: Event) => { this.#appeal = typed(event); }}></textarea>`;
  }
}

function signedView(status: ShownStatus): TemplateResult {
  return html`<p class="status-now" data-status=${status.status}>${statusWords(status.status)}</p>
    <p class="small soft">${gettext("signed by {name} on {day}", { name: authorWords(status.author), day: longDay(status.day) })}</p>
    ${status.outcome === "" ? nothing : html`<p>${gettext("Outcome: {outcome}", { outcome: outcomeWords(status.outcome) })}</p>`}
    ${status.finding === "" ? nothing : html`<p>${gettext("Finding: {finding}", { finding: foundWords(status.finding) })}</p>`}
    ${status.alone.map((what) => html`<p class="warning">${aloneWords(what)}</p>`)}
    ${status.reason === "" ? nothing : wordsView(status.reason)}`;
}

function serverView(words: string): TemplateResult {
  return html`<p class="server-word"><span class="label-server">${gettext("The server's word:")}</span> ${words}</p>`;
}

/** The deadlines: signed ones where there are, else the server's. */
function clocksOf({ found }: OpenCase): readonly Clock[] {
  const signed = found.status?.clocks ?? [];
  return signed.length > 0 && !found.server.differs ? signed : found.server.clocks;
}

async function askToClose({ found }: OpenCase): Promise<boolean> {
  const unanswered = contestOf(found) !== null && found.allowed.includes("appealed");
  const body = unanswered
    ? gettext("The reporter contests the decision. Say that it is contested instead, so that it is looked at again.")
    : found.kind === "protection"
      ? gettext("The reporter reads the reason. Deadlines end. They can still write, and contest what was decided.")
      : gettext("The reporter reads the reason. Deadlines end. They can still write, and you can still answer, but a closed case is not opened again.");
  return (await ask({ title: gettext("Close this case?"), body, yes: gettext("Close the case"), danger: true })) !== null;
}
