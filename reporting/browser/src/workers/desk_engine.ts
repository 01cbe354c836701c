/** What the desk's worker does: the session with its keys, the inbox with its index, and cases as they are opened. */

import { tagsOf } from "../client/card_text.ts";
import * as cases from "../client/cases.ts";
import * as protection from "../client/protection.ts";
import { urgencyOf } from "../client/protected.ts";
import type { HeldCase, Line } from "../client/cases.ts";
import * as custody from "../client/custody.ts";
import * as casework from "../client/casework.ts";
import { keyDigits } from "../client/enrolling.ts";
import { exportCase } from "../client/export.ts";
import { takeAlong } from "../client/along.ts";
import { fileToOpen } from "../client/desk_files.ts";
import * as covering from "../client/covering.ts";
import { ledBy } from "../client/leading.ts";
import { askIdentity, withdrawRequest } from "../client/identity.ts";
import type { MemberSession } from "../client/member.ts";
import { joinedPasskeys, passkeyQuestion } from "../client/own_account.ts";
import { ownKeys } from "../client/renewing.ts";
import { Questionnaires } from "../client/questions.ts";
import { CaseIndex } from "../client/search.ts";
import { showCase, titleOf } from "../client/showing.ts";
import * as standing from "../client/standing.ts";
import type { Transport } from "../client/transport.ts";
import { Files, type OpenJob, type StartFiles, type Target } from "../evidence/files.ts";
import type { FileLimits, FileMark, OutgoingFile, TellFiles } from "../evidence/types.ts";
import { askedIn } from "../protocol/custody.ts";
import { fingerprint } from "../protocol/directory.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { strip } from "../questionnaires/reading.ts";
import type { Acted, Decided, DeskApi, DeskCase, Draft, HistoryEvent, InboxLine, Made, Overview, Session } from "./desk_api.ts";
import type { Cover, Led, LedCases } from "./cover_api.ts";
import { inboxLine } from "./inbox_lines.ts";
import { eachCase } from "./looking.ts";
import { custodyCase, custodyList, opened, shownRequest } from "./identity.ts";
import type { CustodyCase, CustodyLine, IdentityQuestion, OpenedIdentity } from "./identity_api.ts";
import { WorkEngine } from "./work_engine.ts";
import { measureMessage } from "./writing.ts";

const KEPT = 4; // cases as last opened, for what is written to them next
const LONGER_AUTHOR = 32 - "reporter".length; // a member's id stands where the reporter's does

/** The methods of the worker `desk`; see {@link DeskApi}. */
export class DeskEngine extends WorkEngine implements DeskApi {
  #index = new CaseIndex();
  readonly #lines = new Map<string, Line>();
  /** When a line was last changed here, and the count of such moments. */
  readonly #changed = new Map<string, number>();
  #moment = 0;
  readonly #opened = new Map<string, HeldCase>();
  readonly #questionnaires = new Questionnaires();
  readonly #files: Files;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(transport: Transport, language = "en", start?: StartFiles) {
    super(transport, language);
    this.#files = new Files(start);
  }

  protected describe(session: MemberSession): Session {
    const { directory, pin } = session.site;
    const { member, name, label, roles, channels, idle, factors } = session.account;
    const keys = keyDigits(session.vault.signingKey.public, String(session.vault.identity.recipient));
    // By the verified directory, not by the server's word.
    const listing = session.standing;
    const awaiting = listing === "listed" ? null : (session.account.awaiting ?? { administrators: [], keys });
    return {
      ...{ stage: "open", member, name, label, roles, channels, idle, factors, listing, awaiting, keys },
      ownKeys: ownKeys(session),
      passkeyQuestion: passkeyQuestion(member),
      joined: joinedPasskeys(session),
      directory: {
        version: directory.version,
        validUntil: directory.validUntil,
        fingerprint: fingerprint(pin.root.publicKey),
      },
      titles: directory.channels.map((channel) => ({ id: channel.id, title: titleOf(channel, this.language), kind: channel.kind })),
      people: standing.colleagues(directory),
    };
  }

  protected forget(): void {
    this.#index = new CaseIndex();
    this.#lines.clear();
    this.#changed.clear();
    this.#opened.clear();
  }

  async inbox(progress: (page: readonly InboxLine[]) => void): Promise<number> {
    const session = this.here();
    const started = ++this.#moment;
    // What was opened or written while the list was on its way is newer than the list.
    const isNewer = (id: string): boolean => (this.#changed.get(id) ?? 0) > started;
    const seen = new Set<string>();
    this.#index.hold();
    const listed = cases.listCases(session, (lines) => {
      const current = lines.map((line) => (isNewer(line.case) ? (this.#lines.get(line.case) ?? line) : line));
      for (const line of current) {
        seen.add(line.case);
        this.#note(session, line);
      }
      progress(current.map(inboxLine));
    });
    const count = await listed.finally(() => {
      this.#index.release();
    });
    for (const id of [...this.#lines.keys()].filter((known) => !seen.has(known) && !isNewer(known))) {
      this.#lines.delete(id);
      this.#index.remove(id);
    }
    return count;
  }

  /** Keeps a line that is newer than any list on its way. */
  #change(session: MemberSession, line: Line): void {
    this.#changed.set(line.case, ++this.#moment);
    this.#note(session, line);
  }

  /** Keeps a line of the list, and lets search know it. */
  #note(session: MemberSession, line: Line): void {
    const before = this.#lines.get(line.case);
    this.#lines.set(line.case, line);
    if (before !== undefined && cases.sameText(before, line)) return;
    const channel = session.site.directory.channels.find(({ id }) => id === line.channel);
    this.#index.put({
      case: line.case,
      received: line.received,
      summary: line.card?.summary ?? "",
      text: line.card?.text ?? "",
      tags: line.card?.tags ?? [],
      title: channel === undefined ? line.channel : titleOf(channel, this.language),
    });
  }

  search(query: string): Promise<readonly string[]> {
    return this.#index.search(query);
  }

  async openUnread(progress: (done: number, of: number) => void): Promise<number> {
    this.here();
    const unread = [...this.#lines.values()].filter(({ granted, card }) => granted && (card?.text ?? null) === null);
    const load = (id: string): Promise<HeldCase> => this.#inTurn(id, (session) => this.#load(session, id));
    const opened = await eachCase(unread.map((line) => line.case), load, progress);
    return opened.filter((found) => (found?.card ?? null) !== null).length;
  }

  async ledCases(progress: (done: number, of: number) => void): Promise<LedCases> {
    await this.inbox(() => undefined);
    const granted = [...this.#lines.values()].filter((line) => line.granted).map((line) => line.case);
    const look = (id: string): Promise<Led | null> =>
      this.#inTurn(id, async (session) => ledBy(session, await this.#load(session, id), this.language));
    const found = await eachCase(granted, look, progress);
    return { cases: found.filter((one) => one !== undefined && one !== null), failed: found.filter((one) => one === undefined).length };
  }

  async covers(): Promise<readonly Cover[]> {
    return covering.coversOf(this.here());
  }

  async beginCover(to: string, until: string, cases: readonly string[]): Promise<void> {
    await covering.beginCover(this.here(), to, until, cases);
  }

  async closeCover(cover: string): Promise<void> {
    await covering.closeCover(this.here(), cover);
  }

  /** Runs `work` once nothing else is at work on the same case: two would write its card over each other. */
  async #inTurn<T>(caseId: string, work: (session: MemberSession) => Promise<T>): Promise<T> {
    const session = this.here();
    const run = (): Promise<T> => work(session);
    const turn = (this.#turns.get(caseId) ?? Promise.resolve()).then(run, run);
    this.#turns.set(caseId, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(caseId) === turn) this.#turns.delete(caseId);
    }
  }

  async #load(session: MemberSession, caseId: string, forget: Draft["audience"] | null = null): Promise<HeldCase> {
    let found = await cases.openCase(session, caseId, forget);
    if (await protection.raisedByClaim(session, found)) found = await cases.openCase(session, caseId);
    const { served, view } = found.opened;
    const { clocks, received } = served;
    const { channel, serverStatus: status } = view.facts;
    const [nextDue = null] = clocks.filter(({ done }) => done === null).map((clock) => clock.due).sort();
    const { assignee, card } = found;
    const unreadSince = found.unread?.since ?? null;
    this.#change(session, { case: caseId, channel, received, status, clocks, nextDue, ...urgencyOf(found.protection), granted: true, unreadSince, assignee, card });
    return found;
  }

  /** The case as a person sees it: what its reporter wrote counts as read from then on. */
  async #read(session: MemberSession, found: HeldCase): Promise<DeskCase> {
    try {
      const read = await cases.tellRead(session, found);
      const line = this.#lines.get(found.opened.view.facts.case);
      if (read !== found && line !== undefined) this.#change(session, { ...line, unreadSince: null });
      return await this.#show(session, read);
    } catch (error) {
      if (error instanceof ProtocolError) return this.#show(session, found); // it must open all the same, and stays marked
      throw error;
    }
  }

  async #show(session: MemberSession, found: HeldCase): Promise<DeskCase> {
    const { view } = found.opened;
    const { directory } = session.site;
    const questionnaires = await this.#questionnaires.of(session.site, view.facts.channel);
    this.#opened.delete(view.facts.case);
    this.#opened.set(view.facts.case, found);
    for (const id of [...this.#opened.keys()].slice(0, -KEPT)) this.#opened.delete(id);
    return {
      ...showCase(found.opened, { directory, reader: session.member, language: this.language, questionnaires }),
      allowed: found.allowed,
      unreadSince: found.unread?.since ?? null,
      protection: found.protection,
      profile: protection.profileOf(session, view),
      findings: found.findings,
      officer: protection.isOfficer(session, view),
      identity: found.identity,
      requests: askedIn(view).map((asked) => shownRequest(session, asked, false)).reverse(),
      assignee: found.assignee,
      tags: tagsOf(view),
      people: standing.peopleOf(directory, view),
      holder: casework.holdersOf(view).includes(session.member),
      draft: found.card?.draft ?? null,
    };
  }

  openCase(caseId: string): Promise<DeskCase> {
    return this.#inTurn(caseId, async (session) => this.#read(session, await this.#load(session, caseId)));
  }

  async history(caseId: string): Promise<readonly HistoryEvent[]> {
    return standing.historyOf(this.here(), caseId);
  }

  #found(session: MemberSession, caseId: string): Promise<HeldCase> {
    return Promise.resolve(this.#opened.get(caseId) ?? this.#load(session, caseId));
  }

  /** Writes to the case as its reader last saw it, and answers with the case as it then stands. */
  #write(
    caseId: string,
    work: (session: MemberSession, found: HeldCase) => Promise<unknown>,
    forget: Draft["audience"] | null = null,
  ): Promise<DeskCase> {
    return this.#inTurn(caseId, async (session) => {
      await work(session, await this.#found(session, caseId));
      try {
        return await this.#read(session, await this.#load(session, caseId, forget));
      } catch (error) {
        // It is stored: whoever writes it again because of this would have written it twice.
        throw error instanceof ProtocolError ? Object.assign(error, { mayHaveArrived: true }) : error;
      }
    });
  }

  async reply(caseId: string, text: string, files: readonly OutgoingFile[] = [], tell: TellFiles = () => undefined): Promise<DeskCase> {
    const attached = await this.#files.attach(files, { side: "desk", case: caseId }, tell);
    return this.#write(caseId, (session, found) => casework.reply(session, found, text, attached), "reporter");
  }

  async note(caseId: string, text: string, files: readonly OutgoingFile[] = [], tell: TellFiles = () => undefined): Promise<DeskCase> {
    const attached = await this.#files.attach(files, { side: "desk", case: caseId }, tell);
    return this.#write(caseId, (session, found) => casework.note(session, found, text, attached), "team");
  }

  limits(): Promise<FileLimits> {
    return this.#files.limits({ side: "desk", case: [...this.#opened.keys()].at(-1) ?? "" }); // of the case that is open
  }

  pause(paused: boolean): Promise<void> {
    return this.#files.pause(paused);
  }

  cancelSending(): Promise<void> {
    return this.#files.cancel();
  }

  async openFile(caseId: string, entryId: string, place: number, act: "view" | "download", tell: TellFiles): Promise<Blob> {
    return this.#files.open(await this.#openJob(caseId, entryId, place, act), tell);
  }

  async saveFile(caseId: string, entryId: string, place: number, target: Target, tell: TellFiles): Promise<void> {
    await this.#files.save(await this.#openJob(caseId, entryId, place, "download"), target, tell);
  }

  async #openJob(caseId: string, entryId: string, place: number, act: "view" | "download"): Promise<OpenJob> {
    return this.#inTurn(caseId, async (session) => fileToOpen(session, await this.#found(session, caseId), entryId, place, act));
  }

  markFile(caseId: string, upload: string, mark: FileMark, of: string | null): Promise<DeskCase> {
    return this.#write(caseId, (session, found) => casework.markFile(session, found, upload, mark, of));
  }

  changeStatus(caseId: string, status: string, reason: string, decided: Decided | null = null): Promise<DeskCase> {
    return this.#write(caseId, (session, found) => casework.changeStatus(session, found, status, reason, decided));
  }

  async protect(caseId: string, act: protection.Act): Promise<Acted> {
    let left: Acted["left"] = [];
    const shown = await this.#write(caseId, async (session, found) => void (left = await protection.carryOut(session, found, act)));
    return { ...shown, left };
  }

  setTags(caseId: string, tags: readonly string[]): Promise<DeskCase> {
    return this.#write(caseId, (session, found) => casework.setTags(session, found, tags));
  }

  async keepDraft(caseId: string, draft: Draft): Promise<void> {
    await this.#inTurn(caseId, async (session) => {
      const card = await cases.keepDraft(session, caseId, draft);
      const line = this.#lines.get(caseId);
      if (line !== undefined) this.#change(session, { ...line, card });
    });
  }

  grant(caseId: string, member: string, lead: boolean): Promise<DeskCase> {
    return this.#write(caseId, (session, found) =>
      lead ? casework.passOn(session, found, [member]) : casework.giveAccess(session, found, member),
    );
  }

  withdraw(caseId: string, member: string, confirmed: boolean): Promise<DeskCase> {
    return this.#write(caseId, (session, found) => casework.withdraw(session, found, member, confirmed));
  }

  renewCase(caseId: string, people: readonly string[], confirmed: boolean): Promise<DeskCase> {
    return this.#write(caseId, (session, found) => casework.renew(session, found, people, confirmed));
  }

  askIdentity(caseId: string, question: IdentityQuestion): Promise<DeskCase> {
    return this.#write(caseId, (session, found) => askIdentity(session, found, question));
  }

  withdrawIdentity(caseId: string, request: string, reason: string): Promise<DeskCase> {
    return this.#write(caseId, (session, found) => withdrawRequest(session, found, request, reason));
  }

  async custodyList(): Promise<readonly CustodyLine[]> {
    return custodyList(this.here(), this.language);
  }

  async custodyCase(caseId: string): Promise<CustodyCase> {
    const session = this.here();
    return custodyCase(session, await custody.openCustody(session, caseId), this.language);
  }

  decideIdentity(caseId: string, request: string, verdict: "approve" | "refuse", reason: string): Promise<CustodyCase> {
    return this.#inTurn(caseId, async (session) => {
      await custody.decide(session, await custody.openCustody(session, caseId), request, verdict, reason);
      return this.custodyCase(caseId);
    });
  }

  openIdentity(caseId: string, request: string): Promise<OpenedIdentity> {
    return this.#inTurn(caseId, async (session) => {
      const answers = await opened(session, await custody.openCustody(session, caseId), request);
      return { found: await this.custodyCase(caseId), answers };
    });
  }

  async assign(caseIds: readonly string[], member: string | null): Promise<readonly string[]> {
    const session = this.here();
    const changed = await standing.assign(session, caseIds, member);
    for (const id of changed) {
      const line = this.#lines.get(id);
      if (line !== undefined) this.#change(session, { ...line, assignee: member });
    }
    return changed;
  }

  async overview(): Promise<Overview> {
    return standing.overviewOf(this.here(), this.language);
  }

  async exportCase(caseId: string, withFiles = false, tell: TellFiles = () => undefined): Promise<Made> {
    const files = withFiles ? await takeAlong((await this.openCase(caseId)).entries, (file) => this.openFile(caseId, file.entry, file.place, "download", tell)) : [];
    return this.#inTurn(caseId, async (session) => {
      const found = await this.#load(session, caseId);
      const { signed: directory, pin } = session.site;
      const along = { files, history: await standing.historyOf(session, caseId) };
      return exportCase(found.opened, await this.#show(session, found), { grants: found.grants, directory, root: pin.root }, along);
    });
  }

  async noteExport(caseId: string, form: "zip" | "print"): Promise<void> {
    await this.here().send("POST", `${cases.pathOf(caseId)}/exports`, { form });
  }

  measureMessage(text: string): Promise<{ readonly used: number; readonly limit: number }> {
    const { used, limit } = measureMessage(strip(text));
    return Promise.resolve({ used, limit: limit - LONGER_AUTHOR });
  }
}
