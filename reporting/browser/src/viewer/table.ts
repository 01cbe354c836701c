/** Tables: CSV and TSV by a reader of our own, spreadsheets by their saved values. */

import { N_ } from "../protocol/errors.ts";
import { h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";
import { parseRows, separatorOf } from "./csv.ts";
import { encodingOf, visible } from "./decoding.ts";
import type { Sheet } from "./grid.ts";
import { NotShown, type Order } from "./messages.ts";
import { sheetsOf } from "./sheets.ts";
import { type Showing, button } from "./tools.ts";

const STEP = 500; // rows shown at a time
const MOST_TEXT = 33_554_432;
const MOST_PACKED = 134_217_728;
const TOO_LARGE = N_("This table is too large to be shown here: save it.");
const PLAIN: ReadonlySet<string> = new Set(["text/csv", "text/tab-separated-values"]);

/**
 * Shows a table.
 *
 * @throws NotShown it is broken, or larger than is read here
 */
export async function showTable({ content, type }: Order): Promise<Showing> {
  const sheets = PLAIN.has(type) ? [await plainSheet(content, type)] : await packed(content);
  const page = h("div", { class: "page" });
  const select = (place: number): void => {
    const sheet = sheets[place];
    if (sheet !== undefined) page.replaceChildren(...sheetView(sheet));
  };
  select(0);
  return { element: page, tools: sheets.length > 1 ? [chooser(sheets, select)] : [], end: () => { page.replaceChildren(); } };
}

function packed(content: Blob): Promise<Sheet[]> {
  if (content.size > MOST_PACKED) throw new NotShown(TOO_LARGE);
  return sheetsOf(content);
}

async function plainSheet(content: Blob, type: string): Promise<Sheet> {
  if (content.size > MOST_TEXT) throw new NotShown(TOO_LARGE);
  const bytes = new Uint8Array(await content.arrayBuffer());
  const text = new TextDecoder(encodingOf(bytes.subarray(0, 65_536))).decode(bytes);
  return { name: "", hidden: false, ...parseRows(text, type === "text/csv" ? separatorOf(text) : "\t") };
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
