/** A custodian's work: reading requests for identities, deciding on them, opening one (protocol section 4). */

import { HybridRecipient } from "../protocol/age.ts";
import { type Asked, type Custody, type Deciding, makeDecision, openApproved, readCustody } from "../protocol/custody.ts";
import { type JsonObject, b64decode, b64encode, isHex32 } from "../protocol/encoding.ts";
import { type Entry, newId, sealEntry } from "../protocol/entry.ts";
import { Malformed, N_, NewerDirectory, Refused } from "../protocol/errors.ts";
import { identitiesOf } from "../protocol/vault.ts";
import { strip } from "../questionnaires/reading.ts";
import { asDescribed, entriesOf, pathOf } from "./cases.ts";
import { UnexpectedAnswer } from "./errors.ts";
import { stillAsked } from "./identity.ts";
import type { MemberSession } from "./member.ts";
import { type ServedCase, objects, parseCase } from "./served.ts";

/** A case as a custodian reads it. `disclosures`: the server's ids of requests, by its ids of their entries. */
export interface CustodyFile {
  readonly served: ServedCase;
  readonly custody: Custody;
  readonly disclosures: ReadonlyMap<string, string>;
}

/**
 * Loads a case as its custodian, and judges every request and decision.
 *
 * @throws Problem there is no such case for this member
 */
export async function openCustody(session: MemberSession, caseId: string): Promise<CustodyFile> {
  if (!isHex32(caseId)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: "/case" });
  const content = await session.get(pathOf(caseId));
  const entries = await entriesOf(session, caseId);
  const listed = await session.get(`${pathOf(caseId)}/disclosures`);
  const { served, disclosures } = await asDescribed(() => ({
    served: parseCase(content, entries.filter(({ audience }) => audience === "custodian")),
    disclosures: new Map(objects(listed, "disclosures").map(idsOf)),
  }));
  if (served.sealed.case !== caseId) throw new UnexpectedAnswer(N_("The server's answer is about another case."));
  try {
    return { served, custody: await judged(session, served), disclosures };
  } catch (error) {
    if (!(error instanceof NewerDirectory)) throw error;
    await session.loadDirectory();
    return { served, custody: await judged(session, served), disclosures };
  }
}

function idsOf({ entry, id }: JsonObject): [string, string] {
  if (!isHex32(entry) || !isHex32(id)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: "/disclosures" });
  return [entry, id];
}

function judged(session: MemberSession, { sealed }: ServedCase): Promise<Custody> {
  const { directory } = session.site;
  return readCustody(sealed.entries, identitiesOf(session.vault), { case: sealed.case, epochs: sealed.epochs, directory });
}

/** The request with this id, and its address. @throws Refused there is none, or the server lists none for it */
function requestOf({ custody, served, disclosures }: CustodyFile, id: string): { asked: Asked; path: string } {
  const asked = custody.asked.find(({ entry }) => entry.id === id);
  const hash = asked === undefined ? "" : b64encode(asked.sha256);
  const entry = served.sealed.entries.find((one) => b64encode(one.sha256) === hash);
  const disclosure = disclosures.get(entry?.id ?? "");
  if (asked === undefined || disclosure === undefined) throw new Refused(N_("The server does not show this request."));
  return { asked, path: `${pathOf(custody.case)}/disclosures/${disclosure}` };
}

/**
 * Approves or refuses a request.
 *
 * @throws Malformed a refusal without a reason, or too long a reason
 * @throws Refused the request is closed, or this member has no say in it
 * @throws Problem the server refuses; of kind `step-up-needed` where the member has to prove themselves again
 */
export async function decide(session: MemberSession, file: CustodyFile, id: string, decision: "approve" | "refuse", reason: string): Promise<void> {
  const { asked, path } = requestOf(file, id);
  const { epoch, sealed } = await sealedDecision(session, file, asked, decision, reason);
  await session.send("POST", `${path}/decisions`, { epoch, entry: b64encode(sealed), decision });
}

async function sealedDecision(
  session: MemberSession,
  file: CustodyFile,
  asked: Asked,
  verdict: Deciding["verdict"],
  reason: string,
): Promise<{ readonly epoch: number; readonly sealed: Uint8Array }> {
  const { directory, today } = session.site;
  directory.checkCurrent(today);
  const author = { id: newId(), directory: directory.version, author: session.member, date: today };
  const entry = makeDecision(file.custody, asked, directory, { ...author, verdict, reason: strip(reason) });
  const recipients = [...(await stillAsked(session, asked.request)), recipientOf(file)];
  return { epoch: entry.epoch, sealed: await sealEntry(entry, session.author.key, recipients) };
}

/** The case's newest recipient. @throws Refused the server offers another */
function recipientOf({ served, custody }: CustodyFile): HybridRecipient {
  const recipient = HybridRecipient.parse(served.recipient);
  if (custody.chain === null) throw new Refused(N_("This case is not in order; nothing can be sealed to it."));
  custody.chain.checkMaySeal(recipient, custody.namedEpoch);
  return recipient;
}

/**
 * Opens the identity on this device for an approved request, and seals it to the case as the note that `words`
 * makes of it.
 *
 * @throws Refused too few authentic approvals, or the request is closed
 * @throws NotAuthentic the identity is not this case's
 * @throws Problem the server refuses
 */
export async function openIdentity(session: MemberSession, file: CustodyFile, id: string, words: (identity: Entry) => string): Promise<Entry> {
  const { asked, path } = requestOf(file, id);
  const { directory, today } = session.site;
  const answer = await session.send("POST", `${path}/opening`, {});
  const sealed = await asDescribed(() => b64decode(answer["sealed"], { pointer: "/sealed" }));
  const identity = await openApproved(file.custody, asked, sealed, { custodian: identitiesOf(session.vault), directory, today });
  const opened = await sealedDecision(session, file, asked, "opened", "");
  const note = await sealedNote(session, file, opened.epoch, words(identity));
  await session.send("POST", `${path}/opened`, { epoch: opened.epoch, entry: b64encode(opened.sealed), note: b64encode(note) });
  return identity;
}

/** A note for the team, whose thread a custodian cannot read: it follows nothing. */
function sealedNote(session: MemberSession, file: CustodyFile, epoch: number, text: string): Promise<Uint8Array> {
  const { directory, today } = session.site;
  const author = { id: newId(), case: file.custody.case, epoch, directory: directory.version, author: session.member, date: today };
  const entry = { ...author, audience: "team" as const, kind: "note", prev: [], body: { text } };
  return sealEntry(entry, session.author.key, [recipientOf(file)]);
}
