/** Measures of protection and check-ins in words, for the mailbox, the desk and files that are taken out of it. */

import type { Author } from "../client/shown.ts";
import { CATALOGUE, type CheckIn, type CheckInAnswer, type Consent, GROUPS, type Measure, type MeasureState, OTHER } from "../protocol/measures.ts";
import { visibleBidi } from "../protocol/encoding.ts";
import { N_ } from "../protocol/errors.ts";
import { longDay } from "./dates.ts";
import { gettext } from "./i18n.ts";

/** What is said where a measure was signed by somebody whose role is not for it; empty where by an officer. */
export function otherRoleWords(author: Author | null): string {
  return author?.standing === "other-role" ? gettext("As far as can be seen here, it was signed by somebody without the role for this.") : "";
}

const STATES: Readonly<Record<MeasureState, string>> = {
  planned: N_("being prepared"),
  active: N_("in force"),
  ended: N_("ended"),
  refused: N_("not taken"),
};

const CONSENTS: Readonly<Record<Consent, string>> = {
  given: N_("the reporter agrees"),
  asked: N_("the reporter was asked"),
  refused: N_("the reporter does not agree"),
  "not-needed": N_("no consent needed"),
};

const ANSWERS: Readonly<Record<CheckInAnswer, string>> = {
  well: N_("All is well."),
  happened: N_("Something happened."),
  words: N_("An answer in words."),
};

/** What a measure is: of the catalogue, or as it was written. */
export function measureTitle({ what, text }: Pick<Measure, "what" | "text">): string {
  const listed = CATALOGUE.get(what);
  if (listed !== undefined) return gettext(listed.title);
  return what === OTHER ? text : gettext("A measure of another kind ({what})", { what: visibleBidi(what) });
}

/** The name of a group of the catalogue. */
export function groupTitle(group: string): string {
  return gettext(GROUPS.get(group) ?? group);
}

/** `in force`, `being prepared`. */
export function measureStateWords(state: MeasureState): string {
  return gettext(STATES[state]);
}

/** How the reporter stands to it. */
export function consentWords(consent: Consent): string {
  return gettext(CONSENTS[consent]);
}

/** `since 3 March 2026`, `looked at again by …`, `until …`: what is known of its days, a piece each. */
export function measureDays({ state, start, review, end }: Measure): string[] {
  const over = state === "ended" || state === "refused";
  return [
    ...(start === null ? [] : [state === "planned" ? gettext("from {day}", { day: longDay(start) }) : gettext("since {day}", { day: longDay(start) })]),
    ...(review === null ? [] : [gettext("looked at again by {day}", { day: longDay(review) })]),
    ...(end === null ? [] : [over ? gettext("ended on {day}", { day: longDay(end) }) : gettext("until {day}", { day: longDay(end) })]),
  ];
}

/** All that is signed of a measure, a line each, but for its title. */
export function measureLines(signed: Measure): string[] {
  const { what, text, effect, reason } = signed;
  return [
    [measureStateWords(signed.state), ...measureDays(signed)].join(", "),
    ...(text === "" || what === OTHER ? [] : [text]),
    ...(effect === "" ? [] : [gettext("What it has done: {effect}", { effect })]),
    ...(reason === "" ? [] : [gettext("Why: {reason}", { reason })]),
  ];
}

/** What the reporter answered. */
export function checkInWords({ answer }: Pick<CheckIn, "answer">): string {
  return gettext(ANSWERS[answer]);
}
