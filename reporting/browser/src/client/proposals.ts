/** What one member proposes and another confirms: a refusal of protection, or that a report was knowingly false. */

import { isObject } from "../protocol/encoding.ts";
import type { Entry } from "../protocol/entry.ts";
import { N_, Refused } from "../protocol/errors.ts";
import type { HeldCase } from "./cases.ts";
import type { MemberSession } from "./member.ts";
import type { Refusal } from "./shown.ts";

/** What counts as a proposal: its form, and who may make one. */
export interface Proposable {
  readonly form: string;
  readonly mayPropose: (member: string) => boolean;
}

/** The JSON id of the status under which something is proposed: once another is signed, nobody confirms it any more. */
export function statusNow({ opened }: HeldCase): string {
  return opened.view.facts.status?.id ?? "";
}

/**
 * The authentic proposal that the server calls `id`, which this member may confirm.
 *
 * @throws Refused it is this member's own, or is not what the server says of it
 */
export function toConfirm(session: MemberSession, found: HeldCase, proposals: readonly Refusal[], id: string, what: Proposable): Entry {
  const proposal = proposals.find((one) => one.id === id && one.state === "proposed");
  const entry = proposal === undefined ? null : proposalOf(found, proposal, what);
  if (entry === null) throw new Refused(N_("This proposal is not what the server says of it."));
  if (entry.author === session.member) throw new Refused(N_("You proposed this yourself: somebody else has to confirm it."));
  return entry;
}

/**
 * The authentic proposal that the server names, by whom it names; null where there is none, where they may make none
 * any more, or where the case has gone on since: the server alone says that a proposal is still open.
 */
function proposalOf(found: HeldCase, proposal: Refusal, { form, mayPropose }: Proposable): Entry | null {
  const { view } = found.opened;
  const entry = view.facts.entries.find(({ served }) => served.id === proposal.entry)?.entry ?? null;
  const fits = entry?.kind === "protection" && entry.audience === "team" && entry.body["form"] === form;
  if (!fits || entry.author !== proposal.by || !mayPropose(entry.author)) return null;
  if (answersOf(entry)["status"] !== statusNow(found)) return null;
  return view.authentic("reporter").some(({ kind, body }) => kind === "status" && body["proposal"] === entry.id) ? null : entry;
}

function answersOf({ body }: Entry): Readonly<Record<string, unknown>> {
  return isObject(body["answers"]) ? body["answers"] : {};
}

/** A text of a proposal; empty where it has none of that name. */
export function said(entry: Entry, name: string): string {
  const text = answersOf(entry)[name];
  return typeof text === "string" ? text : "";
}
