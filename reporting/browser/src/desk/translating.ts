/** Translations of what reporters wrote: beside the original, which always stays, and the form that attaches one. */

import { type TemplateResult, html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";

import type { Content, ShownEntry } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { gettext, language } from "../ui/i18n.ts";
import { translationWords } from "../ui/translation_words.ts";
import { authorWords } from "../ui/words.ts";
import type { DeskCase } from "../workers/desk_api.ts";
import type { OpenCase } from "./case_context.ts";
import { checked, typed } from "./page.ts";
import { wordsView } from "./report_view.ts";

/** Kinds of what people say in words of their own. */
const SAID: ReadonlySet<string> = new Set(["report", "message", "retaliation", "protection", "minutes", "request"]);

interface Attached {
  readonly entry: ShownEntry;
  readonly content: Extract<Content, { type: "translation" }>;
}

/** The authentic translations of an entry, by the hash of its sealed bytes. */
export function translationsOf({ entries }: DeskCase, { sha256 }: ShownEntry): readonly Attached[] {
  return entries.flatMap((entry): Attached[] => (entry.content?.type === "translation" && entry.content.sha256 === sha256 ? [{ entry, content: entry.content }] : []));
}

/** What stands beside originals, and the form. */
export class TranslationPart {
  #entry = "";
  #language = language;
  #text = "";
  #program = false;
  #checked = false;
  #fault = "";

  constructor(readonly open: OpenCase) {}

  /** Whether something was filled in that would be lost. */
  get isBegun(): boolean {
    return this.#entry !== "" && this.#text.trim() !== "";
  }

  /** At what a reporter wrote: its translations, and the way to one more. */
  entryView(entry: ShownEntry): TemplateResult | typeof nothing {
    if (entry.author?.reporter !== true || entry.content === null || !SAID.has(entry.kind) || entry.audience === "custodian") return nothing;
    return html`${translationsOf(this.open.found, entry).map(attachedView)}
      ${this.#entry === entry.id ? this.#formView() : this.#buttonView(entry)}`;
  }

  #buttonView({ id }: ShownEntry): TemplateResult | typeof nothing {
    if (this.open.found.closed !== null) return nothing;
    return html`<button type="button" class="quiet no-print" @click=${() => { this.#begin(id); }}>${gettext("Attach a translation …")}</button>`;
  }

  #begin(entry: string): void {
    this.#entry = entry;
    this.#text = this.#fault = "";
    this.#program = this.#checked = false;
    this.open.context.repaint();
    if (entry !== "") requestAnimationFrame(() => document.getElementById("translation-text")?.focus());
  }

  #formView(): TemplateResult {
    const { repaint } = this.open.context;
    return html`<form class="no-print part-form translation-form" novalidate @submit=${(event: SubmitEvent) => { event.preventDefault(); void this.#send(); }}>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="translation-fault" tabindex="-1">${this.#fault}</p>`}
      <label for="translation-text">${gettext("Translation")}</label>
      <textarea id="translation-text" rows="6" dir="auto" autocomplete="off" spellcheck="false" aria-describedby="translation-help" .value=${live(this.#text)} @input=${(event: Event) => { this.#write(typed(event)); }}></textarea>
      <p class="help small" id="translation-help">${gettext("For the team, signed by you; the original stays beside it. Do not paste what was reported into a translation service: it would learn all of it.")}</p>
      <label for="translation-language">${gettext("Into which language, as a code")}</label>
      <input id="translation-language" type="text" dir="ltr" maxlength="20" autocomplete="off" spellcheck="false" .value=${live(this.#language)} @input=${(event: Event) => { this.#language = typed(event); }}>
      <label class="choice"><input type="checkbox" autocomplete="off" .checked=${live(this.#program)} @change=${(event: Event) => { this.#program = checked(event); repaint(); }} /> <span>${gettext("A program made it")}</span></label>
      <label class="choice"><input type="checkbox" autocomplete="off" .checked=${live(this.#checked)} @change=${(event: Event) => { this.#checked = checked(event); repaint(); }} /> <span>${gettext("Somebody who knows both languages checked it")}</span></label>
      <div class="part-actions"><button class="primary" aria-disabled=${this.open.busy ? "true" : nothing}>${gettext("Sign the translation")}</button>
        <button type="button" class="quiet" @click=${() => { this.#begin(""); }}>${gettext("Cancel")}</button></div>
    </form>`;
  }

  #write(text: string): void {
    this.#text = text;
    if (this.#fault === "") return;
    this.#fault = "";
    this.open.context.repaint();
  }

  async #send(): Promise<void> {
    if (this.open.busy) return;
    if (this.#text.trim() === "") { this.#say(gettext("There is nothing to send yet.")); return; }
    const given = { entry: this.#entry, language: this.#language.trim(), text: this.#text, by: this.#program ? "program" : "person", checked: this.#checked } as const;
    const fault = await this.open.act((remote, id) => remote.protect(id, { type: "translate", given }), gettext("The translation is attached, for those who can read the case."));
    if (fault === null) this.#begin("");
    else this.#say(fault);
  }

  #say(fault: string): void {
    this.#fault = fault;
    this.open.context.repaint();
    requestAnimationFrame(() => document.getElementById("translation-fault")?.focus());
  }
}

function attachedView({ entry, content }: Attached): TemplateResult {
  const name = entry.author === null ? "" : authorWords(entry.author);
  return html`<div class="translation class-said" data-language=${content.language}>
    <p class="small"><strong>${translationWords(content)}</strong> <span class="soft">${gettext("signed by {name} on {day}", { name, day: longDay(entry.day) })}</span></p>
    ${wordsView(content.text, content.language)}</div>`;
}
