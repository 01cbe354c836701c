/** Days as people read them. Every day of the protocol is a UTC day, `YYYY-MM-DD`. */

import { daysBetween } from "../protocol/encoding.ts";
import { gettext, language, ngettext } from "./i18n.ts";

/** Today, by the device's clock. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** `14 March 2026` in the page's language, Gregorian, in the digits that the language is written with. */
export function longDay(day: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC", calendar: "gregory" });
  return format.format(new Date(`${day}T00:00:00Z`));
}

/** How far off a day is: `today`, `in 3 days`, `2 days ago`. */
export function fromToday(day: string, now: string = today()): string {
  const days = daysBetween(now, day);
  if (days === 0) return gettext("today");
  if (days > 0) return ngettext("in one day", "in {number} days", days);
  return ngettext("one day ago", "{number} days ago", -days);
}
