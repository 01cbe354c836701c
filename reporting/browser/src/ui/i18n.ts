/**
 * gettext for the browser: looks a marked message up in the catalogue of the page's language.
 *
 * The build makes one bundle a language, where most translations stand in the place of the English already, in what
 * reporters' workers throw too. `CATALOGUE` holds what is left: texts with plurals, and those of workers that speak
 * English; from English to its forms, in the order of the language's CLDR plural categories. A message without a
 * translation stands in English, or as it is.
 */

import { type ProtocolError, type Values, format } from "../protocol/errors.ts";

/** Translations by English message; texts with a plural have several forms. */
export type Catalogue = Readonly<Record<string, readonly string[]>>;

declare const CATALOGUE: Catalogue;
declare const LANGUAGE: string;

// Neither is there where the sources run without the build, as in tests in Node.
let catalogue: Catalogue = typeof CATALOGUE === "undefined" ? {} : CATALOGUE;
/** The language of this bundle, which is that of its page. */
export let language: string = typeof LANGUAGE === "undefined" ? "en" : LANGUAGE;

/** The texts of this script, for the page that loads it. */
export function texts(): Catalogue {
  return catalogue;
}

/**
 * Takes the texts of a script that was loaded later, which may be asked for here too: what its workers throw. A script
 * that comes in English alone, such as the desk's worker, takes those of its page, and the page's language with them.
 */
export function learn(more: Catalogue, spoken = language): void {
  catalogue = { ...more, ...catalogue };
  language = spoken;
}

const CATEGORIES: readonly Intl.LDMLPluralRule[] = ["zero", "one", "two", "few", "many", "other"];

/** The translation of `message`, its braces filled with `values`. */
export function gettext(message: string, values: Values = {}): string {
  return format(catalogue[message]?.[0] ?? message, values);
}

/** The form for `number` in the page's language; `{number}` is filled in. */
export function ngettext(singular: string, plural: string, number: number, values: Values = {}): string {
  const filled = { number, ...values };
  const forms = catalogue[singular];
  if (forms === undefined) return format(number === 1 ? singular : plural, filled);
  const rules = new Intl.PluralRules(language);
  const known = rules.resolvedOptions().pluralCategories;
  const order = CATEGORIES.filter((category) => known.includes(category));
  return format(forms[order.indexOf(rules.select(number))] ?? plural, filled);
}

/** `value` in the digits and grouping that the page's language is written with. */
export function number(value: number): string {
  return new Intl.NumberFormat(language).format(value);
}

/** What to tell a person about `error`, in the page's language. */
export function explain(error: ProtocolError): string {
  return gettext(error.message, error.values);
}

/** Names in one sentence, as the page's language strings them together: "A, B, and C". */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat(language).format(names);
}
