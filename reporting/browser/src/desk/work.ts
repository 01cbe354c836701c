/** What waits for a protection officer: in danger, overdue, today, at risk, later; a calendar; the load per officer. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, ngettext } from "../ui/i18n.ts";
import { statusWords } from "../ui/status_words.ts";
import type { Load, Work, WorkItem } from "../workers/work_api.ts";
import { dueWords } from "./inbox_list.ts";
import { type Context, type Page, checked, typed } from "./page.ts";
import { caseAddress } from "./router.ts";
import { WorkCalendar } from "./work_calendar.ts";
import { SECTIONS, type Section, itemName, kindName, sectionTitle } from "./work_words.ts";

const SHOWN = { danger: 40, overdue: 40, today: 40, "at-risk": 40, later: 15 }; // of a section, before the rest is asked for

/** The page. */
export class WorkPage implements Page {
  #found: Work | null = null;
  #arrived = 0;
  #fault = "";
  #kind = "";
  #mine = false;
  readonly #whole = new Set<Section>();
  readonly #calendar: WorkCalendar;
  readonly #labels: ReadonlyMap<string, string>;

  constructor(readonly context: Context) {
    this.#calendar = new WorkCalendar(context.repaint, (id) => this.#nameOf(id));
    this.#labels = new Map(context.session.people.map(({ id, label }) => [id, label]));
  }

  get title(): string {
    return gettext("Protection work");
  }

  get keys(): readonly (readonly [string, string])[] {
    return [
      ["p", gettext("the month before")],
      ["n", gettext("the month after")],
      ["t", gettext("this month")],
    ];
  }

  key({ key }: KeyboardEvent): boolean {
    const step = { p: -1, n: 1, t: null }[key];
    if (this.#found === null || step === undefined) return false;
    this.#calendar.move(step, this.#found.today);
    return true;
  }

  entered(): void {
    void this.#load();
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>("main h1")?.focus();
    });
  }

  async #load(): Promise<void> {
    const { context } = this;
    this.#fault = "";
    this.#arrived = 0;
    context.repaint();
    try {
      // What cases are called is in cards, which the list brings; nothing here waits for it.
      if (context.list.stale) context.list.load(context.remote, context.repaint).catch((error: unknown) => { this.#told(error); });
      this.#found = await context.remote.work((items) => {
        this.#arrived = items;
        context.repaint();
      });
    } catch (error) {
      this.#told(error);
    }
    context.repaint();
  }

  #told(error: unknown): void {
    this.#fault = this.context.words(error) ?? "";
    this.context.repaint();
  }

  #nameOf(id: string): string {
    return this.context.list.line(id)?.summary ?? "";
  }

  view(): TemplateResult {
    const found = this.#found;
    return html`<div class="work">
      <header class="work-head"><h1 tabindex="-1">${gettext("Protection work")}</h1>
        <button type="button" class="quiet no-print" @click=${() => void this.#load()}>${gettext("Refresh")}</button></header>
      ${this.#fault === "" ? nothing : html`<div class="fault" role="alert"><p>${this.#fault}</p><button type="button" @click=${() => void this.#load()}>${gettext("Try again")}</button></div>`}
      ${found === null ? html`<p role="status">${this.#fault === "" ? this.#waitWords() : ""}</p>` : this.#foundView(found)}
    </div>`;
  }

  #waitWords(): string {
    return this.#arrived === 0 ? gettext("Looking for what waits …") : ngettext("One thing so far …", "{number} things so far …", this.#arrived);
  }

  #foundView(found: Work): TemplateResult {
    const { member } = this.context.session;
    const items = found.items.filter((one) => (this.#kind === "" || one.kind === this.#kind) && (!this.#mine || one.assignee === member));
    const sections = SECTIONS.map((section) => [section, items.filter((one) => sectionOf(one) === section)] as const).filter(([, some]) => some.length > 0);
    const said = found.items.length === items.length ? ngettext("One thing waits.", "{number} things wait.", items.length) : gettext("{shown} of {all} things that wait.", { shown: items.length, all: found.items.length });
    return html`<p class="lead-line">${gettext("Of the cases that you can read, and no others. Nothing was opened for it.")} <span class="soft">${gettext("By the server's word.")}</span></p>
      ${found.items.length === 0 ? html`<div class="empty"><h2>${gettext("Nothing waits")}</h2><p>${gettext("Nothing is due in your cases now.")}</p></div>`
        : html`${this.#filterView(found)}<p class="work-said" role="status">${said}${found.more ? html` ${gettext("There is more than is listed here; the nearest come first.")}` : nothing}</p>
          ${sections.length === 0 ? html`<div class="empty"><h2>${gettext("Nothing matches")}</h2><p>${gettext("Nothing that waits fits what you chose to see.")}</p></div>` : sections.map(([section, some]) => this.#sectionView(section, some, found.today))}
          ${this.#calendar.view(items, found.today)}`}
      ${loadView(found.load)}`;
  }

  #filterView({ items }: Work): TemplateResult {
    const kinds = [...new Set(items.map(({ kind }) => kind))];
    const choose = (event: Event): void => { this.#kind = typed(event); this.context.repaint(); };
    const own = (event: Event): void => { this.#mine = checked(event); this.context.repaint(); };
    return html`<div class="work-filter no-print">
      <label for="work-kind">${gettext("Show")}</label>
      <select id="work-kind" @change=${choose}>
        <option value="" ?selected=${this.#kind === ""}>${gettext("everything")}</option>
        ${kinds.map((kind) => html`<option value=${kind} ?selected=${this.#kind === kind}>${kindName(kind)}</option>`)}
      </select>
      <label class="choice"><input type="checkbox" id="work-mine" .checked=${this.#mine} @change=${own} /> <span>${gettext("Only cases that I deal with")}</span></label>
    </div>`;
  }

  #sectionView(section: Section, items: readonly WorkItem[], today: string): TemplateResult {
    const whole = this.#whole.has(section) || items.length <= SHOWN[section];
    const all = (): void => { this.#whole.add(section); this.context.repaint(); };
    return html`<section class="work-part" data-section=${section} aria-labelledby="work-${section}">
      <h2 id="work-${section}">${sectionTitle(section)} <span class="work-count">${items.length}</span></h2>
      <ul class="work-list">${(whole ? items : items.slice(0, SHOWN[section])).map((item) => this.#itemView(item, today))}</ul>
      ${whole ? nothing : html`<button type="button" class="no-print" @click=${all}>${gettext("Show all {number}", { number: items.length })}</button>`}
    </section>`;
  }

  #itemView(item: WorkItem, today: string): TemplateResult {
    const name = this.#nameOf(item.case);
    const instant = item.due.length > 10;
    const due = dueWords({ nextDue: instant ? null : item.due, urgent: instant ? item.due : null, clocks: [], status: item.status, danger: item.danger, unreadSince: null }, today);
    return html`<li class="work-item" data-state=${item.state} data-kind=${item.kind} data-name=${item.name}>
      <span class="work-due"><strong>${due.words}</strong> <span>${due.about}</span></span>
      <span class="work-what"><span class="work-name">${itemName(item)}</span>
        <a href=${caseAddress(item.case)} dir=${name === "" ? nothing : "auto"} translate=${name === "" ? nothing : "no"}>${name === "" ? gettext("Case {number}", { number: item.case.slice(0, 8) }) : name}</a></span>
      <span class="work-marks">${item.danger ? html`<strong class="row-danger">${gettext("in danger")}</strong>` : nothing}
        <span>${statusWords(item.status)}</span> <span>${this.#who(item)}</span> <span class="row-id code">${item.case.slice(0, 8)}</span></span>
    </li>`;
  }

  #who({ kind, assignee, by }: WorkItem): TemplateResult | string {
    const { member } = this.context.session;
    if (kind === "refusal" && by !== null) return by === member ? gettext("you proposed it: somebody else has to confirm") : html`<bdi>${gettext("proposed by {name}", { name: this.#labels.get(by) ?? by })}</bdi>`;
    if (kind === "measure" && by !== null) return by === member ? gettext("you answer for it") : html`<bdi>${gettext("{name} answers for it", { name: this.#labels.get(by) ?? by })}</bdi>`;
    if (assignee === null) return gettext("with nobody");
    return assignee === member ? html`<strong>${gettext("with you")}</strong>` : html`<bdi>${gettext("with {name}", { name: this.#labels.get(assignee) ?? assignee })}</bdi>`;
  }
}

function sectionOf(item: WorkItem): Section {
  return item.name === "danger" ? "danger" : item.state;
}

function loadView(load: readonly Load[]): TemplateResult | typeof nothing {
  if (load.length === 0) return nothing;
  const most = Math.max(1, ...load.map(({ open }) => open));
  const bar = (number: number): TemplateResult => html`<span class="load-bar" aria-hidden="true" .style=${`inline-size:${(100 * number) / most}%`}></span>`;
  return html`<div class="table-frame"><table class="counts load">
    <caption>${gettext("Load per officer")}</caption>
    <thead><tr><th scope="col">${gettext("Who deals with it")}</th><th scope="col">${gettext("Open")}</th><th scope="col">${gettext("Late")}</th></tr></thead>
    <tbody>${load.map((one) => html`<tr><th scope="row"><bdi>${one.id === "" ? gettext("nobody") : one.label}</bdi>${bar(one.open)}</th>
      <td>${one.open}</td><td data-count="overdue" ?data-none=${one.overdue === 0}>${one.overdue}</td></tr>`)}</tbody>
  </table></div>
  <p class="small soft">${gettext("Counted are open protection cases that you can read, by who deals with them.")}</p>`;
}
