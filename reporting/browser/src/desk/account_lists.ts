/** What a member's account lists: second factors, and sessions. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { N_ } from "../protocol/errors.ts";
import { gettext, language } from "../ui/i18n.ts";
import type { OwnAccount } from "../workers/member_api.ts";

type Factor = OwnAccount["factors"][number];
type OwnSession = OwnAccount["sessions"][number];

const KINDS: Readonly<Record<Factor["kind"], string>> = { passkey: N_("Passkey or security key"), totp: N_("App that makes codes") };
const METHODS: Readonly<Record<string, string>> = {
  passphrase: N_("passphrase"),
  passkey: N_("passphrase and passkey"),
  totp: N_("passphrase and app"),
  backup: N_("passphrase and backup code"),
  invitation: N_("invitation"),
  recovery: N_("recovery code"),
};

/** A moment as people read it, in the device's own time; empty where it is none. */
export function momentWords(instant: string): string {
  const time = new Date(instant);
  return Number.isNaN(time.getTime()) ? "" : new Intl.DateTimeFormat(language, { calendar: "gregory", dateStyle: "medium", timeStyle: "short" }).format(time);
}

/** What can be done with factors. */
export interface FactorActs {
  readonly add: () => void;
  readonly remove: (id: string, name: string) => void;
  readonly join: (credential: string) => void;
}

/** The second factors; `joined` are the passkeys that guard the keys. */
export function factorsView(factors: readonly Factor[], joined: readonly string[], acts: FactorActs): TemplateResult {
  return html`<section aria-labelledby="factors-title"><h2 id="factors-title">${gettext("Second factors")}</h2>
    ${factors.length === 0 ? html`<p class="warning">${gettext("You have none: whoever finds out your passphrase gets in. Register one now.")}</p>` : nothing}
    ${factors.length === 1 ? html`<p class="soft">${gettext("Two are better than one: the second opens if the first is lost or broken.")}</p>` : nothing}
    <ul class="account-list" role="list">${factors.map((factor) => factorView(factor, joined, acts))}</ul>
    <button type="button" class=${factors.length === 0 ? "primary" : ""} @click=${acts.add}>${gettext("Add a second factor")}</button></section>`;
}

function factorView(factor: Factor, joined: readonly string[], { remove, join }: FactorActs): TemplateResult {
  const { id, kind, created, used, credential, prf } = factor;
  const name = factor.name === "" ? gettext(KINDS[kind]) : factor.name;
  const guards = credential !== null && joined.includes(credential);
  return html`<li><div><strong><bdi>${name}</bdi></strong>
      <span class="small soft">${factor.name === "" ? nothing : html`${gettext(KINDS[kind])} · `}${gettext("since {time}", { time: momentWords(created) })}${used === null ? "" : ` · ${gettext("last used {time}", { time: momentWords(used) })}`}</span>
      ${guards ? html`<span class="small">${gettext("Guards your keys, together with the passphrase.")}</span>` : nothing}</div>
    <div class="part-actions">
      ${kind === "passkey" && prf && credential !== null && !guards ? html`<button type="button" aria-label=${gettext("Let it guard my keys: {name}", { name })} @click=${() => { join(credential); }}>${gettext("Let it guard my keys")}</button>` : nothing}
      <button type="button" class="quiet" aria-label=${gettext("Remove: {name}", { name })} @click=${() => { remove(id, name); }}>${gettext("Remove")}</button></div></li>`;
}

/** The sessions; `end` ends one, or with null all but this one. */
export function sessionsView(sessions: readonly OwnSession[], end: (id: string | null) => void): TemplateResult {
  return html`<section aria-labelledby="sessions-title"><h2 id="sessions-title">${gettext("Where you are signed in")}</h2>
    <ul class="account-list sessions" role="list">${sessions.map((session) => sessionView(session, end))}</ul>
    ${sessions.length > 1 ? html`<button type="button" @click=${() => { end(null); }}>${gettext("End all but this one")}</button>` : nothing}</section>`;
}

function sessionView({ id, opened, seen, method, current }: OwnSession, end: (id: string) => void): TemplateResult {
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  const words = known === undefined ? method : gettext(known);
  return html`<li><div><strong>${current ? gettext("This one") : gettext("Another one")}</strong>
      <span class="small soft">${gettext("since {time}, by {method}", { time: momentWords(opened), method: words })} · ${gettext("last seen {time}", { time: momentWords(seen) })}</span></div>
    ${current ? nothing : html`<button type="button" class="quiet" aria-label=${gettext("End the session of {time}", { time: momentWords(opened) })} @click=${() => { end(id); }}>${gettext("End")}</button>`}</li>`;
}
