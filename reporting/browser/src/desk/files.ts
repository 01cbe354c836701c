/** Files of a case's entries: seen in the viewer, saved with a warning, each recorded by the server. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { FileProgress, Removed, ShownFile } from "../evidence/types.ts";
import { gettext } from "../ui/i18n.ts";
import type { Judgement } from "../viewer/judging.ts";
import { removedWords } from "../ui/words.ts";
import { RemoteError, isGone } from "../workers/rpc.ts";
import type { OpenCase } from "./case_context.ts";
import { sizeWords } from "./file_words.ts";
import { judgeApart } from "./judging.ts";
import { askToSave, askToStream, canStream, chooseWhere, handOver, intoFile, terminalWords } from "./saving.ts";
import { WHOLE } from "../ui/keeping.ts";
import { labelsView, showFile } from "./viewing.ts";

/** What is under way, or what came of it, with one file. */
interface Standing {
  readonly progress: FileProgress | null;
  readonly fault: string;
}

/** Every list of files on the page of a case. One file at a time is opened. */
export class FilesPart {
  readonly #standing = new Map<string, Standing>();
  /** What was found out about files that were opened, while the case is on the screen. */
  readonly #known = new Map<string, Judgement>();
  #busy: string | null = null;
  /** Aborted once the page is left or the desk is locked: nothing is shown, asked or handed out after that. */
  readonly #here = new AbortController();

  /** `more`: what else can be done with a file. `opened` is told when the server has recorded an opening. */
  constructor(
    readonly open: OpenCase,
    readonly opened: () => void,
    readonly more: (file: ShownFile) => TemplateResult | typeof nothing,
  ) {}

  /** The page is left, or the desk locked. What is being written to the disk is dropped. */
  leave(): void {
    this.#here.abort();
    this.#known.clear();
    this.#standing.clear();
  }

  #left(): boolean {
    return this.#here.signal.aborted;
  }

  #tell(file: ShownFile, standing: Standing | null): void {
    if (standing === null) this.#standing.delete(file.upload);
    else this.#standing.set(file.upload, standing);
    this.open.context.repaint();
  }

  /** The whole file, once it proved authentic, and what it is; null where it could not be had. */
  async #fetch(file: ShownFile, act: "view" | "download"): Promise<{ content: Blob; judgement: Judgement } | null> {
    const { remote } = this.open.context;
    const content = await this.#work(file, (tell) => remote.openFile(this.open.found.case, file.entry, file.place, act, tell));
    if (content === null || this.#left()) return null;
    const judgement = await judgeApart(content, file.name);
    if (this.#left()) return null;
    this.#known.set(file.upload, judgement);
    this.open.context.repaint();
    return { content, judgement };
  }

  /** Runs what opens a file, and tells how far it is and what went wrong. */
  async #work<T>(file: ShownFile, work: (tell: (progress: FileProgress) => void) => Promise<T>): Promise<T | null> {
    this.#busy = file.upload;
    const start: FileProgress = { file: 0, files: 1, sent: 0, size: 1, state: "sending" };
    this.#tell(file, { progress: start, fault: "" });
    try {
      const done = await work((progress) => {
        if (this.#busy === file.upload) this.#tell(file, { progress, fault: "" });
      });
      this.#tell(file, null);
      return done;
    } catch (error) {
      const canceled = error instanceof RemoteError && error.failure.name === "Canceled";
      const gone = file.removed !== null && isGone(error) ? gettext("It is not on the server any more.") : null;
      const words = canceled ? "" : (gone ?? this.open.context.words(error) ?? "");
      this.#tell(file, words === "" ? null : { progress: null, fault: words });
      return null;
    } finally {
      this.#busy = null;
      this.opened();
      this.open.context.repaint();
    }
  }

  async #view(file: ShownFile): Promise<void> {
    if (this.#busy !== null || this.#left()) return;
    if (file.size > WHOLE) { this.#tell(file, { progress: null, fault: gettext("Files of more than {size} are not shown here: save it.", { size: sizeWords(WHOLE) }) }); return; }
    const found = await this.#fetch(file, "view");
    if (found === null) return;
    if ((await showFile({ name: file.name, ...found })) === "save") await this.#save(file);
    document.getElementById(`view-${file.upload}`)?.focus();
  }

  async #save(file: ShownFile): Promise<void> {
    if (this.#busy !== null || this.#left()) return;
    if (file.size > WHOLE) { await this.#stream(file); return; }
    const known = this.#known.get(file.upload);
    // What is known already is asked about before anything is fetched again.
    if (known !== undefined && (!(await askToSave(file, known)) || this.#left())) return;
    const found = await this.#fetch(file, "download");
    if (found === null || (known === undefined && !(await askToSave(file, found.judgement))) || this.#left()) return;
    handOver(file, found.content);
    this.open.context.say(gettext("{name} was handed to the browser to be saved.", { name: file.name }));
  }

  async #stream(file: ShownFile): Promise<void> {
    const { remote } = this.open.context;
    if (!canStream()) { this.#tell(file, { progress: null, fault: terminalWords() }); return; }
    if (!(await askToStream(file))) return;
    const handle = await chooseWhere(file);
    if (handle === null || this.#left()) return;
    const { target, written } = intoFile(await handle.createWritable(), this.#here.signal);
    const done = await this.#work(file, async (tell) => {
      await remote.saveFile(this.open.found.case, file.entry, file.place, target, tell);
      await written;
      return true;
    });
    if (done === null || this.#left()) return;
    const judgement = await judgeApart(await handle.getFile(), file.name);
    if (this.#left()) return;
    this.#known.set(file.upload, judgement);
    this.open.context.say(gettext("{name} is saved, and is the one that was sealed.", { name: file.name }));
  }

  #cancel(): void {
    void this.open.context.remote.cancelSending();
  }

  /** The files of one entry. */
  view(files: readonly ShownFile[]): TemplateResult | typeof nothing {
    if (files.length === 0) return nothing;
    return html`<ul class="files" aria-label=${gettext("Attached files")}>${files.map((file) => this.#fileView(file))}</ul>`;
  }

  #fileView(file: ShownFile): TemplateResult {
    const { progress = null, fault = "" } = this.#standing.get(file.upload) ?? {};
    const known = this.#known.get(file.upload);
    return html`<li class="file" ?data-removed=${file.removed !== null}>
      <span class="file-name"><bdi translate="no">${file.name}</bdi></span>
      <span class="file-size small soft">${sizeWords(file.size)}</span>
      ${file.removed === null ? this.#waysView(file) : this.#removedView(file, file.removed)}
      ${known === undefined ? nothing : labelsView(known)}
      ${progress === null ? nothing : this.#progressView(progress, file)}
      ${fault === "" ? nothing : html`<p class="fault" role="alert"><strong>${gettext("Nothing of it is shown or kept.")}</strong> ${fault}</p>`}
    </li>`;
  }

  #waysView(file: ShownFile): TemplateResult {
    const waits = this.#busy !== null ? "true" : nothing;
    return html`<span class="file-ways no-print">
      <button type="button" id="view-${file.upload}" aria-disabled=${waits} aria-label=${gettext("View {name}", { name: file.name })} @click=${() => void this.#view(file)}>${gettext("View")}</button>
      <button type="button" class="quiet" aria-disabled=${waits} aria-label=${gettext("Save {name}", { name: file.name })} @click=${() => void this.#save(file)}>${gettext("Save …")}</button>
      ${this.more(file)}
    </span>`;
  }

  /** A signed word alone does not show that a file is gone: who removed it and why, and a look whether it is there still. */
  #removedView(file: ShownFile, removed: Removed): TemplateResult {
    const waits = this.#busy !== null ? "true" : nothing;
    return html`<p dir="auto">${removedWords(removed)}</p>
      <span class="file-ways no-print"><button type="button" class="quiet" id="view-${file.upload}" aria-disabled=${waits} aria-label=${gettext("Look for {name} anyway", { name: file.name })} @click=${() => void this.#save(file)}>${gettext("Look for it anyway")}</button></span>`;
  }

  #progressView({ sent, size, state }: FileProgress, file: ShownFile): TemplateResult {
    return html`<div class="file-progress">
      <progress max=${size} .value=${sent} aria-label=${gettext("Opening {name}", { name: file.name })}></progress>
      <span class="small" role="status">${state === "waiting" ? gettext("The server does not answer; trying again …") : gettext("Opening on this device …")}</span>
      <button type="button" @click=${() => { this.#cancel(); }}>${gettext("Cancel")}</button>
    </div>`;
  }
}
