/** What the desk is to somebody who administers the site: the way to the administrators' pages. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, language } from "../ui/i18n.ts";
import type { Context, Page } from "./page.ts";
import { mayTellStories } from "./roles.ts";

/** Where the administrators' pages begin, in the language of the desk; the server makes them, outside of it. */
export const ADMINISTRATION = `/admin/language/${language}`;

/** Whether these roles administer the site. */
export function mayAdminister(roles: readonly string[]): boolean {
  return roles.includes("administrator");
}

/** The link in the desk's bar, for whom it leads anywhere: to all pages, or to the one of stories. */
export function administrationLink(roles: readonly string[]): TemplateResult | typeof nothing {
  if (mayAdminister(roles)) return html`<a href=${ADMINISTRATION}>${gettext("Administration")}</a>`;
  return mayTellStories(roles) ? html`<a href="${ADMINISTRATION}/stories">${gettext("Stories")}</a>` : nothing;
}

/**
 * The first page of somebody who administers, and holds no case. The administrators' pages work without scripts, so
 * whoever proves who they are with a passkey, or by their passphrase alone, does it here.
 */
export class AdministrationPage implements Page {
  #fault = "";

  constructor(readonly context: Context) {}

  get title(): string {
    return gettext("Administration");
  }

  view(): TemplateResult {
    return html`<div class="empty">
      <h1 tabindex="-1">${this.title}</h1>
      <p>${gettext("You manage members, channels and texts. Cases stay sealed to those who work on them.")}</p>
      <p><a class="button primary" href=${ADMINISTRATION}>${gettext("To the administration")}</a></p>
      <p>${gettext("Some changes there ask for your second factor again. If yours is a passkey, or the passphrase alone, show it here first: it counts for some minutes.")}</p>
      ${this.#fault === "" ? nothing : html`<div class="fault" role="alert"><p>${this.#fault}</p></div>`}
      <p><button type="button" @click=${() => void this.#prove()}>${gettext("Show it now, and go on")}</button></p>
    </div>`;
  }

  async #prove(): Promise<void> {
    try {
      if (await this.context.prove()) location.assign(ADMINISTRATION);
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
      this.context.repaint();
    }
  }
}
