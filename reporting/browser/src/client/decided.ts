/** What is told with a status: a decision on protection, or what was found of a report. */

import type { JsonObject } from "../protocol/encoding.ts";
import { Malformed, N_, Refused } from "../protocol/errors.ts";
import { KNOWINGLY_FALSE } from "../protocol/thread_types.ts";
import { strip } from "../questionnaires/reading.ts";

/** The proposal that a status confirms. */
export interface Confirmed {
  /** The server's id, and the JSON id of the proposal's entry. */
  readonly id: string;
  readonly proposal: string;
  /** The proposer's signature, for the reporter to check. */
  readonly second: JsonObject;
}

/** What was decided on protection, and how it can be contested; `refusal`: the proposal that a refusal confirms. */
export interface Decision {
  readonly outcome: string;
  readonly appeal: string;
  readonly refusal?: Confirmed;
}

/** What was found of a report; `confirms`: the proposal of a finding that needs two. */
export interface Found {
  readonly finding: string;
  readonly confirms?: Confirmed;
}

/** Whether a finding that two sign for names a proposal. @throws Refused it does not */
export function checkFound({ finding, confirms }: Found): void {
  if (finding === KNOWINGLY_FALSE && confirms === undefined) throw new Refused(N_("This needs two people: one proposes it, another confirms."));
}

/** Whether a decision says why, and how it can be contested. @throws Malformed it does not */
export function checkGrounds(reason: string, appeal: string): void {
  if (strip(reason) === "") throw new Malformed(N_("A decision needs its reasons."), { pointer: "/reason" });
  if (strip(appeal) === "") throw new Malformed(N_("Say how this decision can be contested."), { pointer: "/appeal" });
}

/** What of it is signed. */
export function decidedBody(decided: Decision | Found | null): JsonObject {
  if (decided === null) return {};
  const named = "finding" in decided ? decided.confirms : decided.refusal;
  const said = "finding" in decided ? { finding: decided.finding } : { outcome: decided.outcome, appeal: strip(decided.appeal) };
  return { ...said, ...(named === undefined ? {} : { proposal: named.proposal, second: named.second }) };
}

/** What the server is told: of a finding nothing, unless it confirms a proposal. */
export function toServer(decided: Decision | Found | null): JsonObject {
  if (decided === null) return {};
  if ("finding" in decided) return decided.confirms === undefined ? {} : { finding: decided.confirms.id };
  return { outcome: decided.outcome, ...(decided.refusal === undefined ? {} : { refusal: decided.refusal.id }) };
}
