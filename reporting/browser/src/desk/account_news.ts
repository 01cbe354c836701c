/** What happened to the member's account while they were away: shown above every page until it was seen. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, ngettext } from "../ui/i18n.ts";
import type { AccountEvent, AccountNews } from "../workers/member_api.ts";
import { momentWords } from "./account_lists.ts";
import { ACCOUNT } from "./router.ts";

/** What the box needs of the desk. */
export interface NewsContext {
  readonly remote: { accountNews(): Promise<AccountNews>; noteTold(): Promise<void> };
  readonly repaint: () => void;
}

const FAILURES = ["session:refuse", "factor:refuse", "vault:refuse"];

/** The box; empty where there is nothing to tell. */
export class AccountNewsBox {
  #news: AccountNews | null = null;

  constructor(private readonly context: NewsContext) {}

  /** Asks the server. What cannot be asked now is asked at the next sign-in: nothing else waits for it. */
  async load(): Promise<void> {
    try {
      this.#news = await this.context.remote.accountNews();
    } catch {
      this.#news = null;
    }
    this.context.repaint();
  }

  async #seen(): Promise<void> {
    this.#news = null;
    this.context.repaint();
    try {
      await this.context.remote.noteTold();
    } catch {
      return; // told again at the next sign-in
    }
  }

  view(): TemplateResult | typeof nothing {
    const news = this.#news;
    if (news === null || (news.failures === 0 && news.events.length === 0)) return nothing;
    const changes = news.events.filter((event) => !FAILURES.includes(event.act));
    const last = news.events.find((event) => FAILURES.includes(event.act));
    return html`<section class="account-news" aria-labelledby="account-news-title" role="status">
      <h2 id="account-news-title">${gettext("About your account, since you were last told")}</h2>
      <ul>
        ${news.failures === 0 ? nothing : html`<li>${failureWords(news.failures, last)}</li>`}
        ${changes.map((event) => html`<li>${changeWords(event)}</li>`)}
      </ul>
      <p>${gettext("If any of this was not you, change your passphrase and tell an administrator: somebody may know a part of what signs you in.")}</p>
      <p class="part-actions"><button type="button" @click=${() => void this.#seen()}>${gettext("I have seen this")}</button>
        <a href=${ACCOUNT}>${gettext("Go to your account")}</a></p>
    </section>`;
  }
}

function failureWords(failures: number, last: AccountEvent | undefined): string {
  const said = ngettext(
    "{number} attempt to sign in as you, or to confirm that it is you, failed.",
    "{number} attempts to sign in as you, or to confirm that it is you, failed.",
    failures,
  );
  return last === undefined ? said : `${said} ${gettext("The last one: {when}.", { when: momentWords(last.at) })}`;
}

function changeWords({ act, at, by, kind, passphrase, recovery }: AccountEvent): string {
  const when = momentWords(at);
  if (act === "factor:add") {
    return kind === "totp" ? gettext("An app that makes codes was added: {when}.", { when }) : gettext("A passkey was added: {when}.", { when });
  }
  if (act === "factor:remove") return gettext("A second factor was removed: {when}.", { when });
  if (act === "factor:codes") return gettext("New backup codes were made: {when}.", { when });
  if (act === "factor:reset") return gettext("All your second factors were taken away by an operator: {when}.", { when });
  if (act === "vault:put" && passphrase) return gettext("Your passphrase was changed: {when}.", { when });
  if (act === "vault:put" && recovery) return gettext("Your recovery sheet was replaced: {when}.", { when });
  if (act === "member:keys") return gettext("Somebody enrolled again in your place: {when}.", { when });
  if (act === "keys:request") return gettext("New keys were asked for in your name: {when}.", { when });
  if (act === "keys:take-back") return gettext("New keys that had been asked for were taken back: {when}.", { when });
  if (act === "keys:renew") return gettext("New keys of yours were put into the list: {when}.", { when });
  if (act === "notice:ask") return gettext("A mail address was given for you, and a code mailed to it: {when}.", { when });
  if (act === "notice:confirm") return gettext("A mail address of yours was confirmed: {when}.", { when });
  if (act === "notice:forget") return gettext("Your mail address was forgotten: {when}.", { when });
  if (act === "notice:choose") {
    return by === "server" ? gettext("An operator changed what you are mailed about: {when}.", { when }) : gettext("What you are mailed about was changed: {when}.", { when });
  }
  if (act === "identity:export") return gettext("Your own key was taken out of the desk as a file: {when}.", { when });
  if (act === "member:restore") return gettext("Your account was put back as it was before: {when}.", { when });
  return gettext("{act}, by {by}: {when}.", { act, by, when });
}
