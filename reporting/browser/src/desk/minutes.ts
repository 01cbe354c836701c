/** Minutes of meetings and calls, for both sides: written, read by the reporter, corrected in a new version. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { type NewestMinutes, newestMinutes } from "../client/rights.ts";
import { longDay, today } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { minutesState } from "../ui/right_words.ts";
import type { OpenCase } from "./case_context.ts";
import { typed } from "./page.ts";

/** Minutes as they stand, and the form for more. */
export class MinutesPart {
  #shows = false;
  #of: string | null = null;
  #title = "";
  #held = "";
  #text = "";
  #fault = "";

  constructor(readonly open: OpenCase) {}

  view(): TemplateResult {
    const found = newestMinutes(this.open.found);
    return html`<section class="minutes" aria-labelledby="minutes-title">
      <h2 id="minutes-title">${gettext("Minutes")}</h2>
      ${found.length === 0 ? html`<p class="soft">${gettext("What was said in a meeting or on the phone can be written down here. The reporter checks it, and agrees to it or corrects it.")}</p>`
        : html`<ul>${found.map((one) => this.#lineView(one))}</ul>`}
      ${this.open.found.closed !== null ? nothing : this.#shows ? this.#formView() : html`<p class="no-print"><button type="button" @click=${() => { this.#begin(null); }}>${gettext("Write minutes")}</button></p>`}
    </section>`;
  }

  #lineView({ content, state }: NewestMinutes): TemplateResult {
    return html`<li data-minutes=${state}><bdi>${content.title}</bdi>, ${longDay(content.held)}: <strong>${minutesState(state)}</strong>
      ${state === "agreed" || this.open.found.closed !== null ? nothing : html` <button type="button" class="quiet no-print" @click=${() => { this.#begin(content); }}>${gettext("Write a new version")}</button>`}</li>`;
  }

  #begin(before: NewestMinutes["content"] | null): void {
    this.#shows = true;
    this.#of = before?.entry ?? null;
    this.#title = before?.title ?? "";
    this.#held = before?.held ?? today();
    this.#text = before?.text ?? "";
    this.#fault = "";
    this.open.context.repaint();
    requestAnimationFrame(() => document.getElementById("minutes-name")?.focus());
  }

  #formView(): TemplateResult {
    return html`<form class="no-print part-form" novalidate @submit=${(event: SubmitEvent) => { event.preventDefault(); void this.#send(); }}>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="minutes-fault" tabindex="-1">${this.#fault}</p>`}
      ${this.#of === null ? nothing : html`<p>${gettext("This replaces an earlier version; both stay in the case.")}</p>`}
      <label for="minutes-name">${gettext("What it was")}</label>
      <input id="minutes-name" type="text" dir="auto" maxlength="100" autocomplete="off" .value=${this.#title} @input=${(event: Event) => { this.#title = typed(event); }}>
      <label for="minutes-held">${gettext("On which day")}</label>
      <input id="minutes-held" type="date" autocomplete="off" max=${today()} .value=${this.#held} @input=${(event: Event) => { this.#held = typed(event); }}>
      <label for="minutes-text">${gettext("What was said")}</label>
      <textarea id="minutes-text" rows="10" dir="auto" autocomplete="off" spellcheck="false" aria-describedby="minutes-help" .value=${this.#text} @input=${(event: Event) => { this.#text = typed(event); }}></textarea>
      <p class="help small" id="minutes-help">${gettext("It goes to the reporter, signed by you. They can agree or correct it; you can write a new version.")}</p>
      <div class="part-actions"><button class="primary" aria-disabled=${this.open.busy ? "true" : nothing}>${gettext("Sign and send")}</button>
        <button type="button" class="quiet" @click=${() => { this.#shows = false; this.open.context.repaint(); }}>${gettext("Cancel")}</button></div>
    </form>`;
  }

  async #send(): Promise<void> {
    if (this.open.busy) return;
    const lacking = this.#lacking();
    if (lacking !== "") { this.#say(lacking); return; }
    const minutes = { title: this.#title.trim(), held: this.#held, text: this.#text, of: this.#of };
    const fault = await this.open.act((remote, id) => remote.protect(id, { type: "minutes", minutes }), gettext("The minutes are signed; the reporter can see them."));
    if (fault === null) this.#shows = false;
    this.#say(fault ?? "");
  }

  /** What is missing; empty where it can be sent. */
  #lacking(): string {
    if (this.#title.trim() === "") return gettext("Say what it was, such as “Meeting”.");
    if (this.#held === "") return gettext("Say on which day it was.");
    return this.#text.trim() === "" ? gettext("Write down what was said.") : "";
  }

  #say(fault: string): void {
    this.#fault = fault;
    this.open.context.repaint();
    if (fault !== "") requestAnimationFrame(() => document.getElementById("minutes-fault")?.focus());
  }
}
