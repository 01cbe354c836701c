/**
 * Identity files and the request to open one (protocol section 4): who is told who the reporter is.
 *
 * The identity is an entry of kind `identity`, sealed to custodians and signed by the reporter's key
 * for the case. A custodian's client opens it only for an authentic `disclosure` request.
 */

import type { Identities } from "./age.ts";
import { HybridRecipient } from "./age_keys.ts";
import type { Directory } from "./directory.ts";
import { type Json, type JsonObject, b64decode, b64encode, checkInteger, checkText, dumpJson, isBlank, isId, sha256 } from "./encoding.ts";
import { type Entry, type NewEntry, OVERHEAD, type SignedEntry, openEntry, toJson } from "./entry.ts";
import { MAX_CUSTODIANS, MAX_EXCLUDED } from "./entry_content.ts";
import * as epochs from "./epoch.ts";
import { Malformed, N_, NotAuthentic, ProtocolError, Refused } from "./errors.ts";
import { ENTRY_FLOOR } from "./padding.ts";
import type { CaseView } from "./thread_types.ts";

export const MAX_REASON = 4_096;
/** Bytes of an identity entry's JSON: all of them have one padded size, and leave the report its room on the wire. */
export const MAX_IDENTITY = ENTRY_FLOOR - OVERHEAD;

/**
 * The body of an `identity` entry. Custodians cannot read the first entry: by this they know its channel, and whom
 * the reporter shut out.
 */
export function identityBody(answers: JsonObject, channel: string, excluded: readonly string[]): JsonObject {
  return { answers, channel, excluded: [...excluded].sort() };
}

/**
 * Whether an identity entry has the one size that all of them have.
 *
 * @throws Malformed it is longer
 */
export function checkIdentitySize(entry: NewEntry): void {
  const over = dumpJson(toJson(entry)).length - MAX_IDENTITY;
  if (over <= 0) return;
  const message = N_("Who you are and the list of people you shut out are together {over} bytes too long. Write less about yourself, or leave it out.");
  throw new Malformed(message, { over, pointer: "/identity" });
}

/**
 * Why somebody asks for the reporter's identity; `recipient` is the case's, of epoch 0. `custodians` are those
 * who are asked, `needed` how many of them must approve. Either `notice` is the hash of the message in which
 * the reporter was told beforehand, or `waiver` says why they were not.
 */
export interface Disclosure {
  readonly reporterKey: Uint8Array;
  readonly recipient: HybridRecipient;
  readonly channel: string;
  readonly reason: string;
  readonly legalBasis: string;
  readonly custodians: readonly string[];
  readonly needed: number;
  readonly notice: Uint8Array | null;
  readonly waiver: string;
}

/** The body of the `disclosure` entry. */
export function disclosureBody(request: Disclosure): JsonObject {
  return {
    reporter_key: b64encode(request.reporterKey),
    recipient: String(request.recipient),
    channel: request.channel,
    reason: request.reason,
    legal_basis: request.legalBasis,
    custodians: [...request.custodians],
    needed: request.needed,
    ...(request.notice === null ? { waiver: request.waiver } : { notice: b64encode(request.notice) }),
  };
}

/**
 * Reads the body of a `disclosure` entry.
 *
 * @throws Malformed a member missing, or of another form
 */
export function parseDisclosure(body: JsonObject): Disclosure {
  const { channel } = body;
  if (!isId(channel)) throw new Malformed(N_("This is not a valid id."), { pointer: "/body/channel" });
  const custodians = parseCustodians(body["custodians"]);
  return {
    reporterKey: b64decode(body["reporter_key"], { length: 32, pointer: "/body/reporter_key" }),
    recipient: HybridRecipient.parse(checkText(body["recipient"], { pointer: "/body/recipient" })),
    channel,
    reason: checkText(body["reason"], { pointer: "/body/reason", limit: MAX_REASON }),
    legalBasis: checkText(body["legal_basis"], { pointer: "/body/legal_basis", limit: MAX_REASON }),
    custodians,
    needed: checkInteger(body["needed"], 1, custodians.length, "/body/needed"),
    notice: parseNotice(body),
    waiver: parseWaiver(body),
  };
}

function parseCustodians(value: Json | undefined): string[] {
  const pointer = "/body/custodians";
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_CUSTODIANS || !value.every(isId)) {
    throw new Malformed(N_("This must be a list of ids."), { pointer });
  }
  if (value.some((id, place) => place > 0 && id <= (value[place - 1] ?? ""))) {
    throw new Malformed(N_("This list must be sorted and name nothing twice."), { pointer });
  }
  return [...value];
}

function parseNotice(body: JsonObject): Uint8Array | null {
  const pointer = "/body/notice";
  if (Object.hasOwn(body, "notice") === Object.hasOwn(body, "waiver")) {
    throw new Malformed(N_("The reporter is told beforehand, or a reason says why not: one of both."), { pointer });
  }
  return Object.hasOwn(body, "notice") ? b64decode(body["notice"], { length: 32, pointer }) : null;
}

function parseWaiver(body: JsonObject): string {
  if (!Object.hasOwn(body, "waiver")) return "";
  const waiver = checkText(body["waiver"], { pointer: "/body/waiver", limit: MAX_REASON });
  if (isBlank(waiver)) throw new Malformed(N_("A waiver needs a reason of its own."), { pointer: "/body/waiver" });
  return waiver;
}

/** A case as a custodian is shown it: its id, its epochs, and the directory to judge by. */
export interface DisclosureCase {
  readonly case: string;
  readonly epochs: readonly string[];
  readonly directory: Directory;
}

/** An authentic request, and the entry it came in. */
export interface OpenedDisclosure {
  readonly entry: Entry;
  readonly request: Disclosure;
}

/**
 * A custodian opens a request: its key fits the case, its signer holds the case by the epoch chain.
 *
 * @throws CannotOpen sealed to other custodians
 * @throws NotAuthentic another case, a key that does not give the case id, a signer who is no holder or has new keys
 * @throws Malformed not a disclosure request
 */
export async function openDisclosure(
  sealed: Uint8Array,
  custodian: Identities,
  about: DisclosureCase,
): Promise<OpenedDisclosure> {
  const { entry, request, chain } = readRequest(await openEntry(sealed, custodian), about);
  // Whoever held it once may not ask any more.
  if (!chain.last.holders.includes(entry.author)) {
    throw new NotAuthentic(N_("This request was not made by anybody who holds the case."));
  }
  if (!isUnderPresentKey(entry, about.directory)) {
    throw new NotAuthentic(N_("Whoever made this request has new keys since. They have to ask again."));
  }
  return { entry, request };
}

/**
 * A request whose signer held the case in the epoch that it names, perhaps no more; with the case's epochs.
 *
 * @throws NotAuthentic, Malformed as {@link openDisclosure}
 */
export function readRequest(signed: SignedEntry, about: DisclosureCase): OpenedDisclosure & { readonly chain: epochs.Chain } {
  const elsewhere = new NotAuthentic(N_("This request does not belong to this case."));
  const { author, epoch, kind, case: caseId, body } = signed.entry;
  if (caseId !== about.case || kind !== "disclosure") throw elsewhere;
  const request = parseDisclosure(body);
  const { reporterKey } = request;
  if (epochs.caseId(epochs.caseHash(request.recipient), sha256(reporterKey)) !== about.case) throw elsewhere;
  const chain = epochs.verifyChain(about.epochs, { case: about.case, reporterKey }, about.directory, []);
  if (chain.broken !== null) throw chain.broken;
  if (chain.epochs[epoch]?.holders.includes(author) !== true) {
    throw new NotAuthentic(N_("This request was not made by anybody who holds the case."));
  }
  return { entry: verifyMember(signed, request.channel, about.directory), request, chain };
}

/** Whether an authentic entry was signed with the key that its author has today: one that was replaced may be stolen. */
export function isUnderPresentKey({ author, directory: version }: Entry, directory: Directory): boolean {
  return (directory.member(author)?.since ?? Infinity) <= version;
}

/**
 * The entry, once a key of its author's, in force with a role on the channel, has signed it.
 *
 * @throws NotAuthentic none has
 * @throws NewerDirectory it names a directory above this one
 */
export function verifyMember(signed: SignedEntry, channel: string, directory: Directory): Entry {
  const { author, directory: version, date } = signed.entry;
  for (const key of directory.authorKeys(author, version, channel, date)) {
    try {
      return signed.verify(key.publicKey);
    } catch (error) {
      if (!(error instanceof NotAuthentic)) throw error;
    }
  }
  throw new NotAuthentic(N_("Its author's signature does not hold."));
}

/**
 * The identity entry, once it proves to belong to the case and channel that `request` names.
 *
 * @throws CannotOpen sealed to other custodians
 * @throws NotAuthentic of another case or channel, or not signed by the case's reporter
 */
export async function openIdentity(
  sealed: Uint8Array,
  custodian: Identities,
  caseId: string,
  request: Disclosure,
): Promise<Entry> {
  const signed = await openEntry(sealed, custodian);
  if (signed.entry.case !== caseId || signed.entry.kind !== "identity") {
    throw new NotAuthentic(N_("This identity file belongs to another case."));
  }
  const entry = verifyReporter(signed, request);
  // Devices did not always name the channel: without it, the request's word is all there is.
  if (Object.hasOwn(entry.body, "channel") && entry.body["channel"] !== request.channel) {
    throw new NotAuthentic(N_("This request names another channel than the reporter chose."));
  }
  return entry;
}

function verifyReporter(signed: SignedEntry, { reporterKey }: Disclosure): Entry {
  try {
    return signed.verify(reporterKey);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new NotAuthentic(N_("This identity file was not made by this case's reporter."));
  }
}

/**
 * Whom the reporter excluded, by the word of the identity itself: custodians cannot read the first entry.
 *
 * @throws Malformed not a list of ids
 */
export function shutOutBy({ body }: Entry): readonly string[] {
  const excluded = Object.hasOwn(body, "excluded") ? body["excluded"] : [];
  if (!Array.isArray(excluded) || excluded.length > MAX_EXCLUDED || !excluded.every(isId)) {
    throw new Malformed(N_("This must be a list of ids."), { pointer: "/body/excluded" });
  }
  return excluded;
}

/** Who asks, when, and under which directory. */
export type DisclosureAuthor = Pick<NewEntry, "id" | "directory" | "author" | "date">;

/**
 * The `disclosure` entry that carries `request`, ready to be sealed to the custodians and the case.
 *
 * @throws Refused the case is not in order, or the author does not hold it
 */
export function makeDisclosure(view: CaseView, author: DisclosureAuthor, request: Disclosure): NewEntry {
  const { chain, case: caseId } = view.facts;
  if (chain?.broken !== null || !chain.last.holders.includes(author.author)) {
    throw new Refused(N_("Only somebody who holds this case can ask for the reporter's identity."));
  }
  const place = { case: caseId, epoch: chain.last.number, prev: view.heads("custodian") };
  return { ...author, ...place, audience: "custodian", kind: "disclosure", body: disclosureBody(request) };
}
