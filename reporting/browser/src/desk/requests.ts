/** What the reporter asks for, above all else until somebody answered or noted that it was dealt with. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { type Waiting, waiting } from "../client/rights.ts";
import { N_ } from "../protocol/errors.ts";
import type { Request } from "../protocol/rights.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import type { DeskCase } from "../workers/desk_api.ts";
import type { OpenCase } from "./case_context.ts";
import { typed } from "./page.ts";
import { wordsView } from "./report_view.ts";

const TITLES: Readonly<Record<Request, string>> = {
  withdraw: N_("The reporter wants to withdraw"),
  "no-acknowledgement": N_("The reporter wants no acknowledgement"),
  meeting: N_("The reporter asks for a meeting"),
  call: N_("The reporter asks for a call"),
  other: N_("The reporter asks for something"),
};

const HELP: Readonly<Record<Request, string>> = {
  withdraw: N_("Write back what follows from it. Where the law obliges you to go on, or others are in danger, say so; nothing of this may be turned against the reporter."),
  "no-acknowledgement": N_("What you sign here stands in their mailbox alone. Send nothing by any other way, and note below how you go on. While an acknowledgement is due, your note ends its deadline: the server learns that the reporter objects. The time for feedback runs on."),
  meeting: N_("Write back, or note below what came of it. Ask nothing that tells who they are."),
  call: N_("Write back, or note below what came of it. Ask nothing that tells who they are."),
  other: N_("Write back, or note below what came of it."),
};

/** Whether the reporter objects to an acknowledgement, and nobody has noted how that is kept. */
export function objects(found: DeskCase): boolean {
  return waiting(found).some(({ content }) => content.request === "no-acknowledgement");
}

/** The requests that wait; nothing where none does. */
export class RequestsPart {
  readonly #texts = new Map<string, string>();
  #fault = "";

  constructor(readonly open: OpenCase) {}

  view(): TemplateResult | typeof nothing {
    const found = waiting(this.open.found);
    if (found.length === 0) return nothing;
    return html`<section class="requests" aria-labelledby="requests-title">
      <h2 id="requests-title">${gettext("Asked for by the reporter")}</h2>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="requests-fault" tabindex="-1">${this.#fault}</p>`}
      ${found.map((one) => this.#requestView(one))}
    </section>`;
  }

  #requestView({ entry, day, content }: Waiting): TemplateResult {
    const id = `request-${entry.slice(0, 8)}`;
    const { found } = this.open;
    return html`<div class="warning" data-request=${content.request}>
      <p><strong>${gettext(TITLES[content.request])}</strong> <span class="soft">${gettext("on {day}", { day: longDay(day) })}</span></p>
      ${content.text === "" ? nothing : wordsView(content.text)}
      <p class="small">${gettext(HELP[content.request])}</p>
      ${content.request === "withdraw" && found.allowed.includes("withdrawn")
        ? html`<p class="no-print"><button type="button" @click=${() => void this.#withdraw()}>${gettext("Sign that it is withdrawn, and tell the reporter")}</button></p>`
        : nothing}
      ${found.closed !== null ? nothing : html`<form class="no-print" novalidate @submit=${(event: SubmitEvent) => { event.preventDefault(); void this.#note(entry, content.request); }}>
        <label for=${id}>${gettext("What came of it, for the team")}</label>
        <input id=${id} type="text" dir="auto" autocomplete="off" .value=${this.#texts.get(entry) ?? ""} @input=${(event: Event) => { this.#texts.set(entry, typed(event)); }}>
        <button aria-disabled=${this.open.busy ? "true" : nothing}>${gettext("Note it as dealt with")}</button></form>`}
    </div>`;
  }

  async #note(of: string, request: Request): Promise<void> {
    const text = (this.#texts.get(of) ?? "").trim();
    if (text === "") { this.#say(gettext("Say in a few words what came of it.")); return; }
    if (this.open.busy) return;
    const waives = request === "no-acknowledgement" && this.open.found.server.clocks.some(({ name, done }) => name === "acknowledge" && done === null);
    const done = waives ? gettext("Noted. The deadline of the acknowledgement has ended.") : gettext("Noted.");
    this.#say((await this.open.act((remote, id) => remote.protect(id, { type: "note-request", noted: { of, text }, waives }), done)) ?? "");
  }

  async #withdraw(): Promise<void> {
    if (this.open.busy) return;
    this.#say((await this.open.act((remote, id) => remote.changeStatus(id, "withdrawn", "", null), gettext("The case counts as withdrawn; the reporter can see it."))) ?? "");
  }

  #say(fault: string): void {
    this.#fault = fault;
    this.open.context.repaint();
    if (fault !== "") requestAnimationFrame(() => document.getElementById("requests-fault")?.focus());
  }
}
