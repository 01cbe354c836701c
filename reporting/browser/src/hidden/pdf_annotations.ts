/** What is noted on the pages of a PDF: by whom, when, and what of it a reader sees. */

import type { PDFDict } from "@cantoo/pdf-lib";

import { N_ } from "../protocol/errors.ts";
import { HIDDEN_GOES } from "./office.ts";
import { BOXES } from "./pdf_cover.ts";
import { at, dateOf, dictionaryAt, name, nameAt, numbersAt, textAt } from "./pdf_read.ts";
import type { Scrubbing } from "./pdf_clean.ts";

const UNAPPLIED = N_("Regions of this document are marked to be blacked out, but what is under them is still there.");

/** These are drawn on the page, or are followed or filled in there. */
const DRAWN = new Set(["Link", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly", "StrikeOut", "Stamp", "Caret", "Ink", "Widget", "Watermark", "TrapNet", "PrinterMark", "Redact"]);
const TELLING = ["T", "Contents", "RC", "Subj", "M", "CreationDate", "NM", "Popup", "IRT", "RT", "State", "StateModel", "ExData", "DS", "IT", "OverlayText"];
const DARK = 0.3;
const HIDDEN = 2; // ISO 32000-2, table 167, bit position 2

/** Whether an annotation is seen on its page without a click. */
export function keepsAnnotation(one: PDFDict): boolean {
  const flags = Number(String(at(one, "F") ?? "0"));
  const isHidden = (flags & HIDDEN) !== 0;
  return DRAWN.has(nameAt(one, "Subtype")) && !isHidden;
}

/** Says what an annotation gives away. */
export function inspectAnnotation(one: PDFDict, scrubbing: Scrubbing): void {
  const { findings } = scrubbing.report;
  const kind = nameAt(one, "Subtype");
  if (kind !== "Widget") {
    findings.add("author", textAt(one, "T"));
    const comment = textAt(one, "Contents");
    if (comment !== "" && kind !== "FreeText" && kind !== "Link") {
      findings.add("comment", comment);
      scrubbing.report.note(HIDDEN_GOES);
    }
  }
  findings.add("time", dateOf(textAt(one, "M")));
  findings.add("time", dateOf(textAt(one, "CreationDate")));
  const file = dictionaryAt(one, "FS");
  if (file !== undefined) scrubbing.attachment(file);
  if (!keepsAnnotation(one) && kind !== "Popup") findings.add("hidden", kind);
  if (kind === "Redact") scrubbing.report.leave(UNAPPLIED);
  const color = numbersAt(one, "IC");
  if (["Square", "Polygon"].includes(kind) && color.length > 0 && color.every((part) => part < DARK)) scrubbing.report.leave(BOXES);
}

/** Takes from an annotation what is not drawn. */
export function scrubAnnotation(one: PDFDict): void {
  const kind = nameAt(one, "Subtype");
  for (const key of TELLING) {
    // A field's name is `T`; the text of a box is what is read, and a program may draw it anew.
    if (kind === "Widget" && key === "T") continue;
    if (kind === "FreeText" && ["Contents", "DS", "IT"].includes(key)) continue;
    one.delete(name(key));
  }
}
