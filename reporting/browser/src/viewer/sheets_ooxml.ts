/** Cells of an OOXML workbook (ECMA-376 part 1, section 18). */

import type { Document, Element } from "@xmldom/xmldom";

import { Grid, type Part, type Sheet, all, children } from "./grid.ts";

interface Book {
  readonly strings: readonly string[];
  /** Whether a cell of that style is a day. */
  readonly days: readonly boolean[];
  readonly from1904: boolean;
}

/** The sheets; null where there is no workbook. */
export async function workbookSheets(part: Part): Promise<Sheet[] | null> {
  const workbook = await part("xl/workbook.xml");
  if (workbook === null) return null;
  const relations = await part("xl/_rels/workbook.xml.rels");
  const targets = new Map(relations === null ? [] : all(relations, "Relationship").map((one) => [one.getAttribute("Id") ?? "", one.getAttribute("Target") ?? ""]));
  const book: Book = {
    strings: stringsOf(await part("xl/sharedStrings.xml")),
    days: daysOf(await part("xl/styles.xml")),
    from1904: all(workbook, "workbookPr").some((one) => ["1", "true"].includes(one.getAttribute("date1904") ?? "")),
  };
  const sheets: Sheet[] = [];
  for (const sheet of all(workbook, "sheet")) {
    const id = [...sheet.attributes].find(({ localName, namespaceURI }) => localName === "id" && namespaceURI !== null)?.value ?? "";
    const target = targets.get(id) ?? "";
    const document = await part(target.startsWith("/") ? target.slice(1) : `xl/${target}`);
    const state = sheet.getAttribute("state") ?? "visible";
    sheets.push({ name: sheet.getAttribute("name") ?? "", hidden: state !== "visible", ...(document === null ? { rows: [], more: false } : cells(document, book)) });
  }
  return sheets;
}

/** Runs of a text together, without their readings in another script. */
function textOf(item: Element): string {
  const runs = [...children(item, "t"), ...children(item, "r").flatMap((run) => children(run, "t"))];
  return runs.map((run) => run.textContent ?? "").join("");
}

function stringsOf(document: Document | null): string[] {
  return document === null ? [] : all(document, "si").map(textOf);
}

const DAY_FORMATS = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47]; // ECMA-376 part 1, 18.8.30

function daysOf(styles: Document | null): boolean[] {
  if (styles === null) return [];
  const own = new Map(all(styles, "numFmt").map((one) => [one.getAttribute("numFmtId") ?? "", one.getAttribute("formatCode") ?? ""]));
  const isDay = (id: string): boolean => {
    const code = own.get(id)?.replace(/"[^"]*"|\[[^\]]*\]|\\./g, "") ?? "";
    return DAY_FORMATS.includes(Number(id)) || /[ymdhs]/i.test(code);
  };
  const [formats] = all(styles, "cellXfs");
  return formats === undefined ? [] : children(formats, "xf").map((format) => isDay(format.getAttribute("numFmtId") ?? ""));
}

function cells(document: Document, book: Book): Pick<Sheet, "rows" | "more"> {
  const grid = new Grid();
  for (const [order, row] of all(document, "row").entries()) {
    const line = Number.parseInt(row.getAttribute("r") ?? "", 10) - 1;
    for (const [place, cell] of children(row, "c").entries()) {
      const column = columnOf(cell.getAttribute("r") ?? "") ?? place;
      grid.put(line >= 0 ? line : order, column, valueOf(cell, book));
    }
  }
  return grid;
}

/** `BC7` is column 54, counted from 0; null where it names none. */
function columnOf(reference: string): number | null {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  if (letters === undefined) return null;
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function valueOf(cell: Element, book: Book): string {
  const value = children(cell, "v")[0]?.textContent ?? "";
  switch (cell.getAttribute("t")) {
    case "s":
      return book.strings[Number(value)] ?? "";
    case "inlineStr":
      return children(cell, "is").map(textOf).join("");
    case "b":
      return value === "1" ? "TRUE" : "FALSE";
    case "str":
    case "e":
    case "d":
      return value;
    default:
      return value !== "" && book.days[Number(cell.getAttribute("s") ?? "0")] === true ? dayOf(Number(value), book.from1904) : value;
  }
}

const DAY = 86_400_000; // milliseconds
const EPOCH_1900 = Date.UTC(1899, 11, 30); // one day off, since 1900 is taken for a leap year (18.17.4.1)
const EPOCH_1904 = Date.UTC(1904, 0, 1);

function dayOf(serial: number, from1904: boolean): string {
  const at = new Date((from1904 ? EPOCH_1904 : EPOCH_1900) + Math.round(serial * 86_400) * 1_000);
  if (Number.isNaN(at.getTime())) return String(serial);
  const text = at.toISOString().replace("T", " ").slice(0, 19);
  if (serial < 1) return text.slice(11);
  return at.getTime() % DAY === 0 ? text.slice(0, 10) : text;
}
