/** Classifications in words: plain ones first, codes beside them. */

import {
  BAND_WORDS,
  type Band,
  type Classification,
  LEVEL_WORDS,
  MODIFIERS,
  MODIFIER_WORDS,
  type Moment,
  OFFENCE_WORDS,
  OUTCOME_WORDS,
  type Offence,
  SECTOR_WORDS,
  STAGE_WORDS,
  offenceKey,
} from "../protocol/classes.ts";
import { N_ } from "../protocol/errors.ts";
import { gettext, language } from "./i18n.ts";

const AT: Readonly<Record<Moment, string>> = { triage: N_("At the beginning"), closing: N_("At the end") };

/** When in the life of a case it was classified. */
export function momentWords(at: Moment): string {
  return gettext(AT[at]);
}

/** An offence in plain words. */
export function offenceWords(offence: Pick<Offence, "uncac" | "iccs">): string {
  const words = OFFENCE_WORDS.get(offenceKey(offence));
  return words === undefined ? "" : gettext(words);
}

/** The article of the convention and the code of the classification, as far as there is one. */
export function codeWords({ uncac, iccs }: Pick<Offence, "uncac" | "iccs">): string {
  return [...(uncac === null ? [] : [gettext("UNCAC {article}", { article: uncac })]), ...(iccs === null ? [] : [gettext("ICCS {code}", { code: iccs })])].join(" · ");
}

/** A band of money. */
export function bandWords(band: Band): string {
  return gettext(BAND_WORDS[band]);
}

/** An offence with what modifies it, and its codes. */
export function wholeOffence(offence: Offence): string {
  const modified = MODIFIERS.filter((name) => offence[name]).map((name) => gettext(MODIFIER_WORDS[name]));
  return `${[offenceWords(offence), ...modified].join("; ")} (${codeWords(offence)})`;
}

/** What was said beside the offences, each with what it is of. What is not known is left out, but for the outcome. */
export function classLines(found: Classification): readonly (readonly [string, string])[] {
  const { sector, level, region, value, stage, damage, recovery, outcome, at } = found;
  const lines: readonly (readonly [string, string])[] = [
    [gettext("Outcome"), at === "closing" ? gettext(OUTCOME_WORDS[outcome]) : ""],
    [gettext("Field"), sector === "unknown" ? "" : gettext(SECTOR_WORDS[sector])],
    [gettext("Where it belongs"), level === "unknown" ? "" : gettext(LEVEL_WORDS[level])],
    [gettext("Region"), region],
    [gettext("Procurement"), stage === "unknown" ? "" : gettext(STAGE_WORDS[stage])],
    [gettext("Bribe or advantage"), value === "unknown" ? "" : bandWords(value)],
    [gettext("Damage"), damage === "unknown" ? "" : bandWords(damage)],
    [gettext("Recovered"), recovery === "unknown" ? "" : bandWords(recovery)],
  ];
  return lines.filter(([, words]) => words !== "");
}

/** Whether it is among the figures, and since which month. */
export function countedWords(counted: string | null): string {
  if (counted === null) return gettext("Not counted among the figures.");
  const format = new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC", calendar: "gregory" });
  return gettext("Counted among the figures of {month}.", { month: format.format(new Date(`${counted}-01T00:00:00Z`)) });
}
