/** The risk of retaliation, assessed: factors, the matrix, and what an assessment has to say (protocol section 8.6). */

import { type Json, type JsonObject, checkText, isObject } from "./encoding.ts";
import { Malformed, N_ } from "./errors.ts";

export const SELF_FORM = "self-assessment-1";
export const FORM = "assessment-1";
/** What raises the risk. Their words are each surface's; an id never changes what it means. */
export const FACTORS = [
  "few-knew",
  "many-know",
  "small-unit",
  "conflict",
  "power",
  "violence",
  "dependence",
  "traces",
  "work-device",
  "told-others",
  "dependants",
  "past",
  "media",
] as const;
export const LIKELIHOODS = ["almost-certain", "likely", "unlikely", "highly-unlikely"] as const;
export const SEVERITIES = ["minor", "moderate", "major", "extreme"] as const;
export const LEVELS = ["low", "medium", "high"] as const;
/** Why the risk is assessed: at once, or again because of what was done. */
export const TRIGGERS = ["first", "identity", "referral", "notice", "decision", "publicity", "transfer", "other"] as const;
/** What is done where a check-in after closing is not answered. */
export const SILENCES = ["nothing", "ask-again", "safe-contact"] as const;

export type Factor = (typeof FACTORS)[number];
export type Likelihood = (typeof LIKELIHOODS)[number];
export type Severity = (typeof SEVERITIES)[number];
export type Level = (typeof LEVELS)[number];
export type Trigger = (typeof TRIGGERS)[number];
export type Silence = (typeof SILENCES)[number];

const MATRIX: Readonly<Record<Likelihood, Readonly<Record<Severity, Level>>>> = {
  "almost-certain": { minor: "medium", moderate: "high", major: "high", extreme: "high" },
  likely: { minor: "medium", moderate: "medium", major: "high", extreme: "high" },
  unlikely: { minor: "low", moderate: "low", major: "medium", extreme: "medium" },
  "highly-unlikely": { minor: "low", moderate: "low", major: "low", extreme: "medium" },
};
const MAX_TEXT = 16_384; // an entry holds no more

/** What a member's assessment answers. */
export interface Assessment {
  readonly factors: readonly Factor[];
  readonly likelihood: Likelihood;
  readonly severity: Severity;
  readonly level: Level;
  readonly reasons: string;
  readonly plan: string;
  readonly trigger: Trigger;
  readonly silence: Silence;
}

/** What a reporter shares of their own view of the risk. */
export interface SelfAssessment {
  readonly factors: readonly Factor[];
  readonly text: string;
}

/** The matrix's level. */
export function levelOf(likelihood: Likelihood, severity: Severity): Level {
  return MATRIX[likelihood][severity];
}

/**
 * What an assessment by a member answers, if it is one.
 *
 * @throws Malformed something is missing or of another form, or the level is not the matrix's
 */
export function checkAssessment(answers: Json | undefined): Assessment {
  const found = objectOf(answers);
  const factors = factorsOf(found["factors"]);
  const likelihood = oneOf(found, "likelihood", LIKELIHOODS);
  const severity = oneOf(found, "severity", SEVERITIES);
  const level = levelOf(likelihood, severity);
  if (found["level"] !== level) throw new Malformed(N_("This level is not that of the matrix."), { pointer: "/level" });
  const reasons = textOf(found, "reasons");
  if (isBlank(reasons)) throw new Malformed(N_("An assessment needs its reasons."), { pointer: "/reasons" });
  const plan = textOf(found, "plan");
  if (isBlank(plan) && level === "high") throw new Malformed(N_("Where the risk is high there is a written plan."), { pointer: "/plan" });
  const trigger = oneOf(found, "trigger", TRIGGERS);
  return { factors, likelihood, severity, level, reasons, plan, trigger, silence: oneOf(found, "silence", SILENCES) };
}

/**
 * What a reporter shares of their own view of the risk, if it is that.
 *
 * @throws Malformed something is missing or of another form
 */
export function checkSelfAssessment(answers: Json | undefined): SelfAssessment {
  const found = objectOf(answers);
  return { factors: factorsOf(found["factors"]), text: textOf(found, "text") };
}

function objectOf(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."), { pointer: "/answers" });
  return value;
}

function textOf(answers: JsonObject, name: string): string {
  return checkText(answers[name], { pointer: `/${name}`, limit: MAX_TEXT });
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

function oneOf<T extends string>(answers: JsonObject, name: string, known: readonly T[]): T {
  const value = textOf(answers, name);
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Malformed(N_("This is not one of the choices."), { pointer: `/${name}` });
  return found;
}

function factorsOf(value: Json | undefined): Factor[] {
  const given: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [null];
  const found = given.map((one) => {
    const factor = FACTORS.find((known) => known === one);
    if (factor === undefined) throw new Malformed(N_("There is no such factor."), { pointer: "/factors" });
    return factor;
  });
  if (new Set(found).size !== found.length) throw new Malformed(N_("A factor is named twice."), { pointer: "/factors" });
  return found;
}
