/**
 * Reading a case: what is authentic, what is not, and what may be missing (protocol section 5).
 *
 * Everything the server says is judged here before a person sees it. One bad entry never breaks the
 * list: it stays in it as a fact, with its content withheld.
 */

import type { HybridIdentity } from "./age_keys.ts";
import type { Directory } from "./directory.ts";
import * as epochs from "./epoch.ts";
import { N_, NewerDirectory, NotAuthentic, ProtocolError } from "./errors.ts";
import { type Grant, checkFits, openGrant } from "./grant.ts";
import * as notes from "./note.ts";
import type { ReceiptCode } from "./receipt.ts";
import { Judge, openAll } from "./thread_judge.ts";
import { CaseView, type Reader, type SealedCase } from "./thread_types.ts";

export {
  type CaseFacts,
  CaseView,
  type CaseWarning,
  type EntryView,
  type Reader,
  type SealedCase,
  type SealedEntry,
  type State,
  sealedEntry,
} from "./thread_types.ts";

/** Runs `attempt`; what the protocol refuses becomes null. */
async function unlessRefused<T>(attempt: () => T | Promise<T>): Promise<T | null> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

/**
 * The reporter's own keys for a case, once its epoch 0 proves to be signed by them.
 *
 * @throws NotAuthentic it is not: the case is not this reporter's
 */
export async function reporterKeys(served: SealedCase, receipt: ReceiptCode, origin: string): Promise<Reader> {
  const [first] = served.epochs;
  if (first === undefined) throw new NotAuthentic(N_("The first epoch does not belong to this case."));
  const claimed = epochs.parseText(notes.parse(first, { limit: epochs.MAX_NOTE }).text).recipientSha256;
  const signingKey = await receipt.caseSigningKey(origin, claimed);
  epochs.verifyFirst(first, served.case, signingKey.public, origin);
  const identity = await receipt.caseIdentity(origin, claimed);
  return {
    reporterKey: signingKey.public,
    identities: new Map([[null, identity]]),
    reporterRecipient: identity.recipient,
  };
}

/** A case as its reporter may see it; all of its mailbox pages must be in `served`. */
export async function readAsReporter(served: SealedCase, receipt: ReceiptCode, directory: Directory): Promise<CaseView> {
  const reader = await unlessRefused(() => reporterKeys(served, receipt, directory.origin));
  return reader === null ? CaseView.refused(served, "not-your-case") : readCase(served, reader, directory);
}

/** A grant as served: its epoch, and the age file. */
export interface SealedGrant {
  readonly epoch: number;
  readonly sealed: Uint8Array;
}

/** A case as a member may see it who has `grants`. */
export async function readAsMember(
  served: SealedCase,
  grants: readonly SealedGrant[],
  identity: HybridIdentity,
  directory: Directory,
): Promise<CaseView> {
  const [firstNote = ""] = served.epochs;
  const opened: Grant[] = [];
  for (const { epoch, sealed } of grants) {
    const place = { case: served.case, epoch, firstNote, origin: directory.origin };
    const grant = await unlessRefused(() => openGrant(sealed, identity, place));
    if (grant !== null) opened.push(grant);
  }
  const [first, ...others] = opened;
  if (first === undefined) return CaseView.refused(served, "grant-damaged");
  return readWithGrants(served, [first, ...others], directory, opened.length < grants.length);
}

/**
 * A case as whoever opened `grants` may see it; those that do not fit their epoch are dropped.
 * `damaged` says that others did not even open.
 */
export async function readWithGrants(
  served: SealedCase,
  grants: readonly [Grant, ...Grant[]],
  directory: Directory,
  damaged = false,
): Promise<CaseView> {
  const { reporterKey } = grants[0];
  let chain: epochs.Chain | null = null;
  try {
    chain = epochs.verifyChain(served.epochs, { case: served.case, reporterKey }, directory, []);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    if (!(error instanceof NewerDirectory)) return CaseView.refused(served, "case-damaged");
  }
  const fitting = grants.filter((grant) => chain === null || fits(grant, chain));
  const identities = new Map(fitting.map((grant) => [grant.epoch, grant.identity]));
  const view = await readCase(served, { reporterKey, identities, reporterRecipient: null }, directory);
  return damaged || fitting.length < grants.length ? view.warned("grant-damaged") : view;
}

function fits(grant: Grant, chain: epochs.Chain): boolean {
  try {
    checkFits(grant, chain.epochs);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/** Judges every entry of a case for `reader`, whose keys were checked before. */
export async function readCase(served: SealedCase, reader: Reader, directory: Directory): Promise<CaseView> {
  // Oldest first, by the server's word.
  const ordered = [...served.entries].sort((a, b) => compare(a.day, b.day) || compare(a.id, b.id));
  const sorted = { ...served, entries: ordered };
  return new Judge(sorted, reader, directory, await openAll(ordered, reader)).view();
}

function compare(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
