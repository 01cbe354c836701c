/** Cells of an OpenDocument spreadsheet. */

import type { Element } from "@xmldom/xmldom";

import { MOST_COLUMNS, MOST_ROWS } from "./csv.ts";
import { Grid, type Part, type Sheet, all, children } from "./grid.ts";

/** The sheets; null where there is no content. */
export async function openDocumentSheets(part: Part): Promise<Sheet[] | null> {
  const content = await part("content.xml");
  if (content === null) return null;
  const unseen = all(content, "table-properties").filter((found) => named(found, "display") === "false").map((found) => found.parentNode as Element);
  const styles = new Set(unseen.map((style) => named(style, "name")));
  return all(content, "table").map((table) => ({ name: named(table, "name"), hidden: styles.has(named(table, "style-name")), ...cells(table) }));
}

/** An attribute by its local name. */
function named(element: Element, name: string): string {
  for (const attribute of element.attributes) if (attribute.localName === name) return attribute.value;
  return "";
}

function repeats(element: Element, name: string): number {
  return Math.max(1, Number.parseInt(named(element, name), 10) || 1);
}

function cells(table: Element): Pick<Sheet, "rows" | "more"> {
  const grid = new Grid();
  let row = 0;
  for (const line of all(table, "table-row")) {
    const often = repeats(line, "number-rows-repeated");
    const texts = lineTexts(line);
    // A row that repeats to the end of the sheet is empty; one that says something stands as often as it says.
    if (texts.length > 0) for (let turn = 0; turn < Math.min(often, MOST_ROWS); turn++) for (const [column, text] of texts) grid.put(row + turn, column, text);
    row += often;
  }
  return grid;
}

function lineTexts(line: Element): [number, string][] {
  const found: [number, string][] = [];
  let column = 0;
  for (const cell of [...children(line, "table-cell"), ...children(line, "covered-table-cell")]) {
    const often = repeats(cell, "number-columns-repeated");
    const text = children(cell, "p").map((paragraph) => paragraph.textContent ?? "").join("\n");
    if (text !== "") for (let turn = 0; turn < Math.min(often, MOST_COLUMNS); turn++) found.push([column + turn, text]);
    column += often;
  }
  return found;
}
