/** Between the passphrase and the desk: second factor, passkey, a first factor to be registered, a new passphrase. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import type { DeskApi } from "../workers/desk_api.ts";
import type { Pending } from "../workers/member_api.ts";
import { BackupCodes } from "./backup_codes.ts";
import { failureWords } from "./failing.ts";
import { FactorSetup } from "./factor_setup.ts";
import { NewPassphrase } from "./new_passphrase.ts";
import { type Part, faultView, focusHeading, focusOn, stepsView } from "./part.ts";
import { askPasskey, wipe } from "./passkeys.ts";
import { Prover } from "./prover.ts";
import type { Door } from "./session.ts";

/** What the way in asks of its surroundings. */
export interface ArrivingHost {
  readonly door: Door;
  /** The worker, asking who is there where that is needed. */
  readonly remote: DeskApi;
  readonly repaint: () => void;
  /** The session is open, and all that goes before the desk is done. */
  opened(): void;
  /** The passphrase is replaced: one signs in with it now. */
  renewed(): void;
  /** What was begun is given up. */
  left(): void;
}

/** The screen for what the session waits for. */
export function arrivingPart(pending: Pending, host: ArrivingHost): Part {
  switch (pending.stage) {
    case "factor":
      return new Proving(pending, host);
    case "key":
      return new Joined(pending, host);
    case "enrolling":
      return new Registering(host);
    case "recovery":
      return new Renewing(pending, host);
  }
}

function leaveView(host: ArrivingHost): TemplateResult {
  return html`<p class="other-way"><button type="button" class="quiet" @click=${() => { host.left(); }}>${gettext("Begin again")}</button></p>`;
}

/** Goes on to whatever is waited for next, or to the desk. */
function goOn(host: ArrivingHost): void {
  if (host.door.pending === null) host.opened();
  else host.repaint();
}

class Proving implements Part {
  readonly #prover: Prover;

  constructor(
    readonly pending: Extract<Pending, { stage: "factor" }>,
    readonly host: ArrivingHost,
  ) {
    this.#prover = new Prover(pending.factors, {
      options: () => host.door.remote.factorOptions(),
      run: async (proof) => {
        await host.door.prove(proof, () => undefined);
        goOn(host);
      },
      repaint: host.repaint,
    });
  }

  get title(): string {
    return gettext("Your second factor");
  }

  view(): TemplateResult {
    return html`<h1 tabindex="-1">${this.title}</h1>
      <p class="soft">${gettext("Signing in as {label}. One thing more, so that nobody gets in with your passphrase alone.", { label: this.pending.label })}</p>
      ${this.#prover.view()} ${leaveView(this.host)}`;
  }
}

class Joined implements Part {
  #fault = "";
  #busy = false;

  constructor(
    readonly pending: Extract<Pending, { stage: "key" }>,
    readonly host: ArrivingHost,
  ) {}

  get title(): string {
    return gettext("Your keys need your passkey");
  }

  async #open(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#fault = "";
    this.host.repaint();
    try {
      const { credentials, question } = this.pending;
      const answer = await askPasskey(credentials, question);
      try {
        await this.host.door.openWith(answer, () => undefined);
      } finally {
        wipe(answer);
      }
      goOn(this.host);
    } catch (error) {
      this.#fault = failureWords(error);
      focusOn("joined-fault");
    }
    this.#busy = false;
    this.host.repaint();
  }

  view(): TemplateResult {
    return html`<h1 tabindex="-1">${this.title}</h1>
      <p>${gettext("You joined your passkey with your passphrase: your keys open with both together.")}</p>
      ${faultView("joined-fault", this.#fault)}
      <div class="actions"><button type="button" class="primary" aria-disabled=${this.#busy ? "true" : nothing} @click=${() => void this.#open()}>${gettext("Use your passkey")}</button></div>
      <p role="status" class="small">${this.#busy ? gettext("Waiting for your passkey …") : ""}</p>
      <p class="small soft">${gettext("If it is lost, begin again and choose “I lost my passphrase”: your recovery sheet opens your keys without it.")}</p>
      ${leaveView(this.host)}`;
  }
}

/** A second factor, then backup codes; for those who have none yet and must. */
class Registering implements Part {
  #inside: Part;
  #at = 0;

  constructor(readonly host: ArrivingHost) {
    this.#inside = new FactorSetup({
      remote: host.remote,
      repaint: host.repaint,
      registered: (arrival) => {
        void this.#toCodes().finally(() => {
          host.door.arrived(arrival);
          host.repaint();
        });
      },
    });
  }

  get title(): string {
    return this.#inside.title;
  }

  async #toCodes(): Promise<void> {
    const codes = await this.host.remote.newBackupCodes();
    this.#at = 1;
    this.#inside = new BackupCodes(codes, location.host, { words: gettext("They are on paper: to the desk"), act: () => { this.host.opened(); } });
    focusHeading();
  }

  view(): TemplateResult {
    return html`${stepsView([gettext("Second factor"), gettext("Backup codes")], this.#at)} ${this.#inside.view()}`;
  }
}

class Renewing implements Part {
  readonly #inside: NewPassphrase;

  constructor(
    readonly pending: Extract<Pending, { stage: "recovery" }>,
    readonly host: ArrivingHost,
  ) {
    this.#inside = new NewPassphrase({
      remote: host.remote,
      repaint: host.repaint,
      name: "",
      done: gettext("Put it in the place of the lost one"),
      chosen: async (passphrase) => {
        await host.door.remote.renewPassphrase(passphrase);
        this.#inside.end();
        host.renewed();
      },
    });
  }

  get title(): string {
    return this.#inside.title;
  }

  view(): TemplateResult {
    return html`<p class="note">${gettext("Your recovery code opened your keys, {label}. Choose a new passphrase; then sign in with it. All your sessions end.", { label: this.pending.label })}</p>
      ${this.#inside.view()} ${leaveView(this.host)}`;
  }
}
