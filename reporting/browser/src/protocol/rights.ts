/** What is written under a right: requests, minutes, steps towards persons concerned, removals (protocol 8.7, 8.8). */

import { type Json, type JsonObject, b64decode, b64encode, checkText, isHex32, isObject, parseDay } from "./encoding.ts";
import type { Entry } from "./entry.ts";
import { Malformed, N_ } from "./errors.ts";

/** What a reporter asks for. */
export const REQUESTS = ["withdraw", "no-acknowledgement", "meeting", "call", "other"] as const;
export type Request = (typeof REQUESTS)[number];
/** What was done towards persons concerned: told, heard, referred, made public. */
export const STEPS = ["notice", "heard", "referral", "publicity"] as const;
export type Step = (typeof STEPS)[number];
export const STEP_SCHEME = "step/1";
/** That a request was dealt with. */
export const NOTED_SCHEME = "request/1";

const MAX_TEXT = 16_384; // an entry holds no more
const MAX_TITLE = 200;

export interface Asked {
  readonly request: Request;
  readonly text: string;
}

/** Minutes of a meeting or call; `of` is the JSON id of the version that they replace. */
export interface Minutes {
  readonly title: string;
  readonly held: string;
  readonly text: string;
  readonly of: string | null;
}

/** What a reporter says to the minutes whose JSON id is `of`, and whose sealed bytes have this SHA-256, in base64. */
export interface MinutesAnswer {
  readonly of: string;
  readonly sha256: string;
  readonly agrees: boolean;
  readonly text: string;
}

export interface StepTaken {
  readonly step: Step;
  readonly date: string;
  readonly text: string;
}

/** That the request whose JSON id is `of` was dealt with. */
export interface Noted {
  readonly of: string;
  readonly text: string;
}

/** Whether an entry says what belongs in it; those that are none of these pass. @throws Malformed it does not */
export function checkRight({ kind, author, body }: Entry): void {
  if (kind === "request") askedOf(body);
  else if (kind === "minutes" && author === "reporter") minutesAnswerOf(body);
  else if (kind === "minutes") minutesOf(body);
  else if (kind === "removal") checkRemoval(body);
  else if (kind === "classification" && body["scheme"] === STEP_SCHEME) stepOf(body);
  else if (kind === "classification" && body["scheme"] === NOTED_SCHEME) notedOf(body);
}

/** What a request asks. @throws Malformed */
export function askedOf(body: JsonObject): Asked {
  const request = oneOf(body, "request", REQUESTS);
  const text = textOf(body, "text");
  if (isBlank(text) && request === "other") throw new Malformed(N_("There is nothing to send."), { pointer: "/text" });
  return { request, text };
}

/** What minutes say. @throws Malformed */
export function minutesOf(body: JsonObject): Minutes {
  const title = checkText(body["title"], { pointer: "/title", limit: MAX_TITLE });
  const held = parseDay(body["held"], "/held");
  const text = textOf(body, "text");
  if (isBlank(text)) throw new Malformed(N_("There is nothing to send."), { pointer: "/text" });
  return { title, held, text, of: body["of"] === null ? null : idOf(body, "of") };
}

/** What a reporter says to minutes. @throws Malformed */
export function minutesAnswerOf(body: JsonObject): MinutesAnswer {
  const of = idOf(body, "of");
  const sha256 = b64encode(b64decode(body["sha256"], { length: 32, pointer: "/sha256" }));
  const agrees = oneOf(body, "answer", ["agree", "correct"]) === "agree";
  const text = textOf(body, "text");
  if (isBlank(text) && !agrees) throw new Malformed(N_("Say what is not right."), { pointer: "/text" });
  return { of, sha256, agrees, text };
}

/** What was done towards persons concerned. @throws Malformed */
export function stepOf(body: JsonObject): StepTaken {
  const codes = codesOf(body["codes"]);
  const text = textOf(codes, "text");
  return { text, step: oneOf(codes, "step", STEPS), date: parseDay(codes["date"], "/date") };
}

/** Which request was dealt with. @throws Malformed */
export function notedOf(body: JsonObject): Noted {
  const codes = codesOf(body["codes"]);
  const text = textOf(codes, "text");
  return { text, of: idOf(codes, "of") };
}

function checkRemoval(body: JsonObject): void {
  b64decode(body["sha256"], { length: 32, pointer: "/sha256" });
  if (isBlank(textOf(body, "reason"))) throw new Malformed(N_("Say why it does not belong here."), { pointer: "/reason" });
}

function codesOf(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."), { pointer: "/codes" });
  return value;
}

function textOf(found: JsonObject, name: string): string {
  return checkText(found[name], { pointer: `/${name}`, limit: MAX_TEXT });
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

function oneOf<T extends string>(found: JsonObject, name: string, known: readonly T[]): T {
  const value = textOf(found, name);
  const chosen = known.find((one) => one === value);
  if (chosen === undefined) throw new Malformed(N_("This is not one of the choices."), { pointer: `/${name}` });
  return chosen;
}

function idOf(found: JsonObject, name: string): string {
  const value = found[name];
  if (!isHex32(value)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: `/${name}` });
  return value;
}
