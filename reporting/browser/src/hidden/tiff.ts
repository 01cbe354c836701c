/**
 * TIFF 6.0, as scanners write it. Each page is written anew with the tags that draw it; its strips or tiles are copied
 * as they are. Pages that are small copies of others, EXIF, GPS, XMP, IPTC, layers and tags that are not known go.
 * Raw photos are TIFFs too, and only inspected: what their makers need to develop them is not known.
 */

import { N_ } from "../protocol/errors.ts";
import { Bytes, type Data, joined, read, sizeText, starts } from "./bytes.ts";
import { type Directory, type Tag, WIDTHS, directoryAt, inspectExif, tiffBytes, whole } from "./exif.ts";
import { Findings } from "./findings.ts";
import { cleanIcc, inspectIcc } from "./icc.ts";
import { inspectIptc, inspectResources } from "./photoshop.ts";
import { CannotClean, Damaged, type Format, type Found, TooLarge } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const LARGEST = 256 * 1_048_576;
const MOST_PAGES = 10_000;
const [REDUCED, COMPRESSION, PHOTOMETRIC, STRIPS, STRIP_SIZES, TILES, TILE_SIZES, PROFILE] = [254, 259, 262, 273, 279, 324, 325, 34_675];
/** What draws a page: TIFF 6.0, part 1 and 2; its supplements for prediction, JPEG and color. */
const DRAWING: ReadonlySet<number> = new Set([
  ...[REDUCED, 255, 256, 257, 258, COMPRESSION, PHOTOMETRIC, 263, 266, STRIPS, 274, 277, 278, STRIP_SIZES, 280, 281, 282, 283, 284, 290, 291],
  ...[292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, TILES, TILE_SIZES, 332, 334, 338, 339, 340, 341, 347, 529, 530, 531, 532],
  PROFILE,
]);
/** What raw photos have: a sensor's colors, directories below, DNG's version. */
const RAW: ReadonlySet<number> = new Set([330, 50_706, 50_740]);
const RAW_COLORS: ReadonlySet<number | null> = new Set([32_803, 34_892]);
const RAW_PHOTO = N_("This is a raw photo or a picture in layers. What it hides cannot be removed here; a copy saved as JPEG or PNG can be cleaned.");
const OLD_FORM = N_("This picture is stored in a form that is hardly used, so what it hides cannot be removed here.");

const WITHIN = N_("The pages of this picture are stored in a form that may hold notes of its own. They stay; a copy saved as PNG leaves them out.");
const JPEG = 7;
/** Plain, fax, LZW, deflate, PackBits, LZMA, Zstandard: pixels alone. */
const PLAIN_CODINGS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 8, 32_771, 32_773, 32_946, 34_925, 50_000]);

interface Page {
  readonly tags: readonly Tag[];
  readonly parts: readonly Data[];
}

async function bytesOfFile(file: Blob): Promise<Bytes> {
  if (file.size > LARGEST) throw new TooLarge();
  const data = await read(file);
  if (starts(data, "II+\0") || starts(data, "MM\0+")) throw new CannotClean(OLD_FORM);
  return tiffBytes(data);
}

function directories(bytes: Bytes): readonly Directory[] {
  const found: Directory[] = [];
  const seen = new Set<number>();
  for (let at = bytes.u32(4); at !== 0; ) {
    if (seen.has(at) || found.length >= MOST_PAGES) throw new Damaged(); // pages that lead back to themselves
    seen.add(at);
    const directory = directoryAt(bytes, at);
    found.push(directory);
    at = directory.next;
  }
  return found;
}

function tagOf({ tags }: Pick<Directory, "tags">, number: number): Tag | undefined {
  return tags.find(({ tag }) => tag === number);
}

async function inspect(file: Blob): Promise<Found> {
  const bytes = await bytesOfFile(file);
  const findings = new Findings();
  const all = directories(bytes);
  inspectExif(bytes.data, findings, DRAWING);
  for (const directory of all) inspectDirectory(directory, findings);
  const small = all.slice(1).filter((one) => isReduced(one, bytes));
  for (const one of small) findings.add("thumbnail", `${whole(tagOf(one, 256), bytes.little) ?? 0} × ${whole(tagOf(one, 257), bytes.little) ?? 0}`);
  const refusal = all.map((one) => refusalOf(one, bytes)).find((reason) => reason !== null) ?? null;
  if (refusal !== null) return { findings: findings.list, cleaning: "none", notes: [refusal] };
  const unused = bytes.length - cleaned(bytes, all).length; // what no page needs, or leads to
  if (findings.told === 0 && unused > 0) findings.add("hidden", sizeText(unused));
  const open = all.some((one) => mayTell(one, bytes));
  return { findings: findings.list, cleaning: open ? "partial" : "full", notes: open ? [WITHIN] : [] };
}

/** Whether what draws a page may hold more than the page: JPEGs have notes of their own, and others are not known. */
function mayTell(directory: Directory, bytes: Bytes): boolean {
  const coding = whole(tagOf(directory, COMPRESSION), bytes.little) ?? 1;
  if (coding !== JPEG) return !PLAIN_CODINGS.has(coding);
  return pageOf(directory, bytes).parts.some((part) => hasNotes(new Bytes(part)));
}

function hasNotes(part: Bytes): boolean {
  for (let at = 2; at + 4 <= part.length && part.u8(at) === 0xff && part.u8(at + 1) !== 0xda; at += 2 + part.u16(at + 2)) {
    const marker = part.u8(at + 1);
    if (marker === 0xfe || (marker >= 0xe0 && marker <= 0xef && marker !== 0xee)) return true;
  }
  return false;
}

function inspectDirectory(directory: Directory, findings: Findings): void {
  for (const { tag, data } of directory.tags) {
    if (tag === 700) inspectXmp(data, findings);
    else if (tag === 33_723) inspectIptc(data, findings);
    else if (tag === 34_377) inspectResources(data, findings);
    else if (tag === PROFILE) inspectIcc(data, findings);
    else if (tag === 37_724) findings.add("hidden", sizeText(data.length)); // Photoshop's layers
    else if (tag === 33_922) findings.add("place", "GeoTIFF");
  }
}

function isReduced(directory: Directory, bytes: Bytes): boolean {
  return ((whole(tagOf(directory, REDUCED), bytes.little) ?? 0) & 1) === 1;
}

function refusalOf(directory: Directory, bytes: Bytes): string | null {
  const colors = whole(tagOf(directory, PHOTOMETRIC), bytes.little);
  if (starts(bytes.data, "CR", 8) || RAW_COLORS.has(colors) || directory.tags.some(({ tag }) => RAW.has(tag))) return RAW_PHOTO;
  return whole(tagOf(directory, COMPRESSION), bytes.little) === 6 ? OLD_FORM : null; // JPEG as it was before 1995
}

async function clean(file: Blob): Promise<Blob> {
  const bytes = await bytesOfFile(file);
  const all = directories(bytes);
  for (const one of all) {
    const reason = refusalOf(one, bytes);
    if (reason !== null) throw new CannotClean(reason);
  }
  return new Blob([cleaned(bytes, all)]);
}

function cleaned(bytes: Bytes, all: readonly Directory[]): Data {
  const kept = all.filter((one, place) => place === 0 || !isReduced(one, bytes));
  const pages = kept.map((one) => pageOf(one, bytes));
  const drawn = pages.flatMap(({ parts }) => parts).reduce((length, part) => length + part.length, 0);
  if (drawn > bytes.length) throw new Damaged(); // parts that share their bytes would make many of few
  return new Writer(bytes).written(pages);
}

function pageOf(directory: Directory, bytes: Bytes): Page {
  const tags = directory.tags.filter(({ tag }) => DRAWING.has(tag));
  if (new Set(tags.map(({ tag }) => tag)).size !== tags.length) throw new Damaged();
  if (tags.some(({ data, count, type }) => data.length !== count * (WIDTHS[type] ?? 0) || data.length === 0)) throw new Damaged();
  const tiled = tagOf({ tags }, TILES) !== undefined;
  const [places, sizes] = (tiled ? [TILES, TILE_SIZES] : [STRIPS, STRIP_SIZES]).map((number) => tagOf({ tags }, number));
  if (places === undefined || sizes?.count !== places.count) throw new Damaged();
  const parts = Array.from({ length: places.count }, (_, place) => {
    const from = whole(places, bytes.little, place);
    const length = whole(sizes, bytes.little, place);
    if (from === null || length === null) throw new Damaged();
    return bytes.part(from, from + length);
  });
  return { tags: tags.flatMap((tag) => withoutTelling(tag)), parts };
}

/** A profile with its colors alone; other tags as they are. */
function withoutTelling(tag: Tag): readonly Tag[] {
  if (tag.tag !== PROFILE) return [tag];
  const data = cleanIcc(tag.data);
  return data === null ? [] : [{ ...tag, count: data.length, data }];
}

/** Writes pages one behind the other: its parts, what does not fit into its directory, and the directory. */
class Writer {
  readonly #old: Bytes;
  readonly #parts: Data[];
  #at = 8;
  /** Where the place of the next directory is to be written. */
  #link: Data;

  constructor(old: Bytes) {
    this.#old = old;
    this.#link = new Uint8Array(4);
    this.#parts = [old.part(0, 4).slice(), this.#link];
  }

  written(pages: readonly Page[]): Data {
    for (const page of pages) this.#page(page);
    return joined(this.#parts);
  }

  #page({ tags, parts }: Page): void {
    const places = joined(parts.map((part) => this.#number(this.#put(part), 4)));
    const entries = tags.map((tag) => this.#entry(tag.tag === STRIPS || tag.tag === TILES ? { ...tag, type: 4, data: places } : tag));
    this.#even();
    this.#link.set(this.#number(this.#at, 4));
    this.#link = new Uint8Array(4);
    for (const part of [this.#number(tags.length, 2), ...entries, this.#link]) {
      this.#parts.push(part);
      this.#at += part.length;
    }
  }

  #entry({ tag, type, count, data }: Tag): Data {
    const fits = data.length <= 4;
    if (!fits) this.#even();
    const value = fits ? joined([data, new Uint8Array(4 - data.length)]) : this.#number(this.#put(data), 4);
    return joined([this.#number(tag, 2), this.#number(type, 2), this.#number(count, 4), value]);
  }

  #put(data: Data): number {
    const at = this.#at;
    this.#parts.push(data);
    this.#at += data.length;
    return at;
  }

  #even(): void {
    if (this.#at % 2 === 1) this.#put(new Uint8Array(1));
  }

  #number(value: number, width: number): Data {
    const bytes = Array.from({ length: width }, (_, place) => Math.floor(value / 256 ** place) % 256);
    return Uint8Array.from(this.#old.little ? bytes : bytes.reverse());
  }
}

/** TIFF. */
export const tiff: Format = { matches: ({ type }) => type === "image/tiff", inspect, clean };
