/** One reading of one case: opening its entries, and judging what they say about each other. */

import type { Directory } from "./directory.ts";
import { b64encode, equalBytes, isId } from "./encoding.ts";
import { type Entry, type SignedEntry, openEntry } from "./entry.ts";
import { type Chain, verifyChain } from "./epoch.ts";
import { CannotOpen, N_, NewerDirectory, NotAuthentic, ProtocolError } from "./errors.ts";
import { follow, lastStatuses, ordered, removedBy, shownOnce } from "./thread_order.ts";
import { CaseView, type CaseWarning, type EntryView, type Reader, type SealedCase, type SealedEntry } from "./thread_types.ts";

/** An entry that opened, and the epoch whose identity opened it (null for the reporter's own). */
export interface Opened {
  readonly served: SealedEntry;
  readonly signed: SignedEntry;
  readonly epoch: number | null;
}

/** What became of one served entry: opened, or already judged. */
export type Outcome = Opened | EntryView;

function isOpened(outcome: Outcome | undefined): outcome is Opened {
  return outcome !== undefined && "signed" in outcome;
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
      return withheld(served, new CannotOpen(N_("None of the keys at hand opens this.")));
    }),
  );
}

/** The view of an entry whose content is not shown; what is no ProtocolError is a fault of ours. */
function withheld(served: SealedEntry, reason: unknown): EntryView {
  if (!(reason instanceof ProtocolError)) throw reason;
  const state = reason instanceof CannotOpen ? "cannot-be-opened" : "not-authentic";
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
  private readonly opened: ReadonlyMap<number, Opened>;
  private readonly first: Entry | null = null;
  private readonly firstPlace: number | null = null;
  private readonly excluded: readonly string[];
  private readonly chain: Chain | null;
  private readonly named: ReadonlySet<string>;

  constructor(
    private readonly served: SealedCase,
    private readonly reader: Reader,
    private readonly directory: Directory,
    private readonly outcomes: readonly Outcome[],
  ) {
    this.opened = new Map([...outcomes.entries()].filter((item): item is [number, Opened] => isOpened(item[1])));
    for (const [place, opened] of this.opened) {
      const first = unlessRefused(() => this.asFirst(opened));
      if (first === null) continue;
      [this.firstPlace, this.first] = [place, first];
      break;
    }
    this.excluded = this.first?.first?.excluded ?? [];
    this.chain = this.verifyChain();
    this.named = this.namedByAccess();
  }

  /** The entry, if it is the first one that this reader's keys bind; else null or an error. */
  private asFirst(opened: Opened): Entry | null {
    if (opened.signed.entry.kind !== "report") return null;
    this.checkPlace(opened);
    const entry = opened.signed.verify(this.reader.reporterKey);
    const { first } = entry;
    if (first === null || entry.author !== "reporter") return null;
    if (!equalBytes(first.signingKey, this.reader.reporterKey)) return null;
    const own = this.reader.reporterRecipient;
    return own === null || String(own) === String(first.recipient) ? entry : null;
  }

  private verifyChain(): Chain | null {
    const binding = { case: this.served.case, reporterKey: this.reader.reporterKey };
    try {
      return verifyChain(this.served.epochs, binding, this.directory, this.excluded);
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

  private checkAlone(place: number, opened: Opened, named: ReadonlySet<string>): Authored {
    this.checkPlace(opened);
    const authored = this.verifyAuthor(opened);
    const { kind, audience, author } = authored.entry;
    if (kind === "report" && place !== this.firstPlace) {
      throw new NotAuthentic(N_("A case has one first entry."));
    }
    const holds = this.chain?.holders().has(author) === true || named.has(author);
    if (audience === "team" && !holds) throw new NotAuthentic(N_("Its author was not given access to this case."));
    return authored;
  }

  /** Members named by an authentic `access` entry; only holders by an epoch note may name. */
  private namedByAccess(): Set<string> {
    const named = new Set<string>();
    for (const [place, opened] of this.opened) {
      if (opened.signed.entry.kind !== "access") continue;
      const authored = unlessRefused(() => this.checkAlone(place, opened, new Set()));
      const member = authored?.entry.body["member"];
      if (isId(member) && !this.excluded.includes(member)) named.add(member);
    }
    return named;
  }

  private judgeEntry(place: number, opened: Opened, before: readonly EntryView[]): EntryView {
    const { served } = opened;
    try {
      const { entry, standing } = this.checkAlone(place, opened, this.named);
      if (before.some((view) => view.entry !== null && view.entry.directory > entry.directory)) {
        throw new NotAuthentic(N_("It names an older directory than an entry before it."));
      }
      return { served, state: "authentic", entry, standing, reason: null };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (error instanceof NewerDirectory) this.needsNewer = true;
      return { served, state: "not-authentic", entry: null, standing: "", reason: error };
    }
  }

  /** Every entry judged, so that whatever one lists in `prev` stands before it. */
  private judgeAll(byHash: ReadonlyMap<string, number>): EntryView[] {
    const before = this.outcomes.map((outcome) =>
      isOpened(outcome) ? follow(outcome.signed.entry.prev.map(b64encode), byHash) : [],
    );
    const views = new Map<number, EntryView>();
    for (const place of ordered(before)) {
      const outcome = this.outcomes[place];
      if (outcome === undefined) continue;
      const seen = follow(before[place] ?? [], views);
      views.set(place, isOpened(outcome) ? this.judgeEntry(place, outcome, seen) : outcome);
    }
    return [...views.values()];
  }

  /** What may be shown of the case. */
  view(): CaseView {
    const byHash = new Map(this.served.entries.map(({ sha256 }, place) => [b64encode(sha256), place]));
    const entries = shownOnce(this.judgeAll(byHash));
    const authentic = entries.flatMap((view) => view.entry ?? []);
    this.warn(authentic, byHash);
    const statuses = lastStatuses(entries);
    return new CaseView({
      case: this.served.case,
      channel: this.first?.first?.channel ?? this.served.channel,
      entries,
      warnings: this.warnings,
      chain: this.chain,
      first: this.first,
      status: statuses.at(-1) ?? null,
      otherStatuses: statuses.slice(0, -1),
      serverStatus: this.served.status,
      needsNewerDirectory: this.needsNewer,
      reporterKey: this.reader.reporterKey,
      namedEpoch: Math.max(0, ...authentic.map((entry) => entry.epoch)),
    });
  }

  private warn(authentic: readonly Entry[], present: ReadonlyMap<string, number>): void {
    const { chain, first, warnings } = this;
    const channel = first?.first?.channel;
    if (channel === undefined) warnings.push("first-entry-missing");
    else if (channel !== this.served.channel) warnings.push("other-channel");
    if (chain !== null && chain.broken !== null) warnings.push("epochs-broken");
    if (chain !== null && authentic.some((entry) => entry.epoch > chain.last.number)) warnings.push("epochs-withheld");
    if (authentic.some((entry) => entry.prev.some((digest) => !present.has(b64encode(digest))))) {
      warnings.push("entries-may-be-missing");
    }
    const said = new Set(authentic.flatMap(removedBy));
    const removed = this.served.entries.filter((served) => served.sealed === null);
    if (removed.some((served) => !said.has(`${served.audience} ${b64encode(served.sha256)}`))) {
      warnings.push("removed-without-word");
    }
  }
}
