/** What authentic entries say was removed, and who may say so (protocol section 8.8). */

import { b64decode, b64encode, isHex32, isObject } from "./encoding.ts";
import type { Entry } from "./entry.ts";
import { isStatus } from "./thread_order.ts";
import { DEALING, type Roles } from "./thread_roles.ts";
import { type EntryView, type SealedEntry, hashKey } from "./thread_types.ts";

/** Of the forms whose answers name a status by its JSON id: the answer that does. */
const NAMES_STATUS: ReadonlyMap<unknown, string> = new Map([
  ["answer-1", "decision"],
  ["refusal-1", "status"],
  ["finding-1", "status"],
]);

/** By {@link hashKey}: the first shown `removal` that names it, by somebody who deals with the case. */
export function removals(shown: readonly EntryView[], roles: Roles): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  for (const { entry, standing } of shown) {
    if (entry?.kind !== "removal" || !roles.may(entry.author, standing, DEALING)) continue;
    // That it is a hash was checked when the entry was judged.
    const key = hashKey(entry.audience, b64decode(entry.body["sha256"], { length: 32 }));
    if (!found.has(key)) found.set(key, entry);
  }
  return found;
}

/**
 * Whether something is gone that no removal explains. No removal explains a status. A hash does not tell that it was
 * one; an authentic entry does that names a status which is not there.
 */
export function isWithoutWord(
  served: readonly SealedEntry[],
  shown: readonly EntryView[],
  said: ReadonlyMap<string, Entry>,
): boolean {
  const gone = served.filter(({ sealed }) => sealed === null);
  if (gone.some(({ audience, sha256 }) => !said.has(hashKey(audience, sha256)))) return true;
  return gone.some(({ audience }) => audience === "reporter") && lacksStatus(shown);
}

/**
 * Whether something for both sides is gone that no status which stands comes after: it could have been a newer one.
 * Whoever removes says of what kind it was, if they want to; whoever sealed a status that followed it had seen it.
 */
export function mayBeOlder(served: readonly SealedEntry[], views: readonly EntryView[], statuses: readonly Entry[]): boolean {
  const entries = new Map(views.flatMap(({ served: { sha256 }, entry }) => (entry?.audience === "reporter" ? [[b64encode(sha256), entry]] : [])));
  const seen = new Set<string>();
  const waiting = statuses.flatMap(({ prev }) => prev.map(b64encode));
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (seen.has(digest)) continue;
    seen.add(digest);
    waiting.push(...(entries.get(digest)?.prev ?? []).map(b64encode));
  }
  return served.some(({ sealed, audience, sha256 }) => sealed === null && audience === "reporter" && !seen.has(b64encode(sha256)));
}

function lacksStatus(shown: readonly EntryView[]): boolean {
  const entries = shown.flatMap(({ entry }) => entry ?? []);
  const there = new Set(entries.flatMap((entry) => (isStatus(entry) ? [entry.id] : [])));
  return entries.flatMap(named).some((id) => !there.has(id));
}

function named({ kind, body }: Entry): string[] {
  const answers = kind === "protection" ? body["answers"] : null;
  const id = isObject(answers) ? answers[NAMES_STATUS.get(body["form"]) ?? ""] : null;
  return isHex32(id) ? [id] : [];
}
