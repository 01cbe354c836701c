/** The dialog around the viewer's frame: it hands the frame a file, and takes from it what is to be said. */

import { type TemplateResult, html, nothing, render } from "lit/html.js";

import { gettext, language, texts } from "../ui/i18n.ts";
import type { Judgement } from "../viewer/judging.ts";
import type { FromViewer, Said, ToViewer, Way } from "../viewer/messages.ts";
import { present } from "./confirm.ts";
import { labelWords, typeWords } from "./file_words.ts";

const VIEWER = "/desk/viewer";
/** Labels that say by themselves why a file is not shown. */
const TELLING: ReadonlySet<string> = new Set(["giant", "bomb", "encrypted", "program", "broken", "untold"]);
const PATIENCE = 30_000; // milliseconds until a frame that says nothing is taken for stuck

/** Fonts and decoders for the frame, put in by the build. */
declare const VIEWER_SUPPLIES: { readonly address: string; readonly integrity: string };

/** A file that is to be seen. */
export interface Seen {
  readonly name: string;
  readonly content: Blob;
  readonly judgement: Judgement;
}

/** Shows a file until the dialog is closed; whether it is to be saved then. */
export async function showFile(file: Seen): Promise<"save" | "close"> {
  const dialog = document.createElement("dialog");
  dialog.className = "desk-dialog viewing";
  dialog.setAttribute("aria-labelledby", "viewing-title");
  const viewing = new Viewing(dialog, file);
  viewing.paint();
  const closed = present(dialog, () => (dialog.returnValue === "save" ? "save" : "close"));
  viewing.begin();
  const answer = await closed;
  viewing.end();
  return answer;
}

class Viewing {
  #state: "loading" | "shown" | "refused" = "loading";
  #facts: readonly Said[] = [];
  #reason: Said | null = null;
  #port: MessagePort | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly dialog: HTMLDialogElement,
    readonly file: Seen,
  ) {
    if (file.judgement.way === null) this.#state = "refused";
  }

  /** Makes the frame and hands it the file, once it is there. */
  begin(): void {
    const { way, type } = this.file.judgement;
    const place = this.dialog.querySelector(".viewing-frame");
    if (way === null || place === null) return;
    const frame = document.createElement("iframe");
    // No origin, no forms, no windows, no downloads, no way to lead the desk elsewhere.
    frame.setAttribute("sandbox", "allow-scripts");
    frame.setAttribute("allow", "");
    frame.title = gettext("The file");
    frame.addEventListener("load", () => { this.#hand(frame, way, type); }, { once: true });
    frame.src = VIEWER;
    place.replaceChildren(frame);
    this.#wait();
  }

  #hand(frame: HTMLIFrameElement, way: Way, type: string): void {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", ({ data }: MessageEvent<FromViewer>) => {
      this.#hear(data);
    });
    port1.start();
    this.#port = port1;
    frame.contentWindow?.postMessage("port", "*", [port2]); // the frame has no origin to be named
    this.#post({ kind: "show", content: this.file.content, way, type, language, direction: document.documentElement.dir, texts: texts() });
  }

  #post(word: ToViewer): void {
    this.#port?.postMessage(word, word.kind === "supplies" && word.zip !== null ? [word.zip] : []);
  }

  /** A frame that says nothing for long is shut: what it was given may keep it busy forever. */
  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#state === "loading") this.#refuse(null);
    }, PATIENCE);
  }

  #hear(word: FromViewer): void {
    switch (word.kind) {
      case "shown":
        this.#state = "shown";
        this.#facts = word.facts;
        this.paint();
        break;
      case "refused":
        this.#refuse(word.reason);
        break;
      case "supplies":
        this.#wait();
        void supplies().then((zip) => { this.#post({ kind: "supplies", zip }); });
        break;
      case "active":
        // What happens in the frame is input too: the desk does not lock over a document that is being read.
        this.dialog.dispatchEvent(new Event("pointermove", { bubbles: true }));
        break;
      case "leave":
        this.dialog.close("close");
    }
  }

  #refuse(reason: Said | null): void {
    this.#state = "refused";
    this.#reason = reason;
    this.dialog.querySelector("iframe")?.remove();
    this.paint();
  }

  /** Lets go of everything. */
  end(): void {
    clearTimeout(this.#timer);
    this.#port?.close();
    this.dialog.replaceChildren();
  }

  paint(): void {
    render(this.#view(), this.dialog);
  }

  #view(): TemplateResult {
    const { name, judgement } = this.file;
    const close = (answer: "save" | "close"): void => { this.dialog.close(answer); };
    return html`<div class="viewing-head">
        <h2 id="viewing-title"><bdi translate="no">${name}</bdi></h2>
        <p class="small soft">${gettext("By its content: {type}.", { type: typeWords(judgement.type) })}</p>
        <div class="viewing-ways">
          <button type="button" @click=${() => { close("save"); }}>${gettext("Save …")}</button>
          <button type="button" class="primary" autofocus @click=${() => { close("close"); }}>${gettext("Close")}</button>
        </div>
      </div>
      ${labelsView(judgement)}
      ${this.#facts.length === 0 ? nothing : html`<ul class="file-labels">${this.#facts.map(({ message, values }) => html`<li>${gettext(message, values)}</li>`)}</ul>`}
      <p role="status" class="viewing-state" ?hidden=${this.#state !== "loading"}>${this.#state === "loading" ? gettext("Opening …") : ""}</p>
      ${this.#state === "refused" ? this.#refusedView() : html`<div class="viewing-frame"></div>`}`;
  }

  #refusedView(): TemplateResult {
    const reason = this.#reason;
    const unknown = this.file.judgement.way === null;
    return html`<div class="viewing-refused" role="alert">
      <p><strong>${gettext("This file is not shown here.")}</strong></p>
      ${reason !== null
        ? html`<p>${gettext(reason.message, reason.values)}</p>`
        : html`<p ?hidden=${unknown && this.file.judgement.labels.some(({ id }) => TELLING.has(id))}>${unknown ? gettext("The desk shows pictures, PDF, text, tables, sound and film. Others can be saved.") : gettext("It took too long, so it was stopped.")}</p>`}
    </div>`;
  }
}

/** What about a file may mislead or do harm. */
export function labelsView({ labels }: Pick<Judgement, "labels">): TemplateResult | typeof nothing {
  if (labels.length === 0) return nothing;
  return html`<ul class="file-labels">${labels.map((label) => html`<li data-label=${label.id} ?data-alarming=${label.alarming}>${labelWords(label)}</li>`)}</ul>`;
}

async function supplies(): Promise<ArrayBuffer | null> {
  try {
    const { address, integrity } = VIEWER_SUPPLIES;
    const answer = await fetch(address, { integrity, credentials: "omit" });
    return answer.ok ? await answer.arrayBuffer() : null;
  } catch {
    return null; // it shows without them, as far as it can
  }
}

