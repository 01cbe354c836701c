/** The status of a case, its deadlines, and moving it on. A signed status goes to the reporter. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { Clock, ShownStatus } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { authorWords, clockState, clockWords, statusWords } from "../ui/words.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { typed } from "./page.ts";
import { wordsView } from "./report_view.ts";

/** Status, deadlines, and the form that changes the status. */
export class StatusPart {
  #next = "";
  #reason = "";
  #fault = "";
  #showsForm = false;

  constructor(readonly open: OpenCase) {}

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.open.busy) return;
    const status = this.#next;
    const reason = this.#reason.trim();
    if (status === "") { this.#refuse(gettext("Choose the new status.")); return; }
    if (status === "closed" && reason === "") { this.#refuse(gettext("Closing needs a reason: the reporter has a right to it.")); return; }
    if (status === "closed" && !(await askToClose())) return;
    this.#fault = "";
    const done = gettext("The status is now “{status}”; the reporter can see it.", { status: statusWords(status) });
    const fault = await this.open.act((remote, id) => remote.changeStatus(id, status, reason), done);
    if (fault !== null) { this.#refuse(fault); return; }
    this.#next = "";
    this.#reason = "";
    this.#showsForm = false;
    this.open.context.repaint();
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
      ${found.otherStatuses.map((other) => html`<div class="other-status"><p class="small">${gettext("Signed beside it, and followed by nothing:")}</p>${signedView(other)}</div>`)}
      ${found.server.differs || found.status === null ? serverView(found.server.status) : nothing}
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
      <label for="status-reason">${this.#next === "closed" ? gettext("Reason") : gettext("Reason, if there is one to give")}</label>
      <textarea id="status-reason" rows="4" dir="auto" autocomplete="off" spellcheck="false" aria-describedby="status-help" .value=${this.#reason}
        @input=${(event: Event) => { this.#reason = typed(event); }}></textarea>
      <p class="help small" id="status-help">${gettext("Status and reason go to the reporter, signed by you. They cannot be taken back, only followed by another.")}</p>
      <div class="part-actions"><button class="primary" aria-disabled=${this.open.busy ? "true" : nothing}>${gettext("Sign and send")}</button>
        <button type="button" class="quiet" @click=${toggle}>${gettext("Cancel")}</button></div>
    </form>`;
  }
}

function signedView(status: ShownStatus): TemplateResult {
  return html`<p class="status-now" data-status=${status.status}>${statusWords(status.status)}</p>
    <p class="small soft">${gettext("signed by {name} on {day}", { name: authorWords(status.author), day: longDay(status.day) })}</p>
    ${status.reason === "" ? nothing : wordsView(status.reason)}`;
}

function serverView(status: string): TemplateResult {
  return html`<p class="server-word"><span class="label-server">${gettext("The server's word:")}</span> ${statusWords(status)}</p>`;
}

/** The deadlines: signed ones where there are, else the server's. */
function clocksOf({ found }: OpenCase): readonly Clock[] {
  const signed = found.status?.clocks ?? [];
  return signed.length > 0 && !found.server.differs ? signed : found.server.clocks;
}

async function askToClose(): Promise<boolean> {
  const body = gettext("The reporter reads the reason. Deadlines end. They can still write, and you can still answer, but a closed case is not opened again.");
  return (await ask({ title: gettext("Close this case?"), body, yes: gettext("Close the case"), danger: true })) !== null;
}
