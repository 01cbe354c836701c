/** Writing to the reporter, or a note for the team: one box, which shows plainly for whom it is. */

import { type TemplateResult, html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";

import type { FileProgress } from "../evidence/types.ts";
import { gettext, language } from "../ui/i18n.ts";
import { languageName } from "../ui/translation_words.ts";
import type { Draft } from "../workers/desk_api.ts";
import { Attaching } from "./attaching.ts";
import { type Clocked, attachingView, sendingView } from "./attaching_view.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { DraftKeeper } from "./draft.ts";
import { checked, typed } from "./page.ts";
import { type Concerns, concerns, isClear, reporterWords } from "./reply_check.ts";
import { replyTemplates } from "./templates.ts";

/** The box at the end of the conversation. */
export class Composer {
  readonly draft: DraftKeeper;
  readonly attaching: Attaching;
  #sending: Clocked | null = null;
  #size = { used: 0, limit: 0 };
  #measured = 0;
  #fault = "";
  /** What was found before sending, until it is sent; `agreed` where the writer has thought about it. */
  #concerns: Concerns | null = null;
  #agreed = false;

  constructor(readonly open: OpenCase) {
    this.draft = new DraftKeeper(open.context, open.found.case);
    this.draft.begin(open.found.draft);
    this.attaching = new Attaching(open);
    void this.#measure();
  }

  async #measure(): Promise<void> {
    const turn = ++this.#measured;
    try {
      const size = await this.open.context.remote.measureMessage(this.draft.text);
      if (turn === this.#measured) this.#size = size;
    } catch (error) {
      this.#fault = this.open.context.words(error) ?? "";
    }
    this.open.context.repaint();
  }

  #write(text: string): void {
    this.draft.write(text);
    if (this.#concerns !== null) this.#concerns = this.#concernsIn(text);
    void this.#measure();
    this.open.context.repaint();
  }

  /** Turns the box to the reporter or to the team, and goes there. A note becomes a reply only after a question. */
  async turnTo(audience: Draft["audience"]): Promise<void> {
    if (audience !== this.draft.audience) {
      if (audience === "reporter" && this.draft.text.trim() !== "" && !(await askToTurn())) {
        this.open.context.repaint();
        return;
      }
      this.draft.address(audience);
      this.#concerns = null;
      this.open.context.repaint();
    }
    requestAnimationFrame(() => {
      document.getElementById("composer-text")?.focus();
    });
  }

  async #template(event: Event): Promise<void> {
    const chosen = replyTemplates().find(({ id }) => id === typed(event));
    if (event.target instanceof HTMLSelectElement) event.target.value = "";
    if (chosen === undefined) return;
    const before = this.draft.text.trimEnd();
    this.#write(before === "" ? chosen.text : `${before}\n\n${chosen.text}`);
    await this.turnTo("reporter");
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { open, draft } = this;
    if (open.busy) return;
    const { text, audience } = draft;
    const { hindrance } = this.attaching;
    if (hindrance !== "") { this.#refuse(hindrance); return; }
    if (text.trim() === "") { this.#refuse(gettext("There is nothing to send yet.")); return; }
    if (this.#size.used > this.#size.limit) { this.#refuse(gettext("This is too long for one message: shorten it, or send it in two.")); return; }
    if (audience === "reporter" && !this.#agreed) {
      this.#concerns = this.#concernsIn(text);
      if (!isClear(this.#concerns)) {
        open.context.repaint();
        requestAnimationFrame(() => document.getElementById("concerns")?.focus());
        return;
      }
    }
    await this.#deliver(text, audience);
  }

  async #deliver(text: string, audience: Draft["audience"]): Promise<void> {
    this.#fault = "";
    const toReporter = audience === "reporter";
    const done = toReporter ? gettext("Sent to the reporter.") : gettext("Note added for the team.");
    const files = this.attaching.outgoing;
    const tell = (progress: FileProgress): void => { this.#told(progress); };
    const fault = await this.open.act((remote, id) => (toReporter ? remote.reply(id, text, files, tell) : remote.note(id, text, files, tell)), done);
    this.#sending = null;
    if (fault !== null) { this.#refuse(fault); return; }
    this.#concerns = null;
    this.#agreed = false;
    this.attaching.clear();
    // What was typed on while it was sent stays.
    if (this.draft.text === text) this.draft.sent();
    void this.#measure();
  }

  #told(progress: FileProgress): void {
    const { began = Date.now(), from = progress.sent } = this.#sending ?? {};
    this.#sending = { progress, began, from };
    this.open.context.repaint();
  }

  #drop(event: DragEvent): void {
    const files = event.dataTransfer?.files;
    if (files === undefined || files.length === 0 || this.open.busy) return;
    event.preventDefault();
    this.attaching.add([...files]);
  }

  #concernsIn(text: string): Concerns {
    return concerns(text, reporterWords(this.open.found.entries));
  }

  #refuse(words: string): void {
    if (words === "") return;
    this.#fault = words;
    this.open.context.repaint();
    requestAnimationFrame(() => document.getElementById("composer-fault")?.focus());
  }

  view(): TemplateResult {
    const { draft, open } = this;
    const toReporter = draft.audience === "reporter";
    if (open.found.closed !== null) return html`<p class="note">${gettext("Nothing can be written to this case now; the warnings above say why.")}</p>`;
    const over = this.#size.used > this.#size.limit;
    return html`<form class="composer no-print" data-to=${draft.audience} @submit=${(event: SubmitEvent) => void this.#send(event)}
      @dragover=${(event: DragEvent) => { if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault(); }} @drop=${(event: DragEvent) => { this.#drop(event); }}>
      <fieldset class="composer-to"><legend class="visually-hidden">${gettext("Write to")}</legend>
        ${this.#choice("reporter", gettext("Reply to the reporter"))} ${this.#choice("team", gettext("Note for the team"))}
      </fieldset>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="composer-fault" tabindex="-1">${this.#fault}</p>`}
      <label for="composer-text" class="composer-label">${toReporter
        ? gettext("The reporter reads this; so does everybody who can read the case.")
        : gettext("Only those who can read the case see this. The reporter does not.")}</label>
      ${this.#languageView()}
      <textarea id="composer-text" dir="auto" rows="7" autocomplete="off" spellcheck="false" .value=${live(draft.text)} aria-describedby="composer-size composer-draft"
        aria-invalid=${over ? "true" : nothing} @input=${(event: Event) => { this.#write(typed(event)); }}></textarea>
      <div class="composer-facts">
        <span id="composer-draft" role="status">${draft.words}</span>
        <span id="composer-size" class=${over ? "field-error" : ""}>${gettext("{used} of {limit} bytes", this.#size)}</span>
      </div>
      ${this.#filesView()}
      ${this.#concernsView()}
      <div class="composer-actions">
        <button class="primary" aria-disabled=${open.busy ? "true" : nothing}>${toReporter ? gettext("Send to the reporter") : gettext("Add the note")}</button>
        ${toReporter ? this.#templatesView() : nothing}
      </div>
    </form>`;
  }

  #filesView(): TemplateResult {
    const { remote } = this.open.context;
    if (this.#sending === null) return attachingView(this.attaching);
    return sendingView(this.#sending, (paused) => void remote.pause(paused), () => void remote.cancelSending());
  }

  #choice(audience: Draft["audience"], text: string): TemplateResult {
    return html`<label class="composer-choice"><input type="radio" name="audience" value=${audience}
      .checked=${live(this.draft.audience === audience)} @change=${() => void this.turnTo(audience)} /> <span>${text}</span></label>`;
  }

  #languageView(): TemplateResult | typeof nothing {
    const written = reportLanguage(this.open);
    if (written === "" || written === language || this.draft.audience === "team") return nothing;
    const name = languageName(written);
    if (name === null) return nothing;
    return html`<p class="composer-language">${gettext("The report was written in {name}: answer in that language if you can.", { name })}
      ${gettext("The templates are in {name}.", { name: languageName(language) ?? language })}</p>`;
  }

  #templatesView(): TemplateResult {
    return html`<label class="visually-hidden" for="template">${gettext("Begin with a template")}</label>
      <select id="template" @change=${(event: Event) => void this.#template(event)}>
        <option value="">${gettext("Begin with a template …")}</option>
        ${replyTemplates().map(({ id, title }) => html`<option value=${id}>${title}</option>`)}
      </select>`;
  }

  #concernsView(): TemplateResult | typeof nothing {
    const found = this.#concerns;
    if (found === null || isClear(found) || this.draft.audience !== "reporter") return nothing;
    const agree = (event: Event): void => {
      this.#agreed = checked(event);
      this.open.context.repaint();
    };
    return html`<div class="warning" id="concerns" tabindex="-1" role="group" aria-labelledby="concerns-state concerns-title">
      <p><strong id="concerns-state">${gettext("Not sent yet")}</strong></p>
      <h3 id="concerns-title">${titleOf(found)}</h3>
      ${found.question === null
        ? nothing
        : html`<p>${gettext("If only one person could know the answer, then the answer names that person, to everybody who will read it. Ask so that several could answer, or say what you need it for.")}</p>
            ${found.question.length === 0 ? nothing : html`<ul>${found.question.map((reason) => html`<li>${reason}</li>`)}</ul>`}`}
      ${found.repeats.length === 0
        ? nothing
        : html`<p>${gettext("It repeats what the reporter wrote, and perhaps few could know that. Whoever sees it, on a screen or in a file, could tell who it was. Say it in general words if you can.")}</p>
            <ul>${found.repeats.map((words) => html`<li><bdi translate="no">“${words}”</bdi></li>`)}</ul>`}
      ${found.open.length === 0
        ? nothing
        : html`<p>${gettext("Still to be filled in: {places}", { places: found.open.join(", ") })}</p>`}
      <label class="choice"><input type="checkbox" .checked=${this.#agreed} @change=${agree} />
        <span>${gettext("I have thought about it: send it as it is.")}</span></label>
    </div>`;
  }
}

function titleOf({ question, repeats }: Concerns): string {
  if (question !== null) return gettext("Could only one person answer this?");
  return repeats.length > 0 ? gettext("Who could know this?") : gettext("Something was left open");
}

/** The language that the report was written in; empty where it is not known. */
export function reportLanguage({ found }: Pick<OpenCase, "found">): string {
  for (const { kind, content } of found.entries) if (kind === "report" && content?.type === "answers") return content.language;
  return "";
}

async function askToTurn(): Promise<boolean> {
  const body = gettext("What you wrote as a note for the team becomes a reply. The reporter reads it once you send it.");
  return (await ask({ title: gettext("Make a reply of this note?"), body, yes: gettext("Make it a reply") })) !== null;
}
