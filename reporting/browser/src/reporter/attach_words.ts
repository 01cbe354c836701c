/** Sizes, spans of time, and what a file gives away, in words. */

import type { Finding } from "../hidden/types.ts";
import { N_ } from "../protocol/errors.ts";
import { gettext, language, listed } from "../ui/i18n.ts";
import { sizeWords } from "../ui/sizes.ts";

/** `3.2 MB/s`. */
export function speedWords(bytesASecond: number): string {
  return gettext("{size} in a second", { size: sizeWords(bytesASecond) });
}

/** `2 minutes`: rounded, since it is a guess. */
export function spanWords(seconds: number): string {
  const [value, unit] = seconds < 55 ? [Math.ceil(seconds / 10) * 10, "second"] : seconds < 5_400 ? [Math.ceil(seconds / 60), "minute"] : [Math.ceil(seconds / 3_600), "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);
}

const FOUND: Readonly<Record<Finding["kind"], string>> = {
  place: N_("Where it was made"),
  time: N_("When it was made or changed"),
  author: N_("Who made or changed it"),
  company: N_("A company or office"),
  camera: N_("Which camera or phone"),
  serial: N_("The serial number of a device"),
  software: N_("Which program"),
  comment: N_("Comments"),
  revision: N_("Earlier wording"),
  hidden: N_("Hidden parts"),
  thumbnail: N_("A small picture of how it looked, perhaps before it was changed"),
  title: N_("A title or description"),
  attachment: N_("A file within the file"),
  script: N_("A small program within the file"),
  other: N_("Other traces of how it was made"),
};

/** What a kind of finding is called. */
export function kindWords(kind: Finding["kind"]): string {
  return gettext(FOUND[kind]);
}

/** Findings by kind, in the order in which they were found; each value once. */
export function byKind(findings: readonly Finding[]): readonly { readonly kind: Finding["kind"]; readonly values: readonly string[] }[] {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds.map((kind) => ({ kind, values: [...new Set(findings.filter((one) => one.kind === kind).map(({ value }) => value))].filter((value) => value !== "") }));
}

/** The kinds of findings in one line. */
export function kindsLine(findings: readonly Finding[]): string {
  return listed(byKind(findings).map(({ kind }) => kindWords(kind)));
}
