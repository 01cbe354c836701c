/** Asking for a reporter's identity, and taking that back: the reporter is told first, then custodians are asked (protocol section 4). */

import { HybridRecipient } from "../protocol/age.ts";
import { type Asked, askedIn } from "../protocol/custody.ts";
import { type Disclosure, MAX_REASON, makeDisclosure } from "../protocol/disclosure.ts";
import { type JsonObject, b64encode, checkText, equalBytes, isBlank, isHex32 } from "../protocol/encoding.ts";
import { newId, sealEntry } from "../protocol/entry.ts";
import { Malformed, N_, Refused } from "../protocol/errors.ts";
import { makeWithdrawal } from "../protocol/withdrawal.ts";
import { strip } from "../questionnaires/reading.ts";
import type { IdentityQuestion } from "../workers/identity_api.ts";
import { type HeldCase, asDescribed, heldGrants, openCase, pathOf } from "./cases.ts";
import { reply } from "./casework.ts";
import { Problem } from "./errors.ts";
import type { MemberSession } from "./member.ts";
import { objects } from "./served.ts";

const ROUNDS = 3;
const AGAIN: ReadonlySet<string> = new Set(["epoch-stale", "directory-outdated"]);

/** The message that told the reporter: the server's id of it, and the hash of its sealed bytes. */
interface Notice {
  readonly id: string;
  readonly sha256: Uint8Array;
}

/**
 * Tells the reporter, unless that is waived, and asks the custodians whom the reporter did not shut out.
 *
 * @throws Malformed a part is missing, or too long
 * @throws Refused the case is not in order, this member does not hold it, or there is no custodian to ask
 * @throws Problem the reporter has not said who they are
 */
export async function askIdentity(session: MemberSession, found: HeldCase, question: IdentityQuestion): Promise<void> {
  checkQuestion(question);
  checkMayAsk(session, found);
  const caseId = found.opened.view.facts.case;
  let current = await openCase(session, caseId); // as it is now: what nothing answered before may be stored
  let notice: Notice | null = null;
  if (!isBlank(question.told)) {
    const told = strip(question.told);
    if (noticeIn(session, current, told) === null) await reply(session, current, told);
    current = await openCase(session, caseId);
    notice = noticeIn(session, current, told);
    if (notice === null) throw new Refused(N_("The message to the reporter is not among the entries of this case; nothing was asked."));
  }
  for (let round = 1; ; round++) {
    const content = await requestFor(session, current, question, notice);
    try {
      await session.send("POST", `${pathOf(caseId)}/disclosures`, content);
      return;
    } catch (error) {
      if (!(error instanceof Problem) || !AGAIN.has(error.kind) || round === ROUNDS) throw error;
      await session.loadDirectory();
      current = await openCase(session, caseId);
    }
  }
}

function checkQuestion({ reason, legalBasis, told, waiver }: IdentityQuestion): void {
  const parts: Readonly<Record<string, string>> = { reason, legal_basis: legalBasis, told, waiver };
  for (const [name, text] of Object.entries(parts)) checkText(text, { pointer: `/${name}`, limit: MAX_REASON });
  if (isBlank(reason)) throw new Malformed(N_("Say why the identity is needed."), { pointer: "/reason" });
  if (isBlank(legalBasis)) throw new Malformed(N_("Name the legal basis."), { pointer: "/legal_basis" });
  if (isBlank(told) === isBlank(waiver)) {
    throw new Malformed(N_("The reporter is told beforehand, or a reason says why not: one of both."), { pointer: "/told" });
  }
}

/** Before anything is written: whom a request would go to. @throws Refused nobody, or this member may not ask */
function checkMayAsk(session: MemberSession, { opened }: HeldCase): string[] {
  const { chain, first } = opened.view.facts;
  const opening = first?.first;
  if (chain === null || opening === undefined || opening === null || !chain.last.holders.includes(session.member)) {
    throw new Refused(N_("Only somebody who holds this case can ask for the reporter's identity."));
  }
  const custodians = session.site.directory.custodians(opening.channel, session.site.today, opening.excluded);
  const asked = custodians.filter((member) => member !== session.member);
  if (asked.length === 0) throw new Refused(N_("There is no custodian of this channel whom you could ask."));
  return asked;
}

/** A message of this member's with just these words that no request has named yet: it is not sent twice. */
function noticeIn(session: MemberSession, { opened: { view } }: HeldCase, told: string): Notice | null {
  const used = askedIn(view).flatMap(({ request }) => request.notice ?? []);
  const found = [...view.facts.entries].reverse().find(
    ({ entry, served }) =>
      entry?.kind === "message" &&
      entry.author === session.member &&
      entry.body["text"] === told &&
      !used.some((one) => equalBytes(one, served.sha256)),
  );
  return found === undefined ? null : { id: found.served.id, sha256: found.served.sha256 };
}

async function requestFor(session: MemberSession, found: HeldCase, question: IdentityQuestion, notice: Notice | null): Promise<JsonObject> {
  const { view, served } = found.opened;
  const { directory, today } = session.site;
  const custodians = checkMayAsk(session, found);
  const recipient = HybridRecipient.parse(served.recipient);
  directory.checkCurrent(today);
  view.checkMaySeal(recipient);
  const grant = (await heldGrants(session, found)).find(({ epoch }) => epoch === 0);
  if (grant === undefined) throw new Refused(N_("This case is not in order; nothing can be sealed to it."));
  const answer = await session.get(`${pathOf(view.facts.case)}/disclosures`);
  const request: Disclosure = {
    reporterKey: view.facts.reporterKey,
    recipient: grant.identity.recipient,
    channel: view.facts.channel,
    reason: strip(question.reason),
    legalBasis: strip(question.legalBasis),
    custodians,
    needed: Math.min(neededOf(answer), custodians.length),
    notice: notice?.sha256 ?? null,
    waiver: strip(question.waiver),
  };
  const author = { id: newId(), directory: directory.version, author: session.member, date: today };
  const entry = makeDisclosure(view, author, request);
  const keys = await session.site.recipients(request.channel);
  const sealed = await sealEntry(entry, session.author.key, [...custodians.map((member) => keyOf(keys, member)), recipient]);
  return { epoch: entry.epoch, entry: b64encode(sealed), custodians, notice: notice?.id ?? null };
}

/**
 * Takes back a request of this member's, before it is opened.
 *
 * @throws Malformed no reason, or too long a one
 * @throws Refused there is no such request of theirs, it is closed or withdrawn, or the case is not in order
 * @throws Problem the server refuses
 */
export async function withdrawRequest(session: MemberSession, found: HeldCase, id: string, reason: string): Promise<void> {
  const { view, served } = found.opened;
  const { directory, today } = session.site;
  const asked = askedIn(view).find(({ entry }) => entry.id === id);
  if (asked === undefined) throw new Refused(N_("The server does not show this request."));
  checkText(reason, { pointer: "/reason", limit: MAX_REASON });
  const recipient = HybridRecipient.parse(served.recipient);
  directory.checkCurrent(today);
  view.checkMaySeal(recipient);
  const author = { id: newId(), directory: directory.version, author: session.member, date: today };
  const entry = makeWithdrawal(view, asked, author, strip(reason));
  const sealed = await sealEntry(entry, session.author.key, [...(await stillAsked(session, asked.request)), recipient]);
  const path = await addressOf(session, found, asked);
  await session.send("POST", `${path}/withdrawal`, { epoch: entry.epoch, entry: b64encode(sealed) });
}

/** Where the server takes what is done about a request. @throws Refused it does not list the request */
async function addressOf(session: MemberSession, { opened: { view } }: HeldCase, asked: Asked): Promise<string> {
  const path = `${pathOf(view.facts.case)}/disclosures`;
  const entry = view.facts.entries.find(({ served }) => equalBytes(served.sha256, asked.sha256))?.served.id;
  const answer = await session.get(path);
  const { id } = (await asDescribed(() => objects(answer, "disclosures"))).find((one) => one["entry"] === entry) ?? {};
  if (!isHex32(id)) throw new Refused(N_("The server does not show this request."));
  return `${path}/${id}`;
}

/** The keys of those who were asked and are custodians still. @throws Refused the server does not show one */
export async function stillAsked(session: MemberSession, { channel, custodians }: Disclosure): Promise<HybridRecipient[]> {
  const { directory, today } = session.site;
  const here = directory.custodians(channel, today, []).filter((member) => custodians.includes(member));
  const keys = await session.site.recipients(channel);
  return here.map((member) => keyOf(keys, member));
}

/** How many approvals the site asks for; two where the server says nothing that makes sense. */
function neededOf(answer: JsonObject): number {
  const { needed } = answer;
  return typeof needed === "number" && Number.isInteger(needed) && needed >= 2 ? needed : 2;
}

/** The key of a member. @throws Refused the server does not show it */
function keyOf(keys: ReadonlyMap<string, HybridRecipient>, member: string): HybridRecipient {
  const recipient = keys.get(member);
  if (recipient === undefined) throw new Refused(N_("The server does not show the key of “{member}”."), { member });
  return recipient;
}
