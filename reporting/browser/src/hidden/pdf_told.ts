/** What a PDF says beside its pages, in words that a reporter can judge. */

import { PDFArray, PDFDict, PDFName, type PDFObject } from "@cantoo/pdf-lib";

import type { Findings } from "./findings.ts";
import { at, dateOf, textOf } from "./pdf_read.ts";
import type { Kind } from "./types.ts";

const KINDS: Readonly<Record<string, Kind>> = {
  Author: "author",
  Title: "title",
  Subject: "title",
  Keywords: "title",
  Creator: "software",
  Producer: "software",
  CreationDate: "time",
  ModDate: "time",
  LastModified: "time",
  Company: "company",
};
const DEEPEST = 4;
/** Beyond this nobody reads what is told, and a file could be made to be told for hours. */
const MOST_TOLD = 2_000;
/** Said of each piece of text by itself; what they say goes, and would fill pages. */
const ORDINARY = new Set(["Name", "StructParent", "StructParents", "ID", "Length", "ParentTree", "Extensions", "StructTreeRoot", "MarkInfo", "Metadata", "PieceInfo", "Thumb", "AA"]);

/** The texts of what a document says of itself. */
export function tellInformation(information: PDFDict, findings: Findings): void {
  for (const key of information.keys()) tell(key.decodeText(), at(information, key.decodeText()), findings, 0);
}

/** What a key held that no reader sees, and that is gone. */
export function tellDropped(key: string, value: PDFObject | undefined, findings: Findings): void {
  if (!ORDINARY.has(key)) tell(key, value, findings, 0);
}

function tell(key: string, value: PDFObject | undefined, findings: Findings, depth: number): void {
  if (depth > DEEPEST || findings.told > MOST_TOLD) return;
  if (value instanceof PDFDict) {
    for (const inner of value.keys()) if (inner.decodeText() !== "Parent") tell(inner.decodeText(), at(value, inner.decodeText()), findings, depth + 1);
  } else if (value instanceof PDFArray) {
    for (const inner of value.asArray()) tell(key, inner, findings, depth + 1);
  } else {
    const text = value instanceof PDFName && depth === 0 ? value.decodeText() : textOf(value);
    const kind = Object.hasOwn(KINDS, key) ? (KINDS[key] ?? "other") : "other";
    if (text !== "") findings.add(kind, kind === "other" ? `${key}: ${text}` : kind === "time" ? dateOf(text) : text);
  }
}
