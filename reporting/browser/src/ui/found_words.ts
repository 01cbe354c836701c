/** What is found of a report, in words that protect: whoever reported, and whoever is named. */

import { N_ } from "../protocol/errors.ts";
import { type Alone, KNOWINGLY_FALSE } from "../protocol/thread_types.ts";
import { gettext } from "./i18n.ts";
import { named } from "./words.ts";

/** What can be found. Two sign for the last one. */
export const FINDINGS = ["substantiated", "partly-substantiated", "not-substantiated", "mistaken", KNOWINGLY_FALSE] as const;

const NAMES: Readonly<Record<string, string>> = {
  substantiated: N_("substantiated"),
  "partly-substantiated": N_("substantiated in part"),
  "not-substantiated": N_("not substantiated"),
  mistaken: N_("mistaken on reasonable grounds"),
  "knowingly-false": N_("knowingly false"),
};

/** A finding in words; one that is not known, as it is. */
export function foundWords(finding: string): string {
  return named(NAMES, finding);
}

const MEANINGS: Readonly<Record<string, string>> = {
  substantiated: N_(
    "What you reported was confirmed. This is a finding of this office and no verdict: whoever is named in it counts as innocent until a court has decided.",
  ),
  "partly-substantiated": N_(
    "A part of what you reported was confirmed. This is a finding of this office and no verdict: whoever is named in it counts as innocent until a court has decided.",
  ),
  "not-substantiated": N_("What you reported could not be confirmed. That does not say that you were wrong to report it: you stay protected."),
  mistaken: N_("It turned out to be otherwise, and you had good reason to believe what you reported. You stay protected: nobody may treat you worse for it."),
  "knowingly-false": N_("The office finds that you knew that what you reported was not true. If you do not agree, say so below: your case is then marked as new for each person who holds it, until they have opened it."),
};

/** What a finding means for the reporter; empty for one that is not known. */
export function foundMeaning(finding: string): string {
  const words = Object.hasOwn(MEANINGS, finding) ? MEANINGS[finding] : undefined;
  return words === undefined ? "" : gettext(words);
}

const HELP: Readonly<Record<string, string>> = {
  substantiated: N_("The facts confirm it. Write of facts, not of guilt: whoever is named counts as innocent until a court has decided."),
  "partly-substantiated": N_("The facts confirm a part. Say in the reason which part, and write of facts, not of guilt."),
  "not-substantiated": N_("The facts at hand do not confirm it. That is nobody's fault, and the reporter stays protected."),
  mistaken: N_("It was otherwise, and the reporter had reasonable grounds to believe it. They stay protected, and nobody named was at fault."),
  "knowingly-false": N_("The reporter knew that it was untrue. This proposes it to your colleagues with your reasons: another one confirms it, and only then the reporter is told."),
};

/** One line for whoever chooses a finding. */
export function foundHelp(finding: string): string {
  const words = Object.hasOwn(HELP, finding) ? HELP[finding] : undefined;
  return words !== undefined ? gettext(words) : gettext("Choose this where nothing was found either way, as where the report went to another office.");
}

/** What is said where only one person signed for what needs two. */
export function aloneWords(what: Alone): string {
  return what === "refusal"
    ? gettext("This refusal is signed by one person only, as far as can be seen here. A refusal needs two.")
    : gettext("This finding is signed by one person only, as far as can be seen here. It needs two.");
}
