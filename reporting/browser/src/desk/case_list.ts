/** The cases of the inbox, as the worker lists them, page by page. */

import { urgencyOf } from "../client/protected.ts";
import { waiting } from "../client/rights.ts";
import type { DeskApi, DeskCase, InboxLine } from "../workers/desk_api.ts";

const FRESH = 60_000; // milliseconds after which the list is read again when it is looked at

/** Every case of the member's, sorted by due day. */
export class CaseList {
  #lines = new Map<string, InboxLine>();
  #sorted: readonly InboxLine[] | null = null;
  #read = 0;
  #stale = true;
  /** Counts up with every change, for what is computed from the list. */
  version = 0;
  /** How many have arrived while they are being listed; null when nothing is on its way. */
  arriving: number | null = null;
  /** Whether the list was complete once. */
  complete = false;

  /** The lines, those of people in danger first, then the nearest due day; those for which nothing is due come last, the newest first. */
  get lines(): readonly InboxLine[] {
    this.#sorted ??= [...this.#lines.values()].sort(byDue);
    return this.#sorted;
  }

  /** The line of a case, where it is known. */
  line(id: string): InboxLine | undefined {
    return this.#lines.get(id);
  }

  /** Whether it is time to read the list again. */
  get stale(): boolean {
    return this.arriving === null && (this.#stale || Date.now() - this.#read > FRESH);
  }

  /** Lets the list be read again when it is next looked at. */
  outdate(): void {
    this.#stale = true;
  }

  /**
   * Reads the list from the worker; `changed` is called as pages arrive. What was there stays until all is new.
   *
   * @throws Problem, Unreachable as the worker's `inbox` does; what had arrived stays
   */
  async load(remote: DeskApi, changed: () => void): Promise<void> {
    const found = new Map<string, InboxLine>();
    this.arriving = 0;
    this.#stale = false;
    try {
      await remote.inbox((page) => {
        for (const line of page) found.set(line.case, line);
        this.arriving = found.size;
        if (!this.complete) this.#replace(found);
        changed();
      });
      this.#replace(found);
      this.complete = true;
      this.#read = Date.now();
    } catch (error) {
      this.#stale = true;
      throw error;
    } finally {
      this.arriving = null;
      changed();
    }
  }

  #replace(found: ReadonlyMap<string, InboxLine>): void {
    this.#lines = new Map(found);
    this.#changed();
  }

  #changed(): void {
    this.#sorted = null;
    this.version++;
  }

  /** Takes over what an opened case tells. */
  opened(found: DeskCase): void {
    const line = this.#lines.get(found.case);
    if (line === undefined) { this.outdate(); return; }
    if (!line.opened) this.outdate(); // its summary is in the worker
    const { status, clocks } = found.server;
    const due = clocks.filter(({ done }) => done === null).map((clock) => clock.due);
    const { tags, assignee, draft } = found;
    const nextDue = due.sort()[0] ?? null;
    this.#lines.set(found.case, { ...line, status, clocks, nextDue, ...urgencyOf(found.protection), opened: true, unreadSince: found.unreadSince, tags, assignee, draft: draft !== null, asked: waiting(found).length > 0 });
    this.#changed();
  }

  /** Notes whether a case has a draft. */
  drafted(id: string, draft: boolean): void {
    const line = this.#lines.get(id);
    if (line === undefined || line.draft === draft) return;
    this.#lines.set(id, { ...line, draft });
    this.#changed();
  }

  /** Notes who deals with cases now. */
  assigned(ids: readonly string[], assignee: string | null): void {
    for (const id of ids) {
      const line = this.#lines.get(id);
      if (line !== undefined) this.#lines.set(id, { ...line, assignee });
    }
    this.#changed();
  }
}

/** The day by which a line is sorted: what a reporter wrote where nothing is due, as in a closed case, waits since that day. */
function placeOf({ nextDue, unreadSince }: InboxLine): string | null {
  return nextDue ?? unreadSince;
}

function byDue(first: InboxLine, second: InboxLine): number {
  if (first.danger !== second.danger) return first.danger ? -1 : 1;
  const [one, other] = [placeOf(first), placeOf(second)];
  if (one !== other) {
    if (one === null) return 1;
    if (other === null) return -1;
    return one < other ? -1 : 1;
  }
  if (first.received !== second.received) return first.received > second.received ? -1 : 1;
  return first.case < second.case ? -1 : 1;
}
