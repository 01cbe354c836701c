/** What the desk's worker does for auditors: the trail is fetched, checked and kept in order where the session is. */

import * as audit from "../client/audit.ts";
import { auditFile, auditPage } from "./audit.ts";
import type { AuditChecked, AuditFilter, AuditLook, AuditPage, AuditProgress, KeptCheckpoint } from "./audit_api.ts";
import type { Made } from "./desk_api.ts";
import { MemberEngine } from "./member_engine.ts";

/** The methods about the audit trail; see {@link DeskApi}. */
export abstract class AuditEngine extends MemberEngine {
  async auditLook(kept: KeptCheckpoint | null): Promise<AuditLook> {
    return audit.look(this.here(), kept, new Date().toISOString());
  }

  async auditEvents(at: KeptCheckpoint, filter: AuditFilter, after: number | null): Promise<AuditPage> {
    return auditPage(this.here(), at, filter, after);
  }

  async auditCheck(at: KeptCheckpoint, progress: AuditProgress): Promise<AuditChecked> {
    return audit.checkAll(this.here(), at, progress);
  }

  async auditExport(at: KeptCheckpoint, filter: AuditFilter, form: "json" | "csv", progress: AuditProgress): Promise<Made> {
    return auditFile(this.here(), at, filter, form, progress);
  }
}
