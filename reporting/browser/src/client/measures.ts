/** Measures and check-ins of a case as they stand, from what was signed, held against the server's word. Pure. */

import type { CheckIn, Measure, MeasureState } from "../protocol/measures.ts";
import type { AskedDay, Author, MeasureRow, ShownCase, ShownEntry } from "./shown.ts";

const DAY = 86_400_000;
/** So many days before its day a check-in may be answered; so many after it an answer is missing. */
export const LEAD_DAYS = 14;

/** A measure as it stands: what was signed last, by whom and for whom. */
export interface Standing {
  readonly signed: Measure;
  readonly author: Author | null;
  readonly day: string;
  /** Whether the reporter is told of it. */
  readonly told: boolean;
  readonly ownerLabel: string;
  /** Whether the server says something else of it, or of another entry. */
  readonly differs: boolean;
}

/** How a check-in stands on a day. */
export interface Asked extends AskedDay {
  readonly state: "coming" | "due" | "answered" | "silent";
  /** What was signed as its answer; null where none was, though the reporter may have written otherwise. */
  readonly answer: CheckIn | null;
}

/** The measures that a reader sees, those that run first; `rows` are the server's, where it shows any. */
export function measuresOf(entries: readonly ShownEntry[], rows: readonly MeasureRow[] | null): Standing[] {
  const last = new Map<string, Standing>();
  for (const { id, audience, author, content, day } of entries) {
    if (content?.type !== "measure") continue;
    const { signed, ownerLabel } = content;
    const row = rows?.find((one) => one.id === signed.measure);
    const differs = rows !== null && (row?.entry !== id || !agrees(row, signed));
    last.set(signed.measure, { signed, author, day, told: audience === "reporter", ownerLabel, differs });
  }
  const place = ({ signed }: Standing): string => `${ORDER[signed.state]} ${signed.review ?? signed.end ?? "9"}`;
  return [...last.values()].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

const ORDER: Readonly<Record<MeasureState, number>> = { active: 0, planned: 1, ended: 2, refused: 3 };

function agrees(row: MeasureRow, { state, owner, review, end }: Measure): boolean {
  return row.state === state && row.owner === owner && row.review === review && row.end === end;
}

/** How many measures the server names of which nothing that was signed is here. */
export function unsignedMeasures(entries: readonly ShownEntry[], rows: readonly MeasureRow[]): number {
  const signed = new Set(entries.flatMap(({ content }) => (content?.type === "measure" ? [content.signed.measure] : [])));
  return rows.filter(({ id }) => !signed.has(id)).length;
}

/** The check-ins of a case on the day `today`, the first one first. */
export function checkInsOf(shown: ShownCase, today: string): Asked[] {
  const answers = shown.entries.flatMap(({ content }) => (content?.type === "check-in" ? [content.signed] : []));
  const closed = closedOn(shown);
  return shown.server.checkIns.map((one) => {
    const answer = answers.filter(({ months, closed: day }) => months === one.months && day === closed).at(-1) ?? null;
    return { ...one, answer, state: stateOf(one, answer, today) };
  });
}

function stateOf({ due, done }: AskedDay, answer: CheckIn | null, today: string): Asked["state"] {
  if (done !== null || answer !== null) return "answered";
  if (today < addDays(due, -LEAD_DAYS)) return "coming";
  return today <= addDays(due, LEAD_DAYS) ? "due" : "silent";
}

/** The day of the signed status that closed the case; null where it is not closed by what was signed. */
export function closedOn({ status }: ShownCase): string | null {
  return status?.status === "closed" ? status.day : null;
}

/** The check-in that may be answered on that day: the last that has begun, unless it was answered. */
export function openCheckIn(shown: ShownCase, today: string): Asked | null {
  if (closedOn(shown) === null) return null;
  const begun = checkInsOf(shown, today).filter(({ state }) => state !== "coming").at(-1);
  return begun === undefined || begun.state === "answered" ? null : begun;
}

/** A day so many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}
