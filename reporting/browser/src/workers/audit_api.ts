/** What the auditor's page asks of the worker. */

import type { Made } from "./desk_api.ts";

/** A checkpoint as this browser keeps it: the signed note, what it states, and when it was accepted (ISO 8601). */
export interface KeptCheckpoint {
  readonly note: string;
  readonly name: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly seen: string;
}

/** What became of looking: the present checkpoint, and whether it continues the one that was kept. */
export interface AuditLook {
  readonly checkpoint: KeptCheckpoint;
  /** `broken`: it does not continue the kept one, for the reason `fault`. */
  readonly verdict: "first" | "continues" | "broken";
  readonly fault: string;
}

/** Which events to show; what is empty filters nothing. */
export interface AuditFilter {
  /** Who did it, or to whom it was done. */
  readonly member: string;
  /** A case number, or its first eight digits or more. */
  readonly case: string;
  /** `case:grant`, or `case` for all of its kind. */
  readonly act: string;
}

/** An event that was proved to stand in the log; `act` is null where it was erased. */
export interface AuditLine {
  readonly position: number;
  /** Unix seconds. */
  readonly at: number | null;
  readonly member: string | null;
  readonly label: string | null;
  readonly act: string | null;
  readonly case: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditPage {
  readonly lines: readonly AuditLine[];
  readonly more: boolean;
}

/** What looking at every event found. */
export interface AuditChecked {
  readonly events: number;
  readonly erased: number;
}

/** How many events were looked at, of how many. */
export type AuditProgress = (done: number, of: number) => void;

export interface AuditApi {
  /** Fetches the log's present checkpoint, verifies it, and judges whether it continues the kept one. */
  auditLook(kept: KeptCheckpoint | null): Promise<AuditLook>;
  /** Events of the log as it was at a checkpoint, the newest first, behind position `after`; each proved. */
  auditEvents(at: KeptCheckpoint, filter: AuditFilter, after: number | null): Promise<AuditPage>;
  /** Looks at every event, and computes the root from all of them. */
  auditCheck(at: KeptCheckpoint, progress: AuditProgress): Promise<AuditChecked>;
  /** The events that fit, each proved, as a file. */
  auditExport(at: KeptCheckpoint, filter: AuditFilter, form: "json" | "csv", progress: AuditProgress): Promise<Made>;
}
