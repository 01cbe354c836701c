/** What documents of Word hide: changes, comments, hidden text, who wrote which words when. */

import type { Report } from "./inner.ts";
import { isOn, isPlace, within } from "./office.ts";
import { Element, type Fate, localName } from "./xml.ts";

/** Marks of changes, comments and programs, which a reader does not see. */
const GONE = new Set([
  ...["commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "proofErr", "permStart", "permEnd"],
  ...["moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "cellIns", "cellMerge", "numberingChange"],
  ...["customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd", "tblGridChange"],
  ...["customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd"],
  ...["rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tcPrChange", "trPrChange"],
  ...["rsids", "attachedTemplate", "docVars", "mailMerge", "docId", "dataBinding", "entryMacro", "exitMacro", "smartTagPr", "customXmlPr"],
  ...["trackRevisions", "removePersonalInformation", "removeDateAndTime", "activeWritingStyle", "saveThroughXslt", "readModeInkLockDown"],
]);
/** What a content control is called by its maker, and where what it says before it is filled in comes from. */
const CALLED = new Set(["alias", "tag", "placeholder"]);
const VISIBLE = new Set(["t", "drawing", "pict", "object", "sym", "fldSimple", "AlternateContent", "oMath"]);
/** Attributes by which programs tell who typed what in which session; years later they still join versions of one text. */
const TELLING = /^(?:rsid\w*|author|initials|date|dateUtc|userId|providerId)$/;

/** Ids of the styles that hide text, by themselves or by the style that they are based on. */
export function hidingStyles(styles: Element): ReadonlySet<string> {
  const all = styles.elements("style").map((style) => ({
    id: style.get("styleId") ?? "",
    based: within(style, "basedOn")?.get("val") ?? "",
    vanish: within(style, "rPr", "vanish"),
  }));
  const hiding = new Set(all.filter(({ vanish }) => isOn(vanish)).map(({ id }) => id));
  for (let before = -1; before !== hiding.size; ) {
    before = hiding.size;
    for (const { id, based, vanish } of all) if (vanish === undefined && hiding.has(based)) hiding.add(id);
  }
  return hiding;
}

/** Decides over the elements of one document. */
export class Word {
  /** Notes that the text still refers to: it is read before them. */
  readonly #notes = new Set<string>();

  constructor(
    readonly report: Report,
    readonly hiding: ReadonlySet<string>,
  ) {}

  /** What becomes of `one`; null where Word has nothing to say of it. */
  decide(one: Element): Fate | null {
    const { local } = one;
    if (GONE.has(local)) return this.#gone(one, local);
    if (local === "del" || local === "moveFrom") return this.#deleted(one);
    if (local === "ins" || local === "moveTo") return this.#inserted(one);
    if (local === "r" && this.#isHidden(within(one, "rPr"), "rStyle")) return this.#hidden(one);
    if (local === "p") return this.#paragraph(one);
    if (local === "tr" && within(one, "trPr", "del") !== undefined) return this.#deleted(one);
    if (local === "tc" && within(one, "tcPr", "cellDel") !== undefined) return this.#deleted(one);
    if (local === "smartTag") return "unwrap";
    if (local === "footnoteReference" || local === "endnoteReference") this.#notes.add(`${local} ${one.get("id") ?? ""}`);
    if ((local === "footnote" || local === "endnote") && one.get("type") === null && !this.#notes.has(`${local}Reference ${one.get("id") ?? ""}`)) return this.#deleted(one);
    if (local === "object") return this.#object(one);
    if (local === "sdtPr") this.#control(one);
    if (local === "instrText" || local === "fldSimple") this.#field(one);
    one.drop((name, value) => isTelling(name, value));
    return null;
  }

  #gone(one: Element, local: string): Fate {
    if (local.endsWith("Change")) this.#who(one);
    const { findings } = this.report;
    if (local === "rsids") findings.add("revision", `rsids: ${one.elements().length}`);
    if (local === "docVars") for (const each of one.elements()) findings.add("other", `${each.get("name") ?? ""}: ${each.get("val") ?? ""}`);
    return "gone";
  }

  #control(one: Element): void {
    for (const each of one.elements().filter(({ local }) => CALLED.has(local))) this.report.findings.add("other", each.get("val") ?? "");
    one.children = one.children.filter((each) => !(each instanceof Element && CALLED.has(each.local)));
    for (const each of one.all()) each.drop((name) => localName(name) === "lastValue");
  }

  #who(one: Element): void {
    this.report.findings.add("author", one.get("author") ?? "");
    this.report.findings.add("time", one.get("date") ?? "");
  }

  #deleted(one: Element): Fate {
    this.#who(one);
    for (const inner of one.all()) if (inner.get("author") !== null) this.#who(inner);
    this.report.findings.add("revision", `− ${plain(one)}`);
    return "gone";
  }

  #inserted(one: Element): Fate {
    this.#who(one);
    this.report.findings.add("revision", `+ ${plain(one)}`);
    return "unwrap";
  }

  #hidden(one: Element): Fate {
    this.report.findings.add("hidden", plain(one));
    // A field's beginning or end may stand in hidden text: without its twin the rest would not be read.
    return one.elements("fldChar").length > 0 ? "keep" : "gone";
  }

  #isHidden(properties: Element | undefined, styled: string): boolean {
    if (properties === undefined) return false;
    const vanish = within(properties, "vanish");
    return vanish === undefined ? this.hiding.has(within(properties, styled)?.get("val") ?? "") : isOn(vanish);
  }

  #paragraph(one: Element): Fate | null {
    const properties = within(one, "pPr");
    if (properties !== undefined && this.hiding.has(within(properties, "pStyle")?.get("val") ?? "") && properties.elements("sectPr").length === 0) {
      return this.#hidden(one);
    }
    const mark = properties && within(properties, "rPr");
    const deleted = mark?.elements("del")[0] ?? mark?.elements("moveFrom")[0];
    const empty = deleted !== undefined && !isVisible(one) && properties?.elements("sectPr").length === 0;
    if (empty) return this.#deleted(one);
    one.drop((name, value) => isTelling(name, value));
    return null;
  }

  #object(one: Element): Fate | null {
    if (one.elements("OLEObject").length === 0) return null;
    const picture = new Element(one.name.replace("object", "pict"));
    picture.children = one.children;
    this.report.findings.add("attachment", within(one, "OLEObject")?.get("ProgID") ?? "OLE");
    one.children = [picture];
    return "unwrap";
  }

  #field(one: Element): void {
    const asked = one.local === "fldSimple" ? (one.get("instr") ?? "") : one.text;
    if (!isPlace(asked)) return;
    this.report.findings.add("other", asked);
    if (one.local === "fldSimple") one.set("instr", " QUOTE ");
    else one.children = [" QUOTE "];
  }
}

function isTelling(name: string, value: string): boolean {
  const local = localName(name);
  if (local === "paraId" || local === "textId") return true;
  // Neither names nor times stand in any other attribute that is called so.
  return name.includes(":") && TELLING.test(local) && value !== "";
}

/** Whether a reader sees anything of a paragraph once what was deleted is gone. */
function isVisible(paragraph: Element): boolean {
  const staying = paragraph.elements().filter(({ local }) => !["del", "moveFrom", "pPr"].includes(local));
  return staying.some((one) => [...one.all()].some(({ local }) => VISIBLE.has(local)));
}

/** The text of a part of a document, deleted or not, without fields' instructions. */
export function plain(one: Element): string {
  const pieces: string[] = [];
  for (const inner of one.all()) {
    if (["t", "delText"].includes(inner.local)) pieces.push(inner.text);
    if (inner.local === "p" || inner.local === "tab" || inner.local === "br") pieces.push(" ");
  }
  return pieces.join("");
}
