/** The very first opening of cases: it makes their cards, by which list and search know what they say. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, ngettext } from "../ui/i18n.ts";
import type { Context } from "./page.ts";

/** Offers to open what was never opened, and shows how far that has come. */
export class FirstOpening {
  #done: number | null = null;
  #of = 0;
  #fault = "";

  constructor(
    readonly context: Context,
    readonly finished: () => void,
  ) {}

  async #run(): Promise<void> {
    const { remote, repaint, words, say } = this.context;
    if (this.#done !== null) return;
    this.#done = 0;
    this.#fault = "";
    repaint();
    try {
      const opened = await remote.openUnread((done, of) => {
        this.#done = done;
        this.#of = of;
        repaint();
      });
      const left = this.#of - opened;
      const could = ngettext("One case was opened.", "{number} cases were opened.", opened);
      const not = ngettext("One could not be opened: look at it yourself.", "{number} could not be opened: look at them yourself.", left);
      say(left > 0 ? `${could} ${not}` : could);
    } catch (error) {
      this.#fault = words(error) ?? "";
    }
    this.#done = null;
    this.finished();
  }

  view(unopened: number): TemplateResult | typeof nothing {
    if (this.#done !== null) {
      const of = Math.max(this.#of, 1);
      const words = gettext("Opening: {done} of {of}", { done: this.#done, of: this.#of === 0 ? unopened : this.#of });
      return html`<div class="first-opening"><label for="opening-progress">${words}</label>
        <progress id="opening-progress" max=${of} .value=${this.#done}></progress>
        <p class="small soft">${gettext("You can go on working meanwhile.")}</p></div>`;
    }
    if (unopened === 0 && this.#fault === "") return nothing;
    return html`<div class="first-opening">
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert">${this.#fault}</p>`}
      <p>${ngettext("One case was never opened by you.", "{number} cases were never opened by you.", unopened)}
        <span class="soft">${gettext("Opened, they can be searched. Nobody is told, and no deadline is met by it.")}</span></p>
      <button type="button" @click=${() => void this.#run()}>${gettext("Open them now")}</button>
    </div>`;
  }
}
