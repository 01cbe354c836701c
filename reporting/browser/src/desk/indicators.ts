/** How the work is done, in numbers: by quarter or year and channel, small numbers hidden. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { longDay, today } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import type { Indicator, Indicators } from "../workers/work_api.ts";
import { figureWords, indicatorAbout, indicatorName, partName } from "./indicator_words.ts";
import { type Context, type Page, typed } from "./page.ts";

const YEARS = 5;
const QUARTERS = ["1", "2", "3", "4"] as const;

/** The first and the last day of a year, or of one of its quarters. */
export function periodOf(year: number, quarter: string): readonly [string, string] {
  const place = QUARTERS.findIndex((one) => one === quarter);
  const [first, months] = place < 0 ? [0, 12] : [place * 3, 3];
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return [day(Date.UTC(year, first, 1)), day(Date.UTC(year, first + months, 0))];
}

/** The year and quarter to begin with: this year, or for those who count all cases the last quarter that is over. */
export function firstPeriod(roles: readonly string[], day: string): readonly [number, string] {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  if (roles.some((role) => role === "intake" || role === "protection")) return [year, ""];
  const over = Math.floor((month - 1) / 3);
  return over === 0 ? [year - 1, "4"] : [year, String(over)];
}

/** The page. */
export class IndicatorsPage implements Page {
  #found: Indicators | null = null;
  #fault = "";
  #year: number;
  #quarter: string;
  /** Counts up with every question, so that a late answer to an earlier one is dropped. */
  #asked = 0;

  constructor(readonly context: Context) {
    [this.#year, this.#quarter] = firstPeriod(context.session.roles, today());
  }

  get title(): string {
    return gettext("Indicators");
  }

  entered(): void {
    void this.#load();
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>("main h1")?.focus();
    });
  }

  async #load(): Promise<void> {
    const asked = ++this.#asked;
    this.#fault = "";
    this.#found = null;
    this.context.repaint();
    try {
      const found = await this.context.remote.indicators(...periodOf(this.#year, this.#quarter));
      if (asked === this.#asked) this.#found = found;
    } catch (error) {
      const words = this.context.words(error) ?? "";
      if (asked === this.#asked) this.#fault = words;
    }
    this.context.repaint();
  }

  view(): TemplateResult {
    const found = this.#found;
    return html`<div class="indicators">
      <h1 tabindex="-1">${gettext("Indicators")}</h1>
      ${this.#periodView()}
      ${this.#fault === "" ? nothing : html`<div class="fault" role="alert"><p>${this.#fault}</p><button type="button" @click=${() => void this.#load()}>${gettext("Try again")}</button></div>`}
      ${found === null ? html`<p role="status">${this.#fault === "" ? gettext("Counting …") : ""}</p>` : this.#foundView(found)}
    </div>`;
  }

  #periodView(): TemplateResult {
    const now = Number(today().slice(0, 4));
    const year = (event: Event): void => { this.#year = Number(typed(event)); void this.#load(); };
    const quarter = (event: Event): void => { this.#quarter = typed(event); void this.#load(); };
    return html`<div class="work-filter no-print">
      <label for="indicator-year">${gettext("Year")}</label>
      <select id="indicator-year" @change=${year}>${Array.from({ length: YEARS }, (_, back) => html`<option value=${now - back} ?selected=${this.#year === now - back}>${now - back}</option>`)}</select>
      <label for="indicator-quarter">${gettext("Part of it")}</label>
      <select id="indicator-quarter" @change=${quarter}>
        <option value="" ?selected=${this.#quarter === ""}>${gettext("the whole year")}</option>
        ${QUARTERS.map((one) => html`<option value=${one} ?selected=${this.#quarter === one}>${gettext("quarter {number}", { number: one })}</option>`)}
      </select>
    </div>`;
  }

  #foundView({ scope, channels, least, computed }: Indicators): TemplateResult {
    const [from, to] = periodOf(this.#year, this.#quarter);
    const words = scope === "all" ? gettext("Every case of this site is counted, but for channels on which you have or had a role yourself: of those, only what was given to you.") : gettext("Counted are the cases that you can read, and no others.");
    return html`<p role="status">${gettext("Cases received from {from} to {to}, as they stood on {day}.", { from: longDay(from), to: longDay(to), day: longDay(computed) })}</p>
      <p class="lead-line">${words} ${scope === "all" ? gettext("All cases are counted only once the quarter or year is over, as they stood on its last day.") : ""} ${gettext("Nothing was opened for it: days, states and deadlines alone are counted.")} <span class="soft">${gettext("By the server's word.")}</span></p>
      <p>${gettext("Numbers from 1 to {most} are hidden, so that nobody can be told by them, and so is what they could be computed from.", { most: least - 1 })}
        ${gettext("How many reports were substantiated cannot be computed here: findings are sealed.")}</p>
      ${channels.length === 0
        ? html`<div class="empty"><h2>${gettext("Nothing to count")}</h2><p>${gettext("No case that you may count came in during this time.")}</p></div>`
        : html`${channels.map(({ title, lines }) => tableView(title, lines, least))}
          <p class="no-print"><a class="indicator-file" href="/api/indicators/table?from=${from}&to=${to}" download="indicators-${from}-${to}.csv">${gettext("Save as a table (CSV)")}</a></p>`}`;
  }
}

function tableView(title: string, lines: readonly Indicator[], least: number): TemplateResult {
  return html`<div class="table-frame"><table class="counts indicator-table">
    <caption><bdi>${title}</bdi></caption>
    <thead><tr><th scope="col">${gettext("What is counted")}</th><th scope="col">${gettext("Figure")}</th></tr></thead>
    <tbody>${lines.map((line) => html`<tr data-indicator=${line.id}><th scope="row">${indicatorName(line.id)} <span class="small soft">${indicatorAbout(line.id)}</span></th>
      <td>${figureWords(line, least)}${line.parts.length === 0 || line.of === null || line.of === 0 ? nothing : partsView(line)}</td></tr>`)}</tbody>
  </table></div>`;
}

function partsView({ parts }: Indicator): TemplateResult {
  return html`<ul class="indicator-parts">${parts.map(([name, value]) => html`<li>${partName(name)}: ${value ?? gettext("hidden")}</li>`)}</ul>`;
}
