/** What a member writes to a case: entries, a status, tags, access for others. Always on the case as it is now. */

import { HybridRecipient } from "../protocol/age.ts";
import { memberIds } from "../protocol/directory_parts.ts";
import { type JsonObject, b64encode } from "../protocol/encoding.ts";
import { Malformed, N_, Refused } from "../protocol/errors.ts";
import * as granting from "../protocol/granting.ts";
import { type Attaching, NO_FILES } from "../evidence/files.ts";
import { type Draft, type PreparedEntry, entryRecipients, prepareEntry, uploadsOf } from "../protocol/submission.ts";
import type { CaseView } from "../protocol/thread.ts";
import { strip } from "../questionnaires/reading.ts";
import { tagsBody } from "./card_text.ts";
import type { FileMark } from "../evidence/types.ts";
import { markBody } from "./file_marks.ts";
import { type Decision, type Found, checkFound, checkGrounds, decidedBody, toServer } from "./decided.ts";
import { type HeldCase, heldGrants, openCase, pathOf } from "./cases.ts";
import { advanced, clocksJson } from "./clocks.ts";
import { filesAreGone } from "./acknowledged.ts";
import { FewHolders, Problem, UnexpectedAnswer } from "./errors.ts";
import type { MemberSession } from "./member.ts";
import type { Clock } from "./shown.ts";
import { labelOf, signedClocks } from "./showing.ts";

const ROUNDS = 3;
const FEWEST = 2; // holders; with fewer, one lost key loses the case
const FAILED = 500; // from here on a status says that somebody failed, perhaps after the entry was taken
const AGAIN: ReadonlySet<string> = new Set(["epoch-stale", "directory-outdated"]);

function keepsChanging(): UnexpectedAnswer {
  return new UnexpectedAnswer(N_("The people who hold this case keep changing; try again in a moment."));
}

function someText(text: string): string {
  const trimmed = strip(text);
  if (trimmed === "") throw new Malformed(N_("There is nothing to send."), { pointer: "/text" });
  return trimmed;
}

/**
 * A message to the reporter, which the team reads too.
 *
 * @throws Refused the case is not in order
 * @throws Malformed no text, or too much for one entry
 */
export async function reply(session: MemberSession, found: HeldCase, text: string, files: Attaching = NO_FILES): Promise<void> {
  await write(session, found, { kind: "message", audience: "reporter", body: { text: someText(text) } }, { files });
}

/** A note for the team alone. It throws what {@link reply} does. */
export async function note(session: MemberSession, found: HeldCase, text: string, files: Attaching = NO_FILES): Promise<void> {
  await write(session, found, { kind: "note", audience: "team", body: { text: someText(text) } }, { files });
}

/**
 * The tags of a case, for the team alone; they replace those before.
 *
 * @throws Malformed too many, or one too long or empty
 * @throws Refused the case is not in order
 */
export async function setTags(session: MemberSession, found: HeldCase, tags: readonly string[]): Promise<void> {
  await write(session, found, { kind: "classification", audience: "team", body: tagsBody(tags) });
}

/**
 * Says how a file of the case is to be understood, for the team alone: the latest word about it counts.
 *
 * @throws Malformed no such file, or no such mark
 * @throws Refused the case is not in order
 */
export async function markFile(session: MemberSession, found: HeldCase, upload: string, mark: FileMark, of: string | null): Promise<void> {
  await write(session, found, { kind: "classification", audience: "team", body: markBody(found.opened.view, upload, mark, of) });
}

/**
 * A signed status, with the change of the server's own field in the same step, and the clocks as they then
 * stand by the rules that the server follows too.
 *
 * @throws Problem this status cannot follow the present one
 * @throws Malformed closing without a reason; deciding without reasons, or without a way to contest it
 * @throws Refused a finding that two sign for, without a proposal
 */
export async function changeStatus(
  session: MemberSession,
  found: HeldCase,
  status: string,
  reason: string,
  decided: Decision | Found | null = null,
): Promise<void> {
  if (status === "closed" && strip(reason) === "") {
    throw new Malformed(N_("Closing a case needs a reason."), { pointer: "/reason" });
  }
  if (status === "decided") checkGrounds(reason, decided !== null && "appeal" in decided ? decided.appeal : "");
  if (decided !== null && "finding" in decided) checkFound(decided);
  const body = { status, reason: strip(reason), clocks: clocksJson(clocksAfter(session, found, status)), ...decidedBody(decided) };
  await write(session, found, { kind: "status", audience: "reporter", body }, { status: { status, ...toServer(decided) } });
}

function clocksAfter(session: MemberSession, { opened }: HeldCase, status: string): Clock[] {
  const { channel: id, serverStatus: from } = opened.view.facts;
  const channel = session.site.directory.channels.find((one) => one.id === id);
  // What was signed before counts: whoever signs the server's word would make its deadlines the team's.
  const signed = signedClocks(opened.view);
  const known = signed.length > 0 ? signed : opened.served.clocks;
  return advanced(known, { kind: channel?.kind ?? null, from, to: status }, session.site.today);
}

/** What was sent without an answer, by case and words: it may be stored, and is sent again as it is. */
const unanswered = new WeakMap<MemberSession, Map<string, JsonObject>>();

/**
 * Writes once: what nothing answered is sent again byte for byte when the same is to be written again, so
 * that it is never stored twice. It gives what the server answered.
 */
export async function write(session: MemberSession, found: HeldCase, draft: Draft, beside: Beside = {}): Promise<JsonObject> {
  const path = `${pathOf(idOf(found))}/${beside.to ?? "entries"}`;
  const open = unanswered.get(session) ?? new Map<string, JsonObject>();
  unanswered.set(session, open);
  const { files = NO_FILES } = beside;
  const key = JSON.stringify([path, draft, files.number, beside.told ?? null]);
  let current = found;
  for (let round = 0; round < ROUNDS; round++) {
    const content = open.get(key) ?? (await entryRequest(session, current, draft, beside));
    open.set(key, content);
    const outcome = await attempt(session, path, content); // where nothing answers, it stays among the unanswered
    if (!(outcome instanceof Problem)) {
      open.delete(key);
      return outcome.answer;
    }
    if (outcome.status < FAILED) open.delete(key);
    if (filesAreGone(outcome)) await files.forget();
    else current = await again(session, current, outcome);
  }
  throw keepsChanging();
}

/** What goes with an entry: a change of the server's status, files; and to which list of the case it goes. */
interface Beside {
  readonly to?: string;
  readonly status?: JsonObject;
  readonly files?: Attaching;
  /** What else the server is told in the same step. */
  readonly told?: JsonObject;
}

async function entryRequest(session: MemberSession, found: HeldCase, draft: Draft, { status, files, told = {} }: Beside): Promise<JsonObject> {
  const { entry, sealed } = await prepare(session, found, draft, files);
  const { audience } = draft;
  const content: JsonObject = { ...told, audience, epoch: entry.epoch, entry: b64encode(sealed) };
  const uploads = uploadsOf(entry);
  return { ...content, ...(uploads.length === 0 ? {} : { uploads }), ...(status === undefined ? {} : { status }) };
}

async function prepare(session: MemberSession, { opened }: HeldCase, draft: Draft, files: Attaching = NO_FILES): Promise<PreparedEntry> {
  const caseRecipient = HybridRecipient.parse(opened.served.recipient);
  const { directory, today } = session.site;
  const at = { directory, caseRecipient, today };
  if (files.number === 0) return prepareEntry(opened.view, session.author, draft, at);
  // What refuses the entry does so before any file is on its way.
  await prepareEntry(opened.view, session.author, { ...draft, attachments: files.rehearsal }, at);
  const attachments = await files.send(entryRecipients(opened.view, draft.audience, at));
  return prepareEntry(opened.view, session.author, { ...draft, attachments }, at);
}

function idOf({ opened }: HeldCase): string {
  return opened.view.facts.case;
}

/** Sends it; the problem that the server answered with, or what it said where it took it. */
async function attempt(session: MemberSession, path: string, content: JsonObject): Promise<Problem | { readonly answer: JsonObject }> {
  try {
    return { answer: await session.send("POST", path, content) };
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/**
 * The case as it is now, where that is why the server refused.
 *
 * @throws Problem it refused for another reason
 */
async function again(session: MemberSession, found: HeldCase, refused: Problem): Promise<HeldCase> {
  if (!AGAIN.has(refused.kind)) throw refused;
  await session.loadDirectory();
  return openCase(session, idOf(found));
}

function checkOnChannel(session: MemberSession, view: CaseView, member: string): void {
  if (memberIds(session.site.directory.channel(view.facts.channel)).has(member)) return;
  throw new Refused(N_("“{member}” has no role on the channel of this case."), { member });
}

function giving(session: MemberSession, found: HeldCase, held: granting.Giving["held"]): granting.Giving {
  return { view: found.opened.view, held, directory: session.site.directory, today: session.site.today };
}

/**
 * Lets one more member read a case, and records it.
 *
 * @throws Refused the reporter excluded them, the directory does not list them, they have no role on the
 * case's channel, or the case is not in order
 * @throws Problem they have access already
 */
export async function giveAccess(session: MemberSession, found: HeldCase, member: string): Promise<void> {
  let current = found;
  for (let round = 0; round < ROUNDS; round++) {
    const { view } = current.opened;
    checkOnChannel(session, view, member);
    const recipient = keyOf(await session.site.recipients(view.facts.channel), member);
    const at = giving(session, current, await heldGrants(session, current));
    const grants = await granting.grantOn(at, session.member, member, recipient);
    const body = granting.accessBody(member, grants.keys());
    const { entry, sealed } = await prepare(session, current, { kind: "access", audience: "team", body });
    const ordered = [...grants].sort(([first], [second]) => first - second);
    const content: JsonObject = {
      member,
      epoch: entry.epoch,
      entry: b64encode(sealed),
      grants: ordered.map(([epoch, grant]) => ({ epoch, sealed: b64encode(grant) })),
    };
    const outcome = await attempt(session, `${pathOf(idOf(current))}/grants`, content);
    if (!(outcome instanceof Problem)) return;
    current = await again(session, current, outcome);
  }
  throw keepsChanging();
}

function keyOf(recipients: ReadonlyMap<string, HybridRecipient>, member: string): HybridRecipient {
  const recipient = recipients.get(member);
  if (recipient === undefined) throw new Refused(N_("The server does not show the key of “{member}”."), { member });
  return recipient;
}

/**
 * A new epoch that names `leads` among its holders; those who read the case go on reading it.
 *
 * @throws Refused the reporter excluded one of them, the directory does not list them, they have no role
 * on the case's channel, or the case is not in order
 */
export function passOn(session: MemberSession, found: HeldCase, leads: readonly string[]): Promise<HeldCase> {
  return nextEpoch(session, found, (view) => {
    for (const member of leads) checkOnChannel(session, view, member);
    const reading = [...granting.readers(view)].filter((member) => !leads.includes(member));
    return { holders: [...holdersOf(view), ...leads], reading };
  });
}

/**
 * A new epoch without `member`: they can open nothing that is written from then on. `confirmed`: the person
 * was told that fewer than two hold the case afterwards, and wants it so.
 *
 * @throws Refused it is this member, has no access, or is the only holder; or the case is not in order
 * @throws FewHolders fewer than two would hold it, by the chain as it was verified here; not confirmed
 */
export function withdraw(session: MemberSession, found: HeldCase, member: string, confirmed = false): Promise<HeldCase> {
  const without = (view: CaseView): Wanted => {
    if (member === session.member) {
      throw new Refused(N_("Your own access has to be withdrawn by another holder of the case."));
    }
    const reading = granting.readers(view);
    if (!reading.delete(member) && !holdersOf(view).includes(member)) {
      throw new Refused(N_("“{member}” has no access to this case."), { member });
    }
    const holders = holdersOf(view).filter((holder) => holder !== member);
    if (holders.length === 0) throw new Refused(N_("Nobody would hold this case any more: pass it on first."));
    return { holders, reading: [...reading] };
  };
  return nextEpoch(session, found, without, confirmed);
}

/**
 * A new epoch for the same people: what is written from then on is sealed to keys that none had before. `people`: whom
 * the member was shown, besides themselves; `confirmed`: as for {@link withdraw}. It throws what that does.
 *
 * @throws Refused somebody else holds or reads it: whoever has a former key of the member's may have let them in
 */
export function renew(session: MemberSession, found: HeldCase, people: readonly string[], confirmed = false): Promise<HeldCase> {
  const same = (view: CaseView): Wanted => {
    const unseen = peopleOf(view).filter((member) => member !== session.member && !people.includes(member));
    if (unseen.length > 0) {
      const members = unseen.map((member) => labelOf(session.site.directory, member)).join(", ");
      throw new Refused(N_("{members} also have this case, and were not shown: look at it again before you seal it anew."), { members });
    }
    return { holders: holdersOf(view), reading: [...granting.readers(view)] };
  };
  return nextEpoch(session, found, same, confirmed);
}

/** Everybody who holds or reads it. */
export function peopleOf(view: CaseView): readonly string[] {
  return [...new Set([...holdersOf(view), ...granting.readers(view)])].sort();
}

/** Whom the last epoch names. */
export function holdersOf(view: CaseView): readonly string[] {
  return view.facts.chain?.last.holders ?? [];
}

/** Who is to have the case from the next epoch on. */
interface Wanted {
  readonly holders: readonly string[];
  readonly reading: readonly string[];
}

/** `wanted` is asked of the case as it is in each round: whom a colleague shut out meanwhile stays outside. */
async function nextEpoch(
  session: MemberSession,
  found: HeldCase,
  wanted: (view: CaseView) => Wanted,
  confirmed = false,
): Promise<HeldCase> {
  let current = found;
  for (let round = 0; round < ROUNDS; round++) {
    const { made, further } = await newEpoch(session, current, wanted(current.opened.view));
    if (made.grants.size < FEWEST && !confirmed) throw fewHolders(session, [...made.grants.keys()]);
    const number = current.opened.view.facts.chain?.epochs.length ?? 0;
    const request = { ...epochRequest(number, made, further), ...(confirmed ? { confirmed } : {}) };
    const outcome = await attempt(session, `${pathOf(idOf(current))}/epochs`, request);
    if (!(outcome instanceof Problem)) return recordReaders(session, await openCase(session, idOf(current)), number, [...further.keys()]);
    current = await again(session, current, outcome);
  }
  throw keepsChanging();
}

function fewHolders({ site }: MemberSession, members: readonly string[]): FewHolders {
  const names = members.map((member) => labelOf(site.directory, member)).join(", ");
  return new FewHolders(N_("Only {members} would hold this case: if that key is lost, nobody can open it."), { members: names });
}

interface Made {
  readonly made: granting.NewEpoch;
  /** Grants of the new epoch for those who read the case without holding it. */
  readonly further: ReadonlyMap<string, Uint8Array>;
}

async function newEpoch(session: MemberSession, found: HeldCase, { holders, reading }: Wanted): Promise<Made> {
  const { view } = found.opened;
  const { directory, today } = session.site;
  // Whoever has left since the last epoch does not come along.
  const onChannel = memberIds(directory.channel(view.facts.channel));
  const here = (member: string): boolean => onChannel.has(member) && directory.isListed(member, today);
  const keys = await session.site.recipients(view.facts.channel);
  const named = [...new Set(holders)].filter(here).sort().map((member) => [member, keyOf(keys, member)] as const);
  const at = giving(session, found, await heldGrants(session, found));
  const made = await granting.newEpoch(at, session.author, new Map(named));
  const further = new Map<string, Uint8Array>();
  for (const member of reading.filter(here).sort()) {
    further.set(member, await granting.grantReading(at, made, member, keyOf(keys, member)));
  }
  return { made, further };
}

function epochRequest(number: number, made: granting.NewEpoch, further: ReadonlyMap<string, Uint8Array>): JsonObject {
  const sealed = [...made.grants].flatMap(([member, grants]) => [...grants].map(([epoch, grant]) => ({ member, epoch, grant })));
  for (const [member, grant] of further) sealed.push({ member, epoch: number, grant });
  return {
    note: made.note,
    recipient: String(made.identity.recipient),
    grants: sealed.map(({ member, epoch, grant }) => ({ member, epoch, sealed: b64encode(grant) })),
  };
}

/** The note names holders alone: who else reads the new epoch is recorded as every grant is. */
async function recordReaders(session: MemberSession, found: HeldCase, number: number, members: readonly string[]): Promise<HeldCase> {
  let current = found;
  for (const member of members) {
    await write(session, current, { kind: "access", audience: "team", body: granting.accessBody(member, [number]) });
    current = await openCase(session, idOf(current));
  }
  return current;
}
