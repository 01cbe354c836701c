/** That a report was knowingly false: one member proposes it, another confirms it and closes the case. */

import { memberIds } from "../protocol/directory_parts.ts";
import { Malformed, N_ } from "../protocol/errors.ts";
import { KNOWINGLY_FALSE } from "../protocol/thread_types.ts";
import { strip } from "../questionnaires/reading.ts";
import type { HeldCase } from "./cases.ts";
import { changeStatus, write } from "./casework.ts";
import type { MemberSession } from "./member.ts";
import { said, statusNow, toConfirm } from "./proposals.ts";

/** The form of the proposal. */
export const FINDING_FORM = "finding-1";

/**
 * Proposes to find that a report was knowingly false, sealed for the team. The reporter is told nothing before somebody
 * else has confirmed it.
 *
 * @throws Malformed without reasons
 * @throws Problem the case is closed, or another proposal is open
 */
export async function proposeFinding(session: MemberSession, found: HeldCase, reason: string): Promise<void> {
  const answers = { finding: KNOWINGLY_FALSE, reason: strip(reason), status: statusNow(found) };
  if (answers.reason === "") throw new Malformed(N_("This finding needs its reasons."), { pointer: "/reason" });
  await write(session, found, { kind: "protection", audience: "team", body: { form: FINDING_FORM, answers } }, { to: "findings" });
}

/**
 * Confirms what a colleague proposed, in their words, and closes the case: the reporter is told, signed by this member.
 *
 * @throws Refused the proposal is this member's own, or is not what the server says of it
 * @throws Problem it is not open any more
 */
export async function confirmFinding(session: MemberSession, found: HeldCase, id: string): Promise<void> {
  const channel = session.site.directory.channels.find((one) => one.id === found.opened.view.facts.channel);
  const mayPropose = (member: string): boolean => channel !== undefined && memberIds(channel).has(member);
  const entry = toConfirm(session, found, found.findings, id, { form: FINDING_FORM, mayPropose });
  await changeStatus(session, found, "closed", said(entry, "reason"), { finding: KNOWINGLY_FALSE, confirms: { id, proposal: entry.id } });
}
