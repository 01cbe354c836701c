/** What a reader is served, and what a reader may show: the types of `thread.ts`. */

import type { HybridIdentity, HybridRecipient } from "./age_keys.ts";
import { b64encode, sha256 } from "./encoding.ts";
import { type Audience, type Entry, MAX_PREVIOUS } from "./entry.ts";
import type { Chain } from "./epoch.ts";
import { N_, type ProtocolError, Refused } from "./errors.ts";

/** What is known of one entry (protocol section 5). */
export type State = "authentic" | "not-authentic" | "cannot-be-opened" | "removed";

/** What a person is told about a case. None of these appears in a year of ordinary use. */
export type CaseWarning =
  | "not-your-case"
  | "case-damaged"
  | "grant-damaged"
  | "first-entry-missing"
  | "other-channel"
  | "epochs-broken"
  | "epochs-withheld"
  | "entries-may-be-missing"
  | "removed-without-word";

/** An entry as served: the server's id, day and audience; `sealed` is null once it was deleted. */
export interface SealedEntry {
  readonly id: string;
  readonly day: string;
  readonly audience: string;
  readonly sealed: Uint8Array | null;
  readonly sha256: Uint8Array;
}

/** An entry that is still there; the hash is computed here, never taken from the server. */
export function sealedEntry(id: string, day: string, sealed: Uint8Array, audience: Audience = "reporter"): SealedEntry {
  return { id, day, audience, sealed, sha256: sha256(sealed) };
}

/** A case as served: everything in it is the server's word until judged. */
export interface SealedCase {
  readonly case: string;
  readonly channel: string;
  readonly epochs: readonly string[];
  readonly status: string;
  /** Of the last decision on protection; null before one. */
  readonly outcome: string | null;
  readonly entries: readonly SealedEntry[];
}

/** Who reads: the identities at hand by epoch (null for the reporter's own), and the reporter's key. */
export interface Reader {
  readonly reporterKey: Uint8Array;
  readonly identities: ReadonlyMap<number | null, HybridIdentity>;
  readonly reporterRecipient: HybridRecipient | null;
}

/** One entry as judged. `entry` is there only if it is authentic. */
export interface EntryView {
  readonly served: SealedEntry;
  readonly state: State;
  readonly entry: Entry | null;
  readonly standing: string;
  readonly reason: ProtocolError | null;
}

/** What a {@link CaseView} holds. */
export interface CaseFacts {
  readonly case: string;
  readonly channel: string;
  readonly entries: readonly EntryView[];
  readonly warnings: readonly CaseWarning[];
  readonly chain: Chain | null;
  readonly first: Entry | null;
  readonly status: Entry | null;
  readonly otherStatuses: readonly Entry[];
  /** Whether something is gone that could have been a newer status than those. */
  readonly statusMayBeOlder: boolean;
  readonly serverStatus: string;
  readonly serverOutcome: string | null;
  readonly needsNewerDirectory: boolean;
  readonly reporterKey: Uint8Array;
  readonly namedEpoch: number;
  /** What of each status, by {@link keyOf}, one person alone signed for. */
  readonly alone: ReadonlyMap<string, readonly Alone[]>;
  /** By {@link hashKey}: what says why it was removed. */
  readonly removals: ReadonlyMap<string, Entry>;
}

/** What two persons sign for: a refusal of protection, or that a report was knowingly false. */
export type Alone = "refusal" | "finding";

/** An entry's identity in a thread. With the author: nobody may hide another's entry by repeating its id. */
export function keyOf({ author, id }: Entry): string {
  return `${author} ${id}`;
}

/** A ciphertext is named within its audience. */
export function hashKey(audience: string, sha256: Uint8Array): string {
  return `${audience} ${b64encode(sha256)}`;
}

/** A case as judged: what may be shown, and to whom something may be sealed. */
export class CaseView {
  constructor(readonly facts: CaseFacts) {}

  /** The view of a case of which nothing can be shown. */
  static withheld(served: SealedCase, warnings: readonly CaseWarning[], needsNewerDirectory = false): CaseView {
    return new CaseView({
      case: served.case,
      channel: served.channel,
      entries: [],
      warnings,
      chain: null,
      first: null,
      status: null,
      otherStatuses: [],
      statusMayBeOlder: false,
      serverStatus: served.status,
      serverOutcome: served.outcome,
      needsNewerDirectory,
      reporterKey: new Uint8Array(),
      namedEpoch: 0,
      alone: new Map(),
      removals: new Map(),
    });
  }

  /** The same view with more warnings in front, and what else names an epoch. */
  warned(warnings: readonly CaseWarning[], namedEpoch: number): CaseView {
    const named = Math.max(namedEpoch, this.facts.namedEpoch);
    return new CaseView({ ...this.facts, warnings: [...warnings, ...this.facts.warnings], namedEpoch: named });
  }

  /** Whether the server's word must be shown beside the signed status, or instead of it. */
  get statusDiffers(): boolean {
    return this.outcomeDiffers || this.facts.status?.body["status"] !== this.facts.serverStatus;
  }

  /** The last decision that was signed: the status that stands, or the last before it that is one. */
  get decision(): Entry | null {
    const { status } = this.facts;
    return [...this.authentic("reporter"), ...(status === null ? [] : [status])].filter(isDecision).at(-1) ?? null;
  }

  /** Whether the server says another outcome than the last signed decision. */
  get outcomeDiffers(): boolean {
    return (this.decision?.body["outcome"] ?? null) !== this.facts.serverOutcome;
  }

  /** The authentic entries, oldest first, of one audience or of all. */
  authentic(audience?: Audience): Entry[] {
    const found = this.facts.entries.flatMap((view) => view.entry ?? []);
    return found.filter((entry) => audience === undefined || entry.audience === audience);
  }

  /**
   * What a new entry's `prev` names: seen entries of the audience that no other one lists. At most
   * sixteen, the oldest where there are more. What was removed or is not authentic was not seen: a
   * server that invents such entries must not crowd out the others.
   */
  heads(audience: Audience): Uint8Array[] {
    const seen = this.facts.entries.filter((view) => view.entry?.audience === audience);
    const listed = new Set(seen.flatMap((view) => view.entry?.prev ?? []).map(b64encode));
    const heads = seen.map((view) => view.served.sha256).filter((digest) => !listed.has(b64encode(digest)));
    return sortedHashes(heads.slice(0, MAX_PREVIOUS));
  }

  /**
   * Like {@link heads} for a status entry, which also names every status that stands before it. Each of them by itself:
   * what lies between may be removed one day, and says then no more what it followed.
   */
  headsForStatus(): Uint8Array[] {
    const { entries, status, otherStatuses } = this.facts;
    const standing = [...(status === null ? [] : [status]), ...[...otherStatuses].reverse()].slice(0, MAX_PREVIOUS);
    const named = standing.flatMap((one) => entries.find(({ entry }) => entry === one)?.served.sha256 ?? []);
    const known = new Set(named.map(b64encode));
    const heads = this.heads("reporter").filter((digest) => !known.has(b64encode(digest)));
    return sortedHashes([...heads.slice(0, MAX_PREVIOUS - named.length), ...named]);
  }

  /** What a status says that two sign for and one did, as far as can be seen. */
  signedAlone(status: Entry): readonly Alone[] {
    return this.facts.alone.get(keyOf(status)) ?? [];
  }

  /** The first authentic entry, by somebody who may, that says why a sealed entry or file was removed; null without. */
  removalOf(audience: string, digest: Uint8Array): Entry | null {
    return this.facts.removals.get(hashKey(audience, digest)) ?? null;
  }

  /** The highest directory version that an authentic entry of the audience names. */
  highestDirectory(audience: Audience): number {
    return Math.max(0, ...this.authentic(audience).map((entry) => entry.directory));
  }

  /**
   * Whether anything may be sealed to this case's `recipient` now.
   *
   * @throws Refused the case is not in order, or this is not its newest recipient
   */
  checkMaySeal(recipient: HybridRecipient): void {
    const { chain, first, warnings, needsNewerDirectory, namedEpoch } = this.facts;
    if (chain === null || first === null || warnings.includes("other-channel")) {
      throw new Refused(N_("This case is not in order; nothing can be sealed to it."));
    }
    if (needsNewerDirectory) throw new Refused(N_("The list of recipients has changed: load it again first."));
    chain.checkMaySeal(recipient, namedEpoch);
  }
}

/** Whether an entry tells of a decision (protocol section 8.6). */
export function isDecision({ kind, body }: Entry): boolean {
  return kind === "status" && body["status"] === "decided";
}

/** The finding that two persons sign for: one proposes it, another tells the reporter. */
export const KNOWINGLY_FALSE = "knowingly-false";

function sortedHashes(hashes: readonly Uint8Array[]): Uint8Array[] {
  const byText = new Map(hashes.map((digest) => [b64encode(digest), digest]));
  return [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? []);
}
