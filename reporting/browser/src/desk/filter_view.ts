/** The boxes beside the list: each says how many cases it would show. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { N_ } from "../protocol/errors.ts";
import { gettext, ngettext } from "../ui/i18n.ts";
import { statusWords } from "../ui/status_words.ts";
import { type Counts, type Filters, MARKS, type Mark, NONE, isFiltered, toggled } from "./filters.ts";
import { checked } from "./page.ts";

const MARK_WORDS: Readonly<Record<Mark, string>> = {
  overdue: N_("Overdue"),
  mine: N_("With me"),
  unassigned: N_("With nobody"),
  unopened: N_("Not opened yet"),
  asked: N_("Request waits"),
  drafts: N_("Draft begun"),
};

/** What the boxes need. */
export interface FilterPanel {
  readonly filters: Filters;
  readonly counts: Counts;
  readonly titles: ReadonlyMap<string, string>;
  readonly changed: (filters: Filters) => void;
}

/** The panel of filters; on a narrow screen it folds. */
export function filterView(panel: FilterPanel): TemplateResult {
  const { filters, counts, titles, changed } = panel;
  const on = filters.marks.size + filters.statuses.size + filters.channels.size;
  const marks = MARKS.map((mark) =>
    box(gettext(MARK_WORDS[mark]), counts.marks[mark], filters.marks.has(mark), (value) => {
      changed({ ...filters, marks: toggled(filters.marks, mark, value) });
    }, mark === "overdue"),
  );
  const statuses = [...counts.statuses].map(([status, number]) =>
    box(statusWords(status), number, filters.statuses.has(status), (value) => {
      changed({ ...filters, statuses: toggled(filters.statuses, status, value) });
    }),
  );
  const channels = [...counts.channels].map(([channel, number]) =>
    box(titles.get(channel) ?? channel, number, filters.channels.has(channel), (value) => {
      changed({ ...filters, channels: toggled(filters.channels, channel, value) });
    }),
  );
  return html`<details class="filters" ?open=${wide()}>
    <summary>${on === 0 ? gettext("Filters") : ngettext("Filters, one set", "Filters, {number} set", on)}</summary>
    <fieldset><legend>${gettext("Show only")}</legend>${marks}</fieldset>
    <fieldset><legend>${gettext("Status")}</legend>${statuses}</fieldset>
    <fieldset><legend>${gettext("Channel")}</legend>${channels}</fieldset>
    ${isFiltered(filters)
      ? html`<button type="button" class="quiet" @click=${() => { changed(NONE); }}>${gettext("Clear the filters")}</button>`
      : nothing}
  </details>`;
}

function wide(): boolean {
  return matchMedia("(min-width: 60rem)").matches;
}

function box(text: string, number: number, on: boolean, changed: (on: boolean) => void, alarm = false): TemplateResult {
  const change = (event: Event): void => {
    changed(checked(event));
  };
  return html`<label class="filter" ?data-none=${number === 0} ?data-alarm=${alarm && number > 0}>
    <input type="checkbox" .checked=${on} @change=${change} />
    <span class="filter-text"><bdi>${text}</bdi></span> <span class="filter-count">${number}</span>
  </label>`;
}
