/**
 * What a change of status does to the deadlines of a case, by the rules that the server follows too.
 *
 * The twin of `reporting/cases/clocks.py` and of `advance` in `workflow.py`, as far as a client signs their
 * outcome; a test holds the months against those of
 * `reporting/profiles/`.
 */

import type { JsonObject } from "../protocol/encoding.ts";
import type { Clock } from "./shown.ts";

/** Months to give feedback after the acknowledgement, by profile. */
export const FEEDBACK_MONTHS: Readonly<Record<string, number>> = { de: 3, es: 3, eu: 3, fr: 3, generic: 3, it: 3 };
const GENERIC_MONTHS = 3;
const ALL = ["acknowledge", "feedback", "decision", "review"];

/** The clocks as JSON, as they stand in a signed status. */
export function clocksJson(clocks: readonly Clock[]): JsonObject[] {
  return clocks.map(({ name, due, done }) => ({ name, due, done }));
}

/** Days of a protection case: to decide after a contest, and to the next review. The same in every profile shipped. */
export const PROTECTION_DAYS = { decision: 30, review: 90 } as const;

/** A step of a case on a channel of that kind. */
export interface Step {
  readonly kind: string | null;
  readonly from: string;
  readonly to: string;
}

/** The clocks once the case took `step` on `day`: deadlines that this meets are met, those that begin with it begin. */
export function advanced(clocks: readonly Clock[], step: Step, profile: string, day: string): Clock[] {
  if (step.kind === "protection") return ofProtection(clocks, step, day);
  switch (step.to) {
    case "acknowledged":
      return acknowledged(clocks, profile, day);
    case "feedback_given":
      return finished(clocks, ["feedback"], day);
    case "closed":
      return finished(clocks, ALL, day);
    default:
      return [...clocks];
  }
}

function ofProtection(clocks: readonly Clock[], { from, to }: Step, day: string): Clock[] {
  if (to === "withdrawn" || to === "closed") return finished(clocks, ALL, day);
  if (to === "decided") return finished(clocks, ["acknowledge", "decision"], day);
  if (to === "ended") return finished(clocks, ["review"], day);
  const found = finished(clocks, ["acknowledge"], day);
  const runs = (name: string): boolean => found.some((clock) => clock.name === name && clock.done === null);
  if ((to === "triage" || to === "appealed") && !runs("decision")) return restarted(found, "decision", day);
  if (to === "active" && (from === "review" || !runs("review"))) return restarted(found, "review", day);
  return found;
}

function restarted(clocks: readonly Clock[], name: keyof typeof PROTECTION_DAYS, day: string): Clock[] {
  const fresh = { name, due: addDays(day, PROTECTION_DAYS[name]), done: null };
  if (clocks.every((clock) => clock.name !== name)) return [...clocks, fresh];
  return clocks.map((clock) => (clock.name === name ? fresh : clock));
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Feedback runs from the acknowledgement; one that came late does not lengthen it. */
function acknowledged(clocks: readonly Clock[], profile: string, day: string): Clock[] {
  const latest = addMonths(day, FEEDBACK_MONTHS[profile] ?? GENERIC_MONTHS);
  return finished(clocks, ["acknowledge"], day).map((clock) => {
    const shortened = clock.name === "feedback" && clock.done === null && latest < clock.due;
    return shortened ? { ...clock, due: latest } : clock;
  });
}

function finished(clocks: readonly Clock[], names: readonly string[], day: string): Clock[] {
  return clocks.map((clock) => (names.includes(clock.name) && clock.done === null ? { ...clock, done: day } : clock));
}

/** The same day of a later month, or that month's last where it has no such day. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const total = year * 12 + month - 1 + months;
  const last = new Date(Date.UTC(Math.floor(total / 12), (total % 12) + 1, 0)).getUTCDate();
  return new Date(Date.UTC(Math.floor(total / 12), total % 12, Math.min(date, last))).toISOString().slice(0, 10);
}
