/** What the worker of a report page does: keys, plaintext and the receipt code live here alone. */

import type { Acknowledged } from "../client/acknowledged.ts";
import { openDraft, sealDraft } from "../client/draft.ts";
import { labelOf } from "../client/showing.ts";
import { type Loaded, sendReport } from "../client/reporting.ts";
import type { OutgoingFile } from "../evidence/types.ts";
import type { Site } from "../client/site.ts";
import { memberIds } from "../protocol/directory_parts.ts";
import type { JsonObject } from "../protocol/encoding.ts";
import { ReceiptCode } from "../protocol/receipt.ts";
import type { Prepared } from "../protocol/submission.ts";
import { readServed } from "../questionnaires/reading.ts";
import { keptFor, nothingKept, once, toReceived, toldOf } from "./kept.ts";
import { Late } from "./late.ts";
import { PageEngine, SIDE, type Tell } from "./page_engine.ts";
import type { Code, FieldError, Measure, OpenedDraft, Opened, PageFacts, Received, ReportApi, Writing } from "./reporter_api.ts";
import { type Form, faultsOf, measureWriting, toReport } from "./writing.ts";

/** What a report is written and sealed with. */
interface Desk {
  readonly channel: string;
  /** The questionnaire in all its languages, which the page itself has in its own already. */
  readonly form: Late<Form>;
  readonly loaded: Loaded;
}

/** The methods of the worker `report`; see {@link ReportApi}. */
export class ReportEngine extends PageEngine<Desk> implements ReportApi {
  #report = nothingKept<Prepared, Acknowledged>();

  protected override async load(site: Site, page: PageFacts): Promise<Desk> {
    const id = channelOf(page);
    const channel = site.directory.channel(id);
    const form = new Late(async () => {
      const questionnaire = readServed(await site.questionnaire(channel), channel.questionnaire.id);
      return { site, channel: id, questionnaire, language: page.language };
    });
    const recipients = await site.recipients(id);
    form.bringSoon();
    return { channel: id, form, loaded: { site, directory: site.directory, recipients } };
  }

  protected override describe(site: Site, page: PageFacts): Pick<Opened, "excludable" | "identity"> {
    const id = channelOf(page);
    return { excludable: excludable(site, id), identity: site.directory.custodians(id, site.today).length > 0 };
  }

  newCode(): Promise<Code> {
    return this.keep(ReceiptCode.generate());
  }

  async check(writing: Writing): Promise<readonly FieldError[]> {
    return faultsOf(writing, await this.content.form.ready());
  }

  async measure(writing: Writing): Promise<Measure> {
    // Asked for while somebody types: that must not bring the questionnaire, and so tell that somebody does.
    return measureWriting(writing, await this.content.form.arrived);
  }

  async submit(writing: Writing, files: readonly OutgoingFile[], progress: Tell): Promise<Received> {
    const { form, loaded } = this.content;
    const report = toReport(writing, await form.ready());
    const code = this.code ?? ReceiptCode.generate();
    await this.keep(code);
    const attached = await this.files.attach(files, SIDE, progress);
    const kept = (this.#report = keptFor(this.#report, [report as unknown as JsonObject, code.groups(), attached.number]));
    const sending = toldOf(progress, code, this.sender(progress, kept.made !== null), attached);
    const received = await once(kept, sending, () => sendReport(loaded, report, kept, sending));
    if (this.#report === kept) this.#report = nothingKept();
    return toReceived(received);
  }

  async saveDraft(writing: Writing): Promise<{ file: Uint8Array; code: Code }> {
    const { channel } = this.content;
    const code = this.code ?? ReceiptCode.generate();
    const file = await sealDraft({ channel, language: this.language, writing }, code, this.site.directory.origin);
    return { file, code: await this.keep(code) };
  }

  async openDraft(file: Uint8Array, typed: string): Promise<OpenedDraft> {
    const code = await this.parse(typed);
    const { channel, writing } = await openDraft(file, code, this.site.directory.origin);
    return { channel, writing, code: await this.keep(code) };
  }
}

function channelOf({ channel }: PageFacts): string {
  if (channel === null) throw new Error("this is no report page");
  return channel;
}

/** Everybody with a role, not only who gets the report first: it may be passed on to any of them. */
function excludable({ directory, today }: Site, id: string): Opened["excludable"] {
  const channel = directory.channel(id);
  const listed = [...memberIds(channel)].filter((member) => directory.isListed(member, today)).sort();
  const rolesOf = (member: string): string[] => [...channel.roles].flatMap(([role, ids]) => (ids.includes(member) ? [role] : []));
  return listed.map((member) => ({ id: member, label: labelOf(directory, member), roles: rolesOf(member) }));
}
