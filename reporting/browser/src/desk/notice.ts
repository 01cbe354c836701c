/** What was done, said once: in a region that screen readers follow, with a way to take it back. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";

const STAYS = 12_000; // milliseconds
const UNDO_STAYS = 20_000;
const AGAIN = 2_000;

/** Whether somebody is about to use the notice: it has the keyboard, or the pointer is over it. */
function isInUse(): boolean {
  return document.querySelector(".desk-said:hover, .desk-said:focus-within") !== null;
}

/**
 * The line at the foot of the desk. It goes with the next one, when it is closed, or after a while in which
 * nobody is at it; what went wrong stays.
 */
export class Notice {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #text = "";
  #fault = false;
  #undo: (() => Promise<void>) | null = null;

  constructor(
    readonly repaint: () => void,
    readonly words: (error: unknown) => string | null,
    readonly inUse: () => boolean = isInUse,
  ) {}

  get text(): string {
    return this.#text;
  }

  /** Says `text`; `undo` takes back what it tells of. */
  say(text: string, undo: (() => Promise<void>) | null = null): void {
    this.#text = text;
    this.#fault = false;
    this.#undo = undo;
    this.#goIn(undo === null ? STAYS : UNDO_STAYS);
    this.repaint();
  }

  #goIn(time: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.inUse()) {
        this.#goIn(AGAIN);
        return;
      }
      this.clear();
      this.repaint();
    }, time);
  }

  /** Says what went wrong. */
  fail(text: string): void {
    this.say(text);
    clearTimeout(this.#timer);
    this.#fault = true;
  }

  clear(): void {
    clearTimeout(this.#timer);
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
