/** Mail on the member's account page: an address, its code, and what to be told of. Nothing of it needs keys. */

import { type TemplateResult, html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";

import { N_ } from "../protocol/errors.ts";
import { gettext, listed } from "../ui/i18n.ts";
import type { MailChoice, MailChoices, MailKind, OwnMail } from "../workers/member_api.ts";
import { ask } from "./confirm.ts";
import type { KeysHost } from "./own_keys.ts";
import { ownName, spoken } from "./languages.ts";
import { type Context, checked, typed } from "./page.ts";
import { textIn } from "./part.ts";

const MAIL_KINDS: readonly MailKind[] = ["new", "near", "late", "answered"];
const KINDS: Readonly<Record<MailKind, string>> = {
  new: N_("a new case"),
  near: N_("a deadline that approaches"),
  late: N_("a deadline that has passed"),
  answered: N_("a check-in that was answered"),
};

/** The part of the page. */
export class OwnMailView {
  #mail: OwnMail | null = null;
  /** Whether another address is being typed though there is one. */
  #another = false;

  constructor(
    readonly context: Context,
    readonly host: Pick<KeysHost, "run">,
  ) {}

  /** Asks the server. What cannot be asked shows nothing: the rest of the page does not wait for it. */
  async load(): Promise<void> {
    try {
      this.#mail = await this.context.remote.mail();
    } catch (error) {
      this.context.words(error); // it locks the desk where the session is over
    }
    this.context.repaint();
  }

  async #done(work: () => Promise<void>, said: string): Promise<void> {
    const done = await this.host.run(work);
    if (done) {
      this.#another = false;
      this.context.say(said);
    }
    await this.load();
  }

  async #askCode(event: Event): Promise<void> {
    event.preventDefault();
    const address = textIn(event, "mail-address").trim();
    if (address === "" || !(await this.context.prove())) return;
    await this.#done(() => this.context.remote.askMailCode(address), gettext("A code is on its way to {address}.", { address }));
  }

  async #confirm(event: Event): Promise<void> {
    event.preventDefault();
    const code = textIn(event, "mail-code").trim();
    if (code === "") return;
    await this.#done(() => this.context.remote.confirmMailCode(code), gettext("The address is confirmed. Choose now what to be told of."));
  }

  async #forget(): Promise<void> {
    const body = gettext("No mail is sent to you any more. What waits for you is at the desk, as always.");
    if ((await ask({ title: gettext("Forget your mail address?"), body, yes: gettext("Forget it") })) === null) return;
    await this.#done(() => this.context.remote.forgetMail(), gettext("Your mail address is forgotten."));
  }

  async #choose(mail: OwnMail, changed: Partial<MailChoices>): Promise<void> {
    const { channels, language } = mail;
    const choices = { channels, checkpoints: mail.checkpoints ?? false, language, ...changed };
    await this.#done(() => this.context.remote.chooseMail(choices), gettext("Kept."));
  }

  view(): TemplateResult | typeof nothing {
    const mail = this.#mail;
    if (mail === null || (!mail.offered && mail.address === null)) return nothing;
    return html`<section class="own-mail" aria-labelledby="mail-title"><h2 id="mail-title">${gettext("Mail")}</h2>
      <p>${gettext("The service can mail you that something waits: how many new cases and deadlines, and nothing else. Mail leaves at {slots} ({zone}). Of a new case you hear on one of the days after it came, chosen by chance, so that nobody can tell when that was.", { slots: listed(mail.slots), zone: mail.zone })}</p>
      <p class="small soft">${gettext("Whoever carries or reads your mail learns that you work on reports, and roughly how many come. If that is too much, leave this off and look at the desk.")}</p>
      ${mail.address === null ? nothing : this.#addressView(mail.address, mail.refused)}
      ${mail.address === null || this.#another ? this.#askView() : nothing}
      ${mail.waiting === null ? nothing : this.#codeView(mail.waiting)}
      ${mail.address === null ? nothing : this.#choicesView(mail)}</section>`;
  }

  #addressView(address: string, refused: boolean): TemplateResult {
    return html`<p>${gettext("Mail goes to:")} <bdi>${address}</bdi></p>
      ${refused ? html`<p class="warning" role="alert">${gettext("The last mail to this address was refused. Give another, or ask whoever looks after your mail.")}</p>` : nothing}
      <div class="part-actions"><button type="button" @click=${() => { this.#another = !this.#another; this.context.repaint(); }}>${gettext("Give another address")}</button>
        <button type="button" class="quiet" @click=${() => void this.#forget()}>${gettext("Forget the address")}</button></div>`;
  }

  #askView(): TemplateResult {
    return html`<form class="mail-form" @submit=${(event: Event) => void this.#askCode(event)}>
      <label for="mail-address">${gettext("Your mail address")}</label>
      <input id="mail-address" type="text" inputmode="email" dir="ltr" autocomplete="off" spellcheck="false" required />
      <button type="submit">${gettext("Mail me a code")}</button></form>`;
  }

  #codeView(waiting: string): TemplateResult {
    return html`<form class="mail-form" @submit=${(event: Event) => void this.#confirm(event)}>
      <p>${gettext("A code was mailed to {address}. It can take some minutes, and is good for one hour.", { address: waiting })}</p>
      <label for="mail-code">${gettext("The code, eight digits")}</label>
      <input id="mail-code" dir="ltr" inputmode="numeric" autocomplete="off" required />
      <button type="submit">${gettext("Confirm the address")}</button></form>`;
  }

  #choicesView(mail: OwnMail): TemplateResult {
    const { channels, checkpoints } = mail;
    return html`${this.#languageView(mail)}${channels.map((one) => this.#channelView(one, mail))}
      ${checkpoints === null ? nothing : html`<label class="choice"><input type="checkbox" .checked=${live(checkpoints)} @change=${(event: Event) => void this.#choose(mail, { checkpoints: checked(event) })} />
        <span>${gettext("Mail me the signed state of the audit log, to be kept")}</span></label>`}`;
  }

  #languageView(mail: OwnMail): TemplateResult {
    return html`<div class="mail-form"><label for="mail-language">${gettext("Language of the mail")}</label>
      <select id="mail-language" @change=${(event: Event) => void this.#choose(mail, { language: typed(event) })}>
        ${spoken().map((code) => html`<option value=${code} lang=${code} .selected=${live(code === mail.language)}>${ownName(code)}</option>`)}</select></div>`;
  }

  #channelView(one: MailChoice, mail: OwnMail): TemplateResult {
    const title = this.context.session.titles.find(({ id }) => id === one.id)?.title ?? one.id;
    const keep = (changed: MailChoice): void => void this.#choose(mail, { channels: mail.channels.map((other) => (other.id === one.id ? changed : other)) });
    const turn = (kind: MailKind, on: boolean): void => { keep({ ...one, kinds: MAIL_KINDS.filter((other) => (other === kind ? on : one.kinds.includes(other))) }); };
    return html`<fieldset><legend>${gettext("On “{channel}”, mail me about", { channel: title })}</legend>
      ${MAIL_KINDS.map((kind) => html`<label class="choice"><input type="checkbox" name=${kind} .checked=${live(one.kinds.includes(kind))} @change=${(event: Event) => { turn(kind, checked(event)); }} />
        <span>${gettext(KINDS[kind])}</span></label>`)}
      ${one.kinds.length === 0 ? nothing : html`<label class="choice"><input type="checkbox" name="named" .checked=${live(one.named)} @change=${(event: Event) => { keep({ ...one, named: checked(event) }); }} />
        <span>${gettext("The mail may say which channel it is")}</span></label>`}</fieldset>`;
  }
}
