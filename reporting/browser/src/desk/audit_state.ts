/** What the log's checkpoint tells: that it continues the one that was kept, or, loudly, that it does not. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, ngettext } from "../ui/i18n.ts";
import type { AuditLook, KeptCheckpoint } from "../workers/audit_api.ts";

/** What can be done about it. */
export interface StateWays {
  readonly save: () => void;
  readonly saveBoth: () => void;
  readonly print: () => void;
  readonly check: () => void;
  readonly startAnew: () => void;
}

/** All is well, as far as this browser can tell; or this is the first look. */
export function goodView(look: AuditLook, before: KeptCheckpoint | null, stored: boolean, ways: StateWays): TemplateResult {
  const { size, note } = look.checkpoint;
  const count = ngettext("The log holds one event.", "The log holds {number} events.", size);
  const told =
    before === null
      ? gettext("This browser had kept no checkpoint of it. From now on it keeps the last one, and tells you when the log does not continue it. What was changed before, it cannot tell: compare with a checkpoint on paper, if you have one.")
      : gettext("It continues, unchanged, the log of {number} events that this browser saw on {day}.", { number: before.size, day: dayAndTime(before.seen) });
  return html`<section class="audit-state" data-verdict=${look.verdict} aria-labelledby="audit-state-title">
    <h2 id="audit-state-title">${before === null ? gettext("First look") : gettext("Unchanged since the last look")}</h2>
    <p>${count} ${told}</p>
    ${stored ? nothing : html`<p class="warning">${gettext("This browser lets nothing be kept, as in a private window. Save or print the checkpoint, or nobody will notice a change.")}</p>`}
    <div class="part-actions no-print">
      <button type="button" @click=${ways.save}>${gettext("Save the checkpoint")}</button>
      <button type="button" @click=${ways.print}>${gettext("Print the checkpoint …")}</button>
      <button type="button" @click=${ways.check}>${gettext("Check the whole log")}</button>
    </div>
    ${noteView(gettext("The checkpoint in full"), note)}
  </section>`;
}

/** The log is not the one that this browser saw. Nothing of it is shown. */
export function brokenView(look: AuditLook, kept: KeptCheckpoint, reason: string, ways: StateWays): TemplateResult {
  return html`<section class="fault audit-broken" role="alert" aria-labelledby="audit-state-title">
    <h2 id="audit-state-title">${gettext("This is not the log that you saw before")}</h2>
    <p>${reason}</p>
    <p>${gettext("On {day} this browser saw a log of {before} events. What the server shows now, with {after} events, does not continue it: something was changed, removed, moved or added in what you had seen. None of it is shown here.", { day: dayAndTime(kept.seen), before: kept.size, after: look.checkpoint.size })}</p>
    <p>${gettext("Save both checkpoints: together, and signed by the server, they are evidence. Tell somebody about whom the administrators do not decide. If a backup was put back, have that explained to you in writing.")}</p>
    <div class="part-actions no-print">
      <button type="button" class="primary" @click=${ways.saveBoth}>${gettext("Save both checkpoints")}</button>
      <button type="button" @click=${ways.print}>${gettext("Print …")}</button>
      <button type="button" class="quiet" @click=${ways.startAnew}>${gettext("Start anew with this log …")}</button>
    </div>
    ${noteView(gettext("The checkpoint that was kept"), kept.note)} ${noteView(gettext("The checkpoint that the server shows now"), look.checkpoint.note)}
  </section>`;
}

function noteView(title: string, note: string): TemplateResult {
  return html`<details class="audit-note"><summary>${title}</summary><pre tabindex="0" aria-label=${title}>${note}</pre></details>`;
}

function dayAndTime(iso: string): string {
  const found = new Date(iso);
  return Number.isNaN(found.getTime()) ? iso : found.toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", calendar: "gregory" });
}
