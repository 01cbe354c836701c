/** JPEG 2000 (ISO/IEC 15444-1) as it stands in documents: of its boxes and comments only what is the picture. */

import { Bytes, type Data, anyText, be16, be32, bytesOf, joined } from "./bytes.ts";
import { cleanIcc, inspectIcc } from "./icc.ts";
import type { Report } from "./inner.ts";
import { Damaged } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const SIGNATURE = 0x6a502020;
const KEPT: ReadonlySet<string> = new Set(["jP  ", "ftyp", "jp2h", "jp2c"]);
const KEPT_IN_HEADER: ReadonlySet<string> = new Set(["ihdr", "bpcc", "colr", "pclr", "cmap", "cdef"]);
const MOST_BOXES = 1_000;
const [START, TILE, COMMENT] = [0xff4f, 0xff90, 0xff64];

interface Box {
  readonly kind: string;
  readonly content: Data;
}

/** The boxes of `data` (annex I.4): a length of 1 stands before one of 64 bits, 0 reaches to the end. */
function boxes(data: Data): readonly Box[] {
  const bytes = new Bytes(data);
  const found: Box[] = [];
  for (let at = 0; at + 8 <= data.length; ) {
    const length = bytes.u32(at);
    const head = length === 1 ? 16 : 8;
    const size = length === 1 ? bytes.u64(at + 8) : length === 0 ? data.length - at : length;
    if (size < head || found.length >= MOST_BOXES) throw new Damaged();
    found.push({ kind: bytes.latin1(at + 4, at + 8), content: bytes.part(at + head, at + size) });
    at += size;
  }
  return found;
}

function written({ kind, content }: Box): Data {
  return joined([be32(content.length + 8), bytesOf(kind), content]);
}

function told({ kind, content }: Box, report: Report): void {
  if (kind === "xml ") inspectXmp(content, report.findings);
  else report.findings.add("other", kind);
}

/** How colors are meant (annex I.5.3.3); a profile may name a screen. */
function color(box: Box, report: Report): Box {
  const [method] = box.content;
  if (method !== 2 && method !== 3) return box;
  const profile = box.content.slice(3);
  inspectIcc(profile, report.findings);
  const clean = cleanIcc(profile);
  if (clean === null) throw new Damaged();
  return { kind: box.kind, content: joined([box.content.slice(0, 3), clean]) };
}

/** The picture itself (annex A), without comments such as the name of a program. */
function codeStream(data: Data, report: Report): Data {
  const bytes = new Bytes(data);
  if (bytes.u16(0) !== START) throw new Damaged();
  const kept: Data[] = [be16(START)];
  let at = 2;
  for (let marker = bytes.u16(at); marker !== TILE; marker = bytes.u16(at)) {
    const end = at + 2 + bytes.u16(at + 2);
    if (marker < 0xff30 || end < at + 4) throw new Damaged();
    if (marker === COMMENT) report.findings.add("software", anyText(bytes.part(Math.min(at + 6, end), end)));
    else kept.push(bytes.part(at, end));
    at = end;
  }
  return joined([...kept, ...tiles(bytes, at)]);
}

/** The parts of the picture (annex A.4.2), and nothing behind the last; comments in their heads are filled with blanks. */
function tiles(bytes: Bytes, from: number): Data[] {
  const found: Data[] = [];
  let at = from;
  while (at + 12 <= bytes.length && bytes.u16(at) === TILE) {
    const length = bytes.u32(at + 6);
    const part = bytes.part(at, length === 0 ? bytes.length : at + length).slice();
    const inner = new Bytes(part);
    for (let place = 12; inner.u16(place) !== 0xff93; place += 2 + inner.u16(place + 2)) {
      if (inner.u16(place + 2) < 2) throw new Damaged();
      if (inner.u16(place) === COMMENT) part.fill(0x20, place + 6, place + 2 + inner.u16(place + 2));
    }
    found.push(part);
    at += part.length;
  }
  return [...found, be16(0xffd9)];
}

/**
 * The picture alone.
 *
 * @throws Damaged where it is not built as its standard says
 */
export function cleanJpx(data: Data, report: Report): Data {
  const bytes = new Bytes(data);
  if (data.length < 12 || bytes.u32(4) !== SIGNATURE) return codeStream(data, report);
  const kept: Box[] = [];
  for (const box of boxes(data)) {
    if (!KEPT.has(box.kind)) told(box, report);
    else if (box.kind === "jp2c") kept.push({ kind: box.kind, content: codeStream(box.content, report) });
    else if (box.kind === "jp2h") kept.push({ kind: box.kind, content: header(box.content, report) });
    else kept.push(box);
  }
  return joined(kept.map(written));
}

function header(content: Data, report: Report): Data {
  const kept: Box[] = [];
  for (const box of boxes(content)) {
    if (box.kind === "colr") kept.push(color(box, report));
    else if (KEPT_IN_HEADER.has(box.kind)) kept.push(box);
    else if (box.kind !== "res ") told(box, report);
  }
  return joined(kept.map(written));
}
