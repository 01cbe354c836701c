/** What the worker of the reporters' pages does: keys, plaintext and the receipt code live here alone. */

import { openDraft, sealDraft } from "../client/draft.ts";
import { type OpenedCase, readMailbox } from "../client/mailbox.ts";
import { type Acknowledged, type Followed as FollowedCase, type Loaded, type Sealed, type Sending, checkContinues, followUp, sendReport } from "../client/reporter.ts";
import { Sender, type SenderOptions } from "../client/sending.ts";
import { labelOf, showCase } from "../client/showing.ts";
import type { ShownCase } from "../client/shown.ts";
import { Site } from "../client/site.ts";
import type { Transport } from "../client/transport.ts";
import { fingerprint } from "../protocol/directory.ts";
import { type Channel, memberIds } from "../protocol/directory_parts.ts";
import { type JsonObject, b64decode } from "../protocol/encoding.ts";
import { Malformed, N_, ProtocolError, Refused } from "../protocol/errors.ts";
import { VerifierKey } from "../protocol/note.ts";
import { ReceiptCode, complete } from "../protocol/receipt.ts";
import type { Prepared, PreparedEntry } from "../protocol/submission.ts";
import type { Questionnaire } from "../questionnaires/models.ts";
import { QuestionnaireError, readServed, strip } from "../questionnaires/reading.ts";
import type { Code, FieldError, Followed, Measure, OpenedDraft, Opened, PageFacts, Received, ReporterApi, Step, Writing } from "./reporter_api.ts";
import { loadWords } from "./words.ts";
import { type Form, faultsOf, measureMessage, measureWriting, toReport } from "./writing.ts";

type Tell = (step: Step) => void;

/** A page as it stands once opened. */
interface Open {
  readonly page: PageFacts;
  readonly site: Site;
  readonly questionnaires: ReadonlyMap<string, Questionnaire>;
  /** What a report is written and sealed with; null on the mailbox page. */
  readonly report: { readonly form: Form; readonly loaded: Loaded } | null;
}

/** Something sealed, and the words and code that it was sealed from. */
interface Kept<T, R> extends Sealed<T> {
  readonly from: string;
  /** The sending under way: asked for twice at once, it is done once. */
  running: Promise<R> | null;
}

/** The engine of one page. `options` is for tests: how long to wait before an unanswered action is repeated. */
export class ReporterEngine implements ReporterApi {
  #open: Open | null = null;
  #code: ReceiptCode | null = null;
  #cases = new Map<string, OpenedCase>();
  #report = nothingKept<Prepared, Acknowledged>();
  #entry = nothingKept<PreparedEntry, FollowedCase>();

  constructor(
    private readonly transport: Transport,
    private readonly options: SenderOptions = {},
  ) {}

  async open(page: PageFacts): Promise<Opened> {
    const root = VerifierKey.parse(page.root);
    const pin = { root, version: page.version, sha256: b64decode(page.sha256, { length: 32 }) };
    const site = new Site(this.transport, pin, page.today);
    const [directory] = await Promise.all([site.load(), loadWords(page.language, this.transport)]);
    const questionnaires = new Map<string, Questionnaire>();
    const opened = { page, site, questionnaires, report: null };
    if (page.channel === null) {
      const asked = new Map(directory.channels.map((channel) => [channel.questionnaire.id, channel]));
      await Promise.all([...asked.values()].map((channel) => readIfKnown(site, channel, questionnaires)));
      this.#open = opened;
    } else {
      this.#open = { ...opened, report: await openReport(site, page, page.channel, questionnaires) };
    }
    return {
      origin: directory.origin,
      version: directory.version,
      newer: directory.version > page.version,
      fingerprint: fingerprint(site.pin.root.publicKey),
      excludable: page.channel === null ? [] : excludable(site, page.channel),
      identity: page.channel !== null && directory.custodians(page.channel, page.today).length > 0,
    };
  }

  newCode(): Promise<Code> {
    return Promise.resolve(this.#keep(ReceiptCode.generate()));
  }

  readCode(typed: string): Promise<Code> {
    return later(() => this.#keep(ReceiptCode.parse(typed, this.#language)));
  }

  complete(beginning: string): Promise<readonly string[]> {
    return later(() => complete(beginning, this.#language));
  }

  check(writing: Writing): Promise<readonly FieldError[]> {
    return later(() => faultsOf(writing, this.#writing().form));
  }

  measure(writing: Writing): Promise<Measure> {
    return later(() => measureWriting(writing, this.#writing().form));
  }

  async submit(writing: Writing, progress: Tell): Promise<Received> {
    const { form, loaded } = this.#writing();
    const report = toReport(writing, form);
    const code = this.#code ?? ReceiptCode.generate();
    this.#code = code;
    const kept = (this.#report = keptFor(this.#report, [report as unknown as JsonObject, code.groups()]));
    const sending = this.#sending(code, kept, progress);
    const received = await once(kept, sending, () => sendReport(loaded, report, kept, sending));
    if (this.#report === kept) this.#report = nothingKept();
    return toReceived(received);
  }

  async saveDraft(writing: Writing): Promise<{ file: Uint8Array; code: Code }> {
    const { form } = this.#writing();
    const code = this.#code ?? ReceiptCode.generate();
    const { origin } = this.#site.directory;
    const file = await sealDraft({ channel: form.channel, language: form.language, writing }, code, origin);
    return { file, code: this.#keep(code) };
  }

  async openDraft(file: Uint8Array, typed: string): Promise<OpenedDraft> {
    const code = ReceiptCode.parse(typed, this.#language);
    const { channel, writing } = await openDraft(file, code, this.#site.directory.origin);
    return { channel, writing, code: this.#keep(code) };
  }

  async readMailbox(progress: Tell): Promise<readonly ShownCase[]> {
    const code = this.#kept();
    const sender = this.#sender(progress, false);
    const cases = await readMailbox(this.#site, sender, code);
    for (const { served, view } of cases) {
      const before = this.#cases.get(view.facts.case);
      if (before !== undefined) checkContinues(before.served, served.sealed.epochs);
    }
    this.#cases = new Map(cases.map((one) => [one.view.facts.case, one]));
    return cases.map((one) => this.#show(one));
  }

  async followUp(caseId: string, text: string, progress: Tell): Promise<Followed> {
    const code = this.#kept();
    const opened = this.#cases.get(caseId);
    if (opened === undefined) throw new Refused(N_("There is no such case under this receipt code."));
    const said = strip(text);
    if (said === "") throw new Malformed(N_("There is nothing to send."));
    const kept = (this.#entry = keptFor(this.#entry, [caseId, said, code.groups()]));
    const draft = { kind: "message", audience: "reporter", body: { text: said } } as const;
    const sending = this.#sending(code, kept, progress);
    const sent = await once(kept, sending, () => followUp(this.#site, opened, draft, kept, sending));
    if (this.#entry === kept) this.#entry = nothingKept();
    this.#cases.set(caseId, sent.opened);
    return { ...toReceived(sent.acknowledged), shown: this.#show(sent.opened) };
  }

  measureMessage(text: string): Promise<Measure> {
    return later(() => measureMessage(strip(text)));
  }

  get #site(): Site {
    return this.#opened().site;
  }

  get #language(): string {
    return this.#opened().page.language;
  }

  #opened(): Open {
    if (this.#open === null) throw new Error("the page is not opened");
    return this.#open;
  }

  #writing(): { readonly form: Form; readonly loaded: Loaded } {
    const { report } = this.#opened();
    if (report === null) throw new Error("this is no report page");
    return report;
  }

  #kept(): ReceiptCode {
    if (this.#code === null) throw new Error("there is no receipt code yet");
    return this.#code;
  }

  #keep(code: ReceiptCode): Code {
    const shown = { words: code.words(this.#language), groups: code.groups() };
    this.#code = code;
    return shown;
  }

  #show(opened: OpenedCase): ShownCase {
    const { directory } = this.#site;
    const { questionnaires } = this.#opened();
    return showCase(opened, { directory, reader: "reporter", language: this.#language, questionnaires });
  }

  #sender(progress: Tell, uncertain: boolean): Sender {
    return new Sender(this.transport, this.#site.directory.shape, { ...this.options, tell: progress }, { unknown: uncertain });
  }

  #sending(receipt: ReceiptCode, sealed: Sealed<unknown>, progress: Tell): Sending {
    return {
      receipt,
      // What is still kept was sent before, and nobody knows whether it arrived.
      sender: this.#sender(progress, sealed.made !== null),
      sealing: () => {
        progress("sealing");
      },
      changed: () => {
        progress("directory-changed");
      },
    };
  }
}

/** Runs `act` so that what it throws rejects, as callers of asynchronous methods expect. */
function later<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(act());
  });
}

function nothingKept<T, R>(from = ""): Kept<T, R> {
  return { from, made: null, running: null };
}

/** What is kept for exactly these words, else a new place for what they are sealed to. */
function keptFor<T, R>(kept: Kept<T, R>, from: unknown): Kept<T, R> {
  const text = JSON.stringify(from);
  return kept.from === text ? kept : nothingKept(text);
}

/** Runs `send` unless it runs already, and marks what it throws with whether something may have arrived. */
async function once<T, R>(kept: Kept<T, R>, sending: Sending, send: () => Promise<R>): Promise<R> {
  const started = kept.running === null;
  try {
    return await (kept.running ??= send());
  } catch (error) {
    if (started && error instanceof ProtocolError) Object.assign(error, { mayHaveArrived: sending.sender.fate.unknown });
    throw error;
  } finally {
    if (started) kept.running = null;
  }
}

function toReceived({ case: id, day, note }: { case: string; day: string; note: string }): Received {
  return { case: id, day, acknowledgement: note };
}

async function openReport(site: Site, page: PageFacts, id: string, questionnaires: Map<string, Questionnaire>): Promise<Open["report"]> {
  const channel = site.directory.channel(id);
  const [recipients, bytes] = await Promise.all([site.recipients(id), site.questionnaire(channel)]);
  const questionnaire = readServed(bytes, channel.questionnaire.id);
  questionnaires.set(questionnaire.id, questionnaire);
  return { form: { site, channel: id, questionnaire, language: page.language }, loaded: { site, recipients } };
}

/** A questionnaire that this program cannot read must not keep anybody from their mailbox. */
async function readIfKnown(site: Site, channel: Channel, questionnaires: Map<string, Questionnaire>): Promise<void> {
  const { id } = channel.questionnaire;
  try {
    questionnaires.set(id, readServed(await site.questionnaire(channel), id));
  } catch (error) {
    if (!(error instanceof QuestionnaireError)) throw error;
  }
}

/** Everybody with a role, not only who gets the report first: it may be passed on to any of them. */
function excludable({ directory, today }: Site, id: string): Opened["excludable"] {
  const channel = directory.channel(id);
  const listed = [...memberIds(channel)].filter((member) => directory.isListed(member, today)).sort();
  const rolesOf = (member: string): string[] => [...channel.roles].flatMap(([role, ids]) => (ids.includes(member) ? [role] : []));
  return listed.map((member) => ({ id: member, label: labelOf(directory, member), roles: rolesOf(member) }));
}
