/** What the parts of an open case work with. */

import type { DeskApi, DeskCase } from "../workers/desk_api.ts";
import type { Context } from "./page.ts";

/** An open case, and how its parts act on it. */
export interface OpenCase {
  readonly context: Context;
  /** The case as last judged. */
  readonly found: DeskCase;
  /** Whether something is being written to it: its parts wait. */
  readonly busy: boolean;
  /** Carries out an act and shows the case as it then stands; says `done`, or what it gives then. Words of what went wrong, or null. */
  act(work: (remote: DeskApi, caseId: string) => Promise<DeskCase>, done: string | (() => string), undo?: () => Promise<void>): Promise<string | null>;
}
