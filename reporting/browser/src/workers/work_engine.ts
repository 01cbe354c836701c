/** What the desk's worker does for the pages that list work and count it, without opening anything. */

import { indicatorsOf } from "../client/counting.ts";
import { workOf } from "../client/working.ts";
import { AuditEngine } from "./audit_engine.ts";
import type { Indicators, Work } from "./work_api.ts";

/** The methods of {@link WorkApi}. */
export abstract class WorkEngine extends AuditEngine {
  async work(progress: (items: number) => void): Promise<Work> {
    return workOf(this.here(), progress);
  }

  async indicators(from: string, to: string): Promise<Indicators> {
    return indicatorsOf(this.here(), this.language, from, to);
  }
}
