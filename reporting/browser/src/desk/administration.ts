/** What the desk is to somebody who administers the site: the way to the administrators' pages. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import type { Page } from "./page.ts";

/** Where the administrators' pages begin; the server makes them, outside of the desk. */
export const ADMINISTRATION = "/admin";

/** Whether these roles administer the site. */
export function mayAdminister(roles: readonly string[]): boolean {
  return roles.includes("administrator");
}

/** The link in the desk's bar, for whom it leads anywhere. */
export function administrationLink(roles: readonly string[]): TemplateResult | typeof nothing {
  return mayAdminister(roles) ? html`<a href=${ADMINISTRATION}>${gettext("Administration")}</a>` : nothing;
}

/** The first page of somebody who administers, and holds no case. */
export class AdministrationPage implements Page {
  get title(): string {
    return gettext("Administration");
  }

  view(): TemplateResult {
    return html`<div class="empty">
      <h1 tabindex="-1">${this.title}</h1>
      <p>${gettext("You manage members, channels and texts. Cases stay sealed to those who work on them.")}</p>
      <p><a class="button primary" href=${ADMINISTRATION}>${gettext("To the administration")}</a></p>
    </div>`;
  }
}
