/** What the page of protection officers asks of the worker. All of it is the server's word. */

/** How an item stands: late, due today, near, or later. */
export type WorkState = "overdue" | "today" | "at-risk" | "later";

/** One thing that waits. */
export interface WorkItem {
  readonly case: string;
  readonly channel: string;
  readonly status: string;
  readonly assignee: string | null;
  /** Whether somebody is in danger, and nobody said yet what was done. */
  readonly danger: boolean;
  /** Such as `deadline`, `hours`, `refusal`, `contest`, `measure`, `check-in`. */
  readonly kind: string;
  /** Which deadline, or what is to be looked at. */
  readonly name: string;
  /** A day, that day included, or an instant (ISO 8601). */
  readonly due: string;
  readonly state: WorkState;
  /** Who proposed it, or answers for it. */
  readonly by: string | null;
}

/** How many cases an officer deals with; `id` and label are empty for those that nobody deals with. */
export interface Load {
  readonly id: string;
  readonly label: string;
  readonly open: number;
  readonly overdue: number;
}

/** All that waits, those in danger first, then the nearest due. */
export interface Work {
  readonly today: string;
  readonly items: readonly WorkItem[];
  /** Whether there is more than what was listed. */
  readonly more: boolean;
  readonly load: readonly Load[];
}

export interface WorkApi {
  /** What waits for the member, page by page: `progress` is told how many items are there. */
  work(progress: (items: number) => void): Promise<Work>;
  /** Counts how the work was done in a whole quarter or year, by its first and last day. */
  indicators(from: string, to: string): Promise<Indicators>;
}

/** One figure; null is hidden because it, or what could be told from it, is small. */
export interface Indicator {
  readonly id: string;
  readonly form: "number" | "share" | "median" | "parts";
  /** Of how many; null: fewer than {@link Indicators.least}. */
  readonly of: number | null;
  readonly count: number | null;
  readonly percent: number | null;
  /** Whole percents between which a share lies whose number is hidden. */
  readonly least: number | null;
  readonly most: number | null;
  readonly days: number | null;
  readonly parts: readonly (readonly [string, number | null])[];
}

/** The indicators of a period, by channel. */
export interface Indicators {
  readonly computed: string;
  /** `own`: of the cases that this member holds; `all`: of every case, for statisticians. */
  readonly scope: "own" | "all";
  /** Numbers below it are hidden. */
  readonly least: number;
  readonly channels: readonly { readonly id: string; readonly title: string; readonly lines: readonly Indicator[] }[];
}
