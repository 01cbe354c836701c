/** A member's own account: what they sign in with, where they are signed in, and their keys. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import { saveFile } from "../ui/keeping.ts";
import type { OwnAccount, Session } from "../workers/member_api.ts";
import { factorsView, sessionsView } from "./account_lists.ts";
import { ChangePassphrase } from "./change_passphrase.ts";
import { BackupCodes } from "./backup_codes.ts";
import { ask } from "./confirm.ts";
import { FactorSetup } from "./factor_setup.ts";
import { type Part, faultView, focusHeading } from "./part.ts";
import { askPasskey, wipe } from "./passkeys.ts";
import { languageLinks } from "./languages.ts";
import { OwnKeysView } from "./own_keys.ts";
import { OwnMailView } from "./own_mail.ts";
import type { Context, Page } from "./page.ts";
import { RecoverySheet } from "./recovery_sheet.ts";

/** The page `/desk/account`. */
export class AccountPage implements Page {
  #account: OwnAccount | null = null;
  /** What is being done, in the place of the page. */
  #inside: Part | null = null;
  #fault = "";
  #busy = false;

  readonly #keys: OwnKeysView;
  readonly #mail: OwnMailView;

  constructor(readonly context: Context) {
    this.#keys = new OwnKeysView(context, { run: (work) => this.#run(work), load: () => this.#load() });
    this.#mail = new OwnMailView(context, { run: (work) => this.#run(work) });
  }

  get title(): string {
    return this.#inside?.title ?? gettext("Your account");
  }

  entered(): void {
    void this.#load();
    void this.#keys.refresh();
    void this.#mail.load();
    focusHeading();
  }

  left(): Promise<void> {
    this.#keys.stop();
    return Promise.resolve();
  }

  /** Nothing waits for it: what is shown stays in use until there is newer. */
  async #load(): Promise<void> {
    try {
      this.#account = await this.context.remote.account();
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
    }
    this.context.repaint();
  }

  /** Runs `work`; whether it came to its end. */
  async #run(work: () => Promise<void>): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    this.#fault = "";
    this.context.repaint();
    try {
      await work();
      return true;
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
      return false;
    } finally {
      this.#busy = false;
      this.context.repaint();
    }
  }

  #open(part: Part): void {
    this.#inside = part;
    this.#fault = "";
    this.context.repaint();
    focusHeading();
  }

  /** Back to the page, with what was done said. */
  async #back(said = "", session: Session | null = null): Promise<void> {
    this.#inside = null;
    if (session !== null) this.context.became(session);
    if (said !== "") this.context.say(said);
    focusHeading();
    await this.#load();
  }

  #addFactor(): void {
    const { remote, repaint } = this.context;
    const skip = { words: gettext("Back to your account"), act: () => void this.#back() };
    this.#open(
      new FactorSetup({
        remote,
        repaint,
        skip,
        registered: (arrival) => {
          void this.#back(gettext("The second factor is registered. Your other sessions were ended."), arrival.stage === "open" ? arrival : null);
        },
      }),
    );
  }

  async #remove(id: string, name: string): Promise<void> {
    const body = gettext("It opens nothing from then on, and your other sessions end.");
    if ((await ask({ title: gettext("Remove “{name}”?", { name }), body, yes: gettext("Remove"), danger: true })) === null) return;
    const done = await this.#run(async () => {
      this.context.became(await this.context.remote.removeFactor(id));
    });
    if (done) await this.#back(gettext("“{name}” is removed.", { name }));
  }

  async #join(credential: string): Promise<void> {
    const done = await this.#run(async () => {
      const answer = await askPasskey([credential], this.context.session.passkeyQuestion);
      try {
        this.context.became(await this.context.remote.joinPasskey(answer));
      } finally {
        wipe(answer);
      }
    });
    if (!done) return;
    const guards = this.context.session.joined.includes(credential);
    this.context.say(
      guards
        ? gettext("The passkey guards your keys now, together with your passphrase.")
        : gettext("Your passphrase alone still opens your keys, because of your other second factors: remove those that cannot guard your keys, or let them guard too."),
    );
  }

  async #makeCodes(): Promise<void> {
    await this.#run(async () => {
      const codes = await this.context.remote.newBackupCodes();
      this.#open(new BackupCodes(codes, location.host, { words: gettext("They are on paper"), act: () => void this.#back() }));
    });
  }

  #changePassphrase(): void {
    const { remote, repaint, session } = this.context;
    this.#open(
      new ChangePassphrase({
        remote,
        repaint,
        name: session.name,
        back: () => void this.#back(),
        changed: (changed) => void this.#back(gettext("Your passphrase is changed. Your other sessions were ended."), changed),
      }),
    );
  }

  async #newSheet(): Promise<void> {
    if (!(await this.context.prove())) return;
    const { remote, repaint, session } = this.context;
    const { name, label, directory } = session;
    this.#open(
      new RecoverySheet({
        remote,
        repaint,
        owner: { name, label, origin: location.host, fingerprint: directory.fingerprint },
        done: gettext("Use this sheet from now on"),
        working: gettext("Putting it in the place of the old one …"),
        kept: async () => {
          await remote.changeRecovery();
          await this.#back(gettext("The new sheet counts; the old one opens nothing any more. Destroy it. Your other sessions were ended."));
        },
      }),
    );
  }

  async #end(id: string | null): Promise<void> {
    const { remote } = this.context;
    if (await this.#run(() => (id === null ? remote.endOtherSessions() : remote.endSession(id)))) await this.#back(gettext("Ended."));
  }

  async #export(): Promise<void> {
    const body = html`<p>${gettext("The file opens every case that was ever given to you, without passphrase and without second factor. Nobody can take that back.")}</p>
      <p>${gettext("It is a standard age identity file: with a copy of the sealed cases you can read them without this service. Keep it offline, as you would the key of a safe.")}</p>`;
    if ((await ask({ title: gettext("Take your own key out of the desk?"), body, yes: gettext("Make the file"), danger: true })) === null) return;
    if (!(await this.context.prove())) return;
    await this.#run(async () => {
      const made = await this.context.remote.exportIdentity();
      saveFile(made.name, made.bytes, made.type);
      this.context.say(gettext("{name} was handed to the browser to be saved.", { name: made.name }));
    });
  }

  view(): TemplateResult {
    if (this.#inside !== null) return html`<div class="enroll">${this.#inside.view()}</div>`;
    const { label, name } = this.context.session;
    const account = this.#account;
    return html`<div class="account"><h1 tabindex="-1">${gettext("Your account")}</h1>
      <p class="lead-line"><bdi>${label}</bdi> <span class="soft">${gettext("signs in as {name}", { name })}</span></p>
      ${faultView("account-fault", this.#fault)}
      ${account === null
        ? html`<p role="status">${this.#fault === "" ? gettext("One moment …") : nothing}</p>`
        : html`<div class="account-parts">${this.#factors(account)} ${this.#codesView(account)} ${this.#secretsView(account)} ${this.#sessions(account)} ${this.#mail.view()} ${this.#keys.view(account)} ${this.#exportView()}</div>${languageLinks()}`}
    </div>`;
  }

  #factors(account: OwnAccount): TemplateResult {
    const { joined } = this.context.session;
    return factorsView(account.factors, joined, {
      add: () => { this.#addFactor(); },
      remove: (id, name) => void this.#remove(id, name),
      join: (credential) => void this.#join(credential),
    });
  }

  #codesView({ backupCodes, factors }: OwnAccount): TemplateResult | typeof nothing {
    if (factors.length === 0) return nothing;
    const few = backupCodes < 3;
    return html`<section aria-labelledby="codes-title"><h2 id="codes-title">${gettext("Backup codes")}</h2>
      <p class=${few ? "warning" : ""}>${backupCodes === 0 ? gettext("You have none. If you lose your second factor you cannot get in.") : gettext("Unused: {number}. They stand in for a lost second factor.", { number: backupCodes })}</p>
      <button type="button" @click=${() => void this.#makeCodes()}>${backupCodes === 0 ? gettext("Make backup codes") : gettext("Make new ones")}</button></section>`;
  }

  #secretsView({ recovery }: OwnAccount): TemplateResult {
    return html`<section aria-labelledby="secrets-title"><h2 id="secrets-title">${gettext("Passphrase and recovery sheet")}</h2>
      ${recovery ? html`<p>${gettext("Your recovery sheet opens your keys if you lose the passphrase. If somebody may have seen it, make a new one.")}</p>` : html`<p class="warning">${gettext("You have no recovery sheet: if you lose your passphrase, your keys are lost.")}</p>`}
      <div class="part-actions"><button type="button" @click=${() => { this.#changePassphrase(); }}>${gettext("Change the passphrase")}</button>
        <button type="button" @click=${() => void this.#newSheet()}>${gettext("Make a new recovery sheet")}</button></div></section>`;
  }

  #sessions(account: OwnAccount): TemplateResult {
    return sessionsView(account.sessions, (id) => void this.#end(id));
  }

  #exportView(): TemplateResult {
    return html`<section aria-labelledby="own-key-title"><h2 id="own-key-title">${gettext("Your own key")}</h2>
      <p>${gettext("You are not locked in: your key is yours, and works with other programs.")}</p>
      <button type="button" @click=${() => void this.#export()}>${gettext("Take it out as a file …")}</button></section>`;
  }
}
