/** The part of the desk's worker that deals with identities: what is judged, as plain data for the page. */

import { asDescribed } from "../client/cases.ts";
import { type CustodyFile, openIdentity } from "../client/custody.ts";
import type { MemberSession } from "../client/member.ts";
import { objects } from "../client/served.ts";
import { labelOf, titleOf } from "../client/showing.ts";
import type { Answered } from "../client/shown.ts";
import { type Asked, LEAST_APPROVALS, approvalsToday } from "../protocol/custody.ts";
import { type JsonObject, isHex32, isId, isObject, parseDay, visibleBidi } from "../protocol/encoding.ts";
import type { Entry } from "../protocol/entry.ts";
import { Malformed, N_ } from "../protocol/errors.ts";
import { answerLines, plain } from "../questionnaires/words.ts";
import { gettext } from "../ui/i18n.ts";
import type { CustodyCase, CustodyLine, RequestState, ShownRequest } from "./identity_api.ts";

const STATES = ["requested", "approved", "refused", "opened", "withdrawn"] as const;

/** How a request stands. The identity opens for it on this device only if it says `approved`. */
function stateOf(asked: Asked, needed: number, approvals: number): RequestState {
  if (asked.who("opened").size > 0) return "opened";
  if (asked.who("withdrawn").size > 0) return "withdrawn";
  if (asked.request.custodians.length - asked.who("refuse").size < needed) return "refused";
  if (!asked.current) return "stale";
  if (asked.renewed) return "renewed";
  return approvals >= needed ? "approved" : "requested";
}

/** A request in what a page shows of it. `deciding`: whether the reader is a custodian who could decide, not of the team. */
export function shownRequest({ site, member }: MemberSession, asked: Asked, deciding: boolean): ShownRequest {
  const { entry, request, decided } = asked;
  const { directory, today } = site;
  const label = (id: string): string => visibleBidi(labelOf(directory, id));
  const needed = Math.max(request.needed, Math.min(LEAST_APPROVALS, request.custodians.length));
  const approvals = approvalsToday(asked, directory, today).length;
  const state = stateOf(asked, needed, approvals);
  const has = new Set(decided.map((one) => one.entry.author));
  const able =
    deciding && request.custodians.includes(member) && member !== entry.author && directory.custodians(request.channel, today, []).includes(member);
  const decisions = decided.map((one) => ({
    member: one.entry.author,
    label: label(one.entry.author),
    verdict: one.decision.decision,
    reason: one.decision.reason,
    day: one.entry.date,
  }));
  return {
    ...{ id: entry.id, by: label(entry.author), day: entry.date, reason: request.reason, legalBasis: request.legalBasis },
    ...{ waiver: request.waiver, state, needed, approvals, decisions },
    awaited: request.custodians.filter((custodian) => !has.has(custodian)).map(label),
    mayDecide: able && !has.has(member) && (state === "requested" || state === "approved"),
    mayOpen: able && state === "approved",
    mayWithdraw: !deciding && member === entry.author && (state === "requested" || state === "approved" || state === "renewed"),
  };
}

/** What a custodian sees of a case. */
export function custodyCase(session: MemberSession, { served, custody }: CustodyFile, language: string): CustodyCase {
  const { channel, case: id } = served.sealed;
  const requests = custody.asked.map((asked) => shownRequest(session, asked, !custody.missing)).reverse();
  const { received } = served;
  return { case: id, title: channelTitle(session, channel, language), received, requests, faults: custody.faults.length, missing: custody.missing };
}

function channelTitle({ site }: MemberSession, id: string, language: string): string {
  const channel = site.directory.channels.find((one) => one.id === id);
  return channel === undefined ? id : titleOf(channel, language);
}

/** The requests that a custodian was asked about, by the server's word. */
export async function custodyList(session: MemberSession, language: string): Promise<CustodyLine[]> {
  const answer = await session.get("/api/disclosures");
  return asDescribed(() => objects(answer, "disclosures").map((item) => lineOf(session, item, language)));
}

function lineOf(session: MemberSession, item: JsonObject, language: string): CustodyLine {
  const { case: id, channel, requested_by: by } = item;
  const state = STATES.find((one) => one === item["state"]);
  if (!isHex32(id) || !isId(channel) || !isId(by) || state === undefined) {
    throw new Malformed(N_("This is not a valid id."), { pointer: "/disclosures" });
  }
  const own = objects(item, "custodians").find(({ member }) => member === session.member)?.["decision"];
  return {
    case: id,
    title: channelTitle(session, channel, language),
    day: parseDay(item["day"], "/day"),
    by: visibleBidi(labelOf(session.site.directory, by)),
    state,
    mine: own === "approve" || own === "refuse" ? own : null,
  };
}

/** The identity, opened for a request and sealed to the case: what it says. */
export async function opened(session: MemberSession, file: CustodyFile, request: string): Promise<readonly Answered[]> {
  return answersOf(await openIdentity(session, file, request, noteOf));
}

function answersOf({ body }: Entry): readonly Answered[] {
  const { answers } = body;
  return isObject(answers) ? answerLines(null, answers, "en").map((one) => ({ ...one, question: questionWords(one.id) })) : [];
}

/** What an identity's parts are called: those that the report page asks for, others by their ids. */
function questionWords(id: string): string {
  if (id === "name") return gettext("Name");
  return id === "contact" ? gettext("How to reach this person") : visibleBidi(id);
}

function noteOf({ body }: Entry): string {
  const given = isObject(body["answers"]) ? Object.entries(body["answers"]) : [];
  const lines = given.map(([id, value]) => `${questionWords(id)}: ${plain(value)}`);
  return [gettext("The reporter's identity, opened by a custodian for a request that was approved:"), "", ...lines].join("\n");
}
