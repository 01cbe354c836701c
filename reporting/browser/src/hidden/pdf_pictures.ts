/** Pictures that stand in a PDF as files of their own, with all that such files tell. */

import { PDFArray, type PDFContext, type PDFDict, PDFRawStream, type PDFRef } from "@cantoo/pdf-lib";

import type { Data } from "./bytes.ts";
import { inflate } from "./inflate.ts";
import { NOT_ALL, type Report, cleanInner } from "./inner.ts";
import { cleanJpx } from "./jpx.ts";
import { streams } from "./pdf_clean.ts";
import { at, dictionaryOf, filters, listAt, name } from "./pdf_read.ts";
import { CannotClean } from "./types.ts";

const JPEG = ["DCTDecode", "DCT"];
const JPX = "JPXDecode";
const MOST_BYTES = 64 * 1024 * 1024;

/** Puts `content` in the place of what a stream held. */
export function replaced(context: PDFContext, ref: PDFRef, dict: PDFDict, content: Data): void {
  context.assign(ref, PDFRawStream.of(dict, content));
}

/** Cleans each picture; one that cannot be cleaned stays, which `report` says. */
export async function cleanPictures(context: PDFContext, report: Report): Promise<void> {
  for (const [ref, stream] of streams(context)) {
    const used = filters(stream);
    const last = used[used.length - 1] ?? "";
    if (!used.some((one) => JPEG.includes(one) || one === JPX)) continue;
    const bytes = JPEG.includes(last) || last === JPX ? unpacked(stream, used) : null;
    const clean = bytes === null ? null : last === JPX ? cleanedJpx(bytes, report) : await cleanInner(bytes, "picture.jpg", report);
    if (clean === null) {
      report.findings.add("hidden", used.join(" "));
      report.leave(NOT_ALL);
      continue;
    }
    if (used.length > 1) onlyLast(stream.dict, last);
    replaced(context, ref, stream.dict, clean);
  }
}

function cleanedJpx(bytes: Data, report: Report): Data | null {
  try {
    return cleanJpx(bytes, report);
  } catch (error) {
    if (error instanceof CannotClean) return null;
    throw error;
  }
}

/** The picture's file out of what it is packed in; null where that is not read here. */
function unpacked(stream: PDFRawStream, used: readonly string[]): Data | null {
  let bytes: Data = new Uint8Array(stream.getContents());
  const parameters = listAt(stream.dict, "DecodeParms");
  for (const [place, filter] of used.slice(0, -1).entries()) {
    const predicted = dictionaryOf(parameters[place])?.has(name("Predictor")) === true;
    if (!["FlateDecode", "Fl"].includes(filter) || predicted) return null;
    try {
      bytes = inflate(bytes.subarray(2), MOST_BYTES);
    } catch (error) {
      if (error instanceof CannotClean) return null;
      throw error;
    }
    if (bytes.length > MOST_BYTES) return null;
  }
  return bytes;
}

/** Says that the picture is no more packed than its own form packs it. */
function onlyLast(dict: PDFDict, last: string): void {
  const parameters = at(dict, "DecodeParms");
  const own = parameters instanceof PDFArray ? dictionaryOf(dict.context.lookup(parameters.get(parameters.size() - 1))) : undefined;
  dict.set(name("Filter"), name(last));
  if (own === undefined) dict.delete(name("DecodeParms"));
  else dict.set(name("DecodeParms"), own);
}
