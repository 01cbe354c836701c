/** Registering a second factor: a passkey, which may guard the keys too, or an app that makes codes. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { qrCode } from "../ui/qr.ts";
import { gettext } from "../ui/i18n.ts";
import type { DeskApi } from "../workers/desk_api.ts";
import type { Arrival, NewTotp } from "../workers/member_api.ts";
import { failureWords } from "./failing.ts";
import { faultView, focusHeading, focusOn, textIn } from "./part.ts";
import { type MadePasskey, askPasskey, makePasskey, passkeysOffered, wipe } from "./passkeys.ts";

type Showing = "choice" | "passkey" | "totp" | "join";

/** What registering asks of its surroundings. */
export interface SetupHost {
  readonly remote: DeskApi;
  readonly repaint: () => void;
  /** A factor is registered, and all that belongs to it is done. */
  registered(arrival: Arrival): void;
  /** The way round it, where there is one: what its button says, and what it does. */
  readonly skip?: { readonly words: string; readonly act: () => void };
}

/** The step in which a factor is registered. */
export class FactorSetup {
  #showing: Showing = "choice";
  #totp: NewTotp | null = null;
  #made: MadePasskey | null = null;
  #arrival: Arrival | null = null;
  #fault = "";
  #blame = "";
  #busy = false;

  constructor(readonly host: SetupHost) {}

  get title(): string {
    if (this.#showing === "passkey") return gettext("Register a passkey");
    if (this.#showing === "totp") return gettext("Set up your app");
    return this.#showing === "join" ? gettext("Let it guard your keys too?") : gettext("Your second factor");
  }

  #show(showing: Showing): void {
    this.#showing = showing;
    this.#fault = "";
    this.host.repaint();
    focusHeading();
  }

  async #run(work: () => Promise<void>, field = ""): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#fault = "";
    this.host.repaint();
    try {
      await work();
    } catch (error) {
      this.#fault = failureWords(error, gettext("This is not the code of now. Wait for the next one, and see that the clock of the device with the app is right."));
      this.#blame = field;
      focusOn("setup-fault");
    }
    this.#busy = false;
    this.host.repaint();
  }

  async #chooseTotp(): Promise<void> {
    await this.#run(async () => {
      this.#totp = await this.host.remote.beginTotp();
      this.#show("totp");
    });
  }

  async #confirm(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const code = textIn(event, "setup-code").replace(/\s/g, "");
    const id = this.#totp?.id ?? "";
    await this.#run(async () => {
      const arrival = await this.host.remote.confirmTotp(id, code, () => undefined);
      this.#totp = null;
      this.host.registered(arrival);
    }, "setup-code");
  }

  async #make(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const name = textIn(event, "setup-name").trim() || gettext("Passkey");
    await this.#run(async () => {
      this.#made = await makePasskey(await this.host.remote.passkeyOptions());
      this.#arrival = await this.host.remote.addPasskey(name, this.#made.credential, () => undefined);
      // The keys are at hand only where the session is open.
      if (this.#made.prf && this.#arrival.stage === "open") this.#show("join");
      else this.host.registered(this.#arrival);
    });
  }

  async #join(): Promise<void> {
    const [made, arrival] = [this.#made, this.#arrival];
    if (made === null || arrival?.stage !== "open") return;
    await this.#run(async () => {
      const answer = await askPasskey([made.id], arrival.passkeyQuestion);
      try {
        this.host.registered(await this.host.remote.joinPasskey(answer));
      } finally {
        wipe(answer);
      }
    });
  }

  view(): TemplateResult {
    const { skip } = this.host;
    const inside = { choice: () => this.#choiceView(), passkey: () => this.#passkeyView(), totp: () => this.#totpView(), join: () => this.#joinView() }[this.#showing]();
    return html`<h1 tabindex="-1">${this.title}</h1>
      ${faultView("setup-fault", this.#fault, this.#blame)} ${inside}
      ${skip === undefined || this.#showing === "join" ? nothing : html`<p class="other-way"><button type="button" class="quiet" @click=${skip.act}>${skip.words}</button></p>`}`;
  }

  #choiceView(): TemplateResult {
    const offered = passkeysOffered();
    return html`<p>${gettext("Whoever finds out your passphrase must still not get in. So the desk asks for something that you have, too. Choose one; you can add more later.")}</p>
      <ul class="factor-ways" role="list">
        <li><h2>${gettext("Passkey or security key")}</h2>
          <p>${gettext("A key on your key ring, or this device with its fingerprint or PIN. It cannot be tricked by a false site.")}</p>
          ${offered
            ? html`<button type="button" class="primary" @click=${() => { this.#show("passkey"); }}>${gettext("Register a key")}</button>`
            : html`<p class="soft">${gettext("Not in this browser, or not at this address.")}</p>`}</li>
        <li><h2>${gettext("App that makes codes")}</h2>
          <p>${gettext("On a telephone or another device: any authenticator app will do. You type six digits when you sign in.")}</p>
          <button type="button" class=${offered ? "" : "primary"} aria-disabled=${this.#busy ? "true" : nothing} @click=${() => void this.#chooseTotp()}>${gettext("Set up an app")}</button></li>
      </ul>`;
  }

  #passkeyView(): TemplateResult {
    return html`<form novalidate @submit=${(event: SubmitEvent) => void this.#make(event)}>
      <div class="field"><label for="setup-name">${gettext("What you call it")}</label>
        <p class="help" id="setup-name-help">${gettext("Such as “blue key” or “office laptop”: so that you know it in the list.")}</p>
        <input id="setup-name" type="text" maxlength="60" autocomplete="off" aria-describedby="setup-name-help" ?readonly=${this.#busy} /></div>
      <div class="actions"><button class="primary" aria-disabled=${this.#busy ? "true" : nothing}>${gettext("Register it")}</button>
        <button type="button" @click=${() => { this.#show("choice"); }}>${gettext("Back")}</button></div>
      <p role="status" class="small">${this.#busy ? gettext("Waiting for your passkey …") : ""}</p>
    </form>`;
  }

  #totpView(): TemplateResult {
    const { secret = "", uri = "" } = this.#totp ?? {};
    return html`<ol class="setup-steps">
        <li><p>${gettext("In the app choose to add an account, and scan this picture.")}</p>
          ${uri === "" ? nothing : qrCode(uri, gettext("QR code for the app"))}
          <p>${gettext("Or type this key into the app:")} <bdi class="code totp-secret" translate="no">${secret.match(/.{1,4}/g)?.join(" ")}</bdi></p></li>
        <li><p>${gettext("Type the six digits that the app shows now.")}</p>
          <form novalidate @submit=${(event: SubmitEvent) => void this.#confirm(event)}>
            <div class="field"><label for="setup-code">${gettext("Code from your app")}</label>
              <input id="setup-code" type="text" class="code" inputmode="numeric" autocomplete="one-time-code" ?readonly=${this.#busy} aria-invalid=${this.#fault === "" ? nothing : "true"} /></div>
            <div class="actions"><button class="primary" aria-disabled=${this.#busy ? "true" : nothing}>${gettext("Confirm")}</button>
              <button type="button" @click=${() => { this.#show("choice"); }}>${gettext("Back")}</button></div>
            <p role="status" class="small">${this.#busy ? gettext("Checking …") : ""}</p>
          </form></li>
      </ol>`;
  }

  #joinView(): TemplateResult {
    const arrival = this.#arrival;
    return html`<p>${gettext("Your passkey is registered. It can do one thing more: your keys then open with passphrase and passkey together. Whoever seizes the server and guesses the passphrase still cannot open them. It holds once all your second factors guard your keys; an app cannot.")}</p>
      <p class="warning">${gettext("If you then lose the passkey, only your recovery sheet opens your keys.")}</p>
      <div class="actions"><button type="button" class="primary" aria-disabled=${this.#busy ? "true" : nothing} @click=${() => void this.#join()}>${gettext("Yes: use it once more")}</button>
        <button type="button" @click=${() => { if (arrival !== null) this.host.registered(arrival); }}>${gettext("Not now")}</button></div>
      <p role="status" class="small">${this.#busy ? gettext("Waiting for your passkey …") : ""}</p>`;
  }
}
