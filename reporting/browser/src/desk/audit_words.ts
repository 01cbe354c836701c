/** What acts of staff are called on the auditor's page. */

import { N_ } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";

const ACTS: Readonly<Record<string, string>> = {
  "session:open": N_("signed in"),
  "session:close": N_("signed out"),
  "session:refuse": N_("did not get in: the passphrase or code was wrong"),
  "session:revoke": N_("ended a session"),
  "request:refuse": N_("was refused"),
  "invitation:create": N_("invited somebody"),
  "invitation:revoke": N_("took an invitation back"),
  "invitation:use": N_("used an invitation"),
  "invitation:refuse": N_("an invitation was refused"),
  "factor:add": N_("registered a second factor"),
  "factor:remove": N_("removed a second factor"),
  "factor:reset": N_("took away all second factors of a member who had lost them"),
  "factor:codes": N_("made new backup codes"),
  "factor:prove": N_("proved a second factor"),
  "factor:refuse": N_("failed to prove a second factor"),
  "vault:put": N_("stored their vault"),
  "vault:refuse": N_("failed to replace a vault: the passphrase or code was wrong"),
  "keys:request": N_("asked for new keys of their own"),
  "keys:take-back": N_("took new keys of their own back"),
  "keys:renew": N_("put new keys of a member into force, which that member had asked for"),
  "member:add": N_("added a member"),
  "member:keys": N_("enrolled a member anew"),
  "member:restore": N_("put back the account that was replaced when a member enrolled anew"),
  "member:remove": N_("removed a member"),
  "member:label": N_("changed what a member is called"),
  "directory:request": N_("asked for a directory to be signed"),
  "directory:publish": N_("published a directory"),
  "case:view": N_("looked at a case"),
  "entry:add": N_("wrote in a case"),
  "case:status": N_("changed a status"),
  "case:grant": N_("gave access"),
  "case:epoch": N_("changed who leads or reads a case"),
  "case:assign": N_("said who deals with a case"),
  "case:export": N_("took a case out of the desk"),
  "file:view": N_("viewed a file of a case"),
  "file:download": N_("saved a file of a case"),
  "file:delete": N_("had the files of a case deleted at the server’s terminal"),
  "refusal:propose": N_("proposed to refuse protection"),
  "danger:raise": N_("said that somebody is in danger"),
  "deadline:meet": N_("said what was done in time"),
  "identity:request": N_("asked for an identity"),
  "identity:decide": N_("decided whether an identity is opened"),
  "identity:fetch": N_("fetched a sealed identity to open it"),
  "identity:withdraw": N_("withdrew a request for an identity"),
  "identity:open": N_("opened an identity"),
  "identity:export": N_("took their own key out of the desk"),
  "break-glass:open": N_("had a case opened at the server’s terminal"),
  "role:give": N_("gave a role on a channel"),
  "role:take": N_("took a role on a channel"),
  "site-role:give": N_("gave a role on the whole site"),
  "site-role:take": N_("took a role on the whole site"),
  "channel:add": N_("added a channel"),
  "channel:change": N_("changed a channel"),
  "channel:remove": N_("removed a channel"),
  "channel:test": N_("filed a test report on a channel"),
  "questionnaire:change": N_("changed a questionnaire"),
  "site:change": N_("changed the site’s texts"),
  "audit:export": N_("took events of this log out of the desk"),
  "audit:erase": N_("erased old events of this log"),
  "log:begin": N_("carried older events over into this log"),
};

/** What the filter offers: kinds, and single acts that are worth a look of their own. */
export const KINDS: readonly (readonly [string, string])[] = [
  ["", N_("Everything")],
  ["request:refuse", N_("Refusals")],
  ["session", N_("Signing in and out")],
  ["case", N_("Cases: looking, status, access, export")],
  ["case:export", N_("Exports alone")],
  ["case:grant", N_("Access given")],
  ["file", N_("Files viewed and saved")],
  ["entry", N_("Writing in cases")],
  ["identity", N_("Identities")],
  ["break-glass", N_("Opened at the server’s terminal")],
  ["member", N_("Members")],
  ["role", N_("Roles on channels")],
  ["site-role", N_("Roles on the whole site")],
  ["invitation", N_("Invitations")],
  ["factor", N_("Second factors")],
  ["vault", N_("Vaults")],
  ["directory", N_("Directories")],
  ["channel", N_("Channels")],
  ["site", N_("Texts of the site")],
  ["audit", N_("Export and erasing of this log")],
];

/** The acts of which an auditor is told before anything else. */
export const ALARM = "break-glass";

/** An act in words; one that is not known, as it is named. */
export function actWords(act: string): string {
  const found = Object.hasOwn(ACTS, act) ? ACTS[act] : undefined;
  return found === undefined ? act : gettext(found);
}
