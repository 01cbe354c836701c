/** The script of the viewer: it is handed one file, shows it, and can do nothing else. */

import { ProtocolError } from "../protocol/errors.ts";
import { fill, find, h } from "../ui/dom.ts";
import { gettext, learn } from "../ui/i18n.ts";
import { showMedia } from "./media.ts";
import { BROKEN, type FromViewer, type Order, type ToViewer } from "./messages.ts";
import { showPdf } from "./pdf.ts";
import { showPicture } from "./picture.ts";
import { Supplies } from "./supplies.ts";
import { showTable } from "./table.ts";
import { showText } from "./text.ts";
import type { Showing } from "./tools.ts";

const INPUT = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];
const EVERY = 5_000; // milliseconds between two words that somebody is here

class Viewer {
  readonly #main = find("#viewer", HTMLElement);
  readonly #supplies = new Supplies(() => {
    this.#tell({ kind: "supplies" });
  });
  #shown: Showing | null = null;
  #told = 0;

  constructor(readonly port: MessagePort) {
    port.addEventListener("message", ({ data }: MessageEvent<ToViewer>) => {
      if (data.kind === "show") {
        speak(data);
        void this.#show(data);
      } else this.#supplies.take(data.zip);
    });
    port.start();
    for (const name of INPUT) addEventListener(name, () => { this.#active(); }, { capture: true, passive: true });
    addEventListener("keydown", (event) => {
      this.#key(event);
    });
    addEventListener("pagehide", () => this.#shown?.end());
  }

  #tell(word: FromViewer): void {
    this.port.postMessage(word);
  }

  #active(): void {
    if (Date.now() - this.#told < EVERY) return;
    this.#told = Date.now();
    this.#tell({ kind: "active" });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.#tell({ kind: "leave" });
    else if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement || event.target instanceof HTMLMediaElement) return;
    else if (this.#shown?.key?.(event.key) !== true) return;
    event.preventDefault();
  }

  async #show(order: Order): Promise<void> {
    const stage = h("div", { class: "stage", "data-way": order.way });
    fill(this.#main, stage);
    try {
      const shown = await this.#draw(order, stage);
      this.#shown = shown;
      const tools = h("div", { class: "tools", role: "toolbar", "aria-label": gettext("How it is shown") }, shown.tools);
      fill(stage, shown.element);
      fill(this.#main, shown.tools.length === 0 ? null : tools, stage);
      this.#tell({ kind: "shown", facts: shown.facts ?? [] });
    } catch (error) {
      fill(this.#main);
      const known = error instanceof ProtocolError;
      this.#tell({ kind: "refused", reason: known ? { message: error.message, values: error.values } : { message: BROKEN, values: {} } });
    }
  }

  #draw(order: Order, stage: HTMLElement): Promise<Showing> {
    switch (order.way) {
      case "picture":
        return showPicture(order, stage);
      case "pdf":
        return showPdf(order, stage, this.#supplies);
      case "text":
        return showText(order);
      case "table":
        return showTable(order);
      case "sound":
      case "film":
        return showMedia(order);
    }
  }
}

/** The frame's page and script are the same in every language: they take the desk's. */
function speak({ language, direction, texts }: Order): void {
  learn(texts, language);
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
}

/** The desk's document, and it alone, hands in the port. */
function begin(event: MessageEvent): void {
  const [port] = event.ports;
  if (event.source !== parent || parent === window || port === undefined) return;
  removeEventListener("message", begin);
  new Viewer(port);
}

addEventListener("message", begin);
