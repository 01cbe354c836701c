/** One question's fields: what is in them, putting something into them, and saying it in words. */

import { type Json, type JsonObject, isObject } from "../protocol/json.ts";
import { gettext } from "../ui/i18n.ts";
import { personsOf, setPersons } from "./persons.ts";
import { countries, typedAmount, typedCountry, typedDay } from "./typed.ts";

/** The type of the question whose fields are in `question`. */
export function typeOf(question: HTMLElement): string {
  return question.dataset["type"] ?? "";
}

function partsIn(group: ParentNode): HTMLInputElement[] {
  return [...group.querySelectorAll<HTMLInputElement>("input[data-part]")];
}

function choicesIn(question: ParentNode): HTMLInputElement[] {
  return [...question.querySelectorAll<HTMLInputElement>("input[type=radio], input[type=checkbox]")];
}

function textOf(question: ParentNode): HTMLInputElement | HTMLTextAreaElement | null {
  return question.querySelector<HTMLInputElement | HTMLTextAreaElement>("textarea, input");
}

/** Typed parts by name, empty ones left out. */
function readParts(group: ParentNode): Record<string, string> {
  const typed = partsIn(group).map((field) => [field.dataset["part"] ?? "", field.value.trim()] as const);
  return Object.fromEntries(typed.filter(([, text]) => text !== ""));
}

/** What a choice says, without the hint beside it. */
export function choiceLabel(choice: HTMLInputElement): string {
  const label = choice.parentElement?.cloneNode(true) as HTMLElement | undefined;
  label?.querySelector(".help")?.remove();
  return label?.textContent.trim() ?? choice.value;
}

function orNull<T extends Json>(value: T, empty: boolean): T | null {
  return empty ? null : value;
}

function readDate(question: HTMLElement): JsonObject {
  const parts = readParts(question);
  for (const name of ["from", "to"]) {
    const text = parts[name];
    if (text !== undefined) parts[name] = typedDay(text);
  }
  return parts;
}

function readAmount(question: HTMLElement): JsonObject {
  const { amount, currency, ...rest } = readParts(question);
  return {
    ...(amount === undefined ? {} : { amount: typedAmount(amount) }),
    ...(currency === undefined ? {} : { currency: currency.toUpperCase() }),
    ...rest,
  };
}

/** A country that the browser does not know by that name stays with the place, in the person's words. */
function readPlace(question: HTMLElement): JsonObject {
  const { text, country } = readParts(question);
  const code = country === undefined ? null : typedCountry(country);
  const words = [text, code === null ? country : undefined].filter((part) => part !== undefined).join(", ");
  return { ...(words === "" ? {} : { text: words }), ...(code === null ? {} : { country: code }) };
}

/** The answer in `question`, in the form of its type; null where nothing was answered. */
export function readAnswer(question: HTMLElement): Json {
  switch (typeOf(question)) {
    case "single":
    case "yes_no_unsure":
      return choicesIn(question).find((choice) => choice.checked)?.value ?? null;
    case "multiple":
    case "exclude": {
      const chosen = choicesIn(question).filter((choice) => choice.checked).map((choice) => choice.value);
      return orNull(chosen, chosen.length === 0);
    }
    case "persons": {
      const found = personsOf(question).map(readParts).filter((parts) => Object.keys(parts).length > 0);
      return orNull(found, found.length === 0);
    }
    case "date_or_period":
      return orNullObject(readDate(question));
    case "amount":
      return orNullObject(readAmount(question));
    case "place":
      return orNullObject(readPlace(question));
    default: {
      const text = textOf(question)?.value ?? "";
      return orNull(text, text.trim() === "");
    }
  }
}

function orNullObject(value: JsonObject): JsonObject | null {
  return orNull(value, Object.keys(value).length === 0);
}

function writeParts(group: ParentNode, value: Json | undefined): void {
  const parts = isObject(value) ? value : {};
  for (const field of partsIn(group)) {
    const text = parts[field.dataset["part"] ?? ""];
    field.value = typeof text === "string" ? text : "";
  }
}

/** Puts `value`, an answer in the form of its type, into the fields of `question`; nothing empties them. */
export function writeAnswer(question: HTMLElement, value: Json | undefined): void {
  const list: readonly Json[] = Array.isArray(value) ? value : [];
  switch (typeOf(question)) {
    case "single":
    case "yes_no_unsure":
    case "multiple":
    case "exclude":
      for (const choice of choicesIn(question)) choice.checked = choice.value === value || list.includes(choice.value);
      break;
    case "persons":
      setPersons(question, list.length);
      for (const [place, person] of personsOf(question).entries()) writeParts(person, list[place]);
      break;
    case "date_or_period":
    case "amount":
      writeParts(question, value);
      break;
    case "place": {
      const { text, country } = isObject(value) ? value : {};
      const name = typeof country === "string" ? (countries().get(country) ?? country) : "";
      writeParts(question, { text: text ?? "", country: name });
      break;
    }
    default: {
      const field = textOf(question);
      if (field !== null) field.value = typeof value === "string" ? value : "";
    }
  }
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function dateWords({ from, to, note }: JsonObject): string[] {
  const period = { from: text(from), to: text(to) };
  if (period.from !== "" && period.to !== "") return [gettext("from {from} to {to}", period), text(note)];
  return [period.to === "" ? period.from : gettext("until {to}", period), text(note)];
}

function objectWords(type: string, value: JsonObject): string[] {
  if (type === "date_or_period") return dateWords(value);
  if (type === "amount") return [`${text(value["amount"])} ${text(value["currency"])}`.trim(), text(value["note"])];
  const country = text(value["country"]);
  return [[text(value["text"]), countries().get(country) ?? country].filter((part) => part !== "").join(", ")];
}

function personWords(value: Json): string {
  const parts = isObject(value) ? value : {};
  return ["name", "role", "employer"].map((name) => text(parts[name])).filter((part) => part !== "").join(" · ");
}

/** The answer in `question` in words, a paragraph each; none where nothing was answered. */
export function answerWords(question: HTMLElement): string[] {
  const value = readAnswer(question);
  const type = typeOf(question);
  if (value === null) return [];
  if (type === "persons") return (value as readonly Json[]).map(personWords);
  if (isObject(value)) return objectWords(type, value).filter((words) => words !== "");
  const chosen = choicesIn(question).filter((choice) => choice.checked);
  if (chosen.length > 0) return chosen.map(choiceLabel);
  return [text(value)];
}
