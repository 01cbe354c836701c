/**
 * Enrolling with an invitation: passphrase, recovery sheet, keys, second factor, backup codes, one step after the other.
 *
 * Until the keys are registered nothing is promised, and a reload begins anew with the invitation's link. From
 * then on the member signs in with the passphrase, and goes on with the second factor.
 */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import { longDay, today } from "../ui/dates.ts";
import type { DeskApi } from "../workers/desk_api.ts";
import type { Arrival, Invited } from "../workers/member_api.ts";
import { BackupCodes } from "./backup_codes.ts";
import { failureWords } from "./failing.ts";
import { FactorSetup } from "./factor_setup.ts";
import { languageLinks } from "./languages.ts";
import { NewPassphrase } from "./new_passphrase.ts";
import { type Part, faultView, focusHeading, stepsView } from "./part.ts";
import { RecoverySheet } from "./recovery_sheet.ts";
import { roleWords } from "./roles.ts";
import { ENROLL } from "./router.ts";
import type { Door } from "./session.ts";

/** What enrolling asks of its surroundings. */
export interface EnrollHost {
  readonly door: Door;
  /** The worker, asking who is there where that is needed. */
  readonly remote: DeskApi;
  readonly repaint: () => void;
  /** Everything is done, and the session open. */
  opened(): void;
  /** To the desk's door, without enrolling. */
  toDoor(): void;
}

/** The token of the invitation in the address, which is taken out of it at once; empty where there is none. */
export function takeInvitation(): string {
  const token = location.hash.slice(1);
  if (location.hash !== "") history.replaceState(null, "", ENROLL);
  return token;
}

/** The page `/enroll`. */
export class Enroller implements Part {
  #at = 0;
  #inside: Part | null = null;
  #invited: Invited | null = null;
  #fault = "";

  constructor(
    readonly host: EnrollHost,
    readonly token: string,
  ) {}

  get title(): string {
    return this.#inside?.title ?? gettext("Your invitation");
  }

  /** Whether a reload would begin anew: the browser asks before it. */
  get isUnderWay(): boolean {
    return this.#at > 0 && this.#at < 3;
  }

  /** Asks what the invitation is for. */
  async start(): Promise<void> {
    try {
      this.#invited = await this.host.door.remote.invitation(this.token, document.documentElement.dataset["root"] ?? "", today());
    } catch (error) {
      this.#fault = failureWords(error);
    }
    this.host.repaint();
    focusHeading();
  }

  #go(at: number, inside: Part): void {
    this.#at = at;
    this.#inside = inside;
    this.host.repaint();
    focusHeading();
  }

  #toPassphrase(): void {
    const { remote, repaint } = this.host;
    const part = new NewPassphrase({
      remote,
      repaint,
      name: this.#invited?.name ?? "",
      near: [this.#invited?.label ?? ""],
      done: gettext("Continue"),
      chosen: (passphrase) => {
        this.#toSheet(passphrase);
        part.end();
        return Promise.resolve();
      },
    });
    this.#go(1, part);
  }

  #toSheet(passphrase: string): void {
    const { remote, repaint, door } = this.host;
    const { name = "", label = "", origin = "", fingerprint = "" } = this.#invited ?? {};
    const part = new RecoverySheet({
      remote,
      repaint,
      owner: { name, label, origin, fingerprint },
      done: gettext("Make my keys"),
      working: gettext("Making your keys on this device, and registering them. This takes a few seconds …"),
      kept: async () => {
        this.#toFactor(await door.remote.enroll(passphrase, document.documentElement.dataset["root"] ?? "", today()));
      },
    });
    this.#go(2, part);
  }

  #toFactor(arrival: Arrival): void {
    const { remote, repaint, door } = this.host;
    door.arrived(arrival);
    const skip = arrival.stage === "open" ? { skip: { words: gettext("Later: to the desk"), act: () => { this.host.opened(); } } } : {};
    const part = new FactorSetup({
      remote,
      repaint,
      registered: (then) => {
        door.arrived(then);
        void this.#toCodes();
      },
      ...skip,
    });
    this.#go(3, new Said(part, gettext("Your keys are made and registered. From now on you can sign in; if you stop here, sign in later and go on with this step.")));
  }

  async #toCodes(): Promise<void> {
    const act = (): void => { this.host.opened(); };
    try {
      this.#go(4, new BackupCodes(await this.host.remote.newBackupCodes(), this.#invited?.origin ?? "", { words: gettext("They are on paper: to the desk"), act }));
    } catch {
      // The account page offers them again; the way in does not end here.
      act();
    }
  }

  view(): TemplateResult {
    const steps = [gettext("Invitation"), gettext("Passphrase"), gettext("Recovery sheet"), gettext("Second factor"), gettext("Backup codes")];
    if (this.#fault !== "") return this.#refusedView();
    return html`<div class="enroll">${stepsView(steps, this.#at)} ${this.#inside?.view() ?? this.#invitationView()}</div>`;
  }

  #refusedView(): TemplateResult {
    return html`<div class="enroll"><h1 tabindex="-1">${gettext("This invitation cannot be used")}</h1>
      ${faultView("enroll-fault", this.#fault)}
      <p>${gettext("An invitation works once, and for three days. Ask whoever sent it for a new one, and open its link on the device on which you will work.")}</p>
      <div class="actions"><button type="button" @click=${() => { this.host.toDoor(); }}>${gettext("I am enrolled already: sign in")}</button></div></div>`;
  }

  #invitationView(): TemplateResult {
    const invited = this.#invited;
    if (invited === null) return html`<h1 tabindex="-1">${gettext("Your invitation")}</h1><p role="status">${gettext("Looking at your invitation …")}</p>`;
    const { label, name, by, origin, fingerprint } = invited;
    return html`<h1 tabindex="-1">${gettext("Welcome, {label}", { label })}</h1>
      <p>${gettext("You are invited to work with reports of corruption at {origin}, by {by}.", { by, origin })}</p>
      <dl class="facts"><div><dt>${gettext("Name to sign in with")}</dt><dd><bdi class="code">${name}</bdi></dd></div>
        ${rolesView(invited)}
        <div><dt>${gettext("Invitation good until")}</dt><dd>${longDay(invited.expires)}</dd></div></dl>
      <section class="compare" aria-labelledby="compare-title"><h2 id="compare-title">${gettext("Is this the right site?")}</h2>
        <p>${gettext("Compare these digits with those on the office’s poster, or have {by} read them to you by telephone.", { by })}</p>
        <p class="fingerprint-large"><bdi class="digits">${fingerprint}</bdi></p>
        <p class="small soft">${gettext("If they differ, somebody is between you and the office: close this page, and tell them.")}</p></section>
      <h2>${gettext("What you need")}</h2>
      <ul><li>${gettext("ten minutes in which nobody looks over your shoulder")}</li>
        <li>${gettext("pen and paper, or a printer that you trust")}</li>
        <li>${gettext("a security key, or a telephone with an authenticator app")}</li></ul>
      <p class="soft">${gettext("Nothing is registered before your keys are made, at the end of the third step. If you leave before, open the link again.")}</p>
      <div class="actions"><button type="button" class="primary" @click=${() => { this.#toPassphrase(); }}>${gettext("The digits are the same: begin")}</button></div>
      ${languageLinks(`#${this.token}`)}`;
  }
}

function rolesView({ roles, siteRoles, titles }: Invited): TemplateResult | typeof nothing {
  const lines = [...siteRoles.map(roleWords), ...roles.map(([channel, role]) => gettext("{role}: {channel}", { role: roleWords(role), channel: titles[channel] ?? channel }))];
  if (lines.length === 0) return nothing;
  return html`<div><dt>${gettext("Your work")}</dt><dd><ul role="list">${lines.map((line) => html`<li><bdi>${line}</bdi></li>`)}</ul></dd></div>`;
}

/** A part below something that is said at its beginning. */
class Said implements Part {
  readonly #first: string;

  constructor(
    readonly inside: Part,
    readonly words: string,
  ) {
    this.#first = inside.title;
  }

  get title(): string {
    return this.inside.title;
  }

  view(): TemplateResult {
    return html`<p class="done" ?hidden=${this.inside.title !== this.#first}>${this.words}</p>${this.inside.view()}`;
  }
}
