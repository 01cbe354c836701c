/**
 * Giving a case on: grants for one more member, and new epochs (protocol section 4).
 *
 * What a client refuses stands here: granting to somebody excluded or not listed, by somebody who is
 * no holder, or in a case that is not in order.
 */

import { HybridIdentity, type HybridRecipient } from "./age_keys.ts";
import type { Directory } from "./directory.ts";
import { type JsonObject, equalBytes, isId } from "./encoding.ts";
import * as epochs from "./epoch.ts";
import { type Chain, MAX_EPOCHS } from "./epoch.ts";
import { N_, NewerDirectory, NotAuthentic, Refused } from "./errors.ts";
import { type Grant, checkFits, sealGrant } from "./grant.ts";
import * as notes from "./note.ts";
import { type Random, systemRandom } from "./signing.ts";
import type { Author, Recipients } from "./submission.ts";
import type { CaseView } from "./thread_types.ts";

/** Age files by epoch. */
export type GrantsByEpoch = ReadonlyMap<number, Uint8Array>;

/** A new epoch, ready to be sent: its note, its keys, and grants by member and epoch. */
export interface NewEpoch {
  readonly note: string;
  readonly identity: HybridIdentity;
  readonly grants: ReadonlyMap<string, GrantsByEpoch>;
}

/** Where and when a case is given on: as read, by whose grants, under which directory, on which UTC day. */
export interface Giving {
  readonly view: CaseView;
  readonly held: readonly Grant[];
  readonly directory: Directory;
  readonly today: string;
}

function checkCase({ view, directory, today }: Giving, author: string): Chain {
  directory.checkCurrent(today);
  const { chain, first, needsNewerDirectory, namedEpoch } = view.facts;
  if (chain?.broken !== null || (first?.first ?? null) === null) {
    throw new Refused(N_("This case is not in order; it cannot be given on."));
  }
  if (needsNewerDirectory || directory.version < chain.last.directory) {
    throw new NewerDirectory(N_("The list of recipients has changed: load it again first."));
  }
  if (namedEpoch > chain.last.number) {
    throw new Refused(N_("The server withholds who holds this case; it cannot be given on."));
  }
  if (!chain.last.holders.includes(author)) {
    throw new Refused(N_("Only somebody who holds this case can give it on."));
  }
  return chain;
}

function checkMember({ view, directory, today }: Giving, member: string, recipient: HybridRecipient): void {
  if (view.facts.first?.first?.excluded.includes(member) === true) {
    throw new Refused(N_("The reporter excluded “{member}” from this case."), { member });
  }
  if (!directory.isListed(member, today)) {
    throw new Refused(N_("The directory does not list “{member}” now."), { member });
  }
  const listed = directory.member(member);
  if (listed === undefined || !equalBytes(epochs.caseHash(recipient), listed.recipientSha256)) {
    throw new NotAuthentic(N_("The key the server shows for “{member}” is not the listed one."), { member });
  }
}

/** The author's own grants, one for every epoch of the chain in order, each fitting it. */
function allEpochs(held: readonly Grant[], chain: Chain): Grant[] {
  const byEpoch = new Map(held.map((grant) => [grant.epoch, grant]));
  return chain.epochs.map(({ number }) => {
    const grant = byEpoch.get(number);
    if (grant === undefined) throw new Refused(N_("Somebody who lacks an epoch of this case cannot give it on."));
    checkFits(grant, chain.epochs);
    return grant;
  });
}

async function sealAll(grants: readonly Grant[], recipient: HybridRecipient): Promise<GrantsByEpoch> {
  const sealed = grants.map(async (grant) => [grant.epoch, await sealGrant(grant, recipient)] as const);
  return new Map(await Promise.all(sealed));
}

/**
 * Lets one more member read a case: a grant for every epoch from 0 on, by epoch. The author then
 * writes the `access` entry that {@link accessBody} gives.
 *
 * @throws DirectoryExpired the directory is out of its time
 * @throws Refused the case is not in order, the author no holder, the member excluded or not listed
 * @throws NotAuthentic another key than the directory's
 */
export async function grantOn(
  giving: Giving,
  author: string,
  member: string,
  recipient: HybridRecipient,
): Promise<GrantsByEpoch> {
  const chain = checkCase(giving, author);
  checkMember(giving, member, recipient);
  return sealAll(allEpochs(giving.held, chain), recipient);
}

/** The body of the `access` entry that records grants. */
export function accessBody(member: string, granted: Iterable<number>): JsonObject {
  return { member, epochs: [...granted].sort((a, b) => a - b) };
}

/**
 * Members who read the newest epoch without holding it: given access by a holder of that epoch.
 * Anybody else's word counts for nothing here, since whoever reads an epoch is granted the next one
 * too: not a reader's, not a former holder's, and nobody's for a member whom the reporter excluded.
 */
export function readers(view: CaseView): Set<string> {
  const { chain, first } = view.facts;
  const found = new Set<string>();
  if (chain === null || (first?.first ?? null) === null) return found;
  const { holders, number } = chain.last;
  for (const { kind, author, body } of view.authentic("team")) {
    const { member, epochs: given } = body;
    if (kind !== "access" || !holders.includes(author) || !isId(member)) continue;
    const barred = holders.includes(member) || first?.first?.excluded.includes(member) === true;
    if (!barred && Array.isArray(given) && given.includes(number)) found.add(member);
  }
  return found;
}

/**
 * Lets somebody who reads a case, and does not hold it, read a new epoch too: its grant.
 *
 * @throws Refused the member is excluded or not listed
 * @throws NotAuthentic another key than the directory's
 */
export async function grantReading(
  giving: Giving,
  made: NewEpoch,
  member: string,
  recipient: HybridRecipient,
): Promise<Uint8Array> {
  checkMember(giving, member, recipient);
  const { number } = epochs.parseText(notes.parse(made.note, { limit: epochs.MAX_NOTE }).text);
  const { case: id, reporterKey } = giving.view.facts;
  return sealGrant({ case: id, epoch: number, reporterKey, identity: made.identity }, recipient);
}

/**
 * A new identity for a case, held by exactly the members of `recipients` from now on. Whoever did
 * not hold the epoch before gets a grant for every epoch, the others for the new one.
 *
 * @throws DirectoryExpired the directory is out of its time
 * @throws Refused the case is not in order or has its last epoch, the author is no holder, nobody
 * would hold it, a member is excluded or not listed
 * @throws NotAuthentic another key than the directory's
 */
export async function newEpoch(
  giving: Giving,
  author: Author,
  recipients: Recipients,
  random: Random = systemRandom,
): Promise<NewEpoch> {
  const chain = checkCase(giving, author.id);
  const before = chain.last;
  if (before.number + 1 >= MAX_EPOCHS || recipients.size === 0) {
    throw new Refused(N_("This case cannot have one more change of holders."));
  }
  for (const [member, recipient] of recipients) checkMember(giving, member, recipient);
  const identity = HybridIdentity.generate(random);
  const epoch = {
    origin: before.origin,
    case: before.case,
    number: before.number + 1,
    recipientSha256: epochs.caseHash(identity.recipient),
    holders: [...recipients.keys()].sort(),
    previous: epochs.epochSha256(before),
    directory: giving.directory.version,
    date: giving.today,
  };
  const old = allEpochs(giving.held, chain);
  const added = { case: before.case, epoch: epoch.number, reporterKey: giving.view.facts.reporterKey, identity };
  const grants = new Map<string, GrantsByEpoch>();
  for (const [member, recipient] of recipients) {
    grants.set(member, await sealAll(before.holders.includes(member) ? [added] : [...old, added], recipient));
  }
  return { note: epochs.signEpoch(epoch, author.id, author.key), identity, grants };
}
