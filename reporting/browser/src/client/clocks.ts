/**
 * What a change of status does to the deadlines of a case, by the rules that the server follows too.
 *
 * The twin of `reporting/cases/clocks.py` and of `advance` in `workflow.py`, as far as a client signs their
 * outcome. No profile is needed for it, so that an operator's own counts as well: how many months there are for
 * feedback is told by the two deadlines with which a case begins.
 */

import { addMonths } from "../profiles/deadlines.ts";
import type { JsonObject } from "../protocol/encoding.ts";
import type { Clock } from "./shown.ts";

const ALL = ["acknowledge", "feedback", "decision", "review"];

/** The clocks as JSON, as they stand in a signed status. */
export function clocksJson(clocks: readonly Clock[]): JsonObject[] {
  return clocks.map(({ name, due, done, waived }) => ({ name, due, done, ...(waived === true ? { waived } : {}) }));
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
export function advanced(clocks: readonly Clock[], step: Step, day: string): Clock[] {
  if (step.kind === "protection") return ofProtection(clocks, step, day);
  switch (step.to) {
    case "acknowledged":
      return acknowledged(clocks, day);
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

/**
 * Feedback runs from the acknowledgement; one that came late does not lengthen it. Where the reporter objected to one, it
 * runs as it would without: from the end of its time.
 */
function acknowledged(clocks: readonly Clock[], day: string): Clock[] {
  if (clocks.some(({ name, waived }) => name === "acknowledge" && waived === true)) return [...clocks];
  const months = feedbackMonths(clocks);
  const latest = addMonths(day, months);
  return finished(clocks, ["acknowledge"], day).map((clock) => {
    const shortened = months > 0 && clock.name === "feedback" && clock.done === null && latest < clock.due;
    return shortened ? { ...clock, due: latest } : clock;
  });
}

/**
 * From the end of the time to acknowledge to the end of the time for feedback; 0 where these are not whole months:
 * feedback then runs from the receipt (`from` in the profile), and no acknowledgement moves it.
 */
function feedbackMonths(clocks: readonly Clock[]): number {
  const [acknowledge, feedback] = ["acknowledge", "feedback"].map((name) => clocks.find((clock) => clock.name === name)?.due);
  if (acknowledge === undefined || feedback === undefined) return 0;
  const months = monthOf(feedback) - monthOf(acknowledge);
  return addMonths(acknowledge, months) === feedback ? months : 0;
}

function monthOf(day: string): number {
  const [year = 0, month = 0] = day.split("-").map(Number);
  return year * 12 + month;
}

function finished(clocks: readonly Clock[], names: readonly string[], day: string): Clock[] {
  return clocks.map((clock) => (names.includes(clock.name) && clock.done === null ? { ...clock, done: day } : clock));
}
