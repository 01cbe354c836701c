/** What requests, minutes and steps towards persons concerned are called. */

import type { NewestMinutes } from "../client/rights.ts";
import { N_ } from "../protocol/errors.ts";
import type { Request, Step } from "../protocol/rights.ts";
import { gettext } from "./i18n.ts";

const ASKED: Readonly<Record<Request, string>> = {
  withdraw: N_("Withdraw the report"),
  "no-acknowledgement": N_("No acknowledgement, please"),
  meeting: N_("A meeting"),
  call: N_("A call"),
  other: N_("Something else"),
};

/** What is asked for, as a choice or a heading. */
export function requestWords(request: Request): string {
  return gettext(ASKED[request]);
}

const MINUTES: Readonly<Record<NewestMinutes["state"], string>> = {
  agreed: N_("agreed"),
  corrected: N_("corrected"),
  open: N_("not answered"),
};

/** How the reporter sees minutes. */
export function minutesState(state: NewestMinutes["state"]): string {
  return gettext(MINUTES[state]);
}

const STEPS: Readonly<Record<Step, string>> = {
  notice: N_("A person concerned was told"),
  heard: N_("A person concerned was heard"),
  referral: N_("Referred to another authority"),
  publicity: N_("Made public"),
};

/** What was done towards persons concerned. */
export function stepWords(step: Step): string {
  return gettext(STEPS[step]);
}
