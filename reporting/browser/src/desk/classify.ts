/** What was reported, in codes, on the page of a case: what was said, and saying it. Offered, never asked for. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { Classifying } from "../client/classify.ts";
import type { Content, ShownEntry } from "../client/shown.ts";
import type { Moment } from "../protocol/classes.ts";
import { classLines, countedWords, momentWords, wholeOffence } from "../ui/class_words.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { authorWords } from "../ui/words.ts";
import type { DeskCase } from "../workers/desk_api.ts";
import type { OpenCase } from "./case_context.ts";
import { ClassifyForm } from "./classify_form.ts";
import { focusOn } from "./part.ts";

type Said = Extract<Content, { type: "classified" }>;

interface Signed {
  readonly entry: ShownEntry;
  readonly content: Said;
}

const CLOSED = "closed";
/** Statuses under which nobody can know yet what it is. */
const BEFORE: ReadonlySet<string> = new Set(["received", "acknowledged", "triage", "withdrawn"]);

/** What was signed last of a moment, and the month in which that moment was counted. */
function saidOf(found: DeskCase, at: Moment): { last: Signed | null; counted: string | null } {
  const all = found.entries.flatMap((entry): Signed[] => (entry.content?.type === "classified" && entry.content.at === at ? [{ entry, content: entry.content }] : []));
  return { last: all.at(-1) ?? null, counted: all.find(({ content }) => content.counted !== null)?.content.counted ?? null };
}

/** Where the case stands, by what was signed. */
function statusOf({ status, server }: DeskCase): string {
  return status?.status ?? server.status;
}

/** What was said in codes, and the form. */
export class ClassifyPart {
  #form: ClassifyForm | null = null;
  #fault = "";

  constructor(readonly open: OpenCase) {}

  /** Whether something was filled in that would be lost. */
  get isBegun(): boolean {
    return this.#form?.touched === true;
  }

  /** Of which moment it is said now. */
  get #at(): Moment {
    return statusOf(this.open.found) === CLOSED ? "closing" : "triage";
  }

  #begin(): void {
    const { found, context } = this.open;
    const at = this.#at;
    const { last, counted } = saidOf(found, at);
    const before = last ?? saidOf(found, "triage").last;
    this.#form = new ClassifyForm(
      { at, before: before?.content ?? null, counted },
      context.repaint,
      (given, count) => void this.#send(given, count),
      () => { this.#end(); },
    );
    this.#fault = "";
    context.repaint();
    focusOn("class-title");
  }

  #end(): void {
    this.#form = null;
    this.#fault = "";
    this.open.context.repaint();
    focusOn("class-title");
  }

  async #send(given: Classifying, count: boolean): Promise<void> {
    if (this.open.busy) return;
    const fault = await this.open.act((remote, id) => remote.protect(id, { type: "classify", given, count }), gettext("The classification is stored, for those who can read the case."));
    if (fault === null) { this.#end(); return; }
    this.#fault = fault;
    this.open.context.repaint();
    if (fault !== "") focusOn("class-send-fault");
  }

  view(): TemplateResult {
    const { found, busy } = this.open;
    const said = (["closing", "triage"] as const).flatMap((at) => saidOf(found, at).last ?? []);
    const asks = !BEFORE.has(statusOf(found)) && saidOf(found, this.#at).last === null && found.closed === null;
    return html`<section class="classes" aria-labelledby="class-title">
      <h2 id="class-title" tabindex="-1">${gettext("For the figures")}</h2>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="class-send-fault" tabindex="-1">${this.#fault}</p>`}
      ${said.map(signedView)}
      ${this.#form !== null
        ? this.#form.view(busy)
        : html`${asks ? html`<p class="note no-print" id="class-asked">${this.#askWords()}</p>` : said.length === 0 ? html`<p class="soft small">${gettext("Not classified yet.")}</p>` : nothing}
          ${found.closed === null ? this.#buttonView() : nothing}`}
    </section>`;
  }

  #askWords(): string {
    return this.#at === "closing"
      ? gettext("The case is closed. If you classify it now, it is counted among what reports led to; nobody has to.")
      : gettext("If you know by now what this is about, classify it, so that it is counted; nobody has to.");
  }

  #buttonView(): TemplateResult {
    const before = saidOf(this.open.found, this.#at).last !== null;
    const words = before ? gettext("Change the classification") : this.#at === "closing" ? gettext("Classify it at the end") : gettext("Classify it");
    return html`<p class="no-print"><button type="button" @click=${() => { this.#begin(); }}>${words}</button></p>`;
  }
}

function signedView({ entry, content }: Signed): TemplateResult {
  const name = entry.author === null ? "" : authorWords(entry.author);
  return html`<div class="class-said" data-at=${content.at} data-counted=${content.counted ?? ""}>
    <h3>${momentWords(content.at)}</h3>
    ${classificationView(content)}
    <p class="small soft">${gettext("signed by {name} on {day}", { name, day: longDay(entry.day) })}</p></div>`;
}

/** What a classification says. */
export function classificationView(content: Said): TemplateResult {
  const lines = classLines(content);
  return html`${content.offences.length === 0 ? html`<p>${gettext("Nothing in the list of offences fits.")}</p>` : html`<ul>${content.offences.map((one) => html`<li>${wholeOffence(one)}</li>`)}</ul>`}
    ${lines.length === 0 ? nothing : html`<dl class="facts">${lines.map(([what, words]) => html`<div><dt>${what}</dt><dd>${words}</dd></div>`)}</dl>`}
    <p class="small">${countedWords(content.counted)}</p>`;
}
