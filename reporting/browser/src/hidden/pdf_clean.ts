/**
 * Takes out of a PDF what is not drawn on its pages (ISO 32000-2).
 *
 * Of the document and of each page only known keys stay; whatever is then no longer referred to is not written.
 * What is drawn, and what a reader follows (links within and to the web, bookmarks, fields), stays.
 */

import { PDFArray, type PDFContext, PDFDict, PDFHexString, PDFInvalidObject, PDFName, type PDFObject, PDFRawStream, PDFRef, PDFString } from "@cantoo/pdf-lib";

import { N_ } from "../protocol/errors.ts";
import { inspectAnnotation, keepsAnnotation, scrubAnnotation } from "./pdf_annotations.ts";
import { ANNOTATION, BY_PLACE, PROPERTIES, READ, keysOf } from "./pdf_keys.ts";
import { tellDropped } from "./pdf_told.ts";
import { at, dateOf, dictionaryAt, dictionaryOf, listAt, name, nameAt, textAt } from "./pdf_read.ts";
import type { Report } from "./inner.ts";
import { isPlace, isWeb } from "./office.ts";
import { Damaged } from "./types.ts";

const SIGNED = N_("This document is signed. Cleaning removes the signature, which tells who signed and when.");
const ATTACHED = N_("Files inside this document are removed. If they matter, attach them as files of their own.");

const DOCUMENT_KEYS = new Set(["Type", "Version", "Pages", "PageLabels", "Names", "Dests", "ViewerPreferences", "PageLayout", "PageMode", "Outlines", "OpenAction", "AcroForm", "Lang", "OCProperties", "OutputIntents"]);
const PAGE_KEYS = new Set(["Type", "Parent", "Resources", "MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox", "BoxColorInfo", "Contents", "Rotate", "Group", "Annots", "Tabs", "UserUnit", "Dur", "Trans"]);
/** Wherever these stand, they tell of programs, persons, times or other files. */
const TELLING = new Set([
  ...["Metadata", "PieceInfo", "LastModified", "AA", "AF", "Thumb", "OPI", "Alternates", "Measure", "PtData", "CreatorInfo", "StructParent", "StructParents"],
  ...["SE", "XFA", "Ref", "EF", "FS", "URLS", "LegalAttestation", "SpiderInfo", "Lock", "SV", "SigFlags", "JS", "TP"],
]);
const DEEPEST = 4; // lists within lists
const ACTIONS = new Set(["GoTo", "URI", "Named"]);

function drop(dictionary: PDFDict, unwanted: (key: string) => boolean): void {
  for (const key of dictionary.keys()) if (unwanted(key.decodeText())) dictionary.delete(key);
}

/** Whether it is text, or a list with text in it: of no use for drawing, it says something. */
function isText(one: PDFObject | undefined, depth: number): boolean {
  if (one instanceof PDFArray) return depth < DEEPEST && one.asArray().some((each) => isText(each, depth + 1));
  return one instanceof PDFString || one instanceof PDFHexString;
}

/** One document on its way. */
export class Scrubbing {
  readonly #seen = new Set<PDFObject>();
  /** References that stay. */
  readonly reached = new Set<PDFRef>();
  readonly #annotations = new Set<PDFDict>();
  /** What keys dictionaries may have by where they stand. */
  readonly #placed = new Map<PDFDict, ReadonlySet<string>>();

  constructor(
    readonly context: PDFContext,
    readonly report: Report,
  ) {}

  /** The document's root. Throws Damaged where there is none. */
  get catalog(): PDFDict {
    const root = this.context.lookup(this.context.trailerInfo.Root);
    if (root instanceof PDFDict) return root;
    throw new Damaged();
  }

  /** Changes the objects in place, and drops those that nothing refers to any more. */
  run(): void {
    this.#document(this.catalog);
    // Pages first: what is on them is also reached by other ways, such as a form's fields.
    for (const [, one] of this.context.enumerateIndirectObjects()) {
      if (one instanceof PDFDict && (nameAt(one, "Type") === "Page" || one.has(name("Annots")))) this.#page(one);
    }
    const waiting: PDFObject[] = [this.context.trailerInfo.Root ?? this.catalog];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) this.#visit(one, waiting);
    let largest = 0;
    for (const [ref] of this.context.enumerateIndirectObjects()) {
      if (this.reached.has(ref)) largest = Math.max(largest, ref.objectNumber);
      else this.context.delete(ref);
    }
    this.context.largestObjectNumber = largest;
    const { trailerInfo } = this.context;
    delete trailerInfo.Info;
    delete trailerInfo.ID;
  }

  #visit(one: PDFObject, waiting: PDFObject[]): void {
    if (this.#seen.has(one)) return;
    this.#seen.add(one);
    if (one instanceof PDFInvalidObject) throw new Damaged();
    if (one instanceof PDFRef) {
      const target = this.context.lookup(one);
      if (target === undefined) return;
      this.reached.add(one);
      waiting.push(target);
    } else if (one instanceof PDFArray) waiting.push(...one.asArray());
    else {
      const dictionary = dictionaryOf(one);
      if (dictionary === undefined) return;
      this.#seen.add(dictionary);
      if (one instanceof PDFRawStream) dictionary.delete(name("Length")); // written anew, not as an object of its own
      this.#dictionary(dictionary, one instanceof PDFRawStream);
      waiting.push(...dictionary.values());
    }
  }

  #document(catalog: PDFDict): void {
    this.#names(catalog);
    drop(catalog, (key) => !DOCUMENT_KEYS.has(key));
    if (nameAt(catalog, "PageMode") === "UseAttachments") catalog.delete(name("PageMode"));
    const names = dictionaryAt(catalog, "Names");
    if (names !== undefined) drop(names, (key) => key !== "Dests");
  }

  /** What a document has beside its pages: scripts and files by name. */
  #names(catalog: PDFDict): void {
    const names = dictionaryAt(catalog, "Names");
    if (names === undefined) return;
    if (names.has(name("JavaScript"))) this.report.findings.add("script", "JavaScript");
    for (const file of this.#leaves(dictionaryAt(names, "EmbeddedFiles"), new Set())) this.attachment(file);
  }

  #leaves(tree: PDFDict | undefined, seen: Set<PDFDict>): PDFDict[] {
    if (tree === undefined || seen.has(tree)) return [];
    seen.add(tree);
    const own = listAt(tree, "Names").filter((one): one is PDFDict => one instanceof PDFDict);
    return [...own, ...listAt(tree, "Kids").flatMap((kid) => this.#leaves(dictionaryOf(kid), seen))];
  }

  /** Says that a file is within the document. */
  attachment(file: PDFDict): void {
    const called = [textAt(file, "UF"), textAt(file, "F"), "…"].find((text) => text !== "") ?? "";
    this.report.findings.add("attachment", called);
    this.report.findings.add("comment", textAt(file, "Desc"));
    this.report.note(ATTACHED);
  }

  #dictionary(one: PDFDict, isStream: boolean): void {
    if (this.#annotations.has(one)) scrubAnnotation(one);
    if (nameAt(one, "FT") === "Sig") this.#signature(one);
    for (const key of ["A", "PA", "OpenAction", "Next", "Dest"]) this.#action(one, key);
    if (one.has(name("AA"))) this.report.findings.add("script", "AA");
    if (one.has(name("XFA"))) this.report.findings.add("hidden", "XFA");
    if (one.has(name("Thumb"))) this.report.findings.add("thumbnail", "PDF");
    for (const key of dictionaryAt(one, "PieceInfo")?.keys() ?? []) this.report.findings.add("software", key.decodeText());
    drop(one, (key) => TELLING.has(key));
    this.#known(one, isStream);
  }

  /** Keeps the keys that say how something is drawn, where it is known which those are. */
  #known(one: PDFDict, isStream: boolean): void {
    const known = this.#annotations.has(one) ? ANNOTATION : (keysOf(one, isStream) ?? this.#placed.get(one));
    drop(one, (key) => {
      const goes = known === undefined ? key.startsWith("PTEX.") || (!READ.has(key) && isText(at(one, key), 0)) : !known.has(key);
      if (goes) tellDropped(key, at(one, key), this.report.findings);
      return goes;
    });
    for (const key of one.keys()) {
      const child = at(one, key.decodeText());
      const place = BY_PLACE[key.decodeText()];
      if (child instanceof PDFDict && place !== undefined) this.#placed.set(child, place);
      if (child instanceof PDFDict && key.decodeText() === "Properties") for (const list of child.keys()) this.#property(at(child, list.decodeText()));
    }
  }

  #property(list: PDFObject | undefined): void {
    if (list instanceof PDFDict) this.#placed.set(list, PROPERTIES);
  }

  #page(page: PDFDict): void {
    if (page.has(name("Thumb"))) this.report.findings.add("thumbnail", "PDF");
    if (page.has(name("PieceInfo"))) for (const key of dictionaryAt(page, "PieceInfo")?.keys() ?? []) this.report.findings.add("software", key.decodeText());
    if (page.has(name("AA"))) this.report.findings.add("script", "AA");
    drop(page, (key) => {
      const goes = !PAGE_KEYS.has(key);
      if (goes) tellDropped(key, at(page, key), this.report.findings);
      return goes;
    });
    const annotations = at(page, "Annots");
    if (!(annotations instanceof PDFArray)) {
      page.delete(name("Annots"));
      return;
    }
    for (let place = annotations.size() - 1; place >= 0; place--) {
      const one = dictionaryOf(this.context.lookup(annotations.get(place)));
      if (one !== undefined) inspectAnnotation(one, this);
      if (one === undefined || !keepsAnnotation(one)) annotations.remove(place);
      else this.#annotations.add(one);
    }
  }

  #signature(field: PDFDict): void {
    const signature = dictionaryAt(field, "V");
    if (signature === undefined) return;
    const { findings } = this.report;
    findings.add("author", textAt(signature, "Name"));
    findings.add("time", dateOf(textAt(signature, "M")));
    findings.add("place", textAt(signature, "Location"));
    findings.add("comment", textAt(signature, "Reason"));
    findings.add("other", textAt(signature, "ContactInfo"));
    this.report.note(SIGNED);
    field.delete(name("V"));
  }

  #action(one: PDFDict, key: string): void {
    const action = at(one, key);
    if (!(action instanceof PDFDict)) return;
    const does = nameAt(action, "S");
    if (does === "" && key === "A") return; // attributes of a structure are called so too
    const address = textAt(action, "URI");
    if (ACTIONS.has(does) && (does !== "URI" || (isWeb(address) && !isPlace(address)))) return;
    if (key === "Dest" && does === "") return;
    if (does === "URI" || does === "GoToR" || does === "Launch") this.report.findings.add("other", address === "" ? this.#file(action) : address);
    else this.report.findings.add("script", does);
    one.delete(name(key));
  }

  #file(action: PDFDict): string {
    const file = dictionaryAt(action, "F");
    return file === undefined ? textAt(action, "F") : textAt(file, "UF") || textAt(file, "F");
  }
}

/** Streams that stay, with their references. */
export function streams(context: PDFContext): [PDFRef, PDFRawStream][] {
  return context.enumerateIndirectObjects().filter((one): one is [PDFRef, PDFRawStream] => one[1] instanceof PDFRawStream);
}

/** Whether `one` is that name. */
export function isName(one: PDFObject | undefined, text: string): boolean {
  return one instanceof PDFName && one.decodeText() === text;
}
