/**
 * The report page: a plain form made into steps, reviewed, sealed, sent, and its receipt kept.
 *
 * Plaintext leaves this page for its worker alone, and the worker for the server only sealed. Nothing is kept
 * in the browser's storage, its history or an address.
 */

import type { Deadlines } from "../profiles/deadlines.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { explain, gettext } from "../ui/i18n.ts";
import type { Code, FieldError, Opened, OpenedDraft, Received, ReportApi, Writing } from "../workers/reporter_api.ts";
import { type Connection, RemoteError } from "../workers/rpc.ts";
import { knownCode } from "./known_code.ts";
import { DRAFT_NAME, openDraftPart, showSaved } from "./draft.ts";
import { Faults } from "./faults.ts";
import { Fields } from "./fields.ts";
import { FilesPart, filesLine } from "./files_part.ts";
import { saveFile } from "../ui/keeping.ts";
import { watchLeaving } from "./leaving.ts";
import { Notices } from "./notices.ts";
import { Opening, isExpired, isFalse, isUnreachable } from "./opening.ts";
import { receiptView } from "./receipt.ts";
import { review } from "./review.ts";
import { Room } from "./room.ts";
import { failureView, sendingView } from "./sending.ts";
import { anotherChannel, isNobodyLeft, shutOutLine } from "./shutting_out.ts";
import { Steps, button } from "./steps.ts";

/** How the receipt code came to be: none yet, made here, or typed by a person who has it already. */
type CodeState = { readonly code: Code; readonly known: boolean } | null;

/** One report page. */
export class SealedForm {
  readonly #remote: ReportApi;
  readonly #form: HTMLElement;
  readonly #view = h("div", { "data-view": "" });
  readonly #fields: Fields;
  readonly #steps: Steps;
  readonly #notices: Notices;
  readonly #faults: Faults;
  readonly #opening: Opening;
  readonly #room: Room;
  readonly #files: FilesPart;
  #code: CodeState = null;
  #saved = "";
  #held = false; // whether leaving would lose a receipt or a draft's code
  #sent = false;
  #sending = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly connection: Connection<ReportApi>,
  ) {
    this.#remote = connection.remote;
    this.#form = part(host, "[data-form]");
    this.#fields = new Fields(this.#form);
    this.#files = new FilesPart(part(host, "[data-files]"), { limits: () => this.#remote.limits(), show: () => this.#showFiles(), changed: () => undefined });
    this.#notices = new Notices(part(host, "[data-notices]"));
    const toReview = (): void => void this.#review();
    const saveDraft = (): void => void this.#saveDraft();
    this.#steps = new Steps(this.#form, { review: toReview, saveDraft });
    this.#faults = new Faults(this.#fields, this.#notices.place, (field) => {
      this.#steps.showField(field);
    });
    this.#opening = new Opening(this.#remote, this.#notices, (opened) => {
      this.#onOpened(opened);
    });
    this.#room = new Room(async () => (this.#opening.opened === null ? null : this.#remote.measure(this.#fields.read()).catch(() => null)));
  }

  /** Makes the plain form into steps, and verifies the site meanwhile. */
  start(): void {
    watchLeaving({ unsent: () => this.#unsent(), wipe: () => { this.#wipe(); } });
    const early = part(this.host, "[data-early]");
    const pressed = early.querySelector("input")?.checked === true;
    early.remove();
    this.#fields.enhance();
    this.#steps.enhance();
    this.#form.querySelector(".step-actions")?.before(this.#room.element, this.#room.region);
    this.#form.after(this.#view);
    this.#files.watch();
    this.#pointOut();
    this.#form.addEventListener("input", () => { this.#room.changed(); });
    this.#offerDraft();
    this.#opening.start();
    if (pressed) void this.#sendEarly();
  }

  #onOpened(opened: Opened): void {
    const change = this.#fields.offerMembers(opened.excludable);
    const identity = this.#form.querySelector<HTMLElement>("[data-identity]");
    if (identity !== null) identity.hidden = !opened.identity;
    if (opened.newer) this.#notices.newerList(change, () => { this.#recheckExcluded(); });
    this.#room.changed();
  }

  /** What would not be looked for in a later step is pointed out below the first question. */
  #pointOut(): void {
    const asked = this.#form.querySelector('[data-type="exclude"]') !== null;
    const line = asked && shutOutLine(() => { this.#recheckExcluded(); });
    this.#form.querySelector("[data-question]")?.after(filesLine(() => { this.#showFiles(); }), ...(line ? [line] : []));
  }

  /** Brings the step of the files into view; false while a report is on its way or has arrived. */
  #showFiles(): boolean {
    if (this.#sending || this.#sent) return false;
    this.#showForm();
    this.#steps.showField(part(this.#form, ".add-files"));
    return true;
  }

  #recheckExcluded(): void {
    const choice = this.#form.querySelector<HTMLElement>('[data-type="exclude"] input');
    this.#showForm();
    if (choice !== null) this.#steps.showField(choice);
  }

  #unsent(): boolean {
    if (this.#held || this.#files.some !== null) return true;
    return !this.#sent && !this.#fields.isEmpty() && JSON.stringify(this.#fields.read()) !== this.#saved;
  }

  #wipe(): void {
    this.#fields.clear();
    this.#files.wipe();
    this.connection.end();
    this.#code = null;
    this.#saved = "";
    this.#held = false;
    this.#sent = true;
    this.host.replaceChildren();
  }

  /** Shows `element` in place of the form. */
  #show(element: HTMLElement): void {
    this.#form.hidden = true;
    this.host.classList.add("under-way");
    fill(this.#view, element);
    const title = element.querySelector<HTMLElement>("h2");
    if (title !== null) focusOn(title);
  }

  #showForm(): void {
    fill(this.#view);
    this.#form.hidden = false;
    this.host.classList.toggle("under-way", this.#steps.at > 0);
  }

  // ---- drafts

  #offerDraft(): void {
    const restore = async (): Promise<void> => {
      if (this.#code !== null) await this.#remote.readCode(this.#code.code.words.join(" "));
      else await this.#remote.newCode();
    };
    const use = (draft: OpenedDraft): void => {
      this.#fields.write(draft.writing);
      this.#code = { code: draft.code, known: false };
      this.#saved = JSON.stringify(this.#fields.read());
      this.#room.changed();
      opener.open = false;
      this.#steps.show(0);
      this.#sayBack(draft);
    };
    const opener = openDraftPart(this.#remote, use, restore) as HTMLDetailsElement;
    this.#form.querySelector("[data-section]")?.append(opener);
  }

  #sayBack({ channel, writing }: OpenedDraft): void {
    if (channel === document.documentElement.dataset["channel"]) {
      this.#notices.show("draft", "done", false, h("p", {}, gettext("Your draft is back. Nothing of it was sent so far.")));
      return;
    }
    const left = Object.keys(writing.answers).some((id) => this.#fields.question(id) === null);
    const notice = this.#notices.show(
      "draft",
      "warning",
      true,
      h("p", {}, gettext("Your draft is back. It was written for another channel, where other people receive reports: choose again whom to shut out.")),
      left && h("p", {}, gettext("Some answers are missing here, since this channel does not ask for them. They are still in the file.")),
      h("p", {}, button(gettext("Choose whom to shut out"), "recheck", () => { this.#recheckExcluded(); })),
    );
    focusOn(notice);
  }

  async #saveDraft(): Promise<void> {
    await this.#opening.whenOpened();
    const writing = this.#fields.read();
    try {
      const { file, code } = await this.#remote.saveDraft(writing);
      saveFile(DRAFT_NAME, file, "application/octet-stream");
      this.#code = { code, known: this.#code?.known ?? false };
      this.#held = true;
      const saved = JSON.stringify(writing);
      this.#show(h("div", {}));
      showSaved(this.#view, { code, without: this.#files.some?.said.draft }, () => {
        this.#held = false;
        this.#saved = saved;
        this.#showForm();
        this.#steps.show(this.#steps.at);
      });
    } catch (error) {
      this.#explainFailure(error, () => void this.#saveDraft());
    }
  }

  // ---- review

  async #review(): Promise<void> {
    this.#faults.clear();
    if (!(await this.#filesReady())) return;
    if (this.#opening.opened !== null && !(await this.#passes())) return;
    this.#steps.tell(this.#steps.count);
    const reviewed = {
      written: this.#fields.written(),
      writing: this.#fields.read(),
      opened: this.#opening.opened,
      kind: this.host.dataset["kind"] ?? "report",
      files: this.#files.some?.summary(),
    };
    this.#show(
      review(reviewed, this.#codePart(), {
        change: (id) => { this.#change(id); },
        files: () => { this.#showFiles(); },
        send: () => void this.#send(),
        saveDraft: () => void this.#saveDraft(),
      }),
    );
  }

  /** Whether all files can go out; shows what is in the way. */
  async #filesReady(): Promise<boolean> {
    const files = this.#files.some;
    if (files === null) return true;
    this.#showFiles();
    return files.ready();
  }

  /** Whether what was written can be sent; says what stands against it. */
  async #passes(): Promise<boolean> {
    let faults: readonly FieldError[];
    try {
      faults = await this.#remote.check(this.#fields.read());
    } catch (error) {
      this.#explainFailure(error, () => void this.#review());
      return false;
    }
    if (faults.length === 0) return true;
    this.#showFaults(faults);
    return false;
  }

  #showFaults(faults: readonly FieldError[]): void {
    this.#showForm();
    const [first] = faults;
    const field = first === undefined ? null : this.#fields.fieldAt(first.pointer);
    if (field !== null) this.#steps.showField(field);
    this.#faults.show(faults, faults.some(isNobodyLeft) ? anotherChannel(() => void this.#saveDraft()) : null);
  }

  #change(id: string | null): void {
    this.#showForm();
    const field = id === null ? null : this.#fields.fieldAt(`/${id}`);
    if (field !== null) this.#steps.showField(field);
    else this.#steps.show(this.#steps.count - 2);
  }

  /** Under which receipt code the report is to be: a fresh one, unless the person has one. */
  #codePart(): HTMLElement {
    return knownCode(this.#remote, this.#code?.known === true, (code) => {
      const before = this.#code;
      const same = before?.code.groups.join() === code.groups.join();
      this.#code = { code, known: same ? before.known : true };
    });
  }

  // ---- sending

  /** *Send* was pressed before this script was there. */
  async #sendEarly(): Promise<void> {
    const view = sendingView(null, this.#remote);
    view.tell("preparing");
    this.#show(view.element);
    const { newer } = await this.#opening.whenOpened();
    if (await this.#mayGo(newer)) await this.#send();
  }

  /** Whether what was chosen before the site was known may be sent: not without a look where the list is newer. */
  async #mayGo(newer: boolean): Promise<boolean> {
    if (!newer) return this.#passes();
    await this.#review();
    return false;
  }

  async #send(): Promise<void> {
    if (!(await this.#filesReady())) return;
    const view = sendingView(this.#files.some, this.#remote);
    view.tell("preparing");
    this.#faults.clear();
    this.#show(view.element);
    const checked = this.#opening.opened;
    const { newer } = await this.#opening.whenOpened();
    if (checked === null && !(await this.#mayGo(newer))) return;
    const writing = this.#fields.read();
    this.#sending = true;
    try {
      // The worker may hold another code that was typed since, as for a draft that then could not be read.
      if (this.#code === null) this.#code = { code: await this.#remote.newCode(), known: false };
      else await this.#remote.readCode(this.#code.code.groups.join(" "));
      this.#received(await this.#remote.submit(writing, this.#files.outgoing, view.tell), this.#code);
    } catch (error) {
      this.#sending = false;
      this.#notSent(error, writing);
    }
  }

  #notSent(error: unknown, writing: Writing): void {
    if (!(error instanceof RemoteError)) throw error;
    const { details, pointer, message, values, name } = error.failure;
    // Where this program itself failed, nobody knows how far it had come.
    const mayHaveArrived = details["mayHaveArrived"] === true || name === "Error";
    if (name === "Ended") return;
    if (name === "Canceled" && !mayHaveArrived) void this.#stopped();
    else if (isExpired(error)) {
      void this.#review();
      this.#opening.askDay();
    } else if (name === "NewRecipients") void this.#askAboutNew(error);
    else if (isFalse(error) && !mayHaveArrived) {
      this.#notices.falseSite();
      void this.#review();
    } else if (pointer !== "" && this.#fields.fieldAt(pointer) !== null) this.#showFaults([{ pointer, message, values }]);
    else this.#explainFailure(error, () => void this.#send(), mayHaveArrived);
    this.#saved = this.#saved === JSON.stringify(writing) ? this.#saved : "";
  }

  /** The person stopped sending: they look at what would be sent, and send again or not. */
  async #stopped(): Promise<void> {
    await this.#review();
    focusOn(this.#notices.show("stopped", "note", true, h("p", {}, this.#files.some?.said.stoppedReport)));
  }

  /** Somebody joined who would get the report: the person looks at the new list, and sends again or not. */
  async #askAboutNew(error: RemoteError): Promise<void> {
    this.#opening.start();
    await this.#opening.whenOpened();
    await this.#review();
    const recheck = (): void => { this.#recheckExcluded(); };
    focusOn(this.#notices.show("newer", "warning", true, h("p", {}, explain(error)), h("p", {}, button(gettext("Check who must not see this"), "recheck", recheck))));
  }

  #explainFailure(error: unknown, again: () => void, mayHaveArrived = false): void {
    if (!(error instanceof RemoteError)) throw error;
    if (error.failure.name === "Ended") return;
    const failed = { error, mayHaveArrived, code: this.#code?.code ?? null, advice: this.#files.some?.advice(error.failure.details["kind"]) };
    this.#show(
      failureView(failed, {
        again,
        back: () => { this.#change(null); },
        saveDraft: () => void this.#saveDraft(),
        whenOnline: isUnreachable(error) ? again : null,
      }),
    );
  }

  #received(received: Received, { code, known }: NonNullable<CodeState>): void {
    this.#sent = true;
    this.#held = !known;
    this.#fields.clear();
    this.#files.wipe();
    const deadlines = JSON.parse(this.host.dataset["deadlines"] ?? "") as Deadlines; // written by the server into this page
    this.#notices.place.replaceChildren();
    this.#show(
      receiptView(
        { code, received, known, deadlines },
        {
          kept: () => { this.#held = false; },
          done: () => { this.#clear(); },
        },
      ),
    );
  }

  #clear(): void {
    this.#wipe();
    const title = h("h1", {}, gettext("This page is cleared"));
    fill(this.host, title, h("p", {}, gettext("Nothing of your report is left on it. That you visited this site may still show in the history of this browser or its network.")));
    focusOn(title);
  }
}

function part(host: HTMLElement, selector: string): HTMLElement {
  const found = host.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`this page has no ${selector}`);
  return found;
}
