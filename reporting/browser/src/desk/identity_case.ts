/** A case as its custodians see it: the requests for the identity, deciding on them, opening it. Nothing of the report. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { Answered } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import type { CustodyCase, ShownRequest } from "../workers/identity_api.ts";
import { ask } from "./confirm.ts";
import { requestView } from "./identity_view.ts";
import { type Context, type Page, typed } from "./page.ts";
import { answersView } from "./report_view.ts";
import { IDENTITIES } from "./router.ts";

/** The page of one case's requests. */
export class IdentityPage implements Page {
  #found: CustodyCase | null = null;
  #answers: readonly Answered[] | null = null;
  #reason = "";
  #fault = "";
  #busy = false;

  constructor(
    readonly context: Context,
    readonly id: string,
  ) {}

  get title(): string {
    return gettext("Identity in case {id}", { id: this.id.slice(0, 8) });
  }

  entered(): void {
    void this.#act(async () => {
      this.#found = await this.context.remote.custodyCase(this.id);
    });
    requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus());
  }

  /** Whether it was done; what went wrong is told on the page. */
  async #act(work: () => Promise<void>): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    this.#fault = "";
    this.context.repaint();
    try {
      await work();
      return true;
    } catch (error) {
      this.#refuse(this.context.words(error) ?? "");
      return false;
    } finally {
      this.#busy = false;
      this.context.repaint();
    }
  }

  #refuse(words: string): void {
    this.#fault = words;
    this.context.repaint();
    requestAnimationFrame(() => document.getElementById("custody-fault")?.focus());
  }

  async #decide(request: ShownRequest, verdict: "approve" | "refuse"): Promise<void> {
    const reason = this.#reason.trim();
    if (reason === "") { this.#refuse(gettext("Write your reason first: it is kept with your decision.")); return; }
    const approving = verdict === "approve";
    const body = approving
      ? gettext("You sign it. Once enough custodians have approved, one of you can open who the reporter is. It cannot be taken back.")
      : gettext("You sign it, with your reason. It is kept, and cannot be taken back.");
    const question = { title: approving ? gettext("Approve this request?") : gettext("Refuse this request?"), body, danger: approving };
    if ((await ask({ ...question, yes: approving ? gettext("Approve") : gettext("Refuse") })) === null) return;
    const done = await this.#act(async () => {
      this.#found = await this.context.remote.decideIdentity(this.id, request.id, verdict, reason);
      this.#reason = "";
    });
    if (done) this.context.say(approving ? gettext("Your approval is signed and stored.") : gettext("Your refusal is signed and stored."));
  }

  async #open(request: ShownRequest): Promise<void> {
    const body = html`<p>${gettext("It opens on this device, and you will read it. At the same time it is sealed to the case: everybody who reads the case reads it from then on.")}</p>
      <p>${gettext("That you opened it is recorded. It cannot be taken back.")}</p>`;
    if ((await ask({ title: gettext("Open who the reporter is?"), body, yes: gettext("Open and seal to the case"), danger: true })) === null) return;
    const done = await this.#act(async () => {
      const { found, answers } = await this.context.remote.openIdentity(this.id, request.id);
      this.#found = found;
      this.#answers = answers;
    });
    if (done) requestAnimationFrame(() => document.getElementById("opened-title")?.focus());
  }

  view(): TemplateResult {
    const found = this.#found;
    return html`<article class="overview identities">
      <header class="case-top">
        <a class="back no-print" href=${IDENTITIES}>${gettext("All requests")}</a>
        <h1 tabindex="-1">${gettext("Identity in case")} <span class="code">${this.id.slice(0, 8)}</span></h1>
        ${found === null ? nothing : html`<p class="case-line"><bdi>${found.title}</bdi><span>${gettext("received on {day}", { day: longDay(found.received) })}</span></p>`}
      </header>
      ${this.#fault === ""
        ? nothing
        : html`<div class="fault" role="alert" id="custody-fault" tabindex="-1"><p>${this.#fault}</p>
            ${found === null ? html`<button type="button" @click=${() => { this.entered(); }}>${gettext("Try again")}</button>` : nothing}</div>`}
      ${this.#answers === null ? nothing : this.#openedView(this.#answers)}
      ${found === null ? html`<p role="status">${this.#fault === "" ? gettext("Checking the requests on this device …") : ""}</p>` : this.#foundView(found)}
    </article>`;
  }

  #openedView(answers: readonly Answered[]): TemplateResult {
    return html`<section class="identity-opened" aria-labelledby="opened-title"><h2 id="opened-title" tabindex="-1">${gettext("Who the reporter is")}</h2>
      ${answersView(answers, "")}
      <p class="small soft">${gettext("It is sealed to the case now. It leaves this screen when you leave the page.")}</p></section>`;
  }

  #foundView({ requests, faults, missing }: CustodyCase): TemplateResult {
    return html`${missing
        ? html`<div class="warning"><p><strong>${gettext("Entries may be missing.")}</strong></p><p>${gettext("Somebody names a request or decision that the server does not show. Nothing can be decided until it does; tell whoever runs the server.")}</p></div>`
        : nothing}
      ${faults > 0
        ? html`<div class="warning"><p><strong>${gettext("Something here is not authentic, and is not shown.")}</strong></p><p>${gettext("It counts for nothing. If you did not expect this, talk to the auditor.")}</p></div>`
        : nothing}
      ${requests.length === 0
        ? html`<div class="empty"><p>${gettext("There is no authentic request in this case.")}</p></div>`
        : html`<ol class="identity-requests">${requests.map((request) => requestView(request, this.#actsView(request)))}</ol>`}`;
  }

  #actsView(request: ShownRequest): TemplateResult {
    const busy = this.#busy ? "true" : nothing;
    const field = `decision-reason-${request.id}`;
    return html`${request.mayDecide
        ? html`<div class="part-form no-print">
            <label for=${field}>${gettext("Your reason")}</label>
            <textarea id=${field} class="decision-reason" rows="3" dir="auto" autocomplete="off" spellcheck="false" maxlength="4000" .value=${this.#reason}
              @input=${(event: Event) => { this.#reason = typed(event); }}></textarea>
            <div class="part-actions">
              <button type="button" aria-disabled=${busy} @click=${() => void this.#decide(request, "approve")}>${gettext("Approve")}</button>
              <button type="button" aria-disabled=${busy} @click=${() => void this.#decide(request, "refuse")}>${gettext("Refuse")}</button></div>
          </div>`
        : nothing}
      ${request.mayOpen
        ? html`<p class="part-actions no-print"><button type="button" class="danger" aria-disabled=${busy} @click=${() => void this.#open(request)}>${gettext("Open the identity")}</button></p>`
        : nothing}`;
  }
}
