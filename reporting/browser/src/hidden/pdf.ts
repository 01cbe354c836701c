/** PDF: written anew with what is drawn, without what is said of it, by whom, and what it was before. */

import { PDFArray, type PDFContext, PDFDict, PDFHeader, PDFHexString, PDFName, PDFRawStream, PDFRef, PDFStreamWriter } from "@cantoo/pdf-lib";

import { N_ } from "../protocol/errors.ts";
import type { Data } from "./bytes.ts";
import { cleanIcc, inspectIcc } from "./icc.ts";
import { Report } from "./inner.ts";
import { whole } from "./office.ts";
import { Scrubbing, streams } from "./pdf_clean.ts";
import { inspectPages } from "./pdf_seen.ts";
import { cleanPictures, replaced } from "./pdf_pictures.ts";
import { type Opened, contents, dictionaryAt, dictionaryOf, listAt, name, nameAt, open, textAt } from "./pdf_read.ts";
import { tellInformation } from "./pdf_told.ts";
import type { Detected, Format, Found } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const LAYERS = N_("This document has layers that are not shown. They stay in it; print it to a new file to be rid of them.");
const MOST_SAID = 1024 * 1024;

/** What the document says of itself: all there is, also where nothing refers to it any more. */
function inspectAll({ context, earlier }: Opened, report: Report): void {
  const { findings } = report;
  const information = context.lookup(context.trailerInfo.Info);
  if (information instanceof PDFDict) tellInformation(information, findings);
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
  inspectPages(context, report);
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
