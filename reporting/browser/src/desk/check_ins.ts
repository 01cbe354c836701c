/** How the reporter is asked after closing: what is to come, due, answered, or left without an answer. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { type Asked, LEAD_DAYS, addDays, checkInsOf } from "../client/measures.ts";
import { longDay, today } from "../ui/dates.ts";
import { gettext, ngettext } from "../ui/i18n.ts";
import { checkInWords } from "../ui/measure_words.ts";
import type { DeskCase } from "../workers/desk_api.ts";
import { wordsView } from "./report_view.ts";

/** The check-ins of a case; nothing where there are none. */
export function checkInsView(found: DeskCase): TemplateResult | typeof nothing {
  const all = checkInsOf(found, today());
  if (all.length === 0) return nothing;
  return html`<h3>${gettext("How the reporter is")}</h3>
    <ul class="check-ins">${all.map((one) => html`<li data-check-in=${one.state}>
      <p><strong>${ngettext("After {number} month", "After {number} months", one.months)}</strong>, ${longDay(one.due)}</p>
      ${stateView(one)}</li>`)}</ul>`;
}

function stateView({ state, due, done, answer }: Asked): TemplateResult {
  if (answer !== null) {
    return html`<p class=${answer.answer === "happened" ? "warning" : ""}><strong>${checkInWords(answer)}</strong></p>${answer.text === "" ? nothing : wordsView(answer.text)}`;
  }
  if (state === "answered") return html`<p class="small">${gettext("The reporter wrote on {day}: see the conversation.", { day: longDay(done ?? due) })}</p>`;
  if (state === "coming") return html`<p class="small soft">${gettext("The reporter is asked from {day} on.", { day: longDay(addDays(due, -LEAD_DAYS)) })}</p>`;
  if (state === "due") return html`<p class="small">${gettext("The reporter is being asked, and has not answered yet.")}</p>`;
  return html`<p class="warning small">${gettext("No answer has come. Do what the protection plan says for that; if it says nothing, ask once more in a message.")}</p>`;
}
