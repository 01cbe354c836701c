/** The order of a case's entries along `prev`, and what follows from it (protocol section 5). */

import { b64encode } from "./encoding.ts";
import type { Entry } from "./entry.ts";
import { type EntryView, keyOf } from "./thread_types.ts";

/** What `known` has for each of `keys`, leaving out what it lacks. */
export function follow<Key, T>(keys: readonly Key[], known: ReadonlyMap<Key, T>): T[] {
  return keys.flatMap((key) => known.get(key) ?? []);
}

/**
 * Places so that those in `before[place]` stand before `place`; else the lowest first. An entry names
 * hashes of what existed before it, so there are no cycles; whatever stood in one would be left out.
 */
export function ordered(before: readonly (readonly number[])[]): number[] {
  const waiting = before.map((places) => new Set(places).size);
  const after = before.map(() => [] as number[]);
  for (const [place, places] of before.entries()) for (const other of new Set(places)) after[other]?.push(place);
  // Highest first, so that the lowest is taken from the end.
  const ready = before.flatMap((_, place) => (waiting[place] === 0 ? [place] : [])).reverse();
  const order: number[] = [];
  for (let place = ready.pop(); place !== undefined; place = ready.pop()) {
    order.push(place);
    for (const next of after[place] ?? []) {
      const left = (waiting[next] ?? 0) - 1;
      waiting[next] = left;
      if (left === 0) insert(ready, next);
    }
  }
  return order;
}

/** Puts `place` where a list sorted from high to low wants it. */
function insert(sorted: number[], place: number): void {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > place) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, place);
}

/** The views, without the later ones of an author's repeated `id`. */
export function shownOnce(views: readonly EntryView[]): EntryView[] {
  const seen = new Set<string>();
  return views.filter(({ entry }) => {
    if (entry === null) return true;
    const repeated = seen.has(keyOf(entry));
    seen.add(keyOf(entry));
    return !repeated;
  });
}

/** Whether an entry says how the case stands; without its word it has no effect. */
export function isStatus(entry: Entry): boolean {
  return entry.kind === "status" && typeof entry.body["status"] === "string";
}

/** For sorting as Python does: equal ones, as two authors' of one id and day, stay in their order. */
export function compare(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** Authentic status entries that no other one follows along `prev`, the one to show last. */
export function lastStatuses(views: readonly EntryView[]): Entry[] {
  const authentic = views.flatMap(({ served, entry }) => (entry === null ? [] : [{ served, entry }]));
  const byHash = new Map(authentic.map(({ served, entry }) => [b64encode(served.sha256), keyOf(entry)]));
  const entries = new Map<string, Entry>();
  for (const { entry } of authentic) if (!entries.has(keyOf(entry))) entries.set(keyOf(entry), entry);
  const statuses = [...entries].filter(([, entry]) => isStatus(entry));
  const followed = new Set<string>();
  for (const [own, status] of statuses) {
    const waiting = [status];
    for (let later = waiting.pop(); later !== undefined; later = waiting.pop()) {
      const before = follow(later.prev.map(b64encode), byHash).filter((key) => key !== own && !followed.has(key));
      for (const key of before) followed.add(key);
      waiting.push(...follow(before, entries));
    }
  }
  const last = statuses.flatMap(([key, entry]) => (followed.has(key) ? [] : [entry]));
  return last.sort((a, b) => compare(a.date, b.date) || compare(a.id, b.id));
}
