/** Signing in, and unlocking under a session that goes on. The passphrase never leaves this device. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { N_ } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";
import type { SignInStep } from "../workers/desk_api.ts";
import { type ArrivingHost, arrivingPart } from "./arriving.ts";
import { failureWords, isSignedOut } from "./failing.ts";
import { languageLinks } from "./languages.ts";
import { type Part, focusHeading } from "./part.ts";
import { Recovery } from "./recovery.ts";
import type { Door } from "./session.ts";

const STEPS: readonly SignInStep[] = ["stretching", "signing-in", "opening", "directory"];
const STEP_WORDS: Readonly<Record<SignInStep, string>> = {
  stretching: N_("Making your key from the passphrase, on this device …"),
  "signing-in": N_("Signing in …"),
  opening: N_("Opening your keys …"),
  directory: N_("Checking the list of colleagues and channels …"),
};

interface Way {
  readonly title: string;
  readonly button: string;
  readonly lead: string;
  run(name: string, passphrase: string, progress: (step: SignInStep) => void): Promise<void>;
}

/** The page before the desk. The host's `opened` is called once the keys are here. */
export class SignIn {
  /** What stands in the place of the form: the second factor, a new passphrase, the way back to lost keys. */
  #inside: Part | null = null;
  #step: SignInStep | null = null;
  #fault = "";
  #blame: "name" | "passphrase" | null = null;
  /** What brought the person here, such as a lock; said above the form. */
  reason = "";

  constructor(readonly host: Pick<ArrivingHost, "door" | "remote" | "repaint" | "opened">) {}

  get door(): Door {
    return this.host.door;
  }

  repaint(): void {
    this.host.repaint();
  }

  /** Forgets what was begun. */
  clear(): void {
    this.#inside = null;
    this.#fault = "";
    this.#blame = null;
  }

  /** On to what the session waits for, or to the desk. */
  #goOn(): void {
    const { pending } = this.door;
    if (pending === null) {
      this.clear();
      this.host.opened();
      return;
    }
    const back = (reason: string): void => {
      this.clear();
      this.reason = reason;
      this.repaint();
      focusHeading();
    };
    this.#inside = arrivingPart(pending, {
      ...this.host,
      repaint: () => {
        if (this.#inside !== null && this.door.pending !== null && this.door.pending !== pending && this.door.pending.stage !== pending.stage) this.#goOn();
        else this.repaint();
      },
      opened: () => {
        this.clear();
        this.host.opened();
      },
      renewed: () => {
        this.door.expire()();
        back(gettext("Your new passphrase counts from now on: sign in with it."));
      },
      left: () => {
        void this.door.signOut().then(() => { back(""); });
      },
    });
    this.repaint();
    focusHeading();
  }

  #lost(): void {
    const back = (): void => {
      this.clear();
      this.repaint();
      focusHeading();
    };
    this.reason = "";
    this.#inside = new Recovery(this.door, () => { this.repaint(); }, () => { this.#goOn(); }, back);
    this.repaint();
    focusHeading();
  }

  get title(): string {
    if (this.#inside !== null) return this.#inside.title;
    return this.door.standing === "locked" ? gettext("Unlock the desk") : gettext("Sign in to the desk");
  }

  #way(): Way {
    const { door, title } = this;
    if (door.account === null) {
      return {
        title,
        button: gettext("Sign in"),
        lead: gettext("Cases are opened on this device and nowhere else."),
        run: (name, passphrase, progress) => door.signIn(name, passphrase, progress),
      };
    }
    return {
      title,
      button: gettext("Unlock"),
      lead: gettext("You are signed in as {label}. Your keys were put away; the passphrase brings them back.", { label: door.account.label }),
      run: (_name, passphrase, progress) => door.unlock(passphrase, progress),
    };
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.#step !== null || !(event.target instanceof HTMLFormElement)) return;
    const form = event.target;
    const name = textIn(form, "name").trim();
    const passphrase = textIn(form, "passphrase");
    if (this.door.account === null && name === "") { this.#refuse("name", gettext("Type the name that you sign in with.")); return; }
    if (passphrase === "") { this.#refuse("passphrase", gettext("Type your passphrase.")); return; }
    await this.#run(form, name, passphrase);
  }

  async #run(form: HTMLFormElement, name: string, passphrase: string): Promise<void> {
    this.#fault = "";
    this.#blame = null;
    this.#step = "stretching";
    this.repaint();
    try {
      await this.#way().run(name, passphrase, (step) => {
        this.#step = step;
        this.repaint();
      });
      form.reset();
      this.#step = null;
      this.reason = "";
      this.#goOn();
    } catch (error) {
      this.#step = null;
      if (isSignedOut(error) && this.door.account !== null) {
        this.door.expire()();
        this.#refuse("name", gettext("Your session has ended: sign in with name and passphrase."));
      } else this.#refuse("passphrase", failureWords(error));
    }
  }

  #refuse(field: "name" | "passphrase", words: string): void {
    this.#fault = words;
    this.#blame = field;
    this.repaint();
    requestAnimationFrame(() => {
      document.getElementById("sign-in-fault")?.focus();
    });
  }

  async #signOut(): Promise<void> {
    await this.door.signOut();
    this.reason = "";
    this.clear();
    this.repaint();
  }

  view(): TemplateResult {
    if (this.#inside !== null) return html`<div class="sign-in sign-in-further">${this.#inside.view()}</div>`;
    return this.#formView();
  }

  #formView(): TemplateResult {
    const { title, button, lead } = this.#way();
    const busy = this.#step !== null;
    return html`<div class="sign-in">
      <h1 tabindex="-1">${title}</h1>
      ${this.reason === "" ? nothing : html`<p class="note" id="sign-in-reason">${this.reason}</p>`}
      ${this.#faultView()}
      <p class="soft">${lead}</p>
      <form novalidate @submit=${(event: SubmitEvent) => void this.#submit(event)}>
        ${this.door.account === null ? this.#nameView(busy) : this.#knownName()}
        <div class="field">
          <label for="passphrase">${gettext("Passphrase")}</label>
          <p class="help" id="passphrase-help">${gettext("It is never sent: this device makes a key from it, which takes a few seconds.")}</p>
          <input id="passphrase" type="password" autocomplete="current-password" spellcheck="false"
            aria-describedby=${this.reason === "" ? "passphrase-help" : "sign-in-reason passphrase-help"} ?readonly=${busy} aria-invalid=${this.#blame === "passphrase" ? "true" : nothing} />
        </div>
        <button class="primary" aria-disabled=${busy ? "true" : nothing}>${button}</button>
        ${this.#progressView()}
      </form>
      ${this.door.account === null
        ? html`<p class="sign-in-other"><button type="button" class="quiet" @click=${() => { this.#lost(); }}>${gettext("I lost my passphrase")}</button></p>`
        : html`<p class="sign-in-other"><button type="button" class="quiet" @click=${() => void this.#signOut()}>
            ${gettext("Sign out, or sign in as somebody else")}</button></p>`}
      ${languageLinks()}
    </div>`;
  }

  #nameView(busy: boolean): TemplateResult {
    return html`<div class="field">
      <label for="name">${gettext("Name")}</label>
      <input id="name" type="text" autocomplete="username" autocapitalize="none" spellcheck="false"
        ?readonly=${busy} aria-invalid=${this.#blame === "name" ? "true" : nothing} />
    </div>`;
  }

  /** For programs that keep passphrases: whose this one is. */
  #knownName(): TemplateResult {
    return html`<input type="text" class="visually-hidden" autocomplete="username" tabindex="-1" aria-hidden="true" readonly
      .value=${this.door.account?.name ?? ""} />`;
  }

  #faultView(): TemplateResult | typeof nothing {
    if (this.#fault === "") return nothing;
    return html`<div class="fault" id="sign-in-fault" tabindex="-1" role="alert">
      <p>${this.#blame === null ? this.#fault : html`<a href="#${this.#blame}">${this.#fault}</a>`}</p>
    </div>`;
  }

  #progressView(): TemplateResult {
    const step = this.#step;
    return html`<div class="sign-in-progress">
      <p role="status">${step === null ? "" : gettext(STEP_WORDS[step])}</p>
      ${step === null
        ? nothing
        : html`<progress max=${STEPS.length + 1} .value=${STEPS.indexOf(step) + 1} aria-label=${gettext("Signing in")}></progress>`}
    </div>`;
  }
}

// The fields have no names: should anything else send the form, such as a program that fills in passphrases,
// then without what was typed, which would stand in the address.
function textIn(form: HTMLFormElement, id: string): string {
  const field = form.elements.namedItem(id);
  return field instanceof HTMLInputElement ? field.value : "";
}
