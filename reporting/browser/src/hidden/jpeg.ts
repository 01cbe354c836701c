/**
 * JPEG (ITU-T T.81). What turns the bytes into a picture stays as it is; everything else goes: EXIF and its thumbnail,
 * XMP, IPTC, makers' notes, comments, further pictures, and whatever stands behind the end. How to turn the picture
 * is said by a new EXIF of one tag; a color profile is kept with its colors alone.
 */

import { Bytes, type Data, be16, bytesOf, joined, latin1, read, sizeText, starts } from "./bytes.ts";
import { inspectExif, onlyOrientation, orientationOf } from "./exif.ts";
import { Findings } from "./findings.ts";
import { cleanIcc, inspectIcc } from "./icc.ts";
import { inspectResources } from "./photoshop.ts";
import { Damaged, type Detected, type Format, type Found, TooLarge } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const LARGEST = 64 * 1_048_576;
const [EXIF, XMP, MORE_XMP, RESOURCES, ICC] = ["Exif\0\0", "http://ns.adobe.com/xap/1.0/\0", "http://ns.adobe.com/xmp/extension/\0", "Photoshop 3.0\0", "ICC_PROFILE\0"];
const [APP0, APP1, APP2, APP13, APP14, APP15] = [0xe0, 0xe1, 0xe2, 0xed, 0xee, 0xef];
const [EOI, SOS, COM] = [0xd9, 0xda, 0xfe];
const MOST_ICC = 65_535 - 16; // a segment's length counts itself, the name, and two numbers

interface Segment {
  readonly marker: number;
  /** Behind the marker and its length. */
  readonly payload: Data;
  /** From the marker on; with what is drawn behind it, for a scan. */
  readonly whole: Data;
}

interface Picture {
  readonly segments: readonly Segment[];
  readonly behind: Data;
}

/** Frame headers, and all that has to be known to draw: tables, scans, lines, intervals. */
function isDrawing(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) || (marker >= 0xda && marker <= 0xdf);
}

/** Takes a picture apart, to its end and no farther. */
function parse(data: Data): Picture {
  const bytes = new Bytes(data);
  const segments: Segment[] = [];
  for (let at = 2; ; ) {
    if (bytes.u8(at) !== 0xff) throw new Damaged();
    while (bytes.u8(at + 1) === 0xff) at++; // fill bytes, section B.1.1.2
    const marker = bytes.u8(at + 1);
    if (marker === EOI) {
      if (!segments.some((one) => one.marker === SOS)) throw new Damaged();
      return { segments, behind: bytes.part(at + 2) };
    }
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) throw new Damaged(); // none that belongs here
    const to = at + 2 + bytes.u16(at + 2);
    const end = marker === SOS ? scanEnd(data, to) : to;
    segments.push({ marker, payload: bytes.part(at + 4, to), whole: bytes.part(at, end) });
    at = end;
  }
}

/** Where the next marker is that is neither a restart nor a byte of the picture. */
function scanEnd(data: Data, from: number): number {
  for (let at = data.indexOf(0xff, from); at !== -1; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1];
    if (next !== undefined && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new Damaged();
}

async function pictureOf(file: Blob): Promise<Picture> {
  if (file.size > LARGEST) throw new TooLarge();
  return parse(await read(file));
}

/** The payload's rest, where it begins with `name`. */
function named({ payload }: Segment, name = ""): Data | null {
  return starts(payload, name) ? payload.subarray(name.length) : null;
}

function parts(picture: Picture, marker: number, name = ""): readonly Data[] {
  return picture.segments.flatMap((one) => (one.marker === marker ? (named(one, name) ?? []) : []));
}

/** A profile that is longer than a segment stands in several, each with its number and theirs. */
function profileOf(picture: Picture): Data | null {
  const found = [...parts(picture, APP2, ICC)].sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0)).map((part) => part.subarray(2));
  return found.length === 0 ? null : joined(found);
}

function inspectPicture(picture: Picture): Findings {
  const findings = new Findings();
  for (const data of parts(picture, APP1, EXIF)) inspectExif(data, findings);
  for (const data of parts(picture, APP1, XMP)) inspectXmp(data, findings);
  const more = parts(picture, APP1, MORE_XMP).map((part) => part.subarray(40)); // its digest, length and place
  if (more.length > 0) inspectXmp(joined(more), findings);
  const resources = parts(picture, APP13, RESOURCES);
  if (resources.length > 0) inspectResources(joined(resources), findings);
  const profile = profileOf(picture);
  if (profile !== null) inspectIcc(profile, findings);
  for (const segment of picture.segments) inspectOther(segment, findings);
  if (picture.behind.length > 0) findings.add("hidden", sizeText(picture.behind.length));
  return findings;
}

function inspectOther(segment: Segment, findings: Findings): void {
  const { marker, payload } = segment;
  if (marker === COM) findings.add("comment", latin1(payload));
  else if (marker === APP0) {
    const size = starts(payload, "JFIF\0") ? payload.length - 14 : payload.length;
    if (size > 0) findings.add("thumbnail", sizeText(size));
  } else if (marker > APP0 && marker <= APP15 && !isKnown(segment)) {
    const name = /^[\w .-]{2,20}/u.exec(latin1(payload.subarray(0, 20)))?.[0] ?? "";
    findings.add("other", `APP${marker - APP0} ${name}, ${sizeText(payload.length)}`);
  }
}

function isKnown(segment: Segment): boolean {
  const { marker, payload } = segment;
  if (marker === APP1) return [EXIF, XMP, MORE_XMP].some((name) => named(segment, name) !== null);
  if (marker === APP2) return named(segment, ICC) !== null;
  if (marker === APP13) return named(segment, RESOURCES) !== null;
  return marker === APP14 && starts(payload, "Adobe") && payload.length === 12;
}

function segmentOf(marker: number, payload: Data): Data {
  return joined([Uint8Array.of(0xff, marker), be16(payload.length + 2), payload]);
}

function cleanPicture(picture: Picture): readonly Data[] {
  const turned = parts(picture, APP1, EXIF).map(orientationOf).find((value) => value !== null) ?? null;
  const head = picture.segments.flatMap((segment) => jfif(segment) ?? []).slice(0, 1);
  const exif = turned === null ? [] : [segmentOf(APP1, joined([bytesOf("Exif\0\0"), onlyOrientation(turned)]))];
  const rest = picture.segments.flatMap((segment) => adobe(segment) ?? (isDrawing(segment.marker) ? segment.whole : []));
  return [Uint8Array.of(0xff, 0xd8), ...head, ...exif, ...profileSegments(profileOf(picture)), ...rest, Uint8Array.of(0xff, EOI)];
}

/** JFIF's version and density, without its thumbnail. */
function jfif({ marker, payload }: Segment): Data | null {
  if (marker !== APP0 || !starts(payload, "JFIF\0") || payload.length < 14) return null;
  return segmentOf(APP0, joined([payload.subarray(0, 12), Uint8Array.of(0, 0)]));
}

/** How Adobe's programs say which colors the components are. */
function adobe({ marker, payload }: Segment): Data | null {
  return marker === APP14 && starts(payload, "Adobe") && payload.length >= 12 ? segmentOf(APP14, payload.subarray(0, 12)) : null;
}

function profileSegments(profile: Data | null): readonly Data[] {
  const kept = profile === null ? null : cleanIcc(profile);
  if (kept === null) return [];
  const count = Math.ceil(kept.length / MOST_ICC);
  return Array.from({ length: count }, (_, place) => {
    const part = kept.subarray(place * MOST_ICC, (place + 1) * MOST_ICC);
    return segmentOf(APP2, joined([bytesOf("ICC_PROFILE\0"), Uint8Array.of(place + 1, count), part]));
  });
}

/** JPEG. */
export const jpeg: Format = {
  matches: ({ type }: Detected) => type === "image/jpeg",
  async inspect(file: Blob): Promise<Found> {
    return { findings: inspectPicture(await pictureOf(file)).list, cleaning: "full", notes: [] };
  },
  async clean(file: Blob): Promise<Blob> {
    return new Blob([...cleanPicture(await pictureOf(file))]);
  },
};
