/** One page of a PDF at a time, on a canvas, with its text beside it for whoever cannot see pixels. */

import { AnnotationMode, type PDFDocumentProxy, type PDFPageProxy, type RenderTask } from "pdfjs-dist/legacy/build/pdf.mjs";

import { h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";
import { visible } from "./decoding.ts";
import { button, stepped } from "./tools.ts";

const MOST_PIXELS = 16_777_216; // of the canvas; beyond, the page is drawn coarser
const POINT = 96 / 72; // CSS pixels

/** The view of a document. */
export class PdfView {
  readonly element: HTMLElement;
  readonly #canvas = h("canvas", { class: "pdf-page", role: "img" });
  readonly #words = h("pre", { class: "text", dir: "auto", tabindex: "0" });
  readonly #text = h("details", { class: "pdf-text" }, h("summary", {}, gettext("Text of this page")), this.#words);
  readonly #fault = h("p", { role: "alert" });
  readonly #field: HTMLInputElement;
  #page = 1;
  #scale: number | null = null;
  #turned = 0;
  #task: RenderTask | null = null;
  #turn = 0;

  constructor(
    readonly document: PDFDocumentProxy,
    readonly stage: HTMLElement,
  ) {
    this.element = h("div", { class: "pdf" }, this.#fault, this.#canvas, this.#text);
    this.#field = h("input", {
      type: "number",
      min: 1,
      max: document.numPages,
      "aria-label": gettext("Page"),
      onchange: () => void this.turnTo(Math.round(this.#field.valueAsNumber)),
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    addEventListener("resize", () => {
      clearTimeout(timer);
      timer = setTimeout(() => { if (this.#scale === null) void this.#draw(); }, 150);
    });
  }

  /** Shows that page, or the nearest there is. */
  async turnTo(page: number): Promise<void> {
    this.#page = Number.isNaN(page) ? this.#page : Math.min(Math.max(page, 1), this.document.numPages);
    this.#field.value = String(this.#page);
    this.stage.scrollTop = 0;
    await this.#draw();
  }

  async #draw(): Promise<void> {
    const turn = ++this.#turn;
    this.#task?.cancel();
    try {
      const page = await this.document.getPage(this.#page);
      if (turn !== this.#turn) return;
      await this.#render(page);
      if (turn !== this.#turn) return;
      await this.#read(page);
      this.#fault.replaceChildren();
    } catch {
      // Whatever draws on in the meantime canceled this one.
      if (turn === this.#turn) this.#fault.replaceChildren(gettext("This page is broken and cannot be shown."));
    }
  }

  /** As wide as the frame lets it be. */
  #fitting(width: number): number {
    return Math.min(2, Math.max(0.1, (this.stage.clientWidth - 32) / (width * POINT)));
  }

  async #render(page: PDFPageProxy): Promise<void> {
    const rotation = (page.rotate + this.#turned) % 360;
    const plain = page.getViewport({ scale: 1, rotation });
    const scale = (this.#scale ?? this.#fitting(plain.width)) * POINT;
    const [width, height] = [plain.width * scale, plain.height * scale];
    const fine = Math.min(devicePixelRatio, Math.sqrt(MOST_PIXELS / Math.max(width * height, 1)));
    const viewport = page.getViewport({ scale: scale * fine, rotation });
    this.#canvas.width = Math.max(1, Math.floor(viewport.width));
    this.#canvas.height = Math.max(1, Math.floor(viewport.height));
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#canvas.setAttribute("aria-label", gettext("Page {page} of {pages}", { page: number(this.#page), pages: number(this.document.numPages) }));
    this.#task = page.render({ canvas: this.#canvas, viewport, annotationMode: AnnotationMode.ENABLE });
    await this.#task.promise;
  }

  async #read(page: PDFPageProxy): Promise<void> {
    const { items } = await page.getTextContent();
    const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
    this.#text.hidden = text.trim() === "";
    this.#words.replaceChildren(visible(text));
    page.cleanup();
  }

  #zoom(way: 1 | -1): void {
    const shown = this.#canvas.clientWidth;
    void this.document.getPage(this.#page).then((page) => {
      const { width } = page.getViewport({ scale: POINT, rotation: (page.rotate + this.#turned) % 360 });
      this.#scale = stepped(this.#scale ?? shown / width, way);
      return this.#draw();
    });
  }

  #fit(): void {
    this.#scale = null;
    void this.#draw();
  }

  #rotate(): void {
    this.#turned = (this.#turned + 90) % 360;
    void this.#draw();
  }

  /** The buttons. */
  tools(): HTMLElement[] {
    const pages = this.document.numPages;
    const turning = [
      button(gettext("Page before"), () => void this.turnTo(this.#page - 1), "‹"),
      h("span", { class: "place" }, this.#field, h("span", {}, gettext("of {pages}", { pages: number(pages) }))),
      button(gettext("Next page"), () => void this.turnTo(this.#page + 1), "›"),
    ];
    return [
      ...(pages > 1 ? turning : []),
      button(gettext("Smaller"), () => { this.#zoom(-1); }, "−"),
      button(gettext("Larger"), () => { this.#zoom(1); }, "+"),
      button(gettext("Fit"), () => { this.#fit(); }),
      button(gettext("Turn"), () => { this.#rotate(); }),
    ];
  }

  /** Whether a key meant something here. */
  key(key: string): boolean {
    if (key === "PageDown" || key === "n") void this.turnTo(this.#page + 1);
    else if (key === "PageUp" || key === "p") void this.turnTo(this.#page - 1);
    else if (key === "Home") void this.turnTo(1);
    else if (key === "End") void this.turnTo(this.document.numPages);
    else if (key === "+" || key === "=") this.#zoom(1);
    else if (key === "-") this.#zoom(-1);
    else if (key === "0") this.#fit();
    else if (key === "r") this.#rotate();
    else return false;
    return true;
  }
}
