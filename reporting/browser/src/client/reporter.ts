/** Sending a report and following up, as a reporter's device does it. */

import * as acknowledgements from "../protocol/acknowledgement.ts";
import { HybridRecipient } from "../protocol/age_keys.ts";
import type { Directory } from "../protocol/directory.ts";
import { memberIds } from "../protocol/directory_parts.ts";
import { type JsonObject, b64encode, checkText, sha256 } from "../protocol/encoding.ts";
import { MAX_EPOCHS, MAX_NOTE, parseText } from "../protocol/epoch.ts";
import { N_, NotAuthentic, ProtocolError, Refused } from "../protocol/errors.ts";
import * as notes from "../protocol/note.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import { type Draft, type Prepared, type PreparedEntry, type Recipients, type Report, prepareEntry, prepareReport } from "../protocol/submission.ts";
import { sealedEntry } from "../protocol/thread.ts";
import { NewRecipients, Problem, UnexpectedAnswer } from "./errors.ts";
import { type OpenedCase, type ServedCase, judged } from "./mailbox.ts";
import type { Sender } from "./sending.ts";
import { labelOf } from "./showing.ts";
import type { Site } from "./site.ts";

const ROUNDS = 3; // how often a directory or a chain may change while one thing is sent

/** The server's verified statement: which case, on which day, in its own signed words. */
export interface Acknowledged {
  readonly case: string;
  readonly day: string;
  readonly note: string;
}

/** What a report is sealed with: the site, whose directory is at hand, and the recipients under it. */
export interface Loaded {
  readonly site: Site;
  recipients: Recipients;
}

/** Something sealed whose fate may be unknown: sent again as it is, so that it is never stored twice. */
export interface Sealed<T> {
  made: T | null;
}

/** Who sends, and who is told that a changed directory asks for sealing anew. */
export interface Sending {
  /** Its fate says whether something was sent before whose fate is not known. */
  readonly sender: Sender;
  readonly receipt: ReceiptCode;
  readonly sealing: () => void;
  readonly changed: () => void;
}

/**
 * Seals and sends a report; returns only once the server's acknowledgement was checked. `sealed` keeps what
 * was sealed: with it, a further call sends the same bytes again.
 *
 * An unanswered attempt is repeated as it is. Where the directory has changed meanwhile, the new one is loaded
 * and verified, `changed` is told, and the report is sealed anew under a new case identity; unless somebody
 * would get it who would not have before: then a further call says that this may be.
 *
 * @throws NewRecipients people joined of whom the reporter may not know; nothing was sealed to them
 * @throws NotAuthentic directory, recipients or acknowledgement do not hold
 * @throws Refused nobody who may receive the report remains
 * @throws Problem the server refuses
 * @throws Unreachable it does not answer
 */
export async function sendReport(loaded: Loaded, report: Report, sealed: Sealed<Prepared>, sending: Sending): Promise<Acknowledged> {
  const { site } = loaded;
  for (let round = 0; round < ROUNDS; round++) {
    const { directory, today } = site;
    if (sealed.made === null) sending.sealing();
    const prepared = (sealed.made ??= await prepareReport(report, sending.receipt, { directory, recipients: loaded.recipients, today }));
    let answer: JsonObject;
    try {
      answer = await sending.sender.shaped(directory.shape).send("/api/reports", prepared.request);
    } catch (error) {
      forget(sealed, sending);
      if (!isProblem(error, "directory-outdated")) throw error;
      sealed.made = null;
      await reload(loaded, report);
      sending.changed();
      continue;
    }
    const note = noteOf(answer);
    const day = acknowledgements.verifyReport(note, site.directory.verifier("service"), prepared.expected);
    if (answer["case"] !== prepared.case) throw new UnexpectedAnswer(N_("The server's answer is about another case."));
    return { case: prepared.case, day, note };
  }
  throw new UnexpectedAnswer(N_("The site's list of recipients keeps changing; try again in a moment."));
}

/** What the server surely did not take may be sealed anew. */
function forget(sealed: Sealed<unknown>, { sender }: Sending): void {
  if (!sender.fate.unknown) sealed.made = null;
}

function isProblem(error: unknown, kind: string): error is Problem {
  return error instanceof Problem && error.kind === kind;
}

async function reload(loaded: Loaded, report: Report): Promise<void> {
  const { site } = loaded;
  const before = site.directory;
  const after = await site.load();
  if (after.version === before.version) {
    throw new UnexpectedAnswer(N_("The server refuses the list of recipients that it shows itself."));
  }
  loaded.recipients = await site.recipients(report.channel);
  const people = joined(before, after, site.today, report).map((member) => labelOf(after, member)).join("; ");
  if (people === "") return;
  throw new NewRecipients(N_("The list of recipients has changed. New on it: {people}. Look whether they may see this, then send it again."), { people });
}

/** Members of whom a reporter who knew the list `before` was not asked: new on the channel, or new among those who get it. */
function joined(before: Directory, after: Directory, today: string, report: Report): string[] {
  const [known, now] = [before, after].map((directory) => parts(directory, today, report));
  const found = now?.flatMap((members, part) => members.filter((member) => known?.[part]?.includes(member) !== true)) ?? [];
  return [...new Set(found)].sort();
}

/** Members not shut out: with any role on the channel; those who get the report; those who get the identity. */
function parts(directory: Directory, today: string, { channel, excluded, identityAnswers }: Report): string[][] {
  const anyRole = [...memberIds(directory.channel(channel))].filter((id) => directory.isListed(id, today) && !excluded.includes(id));
  const keeping = identityAnswers === null ? [] : directory.custodians(channel, today, excluded);
  return [anyRole, directory.initialHolders(channel, today, excluded), keeping];
}

function noteOf(answer: JsonObject): string {
  try {
    return checkText(answer["acknowledgement"], { limit: acknowledgements.MAX_NOTE });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new UnexpectedAnswer(N_("The server's answer carries no acknowledgement."));
  }
}

/** A follow-up that was acknowledged, and its case with it. */
export interface Followed {
  readonly acknowledged: Acknowledged;
  readonly opened: OpenedCase;
}

/**
 * Seals a further entry to a case and sends it; returns once its acknowledgement was checked. `sealed` is as
 * in {@link sendReport}.
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
    const made = (sealed.made ??= await prepared(site, sending.receipt, current, draft));
    let answer: JsonObject;
    try {
      answer = await sending.sender.send("/api/entries", await entryRequest(site, sending.receipt, made));
    } catch (error) {
      forget(sealed, sending);
      if (!isProblem(error, "epoch-stale")) throw error;
      sealed.made = null;
      current = await withChain(site, sending.receipt, current, error);
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

async function prepared(site: Site, receipt: ReceiptCode, opened: OpenedCase, draft: Draft): Promise<PreparedEntry> {
  const { directory, today } = site;
  const [first] = opened.served.sealed.epochs;
  if (first === undefined || opened.view.facts.chain === null) {
    throw new Refused(N_("This case is not in order; nothing can be sealed to it."));
  }
  const caseHash = parseText(notes.parse(first, { limit: MAX_NOTE }).text).recipientSha256;
  const key = await receipt.caseSigningKey(directory.origin, caseHash);
  const caseRecipient = HybridRecipient.parse(opened.served.recipient);
  return prepareEntry(opened.view, { id: "reporter", key }, draft, { directory, caseRecipient, today });
}

async function entryRequest(site: Site, receipt: ReceiptCode, { entry, sealed }: PreparedEntry): Promise<JsonObject> {
  const token = b64encode(await receipt.mailboxToken(site.directory.origin));
  return { token, case: entry.case, epoch: entry.epoch, entry: b64encode(sealed), uploads: [] };
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
