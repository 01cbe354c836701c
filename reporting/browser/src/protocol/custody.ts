/**
 * Custodians' decisions on a request for an identity (protocol section 4): judged by whoever opens it.
 *
 * A decision is an entry of kind `disclosure` that names the request by its id and by the hash of its sealed
 * bytes, so that nobody can put another request behind an approval. The identity opens once enough different
 * custodians have approved; the server's word on that counts for nothing here.
 */

import * as age from "./age.ts";
import type { Directory } from "./directory.ts";
import { type Disclosure, type DisclosureAuthor, type DisclosureCase, MAX_REASON, isUnderPresentKey, openIdentity, parseDisclosure, readRequest, shutOutBy, verifyMember } from "./disclosure.ts";
import { type JsonObject, b64decode, b64encode, checkText, equalBytes, isBlank, isHex32, sha256, utf8 } from "./encoding.ts";
import { type Entry, MAX_PREVIOUS, type NewEntry, type SignedEntry, openEntry } from "./entry.ts";
import type { Chain } from "./epoch.ts";
import { CannotOpen, Malformed, N_, NewerDirectory, NotAuthentic, ProtocolError, Refused } from "./errors.ts";
import { follow, ordered } from "./thread_order.ts";
import type { CaseView, SealedEntry } from "./thread_types.ts";

export const DECISIONS = ["approve", "refuse", "opened", "withdrawn"] as const;
/** No single custodian opens an identity, whatever a setting or a request says; unless it has one custodian only. */
export const LEAST_APPROVALS = 2;

/** What a custodian decided; or that whoever asked has withdrawn the request. */
export type Verdict = (typeof DECISIONS)[number];

/** What somebody decided on the request with this id and hash of its sealed bytes, and why. */
export interface Decision {
  readonly request: string;
  readonly sha256: Uint8Array;
  readonly decision: Verdict;
  readonly reason: string;
}

/** The body of the `disclosure` entry that carries a decision. */
export function decisionBody({ request, sha256, decision, reason }: Decision): JsonObject {
  return { request, sha256: b64encode(sha256), decision, reason };
}

/**
 * Reads the body of a `disclosure` entry that is a decision.
 *
 * @throws Malformed a member missing, or of another form; a refusal or withdrawal without a reason
 */
export function parseDecision(body: JsonObject): Decision {
  const { request } = body;
  if (!isHex32(request)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: "/body/request" });
  const decision = DECISIONS.find((one) => one === body["decision"]);
  if (decision === undefined) throw new Malformed(N_("There is no such decision."), { pointer: "/body/decision" });
  const sha256 = b64decode(body["sha256"], { length: 32, pointer: "/body/sha256" });
  const reason = checkText(body["reason"], { pointer: "/body/reason", limit: MAX_REASON });
  if (decision === "refuse" && isBlank(reason)) {
    throw new Malformed(N_("A refusal needs a reason."), { pointer: "/body/reason" });
  }
  if (decision === "withdrawn" && isBlank(reason)) {
    throw new Malformed(N_("A withdrawal needs a reason."), { pointer: "/body/reason" });
  }
  return { request, sha256, decision, reason };
}

/** An authentic decision. */
export interface Decided {
  readonly entry: Entry;
  readonly decision: Decision;
}

/** An authentic request with what was decided on it. */
export class Asked {
  constructor(
    readonly entry: Entry,
    readonly request: Disclosure,
    readonly sha256: Uint8Array,
    /** Whether its author still holds the case. */
    readonly current: boolean,
    readonly decided: readonly Decided[] = [],
    /** Whether its author has other keys since than those that signed it. */
    readonly renewed = false,
  ) {}

  /** Who decided so. */
  who(verdict: Verdict): Set<string> {
    return new Set(this.decided.filter(({ decision }) => decision.decision === verdict).map(({ entry }) => entry.author));
  }

  /** Custodians whose approval stands: once each, and a refusal by the same person outweighs it. */
  get approvals(): Set<string> {
    const refusals = this.who("refuse");
    return new Set([...this.who("approve")].filter((member) => !refusals.has(member)));
  }

  /** Whether the request is neither opened nor withdrawn. @throws Refused it is */
  checkStands(): void {
    if (this.who("opened").size > 0) throw new Refused(N_("This request is closed. Whoever needs the identity again has to ask again."));
    if (this.who("withdrawn").size > 0) throw new Refused(N_("This request was withdrawn. Whoever needs the identity has to ask again."));
  }

  /** With those of `said` that are about this very request, by somebody who has a say in it. */
  with(said: readonly Decided[]): Asked {
    const { entry, request, sha256, current, renewed } = this;
    const isAbout = ({ entry: { author, directory }, decision }: Decided): boolean =>
      decision.request === entry.id &&
      equalBytes(decision.sha256, sha256) &&
      // Written after the request, so under no older directory: a key that was former by then decides nothing on it.
      directory >= entry.directory &&
      // Withdrawn by whoever asked and nobody else; else nobody decides on their own request.
      (decision.decision === "withdrawn" ? author === entry.author : request.custodians.includes(author) && author !== entry.author);
    return new Asked(entry, request, sha256, current, said.filter(isAbout), renewed);
  }
}

/** An authentic entry with the hash of its sealed bytes. */
export interface Hashed {
  readonly entry: Entry;
  readonly sha256: Uint8Array;
}

/** One whose signer's standing is known: whether the key is the one that they have today. */
export interface Standing extends Hashed {
  readonly present: boolean;
}

/** Requests with their decisions, from authentic entries. */
export function gather(entries: readonly Standing[], chain: Chain): Asked[] {
  const found: Asked[] = [];
  const said: Decided[] = [];
  for (const { entry, sha256, present } of entries) {
    try {
      if (isDecision(entry)) {
        said.push({ entry, decision: parseDecision(entry.body) });
        continue;
      }
      const request = parseDisclosure(entry.body);
      if (chain.epochs[entry.epoch]?.holders.includes(entry.author) !== true) continue;
      found.push(new Asked(entry, request, sha256, chain.last.holders.includes(entry.author), [], !present));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return found.map((asked) => asked.with(said));
}

function isDecision(entry: Entry): boolean {
  return Object.hasOwn(entry.body, "decision");
}

/** The requests of a case with their decisions, for those who read the case. */
export function askedIn(view: CaseView): Asked[] {
  const { chain, first, entries, reporterKey } = view.facts;
  const channel = first?.first?.channel;
  if (chain === null || channel === undefined) return [];
  const seen = entries.flatMap(({ entry, served, standing }) => (entry?.kind === "disclosure" ? { entry, sha256: served.sha256, present: standing === "member" } : []));
  return gather(seen, chain).filter(({ request }) => request.channel === channel && equalBytes(request.reporterKey, reporterKey));
}

/** What a custodian may be shown of a case: requests with decisions, and what is not authentic. */
export interface Custody {
  readonly case: string;
  readonly asked: readonly Asked[];
  readonly faults: readonly { readonly id: string; readonly reason: ProtocolError }[];
  readonly chain: Chain | null;
  readonly heads: readonly Uint8Array[];
  readonly missing: boolean;
  readonly namedEpoch: number;
}

/** One reading of a case's entries for custodians. */
class Reading {
  chain: Chain | null = null;
  #channel = "";
  readonly authentic: Hashed[] = [];
  readonly faults: { id: string; reason: ProtocolError }[] = [];

  constructor(readonly about: DisclosureCase) {}

  request(signed: SignedEntry, sha256: Uint8Array): void {
    const { entry, request, chain } = readRequest(signed, this.about);
    if (this.chain !== null && request.channel !== this.#channel) {
      throw new NotAuthentic(N_("This request does not belong to this case."));
    }
    this.chain = chain;
    this.#channel = request.channel;
    this.authentic.push({ entry, sha256 });
  }

  decision(signed: SignedEntry, sha256: Uint8Array): void {
    if (signed.entry.case !== this.about.case || signed.entry.kind !== "disclosure" || this.chain === null) {
      throw new NotAuthentic(N_("This decision does not belong to this case."));
    }
    parseDecision(signed.entry.body);
    this.authentic.push({ entry: verifyMember(signed, this.#channel, this.about.directory), sha256 });
  }

  /** Keeps what went wrong with one entry. @throws NewerDirectory for the caller to load that directory */
  fault(id: string, error: unknown): void {
    if (!(error instanceof ProtocolError) || error instanceof NewerDirectory) throw error;
    this.faults.push({ id, reason: error });
  }
}

/**
 * Judges a case's entries as one of its custodians; one bad entry never hides the others.
 *
 * @throws NewerDirectory an entry names a directory above the one at hand
 */
export async function readCustody(served: readonly SealedEntry[], custodian: age.Identities, about: DisclosureCase): Promise<Custody> {
  const reading = new Reading(about);
  const opened: { readonly served: SealedEntry; readonly signed: SignedEntry }[] = [];
  const once = new Map(served.map((one) => [b64encode(one.sha256), one]));
  const byDay = [...once.values()].sort((first, second) => (first.day + first.id < second.day + second.id ? -1 : 1));
  for (const one of byDay) {
    try {
      if (one.sealed !== null) opened.push({ served: one, signed: await openEntry(one.sealed, custodian) });
    } catch (error) {
      // What does not open was sealed to custodians before this one.
      if (!(error instanceof CannotOpen)) reading.fault(one.id, error);
    }
  }
  // Requests first: they say on which channel decisions are judged.
  for (const decides of [false, true]) {
    for (const { served: one, signed } of opened) {
      if (isDecision(signed.entry) !== decides || signed.entry.kind === "identity") continue;
      try {
        if (decides) reading.decision(signed, one.sha256);
        else reading.request(signed, one.sha256);
      } catch (error) {
        reading.fault(one.id, error);
      }
    }
  }
  return judged(reading, new Set(served.map(({ sha256 }) => b64encode(sha256))));
}

function judged({ about, chain, authentic: read, faults }: Reading, present: ReadonlySet<string>): Custody {
  const places = new Map(read.map(({ sha256 }, place) => [b64encode(sha256), place]));
  const before = read.map(({ entry }) => follow(entry.prev.map(b64encode), places));
  const authentic = ordered(before).flatMap((place) => read[place] ?? []);
  const listed = new Set(authentic.flatMap(({ entry }) => entry.prev.map(b64encode)));
  const heads = authentic.map(({ sha256 }) => sha256).filter((digest) => !listed.has(b64encode(digest)));
  return {
    case: about.case,
    asked: chain === null ? [] : gather(authentic.map((one) => ({ ...one, present: isUnderPresentKey(one.entry, about.directory) })), chain),
    faults,
    chain,
    heads: heads.slice(0, MAX_PREVIOUS).sort((first, second) => (b64encode(first) < b64encode(second) ? -1 : 1)),
    missing: [...listed].some((digest) => !present.has(digest)),
    namedEpoch: Math.max(0, ...authentic.map(({ entry }) => entry.epoch)),
  };
}

/** Whether something may still be decided on a request: the case's chain, where it may. */
function checkOpen({ chain, missing, namedEpoch }: Custody, asked: Asked, directory: Directory): Chain {
  if (missing) throw new Refused(N_("Entries of this request may be missing; nothing can be decided on it."));
  if (chain === null || namedEpoch > chain.last.number) {
    throw new Refused(N_("The server withholds who holds this case; nothing can be decided on it."));
  }
  if (!asked.current) throw new NotAuthentic(N_("This request was not made by anybody who holds the case."));
  // Whoever has the key of before may have made it.
  if (!isUnderPresentKey(asked.entry, directory)) throw new Refused(N_("Whoever made this request has new keys since. They have to ask again."));
  asked.checkStands();
  return chain;
}

/** A custodian's verdict and its reason, under which directory. */
export interface Deciding extends DisclosureAuthor {
  readonly verdict: Exclude<Verdict, "withdrawn">;
  readonly reason: string;
}

/**
 * The `disclosure` entry of a custodian's decision, ready to be sealed.
 *
 * @throws Refused the request is closed, withdrawn or under a former key, the author has no say in it or has decided before
 * @throws Malformed a refusal without a reason
 */
export function makeDecision(custody: Custody, asked: Asked, directory: Directory, deciding: Deciding): NewEntry {
  const chain = checkOpen(custody, asked, directory);
  const { verdict, reason, ...author } = deciding;
  const { request, entry } = asked;
  checkHasSay(asked, author.author, directory.custodians(request.channel, author.date, []));
  if (verdict !== "opened" && asked.decided.some((one) => one.entry.author === author.author)) {
    throw new Refused(N_("You have decided on this request already."));
  }
  const body = decisionBody({ request: entry.id, sha256: asked.sha256, decision: verdict, reason });
  parseDecision(body);
  const place = { case: custody.case, epoch: chain.last.number, prev: custody.heads };
  return { ...author, ...place, audience: "custodian", kind: "disclosure", body };
}

function checkHasSay({ request, entry }: Asked, author: string, custodians: readonly string[]): void {
  if (!custodians.includes(author) || !request.custodians.includes(author)) {
    throw new Refused(N_("Only a custodian who was asked can decide on this request."));
  }
  if (author === entry.author) throw new Refused(N_("Nobody decides on a request of their own."));
}

/** With what a custodian opens an identity, and when. */
export interface Opening {
  readonly custodian: age.Identities;
  readonly directory: Directory;
  readonly today: string;
}

/**
 * The identity, once enough custodians have approved this very request. Counted are custodians of the channel
 * today, under the keys they have today, each once, not the one who asked, and none whom the reporter excluded
 * by the identity's own word; nor may any epoch name one of those. Whoever opens must be one of those who were
 * asked: so a request cannot name another channel, for the sake of its custodians.
 *
 * @throws Refused too few approvals, the request is closed, its author has new keys since, its opener has no say in
 * it, or the case was passed to somebody whom the reporter excluded
 * @throws NotAuthentic the request's author holds the case no more; the identity is not this case's or channel's
 * @throws CannotOpen sealed to other custodians
 */
export async function openApproved(custody: Custody, asked: Asked, identityFile: Uint8Array, opening: Opening): Promise<Entry> {
  const { custodian, directory, today } = opening;
  const chain = checkOpen(custody, asked, directory);
  const current = directory.custodians(asked.request.channel, today, []);
  checkHasSay(asked, memberOf(custodian, directory), current);
  const keepers = age.parseHeader(identityFile).stanzas.length;
  const needed = Math.max(asked.request.needed, Math.min(LEAST_APPROVALS, keepers));
  const approvals = approvalsToday(asked, directory, today);
  checkEnough(approvals, needed);
  const entry = await openIdentity(identityFile, custodian, custody.case, asked.request);
  const shutOut = shutOutBy(entry);
  const held = chain.holders();
  // Whoever asks, the case's key is in hands that the reporter does not want.
  if (shutOut.some((member) => held.has(member))) throw new Refused(N_("An epoch names somebody whom the reporter excluded."));
  checkEnough(approvals.filter((member) => !shutOut.includes(member)), needed);
  return entry;
}

/** Whose identities they are by the directory; nobody's, the empty id. */
function memberOf(custodian: age.Identities, { members }: Directory): string {
  const digests = age.several(custodian).map((identity) => sha256(utf8(String(identity.recipient))));
  return members.find(({ recipientSha256 }) => digests.some((digest) => equalBytes(recipientSha256, digest)))?.id ?? "";
}

/** Whose approvals count: custodians of the channel today, under the keys that they have today. */
export function approvalsToday(asked: Asked, directory: Directory, today: string): string[] {
  const approving = asked.decided.filter(({ entry, decision }) => decision.decision === "approve" && isUnderPresentKey(entry, directory));
  const present = new Set(approving.map(({ entry }) => entry.author));
  const current = directory.custodians(asked.request.channel, today, []);
  return [...asked.approvals].filter((member) => current.includes(member) && present.has(member));
}

function checkEnough(approvals: readonly string[], needed: number): void {
  if (approvals.length < needed) {
    throw new Refused(N_("{needed} custodians must approve; {found} approvals are authentic."), { needed, found: approvals.length });
  }
}
