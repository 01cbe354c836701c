/** The reporter's identity on the page of a case: what was asked and decided, asking for it, and taking that back. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import type { ShownRequest } from "../workers/identity_api.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { requestView } from "./identity_view.ts";
import { typed } from "./page.ts";
import { riskNoteView } from "./risk_note.ts";

type Field = "reason" | "legalBasis" | "told" | "waiver";
const EMPTY: Readonly<Record<Field, string>> = { reason: "", legalBasis: "", told: "", waiver: "" };

/** Asking for an identity, taking that back, and what came of it. */
export class IdentityPart {
  #texts = { ...EMPTY };
  #waives = false;
  #shows = false;
  #fault = "";

  constructor(readonly open: OpenCase) {}

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.open.busy) return;
    const { reason, legalBasis, told, waiver } = this.#texts;
    const last = this.#waives ? waiver : told;
    if (reason.trim() === "") { this.#refuse(gettext("Say why the identity is needed.")); return; }
    if (legalBasis.trim() === "") { this.#refuse(gettext("Name the legal basis.")); return; }
    if (last.trim() === "") {
      this.#refuse(this.#waives ? gettext("Say why the reporter cannot be told beforehand.") : gettext("Write what the reporter is told: the law asks for written reasons."));
      return;
    }
    this.#fault = "";
    const question = { reason, legalBasis, told: this.#waives ? "" : told, waiver: this.#waives ? waiver : "" };
    const done = this.#waives ? gettext("The custodians are asked.") : gettext("The reporter is told, and the custodians are asked.");
    const fault = await this.open.act((remote, id) => remote.askIdentity(id, question), done);
    if (fault !== null) { this.#refuse(fault); return; }
    this.#texts = { ...EMPTY };
    this.#waives = this.#shows = false;
    this.open.context.repaint();
  }

  #refuse(words: string): void {
    this.#fault = words;
    this.open.context.repaint();
    requestAnimationFrame(() => document.getElementById("identity-fault")?.focus());
  }

  async #withdraw(request: ShownRequest): Promise<void> {
    if (this.open.busy) return;
    const body = html`<p>${gettext("The custodians see it and why, and nobody can open the identity for this request any more. It cannot be taken back; you can ask again.")}</p>
      ${request.waiver === "" ? html`<p>${gettext("The reporter was told of the request. Write to them that it is withdrawn.")}</p>` : nothing}
      <label for="withdrawal-reason">${gettext("Why you withdraw it")}</label>
      <textarea id="withdrawal-reason" name="reason" rows="3" dir="auto" autocomplete="off" spellcheck="false" maxlength="4000" required></textarea>`;
    const answer = await ask({ title: gettext("Withdraw this request?"), body, yes: gettext("Withdraw"), danger: true });
    if (answer === null) return;
    const given = answer.get("reason");
    const reason = typeof given === "string" ? given.trim() : "";
    if (reason === "") { this.#refuse(gettext("Write why you withdraw it: the custodians read it.")); return; }
    this.#fault = "";
    const fault = await this.open.act((remote, id) => remote.withdrawIdentity(id, request.id, reason), gettext("The request is withdrawn."));
    if (fault !== null) this.#refuse(fault);
  }

  #toggle(): void {
    this.#shows = !this.#shows;
    this.open.context.repaint();
    if (this.#shows) requestAnimationFrame(() => document.getElementById("identity-reason")?.focus());
  }

  view(): TemplateResult {
    const { identity, requests, holder, closed } = this.open.found;
    const may = identity && holder && closed === null;
    return html`<section class="identity" aria-labelledby="identity-title">
      <h2 id="identity-title">${gettext("The reporter's identity")}</h2>
      ${identity
        ? html`<p>${gettext("The reporter has said who they are. That is sealed to the custodians; you cannot open it. Ask only if the case cannot go on without it.")}</p>`
        : html`<p class="soft">${gettext("The reporter has not said who they are.")}</p>`}
      ${requests.length === 0 ? nothing : html`<ol class="identity-requests">${requests.map((request) => requestView(request, this.#withdrawView(request)))}</ol>`}
      ${this.#shows ? nothing : this.#faultView()}
      ${may && !this.#shows ? html`<button type="button" class="no-print" @click=${() => { this.#toggle(); }}>${gettext("Ask for the identity")}</button>` : nothing}
      ${may && this.#shows ? this.#formView() : nothing}
      ${identity && !holder ? html`<p class="small soft">${gettext("Only those who lead the case can ask for it.")}</p>` : nothing}
    </section>`;
  }

  #faultView(): TemplateResult | typeof nothing {
    return this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="identity-fault" tabindex="-1">${this.#fault}</p>`;
  }

  #withdrawView(request: ShownRequest): TemplateResult | typeof nothing {
    if (!request.mayWithdraw || this.open.found.closed !== null) return nothing;
    return html`<p class="part-actions no-print"><button type="button" aria-disabled=${this.open.busy ? "true" : nothing}
      @click=${() => void this.#withdraw(request)}>${gettext("Withdraw this request")}</button></p>`;
  }

  #formView(): TemplateResult {
    const choose = (waives: boolean) => (): void => {
      this.#waives = waives;
      this.open.context.repaint();
    };
    return html`<form class="no-print part-form" novalidate @submit=${(event: SubmitEvent) => void this.#submit(event)}>
      ${this.#faultView()}
      ${riskNoteView(this.open.found)}
      ${this.#field("reason", gettext("Why the identity is needed"), 4, gettext("The custodians read it, and whoever reads the case. It cannot be taken back."))}
      ${this.#field("legalBasis", gettext("Legal basis"), 2, "")}
      <fieldset><legend>${gettext("Telling the reporter beforehand")}</legend>
        <label class="choice"><input type="radio" name="telling" value="tell" .checked=${!this.#waives} @change=${choose(false)} /> <span>${gettext("The reporter is told now, with written reasons")}</span></label>
        <label class="choice"><input type="radio" name="telling" value="waive" .checked=${this.#waives} @change=${choose(true)} /> <span>${gettext("The reporter is not told: it would endanger the investigation or a court case")}</span></label>
      </fieldset>
      ${this.#waives
        ? this.#field("waiver", gettext("Why the reporter cannot be told"), 3, gettext("This stays with the request, and the custodians weigh it."))
        : this.#field("told", gettext("What the reporter is told"), 5, gettext("It goes into the reporter's mailbox as a message from you, before anybody decides. Say what is asked for, why, and on what basis."))}
      <div class="part-actions"><button class="primary" aria-disabled=${this.open.busy ? "true" : nothing}>${this.#waives ? gettext("Ask the custodians") : gettext("Tell the reporter and ask the custodians")}</button>
        <button type="button" class="quiet" @click=${() => { this.#toggle(); }}>${gettext("Cancel")}</button></div>
    </form>`;
  }

  #field(name: Field, label: string, rows: number, help: string): TemplateResult {
    const input = (event: Event): void => {
      this.#texts[name] = typed(event);
    };
    return html`<label for="identity-${name}">${label}</label>
      <textarea id="identity-${name}" rows=${rows} dir="auto" autocomplete="off" spellcheck="false" maxlength="4000"
        aria-describedby=${help === "" ? nothing : `identity-${name}-help`} .value=${this.#texts[name]} @input=${input}></textarea>
      ${help === "" ? nothing : html`<p class="help small" id="identity-${name}-help">${help}</p>`}`;
  }
}
