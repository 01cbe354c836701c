/** What one member proposes and another confirms: a refusal of protection, or that a report was knowingly false. */

import { type JsonObject, isObject } from "../protocol/encoding.ts";
import type { Entry } from "../protocol/entry.ts";
import { N_, Refused } from "../protocol/errors.ts";
import { type Proposed, parseSecond, secondBody, secondKey, signSecond } from "../protocol/second.ts";
import { strip } from "../questionnaires/reading.ts";
import type { HeldCase } from "./cases.ts";
import type { Confirmed } from "./decided.ts";
import type { MemberSession } from "./member.ts";
import type { Refusal } from "./shown.ts";

/** What counts as a proposal: its form, what it is signed for, and who may make and confirm one. */
export interface Proposable {
  readonly form: string;
  readonly what: Proposed["what"];
  readonly may: (member: string) => boolean;
}

/** What a colleague proposed, word for word, and what the status that confirms it repeats. */
export interface ToConfirm {
  readonly reason: string;
  readonly appeal: string;
  readonly confirmed: Confirmed;
}

/** The JSON id of the status under which something is proposed: once another is signed, nobody confirms it any more. */
export function statusNow({ opened }: HeldCase): string {
  return opened.view.facts.status?.id ?? "";
}

/** This member's signature for what they propose: whoever confirms it repeats it, so that the reporter's device can check it. */
export function ownSecond({ author, site }: MemberSession, found: HeldCase, { what }: Proposable, reason: string, appeal: string): JsonObject {
  const by = { member: author.id, directory: site.directory.version, date: site.today };
  return secondBody(signSecond(proposed(found, what, reason, appeal), by, author.key));
}

/** Whether this member may propose and confirm it. @throws Refused they may not */
export function checkMay({ member }: MemberSession, { may }: Proposable): void {
  if (!may(member)) throw new Refused(N_("Your role on this channel is not for this."));
}

function proposed(found: HeldCase, what: Proposed["what"], reason: string, appeal: string): Proposed {
  return { case: found.opened.view.facts.case, status: statusNow(found), what, reason, appeal };
}

/**
 * The authentic proposal that the server calls `id`, which this member may confirm.
 *
 * @throws Refused it is this member's own, is not what the server says of it, or its author's signature for it does not
 * hold; or this member may not confirm it
 */
export function toConfirm(session: MemberSession, found: HeldCase, proposals: readonly Refusal[], id: string, what: Proposable): ToConfirm {
  const proposal = proposals.find((one) => one.id === id && one.state === "proposed");
  const entry = proposal === undefined ? null : proposalOf(found, proposal, what);
  if (entry === null) throw new Refused(N_("This proposal is not what the server says of it."));
  if (entry.author === session.member) throw new Refused(N_("You proposed this yourself: somebody else has to confirm it."));
  checkMay(session, what);
  // Exactly what the status will say.
  const [reason, appeal] = [strip(said(entry, "reason")), strip(said(entry, "appeal"))];
  const second = parseSecond(answersOf(entry)["second"]);
  const { directory } = session.site;
  const signed = second !== null && second.member === entry.author && secondKey(second, proposed(found, what.what, reason, appeal), directory, found.opened.view.facts.channel) !== null;
  if (!signed) throw new Refused(N_("This proposal lacks its author's signature for the reporter. Change the status, which ends it, and propose it anew."));
  return { reason, appeal, confirmed: { id, proposal: entry.id, second: secondBody(second) } };
}

/**
 * The authentic proposal that the server names, by whom it names; null where there is none, where they may make none
 * any more, or where the case has gone on since: the server alone says that a proposal is still open.
 */
function proposalOf(found: HeldCase, proposal: Refusal, { form, may }: Proposable): Entry | null {
  const { view } = found.opened;
  const entry = view.facts.entries.find(({ served }) => served.id === proposal.entry)?.entry ?? null;
  const fits = entry?.kind === "protection" && entry.audience === "team" && entry.body["form"] === form;
  if (!fits || entry.author !== proposal.by || !may(entry.author)) return null;
  if (answersOf(entry)["status"] !== statusNow(found)) return null;
  return view.authentic("reporter").some(({ kind, body }) => kind === "status" && body["proposal"] === entry.id) ? null : entry;
}

function answersOf({ body }: Entry): JsonObject {
  return isObject(body["answers"]) ? body["answers"] : {};
}

/** A text of a proposal; empty where it has none of that name. */
function said(entry: Entry, name: string): string {
  const text = answersOf(entry)[name];
  return typeof text === "string" ? text : "";
}
