/** EXIF, which is a TIFF without a picture (CIPA DC-008): what it gives away, and the one tag that stays. */

import { Bytes, type Data, anyText, bytesOf, sizeText, starts, utf16 } from "./bytes.ts";
import type { Findings } from "./findings.ts";
import { CannotClean, Damaged, type Kind } from "./types.ts";

/** One tag: its number, the type and number of its values, and their bytes. */
export interface Tag {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Data;
  /** Where the values lie in the file. */
  readonly at: number;
}

/** A directory of tags, and where the next one is; 0: nowhere. */
export interface Directory {
  readonly tags: readonly Tag[];
  readonly next: number;
}

/** TIFF 6.0, section 2, and BigTIFF's none: bytes that a value of each type takes. */
export const WIDTHS: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4 };
const MOST_DIRECTORIES = 200;
const ORIENTATION = 0x0112;
const EXIF_DIRECTORY = 0x8769;
const GPS_DIRECTORY = 0x8825;
const INTEROPERABILITY = 0xa005;
const SUB_DIRECTORIES = 0x014a;
const THUMBNAIL_LENGTH = 0x0202;

/** Which tags tell what: of the picture's, EXIF's and Windows' own. */
const KINDS: Readonly<Record<number, Kind>> = {
  0x000b: "software", // ProcessingSoftware
  0x010d: "title", // DocumentName
  0x010e: "comment", // ImageDescription
  0x0131: "software",
  0x0132: "time", // DateTime
  0x013b: "author", // Artist
  0x013c: "software", // HostComputer
  0x4746: "other", // Rating
  0x8298: "author", // Copyright
  0x9003: "time", // DateTimeOriginal
  0x9004: "time", // DateTimeDigitized
  0x9c9b: "title", // XPTitle
  0x9c9c: "comment", // XPComment
  0x9c9d: "author", // XPAuthor
  0x9c9e: "comment", // XPKeywords
  0x9c9f: "comment", // XPSubject
  0xa420: "serial", // ImageUniqueID
  0xa430: "author", // CameraOwnerName
  0xa431: "serial", // BodySerialNumber
  0xa433: "camera", // LensMake
  0xa434: "camera", // LensModel
  0xa435: "serial", // LensSerialNumber
  0xa436: "title", // ImageTitle, EXIF 3.0
  0xa437: "author", // Photographer
  0xa438: "author", // ImageEditor
  0xa439: "software", // CameraFirmware
  0xa43a: "software", // RAWDevelopingSoftware
  0xa43b: "software", // ImageEditingSoftware
  0xa43c: "software", // MetadataEditingSoftware
  0xc62f: "serial", // CameraSerialNumber
  0xc614: "camera", // UniqueCameraModel
};
const WINDOWS: ReadonlySet<number> = new Set([0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f]);

/** Reads a TIFF's byte order; what follows counts from its first byte. */
export function tiffBytes(data: Data): Bytes {
  if (starts(data, "II*\0")) return new Bytes(data, true);
  if (starts(data, "MM\0*")) return new Bytes(data, false);
  throw new Damaged();
}

/** The directory at `at`; tags whose values lie outside have none. */
export function directoryAt(bytes: Bytes, at: number): Directory {
  const count = bytes.u16(at);
  const end = at + 2 + count * 12;
  const tags = Array.from({ length: count }, (_, place) => tagAt(bytes, at + 2 + place * 12));
  return { tags, next: end + 4 <= bytes.length ? bytes.u32(end) : 0 };
}

function tagAt(bytes: Bytes, at: number): Tag {
  const [tag, type, count] = [bytes.u16(at), bytes.u16(at + 2), bytes.u32(at + 4)];
  const length = (WIDTHS[type] ?? 0) * count;
  const from = length <= 4 ? at + 8 : bytes.u32(at + 8);
  const inside = from + length <= bytes.length;
  return { tag, type, count, data: inside ? bytes.part(from, from + length) : new Uint8Array(), at: from };
}

/** The value at `place` of a tag of whole numbers. */
export function whole(tag: Tag | undefined, little: boolean, place = 0): number | null {
  if (tag === undefined) return null;
  const width = WIDTHS[tag.type] ?? 0;
  if (![1, 3, 4, 13].includes(tag.type) || (place + 1) * width > tag.data.length) return null;
  const bytes = new Bytes(tag.data, little);
  return width === 1 ? bytes.u8(place) : width === 2 ? bytes.u16(2 * place) : bytes.u32(4 * place);
}

/** What to write of a picture's orientation: 2 to 8 where it has to be turned, otherwise null. */
export function orientationOf(data: Data): number | null {
  try {
    const bytes = tiffBytes(data);
    const found = directoryAt(bytes, bytes.u32(4)).tags.find(({ tag }) => tag === ORIENTATION);
    const value = whole(found, bytes.little);
    return value !== null && value >= 2 && value <= 8 ? value : null;
  } catch (error) {
    if (error instanceof CannotClean) return null;
    throw error;
  }
}

/** An EXIF that says how to turn the picture, and nothing else. */
export function onlyOrientation(value: number): Data {
  return bytesOf(`MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0${String.fromCharCode(value)}\0\0\0\0\0\0`);
}

const ORIENTED: ReadonlySet<number> = new Set([ORIENTATION]);

/** Notes what an EXIF gives away. Where nothing else is known of it but tags of `structure`, that there is one. */
export function inspectExif(data: Data, findings: Findings, structure: ReadonlySet<number> = ORIENTED): void {
  const before = findings.told;
  let rest = true;
  try {
    rest = new Reading(tiffBytes(data), findings, structure).all();
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error; // damaged: whatever could be read is told
  }
  if (rest && findings.told === before) findings.add("other", `EXIF, ${sizeText(data.length)}`);
}

/** One pass over all directories of an EXIF or a TIFF. */
class Reading {
  readonly #seen = new Set<number>();
  readonly #bytes: Bytes;
  readonly #findings: Findings;
  readonly #structure: ReadonlySet<number>;
  #rest = false;

  constructor(bytes: Bytes, findings: Findings, structure: ReadonlySet<number>) {
    this.#structure = structure;
    this.#bytes = bytes;
    this.#findings = findings;
  }

  /** Notes everything; whether there is more than the structure. */
  all(): boolean {
    for (let at = this.#bytes.u32(4); this.#isNew(at); ) at = this.#directory(at);
    return this.#rest;
  }

  #isNew(at: number): boolean {
    if (at === 0 || this.#seen.has(at) || this.#seen.size >= MOST_DIRECTORIES) return false;
    this.#seen.add(at);
    return true;
  }

  #directory(at: number): number {
    const { tags, next } = directoryAt(this.#bytes, at);
    this.#rest ||= tags.some(({ tag }) => !this.#structure.has(tag));
    for (const tag of tags) this.#tag(tag);
    this.#camera(tags);
    return next;
  }

  #tag(tag: Tag): void {
    const kind = KINDS[tag.tag];
    if (kind !== undefined) this.#findings.add(kind, this.#text(tag));
    else if (tag.tag === 0x9286) this.#findings.add("comment", userComment(tag.data, this.#bytes.little));
    else if (tag.tag === 0x927c || tag.tag === 0xc634) this.#findings.add("other", `MakerNote, ${sizeText(tag.data.length)}`);
    else if (tag.tag === THUMBNAIL_LENGTH) this.#findings.add("thumbnail", sizeText(whole(tag, this.#bytes.little) ?? 0));
    else if ([EXIF_DIRECTORY, INTEROPERABILITY, SUB_DIRECTORIES].includes(tag.tag)) this.#below(tag);
    else if (tag.tag === GPS_DIRECTORY) this.#gps(whole(tag, this.#bytes.little) ?? 0);
  }

  #below(tag: Tag): void {
    for (let place = 0; place < Math.min(tag.count, 16); place++) {
      const at = whole(tag, this.#bytes.little, place) ?? 0;
      if (this.#isNew(at)) this.#directory(at);
    }
  }

  #text({ tag, data, type }: Tag): string {
    if (WINDOWS.has(tag)) return utf16(data, true);
    return type === 2 || type === 7 || type === 1 ? anyText(data) : "";
  }

  #camera(tags: readonly Tag[]): void {
    const of = (number: number): string => {
      const tag = tags.find((one) => one.tag === number);
      return tag === undefined ? "" : anyText(tag.data).replace(/\0.*/su, "").trim();
    };
    const [make, model] = [of(0x010f), of(0x0110)];
    this.#findings.add("camera", model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`);
  }

  /** EXIF's GPS directory: the place in degrees, the time in UTC, and words. */
  #gps(at: number): void {
    if (!this.#isNew(at)) return;
    const tags = new Map(directoryAt(this.#bytes, at).tags.map((tag) => [tag.tag, tag]));
    const text = (number: number): string => anyText(tags.get(number)?.data ?? new Uint8Array());
    this.#findings.place(this.#degrees(tags.get(2), text(1)), this.#degrees(tags.get(4), text(3)));
    this.#findings.place(this.#degrees(tags.get(20), text(19)), this.#degrees(tags.get(22), text(21))); // where it leads
    for (const number of [27, 28]) this.#findings.add("place", userComment(tags.get(number)?.data ?? new Uint8Array(), this.#bytes.little));
    this.#findings.add("time", text(29));
    if (tags.size > 0) this.#rest = true;
  }

  #degrees(tag: Tag | undefined, side: string): number {
    if (tag?.data.length !== 24) return NaN;
    const bytes = new Bytes(tag.data, this.#bytes.little);
    const [degrees, minutes, seconds] = [0, 8, 16].map((at) => (bytes.u32(at + 4) === 0 ? 0 : bytes.u32(at) / bytes.u32(at + 4)));
    const value = (degrees ?? 0) + (minutes ?? 0) / 60 + (seconds ?? 0) / 3600;
    return /^[SW]/u.test(side) ? -value : value;
  }
}

/** A text that is led in by the name of its character set in eight bytes. */
function userComment(data: Data, little: boolean): string {
  const rest = data.subarray(8);
  if (starts(data, "UNICODE\0")) return utf16(rest, little);
  return starts(data, "ASCII\0") || starts(data, "\0\0\0\0\0\0\0\0") ? anyText(rest) : anyText(data);
}
