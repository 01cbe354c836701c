/** What staff did to a case, by the server's word: times and acts, never content. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { N_ } from "../protocol/errors.ts";
import { gettext, language } from "../ui/i18n.ts";
import { statusWords } from "../ui/status_words.ts";
import type { HistoryEvent } from "../workers/desk_api.ts";
import type { OpenCase } from "./case_context.ts";

const ACTS: Readonly<Record<string, string>> = {
  "entry:add": N_("wrote something"),
  "case:status": N_("changed the status"),
  "case:grant": N_("gave access"),
  "case:epoch": N_("changed who leads or reads it"),
  "case:assign": N_("said who deals with it"),
  "case:export": N_("took it out of the desk"),
  "refusal:propose": N_("proposed to refuse protection"),
  "acknowledgement:waive": N_("noted that the reporter wants no acknowledgement"),
  "step:record": N_("recorded a step towards persons concerned"),
  "entry:remove": N_("removed something as irrelevant personal data"),
  "finding:propose": N_("proposed a finding that two sign for"),
  "danger:raise": N_("said that somebody is in danger"),
  "deadline:meet": N_("said what was done in time"),
  "measure:set": N_("said where a measure stands"),
  "identity:request": N_("asked for the reporter's identity"),
  "identity:decide": N_("decided on a request for the identity"),
  "identity:fetch": N_("took the identity file to open it"),
  "identity:withdraw": N_("withdrew a request for the identity"),
  "identity:open": N_("opened the identity and sealed it to the case"),
  "file:view": N_("viewed a file"),
  "file:download": N_("saved a file"),
  "file:delete": N_("deleted its files at the server"),
  "break-glass:open": N_("opened it at the server, outside the desk, with a key"),
};
const SHOWN = 8;

/** The list of acts. */
export class HistoryPart {
  #events: readonly HistoryEvent[] | null = null;
  #fault = "";
  #all = false;

  constructor(readonly open: OpenCase) {}

  /** Reads it from the server. */
  async load(): Promise<void> {
    const { remote, words, repaint } = this.open.context;
    try {
      this.#events = await remote.history(this.open.found.case);
      this.#fault = "";
    } catch (error) {
      this.#fault = words(error) ?? "";
    }
    repaint();
  }

  /** What was read last. */
  get events(): readonly HistoryEvent[] {
    return this.#events ?? [];
  }

  /** Shows every act, not only the latest. */
  showAll(): void {
    this.#all = true;
    this.open.context.repaint();
  }

  view(): TemplateResult {
    const events = this.#events ?? [];
    const shown = this.#all ? events : events.slice(0, SHOWN);
    return html`<section class="side-part" aria-labelledby="history-title">
      <h2 id="history-title">${gettext("History")}</h2>
      <p class="small soft">${gettext("By the server's word.")}</p>
      ${this.#fault === ""
        ? nothing
        : html`<p class="fault" role="alert">${this.#fault}</p><button type="button" @click=${() => void this.load()}>${gettext("Try again")}</button>`}
      ${this.#events !== null && events.length === 0 ? html`<p class="soft small">${gettext("Nobody has done anything yet.")}</p>` : nothing}
      <ol class="history">${shown.map((event) => this.#eventView(event))}</ol>
      ${shown.length < events.length
        ? html`<button type="button" class="quiet no-print" @click=${() => { this.showAll(); }}>${gettext("Show all {number}", { number: events.length })}</button>`
        : nothing}
    </section>`;
  }

  #eventView({ at, label, act, details }: HistoryEvent): TemplateResult {
    const known = Object.hasOwn(ACTS, act) ? ACTS[act] : undefined;
    const more = this.#detail(act, details);
    return html`<li class=${act === "break-glass:open" ? "alarming" : nothing}><time datetime=${at} class="small soft">${moment(at)}</time>
      <span><bdi>${label}</bdi> ${known === undefined ? act : gettext(known)}${more === "" ? nothing : html`: <bdi>${more}</bdi>`}</span></li>`;
  }

  #detail(act: string, details: HistoryEvent["details"]): string {
    const person = (id: unknown): string => {
      if (typeof id !== "string") return gettext("nobody");
      return this.open.found.people.find((one) => one.id === id)?.label ?? id;
    };
    if (act === "case:grant") return person(details["member"]);
    if (act === "case:assign") return person(details["to"]);
    if (act === "break-glass:open") return details["key"] === "safe" ? gettext("the one from the safe") : gettext("their own");
    const to = details["to"] ?? details["status"];
    if (act === "case:status" && typeof to === "string") return statusWords(to);
    if (act === "entry:add" && details["audience"] === "team") return gettext("for the team");
    if (act === "entry:add" && details["audience"] === "reporter") return gettext("to the reporter");
    if (act.startsWith("file:")) return this.open.found.entries.flatMap(({ files }) => files).find(({ upload }) => upload === details["upload"])?.name ?? "";
    return "";
  }
}

/** A moment as the server names it, in the page's language. */
export function moment(at: string): string {
  const found = new Date(at);
  if (Number.isNaN(found.getTime())) return at;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", calendar: "gregory" }).format(found);
}
