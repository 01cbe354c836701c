/** Days as people read them. Every day of the protocol is a UTC day, `YYYY-MM-DD`. */

import { daysBetween } from "../protocol/encoding.ts";
import { language } from "./i18n.ts";

/** Today, by the device's clock. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** `14 March 2026` in the page's language, Gregorian, in the digits that the language is written with. */
export function longDay(day: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC", calendar: "gregory" });
  return format.format(new Date(`${day}T00:00:00Z`));
}

// Days are what people count up to here; beyond, months.
const COUNTED_DAYS = 60;
const DAYS_OF_MONTH = 365.25 / 12;

/** How far off a day is: `today`, `tomorrow`, `in 3 days`, `2 days ago`, `in 3 months`. */
export function fromToday(day: string, now: string = today()): string {
  const days = daysBetween(now, day);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (Math.abs(days) <= COUNTED_DAYS) return format.format(days, "day");
  return format.format(Math.round(days / DAYS_OF_MONTH), "month");
}

const shortFormats = new Map<boolean, Intl.DateTimeFormat>();

/** `14 Mar`, and the year where it is not this one: for tables, whose many rows share a format. */
export function shortDay(day: string, now: string = today()): string {
  const same = day.slice(0, 4) === now.slice(0, 4);
  let format = shortFormats.get(same);
  if (format === undefined) {
    const year = same ? {} : ({ year: "numeric" } as const);
    format = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", ...year, timeZone: "UTC", calendar: "gregory" });
    shortFormats.set(same, format);
  }
  return format.format(new Date(`${day}T00:00:00Z`));
}
