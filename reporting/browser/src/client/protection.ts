/** What an officer does in a protection case beside moving it on. */

import { isObject } from "../protocol/encoding.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { Minutes, Noted, StepTaken } from "../protocol/rights.ts";
import type { CaseView } from "../protocol/thread.ts";
import { strip } from "../questionnaires/reading.ts";
import { type HeldCase, pathOf } from "./cases.ts";
import { changeStatus, write } from "./casework.ts";
import { type Decision, checkGrounds } from "./decided.ts";
import { confirmFinding, proposeFinding } from "./findings.ts";
import type { MemberSession } from "./member.ts";
import { said, statusNow, toConfirm } from "./proposals.ts";
import { noteRequest, recordStep, writeMinutes } from "./right_acts.ts";

/** The form of a proposal to refuse. */
export const REFUSAL_FORM = "refusal-1";

/** What is done beside moving the case on, by officers and, of findings, by those who deal with a report. */
export type Act =
  | { readonly type: "propose"; readonly reason: string; readonly appeal: string }
  | { readonly type: "confirm"; readonly refusal: string }
  | { readonly type: "propose-finding"; readonly reason: string }
  | { readonly type: "confirm-finding"; readonly finding: string }
  | { readonly type: "minutes"; readonly minutes: Minutes }
  | { readonly type: "note-request"; readonly noted: Noted }
  | { readonly type: "step"; readonly taken: StepTaken }
  | { readonly type: "danger" }
  | { readonly type: "done"; readonly name: string };

/** Carries out an act. It throws what the function for it does. */
export async function carryOut(session: MemberSession, found: HeldCase, act: Act): Promise<void> {
  const { case: id } = found.opened.view.facts;
  switch (act.type) {
    case "propose":
      return proposeRefusal(session, found, act.reason, act.appeal);
    case "confirm":
      return confirmRefusal(session, found, act.refusal);
    case "propose-finding":
      return proposeFinding(session, found, act.reason);
    case "confirm-finding":
      return confirmFinding(session, found, act.finding);
    case "minutes":
      return writeMinutes(session, found, act.minutes);
    case "note-request":
      return noteRequest(session, found, act.noted);
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

/** Whether a member protects on the case's channel, by the directory at hand. */
function protects(session: MemberSession, view: CaseView, member: string): boolean {
  const channel = session.site.directory.channels.find(({ id }) => id === view.facts.channel);
  return channel?.kind === "protection" && (channel.roles.get("protection") ?? []).includes(member);
}

/**
 * Tells the server where somebody says in the claim that they are in danger: it cannot read that. True where that
 * was news. What was done about it once is not raised again by opening the case.
 */
export async function raisedByClaim(session: MemberSession, { opened, protection }: HeldCase): Promise<boolean> {
  const { view } = opened;
  const answers = view.facts.first?.body["answers"];
  const told = isObject(answers) && answers["danger"] === "yes";
  if (!told || protection === null || protection.clocks.some(({ name }) => name === "danger") || !isOfficer(session, view)) return false;
  try {
    return await raiseDanger(session, view.facts.case);
  } catch (error) {
    if (error instanceof ProtocolError) return false; // the case must open all the same
    throw error;
  }
}

/** Says that somebody is in danger: true where that was news. @throws Problem the server refuses */
export async function raiseDanger(session: MemberSession, caseId: string): Promise<boolean> {
  return (await session.send("POST", `${pathOf(caseId)}/danger`, {}))["raised"] === true;
}

/** Says that what one of the hours of staff waits for was done. @throws Problem the server refuses */
export async function tellDone(session: MemberSession, caseId: string, name: string): Promise<void> {
  await session.send("POST", `${pathOf(caseId)}/deadlines`, { done: name });
}

/**
 * Proposes to refuse, sealed for the team, so that another officer confirms it.
 *
 * @throws Malformed without reasons, or without a way to contest it
 * @throws Problem the case is not being assessed, or another proposal is open
 */
export async function proposeRefusal(session: MemberSession, found: HeldCase, reason: string, appeal: string): Promise<void> {
  const answers = { reason: strip(reason), appeal: strip(appeal) };
  checkGrounds(answers.reason, answers.appeal);
  const body = { form: REFUSAL_FORM, answers: { ...answers, status: statusNow(found) } };
  await write(session, found, { kind: "protection", audience: "team", body }, { to: "refusals" });
}

/**
 * Confirms what another officer proposed, in their words: the reporter is told, signed by this member.
 *
 * @throws Refused the proposal is this member's own, or is not what the server says of it
 * @throws Problem it is not open any more
 */
export async function confirmRefusal(session: MemberSession, found: HeldCase, id: string): Promise<void> {
  const mayPropose = (member: string): boolean => protects(session, found.opened.view, member);
  const entry = toConfirm(session, found, found.protection?.refusals ?? [], id, { form: REFUSAL_FORM, mayPropose });
  const decision: Decision = { outcome: "refused", appeal: said(entry, "appeal"), refusal: { id, proposal: entry.id } };
  await changeStatus(session, found, "decided", said(entry, "reason"), decision);
}
