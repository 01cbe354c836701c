/**
 * What a file gives away about who made it, and the file without it.
 *
 * Everything happens on the device. Pixels and sound are never decoded: bytes that tell are left out or replaced, and
 * the others stay as they are. A file that is damaged or unknown is never half cleaned: it is said, and kept as it is.
 */

import { N_ } from "../protocol/errors.ts";
import { read } from "./bytes.ts";
import { HEAD_BYTES, detect } from "./detect.ts";
import { FORMATS } from "./formats.ts";
import { CannotClean, type Cleaned, type Detected, type Format, type Found, type Inspection, NOT_CLEANED } from "./types.ts";

const MISMATCH = N_("The ending of this file's name does not fit what is in it. Check that it is the file you mean.");
const PRINTER_DOTS = N_(
  "A photo or scan of a printed page may show pale dots that tell which printer made it and when. No program removes them safely; typing out what matters avoids them.",
);

/**
 * What `file` gives away, and whether that can be removed. Never throws for what is in the file: one that is damaged
 * cannot be cleaned, and a note says so.
 */
export async function inspect(file: Blob, name: string): Promise<Inspection> {
  const detected = await detectedOf(file, name);
  const found = await inspected(formatOf(detected), file, detected);
  const notes = [...(detected.mismatch ? [MISMATCH] : []), ...found.notes, ...(isPaper(detected) ? [PRINTER_DOTS] : [])];
  return { type: detected.type, family: detected.family, findings: found.findings, cleaning: found.cleaning, notes };
}

/**
 * `file` without what it gives away; what looking again still finds is `left`.
 *
 * @throws CannotClean with the reason in words
 */
export async function clean(file: Blob, name: string): Promise<Cleaned> {
  const detected = await detectedOf(file, name);
  const format = formatOf(detected);
  if (format === undefined) throw new CannotClean(NOT_CLEANED);
  const bare = await safely(() => format.clean(file, detected));
  const called = format.renamed?.(name) ?? name;
  const now = await detectedOf(bare, called);
  const content = bare.slice(0, bare.size, now.type);
  const { findings } = await safely(() => format.inspect(content, now));
  return { content, name: called, type: now.type, left: findings };
}

async function detectedOf(file: Blob, name: string): Promise<Detected> {
  return detect(await read(file, 0, Math.min(file.size, HEAD_BYTES)), name);
}

function formatOf(detected: Detected): Format | undefined {
  return FORMATS.find((format) => format.matches(detected));
}

async function inspected(format: Format | undefined, file: Blob, detected: Detected): Promise<Found> {
  if (format === undefined) return { findings: [], cleaning: "none", notes: [NOT_CLEANED] };
  try {
    return await safely(() => format.inspect(file, detected));
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error;
    return { findings: [], cleaning: "none", notes: [error.message] };
  }
}

/** Whatever a library throws over a hostile file is said in our words. */
async function safely<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CannotClean ? error : new CannotClean(FAILED);
  }
}

const FAILED = N_("Looking into this file failed, so what it hides cannot be removed.");

function isPaper({ family }: Detected): boolean {
  return family === "picture" || family === "pdf";
}
