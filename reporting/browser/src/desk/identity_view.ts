/** A request for an identity, as whoever asked and the custodians see it: judged on this device. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { N_ } from "../protocol/errors.ts";
import type { Verdict } from "../protocol/custody.ts";
import { longDay } from "../ui/dates.ts";
import { gettext, ngettext } from "../ui/i18n.ts";
import type { RequestState, ShownDecision, ShownRequest } from "../workers/identity_api.ts";
import { wordsView } from "./report_view.ts";

const STATE_WORDS: Readonly<Record<RequestState, string>> = {
  requested: N_("Awaits the custodians"),
  approved: N_("Approved, not opened yet"),
  refused: N_("Refused"),
  opened: N_("Opened, and sealed to the case"),
  withdrawn: N_("Withdrawn by whoever asked"),
  stale: N_("Lapsed: whoever asked holds the case no more"),
  renewed: N_("Lapsed: whoever asked has new keys since, and has to ask again"),
};
const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  approve: N_("approved on {day}"),
  refuse: N_("refused on {day}"),
  opened: N_("opened it on {day}"),
  withdrawn: N_("withdrew it on {day}"),
};

/** How a request stands, in words. */
export function requestStateWords(state: RequestState): string {
  return gettext(STATE_WORDS[state]);
}

/** A request with its reasons and what was decided. `more`: what the reader can do about it. */
export function requestView(request: ShownRequest, more: TemplateResult | typeof nothing = nothing): TemplateResult {
  const { by, day, state, reason, legalBasis, waiver, decisions, awaited } = request;
  return html`<li class="identity-request" data-state=${state}>
    <p class="entry-head"><strong>${requestStateWords(state)}</strong>
      <span>${gettext("asked by {name}", { name: by })}</span> <time datetime=${day}>${longDay(day)}</time></p>
    <dl class="told-list">
      ${partView(gettext("Why"), reason)} ${partView(gettext("Legal basis"), legalBasis)}
      ${waiver === ""
        ? html`<div class="told"><dt>${gettext("The reporter")}</dt><dd>${gettext("was told beforehand, in a message in the mailbox.")}</dd></div>`
        : partView(gettext("Why the reporter was not told"), waiver)}
    </dl>
    <p class="small">${countWords(request)}</p>
    ${decisions.length === 0 ? nothing : html`<ul class="identity-decisions">${decisions.map(decisionView)}</ul>`}
    ${awaited.length > 0 && state === "requested" ? html`<p class="small soft">${gettext("Not decided yet: {names}", { names: awaited.join(", ") })}</p>` : nothing}
    ${more}
  </li>`;
}

function partView(name: string, text: string): TemplateResult {
  return html`<div class="told"><dt>${name}</dt><dd>${wordsView(text)}</dd></div>`;
}

function countWords({ approvals, needed }: ShownRequest): string {
  return ngettext("{found} of one approval that is needed.", "{found} of {number} approvals that are needed.", needed, { found: approvals });
}

function decisionView({ label, verdict, reason, day }: ShownDecision): TemplateResult {
  return html`<li data-verdict=${verdict}><bdi class="person-name">${label}</bdi> <span>${gettext(VERDICT_WORDS[verdict], { day: longDay(day) })}</span>
    ${reason === "" ? nothing : wordsView(reason)}</li>`;
}
