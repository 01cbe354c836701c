/** One reading of one case: opening its entries, and judging what they say about each other. */

import type { Directory } from "./directory.ts";
import { type Json, equalBytes, isId } from "./encoding.ts";
import { type Entry, type SignedEntry, openEntry } from "./entry.ts";
import { type Chain, verifyChain } from "./epoch.ts";
import {
  CannotOpen,
  HeaderFailure,
  HmacFailure,
  N_,
  NewerDirectory,
  NotAuthentic,
  PayloadFailure,
  ProtocolError,
} from "./errors.ts";
import * as measures from "./measures.ts";
import * as risk from "./risk.ts";
import { checkRight } from "./rights.ts";
import { follow, lastStatuses, ordered, shownOnce } from "./thread_order.ts";
import { isWithoutWord, mayBeOlder, removals } from "./thread_removal.ts";
import { Roles } from "./thread_roles.ts";
import { signedAlone } from "./thread_two.ts";
import { CaseView, type CaseWarning, type EntryView, type Reader, type SealedCase, type SealedEntry, hashKey } from "./thread_types.ts";

const DOES_NOT_OPEN = [CannotOpen, HeaderFailure, HmacFailure, PayloadFailure];

/** An entry that opened, and the epoch whose identity opened it (null for the reporter's own). */
export interface Opened {
  readonly served: SealedEntry;
  readonly signed: SignedEntry;
  readonly epoch: number | null;
}

/** What became of one served entry: opened, already judged, or null where it is none of this reader's. */
export type Outcome = Opened | EntryView | null;

function isOpened(outcome: Outcome): outcome is Opened {
  return outcome !== null && "signed" in outcome;
}

// Forms of kind protection that one side alone writes.
const FORMS: ReadonlyMap<unknown, { readonly audience: string; readonly byReporter: boolean }> = new Map([
  ["answer-1", { audience: "reporter", byReporter: true }],
  ["refusal-1", { audience: "team", byReporter: false }],
  ["finding-1", { audience: "team", byReporter: false }],
  [risk.FORM, { audience: "team", byReporter: false }],
  [risk.SELF_FORM, { audience: "reporter", byReporter: true }],
  [measures.CHECK_IN_FORM, { audience: "reporter", byReporter: true }],
]);
// Those that members write, for both sides or the team.
const BY_MEMBERS: ReadonlySet<unknown> = new Set([measures.MEASURE_FORM]);
// What the answers in a form have to say, beside who writes them.
const ANSWERS: ReadonlyMap<unknown, (answers: Json | undefined) => unknown> = new Map<unknown, (answers: Json | undefined) => unknown>([
  [risk.FORM, risk.checkAssessment],
  [risk.SELF_FORM, risk.checkSelfAssessment],
  [measures.MEASURE_FORM, measures.checkMeasure],
  [measures.CHECK_IN_FORM, measures.checkCheckIn],
]);

/**
 * A form is filled in by those whose it is, for those whom it is for, and says what belongs in it.
 *
 * @throws NotAuthentic another author or audience
 * @throws Malformed other answers
 */
export function checkForm(entry: Entry): void {
  const { audience, kind, author, body } = entry;
  checkRight(entry);
  if (kind !== "protection") return;
  const form = FORMS.get(body["form"]);
  const byReporter = author === "reporter";
  if ((form !== undefined && (form.audience !== audience || form.byReporter !== byReporter)) || (byReporter && BY_MEMBERS.has(body["form"]))) {
    throw new NotAuthentic(N_("Audience, kind and author of this entry do not go together."));
  }
  ANSWERS.get(body["form"])?.(body["answers"]);
}

/** Opens every entry with whichever identity of the reader fits, the newest epoch's first. */
export function openAll(entries: readonly SealedEntry[], reader: Reader): Promise<Outcome[]> {
  const identities = [...reader.identities].sort(([a], [b]) => (b ?? 0) - (a ?? 0));
  return Promise.all(
    entries.map(async (served) => {
      if (served.sealed === null) return { served, state: "removed", entry: null, standing: "", reason: null };
      for (const [epoch, identity] of identities) {
        try {
          return { served, signed: await openEntry(served.sealed, identity), epoch };
        } catch (error) {
          if (error instanceof CannotOpen) continue;
          return withheld(served, error);
        }
      }
      // What is sealed to custodians alone is not for this reader, and so is no fault.
      if (served.audience === "custodian") return null;
      return withheld(served, new CannotOpen(N_("None of the keys at hand opens this.")));
    }),
  );
}

/** The view of an entry whose content is not shown; what is no ProtocolError is a fault of ours. */
function withheld(served: SealedEntry, reason: unknown): EntryView {
  if (!(reason instanceof ProtocolError)) throw reason;
  const state = DOES_NOT_OPEN.some((kind) => reason instanceof kind) ? "cannot-be-opened" : "not-authentic";
  return { served, state, entry: null, standing: "", reason };
}

/** Runs `attempt`; what the protocol refuses becomes null. */
function unlessRefused<T>(attempt: () => T): T | null {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

/** An authentic entry, and its author's standing. */
interface Authored {
  readonly entry: Entry;
  readonly standing: string;
}

/** Results gather in order; warnings keep theirs. Places in `served.entries` identify entries. */
export class Judge {
  private needsNewer = false;
  private readonly warnings: CaseWarning[] = [];
  private readonly opened: readonly Opened[];
  private readonly first: Entry | null = null;
  private readonly firstData: Uint8Array | null = null;
  private readonly excluded: readonly string[];
  private readonly chain: Chain | null;
  private readonly holders: ReadonlySet<string>;
  private readonly named: ReadonlySet<string>;
  private readonly roles: Roles;

  constructor(
    private readonly served: SealedCase,
    private readonly reader: Reader,
    private readonly directory: Directory,
    private readonly outcomes: readonly Outcome[],
  ) {
    this.opened = outcomes.filter(isOpened);
    for (const opened of this.opened) {
      const first = unlessRefused(() => this.asFirst(opened));
      if (first === null) continue;
      [this.firstData, this.first] = [opened.signed.data, first];
      break;
    }
    this.excluded = this.first?.first?.excluded ?? [];
    this.chain = this.verifyChain();
    this.holders = this.chain?.holders() ?? new Set();
    this.named = this.namedByAccess();
    const before = (member: string): boolean => this.holders.has(member) || this.named.has(member);
    this.roles = new Roles(directory, this.first?.first?.channel, this.excluded, before);
  }

  /** The entry, if it is the first one that this reader's keys bind; else null or an error. */
  private asFirst(opened: Opened): Entry | null {
    if (opened.signed.entry.kind !== "report") return null;
    this.checkPlace(opened);
    const entry = opened.signed.verify(this.reader.reporterKey);
    const { first } = entry;
    if (first === null || !equalBytes(first.signingKey, this.reader.reporterKey)) return null;
    const own = this.reader.reporterRecipient;
    return own === null || String(own) === String(first.recipient) ? entry : null;
  }

  private verifyChain(): Chain | null {
    const binding = { case: this.served.case, reporterKey: this.reader.reporterKey };
    try {
      const chain = verifyChain(this.served.epochs, binding, this.directory, this.excluded);
      if (chain.broken instanceof NewerDirectory) this.needsNewer = true;
      return chain;
    } catch (error) {
      if (error instanceof NewerDirectory) this.needsNewer = true;
      else if (error instanceof ProtocolError) this.warnings.push("case-damaged");
      else throw error;
      return null;
    }
  }

  /** The entry belongs to this case, this audience and the epoch whose key opened it. */
  private checkPlace({ signed: { entry }, served, epoch }: Opened): void {
    const here = entry.case === this.served.case && entry.audience === served.audience;
    if (!here || (epoch !== null && epoch !== entry.epoch)) {
      throw new NotAuthentic(N_("This entry belongs elsewhere."));
    }
    if (entry.directory > this.directory.version) {
      throw new NewerDirectory(N_("This names a newer directory than the one at hand."));
    }
  }

  /** The entry and its author's standing, once its signature holds. */
  private verifyAuthor({ signed }: Opened): Authored {
    const { author, directory: version, date } = signed.entry;
    if (author === "reporter") return { entry: signed.verify(this.reader.reporterKey), standing: "reporter" };
    const channel = this.first?.first?.channel;
    if (channel === undefined) {
      throw new NotAuthentic(N_("Without the first entry nobody's role in this case can be judged."));
    }
    if (this.excluded.includes(author)) throw new NotAuthentic(N_("Its author was excluded by the reporter."));
    for (const key of this.directory.authorKeys(author, version, channel, date)) {
      const entry = unlessRefused(() => signed.verify(key.publicKey));
      if (entry !== null) return { entry, standing: key.standing };
    }
    throw new NotAuthentic(N_("Its author's signature does not hold."));
  }

  /** What can be said of an entry without the others, but for who was given access. */
  private checkAlone(opened: Opened): Authored {
    this.checkPlace(opened);
    const authored = this.verifyAuthor(opened);
    checkForm(authored.entry);
    const isFirst = this.firstData !== null && equalBytes(opened.signed.data, this.firstData);
    if (authored.entry.kind === "report" && !isFirst) throw new NotAuthentic(N_("A case has one first entry."));
    return authored;
  }

  /** Who writes to the team holds the case, was given access, or is a custodian of its channel. */
  private checkAccess({ audience, author }: Entry): void {
    if (audience !== "team" || this.holders.has(author) || this.named.has(author)) return;
    const channel = this.directory.channels.find(({ id }) => id === this.first?.first?.channel);
    if (channel?.roles.get("custodian")?.includes(author) === true) return;
    throw new NotAuthentic(N_("Its author was not given access to this case."));
  }

  /** Members named by an authentic `access` entry; only holders by an epoch note may name. */
  private namedByAccess(): Set<string> {
    const named = new Set<string>();
    for (const opened of this.opened) {
      const { kind, author } = opened.signed.entry;
      if (kind !== "access" || !this.holders.has(author)) continue;
      const member = unlessRefused(() => this.checkAlone(opened))?.entry.body["member"];
      if (isId(member) && !this.excluded.includes(member)) named.add(member);
    }
    return named;
  }

  private judgeEntry(opened: Opened, before: readonly EntryView[]): EntryView {
    const { served } = opened;
    try {
      const { entry, standing } = this.checkAlone(opened);
      this.checkAccess(entry);
      if (before.some((view) => view.entry !== null && view.entry.directory > entry.directory)) {
        throw new NotAuthentic(N_("It names an older directory than an entry before it."));
      }
      return { served, state: "authentic", entry, standing: this.roles.standing(entry, standing), reason: null };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (error instanceof NewerDirectory) this.needsNewer = true;
      return { served, state: "not-authentic", entry: null, standing: "", reason: error };
    }
  }

  /** Every entry judged, so that whatever one lists in `prev` stands before it. */
  private judgeAll(byHash: ReadonlyMap<string, number>): EntryView[] {
    const before = this.outcomes.map((outcome) => {
      if (!isOpened(outcome)) return [];
      const { served, signed } = outcome;
      return follow(signed.entry.prev.map((digest) => hashKey(served.audience, digest)), byHash);
    });
    const views = new Map<number, EntryView>();
    for (const place of ordered(before)) {
      const outcome = this.outcomes[place] ?? null;
      if (outcome === null) continue;
      const seen = follow(before[place] ?? [], views);
      views.set(place, isOpened(outcome) ? this.judgeEntry(outcome, seen) : outcome);
    }
    return [...views.values()];
  }

  /** What may be shown of the case. */
  view(): CaseView {
    const byHash = new Map<string, number>();
    for (const [place, { audience, sha256 }] of this.served.entries.entries()) {
      const key = hashKey(audience, sha256);
      if (!byHash.has(key)) byHash.set(key, place);
    }
    const views = this.judgeAll(byHash);
    const authentic = views.flatMap((view) => view.entry ?? []);
    const shown = shownOnce(views);
    this.warn(authentic, byHash);
    const said = removals(shown, this.roles);
    if (isWithoutWord(this.served.entries, shown, said)) this.warnings.push("removed-without-word");
    const statuses = lastStatuses(views);
    return new CaseView({
      case: this.served.case,
      channel: this.first?.first?.channel ?? this.served.channel,
      entries: shown,
      warnings: this.warnings,
      chain: this.chain,
      first: this.first,
      status: statuses.at(-1) ?? null,
      otherStatuses: statuses.slice(0, -1),
      statusMayBeOlder: mayBeOlder(this.served.entries, views, statuses),
      serverStatus: this.served.status,
      serverOutcome: this.served.outcome,
      needsNewerDirectory: this.needsNewer,
      reporterKey: this.reader.reporterKey,
      namedEpoch: Math.max(0, ...authentic.map((entry) => entry.epoch)),
      removals: said,
      alone: signedAlone(views, this.roles, this.reader.reporterRecipient !== null),
    });
  }

  private warn(authentic: readonly Entry[], present: ReadonlyMap<string, number>): void {
    const { chain, first, warnings } = this;
    const channel = first?.first?.channel;
    if (channel === undefined) warnings.push("first-entry-missing");
    else if (channel !== this.served.channel) warnings.push("other-channel");
    if (chain !== null && chain.broken !== null) warnings.push("epochs-broken");
    if (chain !== null && authentic.some((entry) => entry.epoch > chain.last.number)) warnings.push("epochs-withheld");
    const absent = ({ audience, prev }: Entry): boolean => prev.some((digest) => !present.has(hashKey(audience, digest)));
    if (authentic.some(absent)) warnings.push("entries-may-be-missing");
  }
}
