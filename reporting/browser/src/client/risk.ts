/** Assessing the risk of retaliation, for the team; and what a case holds of it. */

import { FORM, type Assessment, checkAssessment, levelOf } from "../protocol/risk.ts";
import { strip } from "../questionnaires/reading.ts";
import type { HeldCase } from "./cases.ts";
import { write } from "./casework.ts";
import type { MemberSession } from "./member.ts";

/** What whoever assesses says; the level is the matrix's. */
export type Assessing = Omit<Assessment, "level">;

/**
 * Seals an assessment for the team, which meets the deadline for it.
 *
 * @throws Malformed reasons are missing, or where the risk is high a plan
 * @throws Problem the member may not assess this case
 */
export async function assess(session: MemberSession, found: HeldCase, given: Assessing): Promise<void> {
  const level = levelOf(given.likelihood, given.severity);
  const answers = { ...given, factors: [...given.factors], reasons: strip(given.reasons), plan: strip(given.plan), level };
  checkAssessment(answers);
  await write(session, found, { kind: "protection", audience: "team", body: { form: FORM, answers } }, { to: "assessments" });
}
