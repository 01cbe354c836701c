/** Events of the audit log as a file: JSON with hashes, as `reporting audit verify --export` takes it, or a table. */

import { eventJson } from "../protocol/audit.ts";
import { b64encode } from "../protocol/encoding.ts";
import type { Item } from "./audit.ts";

const COLUMNS = ["position", "at", "member", "act", "case", "details", "id", "salt", "leaf"] as const;

/** The export of events, in order, with the checkpoint that they were proved against. */
export function asJson(items: readonly Item[], checkpoint: string, tombstones: readonly string[]): string {
  const head = JSON.stringify({ checkpoint, tombstones });
  const lines = items.map(({ position, leaf, event }) =>
    JSON.stringify({ position, leaf: b64encode(leaf), event: event === null ? null : eventJson(event) }),
  );
  return `${head.slice(0, -1)},"events":[\n${lines.join(",\n")}\n]}\n`;
}

/** A table for a spreadsheet (RFC 4180). */
export function asTable(items: readonly Item[]): string {
  const lines = items.map((item) => {
    const cells = cellsOf(item);
    return COLUMNS.map((name) => cell(cells[name] ?? "")).join(",");
  });
  return [COLUMNS.join(","), ...lines, ""].join("\r\n");
}

function cellsOf({ position, leaf, event }: Item): Partial<Record<(typeof COLUMNS)[number], string>> {
  const always = { position: String(position), leaf: b64encode(leaf) };
  if (event === null) return always;
  const { id, member, act, details } = event;
  const at = new Date(event.at * 1_000).toISOString();
  return { ...always, at, member, act, case: event.case ?? "", details: JSON.stringify(details), id, salt: b64encode(event.salt) };
}

function cell(text: string): string {
  // OWASP, CSV injection: no spreadsheet takes a cell for a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
