/** Files in a form: the way to choose, drop or paste them; all else about them is loaded with the first of them. */

import type { FileLimits, OutgoingFile } from "../evidence/types.ts";
import { fill, h } from "../ui/dom.ts";
import { gettext, learn } from "../ui/i18n.ts";
import { workerOf } from "../ui/trusted.ts";
import type { CleaningApi } from "../workers/cleaning_api.ts";
import { connect } from "../workers/rpc.ts";
import type { AttachPage, AttachedFiles } from "./attach_types.ts";
import { load } from "./on_demand.ts";
import { button } from "./steps.ts";

/** What files ask of their page. */
export interface FilesPage {
  limits(): Promise<FileLimits>;
  /** Brings the place of the files into view, for files that were dropped or pasted; false where they are not taken. */
  show(): boolean;
  changed(): void;
}

/** The files of one form. */
export class FilesPart {
  readonly #input = h("input", { type: "file", multiple: true, autocomplete: "off", hidden: true, tabindex: -1, "aria-hidden": "true" });
  readonly #said = h("p", { class: "help", role: "status" });
  #files: AttachedFiles | null = null;
  #loading: Promise<AttachedFiles> | null = null;

  /** `place` is where the files stand. */
  constructor(
    readonly place: HTMLElement,
    private readonly page: FilesPage,
  ) {
    this.#input.addEventListener("change", () => {
      this.#take(this.#input.files);
      this.#input.value = ""; // so that the same file can be chosen again
    });
    const pick = (): void => {
      this.#input.click(); // first of all: browsers allow it only right after a press
      this.#element().catch(() => { fill(this.#said); }); // what looks into files arrives meanwhile, or with them
    };
    place.append(button(gettext("Add files"), "add-files", pick), this.#said, this.#input);
  }

  /** Takes files that are dropped or pasted anywhere on the page, which browsers would open in its place. */
  watch(): void {
    const stop = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault();
    };
    document.addEventListener("dragover", stop);
    document.addEventListener("drop", (event) => {
      stop(event);
      this.#taken(event.dataTransfer);
    });
    document.addEventListener("paste", (event) => {
      if (this.#taken(event.clipboardData)) event.preventDefault();
    });
  }

  #taken(data: DataTransfer | null): boolean {
    if (data === null || data.files.length === 0 || !this.place.isConnected || !this.page.show()) return false;
    this.#take(data.files);
    return true;
  }

  #take(list: FileList | null): void {
    const files = [...(list ?? [])];
    const add = (): void => {
      this.#element().then(
        (element) => { element.add(files); },
        () => { fill(this.#said, gettext("No connection just now."), " ", button(gettext("Try again"), "quiet again-files", add)); },
      );
    };
    if (files.length > 0) add();
  }

  #element(): Promise<AttachedFiles> {
    this.#loading ??= this.#load();
    this.#loading.catch(() => { this.#loading = null; });
    return this.#loading;
  }

  async #load(): Promise<AttachedFiles> {
    fill(this.#said, gettext("Getting ready …"));
    await load("attach");
    const files = document.createElement("attached-files") as AttachedFiles;
    const page: AttachPage = { limits: () => this.page.limits(), changed: () => { this.page.changed(); }, cleaning: () => connect<CleaningApi>(workerOf("cleaning")) };
    fill(this.#said);
    learn(files.texts);
    this.place.append(files);
    files.begin(page);
    this.#files = files;
    return files;
  }

  /** The files, where there are any. */
  get some(): AttachedFiles | null {
    return this.#files !== null && this.#files.count > 0 ? this.#files : null;
  }

  /** What goes out. */
  get outgoing(): readonly OutgoingFile[] {
    return this.some?.outgoing() ?? [];
  }

  /** Forgets every file. */
  wipe(): void {
    this.#input.value = "";
    this.#files?.wipe();
    this.#files = null;
    this.#loading = null;
  }
}

/** The line below the first question, for who would not look for files in a later step. */
export function filesLine(go: () => void): HTMLElement {
  return h("p", { class: "shut-out-line" }, gettext("Do you have pictures, documents or recordings?"), " ", button(gettext("Add files"), "quiet to-files", go));
}
