/** What was done, said once: in a region that screen readers follow, with a way to take it back. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";

/** The line at the foot of the desk. It stays until the next one, or until it is closed. */
export class Notice {
  #text = "";
  #fault = false;
  #undo: (() => Promise<void>) | null = null;

  constructor(
    readonly repaint: () => void,
    readonly words: (error: unknown) => string | null,
  ) {}

  /** Says `text`; `undo` takes back what it tells of. */
  say(text: string, undo: (() => Promise<void>) | null = null): void {
    this.#text = text;
    this.#fault = false;
    this.#undo = undo;
    this.repaint();
  }

  /** Says what went wrong. */
  fail(text: string): void {
    this.say(text);
    this.#fault = true;
  }

  clear(): void {
    this.#text = "";
    this.#undo = null;
  }

  async #takeBack(undo: () => Promise<void>): Promise<void> {
    this.#undo = null;
    this.repaint();
    try {
      await undo();
      this.say(gettext("Taken back."));
    } catch (error) {
      const words = this.words(error);
      if (words !== null) this.fail(words);
    }
  }

  view(): TemplateResult {
    const undo = this.#undo;
    const close = (): void => {
      this.clear();
      this.repaint();
    };
    return html`<div class="desk-said ${this.#fault ? "desk-said-fault" : ""}" ?data-empty=${this.#text === ""}>
      <p role="status">${this.#text}</p>
      ${this.#text === ""
        ? nothing
        : html`${undo === null
              ? nothing
              : html`<button type="button" @click=${() => void this.#takeBack(undo)}>${gettext("Undo")}</button>`}
            <button type="button" class="quiet" @click=${close}>${gettext("Dismiss")}</button>`}
    </div>`;
  }
}
