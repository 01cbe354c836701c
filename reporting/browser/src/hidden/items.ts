/** Items of HEIF files (ISO/IEC 14496-12, section 8.11): pictures and what is said of them, and where each lies. */

import { N_ } from "../protocol/errors.ts";
import { type Box, boxNamed, boxes, contentOf } from "./boxes.ts";
import { type Bytes, type Data, anyText, joined } from "./bytes.ts";
import type { Source } from "./source.ts";
import { CannotClean, Damaged } from "./types.ts";

const MOST_TABLE = 4 * 1_048_576;
const MOST_ITEMS = 50_000;
const ODD = N_("What this picture hides is stored in a way from which it cannot be removed here.");

/** From which byte to before which a part of the file lies. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** One item. */
export interface Item {
  readonly id: number;
  /** Four letters, such as `hvc1` or `Exif`. */
  readonly type: string;
  /** Of items of type `mime`. */
  readonly contentType: string;
  /** Where its name stands, which nobody needs. */
  readonly name: Range;
  /** Where its content stands, in its order. */
  readonly ranges: readonly Range[];
}

/** Items that are drawn, or say how others are. */
const DRAWN: ReadonlySet<string> = new Set("hvc1 hev1 lhv1 hvt1 av01 avc1 vvc1 j2k1 jpeg unci grid iovl iden tmap mski".split(" "));

/** Whether an item is a picture, or a part of one. */
export function isDrawn({ type, contentType }: Item): boolean {
  return DRAWN.has(type) || (type === "mime" && contentType.startsWith("image/"));
}

/** The items that a `meta` box lists. @throws CannotClean where they lie out of reach */
export async function itemsOf(source: Source, meta: Box): Promise<readonly Item[]> {
  const [list, places] = await Promise.all(["iinf", "iloc"].map((name) => boxNamed(source, meta.content + 4, meta.to, name)));
  if (list === null || list === undefined || places === null || places === undefined) return [];
  const data = await boxNamed(source, meta.content + 4, meta.to, "idat");
  const ranges = new Places(await contentOf(source, places, MOST_TABLE), data, source.size).all();
  const head = await source.bytes(list.content, 6);
  const items: Item[] = [];
  for await (const entry of boxes(source, list.content + (head[0] === 0 ? 6 : 8), list.to)) {
    if (entry.name !== "infe") continue;
    if (items.length >= MOST_ITEMS) throw new Damaged();
    items.push(itemOf(await contentOf(source, entry, 65_536), entry, ranges));
  }
  return items;
}

/** Section 8.11.6.2: versions 2 and 3 are those of pictures. */
function itemOf(bytes: Bytes, entry: Box, ranges: ReadonlyMap<number, readonly Range[]>): Item {
  const version = bytes.u8(0);
  if (version < 2) throw new CannotClean(ODD);
  const id = version === 2 ? bytes.u16(4) : bytes.u32(4);
  const at = version === 2 ? 6 : 8;
  const type = bytes.latin1(at + 2, at + 6);
  const end = bytes.data.indexOf(0, at + 6);
  if (bytes.u16(at) !== 0 && !DRAWN.has(type)) throw new CannotClean(ODD); // encrypted
  const stop = end === -1 ? bytes.length : end;
  const contentType = type === "mime" && end !== -1 ? anyText(bytes.part(end + 1)).replace(/\0.*/su, "") : "";
  const name = { from: entry.content + at + 6, to: entry.content + stop };
  return { id, type, contentType, name, ranges: ranges.get(id) ?? [] };
}

/** The table of where each item lies (section 8.11.3). */
class Places {
  #at = 0;
  readonly #bytes: Bytes;
  readonly #data: Box | null;
  readonly #size: number;

  constructor(bytes: Bytes, data: Box | null, size: number) {
    this.#bytes = bytes;
    this.#data = data;
    this.#size = size;
  }

  all(): ReadonlyMap<number, readonly Range[]> {
    const version = this.#bytes.u8(0);
    const [first, second] = [this.#bytes.u8(4), this.#bytes.u8(5)];
    const widths = { offset: first >> 4, length: first & 15, base: second >> 4, index: version === 0 ? 0 : second & 15 };
    this.#at = 6;
    const count = this.#number(version < 2 ? 2 : 4);
    if (count > MOST_ITEMS) throw new Damaged();
    const found = new Map<number, readonly Range[]>();
    for (let item = 0; item < count; item++) {
      const id = this.#number(version < 2 ? 2 : 4);
      const method = version === 0 ? 0 : this.#number(2) & 15;
      this.#number(2); // another file, by a reference that nobody writes
      const base = this.#number(widths.base);
      const extents = Array.from({ length: this.#number(2) }, () => {
        this.#number(widths.index);
        return this.#range(method, base + this.#number(widths.offset), this.#number(widths.length));
      });
      found.set(id, extents);
    }
    return found;
  }

  #number(width: number): number {
    const at = this.#at;
    this.#at += width;
    if (width === 0) return 0;
    if (width === 2) return this.#bytes.u16(at);
    if (width === 4) return this.#bytes.u32(at);
    if (width === 8) return this.#bytes.u64(at);
    throw new Damaged();
  }

  /** Method 0 counts from the file's beginning, method 1 from that of the box of small items. */
  #range(method: number, offset: number, length: number): Range {
    if (method > 1 || length === 0) throw new CannotClean(ODD);
    const within = method === 0 ? { content: 0, to: this.#size } : this.#data;
    if (within === null) throw new Damaged();
    const range = { from: within.content + offset, to: within.content + offset + length };
    if (range.to > within.to) throw new Damaged();
    return range;
  }
}

/** All of an item's content. */
export async function itemContent(source: Source, { ranges }: Item, limit: number): Promise<Data> {
  if (ranges.reduce((length, { from, to }) => length + to - from, 0) > limit) throw new Damaged();
  const parts: Data[] = [];
  for (const { from, to } of ranges) parts.push((await source.bytes(from, to - from)).slice());
  return joined(parts);
}

/**
 * The items that are no pictures, and those of `copies`, once it is sure that no other picture shares a byte with them.
 *
 * @throws CannotClean where one does
 */
export function told(items: readonly Item[], copies: readonly Item[] = []): readonly Item[] {
  const drawn = items.map((item) => ({ item, picture: isDrawn(item) && !copies.includes(item) }));
  const order = drawn.flatMap(({ item, picture }) => item.ranges.map(({ from, to }) => ({ from, to, picture }))).sort((one, other) => one.from - other.from);
  let [pictureEnd, otherEnd] = [0, 0];
  for (const { from, to, picture } of order) {
    if (from < (picture ? otherEnd : pictureEnd)) throw new CannotClean(ODD);
    if (picture) pictureEnd = Math.max(pictureEnd, to);
    else otherEnd = Math.max(otherEnd, to);
  }
  return drawn.flatMap(({ item, picture }) => (picture ? [] : [item]));
}
