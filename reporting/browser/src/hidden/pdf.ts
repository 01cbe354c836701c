/** PDF: written anew with what is drawn, without what is said of it, by whom, and what it was before. */

import { PDFArray, type PDFContext, PDFDict, PDFHeader, PDFHexString, PDFName, PDFRawStream, PDFRef, PDFStreamWriter } from "@cantoo/pdf-lib";

import { N_ } from "../protocol/errors.ts";
import { type Data, latin1 } from "./bytes.ts";
import { cleanIcc, inspectIcc } from "./icc.ts";
import { Report, cleanInner } from "./inner.ts";
import { whole } from "./office.ts";
import { Scrubbing, streams } from "./pdf_clean.ts";
import { BOXES, covers } from "./pdf_cover.ts";
import { type Opened, at, contents, dictionaryAt, dictionaryOf, filters, listAt, name, nameAt, open, dateOf, textAt, textOf } from "./pdf_read.ts";
import type { Detected, Format, Found, Kind } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const LAYERS = N_("This document has layers that are not shown. They stay in it; print it to a new file to be rid of them.");
const INFO: Readonly<Record<string, Kind>> = {
  Author: "author",
  Title: "title",
  Subject: "title",
  Keywords: "title",
  Creator: "software",
  Producer: "software",
  CreationDate: "time",
  ModDate: "time",
  Company: "company",
};
const MOST_PAGES = 400;
const MOST_DRAWN = 4 * 1024 * 1024;
const MOST_SAID = 1024 * 1024;

/** What the document says of itself: all there is, also where nothing refers to it any more. */
function inspectAll({ context, earlier }: Opened, report: Report): void {
  const { findings } = report;
  const said = (kind: Kind, called: string, value: string): void => {
    findings.add(kind, kind === "other" ? `${called}: ${value}` : kind === "time" ? dateOf(value) : value);
  };
  const information = context.lookup(context.trailerInfo.Info);
  if (information instanceof PDFDict) {
    for (const key of information.keys()) {
      const called = key.decodeText();
      const value = textOf(context.lookup(information.get(key)));
      if (value !== "") said(INFO[called] ?? "other", called, value);
    }
  }
  if (earlier > 0) findings.add("revision", String(earlier));
  for (const [, stream] of streams(context)) {
    if (nameAt(stream.dict, "Type") !== "Metadata") continue;
    const packet = contents(stream, MOST_SAID);
    if (packet !== null) inspectXmp(packet, findings);
  }
}

/** Says which layers are not shown, and leaves them: what is on them stands between what is shown. */
function inspectLayers(catalog: PDFDict, report: Report): void {
  const shown = dictionaryAt(catalog, "OCProperties");
  const usual = shown && dictionaryAt(shown, "D");
  if (shown === undefined || usual === undefined) return;
  const off = nameAt(usual, "BaseState") === "OFF" ? listAt(shown, "OCGs") : listAt(usual, "OFF");
  const hidden = off.flatMap((one) => dictionaryOf(one) ?? []);
  if (hidden.length === 0) return;
  report.leave(LAYERS);
  for (const one of hidden) report.findings.add("hidden", textAt(one, "Name"));
  // Names of layers are seen in no page; `hidden` above has told them.
  for (const [place, one] of listAt(shown, "OCGs").entries()) dictionaryOf(one)?.set(name("Name"), PDFHexString.fromText(`Layer ${place + 1}`));
}

function pagesOf(context: PDFContext): PDFDict[] {
  const all = context.enumerateIndirectObjects().flatMap(([, one]) => (one instanceof PDFDict && nameAt(one, "Type") === "Page" ? [one] : []));
  return all.slice(0, MOST_PAGES);
}

function drawnOn(page: PDFDict): string {
  const single = at(page, "Contents");
  const parts = single instanceof PDFRawStream ? [single] : listAt(page, "Contents");
  return parts.map((one) => (one instanceof PDFRawStream ? latin1(contents(one, MOST_DRAWN) ?? new Uint8Array()) : "")).join("\n");
}

/** Warns of dark boxes over text that is still there. */
function inspectBoxes(context: PDFContext, report: Report): void {
  if (pagesOf(context).some((page) => covers(drawnOn(page)))) report.leave(BOXES);
}

function replaced(context: PDFContext, ref: PDFRef, dict: PDFDict, content: Data): void {
  context.assign(ref, PDFRawStream.of(dict, content));
}

/** Cleans the pictures that stand in the document as files of their own. */
async function cleanPictures(context: PDFContext, report: Report): Promise<void> {
  for (const [ref, stream] of streams(context)) {
    const used = filters(stream);
    if (used.length !== 1 || !["DCTDecode", "DCT", "JPXDecode"].includes(used[0] ?? "")) continue;
    const bytes = new Uint8Array(stream.getContents());
    replaced(context, ref, stream.dict, used[0] === "JPXDecode" ? cleanJpx(bytes, report) : await cleanInner(bytes, "picture.jpg", report));
  }
}

const TELLING_BOXES = new Set(["xml ", "uuid", "uinf", "jp2i"]);

/** Of JPEG 2000 (ISO/IEC 15444-1, annex I) the boxes that are no picture. */
function cleanJpx(bytes: Data, report: Report): Data {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(4) !== 0x6a502020) return bytes; // a bare code stream
  const kept: Data[] = [];
  for (let place = 0; place + 8 <= bytes.length; ) {
    const size = view.getUint32(place);
    const kind = latin1(bytes.subarray(place + 4, place + 8));
    const end = size < 8 ? bytes.length : Math.min(bytes.length, place + size);
    if (size === 1 || !TELLING_BOXES.has(kind)) kept.push(bytes.subarray(place, end));
    else if (kind === "xml ") inspectXmp(bytes.subarray(place + 8, end), report.findings);
    else report.findings.add("other", kind);
    place = end;
  }
  return new Uint8Array(kept.flatMap((part) => [...part]));
}

/** Takes names of screens and programs out of the profiles of colors. */
function cleanProfiles(context: PDFContext, report: Report): void {
  const profiles = new Set<PDFRef>();
  for (const [, one] of context.enumerateIndirectObjects()) collect(one instanceof PDFRawStream ? one.dict : one, profiles, 0);
  for (const ref of profiles) {
    const stream = context.lookup(ref);
    const profile = stream instanceof PDFRawStream ? contents(stream, MOST_SAID * 8) : null;
    if (!(stream instanceof PDFRawStream) || profile === null) continue;
    inspectIcc(profile, report.findings);
    const cleaned = cleanIcc(profile);
    if (cleaned === null) continue;
    stream.dict.delete(name("Filter"));
    replaced(context, ref, stream.dict, cleaned);
  }
}

const DEEPEST = 20;

function collect(one: unknown, profiles: Set<PDFRef>, depth: number): void {
  if (depth > DEEPEST) return;
  if (one instanceof PDFArray) {
    const [first, second] = one.asArray();
    if (first instanceof PDFName && first.decodeText() === "ICCBased" && second instanceof PDFRef) profiles.add(second);
    else for (const inner of one.asArray()) collect(inner, profiles, depth + 1);
  } else if (one instanceof PDFDict) {
    const destination = one.get(name("DestOutputProfile"));
    if (destination instanceof PDFRef) profiles.add(destination);
    for (const inner of one.values()) collect(inner, profiles, depth + 1);
  }
}

async function cleaned(file: Blob, report: Report): Promise<Data> {
  const opened = await open(await whole(file));
  const { context } = opened;
  inspectAll(opened, report);
  const scrubbing = new Scrubbing(context, report);
  scrubbing.run();
  inspectLayers(scrubbing.catalog, report);
  inspectBoxes(context, report);
  await cleanPictures(context, report);
  cleanProfiles(context, report);
  context.header = PDFHeader.forVersion(1, 7);
  return new Uint8Array(await PDFStreamWriter.forContext(context, 500).serializeToBuffer());
}

export const pdf: Format = {
  matches: ({ type }: Detected): boolean => type === "application/pdf",

  inspect: async (file: Blob): Promise<Found> => {
    const report = new Report();
    await cleaned(file, report);
    return report.found;
  },

  clean: async (file: Blob): Promise<Blob> => new Blob([await cleaned(file, new Report())]),
};
