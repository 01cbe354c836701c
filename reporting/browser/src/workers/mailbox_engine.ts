/** What the worker of a mailbox page does: keys, plaintext and the receipt code live here alone. */

import { type Followed as FollowedCase, checkContinues, followUp } from "../client/following.ts";
import { UnexpectedAnswer } from "../client/errors.ts";
import { type OpenedCase, readMailbox } from "../client/mailbox.ts";
import { certify } from "../client/certifying.ts";
import { askForNews } from "../client/news.ts";
import { caseHashOf, fileOf } from "../client/case_files.ts";
import { showCase } from "../client/showing.ts";
import type { ShownCase } from "../client/shown.ts";
import type { Attaching } from "../evidence/files.ts";
import type { OutgoingFile, TellFiles } from "../evidence/types.ts";
import type { Site } from "../client/site.ts";
import { fingerprint } from "../protocol/directory.ts";
import type { Channel } from "../protocol/directory_parts.ts";
import type { Part } from "../protocol/dossier.ts";
import { b64encode } from "../protocol/encoding.ts";
import { Malformed, N_, NotAuthentic, Refused } from "../protocol/errors.ts";
import { Feed } from "../protocol/feed.ts";
import { CHECK_IN_FORM, type CheckIn } from "../protocol/measures.ts";
import { type MinutesAnswer, type Request, askedOf, minutesAnswerOf } from "../protocol/rights.ts";
import * as risk from "../protocol/risk.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import type { Draft, PreparedEntry } from "../protocol/submission.ts";
import type { Questionnaire } from "../questionnaires/models.ts";
import { QuestionnaireError, readServed, strip } from "../questionnaires/reading.ts";
import { type Making, dossierParts, hashOf, signDossier } from "./dossier_making.ts";
import { keptFor, nothingKept, once, toReceived, toldOf } from "./kept.ts";
import { PageEngine, SIDE, type Tell, later } from "./page_engine.ts";
import type { CertificateMade, DossierParts, Followed, MailboxApi, Measure, NewsLink, Opened, Step } from "./reporter_api.ts";
import { measureMessage } from "./writing.ts";

const ANSWER_FORM = "answer-1";

type Questionnaires = ReadonlyMap<string, Questionnaire>;

/** The methods of the worker `mailbox`; see {@link MailboxApi}. */
export class MailboxEngine extends PageEngine<Questionnaires> implements MailboxApi {
  #cases = new Map<string, OpenedCase>();
  #entry = nothingKept<PreparedEntry, FollowedCase>();

  protected override async load(site: Site): Promise<Questionnaires> {
    const asked = new Map(site.directory.channels.map((channel) => [channel.questionnaire.id, channel]));
    const found = await Promise.all([...asked.values()].map((channel) => readIfKnown(site, channel)));
    return new Map(found.flatMap((one) => (one === null ? [] : [[one.id, one] as const])));
  }

  protected override describe(): Pick<Opened, "excludable" | "identity"> {
    return { excludable: [], identity: false };
  }

  async readMailbox(progress: (step: Step) => void): Promise<readonly ShownCase[]> {
    const code = this.#kept();
    const sender = this.sender(progress, false);
    const cases = await readMailbox(this.site, sender, code);
    for (const { served, view } of cases) {
      const before = this.#cases.get(view.facts.case);
      if (before !== undefined) checkContinues(before.served, served.sealed.epochs);
    }
    this.#cases = new Map(cases.map((one) => [one.view.facts.case, one]));
    return cases.map((one) => this.#show(one));
  }

  async followUp(caseId: string, text: string, files: readonly OutgoingFile[], progress: Tell): Promise<Followed> {
    const said = strip(text);
    if (said === "") throw new Malformed(N_("There is nothing to send."));
    const attached = await this.files.attach(files, SIDE, progress);
    return this.#write(caseId, { kind: "message", audience: "reporter", body: { text: said } }, attached, progress);
  }

  async answer(caseId: string, decision: string, accepts: boolean, text: string, progress: Tell): Promise<Followed> {
    const answers = { decision, answer: accepts ? "accept" : "contest", text: strip(text) };
    const attached = await this.files.attach([], SIDE, progress);
    return this.#write(caseId, { kind: "protection", audience: "reporter", body: { form: ANSWER_FORM, answers } }, attached, progress);
  }

  async ask(caseId: string, request: Request, text: string, progress: Tell): Promise<Followed> {
    const body = { request, text: strip(text) };
    askedOf(body);
    return this.#write(caseId, { kind: "request", audience: "reporter", body }, await this.files.attach([], SIDE, progress), progress);
  }

  async answerMinutes(caseId: string, { of, sha256, agrees, text }: MinutesAnswer, progress: Tell): Promise<Followed> {
    const body = { of, sha256, answer: agrees ? "agree" : "correct", text: strip(text) };
    minutesAnswerOf(body);
    return this.#write(caseId, { kind: "minutes", audience: "reporter", body }, await this.files.attach([], SIDE, progress), progress);
  }

  async checkIn(caseId: string, { months, closed, answer, text }: CheckIn, progress: Tell): Promise<Followed> {
    const said = strip(text);
    if (answer === "words" && said === "") throw new Malformed(N_("There is nothing to send."));
    const answers = { check_in: months, closed, answer, text: said };
    const attached = await this.files.attach([], SIDE, progress);
    return this.#write(caseId, { kind: "protection", audience: "reporter", body: { form: CHECK_IN_FORM, answers } }, attached, progress);
  }

  async shareRisk(caseId: string, factors: readonly risk.Factor[], text: string, progress: Tell): Promise<Followed> {
    const answers = { factors: [...factors], text: strip(text) };
    risk.checkSelfAssessment(answers);
    const attached = await this.files.attach([], SIDE, progress);
    return this.#write(caseId, { kind: "protection", audience: "reporter", body: { form: risk.SELF_FORM, answers } }, attached, progress);
  }

  async #write(caseId: string, draft: Draft, attached: Attaching, progress: Tell): Promise<Followed> {
    const code = this.#kept();
    const opened = this.#case(caseId);
    const kept = (this.#entry = keptFor(this.#entry, [caseId, draft, code.groups(), attached.number]));
    const sending = toldOf(progress, code, this.sender(progress, kept.made !== null), attached);
    const sent = await once(kept, sending, () => followUp(this.site, opened, draft, kept, sending));
    if (this.#entry === kept) this.#entry = nothingKept();
    this.#cases.set(caseId, sent.opened);
    return { ...toReceived(sent.acknowledged), shown: this.#show(sent.opened) };
  }

  async openFile(caseId: string, entryId: string, place: number, tell: TellFiles): Promise<Blob> {
    const code = this.#kept();
    const { served, view } = this.#case(caseId);
    const { origin } = this.site.directory;
    const from = { side: "reporter", token: b64encode(await code.mailboxToken(origin)), case: caseId } as const;
    const identity = await code.caseIdentity(origin, caseHashOf(served.sealed));
    return this.files.open({ ...fileOf(view, entryId, place), identities: [identity.encode()], from }, tell);
  }

  async certify(caseId: string, name: string, nameChannel: boolean): Promise<CertificateMade> {
    const opened = this.#case(caseId);
    const { certificate, ...made } = await certify(this.site, this.sender(() => undefined, false), this.#kept(), opened, name, nameChannel);
    const { origin, received, issued, channel } = certificate;
    return { ...made, origin, received, issued, channel, fingerprint: fingerprint(this.site.pin.root.publicKey) };
  }

  async dossierParts(cases: readonly string[], entries: readonly string[]): Promise<DossierParts> {
    return dossierParts(this.#making(cases), entries);
  }

  async signDossier(cases: readonly string[], part: Part, content: Uint8Array): Promise<Uint8Array> {
    return signDossier(this.#making(cases), part, content);
  }

  async newsLink(): Promise<NewsLink> {
    const feed = await this.#feed();
    const { transport, directory, today } = this.site;
    try {
      const { on } = await askForNews(transport, directory.shape, feed, today);
      return { fragment: feed.fragment(), on };
    } catch (error) {
      if (error instanceof NotAuthentic) return { fragment: feed.fragment(), on: true }; // it opened: the page of the link says what is wrong
      throw error;
    }
  }

  async chooseNews(on: boolean, progress: (step: Step) => void): Promise<NewsLink> {
    const token = b64encode(await this.#kept().mailboxToken(this.site.directory.origin));
    const answer = await this.sender(progress, false).send("/api/choices", { token, news: on });
    if (answer["news"] !== on) throw new UnexpectedAnswer(N_("The server did not do what it was asked to; try again."));
    return { fragment: (await this.#feed()).fragment(), on };
  }

  async #feed(): Promise<Feed> {
    return Feed.ofToken(await this.#kept().mailboxToken(this.site.directory.origin));
  }

  async hashFile(caseId: string, entryId: string, place: number): Promise<string> {
    return hashOf(await this.openFile(caseId, entryId, place, () => undefined));
  }

  #making(cases: readonly string[]): Making {
    return { site: this.site, code: this.#kept(), cases: cases.map((id) => this.#case(id)) };
  }

  #case(caseId: string): OpenedCase {
    const opened = this.#cases.get(caseId);
    if (opened === undefined) throw new Refused(N_("There is no such case under this receipt code."));
    return opened;
  }

  measureMessage(text: string): Promise<Measure> {
    return later(() => measureMessage(strip(text)));
  }

  #kept(): ReceiptCode {
    if (this.code === null) throw new Error("there is no receipt code yet");
    return this.code;
  }

  #show(opened: OpenedCase): ShownCase {
    const { directory } = this.site;
    return showCase(opened, { directory, reader: "reporter", language: this.language, questionnaires: this.content });
  }
}

/** A questionnaire that this program cannot read must not keep anybody from their mailbox. */
async function readIfKnown(site: Site, channel: Channel): Promise<Questionnaire | null> {
  try {
    return readServed(await site.questionnaire(channel), channel.questionnaire.id);
  } catch (error) {
    if (!(error instanceof QuestionnaireError)) throw error;
    return null;
  }
}
