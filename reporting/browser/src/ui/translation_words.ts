/** Translations in words. */

import type { Translation } from "../protocol/translating.ts";
import { gettext, language } from "./i18n.ts";

/** What a language is called. Null for what cannot be a language's code: a report may name anything as its own. */
export function languageName(code: string): string | null {
  try {
    return new Intl.DisplayNames([language], { type: "language", fallback: "code" }).of(code) ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Into which language, how it was made, and whether somebody checked it. */
export function translationWords({ language: into, by, checked }: Omit<Translation, "of" | "sha256" | "text">): string {
  const name = languageName(into) ?? into;
  if (by === "person") {
    return checked ? gettext("Translated into {language} by a person, and checked", { language: name }) : gettext("Translated into {language} by a person, not checked", { language: name });
  }
  return checked ? gettext("Translated into {language} by a program, and checked by a person", { language: name }) : gettext("Translated into {language} by a program, checked by nobody", { language: name });
}
