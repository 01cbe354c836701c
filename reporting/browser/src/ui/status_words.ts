/** What the statuses of a case are called, what they mean for the reporter, and what was decided on protection. */

import { N_ } from "../protocol/errors.ts";
import { gettext } from "./i18n.ts";
import { named } from "./words.ts";

/** The statuses of a report, in the order of the work. */
const OF_REPORTS = ["received", "acknowledged", "assessing", "investigating", "feedback_given", "closed"] as const;

/** Every status, those of reports first. */
export const STATUSES: readonly string[] = [
  ...OF_REPORTS.slice(0, -1),
  ...["triage", "decided", "active", "review", "ended", "appealed", "on_hold", "withdrawn"],
  "closed",
];

/** Whether a list of statuses names this one even where no case has it. */
export function isOrdinary(status: string): boolean {
  return (OF_REPORTS as readonly string[]).includes(status);
}

const NAMES: Readonly<Record<string, string>> = {
  received: N_("received"),
  acknowledged: N_("acknowledged"),
  assessing: N_("being assessed"),
  investigating: N_("being investigated"),
  feedback_given: N_("feedback given"),
  closed: N_("closed"),
  triage: N_("being looked at first"),
  decided: N_("decided"),
  active: N_("protected"),
  review: N_("protection under review"),
  ended: N_("protection ended"),
  appealed: N_("contested"),
  on_hold: N_("on hold"),
  withdrawn: N_("withdrawn"),
};

/** A status in words, as in a sentence; one that is not known, as it is. */
export function statusWords(status: string): string {
  return named(NAMES, status);
}

const TITLES: Readonly<Record<string, string>> = {
  received: N_("Received"),
  acknowledged: N_("Acknowledged"),
  assessing: N_("Being assessed"),
  investigating: N_("Being investigated"),
  feedback_given: N_("Feedback given"),
  closed: N_("Closed"),
  triage: N_("Being looked at first"),
  decided: N_("Decided"),
  active: N_("Protected"),
  review: N_("Protection under review"),
  ended: N_("Protection ended"),
  appealed: N_("Contested"),
  on_hold: N_("On hold"),
  withdrawn: N_("Withdrawn"),
};

/** A status in words at the beginning of a line; one that is not known, as it is. */
export function statusTitle(status: string): string {
  return named(TITLES, status);
}

const MEANINGS: Readonly<Record<string, string>> = {
  received: N_("Your report has arrived. Nobody has signed for reading it yet."),
  acknowledged: N_("Somebody has opened your report and confirms that it arrived."),
  assessing: N_("It is being decided what your report is about and who has to deal with it."),
  investigating: N_("What you reported is being looked into."),
  feedback_given: N_("You were told what has been done, or what is planned."),
  closed: N_("The work on this case is finished. You can still read here."),
};

const OF_PROTECTION: Readonly<Record<string, string>> = {
  received: N_("What you wrote has arrived. Nobody has signed for reading it yet."),
  triage: N_("Somebody has read what you wrote, and looks first at what cannot wait."),
  assessing: N_("It is being assessed what you risk, and what would help."),
  decided: N_("It was decided whether and how you are protected. You can accept the decision or contest it."),
  active: N_("You are to be protected as it was decided. If something happens, write here."),
  review: N_("It is being looked at whether your protection is still right."),
  ended: N_("Your protection has ended. If something happens, write here."),
  appealed: N_("You contested the decision. It is looked at again, and decided anew."),
  on_hold: N_("The work rests for a while. Deadlines go on, and you can write here."),
  withdrawn: N_("Your request counts as withdrawn. If you did not want that, write here: it can be taken up again."),
  closed: N_("The work on this case is finished. If something happens, you can still write here."),
};

/** What a status means for the reporter of a case of that kind; empty for one that is not known. */
export function statusMeaning(status: string, kind: string | null): string {
  const meanings = kind === "protection" ? OF_PROTECTION : MEANINGS;
  const found = Object.hasOwn(meanings, status) ? meanings[status] : undefined;
  return found === undefined ? "" : gettext(found);
}

const OUTCOME_NAMES: Readonly<Record<string, string>> = {
  granted: N_("granted"),
  partly: N_("granted in part"),
  refused: N_("refused"),
  referred: N_("referred to another office"),
};

/** An outcome in words; one that is not known is never shown as it is; null is none. */
export function outcomeWords(outcome: string | null): string {
  if (outcome === null) return gettext("none");
  const words = Object.hasOwn(OUTCOME_NAMES, outcome) ? OUTCOME_NAMES[outcome] : undefined;
  return words === undefined ? gettext("an outcome that this program does not know") : gettext(words);
}
