/** What two persons sign for, and whether a second one did, as far as a reader can see (protocol 8.6 and 8.7). */

import { type JsonObject, b64encode, isHex32, isObject } from "./encoding.ts";
import type { Entry } from "./entry.ts";
import { follow, isStatus, lastStatuses } from "./thread_order.ts";
import { type Alone, type EntryView, KNOWINGLY_FALSE, keyOf } from "./thread_types.ts";

/** The form in which a colleague proposes what two sign for. */
const FORMS: Readonly<Record<Alone, string>> = { refusal: "refusal-1", finding: "finding-1" };

interface Seen extends EntryView {
  readonly entry: Entry;
}

/**
 * What every status says, by its key, that one person alone signed for. A reporter sees only whether a proposal is
 * named. Whoever may read what the team writes finds it there: by another author, and made under the status that the
 * one which names it follows.
 */
export function signedAlone(views: readonly EntryView[], asReporter: boolean): Map<string, readonly Alone[]> {
  const authentic = views.filter((view): view is Seen => view.entry !== null);
  const seen = authentic.filter(({ entry }) => entry.audience === "reporter");
  const team = authentic.flatMap(({ entry }) => (entry.audience === "team" ? [entry] : []));
  const found = new Map<string, readonly Alone[]>();
  for (const { entry } of seen) {
    if (entry.kind !== "status" || found.has(keyOf(entry))) continue;
    let needed = neededBy(entry.body);
    if (isHex32(entry.body["proposal"]) && needed.length > 0) {
      needed = asReporter ? unnamed(needed) : unproposed(needed, entry, team, stoodBefore(entry, seen));
    }
    found.set(keyOf(entry), needed);
  }
  return found;
}

/** What a status says that needs two, each judged for itself. */
function neededBy(body: JsonObject): readonly Alone[] {
  const refused = body["status"] === "decided" && body["outcome"] === "refused";
  return [...(refused ? (["refusal"] as const) : []), ...(body["finding"] === KNOWINGLY_FALSE ? (["finding"] as const) : [])];
}

/** What a reporter sees: one proposal is for one thing, and where there are two, they cannot see for which. */
function unnamed(needed: readonly Alone[]): readonly Alone[] {
  return needed.length > 1 ? needed : [];
}

function unproposed(needed: readonly Alone[], status: Entry, team: readonly Entry[], stood: string | null): readonly Alone[] {
  return needed.filter((what) => !team.some((one) => proposes(one, what, status, stood)));
}

/** Whether `one` is what `status` names: a colleague's, for this, and made under the status that `stood`. */
function proposes(one: Entry, what: Alone, status: Entry, stood: string | null): boolean {
  const named = one.kind === "protection" && one.id === status.body["proposal"] && one.author !== status.author;
  const answers = one.body["answers"];
  if (!named || stood === null || one.body["form"] !== FORMS[what] || !isObject(answers)) return false;
  return answers["status"] === stood && (what !== "finding" || answers["finding"] === KNOWINGLY_FALSE);
}

/**
 * The JSON id of the status that `status` follows, empty where it is the first. Null where another was signed beside
 * it, or somebody else's has the same id, which its author chooses: which of them stood when something was proposed,
 * nobody can tell.
 */
function stoodBefore(status: Entry, seen: readonly Seen[]): string | null {
  const keys = new Map(seen.map(({ served, entry }) => [b64encode(served.sha256), keyOf(entry)]));
  const edges = new Map(seen.map(({ served, entry }) => [b64encode(served.sha256), entry.prev.map(b64encode)]));
  const own = [...keys].flatMap(([digest, key]) => (key === keyOf(status) ? [digest] : []));
  const earlier = new Set(follow([...reached(own, edges)], keys));
  earlier.delete(keyOf(status));
  const later = new Set(follow([...reached(own, turned(edges))], keys));
  const beside = ({ entry }: Seen): boolean => isStatus(entry) && !earlier.has(keyOf(entry)) && !later.has(keyOf(entry));
  if (seen.some(beside)) return null;
  const stood = lastStatuses(seen.filter(({ entry }) => earlier.has(keyOf(entry)))).at(-1);
  if (stood === undefined) return "";
  const shared = seen.some(({ entry }) => isStatus(entry) && entry.id === stood.id && keyOf(entry) !== keyOf(stood));
  return shared ? null : stood.id;
}

function reached(start: readonly string[], edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set(start);
  const waiting = [...found];
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    const fresh = (edges.get(digest) ?? []).filter((other) => edges.has(other) && !found.has(other));
    for (const other of fresh) found.add(other);
    waiting.push(...fresh);
  }
  return found;
}

function turned(edges: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const after = new Map<string, string[]>([...edges.keys()].map((digest) => [digest, []]));
  for (const [digest, before] of edges) for (const other of before) after.get(other)?.push(digest);
  return after;
}
