/** The member's own keys on their account's page: making new ones, waiting for the list, and the cases that old ones open. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, listed, ngettext } from "../ui/i18n.ts";
import type { Led } from "../workers/cover_api.ts";
import type { OwnAccount } from "../workers/member_api.ts";
import { RemoteError } from "../workers/rpc.ts";
import { ask } from "./confirm.ts";
import { LongWork } from "./long_work.ts";
import type { Context } from "./page.ts";
import { caseAddress } from "./router.ts";
import { NotProved } from "./step_up.ts";

/** What the keys ask of the page around them. */
export interface KeysHost {
  /** Runs something that may be refused; whether it came to its end. */
  run(work: () => Promise<void>): Promise<boolean>;
  /** Loads the account again. */
  load(): Promise<void>;
}

/** The part of the page. */
export class OwnKeysView {
  /** Cases last sealed before the present keys came into force; null before anybody looked. */
  #older: readonly Led[] | null = null;
  #failed = 0;
  readonly #refused = new Map<string, string>();
  /** Cases that fewer than two people would hold: each of them is asked about. */
  #few: readonly Led[] = [];
  readonly #work: LongWork;

  constructor(
    readonly context: Context,
    readonly host: KeysHost,
  ) {
    this.#work = new LongWork(context.repaint);
  }

  /** Nothing further is begun. */
  stop(): void {
    this.#work.stop();
  }

  async #make(): Promise<void> {
    if (this.#work.busy || !(await confirmed()) || !(await this.context.prove())) return;
    const done = await this.host.run(async () => {
      this.context.became(await this.context.remote.renewKeys());
    });
    await this.host.load();
    if (done) this.context.say(gettext("Your new keys wait for the signed list."));
  }

  async #takeBack(): Promise<void> {
    const body = gettext("Your present keys stay in use. If a list was signed with the new ones already, they come into force with it, and you keep working.");
    if ((await ask({ title: gettext("Take the new keys back?"), body, yes: gettext("Take them back") })) === null) return;
    const done = await this.host.run(() => this.context.remote.takeBackKeys());
    await this.host.load();
    if (done) this.context.say(gettext("The new keys are taken back."));
  }

  /** Takes up, without anybody's asking, what has changed since; nothing waits for it. */
  async refresh(): Promise<void> {
    try {
      this.context.became(await this.context.remote.lookAgain());
      this.context.repaint();
    } catch (error) {
      this.context.words(error); // it locks the desk where the session is over; else what is shown stays
    }
  }

  /** Asks how the list stands now. */
  async look(): Promise<void> {
    await this.host.run(async () => {
      this.context.became(await this.context.remote.lookAgain());
    });
    await this.host.load();
  }

  async #lookThrough(): Promise<void> {
    if (this.#work.busy) return;
    const words = (done: number, of: number): string => gettext("Opening: {done} of {of}", { done, of });
    await this.host.run(async () => {
      const found = await this.#work.run(words, () => this.context.remote.ledCases((done, of) => { this.#work.tell(done, of); }));
      this.#older = found.cases.filter((one) => one.olderKeys);
      this.#failed = found.failed;
    });
  }

  async #sealAnew(cases: readonly Led[], sure = false): Promise<void> {
    if (this.#work.busy || cases.length === 0) return;
    this.#refused.clear();
    const few: Led[] = [];
    const words = (done: number, of: number): string => gettext("Sealing anew: {done} of {of}", { done, of });
    const each = async (one: Led): Promise<void> => {
      this.context.list.opened(await this.context.remote.renewCase(one.case, one.people.map(({ id }) => id), sure));
      this.#older = (this.#older ?? []).filter((other) => other.case !== one.case);
    };
    const count = await this.#work.overAll(cases, words, each, (one, error) => this.#wentOn(one, error, few));
    this.#few = few;
    if (count > 0) this.context.say(ngettext("One case is sealed anew.", "{number} cases are sealed anew.", count));
    this.context.repaint();
  }

  /** Notes what went wrong; whether the others may be tried. */
  #wentOn(one: Led, error: unknown, few: Led[]): boolean {
    const words = this.context.words(error);
    if (words === null || error instanceof NotProved) return false;
    if (error instanceof RemoteError && error.failure.name === "FewHolders") few.push(one);
    this.#refused.set(one.case, words);
    return true;
  }

  view({ keys }: OwnAccount): TemplateResult {
    const { session } = this.context;
    return html`<section class="own-keys" aria-labelledby="keys-title"><h2 id="keys-title">${gettext("Your keys")}</h2>
      ${session.listing === "other-keys" ? othersView(keys.administrators) : nothing}
      ${keys.pending === null ? this.#presentView() : this.#waitingView(keys.pending, keys.administrators)}
      ${session.ownKeys.former > 0 && session.ownKeys.since > 0 ? this.#olderView() : nothing}
      ${this.#work.view()}</section>`;
  }

  #presentView(): TemplateResult {
    const { listing, keys } = this.context.session;
    return html`<p>${gettext("Cases are sealed to your keys, and you sign with them. You can make new ones: you lose no case.")}</p>
      <p class="small">${gettext("Digits of your present keys:")} <bdi class="digits">${keys}</bdi></p>
      ${listing === "listed" ? html`<button type="button" @click=${() => void this.#make()}>${gettext("Make new keys …")}</button>` : nothing}`;
  }

  #waitingView(pending: { readonly signingKey: string; readonly digits: string }, administrators: readonly string[]): TemplateResult {
    const who = namesOf(administrators);
    const own = this.context.session.ownKeys.waiting.find(({ signingKey }) => signingKey === pending.signingKey);
    const isMine = own?.digits === pending.digits;
    return html`<p>${gettext("New keys of yours wait for the signed list. {who} puts them into it. Until then your present keys stay in use, and you work as always.", { who })}</p>
      ${isMine && !own.here ? html`<p class="warning" id="earlier-keys">${gettext("They were made at another sign-in. If that was not you, or if somebody may have had your keys open then, take them back and make others.")}</p>` : nothing}
      ${isMine
        ? html`<p>${gettext("Read these digits to them, by telephone or when you meet. They compare them with what they are about to sign.")}</p>
          <p class="fingerprint-large"><bdi class="digits" id="waiting-digits">${pending.digits}</bdi></p>`
        : html`<div class="fault" role="alert" id="keys-fault"><p>${gettext("The server shows keys that were not made on your devices: {digits}. Somebody may be putting false keys in the place of yours. Tell {who} by telephone, and have nothing signed.", { digits: pending.digits, who })}</p></div>`}
      <div class="part-actions"><button type="button" class="primary" @click=${() => void this.look()}>${gettext("Look now")}</button>
        <button type="button" @click=${() => void this.#takeBack()}>${gettext("Take the new keys back")}</button></div>`;
  }

  #olderView(): TemplateResult {
    const older = this.#older;
    return html`<h3>${gettext("Cases that your old keys still open")}</h3>
      <p>${gettext("Whoever has your old keys, and a copy of the sealed cases, can read what was sealed to them. For what comes from now on you can seal each case anew: the same people hold it and read it, with keys that nobody had before.")}</p>
      <p>${gettext("Look first at who has each case: whoever has your old keys may have let somebody in.")}</p>
      <p class="small">${gettext("In cases that you read and do not lead, ask whoever leads them: they take your access away and give it again.")}</p>
      ${older === null ? html`<button type="button" @click=${() => void this.#lookThrough()}>${gettext("Look through my cases")}</button>` : this.#listView(older)}`;
  }

  #listView(older: readonly Led[]): TemplateResult {
    const together = older.filter((one) => one.closed === null && !one.underFormer);
    return html`${this.#failed === 0 ? nothing : html`<p class="warning">${ngettext("One case could not be opened.", "{number} cases could not be opened.", this.#failed)}</p>`}
      ${older.length === 0
        ? html`<p role="status">${gettext("There is none among those that you lead.")}</p>`
        : html`<ul class="handover-cases">${older.map((one) => this.#lineView(one))}</ul>
          <div class="part-actions">${together.length === 0 ? nothing : html`<button type="button" class="primary" @click=${() => void this.#sealAnew(together)}>${ngettext("Seal one case anew", "Seal {number} cases anew", together.length)}</button>`}
          ${this.#few.length === 0 ? nothing : html`<button type="button" @click=${() => void this.#sealAnew(this.#few, true)}>${gettext("Also those that one person holds")}</button>`}</div>`}`;
  }

  #lineView(one: Led): TemplateResult {
    const why = this.#refused.get(one.case) ?? (one.closed === null ? "" : gettext(one.closed.message, one.closed.values));
    return html`<li><a href=${caseAddress(one.case)}>${gettext("Case")} <span class="code">${one.case.slice(0, 8)}</span></a>
      <span class="small soft"><bdi>${one.title}</bdi></span> <span class="handover-summary"><bdi>${one.summary}</bdi></span>
      <span class="small handover-people">${peopleWords(one)}</span>
      ${one.underFormer && one.closed === null
        ? html`<span class="small handover-hindrance">${gettext("Its present keys were made with a former key of yours. If that was not you, take away whoever should not have it, on the page of the case.")}</span>
          <button type="button" @click=${() => void this.#sealAnew([one])}>${gettext("I know all of them: seal this case anew")}</button>`
        : nothing}
      ${why === "" ? nothing : html`<span class="small handover-hindrance">${why}</span>`}</li>`;
  }
}

function peopleWords({ people }: Led): string {
  return people.length === 0 ? gettext("Nobody else has it.") : gettext("Besides you, these have it: {names}", { names: listed(people.map(({ label }) => label)) });
}

function namesOf(administrators: readonly string[]): string {
  return administrators.length === 0 ? gettext("whoever administers the service") : listed(administrators);
}

function othersView(administrators: readonly string[]): TemplateResult {
  return html`<div class="fault" role="alert" id="others-fault"><p>${gettext("The signed list has keys under your name that were not made on your devices. Tell {who} by telephone, and nobody else.", { who: namesOf(administrators) })}</p></div>`;
}

async function confirmed(): Promise<boolean> {
  const body = html`<p>${gettext("New keys are made on this device. Once the signed list has them, new reports and messages are sealed to them, and you sign with them. Your present keys stay with you, so every case of yours still opens. Passphrase, recovery sheet and second factors stay as they are.")}</p>
    <p>${gettext("What this does not do: whoever has your present keys, and a copy of the sealed cases, can still read what was sealed to them until then. Afterwards this page helps you to seal your cases anew.")}</p>
    <p>${gettext("If somebody may know your passphrase or your recovery sheet, or had your keys open, new keys do not lock them out: with an old copy of what the server keeps they can open what this page keeps later, too. Then do not make new keys here, but ask to be invited anew.")}</p>`;
  return (await ask({ title: gettext("Make new keys?"), body, yes: gettext("Make new keys") })) !== null;
}
