/**
 * gettext for the browser: looks a marked message up in the catalogue of the page's language.
 *
 * Catalogues are plain objects from English to the translation, made from the gettext files by the
 * build; a message without a translation stands in English.
 */

import { format, type ProtocolError, type Values } from "../protocol/errors.ts";

/** Translations by English message. */
export type Catalogue = ReadonlyMap<string, string>;

let current: Catalogue = new Map();

/** Installs the catalogue that {@link gettext} answers from. */
export function useCatalogue(catalogue: Catalogue): void {
  current = catalogue;
}

/** The translation of `message`, its braces filled with `values`. */
export function gettext(message: string, values: Values = {}): string {
  return format(current.get(message) ?? message, values);
}

/** What to tell a person about `error`, in the page's language. */
export function explain(error: ProtocolError): string {
  return gettext(error.message, error.values);
}
