/** Answers in words, for readers of a case. */

import type { Answered, Sentence } from "../client/shown.ts";
import { type Json, type JsonObject, WholeFloat, isObject } from "../protocol/encoding.ts";
import { N_ } from "../protocol/errors.ts";
import { DATE, PERSON_PARTS, answerTo } from "./answers.ts";
import { type Question, type Questionnaire, inLanguage } from "./models.ts";

type Words = string | Sentence;

const YES_NO_UNSURE: Readonly<Record<string, string>> = { yes: N_("Yes"), no: N_("No"), unsure: N_("Not sure") };

/**
 * Question and answer in words, in the questionnaire's order, what it does not know last and plainly.
 * `questionnaire` is null where nobody knows it.
 */
export function answerLines(questionnaire: Questionnaire | null, answers: JsonObject, language: string): Answered[] {
  const lines: Answered[] = [];
  for (const section of questionnaire?.sections ?? []) {
    for (const question of section.questions) {
      const value = answerTo(question.id, answers);
      if (value === undefined) continue;
      const [title, text] = [inLanguage(section.title, language), inLanguage(question.text, language)];
      lines.push({ id: question.id, section: title, question: text, answer: answerWords(question, value, language), ...periodOf(question, value) });
    }
  }
  const known = new Set(lines.map((line) => line.id));
  for (const [id, value] of Object.entries(answers)) {
    if (!known.has(id)) lines.push({ id, section: "", question: id, answer: [plain(value)] });
  }
  return lines;
}

/** An answer in words, a paragraph or list item each; one that is not of its question's form is shown plainly. */
function answerWords(question: Question, value: Json, language: string): Words[] {
  if (question.type === "yes_no_unsure" && typeof value === "string") return [yesOrNo(value)];
  const labels = new Map(question.options.map((option) => [option.id, inLanguage(option.text, language)]));
  if (typeof value === "string") return [labels.get(value) ?? value];
  if (Array.isArray(value)) return value.map((item: Json) => itemWords(question, item, labels));
  const parts = textsOf(value);
  return parts === null ? [plain(value)] : partsWords(question, parts);
}

function yesOrNo(value: string): Words {
  const message = Object.hasOwn(YES_NO_UNSURE, value) ? YES_NO_UNSURE[value] : undefined;
  return message === undefined ? value : { message, values: {} };
}

function itemWords(question: Question, item: Json, labels: ReadonlyMap<string, string>): Words {
  if (typeof item === "string") return labels.get(item) ?? item;
  const parts = question.type === "persons" ? textsOf(item) : null;
  if (parts === null || Object.keys(parts).some((name) => !(PERSON_PARTS as readonly string[]).includes(name))) return plain(item);
  return PERSON_PARTS.flatMap((name) => parts[name] ?? []).join(" · ");
}

type Parts = Readonly<Record<string, string>>;

/** An object that holds text alone, else null. */
function textsOf(value: Json): Parts | null {
  if (!isObject(value)) return null;
  return Object.values(value).every((part) => typeof part === "string") ? (value as Parts) : null;
}

/** The parts in words where all of them belong to the question's type. */
function partsWords(question: Question, parts: Parts): Words[] {
  const { note, from, to, amount, currency, text, country, ...others } = parts;
  const head = {
    date_or_period: period(from, to),
    amount: [amount, currency].filter(Boolean).join(" "),
    place: [text, country].filter(Boolean).join(", "),
  }[question.type as string];
  const belong = { date_or_period: [from, to, note], amount: [amount, currency, note], place: [text, country] }[question.type as string];
  const count = belong?.filter((part) => part !== undefined).length ?? 0;
  if (head === undefined || Object.keys(others).length > 0 || count !== Object.keys(parts).length) return [plain(parts)];
  return [...(head === "" ? [] : [head]), ...(note === undefined ? [] : [note])];
}

/** The period that an answer names, where its beginning is in the form of a date. */
function periodOf(question: Question, value: Json): Pick<Answered, "period"> {
  const { from = "", to = "" } = (question.type === "date_or_period" ? textsOf(value) : null) ?? {};
  return DATE.test(from) ? { period: { from, to: DATE.test(to) ? to : "" } } : {};
}

function period(from: string | undefined, to: string | undefined): Words {
  if (from !== undefined && to !== undefined) return { message: N_("from {from} to {to}"), values: { from, to } };
  if (to !== undefined) return { message: N_("until {to}"), values: { to } };
  return from ?? "";
}

/** Any JSON value in one line of words. */
export function plain(value: Json | undefined): string {
  if (value instanceof WholeFloat) return value.value.toFixed(1);
  if (Array.isArray(value)) return value.map(plain).join("; ");
  if (isObject(value)) {
    return Object.entries(value).map(([name, part]) => `${name}: ${plain(part)}`).join(", ");
  }
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
