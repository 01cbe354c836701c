/** What an officer does in a protection case beside moving it on. */

import { isObject } from "../protocol/encoding.ts";
import { N_, ProtocolError, Refused } from "../protocol/errors.ts";
import type { Minutes, Noted, StepTaken } from "../protocol/rights.ts";
import type { CaseView } from "../protocol/thread.ts";
import { strip } from "../questionnaires/reading.ts";
import { CHECK_IN_FORM, type CheckIn, MEASURE_FORM, type Measure, checkMeasure, lacksConsent } from "../protocol/measures.ts";
import { type HeldCase, pathOf } from "./cases.ts";
import { changeStatus, write } from "./casework.ts";
import { type Decision, checkGrounds } from "./decided.ts";
import { confirmFinding, proposeFinding } from "./findings.ts";
import type { MemberSession } from "./member.ts";
import { type Proposable, checkMay, ownSecond, statusNow, toConfirm } from "./proposals.ts";
import { type Left, type Removing, noteRequest, recordStep, removeItem, writeMinutes } from "./right_acts.ts";
import { type Assessing, assess } from "./risk.ts";
import type { StaffClock } from "./shown.ts";

const DAY_LENGTH = 10; // YYYY-MM-DD
const HAPPENED: CheckIn["answer"] = "happened";

/** The form of a proposal to refuse. */
export const REFUSAL_FORM = "refusal-1";

/** What is done beside moving the case on, by officers; findings, and `assess` in a report, by those who deal with it. */
export type Act =
  | { readonly type: "assess"; readonly answers: Assessing }
  | { readonly type: "propose"; readonly reason: string; readonly appeal: string }
  | { readonly type: "confirm"; readonly refusal: string }
  | { readonly type: "measure"; readonly told: boolean; readonly measure: Measure }
  | { readonly type: "propose-finding"; readonly reason: string }
  | { readonly type: "confirm-finding"; readonly finding: string }
  | { readonly type: "minutes"; readonly minutes: Minutes }
  | { readonly type: "note-request"; readonly noted: Noted; readonly waives: boolean }
  | { readonly type: "step"; readonly taken: StepTaken }
  | { readonly type: "remove"; readonly removing: Removing }
  | { readonly type: "danger" }
  | { readonly type: "done"; readonly name: string };

/** Carries out an act: what of a removed thing is left, nothing with other acts. It throws what the function for it does. */
export async function carryOut(session: MemberSession, found: HeldCase, act: Act): Promise<Left> {
  if (act.type === "remove") return removeItem(session, found, act.removing);
  await carryOutOther(session, found, act);
  return [];
}

async function carryOutOther(session: MemberSession, found: HeldCase, act: Exclude<Act, { readonly type: "remove" }>): Promise<void> {
  const { case: id } = found.opened.view.facts;
  switch (act.type) {
    case "assess":
      return assess(session, found, act.answers);
    case "propose":
      return proposeRefusal(session, found, act.reason, act.appeal);
    case "confirm":
      return confirmRefusal(session, found, act.refusal);
    case "measure":
      return setMeasure(session, found, act.measure, act.told);
    case "propose-finding":
      return proposeFinding(session, found, act.reason);
    case "confirm-finding":
      return confirmFinding(session, found, act.finding);
    case "minutes":
      return writeMinutes(session, found, act.minutes);
    case "note-request":
      return noteRequest(session, found, act.noted, act.waives);
    case "step":
      return recordStep(session, found, act.taken);
    case "danger":
      await raiseDanger(session, id);
      return;
    case "done":
      return tellDone(session, id, act.name);
  }
}

/** Whether this member protects on the case's channel. */
export function isOfficer(session: MemberSession, view: CaseView): boolean {
  return protects(session, view, session.member);
}

/** The name of the jurisdiction profile of the case's channel; empty where it was closed. */
export function profileOf(session: MemberSession, view: CaseView): string {
  const found = session.site.directory.channels.find(({ id }) => id === view.facts.channel)?.policy["profile"];
  return typeof found === "string" ? found : "";
}

/** Whether a member protects on the case's channel, by the directory at hand. */
function protects(session: MemberSession, view: CaseView, member: string): boolean {
  const channel = session.site.directory.channels.find(({ id }) => id === view.facts.channel);
  return channel?.kind === "protection" && (channel.roles.get("protection") ?? []).includes(member);
}

/**
 * Tells the server where somebody says in the claim that they are in danger, or that something happened when they were
 * asked how they are: it cannot read that. True where that was news. What was done about it once is not raised again by
 * opening the case.
 */
export async function raisedByClaim(session: MemberSession, { opened, protection, unread }: HeldCase): Promise<boolean> {
  const { view } = opened;
  const answers = view.facts.first?.body["answers"];
  if (protection === null || !isOfficer(session, view)) return false;
  const before = protection.clocks.find(({ name }) => name === "danger");
  const told = isObject(answers) && answers["danger"] === "yes" && before === undefined;
  if (!told && !happenedSince(view, before, unread !== null)) return false;
  try {
    return await raiseDanger(session, view.facts.case);
  } catch (error) {
    if (error instanceof ProtocolError) return false; // the case must open all the same
    throw error;
  }
}

/**
 * Whether something happened by an answer to a check-in of a later day than the one on which danger was raised last, or of
 * the same one where something is unread: rather once too often. Both days are the server's: the clock of the reporter's
 * device may be behind.
 */
function happenedSince(view: CaseView, before: StaffClock | undefined, unread: boolean): boolean {
  if (before?.done === null) return false;
  const since = before?.started.slice(0, DAY_LENGTH) ?? "";
  return view.facts.entries.some(({ served, entry }) => {
    const answers = entry?.kind === "protection" && entry.audience === "reporter" && entry.body["form"] === CHECK_IN_FORM ? entry.body["answers"] : null;
    return isObject(answers) && answers["answer"] === HAPPENED && (served.day > since || (unread && served.day === since));
  });
}

/**
 * Says where a measure stands: signed, for both sides where `told`, else for the team.
 *
 * @throws Malformed its days contradict each other, or a reason is missing
 * @throws Refused it runs without the reporter's consent, though it needs it
 * @throws Problem the state cannot follow, or whoever is to see to it cannot
 */
async function setMeasure(session: MemberSession, found: HeldCase, measure: Measure, told: boolean): Promise<void> {
  const trimmed = { ...measure, text: strip(measure.text), effect: strip(measure.effect), reason: strip(measure.reason) };
  checkMeasure(trimmed);
  if (lacksConsent(trimmed)) throw new Refused(N_("This measure needs the reporter's consent. Ask for it, and plan the measure until you have it."));
  const { measure: id, state, owner, review, end } = trimmed;
  const draft = { kind: "protection", audience: told ? "reporter" : "team", body: { form: MEASURE_FORM, answers: trimmed } } as const;
  await write(session, found, draft, { to: "measures", told: { measure: id, state, owner, review, end } });
}

/** Says that somebody is in danger: true where that was news. @throws Problem the server refuses */
export async function raiseDanger(session: MemberSession, caseId: string): Promise<boolean> {
  return (await session.send("POST", `${pathOf(caseId)}/danger`, {}))["raised"] === true;
}

/** Says that what one of the hours of staff waits for was done. @throws Problem the server refuses */
export async function tellDone(session: MemberSession, caseId: string, name: string): Promise<void> {
  await session.send("POST", `${pathOf(caseId)}/deadlines`, { done: name });
}

function refusable(session: MemberSession, found: HeldCase): Proposable {
  return { form: REFUSAL_FORM, what: "refused", may: (member) => protects(session, found.opened.view, member) };
}

/**
 * Proposes to refuse, sealed for the team, so that another officer confirms it.
 *
 * @throws Malformed without reasons, or without a way to contest it
 * @throws Refused this member is no officer of the channel
 * @throws Problem the case is not being assessed, or another proposal is open
 */
export async function proposeRefusal(session: MemberSession, found: HeldCase, reason: string, appeal: string): Promise<void> {
  const said = { reason: strip(reason), appeal: strip(appeal) };
  checkGrounds(said.reason, said.appeal);
  const what = refusable(session, found);
  checkMay(session, what);
  const answers = { ...said, status: statusNow(found), second: ownSecond(session, found, what, said.reason, said.appeal) };
  await write(session, found, { kind: "protection", audience: "team", body: { form: REFUSAL_FORM, answers } }, { to: "refusals" });
}

/**
 * Confirms what another officer proposed, in their words: the reporter is told, signed by this member, with the other's
 * signature beside it.
 *
 * @throws Refused the proposal is this member's own, or is not what the server says of it
 * @throws Problem it is not open any more
 */
export async function confirmRefusal(session: MemberSession, found: HeldCase, id: string): Promise<void> {
  const { reason, appeal, confirmed } = toConfirm(session, found, found.protection?.refusals ?? [], id, refusable(session, found));
  const decision: Decision = { outcome: "refused", appeal, refusal: confirmed };
  await changeStatus(session, found, "decided", reason, decision);
}
