/** Making what a device sends: a sealed report with its case, and later entries (protocol sections 4 to 6). */

import type { ReportAcknowledgement } from "./acknowledgement.ts";
import { HybridIdentity, HybridRecipient } from "./age_keys.ts";
import type { Directory } from "./directory.ts";
import { checkIdentitySize, identityBody } from "./disclosure.ts";
import { type JsonObject, b64encode, dumpJson, equalBytes, sha256, utf8 } from "./encoding.ts";
import * as entries from "./entry.ts";
import type { Attachment, NewEntry } from "./entry.ts";
import * as epochs from "./epoch.ts";
import { Malformed, N_, NewerDirectory, NotAuthentic, Refused } from "./errors.ts";
import { type Grant, sealGrant } from "./grant.ts";
import type { ReceiptCode } from "./receipt.ts";
import { type Random, type SigningKey, systemRandom } from "./signing.ts";
import type { CaseView } from "./thread_types.ts";

// The member `,"challenge":{…}` that a request gains before it is sent, at its longest.
const CHALLENGE_ROOM = ',"challenge":{"challenge":"","nonce":""}'.length + 256 + 20;

/** What a person wants to say, before anything is sealed. */
export interface Report {
  readonly channel: string;
  readonly body: JsonObject;
  readonly excluded: readonly string[];
  readonly identityAnswers: JsonObject | null;
}

/** A sealed report, ready to be sent as often as needed: `request` lacks only the challenge. */
export interface Prepared {
  readonly case: string;
  readonly request: JsonObject;
  readonly expected: ReportAcknowledgement;
}

/** Members' recipients by member id, checked. */
export type Recipients = ReadonlyMap<string, HybridRecipient>;

/**
 * The members' recipient strings of a channel, each as the directory's hash demands.
 *
 * @throws NotAuthentic one that does not fit its hash, or of nobody listed
 */
export function checkRecipients(directory: Directory, recipients: Readonly<Record<string, string>>): Recipients {
  const checked = new Map<string, HybridRecipient>();
  for (const [memberId, text] of Object.entries(recipients)) {
    const member = directory.member(memberId);
    if (member === undefined || !equalBytes(sha256(utf8(text)), member.recipientSha256)) {
      const message = N_("The key the server shows for “{member}” is not the listed one.");
      throw new NotAuthentic(message, { member: memberId });
    }
    checked.set(memberId, HybridRecipient.parse(text));
  }
  return checked;
}

/** The recipients of `members`, in the order of their ids. */
function recipientsOf(recipients: Recipients, members: readonly string[]): HybridRecipient[] {
  return [...members].sort().map((member) => {
    const recipient = recipients.get(member);
    if (recipient === undefined) {
      throw new NotAuthentic(N_("The server does not show the key of “{member}”."), { member });
    }
    return recipient;
  });
}

/** Where and when something is made. */
export interface Circumstances {
  readonly directory: Directory;
  readonly recipients: Recipients;
  /** The UTC day. */
  readonly today: string;
  readonly random?: Random;
}

/** What one new case is made with: its files are sealed to `identity` and `reporter` before its first entry is. */
export interface CaseKeys {
  readonly case: string;
  readonly identity: HybridIdentity;
  readonly reporter: HybridIdentity;
  readonly signingKey: SigningKey;
}

/** Keys for one new case under a receipt code. They are used for one report, and never again. */
export async function newCase(receipt: ReceiptCode, origin: string, random: Random = systemRandom): Promise<CaseKeys> {
  const identity = HybridIdentity.generate(random);
  const caseHash = epochs.caseHash(identity.recipient);
  const signingKey = await receipt.caseSigningKey(origin, caseHash);
  const reporter = await receipt.caseIdentity(origin, caseHash);
  return { case: epochs.caseId(caseHash, sha256(signingKey.public)), identity, reporter, signingKey };
}

/** What came before the sealing of a report: keys for its case, and its files, sealed to these keys and sent. */
export interface Beforehand {
  readonly keys: CaseKeys;
  readonly attachments: readonly Attachment[];
}

/** Who can open the files of a new report: its case, and its reporter. */
export function reportRecipients({ identity, reporter }: CaseKeys): readonly HybridRecipient[] {
  return [identity.recipient, reporter.recipient];
}

/**
 * Seals a report to its channel under a fresh case identity. Whatever changes afterwards (directory,
 * text, exclusions) needs a new call: a server never holds two signed first entries of one case. Without
 * `before`, the keys are made here, and there are no files.
 *
 * @throws DirectoryExpired the directory is out of its time
 * @throws Refused nobody who may receive the report remains
 * @throws NotAuthentic a recipient is missing
 * @throws Malformed the report is too long for one entry, the identity for its own, or all of it for the directory's `shape`
 */
export async function prepareReport(
  report: Report,
  receipt: ReceiptCode,
  at: Circumstances,
  before: Beforehand | null = null,
): Promise<Prepared> {
  const { directory, today, recipients, random = systemRandom } = at;
  directory.checkCurrent(today);
  const holders = directory.initialHolders(report.channel, today, report.excluded);
  const { keys, attachments } = before ?? { keys: await newCase(receipt, directory.origin, random), attachments: [] };
  const sealed = await sealFirst(report, keys, attachments, at);
  const request: JsonObject = {
    directory: directory.version,
    channel: report.channel,
    token: b64encode(await receipt.mailboxToken(directory.origin)),
    recipient: String(keys.identity.recipient),
    epoch: epochs.signEpoch(firstEpoch(keys, directory, holders, today), "reporter", keys.signingKey),
    reporter_sha256: b64encode(sha256(keys.signingKey.public)),
    grants: await sealGrants(keys, holders, recipientsOf(recipients, holders)),
    entry: b64encode(sealed),
    identity: await sealIdentity(report, keys, at),
    uploads: attachments.map(({ upload }) => upload),
  };
  checkShape(request, directory);
  return { case: keys.case, request, expected: expectedAnswer(report, keys, sealed, at) };
}

function checkShape(request: JsonObject, directory: Directory): void {
  const over = dumpJson(request).length + CHALLENGE_ROOM - directory.shape;
  if (over > 0) throw new Malformed(N_("This report is {over} bytes too long to be sent."), { over });
}

function firstEpoch(keys: CaseKeys, directory: Directory, holders: readonly string[], date: string): epochs.Epoch {
  return {
    origin: directory.origin,
    case: keys.case,
    number: 0,
    recipientSha256: epochs.caseHash(keys.identity.recipient),
    holders,
    previous: epochs.NO_PREVIOUS,
    directory: directory.version,
    date,
  };
}

async function sealGrants(
  keys: CaseKeys,
  holders: readonly string[],
  recipients: readonly HybridRecipient[],
): Promise<JsonObject[]> {
  const grant: Grant = { case: keys.case, epoch: 0, reporterKey: keys.signingKey.public, identity: keys.identity };
  const sealed = await Promise.all(recipients.map((recipient) => sealGrant(grant, recipient)));
  return holders.map((member, place) => ({ member, sealed: b64encode(sealed[place] ?? new Uint8Array()) }));
}

type EntryText = Pick<NewEntry, "audience" | "kind" | "body" | "attachments" | "first">;

function reportersEntry(text: EntryText, keys: CaseKeys, at: Circumstances): NewEntry {
  const id = entries.newId(at.random);
  const { directory, today: date } = at;
  return { ...text, id, case: keys.case, epoch: 0, directory: directory.version, author: "reporter", date, prev: [] };
}

function sealFirst(
  report: Report,
  keys: CaseKeys,
  attachments: readonly Attachment[],
  at: Circumstances,
): Promise<Uint8Array> {
  const first = {
    channel: report.channel,
    recipient: keys.reporter.recipient,
    signingKey: keys.signingKey.public,
    excluded: [...report.excluded].sort(),
  };
  const text = { audience: "reporter", kind: "report", body: report.body, attachments, first } as const;
  return entries.sealEntry(reportersEntry(text, keys, at), keys.signingKey, reportRecipients(keys));
}

async function sealIdentity(report: Report, keys: CaseKeys, at: Circumstances): Promise<string | null> {
  if (report.identityAnswers === null) return null;
  const custodians = at.directory.custodians(report.channel, at.today, report.excluded);
  if (custodians.length === 0) {
    throw new Refused(N_("Nobody remains who could keep your identity apart from the case."));
  }
  const body = identityBody(report.identityAnswers, report.channel, report.excluded);
  const entry = reportersEntry({ audience: "custodian", kind: "identity", body }, keys, at);
  checkIdentitySize(entry);
  return b64encode(await entries.sealEntry(entry, keys.signingKey, recipientsOf(at.recipients, custodians)));
}

function expectedAnswer(report: Report, keys: CaseKeys, sealed: Uint8Array, at: Circumstances): ReportAcknowledgement {
  return {
    origin: at.directory.origin,
    case: keys.case,
    entrySha256: sha256(sealed),
    channel: report.channel,
    date: at.today,
    directory: at.directory.version,
    reporterSha256: sha256(keys.signingKey.public),
  };
}

/** Who writes a later entry, and with which key. */
export interface Author {
  readonly id: string;
  readonly key: SigningKey;
}

/** What a later entry says, and to which side: `reporter` (both sides) or `team`. */
export interface Draft {
  readonly kind: string;
  readonly audience: "reporter" | "team";
  readonly body: JsonObject;
  /** Files that were sealed to {@link entryRecipients} and sent. */
  readonly attachments?: readonly Attachment[];
}

/** Where and when a later entry is made: the case's newest recipient, as the server shows it. */
export interface LaterCircumstances {
  readonly directory: Directory;
  readonly caseRecipient: HybridRecipient;
  /** The UTC day. */
  readonly today: string;
  readonly random?: Random;
}

/** A later entry, and the age file that holds it. */
export interface PreparedEntry {
  readonly entry: NewEntry;
  readonly sealed: Uint8Array;
}

/** The uploads that an entry claims. */
export function uploadsOf({ attachments = [] }: NewEntry): string[] {
  return attachments.map(({ upload }) => upload);
}

/**
 * Who can open a later entry of a case, and its files: the case's newest recipient, and for both sides the
 * reporter, by the verified first entry.
 *
 * @throws DirectoryExpired the directory is out of its time
 * @throws NewerDirectory an entry of the same audience names a version above it
 * @throws Refused the case is not in order, or `caseRecipient` is not its newest recipient
 */
export function entryRecipients(view: CaseView, audience: Draft["audience"], at: LaterCircumstances): HybridRecipient[] {
  const { directory, caseRecipient, today } = at;
  directory.checkCurrent(today);
  if (directory.version < view.highestDirectory(audience)) {
    throw new NewerDirectory(N_("The list of recipients has changed: load it again first."));
  }
  view.checkMaySeal(caseRecipient);
  const { chain, first } = view.facts;
  const opening = first?.first ?? null;
  if (chain === null || opening === null) {
    throw new Refused(N_("This case is not in order; nothing can be sealed to it."));
  }
  return audience === "reporter" ? [caseRecipient, opening.recipient] : [caseRecipient];
}

/**
 * A later entry of a case, for both sides or for the team, sealed to {@link entryRecipients}, and throwing
 * what that does.
 *
 * @throws Malformed too long for one entry
 */
export async function prepareEntry(
  view: CaseView,
  author: Author,
  draft: Draft,
  at: LaterCircumstances,
): Promise<PreparedEntry> {
  const { directory, today, random = systemRandom } = at;
  const recipients = entryRecipients(view, draft.audience, at);
  const entry: NewEntry = {
    ...draft,
    id: entries.newId(random),
    case: view.facts.case,
    epoch: view.facts.chain?.last.number ?? 0,
    directory: directory.version,
    author: author.id,
    date: today,
    prev: draft.kind === "status" ? view.headsForStatus() : view.heads(draft.audience),
  };
  return { entry, sealed: await entries.sealEntry(entry, author.key, recipients) };
}
