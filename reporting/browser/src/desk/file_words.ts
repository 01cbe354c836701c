/** What kinds of files are called, how large they are, and what is told beside them. */

import type { FileMark } from "../evidence/types.ts";
import { N_ } from "../protocol/errors.ts";
import { gettext, language } from "../ui/i18n.ts";
import type { Label } from "../viewer/labels.ts";

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^application\/pdf$/u, N_("PDF document")],
  [/macroEnabled/u, N_("office document with macros")],
  [/wordprocessingml|^application\/msword$|opendocument\.text|^application\/rtf$/u, N_("text document")],
  [/spreadsheetml|ms-excel|opendocument\.spreadsheet/u, N_("spreadsheet")],
  [/presentationml|ms-powerpoint|opendocument\.presentation/u, N_("presentation")],
  [/^application\/x-ole-storage$/u, N_("office document of an old kind")],
  [/^image\/svg\+xml$/u, N_("SVG drawing")],
  [/^image\//u, N_("{short} picture")],
  [/^audio\//u, N_("{short} recording")],
  [/^video\//u, N_("{short} film")],
  [/^text\/html$/u, N_("web page")],
  [/^text\/(csv|tab-separated-values)$/u, N_("table as text")],
  [/^text\/x-script$|executable|java-archive|shortcut|installer|x-msi/u, N_("program")],
  [/^message\/rfc822$|ms-outlook/u, N_("mail")],
  [/^text\/|^application\/(json|xml)$/u, N_("text")],
  [/zip|compressed|rar|tar|gzip|bzip|xz|zstd|iso9660/u, N_("archive")],
];

/** A type in words, by the content of a file; empty where that could not be told. */
export function typeWords(type: string): string {
  if (type === "") return gettext("could not be told");
  const found = KINDS.find(([pattern]) => pattern.test(type))?.[1];
  const short = (type.split("/")[1] ?? "").replace(/^(x-|vnd\.)/u, "").split(/[.+]/u)[0]?.toUpperCase() ?? "";
  return found === undefined ? gettext("file of a kind that is not known here") : gettext(found, { short });
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A size in the unit that fits it. */
export function sizeWords(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1_000 && unit < UNITS.length - 1) [value, unit] = [value / 1_000, unit + 1];
  const shown = { style: "unit", unit: UNITS[unit] ?? "byte", unitDisplay: unit === 0 ? "long" : "short", maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, shown).format(value);
}

/** A label in words. */
export function labelWords({ message, values }: Label): string {
  return gettext(message, values);
}

const MARKS: Readonly<Record<FileMark, string>> = {
  "original-withheld": N_("original withheld"),
  translated: N_("translated"),
  "redacted-copy": N_("redacted copy"),
};

/** The marks there are, with what they are called. */
export const MARK_NAMES = Object.entries(MARKS) as readonly (readonly [FileMark, string])[];

/** A mark in words; `of` is the name of the file that it was made from, or empty. */
export function markWords(mark: FileMark, of: string): string {
  if (of === "") return gettext(MARKS[mark]);
  return gettext("{mark} of “{name}”", { mark: gettext(MARKS[mark]), name: of });
}
