/** Judging answers on the reporter's own device, before they are sealed; twin of `reporting/questionnaires/answers.py`. */

import { type Json, type JsonObject, isId, isObject, isWellFormed, parseDay } from "../protocol/encoding.ts";
import { Malformed, N_, type Values } from "../protocol/errors.ts";
import { type Question, type Questionnaire, type Type, optionIds, questionsOf } from "./models.ts";
import { strip } from "./reading.ts";

export const MAX_SHORT = 500;
export const MAX_LONG = 16_384; // no entry holds more; the whole is measured when it is sealed
export const MAX_PERSONS = 30;
export const PERSON_PARTS = ["name", "role", "employer"] as const;
/** A day, a month or a year. */
export const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const WHOLE_DAY = "2026-03-14".length;
const AMOUNT = /^\d{1,18}(\.\d{1,4})?$/;
const CURRENCY = /^[A-Z]{3}$/;
const COUNTRY = /^[A-Z]{2}$/;

/** One fault. `pointer` is `/<question id>`, with `/<part>` behind it where one part is at fault. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
  readonly values: Values;
}

/** Answers as they were judged: those in the form of their type, and what is wrong with the others. */
export interface Checked {
  readonly answers: JsonObject;
  readonly faults: readonly Fault[];
}

/** The answer to a question; the name of a method that every object has is no answer. */
export function answerTo(id: string, answers: JsonObject): Json | undefined {
  return Object.hasOwn(answers, id) ? answers[id] : undefined;
}

/** Whether a question's condition holds, given the answers so far. */
export function isShown(question: Question, answers: JsonObject): boolean {
  const { showIf } = question;
  if (showIf === null) return true;
  const value = answerTo(showIf.question, answers);
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [value];
  return chosen.some((item) => (showIf.values as readonly unknown[]).includes(item));
}

/**
 * The answers in the questionnaire's order, each in the form of its type, empty ones left out; and every
 * fault: an answer of another form, or a required one that is missing.
 *
 * Ids that the questionnaire does not know stay as they are: readers show them plainly. Answers to questions
 * that are not shown are left out. Text is taken for a date, an amount, a place or persons too.
 */
export function checkAnswers(questionnaire: Questionnaire, answers: JsonObject): Checked {
  const checked: Record<string, Json> = {};
  const faults: Fault[] = [];
  for (const question of questionsOf(questionnaire)) {
    if (!isShown(question, checked)) continue;
    try {
      const value = checkAnswer(question, answerTo(question.id, answers));
      if (value !== null) checked[question.id] = value;
      else if (question.required) throw missing(question);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      faults.push({ pointer: error.pointer, message: error.message, values: error.values });
    }
  }
  const rest = unknown(questionnaire, answers).map((name) => [name, answers[name] ?? null]);
  return { answers: { ...checked, ...(Object.fromEntries(rest) as JsonObject) }, faults };
}

function missing(question: Question): Malformed {
  const message = N_("The answer to “{question}” is missing: it is the one that is needed.");
  return new Malformed(message, { pointer: `/${question.id}`, question: question.id });
}

/** Ids among the answers that the questionnaire does not know. */
export function unknown(questionnaire: Questionnaire, answers: JsonObject): string[] {
  const known = new Set(questionsOf(questionnaire).map((question) => question.id));
  return Object.keys(answers).filter((name) => !known.has(name));
}

/** Answers without the one of type `exclude`, and the member ids that it names, sorted. */
export function splitExcluded(questionnaire: Questionnaire, answers: JsonObject): { rest: JsonObject; excluded: string[] } {
  const asking = questionsOf(questionnaire).filter((question) => question.type === "exclude").map((question) => question.id);
  const rest = Object.entries(answers).filter(([name]) => !asking.includes(name));
  const named = asking.flatMap((name) => answerTo(name, answers) ?? []).filter(isId);
  return { rest: Object.fromEntries(rest), excluded: [...new Set(named)].sort() };
}

/**
 * One answer in the form of its type; null where nothing was answered.
 *
 * @throws Malformed another form; the pointer names the question
 */
export function checkAnswer(question: Question, value: Json | undefined): Json {
  if (value === undefined || isEmpty(value) || (typeof value === "string" && strip(value) === "")) return null;
  try {
    const checked = CHECKS[question.type](value, question);
    return isEmpty(checked) ? null : checked;
  } catch (error) {
    if (error instanceof Malformed) throw error.at(`/${question.id}`);
    throw error;
  }
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === "" || (isObject(value) && Object.keys(value).length === 0);
}

/** Text, without white space around it, its lines ended alike. @throws Malformed anything else, or longer */
export function cleanText(value: Json, most: number): string {
  if (typeof value !== "string") throw new Malformed(N_("This must be text."));
  const text = strip(value).replace(/\r\n?/g, "\n");
  if (Array.from(text).length > most) throw new Malformed(N_("This is longer than {limit} characters."), { limit: most });
  if (!isWellFormed(text)) throw new Malformed(N_("This is not UTF-8 text."));
  return text;
}

function shortText(value: Json): string {
  const text = cleanText(value, MAX_SHORT);
  if (text.includes("\n")) throw new Malformed(N_("This must be on one line."));
  return text;
}

function option(value: Json, question: Question): string {
  const known = optionIds(question);
  if (typeof value === "string" && known.includes(value)) return value;
  throw new Malformed(N_("Choose one of: {options}."), { options: known.join(", ") });
}

function options(value: Json, question: Question): string[] {
  const chosen = asList(value).map((item) => option(item, question));
  if (new Set(chosen).size !== chosen.length) throw new Malformed(N_("Something is chosen twice."));
  return optionIds(question).filter((id) => chosen.includes(id));
}

function asList(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

type Parts = Readonly<Record<string, string>>;

/** An object with text under some of `names`; plain text stands for the one called `plain`. */
function partsOf(value: Json, names: readonly string[], plain: string): Parts {
  const given = typeof value === "string" ? { [plain]: value } : value;
  if (!isObject(given) || !Object.keys(given).every((name) => names.includes(name))) {
    throw new Malformed(N_("This must be text, or an object with: {names}."), { names: names.join(", ") });
  }
  const found = names.map((name) => [name, cleanText(given[name] ?? "", MAX_SHORT)] as const);
  return Object.fromEntries(found.filter(([, text]) => text !== ""));
}

function checkForm(parts: Parts, name: string, form: RegExp, message: string): void {
  const text = parts[name];
  if (text !== undefined && !form.test(text)) throw new Malformed(message, { pointer: `/${name}` });
}

function upper(parts: Parts, name: string): Parts {
  const text = parts[name];
  return text === undefined ? parts : { ...parts, [name]: text.toUpperCase() };
}

function dateOrPeriod(value: Json): Parts {
  const isDay = typeof value === "string" && DATE.test(strip(value));
  const parts = partsOf(isDay ? { from: value } : value, ["from", "to", "note"], "note");
  for (const name of ["from", "to"]) {
    checkForm(parts, name, DATE, N_("Write a day as 2026-03-14, a month as 2026-03, a year as 2026."));
    const day = parts[name] ?? "";
    if (day.length === WHOLE_DAY) parseDay(day, `/${name}`);
  }
  const { from, to } = parts;
  if (from !== undefined && to !== undefined && to < from.slice(0, to.length)) {
    throw new Malformed(N_("This period ends before it begins."), { pointer: "/to" });
  }
  return parts;
}

function amount(value: Json): Parts {
  const parts = upper(partsOf(value, ["amount", "currency", "note"], "note"), "currency");
  checkForm(parts, "amount", AMOUNT, N_("Write an amount as 12000 or 12000.50."));
  checkForm(parts, "currency", CURRENCY, N_("Write a currency as three letters, such as EUR."));
  if ("amount" in parts !== "currency" in parts) {
    throw new Malformed(N_("An amount needs a currency, and a currency an amount."));
  }
  return parts;
}

function place(value: Json): Parts {
  const parts = upper(partsOf(value, ["text", "country"], "text"), "country");
  checkForm(parts, "country", COUNTRY, N_("Write a country as two letters, such as KE."));
  return parts;
}

function persons(value: Json): Parts[] {
  const items = typeof value === "string" || isObject(value) ? [value] : value;
  if (!Array.isArray(items) || items.length > MAX_PERSONS) {
    throw new Malformed(N_("This must be a list of at most {limit} items."), { limit: MAX_PERSONS });
  }
  const found = (items as readonly Json[]).map((item) => partsOf(item, PERSON_PARTS, "name"));
  return found.filter((parts) => !isEmpty(parts));
}

function exclude(value: Json): string[] {
  const members = asList(value);
  if (!members.every(isId)) throw new Malformed(N_("This must be a list of ids."));
  return [...new Set(members)].sort();
}

const CHECKS: Readonly<Record<Type, (value: Json, question: Question) => Json>> = {
  short_text: shortText,
  long_text: (value) => cleanText(value, MAX_LONG),
  single: option,
  multiple: options,
  yes_no_unsure: option,
  date_or_period: dateOrPeriod,
  amount,
  place,
  persons,
  exclude,
};
