/** Measures of protection and check-ins: the catalogue, and what entries about them have to say (protocol section 8.6). */

import { type Json, type JsonObject, checkInteger, checkText, isHex32, isId, isObject, parseDay } from "./encoding.ts";
import { Malformed, N_ } from "./errors.ts";

export const MEASURE_FORM = "measure-1";
export const CHECK_IN_FORM = "check-in-1";
/** Of a measure that is in no catalogue: its words say what it is. */
export const OTHER = "other";
export const STATES = ["planned", "active", "ended", "refused"] as const;
export const CONSENTS = ["given", "asked", "refused", "not-needed"] as const;
/** What a reporter answers: all is well, something happened, or words alone. */
export const ANSWERS = ["well", "happened", "words"] as const;
const MAX_TEXT = 16_384; // an entry holds no more
const MAX_WHAT = 64;
const MAX_MONTHS = 120;

export type MeasureState = (typeof STATES)[number];
export type Consent = (typeof CONSENTS)[number];
export type CheckInAnswer = (typeof ANSWERS)[number];

/** A measure of the catalogue. */
export interface Listed {
  readonly group: string;
  readonly title: string;
  /** Whether it needs the reporter's consent. */
  readonly consent: boolean;
  /** Of Directive (EU) 2019/1937, which speaks of it; empty where none does. */
  readonly article: string;
}

/** What is signed of a measure. Days are `YYYY-MM-DD`. */
export interface Measure {
  readonly measure: string;
  readonly what: string;
  readonly text: string;
  readonly state: MeasureState;
  readonly owner: string;
  readonly start: string | null;
  readonly review: string | null;
  readonly end: string | null;
  readonly consent: Consent;
  readonly effect: string;
  readonly reason: string;
}

/** What is signed of how a reporter is. */
export interface CheckIn {
  readonly months: number;
  readonly closed: string;
  readonly answer: CheckInAnswer;
  readonly text: string;
}

// Both are made where they are asked for alone: the report page carries neither.
export const GROUPS: ReadonlyMap<string, string> = /* @__PURE__ */ (() => new Map<string, string>([
  ["identity", N_("Identity")],
  ["work", N_("Work")],
  ["legal", N_("Law")],
  ["physical", N_("Safety")],
  ["psychosocial", N_("Support")],
  ["financial", N_("Money")],
  ["deterrence", N_("Deterrence")],
]))();

/** An id never changes what it means. */
export const CATALOGUE: ReadonlyMap<string, Listed> = /* @__PURE__ */ (() => new Map<string, Listed>([
  ["need-to-know", { group: "identity", title: N_("Only those who need it know the name"), consent: false, article: "16" }],
  ["pseudonym", { group: "identity", title: N_("A made-up name in all papers"), consent: false, article: "16" }],
  ["redaction", { group: "identity", title: N_("Names and traces blacked out in papers"), consent: false, article: "16" }],
  ["confidentiality-order", { group: "identity", title: N_("An order to keep the identity secret"), consent: false, article: "16" }],
  ["no-adverse-action", { group: "work", title: N_("A notice to the employer that nothing may be done to the reporter"), consent: true, article: "19" }],
  ["change-of-manager", { group: "work", title: N_("Another manager"), consent: true, article: "21(6)" }],
  ["transfer", { group: "work", title: N_("A move to another unit or place"), consent: true, article: "21(6)" }],
  ["remote-work", { group: "work", title: N_("Work from elsewhere"), consent: true, article: "21(6)" }],
  ["paid-leave", { group: "work", title: N_("Paid leave"), consent: true, article: "21(6)" }],
  ["supervised-appraisal", { group: "work", title: N_("Appraisals that somebody else checks"), consent: true, article: "21(6)" }],
  ["reinstatement", { group: "work", title: N_("The post or the conditions from before"), consent: true, article: "21(6)" }],
  ["interim-relief", { group: "legal", title: N_("A fast order of a court or an authority"), consent: true, article: "21(6)" }],
  ["certificate", { group: "legal", title: N_("A certificate of the report"), consent: true, article: "20(1)(b)" }],
  ["dossier", { group: "legal", title: N_("A dossier for a court or a lawyer"), consent: false, article: "21(5)" }],
  ["legal-aid", { group: "legal", title: N_("Legal aid"), consent: false, article: "20(1)(c)" }],
  ["immunity", { group: "legal", title: N_("No liability for the report"), consent: false, article: "21(2)" }],
  ["safety-plan", { group: "physical", title: N_("A plan for safety"), consent: false, article: "" }],
  ["relocation", { group: "physical", title: N_("A safe place to live"), consent: true, article: "" }],
  ["counseling", { group: "psychosocial", title: N_("Counseling"), consent: true, article: "20(2)" }],
  ["support-person", { group: "psychosocial", title: N_("A person of support"), consent: true, article: "20(2)" }],
  ["emergency-fund", { group: "financial", title: N_("Money for an emergency"), consent: true, article: "20(2)" }],
  ["costs", { group: "financial", title: N_("Costs paid"), consent: true, article: "20(2)" }],
  ["compensation", { group: "financial", title: N_("Compensation for what was lost"), consent: true, article: "21(8)" }],
  ["warning", { group: "deterrence", title: N_("A warning to those who retaliate"), consent: true, article: "23" }],
  ["sanction", { group: "deterrence", title: N_("A penalty for those who retaliate"), consent: false, article: "23" }],
  ["monitoring", { group: "deterrence", title: N_("A watch over the treatment at work"), consent: false, article: "19" }],
]))();
// Profiles of countries whose law carries out the directive.
const DIRECTIVE: ReadonlySet<string> = new Set(["eu", "de", "es", "fr", "it"]);

/**
 * Whether a measure runs without the reporter's consent though it needs it. What is in no catalogue needs it, unless
 * whoever signs says that it does not; what was refused is never done.
 */
export function lacksConsent({ what, state, consent }: Pick<Measure, "what" | "state" | "consent">): boolean {
  if (state !== "active" || consent === "given") return false;
  return consent !== "not-needed" || CATALOGUE.get(what)?.consent === true;
}

/** The article of Directive (EU) 2019/1937 that a measure rests on in a country; empty where none is known. */
export function articleOf(what: string, profile: string): string {
  return DIRECTIVE.has(profile) ? (CATALOGUE.get(what)?.article ?? "") : "";
}

/**
 * What an entry says about a measure, if it does.
 *
 * @throws Malformed something is missing or of another form, contradicts itself, or needs a reason
 */
export function checkMeasure(answers: Json | undefined): Measure {
  const found = objectOf(answers);
  const { measure, owner } = found;
  if (!isHex32(measure)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: "/measure" });
  const what = checkText(found["what"], { pointer: "/what", limit: MAX_WHAT });
  const text = textOf(found, "text");
  if (what === "" || (what === OTHER && isBlank(text))) throw new Malformed(N_("Say what the measure is."), { pointer: "/text" });
  const state = oneOf(found, "state", STATES);
  if (!isId(owner)) throw new Malformed(N_("This is not a valid id."), { pointer: "/owner" });
  const consent = oneOf(found, "consent", CONSENTS);
  const effect = textOf(found, "effect");
  const reason = textOf(found, "reason");
  if (isBlank(reason) && (state === "ended" || state === "refused")) {
    throw new Malformed(N_("Say why the measure ended or was refused."), { pointer: "/reason" });
  }
  const days = { start: dayOf(found, "start"), review: dayOf(found, "review"), end: dayOf(found, "end") };
  checkDays(days, state);
  return { measure, what, text, state, owner, ...days, consent, effect, reason };
}

function checkDays({ start, review, end }: Pick<Measure, "start" | "review" | "end">, state: MeasureState): void {
  if (start !== null && end !== null && end < start) {
    throw new Malformed(N_("The end of a measure cannot come before its start."), { pointer: "/end" });
  }
  if (review !== null && ((start !== null && review < start) || (end !== null && review > end))) {
    throw new Malformed(N_("The review of a measure lies between its start and its end."), { pointer: "/review" });
  }
  if (state === "active" && start === null) throw new Malformed(N_("Say from which day on the measure runs."), { pointer: "/start" });
  if (state === "active" && review === null) {
    throw new Malformed(N_("A measure that runs needs a day on which it is reviewed."), { pointer: "/review" });
  }
  if (state === "ended" && end === null) throw new Malformed(N_("Say on which day the measure ended."), { pointer: "/end" });
}

/**
 * What a reporter answers when they are asked how they are, if it is that.
 *
 * @throws Malformed something is missing or of another form
 */
export function checkCheckIn(answers: Json | undefined): CheckIn {
  const found = objectOf(answers);
  const months = checkInteger(found["check_in"], 1, MAX_MONTHS, "/check_in");
  const closed = parseDay(found["closed"], "/closed");
  const answer = oneOf(found, "answer", ANSWERS);
  const text = textOf(found, "text");
  if (answer === "words" && isBlank(text)) throw new Malformed(N_("There is nothing to send."), { pointer: "/text" });
  return { months, closed, answer, text };
}

function objectOf(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."), { pointer: "/answers" });
  return value;
}

function textOf(answers: JsonObject, name: string): string {
  return checkText(answers[name], { pointer: `/${name}`, limit: MAX_TEXT });
}

function oneOf<T extends string>(answers: JsonObject, name: string, known: readonly T[]): T {
  const value = known.find((one) => one === answers[name]);
  if (value === undefined) throw new Malformed(N_("This is not one of the choices."), { pointer: `/${name}` });
  return value;
}

function dayOf(answers: JsonObject, name: string): string | null {
  const value = answers[name] ?? null;
  return value === null ? null : parseDay(value, `/${name}`);
}

/** Of the four signs of blank that both languages mean. */
function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}
