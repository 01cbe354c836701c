/** What people type for a day, an amount or a country, in the form that the questionnaire asks for. */

import { latinDigits } from "../protocol/digits.ts";
import { language } from "../ui/i18n.ts";

const DAY_FIRST = /^(?:(\d{1,2})\.)?(\d{1,2})[./](\d{4})$/; // 14.3.2026, 3.2026, 3/2026: read alike everywhere
const YEAR_FIRST = /^(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?$/;
const GROUPED = /^\d{1,3}([, ’'٬\u00a0\u202f]\d{3})+(\.\d+)?$/;

function two(text: string): string {
  return text.padStart(2, "0");
}

/** `text` as `2026`, `2026-03` or `2026-03-14` where that is what it says; as it is where it may mean two things. */
export function typedDay(text: string): string {
  const plain = latinDigits(text).replace(/\p{Cf}/gu, "").trim();
  const first = YEAR_FIRST.exec(plain);
  if (first !== null) {
    const [, year = "", month, day] = first;
    return [year, ...[month, day].flatMap((part) => (part === undefined ? [] : [two(part)]))].join("-");
  }
  const last = DAY_FIRST.exec(plain);
  if (last === null) return plain;
  const [, day, month = "", year = ""] = last;
  return [year, two(month), ...(day === undefined ? [] : [two(day)])].join("-");
}

/** `text` as digits, with a point before the fraction, where its separators leave no doubt; else as it is. */
export function typedAmount(text: string): string {
  const plain = latinDigits(text).replace(/\p{Cf}/gu, "").replace("٫", ".").trim();
  return GROUPED.test(plain) ? plain.replace(/[^\d.]/g, "") : plain;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
// Codes that the browser has a name for though they are no country's: unions, and what is set aside for tests.
const NO_COUNTRIES = new Set(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"]);
let known: ReadonlyMap<string, string> | null = null;

/** Names of countries in the page's language, by code: the browser's own, so that none has to be loaded. */
export function countries(): ReadonlyMap<string, string> {
  known ??= new Map(namesOfCountries());
  return known;
}

function* namesOfCountries(): Generator<readonly [string, string]> {
  const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
  for (const first of ALPHABET) {
    for (const second of ALPHABET) {
      const code = first + second;
      const name = NO_COUNTRIES.has(code) ? undefined : names.of(code);
      if (name !== undefined) yield [code, name];
    }
  }
}

/** The code of the country that `text` names or is; null for anything else. */
export function typedCountry(text: string): string | null {
  const wanted = text.trim().toLocaleLowerCase(language);
  if (wanted === "") return null;
  for (const [code, name] of countries()) {
    if (wanted === code.toLowerCase() || wanted === name.toLocaleLowerCase(language)) return code;
  }
  return null;
}
