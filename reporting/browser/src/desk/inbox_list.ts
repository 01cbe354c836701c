/**
 * The rows of the list: of ten thousand cases only those in sight are in the document, and the one that has the
 * keyboard, wherever it is. Rows have one height, which the style sheet sets; the page itself scrolls.
 */

import { type TemplateResult, html, nothing } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";

import { shortDay, today } from "../ui/dates.ts";
import { gettext, ngettext } from "../ui/i18n.ts";
import { daysBetween } from "../protocol/encoding.ts";
import { statusWords } from "../ui/status_words.ts";
import { clockName } from "../ui/words.ts";
import type { InboxLine } from "../workers/desk_api.ts";
import { moment } from "./history.ts";
import { checked } from "./page.ts";
import { caseAddress, identityAddress } from "./router.ts";

const BEYOND = 8; // rows above and below what is in sight
const NEAR = 3; // days
const COLUMNS = 6;
const URGENT = 24 * 3_600_000; // milliseconds

/** What a row is drawn with. */
export interface RowsHost {
  readonly me: string;
  readonly titles: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly selected: ReadonlySet<string>;
  repaint(): void;
  open(id: string): void;
  select(ids: readonly string[], on: boolean): void;
}

/** The list as a grid; the arrow keys and j and k move through its rows. */
export class Rows {
  lines: readonly InboxLine[] = [];
  /** The case whose row has, or last had, the keyboard. */
  active: string | null = null;
  #from = 0;
  #to = 40;
  #height = 0;
  #listening: AbortController | null = null;

  constructor(readonly host: RowsHost) {}

  /** Begins to follow scrolling and the size of the window. */
  attach(): void {
    this.#listening?.abort();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    let waiting = false;
    const look = (): void => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        this.#measure();
      });
    };
    addEventListener("scroll", look, { passive: true, signal });
    addEventListener("resize", look, { signal });
    look();
  }

  detach(): void {
    this.#listening?.abort();
  }

  #measure(): void {
    const body = document.getElementById("case-rows");
    const probe = document.getElementById("row-probe");
    if (body === null || probe === null) return;
    const height = probe.offsetHeight;
    const above = -body.getBoundingClientRect().top;
    const from = Math.max(0, Math.floor(above / height) - BEYOND);
    const to = Math.ceil((above + innerHeight) / height) + BEYOND;
    if (from === this.#from && to === this.#to && height === this.#height) return;
    this.#from = from;
    this.#to = to;
    this.#height = height;
    this.host.repaint();
  }

  /** Moves the keyboard by `step` rows; to the first one where none had it. */
  move(step: number): void {
    if (this.lines.length === 0) return;
    const before = this.#place();
    const place = before < 0 ? 0 : Math.min(Math.max(before + step, 0), this.lines.length - 1);
    this.active = this.lines[place]?.case ?? null;
    this.host.repaint();
    this.focus();
  }

  /** Gives the keyboard to the active row, and brings it into sight. */
  focus(): void {
    requestAnimationFrame(() => {
      const row = this.active === null ? null : document.getElementById(`row-${this.active}`);
      row?.focus({ preventScroll: true });
      row?.scrollIntoView({ block: "nearest" });
    });
  }

  #place(): number {
    return this.active === null ? -1 : this.lines.findIndex((line) => line.case === this.active);
  }

  view(): TemplateResult {
    const { lines } = this;
    const place = this.#place();
    const shown = lines.slice(this.#from, this.#to).map((line, index) => ({ line, index: this.#from + index }));
    const active = lines[place];
    if (active !== undefined && place < this.#from) shown.unshift({ line: active, index: place });
    if (active !== undefined && place >= this.#to) shown.push({ line: active, index: place });
    const stop = active === undefined ? 0 : place;
    if (this.#height === 0) requestAnimationFrame(() => { this.#measure(); });
    return html`<div role="grid" class="case-grid" aria-label=${gettext("Cases")} aria-rowcount=${lines.length + 1}
        aria-colcount=${COLUMNS} aria-multiselectable="true">
      <div role="rowgroup" class="case-head">${this.#head()}</div>
      <div role="rowgroup" class="case-rows" id="case-rows" .style=${`block-size:${lines.length * this.#height}px`}>
        ${repeat(shown, ({ line }) => line.case, ({ line, index }) => this.#row(line, index, index === stop))}
      </div>
    </div>
    <div class="case-row" id="row-probe" aria-hidden="true"></div>`;
  }

  #head(): TemplateResult {
    const titles = [
      ["c-due", gettext("Due")],
      ["c-what", gettext("Report")],
      ["c-channel", gettext("Channel")],
      ["c-status", gettext("Status")],
      ["c-who visually-hidden", gettext("With")],
    ];
    return html`<div role="row" aria-rowindex="1" class="case-head-row">
      <div role="columnheader" class="c-pick"><span class="visually-hidden">${gettext("Selection")}</span>${this.#pickAll()}</div>
      ${titles.map(([name, title]) => html`<div role="columnheader" class=${name}>${title}</div>`)}
    </div>`;
  }

  /** Selects every case that the list shows, in sight or not. */
  #pickAll(): TemplateResult {
    const { host } = this;
    const ids = this.lines.filter(({ granted }) => granted).map((line) => line.case);
    const chosen = ids.filter((id) => host.selected.has(id)).length;
    return html`<input type="checkbox" aria-label=${gettext("Select all cases listed")} ?disabled=${ids.length === 0}
      .checked=${ids.length > 0 && chosen === ids.length} .indeterminate=${chosen > 0 && chosen < ids.length}
      @change=${(event: Event) => { host.select(ids, checked(event)); }} />`;
  }

  #row(line: InboxLine, index: number, stop: boolean): TemplateResult {
    const { host } = this;
    const selected = host.selected.has(line.case);
    const { state, words, about } = dueWords(line);
    const click = (event: MouseEvent): void => {
      if (event.target instanceof Element && event.target.closest("a, input, .c-pick") === null) host.open(line.case);
    };
    const pick = (event: Event): void => {
      host.select([line.case], event.target instanceof HTMLInputElement && event.target.checked);
    };
    return html`<div role="row" id="row-${line.case}" class="case-row" data-due=${state} ?data-new=${line.granted && (!line.opened || line.unreadSince !== null)}
        aria-rowindex=${index + 2} aria-selected=${selected ? "true" : "false"} tabindex=${stop ? 0 : -1}
        .style=${`inset-block-start:${index * this.#height}px`} @click=${click} @focusin=${() => { this.active = line.case; }}>
      <div role="gridcell" class="c-pick"><input type="checkbox" tabindex="-1" aria-label=${gettext("Select this case")}
        .checked=${selected} ?disabled=${!line.granted} @change=${pick} /></div>
      <div role="gridcell" class="c-due"><strong>${words}</strong> <span>${about}</span></div>
      <div role="gridcell" class="c-what">${summaryView(line)}</div>
      <div role="gridcell" class="c-channel"><bdi>${host.titles.get(line.channel) ?? line.channel}</bdi></div>
      <div role="gridcell" class="c-status" data-status=${line.status}>${statusWords(line.status)}</div>
      <div role="gridcell" class="c-who">${this.#who(line)}</div>
    </div>`;
  }

  #who({ assignee }: InboxLine): TemplateResult {
    if (assignee === null) return html`${gettext("with nobody")}`;
    if (assignee === this.host.me) return html`<strong>${gettext("with you")}</strong>`;
    return html`<bdi>${gettext("with {name}", { name: this.host.labels.get(assignee) ?? assignee })}</bdi>`;
  }
}

function summaryView(line: InboxLine): TemplateResult {
  const words = line.granted ? gettext("Not opened yet") : gettext("Identity only: the report is not yours to read");
  const marks = html`${line.danger ? html`<strong class="row-danger">${gettext("in danger")}</strong>` : nothing}
    ${line.opened && line.unreadSince !== null ? html`<strong class="row-new">${gettext("new from the reporter")}</strong>` : nothing}
    ${line.asked ? html`<span class="row-asked">${gettext("asks for something")}</span>` : nothing}
    ${line.draft ? html`<span class="row-draft">${gettext("draft")}</span>` : nothing}
    ${line.tags.map((tag) => html`<bdi class="tag" translate="no">${tag}</bdi>`)}
    <span class="row-received">${gettext("received {day}", { day: shortDay(line.received) })}</span>
    <span class="row-id code">${line.case.slice(0, 8)}</span>`;
  if (!line.granted) return html`<a class="row-summary soft" tabindex="-1" href=${identityAddress(line.case)}>${words}</a><span class="row-marks">${marks}</span>`;
  const has = line.summary !== "";
  return html`<a class="row-summary ${has ? "" : "row-unread"}" tabindex="-1" href=${caseAddress(line.case)} dir=${has ? "auto" : nothing} translate=${has ? "no" : nothing}>
      ${has ? line.summary : words}</a><span class="row-marks">${marks}</span>`;
}

interface Due {
  readonly state: "late" | "near" | "later" | "none";
  readonly words: string;
  readonly about: string;
}

/** Until when staff have to act, to the hour. */
function urgentWords(until: string, danger: boolean): Due {
  const late = Date.parse(until) < Date.now();
  const near = danger || Date.parse(until) - Date.now() < URGENT;
  const words = late ? gettext("time ran out") : gettext("to act now");
  const calm = gettext("staff’s own deadline");
  return { state: late ? "late" : near ? "near" : "later", words: late || near ? words : calm, about: gettext("by {time}", { time: moment(until) }) };
}

/** What is due next, in words: how late or how soon, and what. */
export function dueWords(line: Pick<InboxLine, "nextDue" | "clocks" | "status" | "danger" | "urgent" | "unreadSince">, now: string = today()): Due {
  const { nextDue } = line;
  if (line.urgent !== null && (nextDue === null || line.urgent.slice(0, 10) <= nextDue)) return urgentWords(line.urgent, line.danger);
  if (nextDue === null && line.unreadSince !== null) return { state: "near", words: gettext("to be read"), about: gettext("since {day}", { day: shortDay(line.unreadSince) }) };
  if (nextDue === null) return { state: "none", words: gettext("nothing due"), about: "" };
  const clock = line.clocks.find(({ due, done }) => done === null && due === nextDue);
  const about = clock === undefined ? shortDay(nextDue) : gettext("{day}, {name}", { day: shortDay(nextDue), name: clockName(clock.name) });
  const days = daysBetween(now, nextDue);
  if (days < 0) return { state: "late", words: ngettext("one day overdue", "{number} days overdue", -days), about };
  if (days === 0) return { state: "near", words: gettext("due today"), about };
  const words = days === 1 ? gettext("due tomorrow") : gettext("due in {number} days", { number: days });
  return { state: days <= NEAR ? "near" : "later", words, about };
}

