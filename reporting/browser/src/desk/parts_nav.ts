/** The parts of the desk that somebody's roles open, as links at its top. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import { administrationLink } from "./administration.ts";
import { isCustodian, mayAudit, mayList, mayMeasure, mayProtect, maySeeOverview } from "./roles.ts";
import { AUDIT, IDENTITIES, INBOX, INDICATORS, OVERVIEW, type Route, WORK } from "./router.ts";

/** The links; the one to where one is says so. */
export function partsNav(roles: readonly string[], { at }: Route): TemplateResult {
  const link = (path: string, text: string, here: boolean): TemplateResult =>
    html`<a href=${path} aria-current=${here ? "page" : nothing}>${text}</a>`;
  return html`<nav aria-label=${gettext("Parts of the desk")}>
    ${mayList(roles) ? link(INBOX, gettext("Cases"), at === "inbox") : nothing}
    ${mayProtect(roles) ? link(WORK, gettext("Protection work"), at === "work") : nothing}
    ${isCustodian(roles) ? link(IDENTITIES, gettext("Identities"), at === "identities" || at === "identity") : nothing}
    ${maySeeOverview(roles) ? link(OVERVIEW, gettext("Overview"), at === "overview") : nothing}
    ${mayMeasure(roles) ? link(INDICATORS, gettext("Indicators"), at === "indicators") : nothing}
    ${mayAudit(roles) ? link(AUDIT, gettext("Audit log"), at === "audit") : nothing}
    ${administrationLink(roles)}
  </nav>`;
}
