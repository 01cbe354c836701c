/** Showing who one is: with a passkey, a code from an app, a code on paper; with the passphrase where there is nothing else. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { JsonObject } from "../protocol/encoding.ts";
import { N_ } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";
import type { FactorKinds, Proof } from "../workers/member_api.ts";
import { failureWords } from "./failing.ts";
import { passkeysOffered, usePasskey, wipe } from "./passkeys.ts";

/** A way to show it. */
export type ProofWay = "passkey" | "totp" | "backup" | "passphrase";

const ORDER: readonly ProofWay[] = ["passkey", "totp", "backup"];
const INSTEAD: Readonly<Record<ProofWay, string>> = {
  passkey: N_("Use a passkey or security key"),
  totp: N_("Use a code from your app"),
  backup: N_("Use a backup code"),
  passphrase: N_("Use your passphrase"),
};
const LABELS: Readonly<Record<Exclude<ProofWay, "passkey">, string>> = {
  totp: N_("Code from your app"),
  backup: N_("Backup code"),
  passphrase: N_("Passphrase"),
};
const HELP: Readonly<Record<Exclude<ProofWay, "passkey">, string>> = {
  totp: N_("Six digits, a new code every thirty seconds; each is taken once."),
  backup: N_("From the list on paper. Each code works once: cross it out."),
  passphrase: N_("It is never sent: this device makes a key from it, which takes a few seconds."),
};

/** What proving asks of its surroundings. */
export interface ProverHost {
  /** What the server asks of a passkey. */
  options(): Promise<JsonObject>;
  /** Takes the proof; what it throws is said at the field. */
  run(proof: Proof): Promise<void>;
  readonly repaint: () => void;
}

/** The ways that a member with these factors has on this page. */
export function waysOf(kinds: FactorKinds, offered: boolean = passkeysOffered()): readonly ProofWay[] {
  const ways = ORDER.filter((way) => way !== "passphrase" && kinds[way] && (way !== "passkey" || offered));
  return ways.length > 0 || kinds.passkey ? ways : ["passphrase"];
}

/** The form in which one shows it. */
export class Prover {
  #way: ProofWay;
  #busy = false;
  #fault = "";
  readonly #ways: readonly ProofWay[];

  constructor(
    kinds: FactorKinds,
    readonly host: ProverHost,
  ) {
    this.#ways = waysOf(kinds);
    this.#way = this.#ways[0] ?? "backup";
  }

  #choose(way: ProofWay): void {
    const field = document.getElementById("proof");
    if (field instanceof HTMLInputElement) field.value = "";
    this.#way = way;
    this.#fault = "";
    this.host.repaint();
    requestAnimationFrame(() => document.getElementById("proof")?.focus());
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.#busy || !(event.target instanceof HTMLFormElement)) return;
    const field = event.target.elements.namedItem("proof");
    const typed = field instanceof HTMLInputElement ? field.value : "";
    if (this.#way !== "passkey" && typed.trim() === "") { this.#refuse(gettext("Type the code, or the passphrase, that is asked for.")); return; }
    await this.#run(async () => {
      const proof = await this.#proof(typed);
      try {
        await this.host.run(proof);
      } finally {
        if ("answer" in proof) wipe(proof.answer);
      }
    });
    if (this.#fault === "" && field instanceof HTMLInputElement) field.value = "";
  }

  async #proof(typed: string): Promise<Proof> {
    switch (this.#way) {
      case "passkey":
        return usePasskey(await this.host.options());
      case "totp":
        return { totp: typed.replace(/\s/g, "") };
      case "backup":
        return { backup: typed.trim() };
      case "passphrase":
        return { passphrase: typed };
    }
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.#busy = true;
    this.#fault = "";
    this.host.repaint();
    try {
      await work();
    } catch (error) {
      this.#refuse(failureWords(error, this.#way === "passphrase" ? gettext("This is not your passphrase.") : gettext("This code is not right, or was used already.")));
    } finally {
      this.#busy = false;
      this.host.repaint();
    }
  }

  #refuse(words: string): void {
    this.#fault = words;
    this.host.repaint();
    requestAnimationFrame(() => document.getElementById("proof-fault")?.focus());
  }

  view(cancel: TemplateResult | typeof nothing = nothing): TemplateResult {
    const others = this.#ways.filter((way) => way !== this.#way);
    if (this.#ways.length === 0) {
      return html`<p class="warning">${gettext("Your passkeys do not work in this browser, or at this address. Use the browser and the address with which you registered them.")}</p>
        ${cancel === nothing ? nothing : html`<div class="actions">${cancel}</div>`}`;
    }
    return html`<form novalidate class="prover" @submit=${(event: SubmitEvent) => void this.#submit(event)}>
      ${this.#fault === "" ? nothing : html`<div class="fault" id="proof-fault" tabindex="-1" role="alert"><p>${this.#way === "passkey" ? this.#fault : html`<a href="#proof">${this.#fault}</a>`}</p></div>`}
      ${this.#fieldView()}
      <div class="actions"><button class="primary" id=${this.#way === "passkey" ? "proof" : nothing} aria-disabled=${this.#busy ? "true" : nothing}>
        ${this.#way === "passkey" ? gettext("Use your passkey") : gettext("Continue")}</button>${cancel}</div>
      <p role="status" class="small">${this.#busy ? (this.#way === "passkey" ? gettext("Waiting for your passkey …") : gettext("Checking …")) : ""}</p>
      ${others.map((way) => html`<p class="other-way"><button type="button" class="quiet" @click=${() => { this.#choose(way); }}>${gettext(INSTEAD[way])}</button></p>`)}
    </form>`;
  }

  #fieldView(): TemplateResult {
    const way = this.#way;
    if (way === "passkey") return html`<p>${gettext("Have your security key at hand, or the device that holds your passkey. The browser asks for it.")}</p>`;
    return html`<div class="field">
      <label for="proof">${gettext(LABELS[way])}</label>
      <p class="help" id="proof-help">${gettext(HELP[way])}</p>
      <input id="proof" class=${way === "passphrase" ? "" : "code"} type=${way === "passphrase" ? "password" : "text"} inputmode=${way === "totp" ? "numeric" : nothing}
        autocomplete=${way === "totp" ? "one-time-code" : way === "passphrase" ? "current-password" : "off"} autocapitalize="none" spellcheck="false"
        aria-describedby="proof-help" ?readonly=${this.#busy} aria-invalid=${this.#fault === "" ? nothing : "true"} />
    </div>`;
  }
}
