/** What the things that wait for protection officers are called. */

import { N_ } from "../protocol/errors.ts";
import { gettext, ngettext } from "../ui/i18n.ts";
import { clockName } from "../ui/words.ts";
import type { WorkItem, WorkState } from "../workers/work_api.ts";

/** The sections of the page, in order: those in danger stand before all that is due. */
export const SECTIONS = ["danger", "overdue", "today", "at-risk", "later"] as const;
export type Section = (typeof SECTIONS)[number];

const TITLES: Readonly<Record<Section, string>> = {
  danger: N_("Somebody is in danger"),
  overdue: N_("Overdue"),
  today: N_("Due today"),
  "at-risk": N_("At risk"),
  later: N_("Later"),
};

const STATES: Readonly<Record<WorkState, string>> = {
  overdue: N_("overdue"),
  today: N_("due today"),
  "at-risk": N_("at risk"),
  later: N_("later"),
};

const KINDS: Readonly<Record<string, string>> = {
  deadline: N_("Deadlines"),
  hours: N_("Hours of staff"),
  refusal: N_("Refusals to confirm"),
  contest: N_("Contested decisions"),
  measure: N_("Measures"),
  "check-in": N_("Check-ins"),
  answered: N_("Answered check-ins"),
  wrote: N_("Written after a decision"),
};

const NAMES: Readonly<Record<string, string>> = {
  danger: N_("somebody has to act"),
  triage: N_("first look"),
  assessment: N_("risk assessment"),
  interim: N_("interim decision"),
};

/** The heading of a section. */
export function sectionTitle(section: Section): string {
  return gettext(TITLES[section]);
}

/** How an item stands, where no section says so. */
export function workState(state: WorkState): string {
  return gettext(STATES[state]);
}

/** What a kind of item is called; one that is not known, as it is. */
export function kindName(kind: string): string {
  const found = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  return found === undefined ? kind : gettext(found);
}

/** What is to be done. */
export function itemName({ kind, name }: WorkItem): string {
  if (kind === "refusal") return gettext("refusal to confirm");
  if (kind === "measure") return name === "end" ? gettext("end of a measure") : gettext("review of a measure");
  if (kind === "check-in") return ngettext("check-in after one month", "check-in after {number} months", Number(name));
  if (kind === "answered") return ngettext("answered: check-in after one month", "answered: check-in after {number} months", Number(name));
  if (kind === "wrote") return gettext("the reporter wrote after the decision: perhaps they contest it");
  if (kind === "contest") return gettext("contested decision");
  const found = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  return found === undefined ? clockName(name) : gettext(found);
}
