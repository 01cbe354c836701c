/** What the pictures of a HEIF file are for: the one that is shown, small copies of it, and what is kept besides. */

import { type Box, boxNamed, boxes, contentOf } from "./boxes.ts";
import { type Bytes, anyText } from "./bytes.ts";
import { type Item, isDrawn } from "./items.ts";
import type { Source } from "./source.ts";

const MOST_TABLE = 4 * 1_048_576;
/** How far a picture can be seen through belongs to what is shown. */
const TRANSPARENCY = /(?:auxid:1|auxiliary:alpha)$/u;

/** The items by what they are for. */
export interface Roles {
  /** Small copies, and the parts of which they are made. */
  readonly thumbnails: readonly Item[];
  /** Depths, outlines of people, further pictures: each with a name. */
  readonly besides: readonly { readonly item: Item; readonly called: string }[];
}

interface Reference {
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

/** What each of the items is for. @throws Damaged */
export async function rolesOf(source: Source, meta: Box, items: readonly Item[]): Promise<Roles> {
  const references = await referencesOf(source, meta);
  const primary = await primaryOf(source, meta);
  const auxiliary = await auxiliaryOf(source, meta);
  const parts = (whole: ReadonlySet<number>): Set<number> => closure(whole, references);
  const small = new Set(references.filter(({ type, from }) => type === "thmb" && from !== primary).map(({ from }) => from));
  const shown = parts(new Set([primary]));
  for (const { type, from, to } of references) {
    if (type === "auxl" && TRANSPARENCY.test(auxiliary.get(from) ?? "") && to.some((id) => shown.has(id))) for (const id of parts(new Set([from]))) shown.add(id);
  }
  const copies = parts(small);
  const pictures = items.filter((item) => isDrawn(item) && !shown.has(item.id));
  const besides = pictures.filter(({ id }) => !copies.has(id));
  const inUse = parts(new Set(besides.map(({ id }) => id)));
  return {
    thumbnails: pictures.filter(({ id }) => copies.has(id) && !inUse.has(id)),
    besides: besides.map((item) => ({ item, called: auxiliary.get(item.id)?.split(":").at(-1) ?? "" })),
  };
}

/** The items, and those of which they are put together. */
function closure(whole: ReadonlySet<number>, references: readonly Reference[]): Set<number> {
  const found = new Set(whole);
  const parts = new Map<number, number[]>();
  for (const { type, from, to } of references) if (type === "dimg") parts.set(from, [...(parts.get(from) ?? []), ...to]);
  for (const id of found) for (const part of parts.get(id) ?? []) found.add(part); // a set is gone through to its end as it grows
  return found;
}

/** ISO/IEC 14496-12, section 8.11.12. */
async function referencesOf(source: Source, meta: Box): Promise<readonly Reference[]> {
  const list = await boxNamed(source, meta.content + 4, meta.to, "iref");
  const found: Reference[] = [];
  if (list === null) return found;
  const width = (await source.bytes(list.content, 1))[0] === 0 ? 2 : 4;
  for await (const box of boxes(source, list.content + 4, list.to)) {
    const bytes = await contentOf(source, box, MOST_TABLE);
    const number = (at: number): number => (width === 2 ? bytes.u16(at) : bytes.u32(at));
    const to = Array.from({ length: bytes.u16(width) }, (_, place) => number(width + 2 + place * width));
    found.push({ type: box.name, from: number(0), to });
  }
  return found;
}

async function primaryOf(source: Source, meta: Box): Promise<number> {
  const box = await boxNamed(source, meta.content + 4, meta.to, "pitm");
  if (box === null) return -1;
  const bytes = await contentOf(source, box, 64);
  return bytes.u8(0) === 0 ? bytes.u16(4) : bytes.u32(4);
}

/** What auxiliary items are, by their numbers: their properties say so (ISO/IEC 23008-12, section 6.5.8). */
async function auxiliaryOf(source: Source, meta: Box): Promise<ReadonlyMap<number, string>> {
  const all = await boxNamed(source, meta.content + 4, meta.to, "iprp");
  const list = all === null ? null : await boxNamed(source, all.content, all.to, "ipco");
  const found = new Map<number, string>();
  if (all === null || list === null) return found;
  const types: string[] = [];
  for await (const box of boxes(source, list.content, list.to)) {
    const data = box.name === "auxC" ? (await contentOf(source, box, MOST_TABLE)).data.subarray(4) : null;
    types.push(data === null ? "" : anyText(data).replace(/\0.*/su, ""));
  }
  for await (const box of boxes(source, all.content, all.to)) if (box.name === "ipma") associate(await contentOf(source, box, MOST_TABLE), types, found);
  return found;
}

/** ISO/IEC 23008-12, section 9.3.2: which items have which properties. */
function associate(bytes: Bytes, types: readonly string[], found: Map<number, string>): void {
  const [longIds, long] = [bytes.u8(0) > 0, (bytes.u8(3) & 1) === 1];
  let at = 8;
  for (let entry = 0; entry < bytes.u32(4); entry++) {
    const id = longIds ? bytes.u32(at) : bytes.u16(at);
    at += longIds ? 4 : 2;
    const count = bytes.u8(at++);
    for (let place = 0; place < count; place++, at += long ? 2 : 1) {
      const type = types[(long ? bytes.u16(at) & 0x7fff : bytes.u8(at) & 0x7f) - 1] ?? "";
      if (type !== "") found.set(id, type);
    }
  }
}
