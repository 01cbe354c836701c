/** Which cases of the list show, and how many there are of each sort. */

import { STATUSES, isOrdinary } from "../ui/status_words.ts";
import type { InboxLine } from "../workers/desk_api.ts";

/** What can be asked for by a box of its own; what is asked for together must all hold. */
export const MARKS = ["overdue", "mine", "unassigned", "unopened", "asked", "drafts"] as const;
export type Mark = (typeof MARKS)[number];

/** What is asked for. An empty set of statuses or channels asks for nothing of them. */
export interface Filters {
  readonly marks: ReadonlySet<Mark>;
  readonly statuses: ReadonlySet<string>;
  readonly channels: ReadonlySet<string>;
}

export const NONE: Filters = { marks: new Set(), statuses: new Set(), channels: new Set() };

/** How many cases there are of each sort. */
export interface Counts {
  readonly all: number;
  readonly soon: number;
  readonly marks: Readonly<Record<Mark, number>>;
  readonly statuses: ReadonlyMap<string, number>;
  readonly channels: ReadonlyMap<string, number>;
}

const SOON = 7; // days

/** Whether what is due next was due before today. */
export function isOverdue(line: InboxLine, now: string): boolean {
  return line.nextDue !== null && line.nextDue < now;
}

const TESTS: Readonly<Record<Mark, (line: InboxLine, me: string, now: string) => boolean>> = {
  overdue: (line, _me, now) => isOverdue(line, now),
  mine: (line, me) => line.assignee === me,
  unassigned: (line) => line.granted && line.assignee === null && line.status !== "closed",
  unopened: (line) => line.granted && !line.opened,
  asked: (line) => line.asked,
  drafts: (line) => line.draft,
};

/** Whether `line` is among what is asked for. */
export function matches(line: InboxLine, { marks, statuses, channels }: Filters, me: string, now: string): boolean {
  if (statuses.size > 0 && !statuses.has(line.status)) return false;
  if (channels.size > 0 && !channels.has(line.channel)) return false;
  return [...marks].every((mark) => TESTS[mark](line, me, now));
}

/** Whether anything is asked for. */
export function isFiltered({ marks, statuses, channels }: Filters): boolean {
  return marks.size + statuses.size + channels.size > 0;
}

/** `set` with `value` taken in or out. */
export function toggled<T>(set: ReadonlySet<T>, value: T, on: boolean): ReadonlySet<T> {
  const found = new Set(set);
  if (on) found.add(value);
  else found.delete(value);
  return found;
}

/** Counts `lines`; statuses come in the order of the work, those of reports even where there is none, unknown ones behind. */
export function count(lines: readonly InboxLine[], me: string, now: string): Counts {
  const marks = { overdue: 0, mine: 0, unassigned: 0, unopened: 0, asked: 0, drafts: 0 };
  const here = new Set(lines.map(({ status }) => status));
  const statuses = new Map<string, number>(STATUSES.filter((status) => isOrdinary(status) || here.has(status)).map((status) => [status, 0]));
  const channels = new Map<string, number>();
  const limit = new Date(Date.parse(now) + SOON * 86_400_000).toISOString().slice(0, 10);
  let soon = 0;
  for (const line of lines) {
    for (const mark of MARKS) if (TESTS[mark](line, me, now)) marks[mark]++;
    statuses.set(line.status, (statuses.get(line.status) ?? 0) + 1);
    channels.set(line.channel, (channels.get(line.channel) ?? 0) + 1);
    if (line.nextDue !== null && line.nextDue >= now && line.nextDue <= limit) soon++;
  }
  return { all: lines.length, soon, marks, statuses, channels };
}
