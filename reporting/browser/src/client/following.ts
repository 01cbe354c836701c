/** Adding to a case that was read, as a reporter's device does it. */

import * as acknowledgements from "../protocol/acknowledgement.ts";
import { HybridRecipient } from "../protocol/age_keys.ts";
import { type JsonObject, b64encode, sha256 } from "../protocol/encoding.ts";
import { MAX_EPOCHS, MAX_NOTE } from "../protocol/epoch.ts";
import { N_, NotAuthentic, ProtocolError, Refused } from "../protocol/errors.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import { type Draft, type PreparedEntry, entryRecipients, prepareEntry, uploadsOf } from "../protocol/submission.ts";
import { sealedEntry } from "../protocol/thread.ts";
import { type Acknowledged, ROUNDS, type Sealed, type Sending, filesAreGone, forget, isProblem, noteOf } from "./acknowledged.ts";
import { caseHashOf } from "./case_files.ts";
import { type Problem, UnexpectedAnswer } from "./errors.ts";
import { type OpenedCase, type ServedCase, judged } from "./mailbox.ts";
import type { Site } from "./site.ts";

/** A follow-up that was acknowledged, and its case with it. */
export interface Followed {
  readonly acknowledged: Acknowledged;
  readonly opened: OpenedCase;
}

/**
 * Seals a further entry to a case and sends it; returns once its acknowledgement was checked. `sealed` is as
 * in `sendReport`.
 *
 * Where the case has a newer epoch, the chain that the server answers with is verified, and the entry is
 * sealed again.
 *
 * @throws Refused the case is not in order, so nothing may be sealed to it
 * @throws NotAuthentic chain or acknowledgement do not hold
 * @throws Problem the server refuses
 * @throws Unreachable it does not answer
 */
export async function followUp(
  site: Site,
  opened: OpenedCase,
  draft: Draft,
  sealed: Sealed<PreparedEntry>,
  sending: Sending,
): Promise<Followed> {
  let current = opened;
  for (let round = 0; round < ROUNDS; round++) {
    if (sealed.made === null) sending.sealing();
    const made = (sealed.made ??= await prepared(site, sending, current, draft));
    let answer: JsonObject;
    try {
      answer = await sending.sender.send("/api/entries", await entryRequest(site, sending.receipt, made));
    } catch (error) {
      forget(sealed, error, sending);
      const gone = filesAreGone(error);
      if (!gone && !isProblem(error, "epoch-stale")) throw error;
      sealed.made = null;
      if (gone) await sending.files.forget();
      else current = await withChain(site, sending.receipt, current, error);
      continue;
    }
    const about = { origin: site.directory.origin, case: made.entry.case, entrySha256: sha256(made.sealed) };
    const note = noteOf(answer);
    const day = acknowledgements.verifyEntry(note, site.directory.verifier("service"), about);
    const acknowledged = { case: made.entry.case, day, note };
    return { acknowledged, opened: await withEntry(site, sending.receipt, current, made.sealed, answer, acknowledged) };
  }
  throw new UnexpectedAnswer(N_("The people who hold this case keep changing; try again in a moment."));
}

async function prepared(site: Site, { receipt, files }: Sending, opened: OpenedCase, draft: Draft): Promise<PreparedEntry> {
  const { directory, today } = site;
  if (opened.view.facts.chain === null) throw new Refused(N_("This case is not in order; nothing can be sealed to it."));
  const key = await receipt.caseSigningKey(directory.origin, caseHashOf(opened.served.sealed));
  const caseRecipient = HybridRecipient.parse(opened.served.recipient);
  const author = { id: "reporter", key };
  const at = { directory, caseRecipient, today };
  if (files.number === 0) return prepareEntry(opened.view, author, draft, at);
  // What refuses the entry does so before any file is on its way.
  await prepareEntry(opened.view, author, { ...draft, attachments: files.rehearsal }, at);
  const attachments = await files.send(entryRecipients(opened.view, draft.audience, at));
  return prepareEntry(opened.view, author, { ...draft, attachments }, at);
}

async function entryRequest(site: Site, receipt: ReceiptCode, { entry, sealed }: PreparedEntry): Promise<JsonObject> {
  const token = b64encode(await receipt.mailboxToken(site.directory.origin));
  return { token, case: entry.case, epoch: entry.epoch, entry: b64encode(sealed), uploads: uploadsOf(entry) };
}

function withChain(site: Site, receipt: ReceiptCode, opened: OpenedCase, stale: Problem): Promise<OpenedCase> {
  const { epochs, recipient } = stale.members;
  const isNote = (note: unknown): note is string => typeof note === "string" && note.length <= MAX_NOTE;
  if (!Array.isArray(epochs) || epochs.length > MAX_EPOCHS || !epochs.every(isNote) || typeof recipient !== "string") {
    throw new UnexpectedAnswer(N_("The server's answer is not as the protocol says: {fault}"), { fault: "epochs" });
  }
  const { served } = opened;
  if (epochs.length <= served.sealed.epochs.length) {
    throw new UnexpectedAnswer(N_("The server refuses the epoch that it shows itself."));
  }
  checkContinues(served, epochs);
  return judged(site, receipt, { ...served, recipient, sealed: { ...served.sealed, epochs } });
}

/**
 * Refuses a chain that does not continue the one by which a case was shown before.
 *
 * @throws NotAuthentic it is shorter, or another
 */
export function checkContinues(before: ServedCase, epochs: readonly string[]): void {
  if (before.sealed.epochs.every((note, place) => note === epochs[place])) return;
  throw new NotAuthentic(N_("The server shows another history of who holds this case than before."));
}

/** The case with the entry that was just acknowledged, so that the next one names it. */
async function withEntry(
  site: Site,
  receipt: ReceiptCode,
  opened: OpenedCase,
  sealed: Uint8Array,
  answer: JsonObject,
  { day, note }: Acknowledged,
): Promise<OpenedCase> {
  const { served } = opened;
  const { id } = answer;
  const name = typeof id === "string" ? id.slice(0, 64) : "";
  const entries = [...served.sealed.entries.filter((entry) => entry.id !== name), sealedEntry(name, day, sealed)];
  const noted = new Map([...served.acknowledgements, [name, note]]);
  try {
    return await judged(site, receipt, { ...served, sealed: { ...served.sealed, entries }, acknowledgements: noted });
  } catch (error) {
    // What was sent has arrived and is acknowledged: nothing that comes after may hide that.
    if (error instanceof ProtocolError) return opened;
    throw error;
  }
}
