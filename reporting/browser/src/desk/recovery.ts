/** A lost passphrase: name and recovery code, in the place of name and passphrase. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import { failureWords } from "./failing.ts";
import { type Part, faultView, focusOn, textIn } from "./part.ts";
import type { Door } from "./session.ts";

/** The form for it. */
export class Recovery implements Part {
  #fault = "";
  #blame = "";
  #busy = false;

  constructor(
    readonly door: Door,
    readonly repaint: () => void,
    readonly done: () => void,
    readonly back: () => void,
  ) {}

  get title(): string {
    return gettext("Lost passphrase");
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.#busy) return;
    const [name, code] = [textIn(event, "name").trim(), textIn(event, "recovery-code")];
    if (name === "") { this.#refuse(gettext("Type the name that you sign in with."), "name"); return; }
    if (code.trim() === "") { this.#refuse(gettext("Type the code from your recovery sheet."), "recovery-code"); return; }
    this.#busy = true;
    this.#fault = "";
    this.repaint();
    try {
      await this.door.recover(name, code);
      this.done();
    } catch (error) {
      this.#refuse(failureWords(error, gettext("The name or the code is wrong.")), "recovery-code");
    }
    this.#busy = false;
    this.repaint();
  }

  #refuse(words: string, field: string): void {
    this.#fault = words;
    this.#blame = field;
    this.repaint();
    focusOn("recovery-fault");
  }

  view(): TemplateResult {
    const invalid = (field: string): string | typeof nothing => (this.#fault !== "" && this.#blame === field ? "true" : nothing);
    return html`<h1 tabindex="-1">${this.title}</h1>
      <p>${gettext("Nobody can give it back to you, but the code on your recovery sheet opens your keys, and you choose a new one.")}</p>
      ${faultView("recovery-fault", this.#fault, this.#blame)}
      <form novalidate @submit=${(event: SubmitEvent) => void this.#submit(event)}>
        <div class="field"><label for="name">${gettext("Name")}</label>
          <input id="name" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" ?readonly=${this.#busy} aria-invalid=${invalid("name")} /></div>
        <div class="field"><label for="recovery-code">${gettext("Recovery code")}</label>
          <p class="help" id="recovery-help">${gettext("Twelve words, or twelve groups of four digits, in their order. It is never sent.")}</p>
          <textarea id="recovery-code" class="code" rows="3" autocomplete="off" autocapitalize="none" spellcheck="false" translate="no"
            aria-describedby="recovery-help" ?readonly=${this.#busy} aria-invalid=${invalid("recovery-code")}></textarea></div>
        <div class="actions"><button class="primary" aria-disabled=${this.#busy ? "true" : nothing}>${gettext("Continue")}</button>
          <button type="button" @click=${this.back}>${gettext("Back")}</button></div>
        <p role="status" class="small">${this.#busy ? gettext("Checking …") : ""}</p>
      </form>
      <details class="lost-all"><summary>${gettext("I lost the sheet as well")}</summary>
        <p>${gettext("Then your keys are gone, and nobody has a copy. Ask whoever administers the service for a new invitation: you enroll again, and colleagues who hold your cases give them to you anew.")}</p></details>`;
  }
}
