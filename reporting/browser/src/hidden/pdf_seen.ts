/** What the pages of a PDF hold and do not show: it stays there, so it is said. */

import { type PDFContext, PDFDict, PDFRawStream } from "@cantoo/pdf-lib";

import { N_ } from "../protocol/errors.ts";
import { latin1 } from "./bytes.ts";
import type { Report } from "./inner.ts";
import { CROPPED } from "./office.ts";
import { BOXES, type Box, draw } from "./pdf_cover.ts";
import { at, contents, dictionaryAt, dictionaryOf, listAt, name, nameAt, numbersAt } from "./pdf_read.ts";

const UNSEEN = N_("This document holds text that is not seen on its pages, such as what a scanner read. It stays in it.");
const LATER = N_("This document has more pages than are looked at here for boxes, cut pictures and unseen text.");
const MARKED = N_("The text of this document holds marks that nobody sees. They can tell which copy it is, and stay in it.");
const WITHIN = N_("A picture that stands in the text of a page cannot be cleaned here and stays as it is.");
const MOST_PAGES = 400;
const MOST_DRAWN = 4 * 1024 * 1024;
const MOST_LETTERS = 256 * 1024;
/** In a table of letters, those that are not seen. */
const MARKS = /<(200[B-F]|206[0-4]|202[A-E]|FEFF|DB40DC[0-7][0-9A-F])>/giu;
const INLINE_JPEG = /\bBI\b[^]{0,400}?\/DCT/u;
const SEEN = 0.98;

/** A box of a page, which may be named further up. */
function boxOf(page: PDFDict, key: string): Box | null {
  let one: PDFDict | undefined = page;
  for (let step = 0; step < 30 && one !== undefined; step++) {
    const [left, bottom, right, top] = numbersAt(one, key);
    if (left !== undefined && bottom !== undefined && right !== undefined && top !== undefined) {
      return [Math.min(left, right), Math.min(bottom, top), Math.max(left, right), Math.max(bottom, top)];
    }
    one = dictionaryAt(one, "Parent");
  }
  return null;
}

function sizeOf([left, bottom, right, top]: Box): number {
  return (right - left) * (top - bottom);
}

function drawnOn(page: PDFDict): string {
  const single = at(page, "Contents");
  const parts = single instanceof PDFRawStream ? [single] : listAt(page, "Contents");
  return parts.map((one) => (one instanceof PDFRawStream ? latin1(contents(one, MOST_DRAWN) ?? new Uint8Array()) : "")).join("\n");
}

/** Names of the pictures that a page may draw. */
function picturesOf(page: PDFDict): ReadonlySet<string> {
  let one: PDFDict | undefined = page;
  for (let step = 0; step < 30 && one !== undefined; step++) {
    const drawings = dictionaryAt(one, "Resources");
    const named = drawings && dictionaryAt(drawings, "XObject");
    if (named !== undefined) return new Set(named.keys().map((key) => key.decodeText()).filter((key) => nameAt(dictionaryAt(named, key) ?? named, "Subtype") === "Image"));
    one = drawings === undefined ? dictionaryAt(one, "Parent") : undefined;
  }
  return new Set();
}

function inspectPage(page: PDFDict, report: Report): void {
  const whole = boxOf(page, "MediaBox") ?? [0, 0, 612, 792];
  const seen = boxOf(page, "CropBox") ?? whole;
  const text = drawnOn(page);
  const { covered, cropped, unseen } = draw(text, seen, picturesOf(page));
  if (covered) report.leave(BOXES);
  if (cropped || sizeOf(seen) < SEEN * sizeOf(whole)) {
    report.findings.add("hidden", cropped ? "▭" : "CropBox");
    report.leave(CROPPED);
  }
  if (unseen) report.leave(UNSEEN);
  if (INLINE_JPEG.test(text)) report.leave(WITHIN);
}

/** Says which of their letters are marks. */
function inspectFonts(context: PDFContext, report: Report): void {
  for (const [, one] of context.enumerateIndirectObjects()) {
    const table = dictionaryOf(one)?.has(name("ToUnicode")) === true && one instanceof PDFDict ? at(one, "ToUnicode") : undefined;
    const letters = table instanceof PDFRawStream ? contents(table, MOST_LETTERS) : null;
    for (const [, mark = ""] of letters === null ? [] : latin1(letters).matchAll(MARKS)) {
      report.findings.add("hidden", `U+${mark.toUpperCase()}`);
      report.leave(MARKED);
    }
  }
}

/** Looks for boxes over text, for what is cut off, and for text that is not seen. */
export function inspectPages(context: PDFContext, report: Report): void {
  const pages = context.enumerateIndirectObjects().flatMap(([, one]) => (one instanceof PDFDict && nameAt(one, "Type") === "Page" ? [one] : []));
  for (const page of pages.slice(0, MOST_PAGES)) inspectPage(page, report);
  if (pages.length > MOST_PAGES) report.leave(LATER);
  inspectFonts(context, report);
}
