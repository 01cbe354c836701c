/** The risk of retaliation in words: factors, levels, why it was assessed. The terminal says the same (`cli/risk_words.py`). */

import { N_ } from "../protocol/errors.ts";
import type { Assessment, Factor, Level, Likelihood, Severity, Silence, Trigger } from "../protocol/risk.ts";
import { gettext } from "./i18n.ts";

const FACTORS: Readonly<Record<Factor, string>> = {
  "few-knew": N_("Few people knew of it"),
  "many-know": N_("Many know that there is a report"),
  "small-unit": N_("The unit or team is small"),
  conflict: N_("There was a conflict before"),
  power: N_("The person concerned has power"),
  violence: N_("Violence or organized crime may be involved"),
  dependence: N_("Much depends on this job: contract, visa, income"),
  traces: N_("Papers or access logs can show who it was"),
  "work-device": N_("A device or account of the workplace was used"),
  "told-others": N_("Others were told of the report"),
  dependants: N_("Family or others could be affected"),
  past: N_("Somebody was punished for such a thing before"),
  media: N_("The press may take an interest"),
};

/** What a factor is called. */
export function factorWords(factor: Factor): string {
  return gettext(FACTORS[factor]);
}

const LIKELIHOODS: Readonly<Record<Likelihood, string>> = {
  "almost-certain": N_("almost certain"),
  likely: N_("likely"),
  unlikely: N_("unlikely"),
  "highly-unlikely": N_("highly unlikely"),
};
const SEVERITIES: Readonly<Record<Severity, string>> = {
  minor: N_("minor"),
  moderate: N_("moderate"),
  major: N_("major"),
  extreme: N_("extreme"),
};
const LEVELS: Readonly<Record<Level, string>> = { low: N_("low risk"), medium: N_("medium risk"), high: N_("high risk") };
const TRIGGERS: Readonly<Record<Trigger, string>> = {
  first: N_("The first assessment"),
  identity: N_("After an identity was disclosed"),
  referral: N_("With a referral to another office"),
  notice: N_("With notice to the person concerned"),
  decision: N_("With a decision"),
  publicity: N_("As it becomes public"),
  transfer: N_("After the case was passed on"),
  other: N_("Because something else has changed"),
};
const SILENCES: Readonly<Record<Silence, string>> = {
  nothing: N_("Nothing is done"),
  "ask-again": N_("They are asked once more, in the mailbox"),
  "safe-contact": N_("They are asked in the way that they named as safe"),
};

/** How likely something is, in words. */
export function likelihoodWords(likelihood: Likelihood): string {
  return gettext(LIKELIHOODS[likelihood]);
}

/** How severe it would be, in words. */
export function severityWords(severity: Severity): string {
  return gettext(SEVERITIES[severity]);
}

/** A level in words. */
export function levelWords(level: Level): string {
  return gettext(LEVELS[level]);
}

/** What an assessment answers, in words. */
export function triggerWords(trigger: Trigger): string {
  return gettext(TRIGGERS[trigger]);
}

/** What is done where a check-in is not answered, in words. */
export function silenceWords(silence: Silence): string {
  return gettext(SILENCES[silence]);
}

/** The cell of the matrix that gives the level. */
export function cellWords({ level, likelihood, severity }: Pick<Assessment, "level" | "likelihood" | "severity">): string {
  return gettext("{level} ({likelihood}, {severity})", {
    level: levelWords(level),
    likelihood: likelihoodWords(likelihood),
    severity: severityWords(severity),
  });
}
