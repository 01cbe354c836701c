/** A finding that two sign for: what a colleague proposed, and confirming it. And choosing what was found. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { Refusal } from "../client/shown.ts";
import { FINDINGS } from "../protocol/thread_types.ts";
import { foundHelp, foundWords } from "../ui/found_words.ts";
import { gettext } from "../ui/i18n.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { wordsView } from "./report_view.ts";

/** The field to choose what was found; those of `left` are left out. */
export function findingField(chosen: string, choose: (event: Event) => void, left: readonly string[]): TemplateResult {
  return html`<label for="status-finding">${gettext("What was found")}</label>
    <select id="status-finding" aria-describedby="finding-help" @change=${choose}>
      <option value="" ?selected=${chosen === ""}>${gettext("no finding")}</option>
      ${FINDINGS.filter((one) => !left.includes(one)).map((one) => html`<option value=${one} ?selected=${chosen === one}>${foundWords(one)}</option>`)}
    </select>
    <p class="help small" id="finding-help">${foundHelp(chosen)}</p>`;
}

/** The part of a report of which a finding was proposed; nothing in others. */
export class FindingPart {
  #fault = "";

  constructor(readonly open: OpenCase) {}

  view(): TemplateResult | typeof nothing {
    const proposed = this.open.found.findings.find(({ state }) => state === "proposed");
    if (proposed === undefined) return nothing;
    return html`<section class="side-part finding" aria-labelledby="finding-title">
      <h2 id="finding-title">${gettext("A finding waits")}</h2>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="finding-fault" tabindex="-1">${this.#fault}</p>`}
      ${this.#proposalView(proposed)}
    </section>`;
  }

  #proposalView({ id, entry, by }: Refusal): TemplateResult {
    const shown = this.open.found.entries.find((one) => one.id === entry);
    const content = shown?.content?.type === "proposal" && shown.author?.id === by ? shown.content : null;
    if (content === null || content.finding === "") {
      return html`<p class="warning">${gettext("A finding is proposed by the server's word, and its reasons are not here, or not authentic.")}</p>`;
    }
    const mine = shown?.author?.mine === true;
    return html`<div class="note proposal"><p><strong>${gettext("{name} proposes to find: {finding}", { name: shown?.author?.label ?? by, finding: foundWords(content.finding) })}</strong></p>
      ${wordsView(content.reason)}
      ${mine
        ? html`<p>${gettext("Somebody else has to confirm it. Until then the reporter is told nothing.")}</p>`
        : html`<p class="small soft">${gettext("If you do not agree, change the status otherwise: that ends the proposal.")}</p>
          <p class="no-print"><button type="button" class="danger" @click=${() => void this.#confirm(id)}>${gettext("Confirm the finding")}</button></p>`}</div>`;
  }

  async #confirm(finding: string): Promise<void> {
    const body = gettext("The case is closed. The reporter gets these reasons, signed by you. It may harm them: confirm it only if you have looked at the facts yourself.");
    if (this.open.busy || (await ask({ title: gettext("Confirm the finding?"), body, yes: gettext("Confirm the finding"), danger: true })) === null) return;
    const done = gettext("The finding is confirmed and the case closed; the reporter can see it.");
    this.#fault = (await this.open.act((remote, id) => remote.protect(id, { type: "confirm-finding", finding }), done)) ?? "";
    this.open.context.repaint();
    if (this.#fault !== "") requestAnimationFrame(() => document.getElementById("finding-fault")?.focus());
  }
}
