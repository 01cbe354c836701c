/** What happened in the cases of a mailbox, in the order of its days, with the days counted from the first report. */

import type { Answered, ShownCase, ShownEntry } from "../client/shown.ts";
import { daysBetween } from "../protocol/encoding.ts";

const WHOLE_DAY = "2026-03-14".length;

/** One thing that happened. `id` is the entry's, and another for what an entry tells of. */
export interface Happening {
  readonly id: string;
  readonly case: string;
  /** A day; of an incident, it may be a month or a year. */
  readonly day: string;
  /** Where an incident took longer: its end. */
  readonly until: string;
  /** Days after the first report, below zero before it; null where no day is known. */
  readonly days: number | null;
  /** The kind of an entry, or `incident`. */
  readonly kind: string;
  readonly by: "reporter" | "office";
  readonly entry: ShownEntry;
}

/** What happened, oldest first. `first` is the day of the first report, empty where there is none. */
export interface Chronology {
  readonly first: string;
  readonly happenings: readonly Happening[];
}

type Undated = Omit<Happening, "days">;

/** The chronology of `cases`, from what is authentic in them. Other entries, such as withheld ones, are not in it. */
export function chronology(cases: readonly ShownCase[]): Chronology {
  const found = cases.flatMap((one) => one.entries.flatMap((entry) => happeningsOf(one, entry)));
  const [first = ""] = found.filter(({ kind }) => kind === "report").map(({ day }) => day).sort();
  const order = (one: Undated): string => `${one.day} ${one.kind === "report" ? "0" : "1"}`;
  const sorted = [...found].sort((a, b) => (order(a) === order(b) ? 0 : order(a) < order(b) ? -1 : 1));
  return { first, happenings: sorted.map((one) => ({ ...one, days: daysAfter(first, one.day) })) };
}

/** Whole days from `first` to `day`; null where either is no day. */
export function daysAfter(first: string, day: string): number | null {
  return first.length === WHOLE_DAY && day.length === WHOLE_DAY ? daysBetween(first, day) : null;
}

function happeningsOf(shown: ShownCase, entry: ShownEntry): Undated[] {
  const { author, content, audience, kind } = entry;
  if (author === null || content === null || audience !== "reporter") return [];
  const by = author.mine ? "reporter" : "office";
  // What the site signed for counts, not the device's clock.
  const day = (author.mine ? entry.acknowledged?.day : undefined) ?? entry.day;
  const own: Undated = { id: entry.id, case: shown.case, day, until: "", kind, by, entry };
  const claim = author.mine && (shown.kind === "protection" || kind === "retaliation");
  const told = claim && content.type === "answers" ? content.answers : [];
  return [own, ...told.flatMap((answer) => incidentOf(own, answer))];
}

function incidentOf(told: Undated, { id, period }: Answered): Undated[] {
  if (period === undefined) return [];
  return [{ ...told, id: `${told.id} ${id}`, day: period.from, until: period.to, kind: "incident" }];
}

/** Whether the site's signature for receiving a report stands in the case: without it there is nothing to begin from. */
export function acknowledgementOf({ entries }: ShownCase): { readonly day: string; readonly note: string } | null {
  const first = entries.find(({ kind, author }) => kind === "report" && author?.mine === true);
  return first?.acknowledged ?? null;
}
