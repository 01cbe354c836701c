/** That a report was knowingly false: one member proposes it, another confirms it and closes the case. */

import { Malformed, N_ } from "../protocol/errors.ts";
import { dealing } from "../protocol/thread_roles.ts";
import { KNOWINGLY_FALSE } from "../protocol/thread_types.ts";
import { strip } from "../questionnaires/reading.ts";
import type { HeldCase } from "./cases.ts";
import { changeStatus, write } from "./casework.ts";
import type { MemberSession } from "./member.ts";
import { type Proposable, checkMay, ownSecond, statusNow, toConfirm } from "./proposals.ts";

/** The form of the proposal. */
export const FINDING_FORM = "finding-1";

function proposable({ site }: MemberSession, { opened }: HeldCase): Proposable {
  const members = dealing(site.directory, opened.view.facts.channel);
  return { form: FINDING_FORM, what: KNOWINGLY_FALSE, may: (member) => members.has(member) };
}

/**
 * Proposes to find that a report was knowingly false, sealed for the team. The reporter is told nothing before somebody
 * else has confirmed it.
 *
 * @throws Malformed without reasons
 * @throws Refused this member does not deal with the channel's cases
 * @throws Problem the case is closed, or another proposal is open
 */
export async function proposeFinding(session: MemberSession, found: HeldCase, reason: string): Promise<void> {
  const said = strip(reason);
  if (said === "") throw new Malformed(N_("This finding needs its reasons."), { pointer: "/reason" });
  const what = proposable(session, found);
  checkMay(session, what);
  const answers = { finding: KNOWINGLY_FALSE, reason: said, status: statusNow(found), second: ownSecond(session, found, what, said, "") };
  await write(session, found, { kind: "protection", audience: "team", body: { form: FINDING_FORM, answers } }, { to: "findings" });
}

/**
 * Confirms what a colleague proposed, in their words, and closes the case: the reporter is told, signed by this member.
 *
 * @throws Refused the proposal is this member's own, or is not what the server says of it
 * @throws Problem it is not open any more
 */
export async function confirmFinding(session: MemberSession, found: HeldCase, id: string): Promise<void> {
  const { reason, confirmed } = toConfirm(session, found, found.findings, id, proposable(session, found));
  await changeStatus(session, found, "closed", reason, { finding: KNOWINGLY_FALSE, confirms: confirmed });
}
