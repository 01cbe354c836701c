/** A member's cases: the list, and one case with every entry verified before anything of it is shown. */

import { type Json, type JsonObject, b64decode, b64encode, checkInteger, checkText, isHex32, isId, isObject, parseDay } from "../protocol/encoding.ts";
import { MAX_EPOCHS } from "../protocol/epoch.ts";
import { Malformed, N_, ProtocolError, Refused } from "../protocol/errors.ts";
import { type Grant, openGrant } from "../protocol/grant.ts";
import { CaseView, type SealedGrant, readAsMember } from "../protocol/thread.ts";
import { identitiesOf } from "../protocol/vault.ts";
import type { Draft, InboxLine } from "../workers/desk_api.ts";
import { type Card, cardOf, checkAgainst, openCard, sameCard, sealCard, withDraft } from "./cards.ts";
import { Problem, UnexpectedAnswer, notAsDescribed } from "./errors.ts";
import { MAX_ENTRIES, type OpenedCase, objects, parseCase, parseClocks } from "./mailbox.ts";
import type { MemberSession } from "./member.ts";
import { proposalsOf, protectedOf } from "./protected.ts";
import { waiting } from "./rights.ts";
import { showCase } from "./showing.ts";
import type { Protected, Refusal } from "./shown.ts";

const MAX_PAGES = 10_000;
const RESTARTS = 3;
const FIRST_PAGE = 100; // what a screen shows, soon
const PAGE = 1_000; // the most that a server sends at once: the fewer pages, the sooner all are there
const NO_END = N_("The server's pages have no end.");
const POSITION = /^[0-9A-Za-z.-]{1,64}$/;

/** One case in the list: the server's word, but for the card. */
export type Line = Omit<InboxLine, "opened" | "summary" | "tags" | "draft" | "asked"> & { readonly card: Card | null };

/** What a member was not shown yet of what the reporter wrote. */
export interface Unread {
  readonly entry: string;
  readonly since: string;
}

/**
 * A case as a member opened it. `grants` are theirs, still sealed; `card` is as it now stands, null where
 * there is none. The server's word alone: `allowed`, `identity`, `assignee`.
 */
export interface HeldCase {
  readonly opened: OpenedCase;
  readonly grants: readonly SealedGrant[];
  readonly allowed: readonly string[];
  readonly identity: boolean;
  readonly assignee: string | null;
  /** The last entry of the reporter's that this member was not shown, and since when there is one; null where none is. */
  readonly unread: Unread | null;
  readonly card: Card | null;
  /** Of a protection case, and of another where an assessment of the risk was asked for: by the server's word. */
  readonly protection: Protected | null;
  /** Findings of a report that were proposed to be signed by two, by the server's word. */
  readonly findings: readonly Refusal[];
}

/** Whether search finds both by the same words. */
export function sameText(first: Line, second: Line): boolean {
  const words = ({ card }: Line): string => JSON.stringify([card?.summary, card?.text, card?.tags]);
  return words(first) === words(second);
}

/** The address of a case. */
export function pathOf(caseId: string): string {
  return `/api/cases/${caseId}`;
}

/**
 * The member's own cases, the nearest due first: each page goes to `each` as soon as its cards are open,
 * while the next one is on its way. How many there were.
 *
 * @throws UnexpectedAnswer what the server serves is not as it describes itself
 */
export async function listCases(session: MemberSession, each: (lines: readonly Line[]) => void): Promise<number> {
  let coming = session.get(`/api/cases?limit=${FIRST_PAGE}`);
  let count = 0;
  for (let number = 0; number < MAX_PAGES; number++) {
    const page = await coming;
    const next = positionOf(page);
    if (next !== null) {
      coming = session.get(`/api/cases?limit=${PAGE}&after=${next}`);
      coming.catch(() => undefined); // it is awaited in its turn, after this page
    }
    const lines = await asDescribed(() => Promise.all(objects(page, "cases").map((item) => lineOf(session, item))));
    count += lines.length;
    each(lines);
    if (next === null) return count;
  }
  throw new UnexpectedAnswer(NO_END);
}

/** Runs `read`; what is malformed in it is the server's fault. */
export async function asDescribed<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}

function positionOf(page: JsonObject): string | null {
  const { next } = page;
  if (next === null || next === undefined) return null;
  if (typeof next !== "string" || !POSITION.test(next)) throw new UnexpectedAnswer(NO_END);
  return next;
}

async function lineOf(session: MemberSession, item: JsonObject): Promise<Line> {
  const { case: id, channel, next_due: due } = item;
  if (!isHex32(id) || !isId(channel)) throw new Malformed(N_("This is not a valid id."), { pointer: "/cases" });
  return {
    case: id,
    channel,
    received: parseDay(item["received"], "/received"),
    status: checkText(item["status"], { pointer: "/status", limit: 64 }),
    clocks: parseClocks(item["clocks"]),
    nextDue: dayOrNull(due, "/next_due"),
    granted: item["granted"] === true,
    assignee: assigneeOf(item),
    danger: item["danger"] === true,
    urgent: timeOf(item["urgent"]),
    unreadSince: dayOrNull(item["unread_since"], "/unread_since"),
    card: await openCard(item["card"], session.vaultKey, { member: session.member, case: id }),
  };
}

function dayOrNull(value: Json | undefined, pointer: string): string | null {
  return value === null || value === undefined ? null : parseDay(value, pointer);
}

/** A moment as the server names it, or null. */
function timeOf(value: Json | undefined): string | null {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : null;
}

function assigneeOf(item: JsonObject): string | null {
  return isId(item["assignee"]) ? item["assignee"] : null;
}

/**
 * Loads a case with all its entries, judges it, holds it against its card, and writes the card anew; a
 * draft of the audience `forget` is then gone from it.
 *
 * @throws Problem there is no such case for this member
 * @throws NotAuthentic the server shows another case or history than before
 */
export async function openCase(session: MemberSession, caseId: string, forget: Draft["audience"] | null = null): Promise<HeldCase> {
  let found = await judged(session, caseId);
  // Another browser of the member's may have renewed their keys: what is sealed to those opens with its vault.
  const isShut = found.opened.view.facts.warnings.includes("grant-damaged");
  if (isShut && (await session.reloadVault())) found = await judged(session, caseId);
  if (found.opened.view.facts.needsNewerDirectory) {
    await session.loadDirectory();
    found = await judged(session, caseId);
  }
  const { card } = found;
  if (card !== null && checkAgainst(found.opened.view, card)) found = withheld(found, card.epoch);
  let fresh = cardOf(found.opened.view, card, isAsked(session, found.opened));
  if (fresh === null) return found;
  if (fresh.draft?.audience === forget) fresh = { ...fresh, draft: null };
  if (card === null || !sameCard(fresh, card)) await putCard(session, fresh);
  return { ...found, card: fresh };
}

/** Whether the reporter asks for something that waits. */
function isAsked({ member, site }: MemberSession, opened: OpenedCase): boolean {
  const showing = { directory: site.directory, reader: member, language: "en", questionnaires: new Map<string, never>() };
  return waiting(showCase(opened, showing)).length > 0;
}

/** The same case with the warning that the server keeps back epochs which this member has seen. */
function withheld(found: HeldCase, seen: number): HeldCase {
  const { facts } = found.opened.view;
  const warnings = [...new Set([...facts.warnings, "epochs-withheld" as const])];
  const view = new CaseView({ ...facts, warnings, namedEpoch: Math.max(facts.namedEpoch, seen) });
  return { ...found, opened: { ...found.opened, view } };
}

async function putCard(session: MemberSession, card: Card): Promise<void> {
  const sealed = await sealCard(card, session.vaultKey, session.member);
  await session.send("PUT", `${pathOf(card.case)}/card`, { card: b64encode(sealed) });
}

/**
 * Seals what was begun to write into the card of the case; empty text forgets it. The card as it then is.
 *
 * @throws Malformed too long to be kept
 * @throws Refused the case is not in order, and has no card
 */
export async function keepDraft(session: MemberSession, caseId: string, draft: Draft): Promise<Card> {
  // As the server holds it now: another tab may have opened the case since, and pinned a newer epoch.
  const content = await session.get(pathOf(caseId));
  let card = await openCard(content["card"], session.vaultKey, { member: session.member, case: caseId });
  card ??= (await openCase(session, caseId)).card;
  if (card === null) throw new Refused(N_("This case is not in order; what you write cannot be kept with it."));
  const fresh = withDraft(card, draft);
  if (!sameCard(fresh, card)) await putCard(session, fresh);
  return fresh;
}

async function judged(session: MemberSession, caseId: string): Promise<HeldCase> {
  if (!isHex32(caseId)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: "/case" });
  const content = await session.get(pathOf(caseId));
  const entries = await entriesOf(session, caseId);
  const { served, grants } = await asDescribed(() => ({
    served: parseCase(content, entries),
    grants: objects(content, "grants").map(grantOf),
  }));
  if (served.sealed.case !== caseId) throw new UnexpectedAnswer(N_("The server's answer is about another case."));
  const view = await readAsMember(served.sealed, grants, identitiesOf(session.vault), session.site.directory);
  const { allowed, custody } = content;
  return {
    opened: { served, view, acknowledged: new Map() },
    grants,
    allowed: Array.isArray(allowed) ? (allowed as readonly Json[]).filter((item) => typeof item === "string") : [],
    identity: isObject(custody) && custody["identity"] === true,
    assignee: assigneeOf(content),
    unread: await asDescribed(() => unreadOf(content)),
    protection: await asDescribed(() => protectedOf(content["protection"])),
    findings: await asDescribed(() => proposalsOf(content, "findings")),
    card: await openCard(content["card"], session.vaultKey, { member: session.member, case: caseId }),
  };
}

function unreadOf(content: JsonObject): Unread | null {
  const since = dayOrNull(content["unread_since"], "/unread_since");
  const { unread: entry } = content;
  return since !== null && isHex32(entry) ? { entry, since } : null;
}

/** Tells the server that this member was shown what was unread; the case as it then stands. @throws Problem the server refuses */
export async function tellRead(session: MemberSession, found: HeldCase): Promise<HeldCase> {
  const { unread, opened } = found;
  const shown = opened.view.facts.entries.find(({ served }) => served.id === unread?.entry);
  // It was kept back, or what came could not be shown: then it stays unread.
  if (unread === null || (shown?.state !== "authentic" && shown?.state !== "removed")) return found;
  await session.send("POST", `${pathOf(opened.view.facts.case)}/read`, { entry: unread.entry });
  return { ...found, unread: null };
}

function grantOf(item: JsonObject): SealedGrant {
  const epoch = checkInteger(item["epoch"], 0, MAX_EPOCHS - 1, "/grants");
  try {
    return { epoch, sealed: b64decode(item["sealed"]) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { epoch, sealed: new Uint8Array() }; // it does not open: the case is shown as one with a damaged grant
  }
}

/** Every entry of a case that the server shows this member, the newest first. */
export async function entriesOf(session: MemberSession, caseId: string): Promise<JsonObject[]> {
  for (let restart = 0; restart < RESTARTS; restart++) {
    try {
      return await allEntries(session, caseId);
    } catch (error) {
      if (!(error instanceof Problem) || error.kind !== "unknown-position") throw error;
    }
  }
  throw new UnexpectedAnswer(N_("What is on the server changed while it was read; try again."));
}

async function allEntries(session: MemberSession, caseId: string): Promise<JsonObject[]> {
  const entries = new Map<string, JsonObject>();
  let after = "";
  for (let number = 0; number < MAX_PAGES; number++) {
    const page = await session.get(`${pathOf(caseId)}/entries${after}`);
    const found = await asDescribed(() =>
      objects(page, "entries").map((entry) => [checkText(entry["id"], { limit: 64 }), entry] as const),
    );
    const before = entries.size;
    for (const [id, entry] of found) if (!entries.has(id)) entries.set(id, entry);
    if (page["more"] !== true) return [...entries.values()];
    const last = [...entries.keys()].at(-1);
    if (entries.size === before || entries.size > MAX_ENTRIES || !isHex32(last)) break;
    after = `?after=${last}`;
  }
  throw new UnexpectedAnswer(NO_END);
}

/** The member's own grants, opened; damaged ones left out. */
export async function heldGrants(session: MemberSession, found: HeldCase): Promise<Grant[]> {
  const { sealed } = found.opened.served;
  const [firstNote = ""] = sealed.epochs;
  const opened: Grant[] = [];
  for (const { epoch, sealed: grant } of found.grants) {
    const place = { case: sealed.case, epoch, firstNote, origin: session.site.directory.origin };
    try {
      opened.push(await openGrant(grant, identitiesOf(session.vault), place));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return opened;
}
