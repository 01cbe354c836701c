/**
 * Documents of Word, Excel and PowerPoint (ECMA-376).
 *
 * A document is written anew out of what its main part leads to by relationships that a reader sees the result
 * of; everything else (properties, comments, people, printers, custom data, macros, embedded files, thumbnails)
 * is thereby gone, also what no one has thought of yet. Text and pictures stay as a reader sees them.
 */

import type { Data } from "./bytes.ts";
import { Report, cleanInner, cleanMetafile } from "./inner.ts";
import { CHARTS_KEEP, CROPPED, EMBEDDED_GO, HIDDEN_GOES, MACROS_GO, SIGNATURE_BREAKS, isFile, isPlace, isWeb, whole } from "./office.ts";
import { Package, type Relationship, type Written, writePackage } from "./opc.ts";
import { Excel, unseen } from "./ooxml_excel.ts";
import { PowerPoint, hiddenSlides } from "./ooxml_powerpoint.ts";
import { properties } from "./ooxml_properties.ts";
import { Word, hidingStyles } from "./ooxml_word.ts";
import { CannotClean, Damaged, type Detected, type Format, type Found, NOT_CLEANED } from "./types.ts";
import { Element, type Fate, rewrite, serialize } from "./xml.ts";

/** What parts of a document that a reader sees are referred to as. */
const SEEN = new Set([
  ...["officeDocument", "styles", "stylesWithEffects", "settings", "webSettings", "fontTable", "font", "numbering", "theme", "themeOverride"],
  ...["header", "footer", "footnotes", "endnotes", "image", "hyperlink", "chart", "chartEx", "chartUserShapes", "chartStyle", "chartColorStyle"],
  ...["diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing", "drawing", "vmlDrawing", "hdphoto"],
  ...["worksheet", "chartsheet", "sharedStrings", "table"],
  ...["slide", "slideMaster", "slideLayout", "notesMaster", "presProps", "viewProps", "tableStyles", "video", "audio", "media"],
]);
/** Elements that say nothing once what they refer to is gone. */
const POINTING = new Set([
  ...["legacyDrawing", "legacyDrawingHF", "drawing", "picture", "control", "OLEObject", "oleObj", "externalReference", "hlinkClick", "hlinkHover"],
  ...["hlinkMouseOver", "externalData", "userShapes", "tags", "custData", "sheet", "sldId", "sld", "tablePart", "pivotCache", "altChunk", "subDoc"],
  ...["contentPart", "attachedTemplate", "headerReference", "footerReference", "saveThroughXslt", "dataSource", "headerSource", "recipientData"],
  ...["notesMasterId", "handoutMasterId", "sldLayoutId"],
]);
/** Relationships that a part names where it uses them; what it names no more goes, such as a deleted picture. */
const NAMED = new Set(["image", "hyperlink", "header", "footer", "chart", "chartEx", "video", "audio", "media", "hdphoto", "drawing", "vmlDrawing"]);
/** Lists that programs take for damage where nothing is in them. */
const LISTS = new Set(["definedNames", "tableParts", "dataValidations", "hyperlinks", "sparklineGroups", "custShowLst"]);
const SPACES = /^http:\/\/(?:schemas\.openxmlformats\.org|purl\.oclc\.org)\/(?:officeDocument\/2006|ooxml\/officeDocument)\/relationships$/;
const MACROS = /vbaProject|wordVbaData|xlMacrosheet|xlIntlMacrosheet|macrosheet/i;
const EMBEDDED = new Set(["package", "oleObject", "aFChunk", "subDocument", "attachedToolbars", "control", "activeXControlBinary", "ctrlProp"]);

const SHAPES = new Set(["sp", "pic", "graphicFrame", "grpSp", "cxnSp", "inline", "anchor"]);
const CALLED = new Set(["docPr", "cNvPr", "shape", "imagedata", "fill"]);

/** The types of documents with macros, or of templates, as those without. */
function plainType(type: string): string {
  return type
    .replace("application/vnd.ms-word.document.macroEnabled.main", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main")
    .replace("application/vnd.ms-word.template.macroEnabledTemplate.main", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main")
    .replace("application/vnd.ms-excel.sheet.macroEnabled.main", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main")
    .replace("application/vnd.ms-excel.template.macroEnabled.main", "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main")
    .replace(/application\/vnd\.ms-powerpoint\.(presentation|slideshow|template)\.macroEnabled\.main/, "application/vnd.openxmlformats-officedocument.presentationml.$1.main");
}

/** One document on its way from what it was to what it becomes. */
class Cleaning {
  readonly report = new Report();
  readonly #written = new Map<string, Written>();
  readonly #opened: Package;
  readonly #root: Relationship;
  readonly #word: Word | null = null;
  readonly #excel: Excel | null = null;
  readonly #powerpoint: PowerPoint | null = null;
  #unshown: ReadonlySet<string> = new Set();
  /** Prefixes of attributes that name a relationship. */
  readonly #prefixes = new Set(["r", "o"]);

  constructor(bytes: Data) {
    this.#opened = Package.open(bytes);
    const root = this.#opened.relationships("").find(({ kind }) => kind === "officeDocument");
    if (root === undefined) throw new Damaged();
    this.#root = root;
    const type = this.#opened.contentType(root.target);
    if (/binary/i.test(type)) throw new CannotClean(NOT_CLEANED);
    if (/word/i.test(type)) this.#word = this.#asWord();
    else if (/excel|spreadsheet/i.test(type)) this.#excel = new Excel(this.report, unseen(this.#opened, root.target));
    else this.#powerpoint = new PowerPoint(this.report);
    if (this.#powerpoint !== null) this.#unshown = hiddenSlides(this.#opened, root.target, this.report);
  }

  #asWord(): Word {
    const styles = this.#opened.relationships(this.#root.target).find(({ kind }) => kind === "styles");
    return new Word(this.report, styles === undefined ? new Set() : hidingStyles(this.#opened.xml(styles.target)));
  }

  /** Takes out what the document hides, and says what that is. */
  async run(): Promise<this> {
    properties(this.#opened, this.report);
    for (const one of this.#opened.relationships("")) if (one.kind === "origin") this.report.note(SIGNATURE_BREAKS);
    const waiting = [this.#root.target];
    const texts: string[] = [];
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      if (this.#written.has(part)) continue;
      // A workbook's texts are written last: by then it is known which are still shown.
      if (this.#opened.contentType(part).includes("sharedStrings")) texts.push(part);
      else for (const { external, target } of await this.#write(part)) if (!external) waiting.push(target);
    }
    for (const part of texts) await this.#write(part);
    this.#excel?.say();
    return this;
  }

  /** The document as it is now. */
  get packed(): Data {
    return writePackage([this.#root], this.#written);
  }

  #stays(part: string, one: Relationship): boolean {
    const { kind, external, target, id } = one;
    const { findings } = this.report;
    if (external) {
      const stays = kind === "hyperlink" && isWeb(target) && !isPlace(target);
      if (!stays) findings.add("other", target);
      return stays;
    }
    if (MACROS.test(kind)) {
      findings.add("script", target);
      this.report.note(MACROS_GO);
    }
    if (EMBEDDED.has(kind)) {
      findings.add("attachment", target.slice(target.lastIndexOf("/") + 1));
      this.report.note(EMBEDDED_GO);
    }
    if (!SEEN.has(kind) || this.#unshown.has(target) || !this.#opened.parts.has(target)) return false;
    if (this.#excel?.unseen.references.has(id) === true && part === this.#root.target) {
      this.#excel.hiddenSheet(this.#opened.xml(target));
      return false;
    }
    // A table names its columns as their first cells do, of which one may be hidden.
    if (kind === "table" && this.#excel?.unseen.cells === true) return false;
    // Of a sheet, the old form of drawings holds comments and programs' buttons; those of headers are pictures.
    return !(kind === "vmlDrawing" && this.#excel !== null && this.#isComments(part, id));
  }

  #isComments(part: string, id: string): boolean {
    return this.#opened.xml(part).elements("legacyDrawing").some((one) => one.get("r:id") === id || one.get("id") === id);
  }

  /** Writes a part; answers what it still refers to. */
  async #write(part: string): Promise<readonly Relationship[]> {
    const type = plainType(this.#opened.contentType(part));
    const bytes = this.#opened.parts.get(part) ?? new Uint8Array();
    const isXml = /[+/]xml$/.test(type) || type.includes("vmlDrawing");
    if (!isXml || type === "image/svg+xml") {
      this.#written.set(part, { content: await this.#binary(part, bytes, type), type, relationships: [] });
      return [];
    }
    const stay = this.#opened.relationships(part).filter((one) => this.#stays(part, one));
    const root = this.#rewritten(part, stay);
    const named = this.#namedIn(root);
    const relationships = stay.filter(({ id, kind }) => !NAMED.has(kind) || named.has(id));
    this.#written.set(part, { content: serialize(root), type, relationships });
    return relationships;
  }

  /** The relationships that a part still names, now that deleted and hidden things are gone. */
  #namedIn(root: Element): ReadonlySet<string> {
    const found = new Set<string>();
    for (const one of root.all()) {
      if (!one.written.includes(":")) continue;
      const { attributes } = one;
      for (let at = 0; at < attributes.length; at += 2) if (this.#prefixes.has((attributes[at] ?? "").split(":")[0] ?? "")) found.add(attributes[at + 1] ?? "");
    }
    return found;
  }

  async #binary(part: string, bytes: Data, type: string): Promise<Data> {
    if (/font|obfuscated/i.test(type)) return bytes;
    if (/emf|wmf/.test(type)) return cleanMetafile(bytes, this.report);
    return cleanInner(bytes, part, this.report);
  }

  #rewritten(part: string, relationships: readonly Relationship[]): Element {
    const root = this.#opened.xml(part);
    const ids = new Set(relationships.map(({ id }) => id));
    const type = this.#opened.contentType(part);
    if (this.#excel !== null && /\bworksheet\+xml$|\.worksheet/.test(type)) this.#excel.sheet(root);
    if (type.includes("sharedStrings")) this.#excel?.texts(root);
    if (this.#excel?.unseen.cells === true && /chart(?:ex)?\+xml$/i.test(type)) this.report.leave(CHARTS_KEEP);
    const top = new Element("");
    top.children = [root];
    rewrite(top, (one) => this.#decide(one, ids, type));
    if (this.#word === null) rewrite(top, (one) => (LISTS.has(one.local) && one.elements().length === 0 ? "gone" : "keep"));
    return root;
  }

  #decide(one: Element, ids: ReadonlySet<string>, type: string): Fate {
    const fate = this.#pointing(one, ids);
    if (fate !== null) return fate;
    if (isHidden(one)) {
      this.report.findings.add("hidden", one.text);
      this.report.note(HIDDEN_GOES);
      return "gone";
    }
    this.#named(one);
    this.#cropped(one);
    const own = type.includes("word") ? this.#word?.decide(one) : (this.#excel?.decide(one) ?? this.#powerpoint?.decide(one));
    return own ?? "keep";
  }

  /** Drops attributes that name a relationship which is gone, and elements that are then for nothing. */
  #pointing(one: Element, ids: ReadonlySet<string>): Fate | null {
    if (!one.written.includes(":")) return null;
    let lost = false as boolean;
    one.drop((name, value) => {
      const [prefix = "", ...rest] = name.split(":");
      if (prefix === "xmlns" && SPACES.test(value)) this.#prefixes.add(rest.join(":"));
      const names = rest.length > 0 && prefix !== "xmlns" && this.#prefixes.has(prefix) && (prefix !== "o" || rest[0] === "relid");
      const gone = names && value !== "" && !ids.has(value);
      lost ||= gone;
      return gone;
    });
    if (!lost) return null;
    if (one.local === "hyperlink") return one.children.length > 0 ? "unwrap" : one.get("location") === null ? "gone" : null;
    return POINTING.has(one.local) ? "gone" : null;
  }

  /** Says that of a picture a part is cut off, and stays. */
  #cropped(one: Element): void {
    const sides = one.local === "srcRect" ? ["l", "t", "r", "b"] : one.local === "imagedata" ? ["cropleft", "croptop", "cropright", "cropbottom"] : [];
    const cut = sides.map((side) => one.get(side) ?? "0");
    if (!cut.some((side) => /[1-9]/.test(side) && !side.startsWith("-"))) return;
    this.report.findings.add("hidden", `${one.local} ${cut.join(" ")}`);
    this.report.leave(CROPPED);
  }

  /** Names and descriptions of pictures are often those of the files that they came from. */
  #named(one: Element): void {
    if (!CALLED.has(one.local)) return;
    for (const name of ["descr", "title", "name", "alt", "o:title"]) {
      const value = one.get(name);
      if (value === null || !isFile(value)) continue;
      this.report.findings.add("other", value);
      one.set(name, "");
    }
  }
}

/** Whether a drawing is not shown. */
function isHidden(one: Element): boolean {
  if (!SHAPES.has(one.local)) return false;
  const inner = one.elements().flatMap((each) => [each, ...each.elements()]);
  return inner.some((each) => ["cNvPr", "docPr"].includes(each.local) && ["1", "true"].includes(each.get("hidden") ?? ""));
}

export const ooxml: Format = {
  matches: ({ type }: Detected): boolean => /openxmlformats-officedocument|macroEnabled/i.test(type),

  inspect: async (file: Blob): Promise<Found> => {
    const cleaning = await new Cleaning(await whole(file)).run();
    return cleaning.report.found;
  },

  clean: async (file: Blob): Promise<Blob> => new Blob([(await new Cleaning(await whole(file)).run()).packed]),

  // Without its macros a document must not be called one that has some: Word would not open it.
  renamed: (name: string): string => name.replace(/\.(do[ct]|xl[st]|p[op][tst])m(\s*)$/i, (_whole, kind: string, end: string) => `.${kind}x${end}`),
};
