/** What indicators are called, and their figures in words (docs/indicators.md defines each). */

import { N_ } from "../protocol/errors.ts";
import { gettext, language } from "../ui/i18n.ts";
import type { Indicator } from "../workers/work_api.ts";

/** Name, and what exactly is counted. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  received: [N_("Received"), ""],
  acknowledged: [N_("Acknowledged in time"), N_("of those acknowledged, or whose time for it is over")],
  feedback: [N_("Feedback in time"), N_("of those that got feedback, or whose time for it is over")],
  "risk-assessed": [N_("Risk assessed in time"), N_("of those assessed, or whose time for it is over")],
  "decided-in-time": [N_("Decided in time"), N_("of those decided, or whose time for it is over")],
  "days-to-decision": [N_("Days to the first decision"), N_("the middle one, from the day of the claim")],
  outcomes: [N_("What claims came to"), N_("by their last decision")],
  measures: [N_("Measures"), N_("by where they stand")],
  "days-to-close": [N_("Days to close"), N_("the middle one, from the day of the report to the last closing")],
  "check-ins-answered": [N_("Check-ins answered"), N_("of those answered, or whose day has passed")],
  "anonymous-follow-up": [N_("Reporters who wrote again"), N_("of those who gave no identity")],
};

const PARTS: Readonly<Record<string, string>> = {
  granted: N_("granted"),
  partly: N_("granted in part"),
  refused: N_("refused"),
  referred: N_("referred to others"),
  withdrawn: N_("withdrawn"),
  undecided: N_("not decided yet"),
  planned: N_("planned"),
  active: N_("active"),
  ended: N_("ended"),
};

function known(id: string): readonly [string, string] {
  return (Object.hasOwn(NAMES, id) ? NAMES[id] : undefined) ?? [id, ""];
}

/** What an indicator is called; one that is not known, as it is. */
export function indicatorName(id: string): string {
  return gettext(known(id)[0]);
}

/** What exactly is counted, where the name does not say it. */
export function indicatorAbout(id: string): string {
  const [, about] = known(id);
  return about === "" ? "" : gettext(about);
}

/** What a part of a whole is called. */
export function partName(id: string): string {
  const found = Object.hasOwn(PARTS, id) ? PARTS[id] : undefined;
  return found === undefined ? id : gettext(found);
}

/** A figure in words; numbers below `least` are hidden. */
export function figureWords({ form, of, count, percent, least: low, most, days }: Indicator, least: number): string {
  if (of === null) return gettext("fewer than {number}", { number: least });
  if (form === "number" || form === "parts") return String(of);
  if (of === 0) return gettext("nothing to count yet");
  const number = (value: number): string => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
  if (form === "median") return days === null ? gettext("hidden") : gettext("{days} days (of {of})", { days: number(days), of });
  if (percent !== null && count !== null) return gettext("{percent} % ({count} of {of})", { percent: number(percent), count, of });
  if (low !== null && most !== null) return gettext("between {low} % and {high} % (of {of})", { low, high: most, of });
  return gettext("hidden (of {of})", { of });
}
