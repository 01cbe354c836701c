/** A new passphrase: seven words at random, or one of the person's own that is hard enough to guess; typed once. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import { workerOf } from "../ui/trusted.ts";
import type { DeskApi } from "../workers/desk_api.ts";
import type { Estimate, EstimateApi } from "../workers/estimating.ts";
import { type Connection, connect } from "../workers/rpc.ts";
import { failureWords } from "./failing.ts";
import { faultView, focusHeading, focusOn, numberedView, textIn } from "./part.ts";
import { typed } from "./page.ts";

type Showing = "words" | "own" | "again";

/** What choosing one asks of its surroundings. */
export interface PassphraseHost {
  readonly remote: Pick<DeskApi, "newPassphrase">;
  readonly repaint: () => void;
  /** Takes it up; what it throws is said here. */
  chosen(passphrase: string): Promise<void>;
  /** What the last button says. */
  readonly done: string;
  /** For programs that keep passphrases: whose this one is. */
  readonly name: string;
  /** What else is known of the person, and so no secret. */
  readonly near?: readonly string[];
}

/** The step in which one is chosen. */
export class NewPassphrase {
  #showing: Showing = "words";
  #own = false;
  #passphrase = "";
  #estimate: Estimate | null = null;
  #estimator: Connection<EstimateApi> | null = null;
  #fault = "";
  #busy = false;

  constructor(readonly host: PassphraseHost) {
    void this.#make();
  }

  get #heading(): string {
    if (this.#showing === "again") return gettext("Type your passphrase");
    return this.#showing === "own" ? gettext("A passphrase of your own") : gettext("Your passphrase");
  }

  get title(): string {
    return this.#heading;
  }

  async #make(): Promise<void> {
    this.#passphrase = await this.host.remote.newPassphrase();
    this.host.repaint();
  }

  #show(showing: Showing): void {
    this.#showing = showing;
    this.#fault = "";
    if (showing !== "again") this.#own = showing === "own";
    if (showing === "own") {
      this.#passphrase = "";
      this.#estimate = null;
    }
    this.host.repaint();
    focusHeading();
  }

  /** Forgets what was shown and typed, and ends the worker that estimated. */
  end(): void {
    this.#passphrase = "";
    this.#estimator?.end();
    this.#estimator = null;
  }

  async #judge(event: Event): Promise<void> {
    const wanted = typed(event);
    this.#passphrase = wanted;
    this.#fault = "";
    try {
      this.#estimator ??= connect<EstimateApi>(workerOf("estimate"));
      const found = await this.#estimator.remote.estimate(wanted, [this.host.name, location.hostname, ...(this.host.near ?? [])]);
      if (this.#passphrase === wanted) this.#estimate = wanted === "" ? null : found;
    } catch (error) {
      this.#fault = failureWords(error);
    }
    this.host.repaint();
  }

  #toAgain(event: Event): void {
    event.preventDefault();
    if (this.#own && this.#estimate?.enough !== true) {
      this.#refuse(gettext("This passphrase could be guessed. Add words, or take the seven words that were made for you."));
      return;
    }
    this.#show("again");
  }

  #refuse(words: string): void {
    this.#fault = words;
    this.host.repaint();
    focusOn("passphrase-fault");
  }

  async #finish(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.#busy) return;
    const again = this.#own ? textIn(event, "passphrase-again") : plainWords(textIn(event, "passphrase-again"));
    if (again !== this.#passphrase) { this.#refuse(gettext("This is not the same passphrase. Look at it once more, and type it again.")); return; }
    this.#busy = true;
    this.#fault = "";
    this.host.repaint();
    try {
      await this.host.chosen(this.#passphrase);
    } catch (error) {
      this.#refuse(failureWords(error));
    }
    this.#busy = false;
    this.host.repaint();
  }

  view(): TemplateResult {
    const inside = this.#showing === "words" ? this.#wordsView() : this.#showing === "own" ? this.#ownView() : this.#againView();
    return html`<h1 tabindex="-1">${this.#heading}</h1>${inside}`;
  }

  #wordsView(): TemplateResult {
    return html`<p>${gettext("These seven words open your keys on this device. They were picked at random: nobody can guess them, and nobody can give them back to you, the office neither.")}</p>
      ${numberedView("code-words passphrase-words", this.#passphrase === "" ? [] : this.#passphrase.split(" "))}
      <p>${gettext("Write them down in this order and keep the paper on you until you know them by heart. Then destroy it.")}</p>
      <div class="actions">
        <button type="button" class="primary" @click=${() => { this.#show("again"); }}>${gettext("I have written them down")}</button>
        <button type="button" @click=${() => void this.#make()}>${gettext("Make others")}</button>
      </div>
      <p class="other-way"><button type="button" class="quiet" @click=${() => { this.#show("own"); }}>${gettext("Choose a passphrase of my own instead")}</button></p>`;
  }

  #ownView(): TemplateResult {
    return html`<p>${gettext("It has to be so hard to guess that even somebody who seizes the server and tries for years does not find it. That takes more than most people think: several words that nobody ever put side by side.")}</p>
      ${faultView("passphrase-fault", this.#fault, "passphrase-own")}
      <form novalidate @submit=${(event: SubmitEvent) => { this.#toAgain(event); }}>
        <div class="field"><label for="passphrase-own">${gettext("Passphrase of your own")}</label>
          <input id="passphrase-own" type="password" autocomplete="new-password" spellcheck="false" aria-describedby="passphrase-strength"
            aria-invalid=${this.#fault === "" ? nothing : "true"} @input=${(event: Event) => void this.#judge(event)} />
          ${this.#strengthView()}</div>
        <div class="actions"><button class="primary">${gettext("Continue")}</button></div>
        <p class="other-way"><button type="button" class="quiet" @click=${() => { void this.#make(); this.#show("words"); }}>${gettext("Take seven words that are made for me")}</button></p>
      </form>`;
  }

  #strengthView(): TemplateResult {
    const found = this.#estimate;
    const words = found === null ? gettext("It is judged on this device while you type.") : found.enough ? gettext("Hard enough to guess.") : gettext("It could be guessed: go on.");
    const shown = found === null ? 0 : Math.min(found.log2, found.needed);
    return html`<div class="strength" data-enough=${found?.enough === true ? "true" : nothing}>
      <progress max=${found?.needed ?? 1} .value=${shown} aria-label=${gettext("How hard it is to guess")}></progress>
      <p class="help" id="passphrase-strength" role="status">${words}</p></div>`;
  }

  #againView(): TemplateResult {
    return html`<p>${gettext("So that we know that you have it. It is not shown while you type.")}</p>
      ${faultView("passphrase-fault", this.#fault, "passphrase-again")}
      <form novalidate @submit=${(event: SubmitEvent) => void this.#finish(event)}>
        <input type="text" class="visually-hidden" autocomplete="username" tabindex="-1" aria-hidden="true" readonly .value=${this.host.name} />
        <div class="field"><label for="passphrase-again">${gettext("Your new passphrase")}</label>
          <input id="passphrase-again" type="password" autocomplete="new-password" spellcheck="false" ?readonly=${this.#busy} aria-invalid=${this.#fault === "" ? nothing : "true"} /></div>
        <div class="actions"><button class="primary" aria-disabled=${this.#busy ? "true" : nothing}>${this.host.done}</button>
          <button type="button" @click=${() => { this.#show(this.#own ? "own" : "words"); }}>${this.#own ? gettext("Choose another") : gettext("Show the words again")}</button></div>
        <p role="status" class="small">${this.#busy ? gettext("This takes a few seconds …") : ""}</p>
      </form>`;
  }
}

/** Generated words as they are: in lower case, one space between them. */
function plainWords(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, " ");
}
