/** The events of the audit log, one below the other, and the fields that filter them. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { visibleBidi } from "../protocol/encoding.ts";
import { gettext, language } from "../ui/i18n.ts";
import type { AuditFilter, AuditLine } from "../workers/audit_api.ts";
import { KINDS, actWords } from "./audit_words.ts";

export const NO_FILTER: AuditFilter = { member: "", case: "", act: "" };
const SERVER = "server"; // who acts where no member does
const SHORT = 8; // digits of a case number that people compare

/** Whether a filter leaves anything out. */
export function isFiltering({ member, case: about, act }: AuditFilter): boolean {
  return member !== "" || about !== "" || act !== "";
}

/** The filter that a form's fields ask for. */
export function filterOf(form: HTMLFormElement): AuditFilter {
  const text = (name: string): string => {
    const value = new FormData(form).get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  return { member: text("member"), case: text("case").toLowerCase().replaceAll(/[^0-9a-f]/g, ""), act: text("act") };
}

/** Fields for a member, a case number, a kind of act. */
export function filterView(
  filter: AuditFilter,
  people: readonly { readonly id: string; readonly label: string }[],
  wanted: (filter: AuditFilter) => void,
): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.target instanceof HTMLFormElement) wanted(filterOf(event.target));
  };
  return html`<form class="audit-filter no-print" @submit=${submit}>
    <div><label for="audit-member">${gettext("Member")}</label>
      <input id="audit-member" name="member" list="audit-people" autocomplete="off" autocapitalize="none" spellcheck="false" .value=${filter.member} />
      <datalist id="audit-people">${people.map(({ id, label }) => html`<option value=${id}>${label}</option>`)}</datalist></div>
    <div><label for="audit-case">${gettext("Case number")}</label>
      <input id="audit-case" name="case" autocomplete="off" autocapitalize="none" spellcheck="false" .value=${filter.case} /></div>
    <div><label for="audit-act">${gettext("What was done")}</label>
      <select id="audit-act" name="act">${KINDS.map(([act, words]) => html`<option value=${act} .selected=${act === filter.act}>${gettext(words)}</option>`)}</select></div>
    <div class="audit-filter-ways"><button type="submit" class="primary">${gettext("Show")}</button>
      ${isFiltering(filter) ? html`<button type="button" class="quiet" @click=${() => { wanted(NO_FILTER); }}>${gettext("Show everything")}</button>` : nothing}</div>
  </form>`;
}

/** The events, each with ways to follow its member and its case. */
export function linesView(lines: readonly AuditLine[], filter: AuditFilter, wanted: (filter: AuditFilter) => void): TemplateResult {
  return html`<ol class="audit-list no-print">${lines.map((line) => lineView(line, filter, wanted))}</ol>`;
}

function lineView(line: AuditLine, filter: AuditFilter, wanted: (filter: AuditFilter) => void): TemplateResult {
  const { position, at, member, label, act, case: about } = line;
  const number = html`<span class="audit-number" aria-label=${gettext("Event {number}", { number: position })}>${position}</span>`;
  if (at === null || member === null || act === null) {
    return html`<li data-position=${position} class="audit-erased">${number}<p class="soft">${gettext("Erased when its time was over. Its hash is still part of the log.")}</p></li>`;
  }
  const name = member === SERVER ? gettext("A command at the server") : (label ?? member);
  const follow = (words: string, value: string, next: AuditFilter, here: boolean): TemplateResult =>
    html`<button type="button" class="quiet" aria-label=${words} aria-pressed=${here ? "true" : "false"} @click=${() => { wanted(here ? NO_FILTER : next); }}><bdi>${value}</bdi></button>`;
  return html`<li data-position=${position} data-act=${act}>${number}
    <p class="audit-when"><time datetime=${new Date(at * 1_000).toISOString()} class="small soft">${moment(at)}</time></p>
    <p class="audit-what">${follow(gettext("Follow the member {name}", { name }), name, { ...NO_FILTER, member }, filter.member === member)} ${actWords(act)}</p>
    ${about === null ? nothing : html`<p class="small">${gettext("Case")} ${follow(gettext("Follow the case {number}", { number: about.slice(0, SHORT) }), `${about.slice(0, SHORT)} …`, { ...NO_FILTER, case: about }, filter.case === about)}</p>`}
    ${detailsView(line.details)}
  </li>`;
}

function detailsView(details: AuditLine["details"]): TemplateResult | typeof nothing {
  const all = Object.entries(details).filter(([, value]) => value !== null);
  if (all.length === 0) return nothing;
  return html`<dl class="audit-details small">${all.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${valueText(value)}</bdi></dd></div>`)}</dl>`;
}

function valueText(value: unknown): string {
  return visibleBidi(typeof value === "string" ? value : JSON.stringify(value));
}

/** A moment, to the second: auditors compare. */
export function moment(at: number): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium", calendar: "gregory" });
  return format.format(new Date(at * 1_000));
}
