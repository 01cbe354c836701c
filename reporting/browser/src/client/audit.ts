/** What an auditor's browser makes of the audit log: nothing is shown that was not proved to stand in it. */

import * as audit from "../protocol/audit.ts";
import type { Checkpoint, Event } from "../protocol/audit.ts";
import { type JsonObject, MAX_INTEGER, b64decode, b64encode, checkInteger, checkText, equalBytes, isObject, sha256, utf8 } from "../protocol/encoding.ts";
import { Malformed, N_, NotAuthentic } from "../protocol/errors.ts";
import { Frontier } from "../protocol/audit.ts";
import { verifyInclusion } from "../protocol/log.ts";
import { VerifierKey, isSignedBy, parse as parseNote } from "../protocol/note.ts";
import type { AuditChecked, AuditFilter, AuditLook, AuditProgress, KeptCheckpoint } from "../workers/audit_api.ts";
import { asDescribed } from "./cases.ts";
import { UnexpectedAnswer } from "./errors.ts";
import { objects } from "./mailbox.ts";
import type { MemberSession } from "./member.ts";
import { versions } from "./versions.ts";

const PAGE = 50;
const LONG_PAGE = 500;
const MANY_LEAVES = 16_384;
const NOT_THERE = N_("The server shows an event that does not stand in the audit log as it was signed.");

/** An event as it came, proved: `event` is null where it was erased. */
export interface Item {
  readonly position: number;
  readonly leaf: Uint8Array;
  readonly event: Event | null;
}

/** The key that signs the log's checkpoints, by the directory. */
function verifierOf({ site }: MemberSession): VerifierKey {
  const { origin, logKey } = site.directory;
  return new VerifierKey(audit.logName(origin), logKey);
}

/** What a kept checkpoint states. */
function stated(kept: KeptCheckpoint): Checkpoint {
  return { name: kept.name, size: kept.size, root: b64decode(kept.root, { length: 32 }) };
}

/**
 * The log's present checkpoint, and whether it continues the kept one.
 *
 * @throws NotAuthentic it is not signed by the log's key of the directory in force
 */
export async function look(session: MemberSession, kept: KeptCheckpoint | null, seen: string): Promise<AuditLook> {
  await session.loadDirectory();
  const answer = await session.get(`/api/audit/checkpoint?from=${kept?.size ?? 0}`);
  const { note, proof } = await asDescribed(() => ({
    note: checkText(answer["checkpoint"], { limit: audit.MAX_NOTE, pointer: "/checkpoint" }),
    proof: hashes(answer, "consistency"),
  }));
  const found = audit.parseCheckpoint(note, verifierOf(session));
  const checkpoint = { note, name: found.name, size: found.size, root: b64encode(found.root), seen };
  if (kept === null) return { checkpoint, verdict: "first", fault: "" };
  try {
    audit.checkContinues(stated(kept), found, proof);
  } catch (error) {
    if (!(error instanceof NotAuthentic)) throw error;
    return { checkpoint, verdict: "broken", fault: error.message };
  }
  return { checkpoint, verdict: "continues", fault: "" };
}

/**
 * A page of events of the log as it was at a checkpoint, the newest first, behind the position `after`.
 *
 * @throws NotAuthentic an event does not stand in the log, or one was left out where none may be
 */
export async function events(
  session: MemberSession,
  at: KeptCheckpoint,
  filter: AuditFilter,
  after: number | null,
  limit = PAGE,
): Promise<{ readonly items: readonly Item[]; readonly more: boolean }> {
  const log = stated(at);
  const asked = new URLSearchParams({ size: String(log.size), limit: String(limit) });
  if (after !== null) asked.set("after", String(after));
  for (const name of ["member", "case", "act"] as const) if (filter[name] !== "") asked.set(name, filter[name]);
  const answer = await session.get(`/api/audit/events?${asked.toString()}`);
  const found = await asDescribed(() => objects(answer, "events").map(itemOf));
  for (const item of found) prove(item, log);
  const items = found.map(({ position, leaf, event }) => ({ position, leaf, event }));
  const more = answer["more"] === true;
  checkOrder(items, after ?? log.size, isEmpty(filter), more);
  return { items, more };
}

function isEmpty({ member, case: about, act }: AuditFilter): boolean {
  return member === "" && about === "" && act === "";
}

/** One after the other, backwards; without a filter none may be left out, down to the first. */
function checkOrder(items: readonly Item[], start: number, whole: boolean, more: boolean): void {
  let next = start;
  for (const { position } of items) {
    if (position >= next) throw new UnexpectedAnswer(N_("The server's pages have no end."));
    if (whole && position !== next - 1) throw new NotAuthentic(N_("The server left out an event of the audit log."));
    next = position;
  }
  if (more && items.length === 0) throw new UnexpectedAnswer(N_("The server's pages have no end."));
  if (whole && !more && next !== 0) throw new NotAuthentic(N_("The server left out an event of the audit log."));
}

function itemOf(content: JsonObject): Item & { readonly proof: readonly Uint8Array[] } {
  const sent = content["event"];
  return {
    position: checkInteger(content["position"], 0, MAX_INTEGER, "/position"),
    leaf: b64decode(content["leaf"], { length: 32, pointer: "/leaf" }),
    event: sent === null ? null : audit.parseEvent(isObject(sent) ? sent : {}),
    proof: hashes(content, "proof"),
  };
}

/** @throws NotAuthentic the content does not give the hash, or the hash does not stand there in the log */
function prove({ position, leaf, event, proof }: ReturnType<typeof itemOf>, log: Checkpoint): void {
  if (event !== null && (event.position !== position || !equalBytes(audit.eventLeaf(event), leaf))) throw new NotAuthentic(NOT_THERE);
  try {
    verifyInclusion(leaf, proof, { index: position, ...log });
  } catch (error) {
    throw error instanceof NotAuthentic ? new NotAuthentic(NOT_THERE) : error;
  }
}

function hashes(content: JsonObject, name: string): Uint8Array[] {
  const found = content[name];
  if (!Array.isArray(found)) throw new Malformed(N_("This must be a list."), { pointer: `/${name}` });
  return (found as readonly unknown[]).map((one) => b64decode(one, { length: 32, pointer: `/${name}` }));
}

/**
 * Every event that fits, the newest first; `each` takes them page by page.
 *
 * @throws NotAuthentic as {@link events}
 */
export async function everyEvent(
  session: MemberSession,
  at: KeptCheckpoint,
  filter: AuditFilter,
  each: (items: readonly Item[]) => void,
): Promise<void> {
  let after: number | null = null;
  for (;;) {
    const page = await events(session, at, filter, after, LONG_PAGE);
    each(page.items);
    const last = page.items.at(-1);
    if (!page.more || last === undefined) return;
    after = last.position;
  }
}

/**
 * Looks at every event, computes the root from all hashes, and holds what was erased against the tombstones.
 *
 * @throws NotAuthentic something does not hold
 */
export async function checkAll(session: MemberSession, at: KeptCheckpoint, progress: AuditProgress): Promise<AuditChecked> {
  const log = stated(at);
  const stones = await tombstones(session, await tombstoneNotes(session));
  const roots = await recompute(session, log, new Set(stones.map(({ size }) => size)));
  const recorded = new Set<unknown>();
  const bare: number[] = [];
  let done = 0;
  await everyEvent(session, at, { member: "", case: "", act: "" }, (items) => {
    for (const { event, position } of items) {
      if (event === null) bare.push(position);
      else if (event.act === "audit:erase") recorded.add(event.details["tombstone"]);
    }
    done += items.length;
    progress(done, log.size);
  });
  const valid = stones.filter(({ size, root, digest }) => recorded.has(digest) && equalBytes(roots.get(size) ?? new Uint8Array(), root));
  const erased = Math.max(0, ...valid.map(({ size }) => size));
  if (bare.some((position) => position >= erased)) throw new NotAuthentic(N_("An event of the audit log was erased without a tombstone."));
  return { events: log.size, erased: bare.length };
}

/** A tombstone, and what an `audit:erase` event names it by. */
interface Stone extends audit.Tombstone {
  readonly digest: string;
}

/**
 * The tombstones in these notes, each signed by a log key that some published directory named.
 *
 * @throws NotAuthentic one is not
 */
async function tombstones({ site }: MemberSession, signed: readonly string[]): Promise<readonly Stone[]> {
  const found: Stone[] = [];
  let rest = signed;
  if (rest.length === 0) return found;
  for await (const { logKey } of versions(site)) {
    const key = new VerifierKey(audit.logName(site.directory.origin), logKey);
    const mine = (note: string): boolean => isSignedBy(parseNote(note, { limit: audit.MAX_NOTE }), key);
    for (const note of rest.filter(mine)) found.push({ ...audit.parseTombstone(note, key), digest: b64encode(sha256(utf8(note))) });
    rest = rest.filter((note) => !mine(note));
    if (rest.length === 0) return found;
  }
  throw new NotAuthentic(N_("A tombstone of the audit log is not signed by any key that the log ever had."));
}

/** The signed statements of what was erased, as the server hands them out. */
export async function tombstoneNotes(session: MemberSession): Promise<string[]> {
  const answer = await session.get("/api/audit/tombstones");
  const found = answer["tombstones"];
  const notes: readonly unknown[] = Array.isArray(found) ? found : [];
  return asDescribed(() => notes.map((note) => checkText(note, { limit: audit.MAX_NOTE, pointer: "/tombstones" })));
}

/** The roots at these sizes, once all leaves gave the root of the checkpoint. */
async function recompute(session: MemberSession, log: Checkpoint, wanted: ReadonlySet<number>): Promise<Map<number, Uint8Array>> {
  const frontier = new Frontier();
  const roots = new Map<number, Uint8Array>();
  while (frontier.size < log.size) {
    const count = Math.min(MANY_LEAVES, log.size - frontier.size);
    const answer = await session.get(`/api/audit/leaves?from=${frontier.size}&count=${count}`);
    const leaves = await asDescribed(() => hashes(answer, "leaves"));
    if (leaves.length !== count) throw new NotAuthentic(N_("The server left out an event of the audit log."));
    for (const leaf of leaves) {
      frontier.append(leaf);
      if (wanted.has(frontier.size)) roots.set(frontier.size, frontier.root);
    }
  }
  if (!equalBytes(frontier.root, log.root)) throw new NotAuthentic(N_("The events of the audit log do not give the root that was signed."));
  return roots;
}
