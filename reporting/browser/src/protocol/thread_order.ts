/** The order of a case's entries along `prev`, and what follows from it (protocol section 5). */

import { b64decode, b64encode } from "./encoding.ts";
import type { Entry } from "./entry.ts";
import { ProtocolError } from "./errors.ts";
import type { EntryView } from "./thread_types.ts";

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

/** The views, without those that repeat the `id` of an authentic entry before them. */
export function shownOnce(views: readonly EntryView[]): EntryView[] {
  const seen = new Set<string>();
  return views.filter(({ entry }) => {
    if (entry === null) return true;
    const repeated = seen.has(entry.id);
    seen.add(entry.id);
    return !repeated;
  });
}

/** Audience and base64 hash of what an authentic `removal` entry says was deleted; at most one. */
export function removedBy(entry: Entry): string[] {
  if (entry.kind !== "removal") return [];
  try {
    return [`${entry.audience} ${b64encode(b64decode(entry.body["sha256"], { length: 32 }))}`];
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}

function isStatus(entry: Entry): boolean {
  return entry.kind === "status" && typeof entry.body["status"] === "string";
}

/** Every hash from which `start` follows along `prev`. */
function ancestors(start: Entry, byHash: ReadonlyMap<string, Entry>, found: Set<string>): void {
  const waiting = [...start.prev];
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    const key = b64encode(digest);
    const before = byHash.get(key);
    if (before === undefined || found.has(key)) continue;
    found.add(key);
    waiting.push(...before.prev);
  }
}

/** Status entries that no other one follows along `prev`, the one to show last. */
export function lastStatuses(views: readonly EntryView[]): Entry[] {
  const byHash = new Map(views.flatMap(({ served, entry }) => (entry === null ? [] : [[b64encode(served.sha256), entry]])));
  const statuses = [...byHash].filter(([, entry]) => isStatus(entry));
  const followed = new Set<string>();
  for (const [, entry] of statuses) ancestors(entry, byHash, followed);
  const last = statuses.flatMap(([digest, entry]) => (followed.has(digest) ? [] : [entry]));
  return last.sort((a, b) => (`${a.date} ${a.id}` < `${b.date} ${b.id}` ? -1 : 1));
}
