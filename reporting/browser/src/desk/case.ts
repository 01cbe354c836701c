/** One case: what was reported, what was said, how it stands, who can read it. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { copyText } from "../ui/keeping.ts";
import { newerDirectoryWords, sentenceWords, warningAdvice, warningWords } from "../ui/words.ts";
import type { DeskApi, DeskCase } from "../workers/desk_api.ts";
import { AccessPart } from "./access.ts";
import type { OpenCase } from "./case_context.ts";
import { type Part, conversationView } from "./conversation.ts";
import { EvidencePart } from "./evidence.ts";
import { ExportPart } from "./export.ts";
import { FindingPart } from "./finding.ts";
import { FilesPart } from "./files.ts";
import { IdentityPart } from "./identity_part.ts";
import { HistoryPart } from "./history.ts";
import { MinutesPart } from "./minutes.ts";
import type { Context, Page } from "./page.ts";
import { MeasuresPart } from "./measures.ts";
import { ProtectionPart } from "./protection.ts";
import { Composer, reportLanguage } from "./reply.ts";
import { RemovalPart } from "./removal.ts";
import { RequestsPart } from "./requests.ts";
import { RiskPart } from "./risk.ts";
import { type FilesView, reportView } from "./report_view.ts";
import { INBOX } from "./router.ts";
import { StatusPart } from "./status.ts";
import { StepsPart } from "./steps.ts";
import { TagsPart } from "./tags.ts";

interface Parts {
  readonly composer: Composer;
  readonly status: StatusPart;
  readonly protection: ProtectionPart;
  readonly measures: MeasuresPart;
  readonly finding: FindingPart;
  readonly requests: RequestsPart;
  readonly minutes: MinutesPart;
  readonly steps: StepsPart;
  readonly removal: RemovalPart;
  readonly risk: RiskPart;
  readonly tags: TagsPart;
  readonly access: AccessPart;
  readonly identity: IdentityPart;
  readonly history: HistoryPart;
  readonly export: ExportPart;
  readonly files: FilesPart;
  readonly evidence: EvidencePart;
}

/** The page of a case. */
export class CasePage implements Page {
  #found: DeskCase | null = null;
  #parts: Parts | null = null;
  #part: Part = "all";
  #fault = "";
  #busy = false;
  #copied = false;

  constructor(
    readonly context: Context,
    readonly id: string,
  ) {}

  get title(): string {
    return gettext("Case {id}", { id: this.id.slice(0, 8) });
  }

  get keys(): readonly (readonly [string, string])[] {
    return [
      ["r", gettext("reply to the reporter")],
      ["n", gettext("write a note for the team")],
      ["/", gettext("search in the list")],
      ["Escape", gettext("leave a field; back to the list")],
    ];
  }

  entered(): void {
    addEventListener("beforeunload", this.#warn);
    addEventListener("beforeprint", this.#unfold);
    void this.#load();
    this.#focusHeading();
  }

  #focusHeading(): void {
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>("main h1")?.focus();
      scrollTo(0, 0);
    });
  }

  gone(): void {
    this.#parts?.files.leave();
  }

  async left(): Promise<void> {
    removeEventListener("beforeunload", this.#warn);
    removeEventListener("beforeprint", this.#unfold);
    this.#parts?.composer.attaching.clear();
    await this.#parts?.composer.draft.keep();
  }

  readonly #warn = (event: BeforeUnloadEvent): void => {
    const composer = this.#parts?.composer;
    const unsent = composer?.draft.unkept === true || (composer?.attaching.chosen.length ?? 0) > 0;
    if (unsent || this.#parts?.risk.isBegun === true) event.preventDefault();
  };

  /** Paper gets the whole case. */
  readonly #unfold = (): void => {
    this.#part = "all";
    this.#parts?.history.showAll();
  };

  async #load(): Promise<void> {
    this.#fault = "";
    this.context.repaint();
    try {
      this.#show(await this.context.remote.openCase(this.id));
      void this.#parts?.history.load();
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
    }
    this.context.repaint();
  }

  #show(found: DeskCase): void {
    this.#found = found;
    this.context.list.opened(found);
    this.#parts ??= this.#makeParts(found);
  }

  #makeParts(first: DeskCase): Parts {
    const current = (): DeskCase => this.#found ?? first;
    const busy = (): boolean => this.#busy;
    const open: OpenCase = {
      context: this.context,
      get found() {
        return current();
      },
      get busy() {
        return busy();
      },
      act: (work, done, undo) => this.#act(work, done, undo),
    };
    const history = new HistoryPart(open);
    const removal = new RemovalPart(open);
    return {
      composer: new Composer(open),
      status: new StatusPart(open),
      protection: new ProtectionPart(open),
      measures: new MeasuresPart(open),
      finding: new FindingPart(open),
      requests: new RequestsPart(open),
      minutes: new MinutesPart(open),
      steps: new StepsPart(open),
      risk: new RiskPart(open, () => history.events),
      tags: new TagsPart(open),
      access: new AccessPart(open),
      identity: new IdentityPart(open),
      history,
      removal,
      export: new ExportPart(open),
      files: new FilesPart(open, () => void history.load(), (file) => removal.fileView(file)),
      evidence: new EvidencePart(open, () => history.events),
    };
  }

  async #act(work: (remote: DeskApi, id: string) => Promise<DeskCase>, done: string | (() => string), undo?: () => Promise<void>): Promise<string | null> {
    this.#busy = true;
    this.context.repaint();
    try {
      this.#show(await work(this.context.remote, this.id));
      this.context.say(typeof done === "string" ? done : done(), undo);
      void this.#parts?.history.load();
      return null;
    } catch (error) {
      return this.context.words(error) ?? "";
    } finally {
      this.#busy = false;
      this.context.repaint();
    }
  }

  key(event: KeyboardEvent): boolean {
    const composer = this.#parts?.composer;
    if (event.key === "Escape") this.context.go(INBOX);
    else if (event.key === "/") this.#toSearch();
    else if (event.key === "r" && composer !== undefined) void composer.turnTo("reporter");
    else if (event.key === "n" && composer !== undefined) void composer.turnTo("team");
    else return false;
    return true;
  }

  #toSearch(): void {
    this.context.go(INBOX);
    // After the list has put the keyboard where it was.
    requestAnimationFrame(() => document.getElementById("search")?.focus());
  }

  async #copy(): Promise<void> {
    this.#copied = await copyText(this.id);
    if (!this.#copied) {
      this.context.say(gettext("The browser does not let the page copy; the number is {id}.", { id: this.id }));
    }
    this.context.repaint();
  }

  view(): TemplateResult {
    const found = this.#found;
    return html`<article class="case">
      <header class="case-top">
        <a class="back no-print" href=${INBOX}>${gettext("All cases")}</a>
        <h1 tabindex="-1">${gettext("Case")} <span class="code">${this.id.slice(0, 8)}</span></h1>
        <button type="button" class="quiet no-print copy" @click=${() => void this.#copy()}>${this.#copied ? gettext("Copied") : gettext("Copy the whole number")}</button>
        ${found === null ? nothing : html`<p class="case-line"><bdi>${found.title}</bdi><span>${gettext("received on {day}", { day: longDay(found.server.received) })}</span></p>`}
      </header>
      ${this.#fault === "" ? nothing : this.#faultView()}
      ${found === null || this.#parts === null
        ? html`<p role="status" class="case-opening">${this.#fault === "" ? gettext("Opening the case on this device …") : ""}</p>`
        : this.#caseView(found, this.#parts)}
    </article>`;
  }

  #faultView(): TemplateResult {
    return html`<div class="fault" role="alert"><p>${this.#fault}</p>
      <p class="actions"><button type="button" @click=${() => void this.#load()}>${gettext("Try again")}</button>
        <a class="button" href=${INBOX}>${gettext("Back to the list")}</a></p></div>`;
  }

  #caseView(found: DeskCase, parts: Parts): TemplateResult {
    const choose = (part: Part): void => {
      this.#part = part;
      this.context.repaint();
    };
    const files: FilesView = (list) => parts.files.view(list);
    return html`<div class="case-body">
      <div class="case-main">
        ${warningsView(found)} ${parts.requests.view()}
        <section class="report" aria-labelledby="report-title">
          <h2 id="report-title">${gettext("The report")}</h2>
          ${reportView(found.entries, files)}
        </section>
        <section class="talk" aria-labelledby="conversation-title">
          <h2 id="conversation-title">${gettext("Conversation and notes")}</h2>
          ${conversationView(found.entries, { language: reportLanguage({ found }), part: this.#part, choose, files, ways: (entry) => parts.removal.entryView(entry) })}
          ${parts.composer.view()}
        </section>
        ${parts.minutes.view()} ${parts.risk.view()} ${parts.evidence.view()} ${parts.identity.view()}
      </div>
      <aside class="case-side" aria-label=${gettext("About this case")}>
        ${parts.status.view()} ${parts.finding.view()} ${parts.steps.view()} ${parts.protection.view()} ${parts.measures.view()} ${parts.access.assignView()} ${parts.tags.view()} ${parts.access.view()} ${factsView(found)}
        ${parts.history.view()} ${parts.export.view()}
      </aside>
    </div>`;
  }
}

/** What is wrong with the case, and what to do. */
function warningsView(found: DeskCase): TemplateResult {
  return html`${found.warnings.map(
    (warning) => html`<div class="warning" data-warning=${warning}><p><strong>${warningWords(warning)}</strong></p><p>${warningAdvice(warning, "member")}</p></div>`,
  )}
  ${found.needsNewerDirectory ? html`<div class="warning"><p>${newerDirectoryWords()}</p></div>` : nothing}
  ${found.closed === null ? nothing : html`<div class="warning"><p><strong>${gettext("Nothing can be sealed to this case now.")}</strong></p><p>${sentenceWords(found.closed)}</p></div>`}`;
}

function factsView({ server, identity, case: id }: DeskCase): TemplateResult {
  return html`<section class="side-part" aria-labelledby="facts-title">
    <h2 id="facts-title">${gettext("By the server's word")}</h2>
    <dl class="facts">
      <div><dt>${gettext("Sealed")}</dt><dd>${server.sealedBy === "device" ? gettext("on the reporter's device") : gettext("by the server, without scripts")}</dd></div>
      <div><dt>${gettext("Identity")}</dt><dd>${identity ? gettext("given, sealed to those who keep identities") : gettext("not given")}</dd></div>
      <div><dt>${gettext("Number")}</dt><dd class="code case-id">${id}</dd></div>
    </dl>
  </section>`;
}
