/** What workbooks of Excel hide: sheets, rows and columns that are not shown, and who kept the file where. */

import type { Report } from "./inner.ts";
import type { Package } from "./opc.ts";
import { FORMULAS_GO, HIDDEN_GOES, within } from "./office.ts";
import type { Element, Fate } from "./xml.ts";

const GONE = new Set([
  ...["fileSharing", "revisionPtr", "absPath", "fileVersion", "customWorkbookViews", "customSheetViews", "webPublishing", "webPublishObjects"],
  ...["smartTagPr", "smartTags", "smartTagTypes", "scenarios", "oleObjects", "controls", "webPublishItems", "fileRecoveryPr", "customProperties", "dataConsolidate"],
  ...["externalReferences", "legacyDrawing", "cellWatches", "pivotCaches", "pivotSource"],
]);

/** Buttons over pivot tables, of which only the cells stay. */
const CONTROLS = new Set(["slicer", "slicerList", "slicerCaches", "slicerCachePivotTables", "timeslicer", "timelineRefs", "timelineCacheRefs", "absPath"]);

/** What of a workbook is not shown, and so not kept. */
export interface Unseen {
  /** Names of sheets that are not shown. */
  readonly sheets: ReadonlySet<string>;
  /** Ids by which the workbook refers to them. */
  readonly references: ReadonlySet<string>;
  /** What the number of each sheet becomes; of one that is not shown, null. */
  readonly numbers: readonly (number | null)[];
  /** Whether any cell goes: every formula then becomes what it shows. */
  readonly cells: boolean;
}

function hides(sheet: Element): boolean {
  return [...sheet.all()].some((one) => (one.local === "row" || one.local === "col") && isHidden(one));
}

function isHidden(one: Element): boolean {
  return ["1", "true"].includes(one.get("hidden") ?? "") || (one.local === "row" && one.get("ht") === "0" && one.get("customHeight") === "1");
}

/** Looks for what the workbook `part` does not show. */
export function unseen(opened: Package, part: string): Unseen {
  const sheets = within(opened.xml(part), "sheets")?.elements("sheet") ?? [];
  const hidden = sheets.filter((sheet) => (sheet.get("state") ?? "visible") !== "visible");
  const targets = opened.relationships(part).filter(({ kind }) => kind === "worksheet");
  const references = new Set(hidden.map((sheet) => sheet.get("r:id") ?? sheet.get("id") ?? ""));
  const shown = targets.filter(({ id }) => !references.has(id));
  const cells = references.size > 0 || shown.some(({ target }) => hides(opened.xml(target)));
  let next = 0;
  const numbers = sheets.map((sheet) => (hidden.includes(sheet) ? null : next++));
  return { sheets: new Set(hidden.map((sheet) => sheet.get("name") ?? "")), references, numbers, cells };
}

/** Decides over the parts of one workbook. */
export class Excel {
  /** Texts of the workbook that cells still show, by number. */
  readonly #shown = new Set<number>();
  readonly #removed: number[] = [];

  constructor(
    readonly report: Report,
    readonly unseen: Unseen,
  ) {
    for (const name of unseen.sheets) report.findings.add("hidden", name);
  }

  /** What becomes of `one`; null where Excel has nothing to say of it. */
  decide(one: Element): Fate | null {
    const { local } = one;
    if (local === "c") {
      if (/ [cv]m=/.test(one.written)) one.drop((name) => name === "cm" || name === "vm");
      return null;
    }
    if (local === "v" || local === "row") return null;
    if (GONE.has(local)) return this.#gone(one);
    if (local === "workbookView") one.drop((name) => name === "activeTab" || name === "firstSheet");
    if (local === "definedName") return this.#defined(one);
    if (local === "dataValidation" || local === "conditionalFormatting" || local === "sparklineGroup") return this.#isAbout(one.text) ? "gone" : null;
    if (["ext", "graphicFrame", "AlternateContent"].includes(local)) return this.#control(one);
    if (local === "table" || local === "tableColumn") one.drop((name) => ["tableType", "connectionId", "queryTableFieldId"].includes(name));
    // A chart's reference, beside which stand the values that it shows.
    if (local === "f" && this.#isAbout(one.text)) return this.#formula(one);
    return null;
  }

  /** A name for cells may be of one sheet, which it gives by number. */
  #defined(one: Element): Fate | null {
    if (this.#isAbout(one.text)) return "gone";
    const sheet = one.get("localSheetId");
    if (sheet === null) return null;
    const now = this.unseen.numbers[Number(sheet)] ?? null;
    if (now === null) return "gone";
    one.set("localSheetId", String(now));
    return null;
  }

  #control(one: Element): Fate | null {
    const found = [...one.all()].find((inner) => CONTROLS.has(inner.local));
    if (found === undefined) return null;
    this.report.findings.add("other", found.get("url") ?? "");
    return "gone";
  }

  #gone(one: Element): Fate {
    const told = one.get("userName") ?? one.get("url") ?? one.get("documentId");
    if (told !== null) this.report.findings.add(one.local === "fileSharing" ? "author" : "other", told);
    for (const scenario of one.local === "scenarios" ? one.elements() : []) {
      this.report.findings.add("author", scenario.get("user") ?? "");
      this.report.findings.add("hidden", scenario.get("name") ?? "");
    }
    return "gone";
  }

  #formula(one: Element): Fate {
    this.report.note(FORMULAS_GO);
    one.children = ["#REF!"];
    return "keep";
  }

  #isAbout(formula: string): boolean {
    return /\[[^\]]+\][^!]*!|GETPIVOTDATA/.test(formula) || [...this.unseen.sheets].some((name) => formula.includes(name.replaceAll("'", "''")));
  }

  /** Empties the rows and columns of a sheet that are not shown, and notes which texts are still needed. */
  sheet(root: Element): void {
    const columns = [...(within(root, "cols")?.elements("col") ?? [])].filter(isHidden);
    const ranges = columns.map((one) => [Number(one.get("min")), Number(one.get("max"))] as const);
    const rows = within(root, "sheetData")?.elements("row") ?? [];
    // One formula may stand for those of many cells: all of a sheet stay, or none.
    const freezes = this.unseen.cells || rows.some((row) => row.elements("c").some((cell) => this.#isAbout(within(cell, "f")?.text ?? "")));
    for (const row of rows) {
      let column = 0;
      for (const cell of row.elements("c")) {
        column = columnOf(cell.get("r") ?? "") ?? column + 1;
        const place = column;
        if (isHidden(row) || ranges.some(([first, last]) => place >= first && place <= last)) this.#empty(cell);
        else this.#keep(cell, freezes);
      }
    }
  }

  #empty(cell: Element): void {
    if (cell.children.length === 0) return;
    const value = within(cell, "v")?.text ?? cell.text;
    if (cell.get("t") === "s") this.#removed.push(Number(value));
    else this.report.findings.add("hidden", value);
    cell.children = [];
    cell.drop((name) => name === "t");
  }

  #keep(cell: Element, freezes: boolean): void {
    const formula = within(cell, "f");
    if (formula !== undefined && freezes) {
      cell.children = cell.children.filter((one) => one !== formula);
      this.report.note(FORMULAS_GO);
    }
    if (cell.get("t") === "s") this.#shown.add(Number(within(cell, "v")?.text));
  }

  /** The texts of a hidden sheet, which are to be said. */
  hiddenSheet(root: Element): void {
    for (const cell of root.all()) if (cell.local === "c") this.#empty(cell);
  }

  /** Empties those of the workbook's texts that no cell shows any more: they keep their places. */
  texts(root: Element): void {
    const said = new Set(this.#removed);
    for (const [number, text] of root.elements("si").entries()) {
      if (this.#shown.has(number)) continue;
      if (said.has(number) || text.text !== "") this.report.findings.add("hidden", text.text);
      const kept = text.elements("t")[0];
      if (kept !== undefined) kept.children = [];
      text.children = kept === undefined ? [] : [kept];
    }
  }

  /** Says once that what is hidden goes. */
  say(): void {
    if (this.unseen.cells) this.report.note(HIDDEN_GOES);
  }
}

/** The number of a cell's column, from 1, by its name such as `AB12`. */
function columnOf(name: string): number | null {
  const letters = /^[A-Z]{1,3}/.exec(name)?.[0];
  return letters === undefined ? null : Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}
