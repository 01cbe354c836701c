/**
 * Until when a report is acknowledged and answered, as a jurisdiction profile says: the twin of
 * `reporting/profiles/calendars.py` and `models.py`, as far as a page that has just sent a report needs it. Both are
 * held together by `tests/unit/profiles/feedback.json`.
 */

/** A public holiday of every year since `since`: `date` is month and day, `easter` days after Easter Sunday. */
export interface Holiday {
  readonly date?: string;
  readonly easter?: number;
  readonly since?: number;
}

/** What a profile says of deadlines, as `Profile.deadlines` writes it into the page. */
export interface Deadlines {
  readonly days: number;
  readonly kind: "calendar" | "working";
  readonly from: "acknowledgement" | "receipt";
  /** 0 where nothing is promised but the acknowledgement, as for claims on a protection channel. */
  readonly months: number;
  /** ISO weekdays: 7 is Sunday. */
  readonly weekend: readonly number[];
  readonly holidays: readonly Holiday[];
}

/** The last day on which a report received on that day is acknowledged in time. */
export function acknowledgeBy(profile: Deadlines, received: string): string {
  let day = received;
  for (let left = profile.days; left > 0;) {
    day = addDays(day, 1);
    if (profile.kind === "calendar" || isWorking(profile, day)) left -= 1;
  }
  return day;
}

/** The last day for feedback to a report that nobody has acknowledged yet. */
export function feedbackBy(profile: Deadlines, received: string): string {
  return addMonths(profile.from === "receipt" ? received : acknowledgeBy(profile, received), profile.months);
}

/** The same day of a later month, or that month's last where it has no such day. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const total = year * 12 + month - 1 + months;
  const last = new Date(Date.UTC(Math.floor(total / 12), (total % 12) + 1, 0)).getUTCDate();
  return iso(new Date(Date.UTC(Math.floor(total / 12), total % 12, Math.min(date, last))));
}

/** Easter Sunday of the Western churches (Butcher's method). */
export function easter(year: number): string {
  const golden = year % 19;
  const [century, rest] = [Math.floor(year / 100), year % 100];
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const moon = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - moon - (rest % 4)) % 7;
  const shift = Math.floor((golden + 11 * moon + 22 * weekday) / 451);
  const sum = moon + weekday - 7 * shift + 114;
  return iso(new Date(Date.UTC(year, Math.floor(sum / 31) - 1, (sum % 31) + 1)));
}

function isWorking({ weekend, holidays }: Deadlines, day: string): boolean {
  const year = Number(day.slice(0, 4));
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  const isHoliday = ({ date, easter: after, since = 0 }: Holiday): boolean =>
    year >= since && day === (after === undefined ? `${day.slice(0, 4)}-${date ?? ""}` : addDays(easter(year), after));
  return !weekend.includes(weekday) && !holidays.some(isHoliday);
}

function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return iso(date);
}

function iso(date: Date): string {
  return date.toISOString().slice(0, 10);
}
