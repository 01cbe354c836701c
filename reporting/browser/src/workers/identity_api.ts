/** What the desk asks of its worker about identities: asking for one, deciding, opening (protocol section 4). */

import type { Answered } from "../client/shown.ts";
import type { Verdict } from "../protocol/custody.ts";
import type { DeskCase } from "./desk_api.ts";

/** How a request stands, by what is authentic. `stale`: whoever asked holds the case no more; `renewed`: has new keys since. */
export type RequestState = "requested" | "approved" | "refused" | "opened" | "withdrawn" | "stale" | "renewed";

/** What one custodian decided, or that whoever asked has withdrawn it. */
export interface ShownDecision {
  readonly member: string;
  readonly label: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly day: string;
}

/** A request for an identity, as judged on this device. */
export interface ShownRequest {
  /** The id in the signed request. */
  readonly id: string;
  readonly by: string;
  readonly day: string;
  readonly reason: string;
  readonly legalBasis: string;
  /** Why the reporter was not told beforehand; empty where they were. */
  readonly waiver: string;
  readonly state: RequestState;
  readonly needed: number;
  readonly approvals: number;
  readonly decisions: readonly ShownDecision[];
  /** Labels of those who have not decided. */
  readonly awaited: readonly string[];
  /** Whether this member may approve or refuse it now, and whether they may open the identity for it. */
  readonly mayDecide: boolean;
  readonly mayOpen: boolean;
  /** Whether this member asked, and may take it back now. */
  readonly mayWithdraw: boolean;
}

/** What a holder asks. Either `told`, the message to the reporter, or `waiver`, why they are not told, is empty. */
export interface IdentityQuestion {
  readonly reason: string;
  readonly legalBasis: string;
  readonly told: string;
  readonly waiver: string;
}

/** A case in a custodian's list, by the server's word. */
export interface CustodyLine {
  readonly case: string;
  readonly title: string;
  readonly day: string;
  readonly by: string;
  readonly state: Exclude<RequestState, "stale">;
  /** What this custodian decided; null where they have not. */
  readonly mine: "approve" | "refuse" | null;
}

/** A case as its custodian may see it: requests, and nothing of the report. */
export interface CustodyCase {
  readonly case: string;
  readonly title: string;
  readonly received: string;
  /** The newest first. */
  readonly requests: readonly ShownRequest[];
  /** How many entries for custodians are not authentic; nothing of them is shown. */
  readonly faults: number;
  /** Whether entries may be missing: nothing can be decided then. */
  readonly missing: boolean;
}

/** An identity just opened, and sealed to the case. */
export interface OpenedIdentity {
  readonly found: CustodyCase;
  readonly answers: readonly Answered[];
}

/** The desk's calls about identities. */
export interface IdentityApi {
  /** Tells the reporter, unless that is waived, and asks the custodians. */
  askIdentity(caseId: string, question: IdentityQuestion): Promise<DeskCase>;
  /** Takes back a request of one's own, before it is opened. */
  withdrawIdentity(caseId: string, request: string, reason: string): Promise<DeskCase>;
  /** The requests that this custodian was asked about, those that are awaited first. */
  custodyList(): Promise<readonly CustodyLine[]>;
  custodyCase(caseId: string): Promise<CustodyCase>;
  decideIdentity(caseId: string, request: string, verdict: "approve" | "refuse", reason: string): Promise<CustodyCase>;
  /** Opens the identity on this device, and seals it to the case. */
  openIdentity(caseId: string, request: string): Promise<OpenedIdentity>;
}
