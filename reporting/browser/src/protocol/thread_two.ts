/** What two persons sign for, and whether a second one did, as far as a reader can see (protocol 8.6 and 8.7). */

import { type JsonObject, isHex32, isObject, b64encode, equalBytes } from "./encoding.ts";
import type { Entry } from "./entry.ts";
import type { Role } from "./directory_parts.ts";
import { type Proposed, parseSecond, secondKey } from "./second.ts";
import { follow, isStatus, lastStatuses } from "./thread_order.ts";
import { DEALING, OFFICERS, type Roles } from "./thread_roles.ts";
import { type Alone, type EntryView, KNOWINGLY_FALSE, keyOf } from "./thread_types.ts";

/** The form in which a colleague proposes something, what they sign for, and the roles of both. */
interface ByTwo {
  readonly form: string;
  readonly what: Proposed["what"];
  readonly roles: readonly Role[];
}

const BY_TWO: Readonly<Record<Alone, ByTwo>> = {
  refusal: { form: "refusal-1", what: "refused", roles: OFFICERS },
  finding: { form: "finding-1", what: KNOWINGLY_FALSE, roles: DEALING },
};

interface Seen extends EntryView {
  readonly entry: Entry;
}

/** The status that another follows: its JSON id, empty where that is the first; nobody read it under less. */
interface Stood {
  readonly id: string;
  readonly directory: number;
}

/**
 * What every status says, by its key, that one person alone signed for. Everybody checks the second person's signature
 * in the status. Whoever may read what the team writes looks there as well: for a proposal by that person, made under
 * the status that the one which names it follows.
 */
export function signedAlone(views: readonly EntryView[], roles: Roles, asReporter: boolean): Map<string, readonly Alone[]> {
  const authentic = views.filter((view): view is Seen => view.entry !== null);
  const seen = authentic.filter(({ entry }) => entry.audience === "reporter");
  const team = authentic.flatMap(({ entry }) => (entry.audience === "team" ? [entry] : []));
  const found = new Map<string, readonly Alone[]>();
  for (const view of seen) {
    const { entry } = view;
    if (entry.kind !== "status" || found.has(keyOf(entry))) continue;
    let needed = neededBy(entry.body);
    if (isHex32(entry.body["proposal"]) && needed.length > 0) {
      const stood = stoodBefore(entry, seen);
      const proposed = (what: Alone): boolean => asReporter || team.some((one) => proposes(one, what, entry, stood));
      needed = needed.filter((what) => !isSignedBySecond(view, what, stood, roles) || !proposed(what));
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

/** Whether another person signed for this in the words of a status, and both have the role that it needs. */
function isSignedBySecond({ entry: status, standing }: Seen, name: Alone, stood: Stood | null, roles: Roles): boolean {
  const { what, roles: needed } = BY_TWO[name];
  const second = parseSecond(status.body["second"]);
  const { reason, appeal = "" } = status.body;
  if (stood === null || second === null || typeof reason !== "string" || typeof appeal !== "string") return false;
  if (second.member === status.author || roles.excluded.includes(second.member)) return false;
  if (second.directory < stood.directory || second.directory > status.directory) return false;
  const proposed = { case: status.case, status: stood.id, what, reason, appeal };
  const key = secondKey(second, proposed, roles.directory, roles.channel);
  if (key === null || keysOf(status, roles).some((own) => equalBytes(own, key.publicKey))) return false;
  return roles.may(second.member, key.standing, needed) && roles.may(status.author, standing, needed);
}

/** One key under two names is one person. */
function keysOf({ author, directory, date }: Entry, roles: Roles): Uint8Array[] {
  return roles.directory.authorKeys(author, directory, roles.channel ?? "", date).map(({ publicKey }) => publicKey);
}

/** Whether `one` is what `status` names: a colleague's who signed for it, and made under the status that `stood`. */
function proposes(one: Entry, what: Alone, status: Entry, stood: Stood | null): boolean {
  const signer = parseSecond(status.body["second"])?.member;
  const named = one.kind === "protection" && one.id === status.body["proposal"] && one.author === signer;
  const answers = one.body["answers"];
  if (!named || stood === null || one.body["form"] !== BY_TWO[what].form || !isObject(answers)) return false;
  return answers["status"] === stood.id && (what !== "finding" || answers["finding"] === KNOWINGLY_FALSE);
}

/**
 * The status that `status` follows. Null where another was signed beside it, or somebody else's has the same id, which
 * its author chooses: which of them stood when something was proposed, nobody can tell.
 */
function stoodBefore(status: Entry, seen: readonly Seen[]): Stood | null {
  const keys = new Map(seen.map(({ served, entry }) => [b64encode(served.sha256), keyOf(entry)]));
  const edges = new Map(seen.map(({ served, entry }) => [b64encode(served.sha256), entry.prev.map(b64encode)]));
  const own = [...keys].flatMap(([digest, key]) => (key === keyOf(status) ? [digest] : []));
  const earlier = new Set(follow([...reached(own, edges)], keys));
  earlier.delete(keyOf(status));
  const later = new Set(follow([...reached(own, turned(edges))], keys));
  const beside = ({ entry }: Seen): boolean => isStatus(entry) && !earlier.has(keyOf(entry)) && !later.has(keyOf(entry));
  if (seen.some(beside)) return null;
  const stood = lastStatuses(seen.filter(({ entry }) => earlier.has(keyOf(entry)))).at(-1);
  if (stood === undefined) return { id: "", directory: Math.max(...seen.flatMap(({ entry }) => (entry.kind === "report" ? [entry.directory] : []))) };
  const shared = seen.some(({ entry }) => isStatus(entry) && entry.id === stood.id && keyOf(entry) !== keyOf(stood));
  return shared ? null : { id: stood.id, directory: stood.directory };
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
