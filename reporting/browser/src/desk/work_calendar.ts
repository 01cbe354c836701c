/** A month of what is due: a table where there is room for one, else a list of the days on which something is. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { longDay } from "../ui/dates.ts";
import { gettext, language, ngettext } from "../ui/i18n.ts";
import type { WorkItem } from "../workers/work_api.ts";
import { caseAddress } from "./router.ts";
import { itemName, workState } from "./work_words.ts";

const DAYS = 7;
const MONDAY = Date.UTC(2024, 0, 1);
const DAY = 86_400_000; // milliseconds
/** By language, how many days before Monday its week begins; the others begin theirs on Monday (CLDR, and ISO 8601 for English). */
const BEFORE_MONDAY: Readonly<Record<string, number>> = { ar: 2 };
const SHOWN = 3; // of a day, before the rest is folded

/** The months that can be looked at are counted from the year 0. */
export function monthOf(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

/** The first day of some week, as it begins in a language. */
function weekStart(spoken: string): number {
  return MONDAY - (BEFORE_MONDAY[spoken] ?? 0) * DAY;
}

/** The weeks of a month as a language begins them; what is of other months is null. */
export function weeksOf(month: number, spoken: string = language): (string | null)[][] {
  const first = Date.UTC(Math.floor(month / 12), month % 12, 1);
  const lead = (((first - weekStart(spoken)) / DAY) % DAYS + DAYS) % DAYS;
  const length = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
  const weeks = Math.ceil((lead + length) / DAYS);
  return Array.from({ length: weeks }, (_week, week) =>
    Array.from({ length: DAYS }, (_day, place) => {
      const day = week * DAYS + place - lead;
      return day < 0 || day >= length ? null : new Date(first + day * DAY).toISOString().slice(0, 10);
    }),
  );
}

/** Which month shows, and what it shows. */
export class WorkCalendar {
  #month: number | null = null;

  constructor(
    readonly repaint: () => void,
    readonly nameOf: (caseId: string) => string,
  ) {}

  /** Goes `step` months on; to the present one where that is null. */
  move(step: number | null, today: string): void {
    this.#month = step === null ? null : (this.#month ?? monthOf(today)) + step;
    this.repaint();
  }

  view(items: readonly WorkItem[], today: string): TemplateResult {
    const month = this.#month ?? monthOf(today);
    const days = new Map<string, WorkItem[]>();
    for (const item of items) {
      const day = item.due.slice(0, 10);
      days.set(day, [...(days.get(day) ?? []), item]);
    }
    const weeks = weeksOf(month);
    const count = weeks.flat().reduce((sum, day) => sum + (days.get(day ?? "")?.length ?? 0), 0);
    const move = (step: number | null) => (): void => { this.move(step, today); };
    return html`<section class="work-calendar" aria-labelledby="calendar-title">
      <h2 id="calendar-title">${gettext("Calendar")}</h2>
      <div class="calendar-ways no-print">
        <button type="button" class="calendar-previous" @click=${move(-1)}>${gettext("Previous month")}</button>
        <button type="button" class="calendar-today" @click=${move(null)}>${gettext("This month")}</button>
        <button type="button" class="calendar-next" @click=${move(1)}>${gettext("Next month")}</button>
      </div>
      <p class="calendar-said" role="status"><strong>${monthWords(month)}</strong>:
        ${count === 0 ? gettext("nothing is due.") : ngettext("one thing is due.", "{number} things are due.", count)}</p>
      ${this.#tableView(month, weeks, days, today)}${this.#listView(weeks, days, today)}
    </section>`;
  }

  #tableView(month: number, weeks: readonly (readonly (string | null)[])[], days: ReadonlyMap<string, readonly WorkItem[]>, today: string): TemplateResult {
    return html`<table class="calendar">
      <caption class="visually-hidden">${gettext("What is due in {month}", { month: monthWords(month) })}</caption>
      <thead><tr>${weekdays().map(([short, long]) => html`<th scope="col"><abbr title=${long}>${short}</abbr></th>`)}</tr></thead>
      <tbody>${weeks.map((week) => html`<tr>${week.map((day) => (day === null ? html`<td class="calendar-none"></td>` : this.#dayView(day, days.get(day) ?? [], today)))}</tr>`)}</tbody>
    </table>`;
  }

  #dayView(day: string, items: readonly WorkItem[], today: string): TemplateResult {
    return html`<td ?data-today=${day === today}>
      <time datetime=${day} aria-current=${day === today ? "date" : nothing}><span aria-hidden="true">${Number(day.slice(8))}</span><span class="visually-hidden">${longDay(day)}</span></time>
      ${items.length === 0 ? nothing : html`<ul>${items.slice(0, SHOWN).map((item) => this.#itemView(item))}</ul>`}
      ${items.length <= SHOWN
        ? nothing
        : html`<details><summary>${ngettext("one more", "{number} more", items.length - SHOWN)}</summary><ul>${items.slice(SHOWN).map((item) => this.#itemView(item))}</ul></details>`}
    </td>`;
  }

  #listView(weeks: readonly (readonly (string | null)[])[], days: ReadonlyMap<string, readonly WorkItem[]>, today: string): TemplateResult {
    const busy = weeks.flat().filter((day) => day !== null && days.has(day)) as string[];
    return html`<ul class="calendar-list">
      ${busy.map((day) => html`<li ?data-today=${day === today}><h3>${longDay(day)}</h3><ul>${(days.get(day) ?? []).map((item) => this.#itemView(item))}</ul></li>`)}
    </ul>`;
  }

  #itemView(item: WorkItem): TemplateResult {
    const name = this.nameOf(item.case);
    return html`<li data-state=${item.state}><a href=${caseAddress(item.case)} title=${name === "" ? nothing : name}>${itemName(item)}
      <span class="code">${item.case.slice(0, 8)}</span></a>${item.state === "overdue" ? html` <span class="visually-hidden">(${workState(item.state)})</span>` : nothing}</li>`;
  }
}

function monthWords(month: number): string {
  const format = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC", calendar: "gregory" });
  return format.format(new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)));
}

/** The days of the week from its first on, short and long. */
function weekdays(): (readonly [string, string])[] {
  const [short, long] = (["short", "long"] as const).map((weekday) => new Intl.DateTimeFormat(language, { weekday, timeZone: "UTC" }));
  return Array.from({ length: DAYS }, (_, place) => {
    const day = new Date(weekStart(language) + place * DAY);
    return [short?.format(day) ?? "", long?.format(day) ?? ""] as const;
  });
}
