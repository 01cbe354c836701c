/** Counts by channel and person, without opening anything; and the page for addresses that are none. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import type { Overview, OverviewRow } from "../workers/desk_api.ts";
import type { Context, Page } from "./page.ts";
import { mayLead } from "./roles.ts";
import { COVER, HANDOVER, INBOX } from "./router.ts";

type Count = "overdue" | "neverOpened" | "open" | "closed";

/** For leads and auditors: what is late, what was never opened. */
export class OverviewPage implements Page {
  #found: Overview | null = null;
  #fault = "";

  constructor(readonly context: Context) {}

  get title(): string {
    return gettext("Overview");
  }

  entered(): void {
    void this.#load();
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>("main h1")?.focus();
    });
  }

  async #load(): Promise<void> {
    this.#fault = "";
    try {
      this.#found = await this.context.remote.overview();
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
    }
    this.context.repaint();
  }

  view(): TemplateResult {
    const found = this.#found;
    return html`<div class="overview">
      <h1 tabindex="-1">${gettext("Overview")}</h1>
      ${this.#fault === ""
        ? nothing
        : html`<div class="fault" role="alert"><p>${this.#fault}</p><button type="button" @click=${() => void this.#load()}>${gettext("Try again")}</button></div>`}
      ${found === null ? html`<p role="status">${this.#fault === "" ? gettext("Counting …") : ""}</p>` : foundView(found)}
      ${mayLead(this.context.session.roles) ? html`<ul class="no-print">
            <li><a href=${COVER}>${gettext("Leave cover: let a colleague stand in for you")}</a></li>
            <li><a href=${HANDOVER}>${gettext("Hand cases over, when you leave for good")}</a></li></ul>` : nothing}
    </div>`;
  }
}

function foundView({ scope, channels, people }: Overview): TemplateResult {
  const words =
    scope === "all"
      ? gettext("Every case of this site is counted, but for channels on which you have or had a role yourself: of those, only what was given to you. Nothing was opened for it.")
      : gettext("Counted are the cases that you can read, and no others. Nothing was opened for it.");
  return html`<p class="lead-line">${words} ${scope === "all" ? gettext("What came in today and was not given to you is counted tomorrow.") : ""} <span class="soft">${gettext("By the server's word.")}</span></p>
    ${channels.length === 0
      ? html`<div class="empty"><h2>${gettext("Nothing to count")}</h2><p>${gettext("There is no case among those that you may count.")}</p></div>`
      : html`${tallyView(channels)} ${tableView(gettext("By channel"), gettext("Channel"), channels)} ${tableView(gettext("By person"), gettext("Who deals with it"), people)}`}`;
}

function sum(rows: readonly OverviewRow[], name: Count): number {
  return rows.reduce((total, row) => total + row[name], 0);
}

function tallyView(rows: readonly OverviewRow[]): TemplateResult {
  const one = (name: Count, words: string): TemplateResult => {
    const number = sum(rows, name);
    return html`<div class="tally" data-count=${name} ?data-none=${number === 0}><dd>${number}</dd><dt>${words}</dt></div>`;
  };
  return html`<dl class="tallies">${one("overdue", gettext("late"))} ${one("neverOpened", gettext("never opened"))}
    ${one("open", gettext("open"))} ${one("closed", gettext("closed"))}</dl>`;
}

function tableView(caption: string, first: string, rows: readonly OverviewRow[]): TemplateResult {
  const cell = (name: Count, number: number): TemplateResult => html`<td data-count=${name} ?data-none=${number === 0}>${number}</td>`;
  const cells = (row: OverviewRow): TemplateResult =>
    html`${cell("overdue", row.overdue)}${cell("neverOpened", row.neverOpened)}${cell("open", row.open)}${cell("closed", row.closed)}`;
  return html`<div class="table-frame"><table class="counts">
    <caption>${caption}</caption>
    <thead><tr><th scope="col">${first}</th><th scope="col">${gettext("Late")}</th><th scope="col">${gettext("Never opened")}</th>
      <th scope="col">${gettext("Open")}</th><th scope="col">${gettext("Closed")}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row"><bdi>${row.id === "" ? gettext("nobody") : row.label}</bdi></th>${cells(row)}</tr>`)}</tbody>
    <tfoot><tr><th scope="row">${gettext("All")}</th>${cell("overdue", sum(rows, "overdue"))}${cell("neverOpened", sum(rows, "neverOpened"))}${cell("open", sum(rows, "open"))}${cell("closed", sum(rows, "closed"))}</tr></tfoot>
  </table></div>`;
}

/** An address that shows nothing, or roles that open no part of the desk. */
export class NowherePage implements Page {
  constructor(readonly wrongAddress: boolean) {}

  get title(): string {
    return this.wrongAddress ? gettext("Nothing here") : gettext("No cases for your roles");
  }

  view(): TemplateResult {
    return html`<div class="empty"><h1 tabindex="-1">${this.title}</h1>
      ${this.wrongAddress
        ? html`<p>${gettext("The desk has no page at this address.")}</p><p><a href=${INBOX}>${gettext("To the cases")}</a></p>`
        : html`<p>${gettext("Your roles give you no cases to work on. If that is wrong, ask whoever administers the service.")}</p>`}
    </div>`;
  }
}
