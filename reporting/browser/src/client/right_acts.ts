/** What members write under rights: minutes, that a request was dealt with, steps towards persons concerned. */

import { type Minutes, NOTED_SCHEME, type Noted, STEP_SCHEME, type StepTaken, minutesOf, notedOf, stepOf } from "../protocol/rights.ts";
import { strip } from "../questionnaires/reading.ts";
import type { HeldCase } from "./cases.ts";
import { write } from "./casework.ts";
import type { MemberSession } from "./member.ts";

/**
 * Minutes of a meeting or call, for both sides to read.
 *
 * @throws Malformed no day, no text, or too long a title
 */
export async function writeMinutes(session: MemberSession, found: HeldCase, { title, held, text, of }: Minutes): Promise<void> {
  const body = { title: strip(title), held, text: strip(text), of };
  minutesOf(body);
  await write(session, found, { kind: "minutes", audience: "reporter", body });
}

/** Notes for the team that a request was dealt with, and how. @throws Malformed */
export async function noteRequest(session: MemberSession, found: HeldCase, { of, text }: Noted): Promise<void> {
  const body = { scheme: NOTED_SCHEME, codes: { of, text: strip(text) } };
  notedOf(body);
  await write(session, found, { kind: "classification", audience: "team", body });
}

/**
 * Records a step towards persons concerned, for the team; the risk for the reporter is then to be assessed again.
 *
 * @throws Malformed no day
 * @throws Problem the server refuses
 */
export async function recordStep(session: MemberSession, found: HeldCase, { step, date, text }: StepTaken): Promise<void> {
  const body = { scheme: STEP_SCHEME, codes: { step, date, text: strip(text) } };
  stepOf(body);
  await write(session, found, { kind: "classification", audience: "team", body }, { to: "steps" });
}
