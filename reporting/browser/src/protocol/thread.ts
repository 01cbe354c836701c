/**
 * Reading a case: what is authentic, what is not, and what may be missing (protocol section 5).
 *
 * Everything the server says is judged here before a person sees it. One bad entry never breaks the
 * list: it stays in it as a fact, with its content withheld.
 */

import type { Identities } from "./age.ts";
import type { Directory } from "./directory.ts";
import * as epochs from "./epoch.ts";
import { CaseDamaged, N_, NewerDirectory, NotAuthentic, ProtocolError } from "./errors.ts";
import { type Grant, checkFits, openGrant } from "./grant.ts";
import * as notes from "./note.ts";
import type { ReceiptCode } from "./receipt.ts";
import { Judge, openAll } from "./thread_judge.ts";
import { compare } from "./thread_order.ts";
import { CaseView, type CaseWarning, type Reader, type SealedCase } from "./thread_types.ts";

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
  return reader === null ? CaseView.withheld(served, ["not-your-case"]) : readCase(served, reader, directory);
}

/** A grant as served: its epoch, and the age file. */
export interface SealedGrant {
  readonly epoch: number;
  readonly sealed: Uint8Array;
}

/** A case as a member may see it who has `grants`, sealed to any of their identities. */
export async function readAsMember(
  served: SealedCase,
  grants: readonly SealedGrant[],
  identities: Identities,
  directory: Directory,
): Promise<CaseView> {
  const [firstNote = ""] = served.epochs;
  const opened: Grant[] = [];
  const failed = new Set<CaseWarning>();
  for (const { epoch, sealed } of grants) {
    const place = { case: served.case, epoch, firstNote, origin: directory.origin };
    try {
      opened.push(await openGrant(sealed, identities, place));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      failed.add(error instanceof CaseDamaged ? "case-damaged" : "grant-damaged");
    }
  }
  const [first, ...others] = opened;
  if (first === undefined) return CaseView.withheld(served, [failed.has("case-damaged") ? "case-damaged" : "grant-damaged"]);
  return readWithGrants(served, [first, ...others], directory, failed.size > 0);
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
  let chain: epochs.Chain;
  try {
    chain = epochs.verifyChain(served.epochs, { case: served.case, reporterKey }, directory, []);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const newer = error instanceof NewerDirectory;
    return CaseView.withheld(served, newer ? [] : ["case-damaged"], newer);
  }
  const fitting = grants.filter((grant) => fits(grant, chain));
  if (fitting.length === 0) return CaseView.withheld(served, ["grant-damaged"]);
  const identities = new Map(fitting.map((grant) => [grant.epoch, grant.identity]));
  const view = await readCase(served, { reporterKey, identities, reporterRecipient: null }, directory);
  // A grant is a promise of its epoch's note: without it, nothing may be sealed to an older one.
  const named = Math.max(...grants.map((grant) => grant.epoch));
  const warnings: CaseWarning[] = damaged || fitting.length < grants.length ? ["grant-damaged"] : [];
  if (named > chain.last.number && !view.facts.warnings.includes("epochs-withheld")) warnings.push("epochs-withheld");
  return view.warned(warnings, named);
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
