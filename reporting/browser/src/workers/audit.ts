/** The auditor's part of the desk's worker. */

import * as audit from "../client/audit.ts";
import type { Item } from "../client/audit.ts";
import { asJson, asTable } from "../client/audit_file.ts";
import type { MemberSession } from "../client/member.ts";
import { labelOf } from "../client/showing.ts";
import type { Directory } from "../protocol/directory.ts";
import { utf8, visibleBidi } from "../protocol/encoding.ts";
import type { AuditFilter, AuditLine, AuditPage, AuditProgress, KeptCheckpoint } from "./audit_api.ts";
import type { Made } from "./desk_api.ts";

/** A page of events, in what the page shows of them. */
export async function auditPage(session: MemberSession, at: KeptCheckpoint, filter: AuditFilter, after: number | null): Promise<AuditPage> {
  const { items, more } = await audit.events(session, at, filter, after);
  return { lines: items.map((item) => lineOf(session.site.directory, item)), more };
}

function lineOf(directory: Directory, { position, event }: Item): AuditLine {
  if (event === null) return { position, at: null, member: null, label: null, act: null, case: null, details: {} };
  const { at, member, act, details } = event;
  const label = visibleBidi(labelOf(directory, member));
  return { position, at, member, label, act: visibleBidi(act), case: event.case, details: { ...details } };
}

/** The events that fit, as a file, once that was recorded; the day in its name is the one on which it was made. */
export async function auditFile(
  session: MemberSession,
  at: KeptCheckpoint,
  filter: AuditFilter,
  form: "json" | "csv",
  progress: AuditProgress,
): Promise<Made> {
  await session.send("POST", "/api/audit/exports", { form, ...filter });
  const found: Item[] = [];
  await audit.everyEvent(session, at, filter, (items) => {
    found.push(...items);
    progress(found.length, at.size);
  });
  found.reverse();
  const name = `audit-${session.site.today}.${form}`;
  if (form === "csv") return { name, type: "text/csv", bytes: utf8(asTable(found)) };
  return { name, type: "application/json", bytes: utf8(asJson(found, at.note, await audit.tombstoneNotes(session))) };
}
