/** A short word on the risk where an act could lead to the reporter: before it, and at its place. */

import { type TemplateResult, html } from "lit/html.js";

import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { cellWords } from "../ui/risk_words.ts";
import type { DeskCase } from "../workers/desk_api.ts";
import { assessmentsOf, dueOf } from "./risk_asked.ts";

/** What is known of the risk, before something is done that can raise it. */
export function riskNoteView(found: DeskCase): TemplateResult {
  const [standing] = assessmentsOf(found);
  const known =
    standing === undefined
      ? gettext("Nobody has assessed the risk yet.")
      : dueOf(found) === null
        ? gettext("The risk as last assessed, on {day}: {words}.", { day: longDay(standing.entry.day), words: cellWords(standing.content) })
        : gettext("The risk is to be assessed again; on {day} it was: {words}.", { day: longDay(standing.entry.day), words: cellWords(standing.content) });
  return html`<p class="note small risk-note"><strong>${gettext("Could this lead to the reporter?")}</strong> ${known} ${gettext("Assess it before, under “Risk of retaliation”.")}</p>`;
}

/** What to ask of a file before others get it: one that few had tells who gave it. */
export function uniqueView(): TemplateResult {
  return html`<p><strong>${gettext("Is it the only copy, or one of few?")}</strong> ${gettext("Then it tells who had it. Let nobody outside see it before you know.")}</p>`;
}
