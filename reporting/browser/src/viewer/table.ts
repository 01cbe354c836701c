/** Tables on the page, a few hundred rows at a time. */

import { h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";
import { visible } from "./decoding.ts";
import type { Sheet } from "./grid.ts";
import type { Order } from "./messages.ts";
import { readApart } from "./table_apart.ts";
import { type Showing, button } from "./tools.ts";

const STEP = 500; // rows shown at a time

/**
 * Shows a table.
 *
 * @throws NotShown it is broken, larger than is read here, or takes too long to read
 */
export async function showTable({ content, type }: Order): Promise<Showing> {
  const sheets = await readApart(content, type);
  const page = h("div", { class: "page" });
  const select = (place: number): void => {
    const sheet = sheets[place];
    if (sheet !== undefined) page.replaceChildren(...sheetView(sheet));
  };
  select(0);
  return { element: page, tools: sheets.length > 1 ? [chooser(sheets, select)] : [], end: () => { page.replaceChildren(); } };
}

function chooser(sheets: readonly Sheet[], select: (place: number) => void): HTMLElement {
  const field = h("select", {
    onchange: () => {
      select(field.selectedIndex);
    },
  });
  for (const { name, hidden } of sheets) field.append(h("option", {}, hidden ? gettext("{name} (hidden)", { name: visible(name) }) : visible(name)));
  return h("label", { class: "chooser" }, h("span", {}, gettext("Sheet")), field);
}

function sheetView({ rows, more, hidden }: Sheet): HTMLElement[] {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const body = h("tbody", {});
  const table = h("table", {}, h("thead", {}, h("tr", {}, h("td", {}), ...Array.from({ length: width }, (_, place) => h("th", { scope: "col" }, letters(place))))), body);
  const rest = h("p", { class: "rest" });
  let shown = 0;
  const show = (): void => {
    const end = Math.min(shown + STEP, rows.length);
    for (; shown < end; shown++) {
      const row = rows[shown] ?? [];
      const cells = Array.from({ length: width }, (_, place) => h("td", { dir: "auto" }, visible(row[place] ?? "")));
      body.append(h("tr", {}, h("th", { scope: "row" }, number(shown + 1)), ...cells));
    }
    rest.replaceChildren(...restOf(shown, rows.length, more, show));
  };
  show();
  const words = [gettext("Cells show what was saved in them; nothing is calculated."), hidden ? gettext("This sheet is hidden in the program that made it.") : ""];
  return [h("p", { class: "small" }, words.join(" ").trim()), h("div", { class: "table", tabindex: "0", role: "region", "aria-label": gettext("The table") }, table), rest];
}

function restOf(shown: number, all: number, more: boolean, show: () => void): Node[] {
  if (shown < all) return [document.createTextNode(`${gettext("{shown} of {all} rows are shown.", { shown: number(shown), all: number(all) })} `), button(gettext("Show more"), show)];
  return more ? [document.createTextNode(gettext("There is more in it than is shown here: save the file to see the rest."))] : [];
}

/** `A` to `Z`, `AA` and so on. */
function letters(place: number): string {
  const last = String.fromCharCode(65 + (place % 26));
  return place < 26 ? last : letters(Math.floor(place / 26) - 1) + last;
}
