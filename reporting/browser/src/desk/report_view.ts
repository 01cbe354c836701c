/** The report, question by question in the reporter's words; and texts of people, wherever they show. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { Answered, Content, ShownEntry } from "../client/shown.ts";
import type { ShownFile } from "../evidence/types.ts";
import type { Measure } from "../protocol/measures.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { aloneWords, foundWords, secondWords } from "../ui/found_words.ts";
import { momentWords, wholeOffence } from "../ui/class_words.ts";
import { checkInWords, consentWords, measureLines, measureTitle } from "../ui/measure_words.ts";
import { requestWords, stepWords } from "../ui/right_words.ts";
import { cellWords, factorWords, silenceWords, triggerWords } from "../ui/risk_words.ts";
import { outcomeWords, statusWords } from "../ui/status_words.ts";
import { translationWords } from "../ui/translation_words.ts";
import { clockWords, sentenceWords } from "../ui/words.ts";

/** How the files of an entry show. */
export type FilesView = (files: readonly ShownFile[]) => TemplateResult | typeof nothing;

/** Text as somebody wrote it: its own direction, its own language, never anything but text. */
export function wordsView(text: string, language = ""): TemplateResult {
  return html`<div class="words" dir="auto" translate="no" lang=${language === "" ? nothing : language}>${text}</div>`;
}

/** Answers under their questions, section by section. */
export function answersView(answers: readonly Answered[], language: string): TemplateResult {
  const sections: { title: string; answers: Answered[] }[] = [];
  for (const one of answers) {
    const last = sections.at(-1);
    if (last?.title === one.section) last.answers.push(one);
    else sections.push({ title: one.section, answers: [one] });
  }
  return html`${sections.map(
    (section) => html`${section.title === "" ? nothing : html`<h3 class="section-title"><bdi>${section.title}</bdi></h3>`}
      <dl class="told-list">${section.answers.map((one) => answerView(one, language))}</dl>`,
  )}`;
}

function answerView({ question, answer }: Answered, language: string): TemplateResult {
  const parts = answer.map((part) =>
    typeof part === "string" ? wordsView(part, language) : html`<div class="words">${sentenceWords(part)}</div>`,
  );
  return html`<div class="told"><dt><bdi>${question}</bdi></dt><dd>${parts}</dd></div>`;
}

/** What an authentic entry says. */
export function contentView(content: Content, language: string): TemplateResult {
  switch (content.type) {
    case "text":
      return wordsView(content.text, language);
    case "answers":
      return answersView(content.answers, content.language);
    case "status":
      return statusView(content);
    case "answer":
      return html`<p><strong>${content.accepts ? gettext("The reporter accepts the decision.") : gettext("The reporter contests the decision.")}</strong></p>
        ${content.text === "" ? nothing : wordsView(content.text, language)}`;
    case "proposal":
      if (content.finding !== "") return html`<p>${gettext("Proposed finding: {finding}", { finding: foundWords(content.finding) })}</p>${wordsView(content.reason)}`;
      return html`<p>${gettext("Proposed to refuse protection.")}</p>${wordsView(content.reason)}${appealView(content.appeal)}`;
    case "assessment":
      return assessmentView(content);
    case "self-assessment":
      return html`<p>${gettext("How the reporter sees the risk:")}</p>
        <ul>${content.factors.map((factor) => html`<li>${factorWords(factor)}</li>`)}</ul>
        ${content.text === "" ? nothing : wordsView(content.text, language)}`;
    case "measure":
      return measureView(content.signed, content.ownerLabel);
    case "check-in":
      return html`<p><strong>${checkInWords(content.signed)}</strong></p>${content.signed.text === "" ? nothing : wordsView(content.signed.text, language)}`;
    case "access":
      return html`<p>${accessWords(content.label, content.epochs)}</p>`;
    case "tags":
      return html`<p>${content.tags.length === 0 ? gettext("All tags taken away.") : html`${gettext("Tags:")} ${content.tags.map((tag) => html`<bdi class="tag" translate="no">${tag}</bdi> `)}`}</p>`;
    case "mark":
      return html`<p>${gettext("Marked a file.")}</p>`;
    case "request":
      return html`<p><strong>${gettext("Asked for: {what}", { what: requestWords(content.request) })}</strong></p>${content.text === "" ? nothing : wordsView(content.text, language)}`;
    case "minutes":
      return html`<p><strong><bdi>${content.title}</bdi></strong> ${gettext("Held on {day}.", { day: longDay(content.held) })} ${content.of === null ? nothing : gettext("These replace an earlier version.")}</p>${wordsView(content.text)}`;
    case "minutes-answer":
      return html`<p><strong>${content.agrees ? gettext("The reporter agrees to the minutes.") : gettext("The reporter corrects the minutes:")}</strong></p>${content.text === "" ? nothing : wordsView(content.text, language)}`;
    case "noted":
      return html`<p>${gettext("A request was dealt with.")}</p>${content.text === "" ? nothing : wordsView(content.text)}`;
    case "step":
      return html`<p>${stepWords(content.step)}, ${longDay(content.date)}</p>${content.text === "" ? nothing : wordsView(content.text)}`;
    case "classified":
      return html`<p>${gettext("Classified for the figures: {moment}", { moment: momentWords(content.at) })}</p><ul>${content.offences.map((one) => html`<li>${wholeOffence(one)}</li>`)}</ul>`;
    case "translation":
      return html`<p class="small">${translationWords(content)}</p>${wordsView(content.text, content.language)}`;
    case "removal":
      return html`<p>${gettext("Something was removed by whoever signed this.")}</p>${content.reason === "" ? nothing : wordsView(content.reason)}`;
    case "other":
      return html`<ul>${content.lines.map((line) => html`<li><bdi translate="no">${line}</bdi></li>`)}</ul>`;
  }
}

/** The first letter large, as at the beginning of a line. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function statusView(content: Extract<Content, { type: "status" }>): TemplateResult {
  return html`<p>${gettext("Status: {status}", { status: statusWords(content.status) })}</p>
    ${content.finding === "" ? nothing : html`<p>${gettext("Finding: {finding}", { finding: foundWords(content.finding) })}</p>`}
    ${content.outcome === "" ? nothing : html`<p>${gettext("Outcome: {outcome}", { outcome: outcomeWords(content.outcome) })}</p>`}
    ${content.second === null ? nothing : html`<p class="small soft">${secondWords(content.second)}</p>`}
    ${content.alone.map((what) => html`<p class="warning">${aloneWords(what)}</p>`)}
    ${content.reason === "" ? nothing : wordsView(content.reason)}
    ${content.appeal === "" ? nothing : appealView(content.appeal)}
    ${content.clocks.length === 0 ? nothing : html`<ul class="small soft">${content.clocks.map((clock) => html`<li>${clockWords(clock, "member")}</li>`)}</ul>`}`;
}

/** An assessment of the risk: level and cell of the matrix, why, and what is done. */
export function assessmentView(content: Extract<Content, { type: "assessment" }>): TemplateResult {
  return html`<p class="risk-level" data-level=${content.level}><strong>${capital(cellWords(content))}</strong></p>
    <p class="small soft">${triggerWords(content.trigger)}</p>
    ${content.factors.length === 0 ? nothing : html`<ul>${content.factors.map((factor) => html`<li>${factorWords(factor)}</li>`)}</ul>`}
    <p class="risk-label">${gettext("Reasons")}</p>${wordsView(content.reasons)}
    ${content.plan === "" ? nothing : html`<p class="risk-label">${gettext("Protection plan")}</p>${wordsView(content.plan)}`}
    <p class="small risk-label">${gettext("Where a check-in is not answered: {what}", { what: silenceWords(content.silence) })}</p>`;
}

function measureView(signed: Measure, owner: string): TemplateResult {
  return html`<p>${gettext("Measure of protection:")} <strong><bdi>${measureTitle(signed)}</bdi></strong></p>
    ${measureLines(signed).map((line) => wordsView(line))}
    <p class="small soft">${gettext("{name} sees to it; {consent}", { name: owner, consent: consentWords(signed.consent) })}</p>`;
}

function appealView(appeal: string): TemplateResult {
  return html`<p class="small soft">${gettext("How to contest it:")}</p>${wordsView(appeal)}`;
}

/** What a member was given. Who holds the keys of every epoch from the first on reads everything. */
function accessWords(label: string, epochs: readonly number[]): string {
  const whole = epochs.length > 0 && epochs.every((epoch, place) => epoch === place);
  return whole ? gettext("{label} can read the whole case.", { label }) : gettext("{label} can read a part of the case.", { label });
}

/** The report itself: the first authentic entry of its kind. */
export function reportView(entries: readonly ShownEntry[], files: FilesView): TemplateResult {
  const first = entries.find(({ kind, state }) => kind === "report" && state === "authentic");
  const { content } = first ?? { content: null };
  if (content === null) return html`<p class="warning">${gettext("The report itself is not here, or not authentic. What the server shows in its place is withheld.")}</p>`;
  return html`${contentView(content, "")}${files(first?.files ?? [])}`;
}
