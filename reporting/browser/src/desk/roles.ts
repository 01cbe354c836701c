/** What roles are called, and which parts of the desk they open (`reporting/permissions.py`). */

import { N_ } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";

const NAMES: Readonly<Record<string, string>> = {
  intake: N_("intake"),
  investigator: N_("investigation"),
  protection: N_("protection"),
  custodian: N_("custody of identities"),
  break_glass: N_("the key in the safe"),
  administrator: N_("administration"),
  auditor: N_("audit"),
  statistician: N_("statistics"),
};
const HOLDERS = ["intake", "investigator", "protection", "break_glass"];

/** A role in words; one that is not known, as it is. */
export function roleWords(role: string): string {
  const found = Object.hasOwn(NAMES, role) ? NAMES[role] : undefined;
  return found === undefined ? role : gettext(found);
}

/** Whether these roles have cases to list. Custodians hold none: they have a list of their own. */
export function mayList(roles: readonly string[]): boolean {
  return roles.some((role) => HOLDERS.includes(role));
}

/** Whether these roles decide on requests for identities. */
export function isCustodian(roles: readonly string[]): boolean {
  return roles.includes("custodian");
}

/** Whether these roles may lead cases. */
export function mayLead(roles: readonly string[]): boolean {
  return roles.some((role) => HOLDERS.includes(role));
}

/** Whether these roles protect reporters. */
export function mayProtect(roles: readonly string[]): boolean {
  return roles.includes("protection");
}

/** Whether these roles see indicators. */
export function mayMeasure(roles: readonly string[]): boolean {
  return roles.some((role) => ["intake", "protection", "statistician"].includes(role));
}

/** Whether these roles write stories for the yearly report, and approve those of others. */
export function mayTellStories(roles: readonly string[]): boolean {
  return roles.some((role) => ["intake", "protection", "auditor", "statistician", "administrator"].includes(role));
}

/** Whether these roles may count cases. */
export function maySeeOverview(roles: readonly string[]): boolean {
  return roles.includes("auditor") || roles.some((role) => HOLDERS.includes(role));
}

/** Whether these roles may read the audit log. */
export function mayAudit(roles: readonly string[]): boolean {
  return roles.includes("auditor");
}
