/** What the desk asks of its worker, in whose memory alone members' keys and opened cases live (protocol section 9). */

import type { Act } from "../client/protection.ts";
import type { Left } from "../client/right_acts.ts";
import type { Clock, Protected, Refusal, ShownCase } from "../client/shown.ts";
import type { FileMark, OutgoingFile, SendingControl, TellFiles } from "../evidence/types.ts";
import type { AuditApi } from "./audit_api.ts";
import type { CoverApi } from "./cover_api.ts";
import type { IdentityApi, ShownRequest } from "./identity_api.ts";
import type { KeysApi, OwnKeys } from "./keys_api.ts";
import type { Awaiting, FactorKinds, MemberApi } from "./member_api.ts";
import type { WorkApi } from "./work_api.ts";

/** Who is signed in. */
export interface Session {
  readonly stage: "open";
  readonly member: string;
  /** The name to sign in with. */
  readonly name: string;
  readonly label: string;
  readonly roles: readonly string[];
  /** Channel id to roles on it. */
  readonly channels: Readonly<Record<string, readonly string[]>>;
  /** Seconds without input after which the desk locks. */
  readonly idle: number;
  readonly factors: FactorKinds;
  /** How the verified directory has this member: with these very keys, with others, or not at all. */
  readonly listing: "listed" | "other-keys" | "not-listed";
  /** What is awaited while the directory in force does not list this member. */
  readonly awaiting: Awaiting | null;
  /** The digits of this member's own keys, made from the keys themselves. */
  readonly keys: string;
  readonly ownKeys: OwnKeys;
  /** What a passkey is asked to turn into key material. */
  readonly passkeyQuestion: Uint8Array;
  /** Credential ids of the passkeys that open the keys together with the passphrase. */
  readonly joined: readonly string[];
  readonly directory: { readonly version: number; readonly validUntil: string; readonly fingerprint: string };
  /** The channels of the directory: id, title, kind. */
  readonly titles: readonly { readonly id: string; readonly title: string; readonly kind: string }[];
  /** Everybody with a role on a channel. */
  readonly people: readonly { readonly id: string; readonly label: string }[];
}

export type SignInStep = "stretching" | "signing-in" | "opening" | "directory";

/** One case in the list. All but `summary`, `tags`, `draft` is the server's word. */
export interface InboxLine {
  readonly case: string;
  readonly channel: string;
  readonly received: string;
  readonly status: string;
  readonly clocks: readonly Clock[];
  readonly nextDue: string | null;
  /** Whether somebody is in danger, and until when staff have to act at the nearest. */
  readonly danger: boolean;
  readonly urgent: string | null;
  /** Since when something that the reporter wrote was not shown to this member; null where all was. */
  readonly unreadSince: string | null;
  /** Whether the member was granted the case: a custodian is listed cases that they may not open. */
  readonly granted: boolean;
  /** Whether a card exists: whether this member has opened the case before. */
  readonly opened: boolean;
  /** The beginning of the report, from the card; empty where there is none. */
  readonly summary: string;
  readonly tags: readonly string[];
  /** Whether a reply was begun and not sent. */
  readonly draft: boolean;
  /** Whether the reporter asks for something that waits, as far as this member's last opening shows. */
  readonly asked: boolean;
  /** Member id of who deals with it; null where nobody does. */
  readonly assignee: string | null;
}

/** A member of the case's channel, as far as the case is concerned. */
export interface Person {
  readonly id: string;
  readonly label: string;
  readonly roles: readonly string[];
  readonly access: "holder" | "reader" | "none" | "excluded";
}

/** What is told with a status: a decision on protection, or what was found of a report. */
export type Decided = { readonly outcome: string; readonly appeal: string } | { readonly finding: string };

/** A case as opened at the desk. */
export interface DeskCase extends ShownCase {
  /** Since when something that the reporter wrote is unread; null once the server was told that it was shown. */
  readonly unreadSince: string | null;
  /** Statuses that may follow, by the server's word. */
  readonly allowed: readonly string[];
  /** What the server says of a protection case beside its status; of others only where an assessment was asked for. */
  readonly protection: Protected | null;
  /** The name of its channel's jurisdiction profile; empty where the channel was closed. */
  readonly profile: string;
  /** Findings of a report that were proposed to be signed by two, by the server's word. */
  readonly findings: readonly Refusal[];
  /** Whether this member protects on its channel. */
  readonly officer: boolean;
  /** Whether an identity was given, by the server's word. */
  readonly identity: boolean;
  /** Requests for that identity, the newest first. */
  readonly requests: readonly ShownRequest[];
  readonly assignee: string | null;
  readonly tags: readonly string[];
  readonly people: readonly Person[];
  /** Whether this member may give it on: a holder by the last epoch. */
  readonly holder: boolean;
  /** What this member had begun to write, sealed in the card. */
  readonly draft: Draft | null;
}

/** A case after an act, and what of a removed thing is left until the server sweeps. */
export interface Acted extends DeskCase {
  readonly left: Left;
}

export interface Draft {
  readonly audience: "reporter" | "team";
  readonly text: string;
}

/** A staff act, by the server's word. `at` is ISO 8601. */
export interface HistoryEvent {
  readonly at: string;
  readonly member: string;
  readonly label: string;
  readonly act: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A file made in the worker, to be saved by the page. */
export interface Made {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Counts by channel and person, by the server's word, without opening anything. */
export interface Overview {
  readonly channels: readonly OverviewRow[];
  readonly people: readonly OverviewRow[];
  /** `own`: only cases that this member holds; `all`: every case, for auditors. */
  readonly scope: "own" | "all";
}

export interface OverviewRow {
  /** Channel id, or member id; "" for unassigned. */
  readonly id: string;
  readonly label: string;
  readonly open: number;
  readonly overdue: number;
  readonly neverOpened: number;
  readonly closed: number;
}

/** What a member does with files of a case; `pause` and `cancelSending` also hold and stop what is fetched. */
export interface DeskFilesApi extends SendingControl {
  /**
   * A file of an entry of the case as it was last opened: all of it, once it proved authentic. The server
   * records that it was opened for `act`.
   *
   * @throws NotAuthentic it is not the one that the entry names
   */
  openFile(caseId: string, entryId: string, place: number, act: "view" | "download", tell: TellFiles): Promise<Blob>;
  /**
   * Opens a file into `target`, piece after piece, for files too large to be held. Where it proves not
   * authentic the stream is aborted: what was written must not be kept. A port gets `{kind: "piece", bytes}`,
   * `{kind: "end"}` or `{kind: "aborted"}`, and answers each piece and the end with true once it has it.
   */
  saveFile(caseId: string, entryId: string, place: number, target: WritableStream<Uint8Array> | MessagePort, tell: TellFiles): Promise<void>;
  /** Says how a file is to be understood; `of` is the upload that it was made from, or null. */
  markFile(caseId: string, upload: string, mark: FileMark, of: string | null): Promise<DeskCase>;
}

export interface DeskApi extends MemberApi, AuditApi, IdentityApi, CoverApi, DeskFilesApi, KeysApi, WorkApi {
  /** Every case of the member's, page by page as they come: each page goes to `progress`, in order of due days. */
  inbox(progress: (page: readonly InboxLine[]) => void): Promise<number>;
  /** Ids of cases whose text matches, best first; the index is made from cards and grows as cases are opened. */
  search(query: string): Promise<readonly string[]>;
  /** Opens cases that have no card yet, so that list and search know them; progress tells how many are done. */
  openUnread(progress: (done: number, of: number) => void): Promise<number>;

  openCase(caseId: string): Promise<DeskCase>;
  history(caseId: string): Promise<readonly HistoryEvent[]>;
  /** Writes to the reporter, or for the team, with files. @throws Canceled */
  reply(caseId: string, text: string, files: readonly OutgoingFile[], tell: TellFiles): Promise<DeskCase>;
  note(caseId: string, text: string, files: readonly OutgoingFile[], tell: TellFiles): Promise<DeskCase>;
  /** Moves it on; `decided`: with what outcome, and how it can be contested, or what was found. */
  changeStatus(caseId: string, status: string, reason: string, decided: Decided | null): Promise<DeskCase>;
  /** What is done beside moving it on: by officers in a protection case, and findings that need two. */
  protect(caseId: string, act: Act): Promise<Acted>;
  setTags(caseId: string, tags: readonly string[]): Promise<DeskCase>;
  /** Seals what is being written into the member's own card; empty text forgets it. */
  keepDraft(caseId: string, draft: Draft): Promise<void>;
  /** Lets a colleague read, or (`lead`) hold the case. */
  grant(caseId: string, member: string, lead: boolean): Promise<DeskCase>;
  /** Shuts one out from now on; where fewer than two would hold the case then, only if that is `confirmed`. */
  withdraw(caseId: string, member: string, confirmed: boolean): Promise<DeskCase>;
  /** Says who deals with cases; null for nobody. Answers with the ids that changed. */
  assign(caseIds: readonly string[], member: string | null): Promise<readonly string[]>;
  /** Counts without opening anything. */
  overview(): Promise<Overview>;

  /**
   * A zip with sealed originals, opened text, the list of evidence, and a manifest with hashes; `withFiles`: the
   * attached files too, opened, which the server records for each.
   *
   * @throws Refused together they are larger than what is taken along
   */
  exportCase(caseId: string, withFiles: boolean, tell: TellFiles): Promise<Made>;
  /** Has it recorded that the case is taken out of the desk, before it is. */
  noteExport(caseId: string, form: "zip" | "print"): Promise<void>;
  measureMessage(text: string): Promise<{ readonly used: number; readonly limit: number }>;
}
