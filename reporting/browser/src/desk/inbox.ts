/** The inbox: the member's cases, the nearest due first, with filters, search and selection. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { today } from "../ui/dates.ts";
import { gettext, ngettext } from "../ui/i18n.ts";
import type { InboxLine } from "../workers/desk_api.ts";
import { BulkBar } from "./bulk.ts";
import { EndedCovers } from "./ended_covers.ts";
import { filterView } from "./filter_view.ts";
import { type Counts, type Filters, NONE, count, isFiltered, matches } from "./filters.ts";
import { FirstOpening } from "./first_opening.ts";
import { Rows } from "./inbox_list.ts";
import { type Context, type Page, typed } from "./page.ts";
import { type Way, caseAddress } from "./router.ts";

const PAGE = 10; // rows that Page Up and Page Down move by

/** The list of cases. */
export class InboxPage implements Page {
  readonly #rows: Rows;
  readonly #bulk: BulkBar;
  readonly #opening: FirstOpening;
  readonly #covers: EndedCovers;
  readonly #titles: ReadonlyMap<string, string>;
  #filters: Filters = NONE;
  #query = "";
  #found: readonly string[] | null = null;
  #asked = 0;
  #selected: ReadonlySet<string> = new Set();
  #fault = "";
  #counts: Counts | null = null;
  #computed = "";

  constructor(readonly context: Context) {
    const { session, repaint } = context;
    this.#titles = new Map(session.titles.map(({ id, title }) => [id, title]));
    this.#rows = new Rows({
      me: session.member,
      titles: this.#titles,
      labels: new Map(session.people.map(({ id, label }) => [id, label])),
      ...{ repaint, open: (id) => { this.#open(id); }, select: (ids, on) => { this.#select(ids, on); } },
      selected: this.#selected,
    });
    this.#bulk = new BulkBar(context, () => { this.#setSelected(new Set()); });
    this.#opening = new FirstOpening(context, () => void this.#load());
    this.#covers = new EndedCovers(context);
  }

  get title(): string {
    return gettext("Cases");
  }

  get keys(): readonly (readonly [string, string])[] {
    return [
      ["j ↓", gettext("the next case")],
      ["k ↑", gettext("the case before")],
      ["Enter", gettext("open the case")],
      ["x", gettext("select the case, or no longer")],
      ["/", gettext("search")],
      ["Escape", gettext("leave the search field; clear the selection")],
    ];
  }

  entered(way: Way): void {
    this.#rows.attach();
    void this.#covers.load();
    if (this.context.list.stale) void this.#load();
    else if (this.#query !== "") void this.#search(this.#query);
    if (way === "back" || this.#rows.active !== null) this.#rows.focus();
    else requestAnimationFrame(() => { document.querySelector("h1")?.focus(); });
  }

  left(): Promise<void> {
    this.#rows.detach();
    return Promise.resolve();
  }

  async #load(): Promise<void> {
    const { list, remote, repaint, words } = this.context;
    this.#fault = "";
    try {
      await list.load(remote, repaint);
      if (this.#query !== "") await this.#search(this.#query);
    } catch (error) {
      this.#fault = words(error) ?? "";
    }
    repaint();
  }

  async #search(query: string): Promise<void> {
    this.#query = query;
    const asked = ++this.#asked;
    if (query.trim() === "") {
      this.#found = null;
      this.context.repaint();
      return;
    }
    try {
      const found = await this.context.remote.search(query);
      if (asked !== this.#asked) return;
      this.#found = found;
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
    }
    this.context.repaint();
  }

  #open(id: string): void {
    this.#rows.active = id;
    if (this.context.list.line(id)?.granted === true) this.context.go(caseAddress(id));
  }

  #select(ids: readonly string[], on: boolean): void {
    const selected = new Set(this.#selected);
    for (const id of ids) {
      if (on) selected.add(id);
      else selected.delete(id);
    }
    this.#setSelected(selected);
  }

  #setSelected(selected: ReadonlySet<string>): void {
    this.#selected = selected;
    (this.#rows.host as { selected: ReadonlySet<string> }).selected = selected;
    this.context.repaint();
  }

  key(event: KeyboardEvent): boolean {
    const moves: Readonly<Record<string, number>> = {
      ...{ j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE },
      ...{ Home: -Infinity, End: Infinity },
    };
    const step = moves[event.key];
    const inGrid = event.target instanceof Element && event.target.closest("#case-rows") !== null;
    if (step !== undefined) {
      if (event.key.length > 1 && !inGrid) return false;
      this.#rows.move(step);
      return true;
    }
    return this.#otherKey(event.key, inGrid);
  }

  #otherKey(key: string, inGrid: boolean): boolean {
    const { active } = this.#rows;
    if (key === "/") document.getElementById("search")?.focus();
    else if (key === "Enter" && inGrid && active !== null) this.#open(active);
    else if ((key === "x" || (key === " " && inGrid)) && active !== null) this.#pick(active);
    else if (key === "Escape" && this.#selected.size > 0) this.#setSelected(new Set());
    else return false;
    return true;
  }

  #pick(id: string): void {
    if (this.context.list.line(id)?.granted === true) this.#select([id], !this.#selected.has(id));
  }

  /** Brings rows and counts up to date, where list, filters or search have changed. */
  #compute(): Counts {
    const { list, session } = this.context;
    const now = today();
    const key = JSON.stringify([list.version, this.#asked, this.#found?.length ?? -1, now, [...this.#filters.marks], [...this.#filters.statuses], [...this.#filters.channels]]);
    if (this.#counts !== null && key === this.#computed) return this.#counts;
    this.#computed = key;
    const isShown = (line: InboxLine): boolean => matches(line, this.#filters, session.member, now);
    const lines = this.#found === null ? list.lines : this.#found.flatMap((id) => list.line(id) ?? []);
    this.#rows.lines = lines.filter(isShown);
    this.#counts = count(list.lines, session.member, now);
    return this.#counts;
  }

  view(): TemplateResult {
    const counts = this.#compute();
    const change = (filters: Filters): void => {
      this.#filters = filters;
      this.context.repaint();
    };
    return html`<div class="inbox">
      <header class="inbox-head">
        <h1 tabindex="-1">${gettext("Cases")}</h1>
        ${this.#dueView(counts)}
        ${this.#searchView()}
      </header>
      <aside class="inbox-side" aria-label=${gettext("Filters")}>
        ${filterView({ filters: this.#filters, counts, titles: this.#titles, changed: change })}
      </aside>
      <section class="inbox-list" aria-label=${gettext("List of cases")}>
        ${this.#fault === "" ? nothing : this.#faultView()}
        ${this.#covers.view()}
        ${this.#opening.view(counts.marks.unopened)}
        ${this.#stateView(counts)}
        ${this.#rows.lines.length === 0 ? this.#emptyView(counts) : this.#rows.view()}
      </section>
      ${this.#bulk.view(this.#selected)}
    </div>`;
  }

  #dueView({ marks, soon }: Counts): TemplateResult {
    const late =
      marks.overdue === 0
        ? html`<span class="due-none">${soon === 0 ? gettext("Nothing is overdue, or due within seven days.") : gettext("Nothing is overdue.")}</span>`
        : html`<strong class="due-late">${ngettext("One case is overdue.", "{number} cases are overdue.", marks.overdue)}</strong>`;
    const near = nearWords(marks.overdue > 0, soon);
    return html`<p class="inbox-due">${this.context.list.complete ? html`${late} <span>${near}</span>` : nothing}</p>`;
  }

  #searchView(): TemplateResult {
    const input = (event: Event): void => void this.#search(typed(event));
    return html`<div class="inbox-search">
      <label for="search" class="visually-hidden">${gettext("Search in your cases")}</label>
      <input id="search" type="search" autocomplete="off" spellcheck="false" maxlength="200" .value=${this.#query}
        placeholder=${gettext("Search in your cases")} @input=${input} />
      <button type="button" class="quiet" @click=${() => void this.#load()}>${gettext("Refresh")}</button>
    </div>`;
  }

  /** How many show, or have arrived so far: said to screen readers as it changes. */
  #stateView({ all }: Counts): TemplateResult {
    const { arriving, complete } = this.context.list;
    const shown = this.#rows.lines.length;
    let words = "";
    if (arriving !== null && !complete) words = gettext("Listing your cases: {number} so far …", { number: arriving });
    else if (this.#found !== null && shown === 0) words = gettext("Nothing found.");
    else if (this.#found !== null) words = ngettext("One case found, the best match first.", "{number} cases found, the best match first.", shown);
    else if (isFiltered(this.#filters)) words = gettext("{shown} of {all} cases.", { shown, all });
    else if (all > 0) words = ngettext("One case.", "{number} cases, the nearest due first.", all);
    return html`<p class="inbox-state" role="status">${words}</p>`;
  }

  #faultView(): TemplateResult {
    return html`<div class="fault" role="alert"><p>${this.#fault}</p>
      <button type="button" @click=${() => void this.#load()}>${gettext("Try again")}</button></div>`;
  }

  #emptyView({ all }: Counts): TemplateResult | typeof nothing {
    const { complete } = this.context.list;
    if (!complete) return nothing;
    if (all === 0) {
      return html`<div class="empty"><h2>${gettext("No cases")}</h2>
        <p>${gettext("Nothing has been reported on your channels, or passed on to you. New reports show here by themselves when you come back or refresh.")}</p></div>`;
    }
    const clear = (): void => {
      this.#filters = NONE;
      void this.#search("");
    };
    return html`<div class="empty"><h2>${gettext("Nothing matches")}</h2>
      <p>${gettext("No case fits the filters and the words you search for. Cases that you never opened cannot be searched.")}</p>
      <button type="button" class="primary" @click=${clear}>${gettext("Clear filters and search")}</button></div>`;
  }
}

/** What is due soon, after what is `late`. */
function nearWords(late: boolean, soon: number): string {
  if (!late) return soon === 0 ? "" : ngettext("One is due within seven days.", "{number} are due within seven days.", soon);
  return soon === 0 ? gettext("Nothing more within seven days.") : ngettext("One more is due within seven days.", "{number} more are due within seven days.", soon);
}
