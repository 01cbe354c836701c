/** What presses in a protection case: danger, hours of staff, a refusal that somebody has to confirm, a contest. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { Act } from "../client/protection.ts";
import type { Refusal, StaffClock } from "../client/shown.ts";
import { N_ } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";
import type { DeskCase } from "../workers/desk_api.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { moment } from "./history.ts";
import { wordsView } from "./report_view.ts";

const HOURS: Readonly<Record<string, string>> = {
  danger: N_("Danger: somebody acts"),
  triage: N_("A first look, told to the reporter"),
  assessment: N_("The risk is assessed"),
  interim: N_("What helps at once is decided"),
};

/** What those say who say that it was done; what is not here is met by the status. */
const DONE: Readonly<Record<string, string>> = {
  danger: N_("Somebody has acted"),
  interim: N_("It is decided"),
};

/** The reporter's answer that contests the last decision, whatever followed it; null where there is none. */
export function contestOf(found: DeskCase): { readonly text: string } | null {
  const answers = found.entries.flatMap(({ content }) => (content?.type === "answer" && content.decision === found.decision?.entry ? [content] : []));
  const last = answers.at(-1);
  return last === undefined || last.accepts ? null : last;
}

/** The part of a protection case; nothing in others, whose only hours stand with the risk. */
export class ProtectionPart {
  #fault = "";

  constructor(readonly open: OpenCase) {}

  view(): TemplateResult | typeof nothing {
    const { found } = this.open;
    if (found.protection === null || found.kind !== "protection") return nothing;
    const { clocks, refusals } = found.protection;
    const open = refusals.find(({ state }) => state === "proposed");
    const danger = clocks.some(({ name, done }) => name === "danger" && done === null);
    return html`<section class="side-part protection" aria-labelledby="protection-title">
      <h2 id="protection-title">${gettext("Protection")}</h2>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="protection-fault" tabindex="-1">${this.#fault}</p>`}
      ${danger ? html`<p class="warning"><strong>${gettext("Somebody is in danger.")}</strong></p>` : nothing}
      ${this.#contestView()}
      ${open === undefined ? nothing : this.#refusalView(open)}
      <ul class="clocks">${clocks.map((clock) => this.#clockView(clock))}</ul>
      ${found.officer && !danger ? this.#raiseView() : nothing}
    </section>`;
  }

  async #act(act: Act, done: string): Promise<void> {
    if (this.open.busy) return;
    this.#fault = (await this.open.act((remote, id) => remote.protect(id, act), done)) ?? "";
    this.open.context.repaint();
    if (this.#fault !== "") requestAnimationFrame(() => document.getElementById("protection-fault")?.focus());
  }

  #clockView({ name, due, done }: StaffClock): TemplateResult {
    const late = Date.parse(done ?? new Date().toISOString()) > Date.parse(due);
    const words = gettext(HOURS[name] ?? name);
    const tell = DONE[name];
    const state = done === null ? (late ? "overdue" : "due") : late ? "done-late" : "done";
    const told = done === null ? gettext("{what}: by {time}", { what: words, time: moment(due) }) : gettext("{what}: done {time}", { what: words, time: moment(done) });
    const press = (): void => void this.#act({ type: "done", name }, gettext("Noted."));
    return html`<li data-clock=${state} data-hours=${name}>${told}
      ${done !== null || tell === undefined || !this.open.found.officer ? nothing : html` <button type="button" class="quiet no-print" @click=${press}>${gettext(tell)}</button>`}</li>`;
  }

  #raiseView(): TemplateResult {
    const press = (): void => void this.#act({ type: "danger" }, gettext("This case now comes first, and the hours to act in have begun."));
    return html`<p class="no-print"><button type="button" @click=${press}>${gettext("Somebody is in danger")}</button></p>`;
  }

  #contestView(): TemplateResult | typeof nothing {
    const contest = contestOf(this.open.found);
    if (contest === null || !this.open.found.allowed.includes("appealed")) return nothing;
    const done = gettext("The case is contested; the reporter can see it.");
    const press = async (): Promise<void> => {
      this.#fault = (await this.open.act((remote, id) => remote.changeStatus(id, "appealed", "", null), done)) ?? "";
      this.open.context.repaint();
    };
    return html`<div class="warning"><p><strong>${gettext("The reporter contests the decision.")}</strong></p>
      ${contest.text === "" ? nothing : wordsView(contest.text)}
      <p class="no-print"><button type="button" @click=${() => void press()}>${gettext("Look at it again, and tell the reporter")}</button></p></div>`;
  }

  #refusalView({ id, entry, by }: Refusal): TemplateResult {
    const { found } = this.open;
    const shown = found.entries.find((one) => one.id === entry);
    const content = shown?.content?.type === "proposal" && shown.author?.id === by ? shown.content : null;
    if (content === null) return html`<p class="warning">${gettext("A refusal is proposed by the server's word, and its reasons are not here, or not authentic.")}</p>`;
    const mine = shown?.author?.mine === true;
    const press = async (): Promise<void> => {
      const body = gettext("The reporter gets these reasons, signed by you, and can contest the decision.");
      if ((await ask({ title: gettext("Confirm the refusal?"), body, yes: gettext("Confirm the refusal"), danger: true })) === null) return;
      await this.#act({ type: "confirm", refusal: id }, gettext("The refusal is confirmed; the reporter can see it."));
    };
    return html`<div class="note proposal"><p><strong>${gettext("{name} proposes to refuse:", { name: shown?.author?.label ?? by })}</strong></p>
      ${wordsView(content.reason)}
      <p class="small soft">${gettext("How to contest it:")}</p>${wordsView(content.appeal)}
      ${mine
        ? html`<p>${gettext("Somebody else has to confirm it. Until then the reporter is told nothing.")}</p>`
        : found.officer
          ? html`<p class="no-print"><button type="button" class="danger" @click=${() => void press()}>${gettext("Confirm the refusal")}</button></p>`
          : nothing}</div>`;
  }
}
