/** What the text of an OpenDocument hides: comments, changes, hidden text, sheets, rows, columns and slides. */

import type { Report } from "./inner.ts";
import { CROPPED, FORMS_STAY, FORMULAS_GO, HIDDEN_GOES, isFile, isPlace, isWeb } from "./office.ts";
import { Element, type Fate, localName, rewrite } from "./xml.ts";

const GONE = new Set([
  ...["annotation", "annotation-end", "tracked-changes", "change", "change-start", "change-end", "change-info", "scripts", "event-listeners"],
  ...["dde-source", "dde-links", "dde-connection-decls", "table-source", "cell-range-source", "section-source", "meta-field"],
  ...["hidden-text", "hidden-paragraph", "scenario", "label-ranges", "plugin", "applet", "database-source-sql", "database-source-table", "database-source-query"],
]);
/** Fields that programs fill anew from properties that are gone: what they show becomes text. */
const FIELDS = /^(?:author-name|author-initials|creator|initial-creator|printed-by|sender-[a-z-]+|file-name|template-name|title|subject|description|keywords|editing-duration|editing-cycles|creation-date|creation-time|modification-date|modification-time|print-date|print-time|user-defined)$/;
/** What may be called as its file was; fillings are referred to by their names. */
const DRAWINGS = new Set(["frame", "image", "custom-shape", "g", "rect", "path"]);

/** What stands in the notes of a master page. */
const PLACEHOLDER = /<[^<>]{1,30}>/g;

interface Hiding {
  /** Names of styles that hide text, sheets and slides. */
  readonly text: ReadonlySet<string>;
  readonly sheets: ReadonlySet<string>;
  readonly slides: ReadonlySet<string>;
}

function hiding(roots: readonly Element[]): Hiding {
  const [text, sheets, slides] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const parents = new Map<string, string>();
  for (const style of roots.flatMap((root) => [...root.all()].filter(({ local }) => local === "style"))) {
    const name = `${style.get("family") ?? ""} ${style.get("style:name") ?? style.get("name") ?? ""}`;
    parents.set(name, `${style.get("family") ?? ""} ${style.get("parent-style-name") ?? ""}`);
    for (const one of style.elements()) {
      if (one.local === "text-properties" && one.get("display") === "none") text.add(name);
      if (one.local === "table-properties" && one.get("display") === "false") sheets.add(name);
      if (one.local === "drawing-page-properties" && one.get("visibility") === "hidden") slides.add(name);
    }
  }
  for (let before = -1; before !== text.size; ) {
    before = text.size;
    for (const [name, parent] of parents) if (text.has(parent)) text.add(name);
  }
  return { text, sheets, slides };
}

/** Cleans the parts of one document. */
export class Content {
  readonly #hiding: Hiding;
  readonly #cells: boolean;
  #columns: readonly (readonly [number, number])[] = [];

  /** `isEmbedded` says whether what is shown at a path is a file of its own, which goes. */
  constructor(
    readonly report: Report,
    readonly roots: readonly Element[],
    readonly isEmbedded: (path: string) => boolean,
  ) {
    this.#hiding = hiding(roots);
    this.#cells = roots.some((root) => [...root.all()].some((one) => this.#isUnseenTable(one) || isUnseen(one)));
  }

  /** Whether cells go that are not shown. */
  get hidesCells(): boolean {
    return this.#cells;
  }

  /** Changes the parts in place. */
  run(): void {
    for (const root of this.roots) rewrite(root, (one) => this.#decide(one));
  }

  #isUnseenTable(one: Element): boolean {
    return one.local === "table" && this.#hiding.sheets.has(`table ${one.get("style-name") ?? ""}`);
  }

  #decide(one: Element): Fate {
    const { local, name } = one;
    if (GONE.has(local) || name === "presentation:notes") return this.#gone(one);
    if (FIELDS.test(local) && name.startsWith("text:")) return one.children.every((child) => typeof child === "string") ? "unwrap" : "keep";
    if (this.#isHidden(one)) return this.#hidden(one);
    if (local === "table-row" && isUnseen(one)) this.#empty(one.elements());
    if (local === "table") this.#columns = columnsOf(one);
    if (local === "table-row") this.#emptyColumns(one);
    if (local === "frame") this.#replacement(one);
    if (local === "object" || local === "object-ole") return this.#object(one);
    if (["title", "desc"].includes(local) && name.startsWith("svg:") && isFile(one.text)) return "gone";
    this.#stays(one);
    this.#attributes(one);
    return "keep";
  }

  /** Says what is not taken out although nobody sees it. */
  #stays(one: Element): void {
    if (one.name === "office:forms" && one.elements().length > 0) this.report.leave(FORMS_STAY);
    if (/^(?:user-field-decl|variable-set)$/.test(one.local)) {
      this.report.findings.add("hidden", `${one.get("text:name") ?? ""}: ${one.get("string-value") ?? one.get("office:value") ?? ""}`);
      this.report.leave(FORMS_STAY);
    }
    const clip = one.local === "graphic-properties" ? (one.get("fo:clip") ?? "") : "";
    if (!/[1-9]/.test(clip)) return;
    this.report.findings.add("hidden", clip);
    this.report.leave(CROPPED);
  }

  #gone(one: Element): Fate {
    const { findings } = this.report;
    const [comments, changes] = [one.local === "annotation", one.local === "tracked-changes"];
    for (const inner of one.all()) {
      if (inner.local === "creator") findings.add("author", inner.text);
      if (inner.local === "date") findings.add("time", inner.text);
      if (inner.local === "deletion") findings.add("revision", `− ${textOf(inner)}`);
    }
    if (comments) findings.add("comment", textOf(one));
    const unseen = /^(?:notes|hidden-)/.test(one.local) ? (one.get("string-value") ?? textOf(one)).replace(PLACEHOLDER, "").trim() : "";
    findings.add("hidden", unseen);
    if (/script|event/.test(one.local) && one.elements().length > 0) findings.add("script", one.local);
    if (one.get("href") !== null && one.local.endsWith("source")) findings.add("other", one.get("href") ?? "");
    if (comments || changes || unseen !== "") this.report.note(HIDDEN_GOES);
    return "gone";
  }

  #isHidden(one: Element): boolean {
    const style = one.get("style-name") ?? "";
    if (one.local === "span") return this.#hiding.text.has(`text ${style}`);
    if (one.local === "p" || one.local === "h") return this.#hiding.text.has(`paragraph ${style}`);
    if (one.local === "section") return one.get("display") === "none";
    if (one.local === "page") return this.#hiding.slides.has(`drawing-page ${style}`);
    return this.#isUnseenTable(one) || (one.name.startsWith("draw:") && one.get("draw:display") === "none");
  }

  #hidden(one: Element): Fate {
    this.report.findings.add("hidden", `${one.local === "table" || one.local === "page" ? `${one.get("name") ?? ""}: ` : ""}${textOf(one)}`);
    this.report.note(HIDDEN_GOES);
    return "gone";
  }

  #empty(cells: readonly Element[]): void {
    for (const cell of cells) {
      if (textOf(cell).trim() !== "") this.report.findings.add("hidden", textOf(cell));
      this.report.note(HIDDEN_GOES);
      cell.children = [];
      cell.drop((name) => !/number-columns|number-rows|style-name/.test(name));
    }
  }

  #emptyColumns(row: Element): void {
    let column = 0;
    for (const cell of row.elements()) {
      const next = column + Number(cell.get("number-columns-repeated") ?? "1");
      const [first, last] = [column, next];
      if (this.#columns.some(([from, to]) => first >= from && last <= to)) this.#empty([cell]);
      column = next;
    }
  }

  #object(one: Element): Fate {
    const path = one.get("href");
    return one.local === "object" && (path === null || !this.isEmbedded(path)) ? "keep" : this.#ole(one, path);
  }

  /** Of a chart a program drew a picture as it once was: others draw it from what it holds. */
  #replacement(frame: Element): void {
    const [object] = frame.elements("object");
    const path = object?.get("href") ?? null;
    if (path === null || this.isEmbedded(path)) return;
    frame.children = frame.children.filter((one) => typeof one === "string" || one.local !== "image" || !(one.get("href") ?? "").includes("ObjectReplacements/"));
  }

  #ole(one: Element, path: string | null): Fate {
    if (one.local === "object-ole") this.isEmbedded(path ?? "OLE");
    return "gone";
  }

  #attributes(one: Element): void {
    if (one.written === "") return;
    const { findings } = this.report;
    one.drop((name, value) => {
      const local = localName(name);
      if (local === "rsid" || local === "paragraph-rsid") {
        findings.add("revision", local);
        return true;
      }
      if (local === "formula" && name.startsWith("table:") && (this.#cells || /'?file:|\[\.?'?[^\]]*:\/\//.test(value))) {
        this.report.note(FORMULAS_GO);
        return true;
      }
      if (name === "draw:name" && DRAWINGS.has(one.local) && isFile(value)) {
        findings.add("other", value);
        return true;
      }
      if (local !== "href" || isInside(value)) return false;
      const stays = one.local === "a" && isWeb(value) && !isPlace(value);
      if (!stays) findings.add("other", value);
      return !stays;
    });
    // A link has to lead somewhere.
    if (one.local === "a" && one.get("href") === null) one.set("xlink:href", "#");
  }
}

/** Whether a reference stays within the document. */
function isInside(path: string): boolean {
  return path.startsWith("#") || /^(?:\.\/)?[\w% -]+(?:\/[\w%. -]+)*$/.test(path);
}

function isUnseen(one: Element): boolean {
  return (one.local === "table-row" || one.local === "table-column") && ["collapse", "filter"].includes(one.get("visibility") ?? "");
}

/** The hidden columns of a table, as from and to. */
function columnsOf(table: Element): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let column = 0;
  for (const one of table.all()) {
    if (one !== table && one.local === "table") break;
    if (one.local === "table-row") break;
    if (one.local !== "table-column") continue;
    const next = column + Number(one.get("number-columns-repeated") ?? "1");
    if (isUnseen(one)) found.push([column, next]);
    column = next;
  }
  return found;
}

function textOf(one: Element): string {
  const pieces: string[] = [];
  for (const inner of one.all()) {
    if (inner.local === "creator" || inner.local === "date" || inner.local === "change-info") continue;
    if (["p", "h"].includes(inner.local)) pieces.push(inner.text);
  }
  return pieces.join(" ") || one.text;
}
