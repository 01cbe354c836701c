/** The evidence of a case: every file with its hash, who sent it, what was said of it, and who opened it. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { type Evidence, type Opening, evidenceCsv, evidenceJson, evidenceOf } from "../client/evidence.ts";
import type { FileMark } from "../evidence/types.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { saveFile } from "../ui/keeping.ts";
import { authorWords, removedWords } from "../ui/words.ts";
import type { HistoryEvent } from "../workers/desk_api.ts";
import type { OpenCase } from "./case_context.ts";
import { MARK_NAMES, markWords, sizeWords } from "./file_words.ts";
import { moment } from "./history.ts";

/** The list, and marking what stands in it. */
export class EvidencePart {
  /** The upload that is being marked. */
  #marking: string | null = null;
  #fault = "";

  constructor(
    readonly open: OpenCase,
    readonly history: () => readonly HistoryEvent[],
  ) {}

  get #list(): Evidence[] {
    return evidenceOf(this.open.found, this.history());
  }

  async #save(form: "csv" | "json"): Promise<void> {
    const { context, found } = this.open;
    try {
      await context.remote.noteExport(found.case, "zip");
      const name = `evidence-${found.case}.${form}`;
      if (form === "csv") saveFile(name, evidenceCsv(this.#list), "text/csv");
      else saveFile(name, `${JSON.stringify(evidenceJson(found.case, this.#list), null, 2)}\n`, "application/json");
      context.say(gettext("{name} was handed to the browser to be saved.", { name }));
      this.#fault = "";
    } catch (error) {
      this.#fault = context.words(error) ?? "";
    }
    context.repaint();
  }

  #begin(upload: string): void {
    this.#marking = this.#marking === upload ? null : upload;
    this.#fault = "";
    this.open.context.repaint();
    requestAnimationFrame(() => document.getElementById("mark")?.focus());
  }

  async #mark(event: SubmitEvent, upload: string): Promise<void> {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement) || this.open.busy) return;
    const form = new FormData(event.target);
    const chosen = MARK_NAMES.find(([mark]) => mark === form.get("mark"));
    const of = form.get("of");
    if (chosen === undefined) return;
    const [mark] = chosen;
    const from = typeof of === "string" && of !== "" ? of : null;
    const fault = await this.open.act((remote, id) => remote.markFile(id, upload, mark, from), gettext("Marked. Everybody who can read the case sees it."));
    if (fault === null) this.#marking = null;
    else this.#fault = fault;
    this.open.context.repaint();
  }

  view(): TemplateResult | typeof nothing {
    const list = this.#list;
    if (list.length === 0) return nothing;
    return html`<section class="evidence" aria-labelledby="evidence-title">
      <h2 id="evidence-title">${gettext("Evidence")}</h2>
      <p class="small soft">${gettext("Hashes are of the sealed files, as the signed entries name them: whoever has the sealed file can compare. Who opened a file stands there by the server's word.")}</p>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert">${this.#fault}</p>`}
      <ol class="evidence-list">${list.map((one) => this.#itemView(one, list))}</ol>
      <div class="part-actions no-print">
        <button type="button" @click=${() => void this.#save("csv")}>${gettext("Save the list as CSV")}</button>
        <button type="button" @click=${() => void this.#save("json")}>${gettext("Save the list as JSON")}</button>
      </div>
    </section>`;
  }

  #itemView(one: Evidence, list: readonly Evidence[]): TemplateResult {
    const { found } = this.open;
    return html`<li class="evidence-item">
      <p class="evidence-name"><strong><bdi translate="no">${one.name}</bdi></strong>
        ${one.mark === null ? nothing : html`<span class="tag">${markWords(one.mark.mark, one.mark.ofName)}</span>`}</p>
      <dl class="evidence-facts">
        ${fact(gettext("From"), html`<bdi>${authorWords(one.author)}</bdi>, ${longDay(one.day)}`)}
        ${fact(gettext("Size"), one.size < 1_000 ? html`${sizeWords(one.size)}` : html`${sizeWords(one.size)} <span class="soft">(${gettext("{number} bytes", { number: one.size })})</span>`)}
        ${fact(gettext("Type, by the sender"), html`<bdi translate="no">${one.type === "" ? gettext("not said") : one.type}</bdi>`)}
        ${fact("SHA-256", html`<span class="code hash" translate="no" dir="ltr">${one.sha256}</span>`)}
        ${one.mark === null ? nothing : fact(gettext("Marked"), html`<bdi>${authorWords(one.mark.author)}</bdi>, ${longDay(one.mark.day)}`)}
        ${fact(gettext("Opened"), openingsView(one.openings))}
        ${one.removed === null ? nothing : fact(gettext("Removed"), html`<span dir="auto">${removedWords(one.removed)}</span>`)}
      </dl>
      ${found.holder && found.closed === null
        ? html`<button type="button" class="quiet no-print" aria-expanded=${this.#marking === one.upload ? "true" : "false"} aria-label=${gettext("Mark {name}", { name: one.name })} @click=${() => { this.#begin(one.upload); }}>${gettext("Mark …")}</button>`
        : nothing}
      ${this.#marking === one.upload ? this.#formView(one, list) : nothing}
    </li>`;
  }

  #formView(one: Evidence, list: readonly Evidence[]): TemplateResult {
    const others = list.filter(({ upload }) => upload !== one.upload);
    const name = ([mark, words]: readonly [FileMark, string]): TemplateResult => html`<option value=${mark}>${gettext(words)}</option>`;
    return html`<form class="mark-form no-print" @submit=${(event: SubmitEvent) => void this.#mark(event, one.upload)}>
      <label for="mark">${gettext("Mark it as")}</label>
      <select id="mark" name="mark">${MARK_NAMES.map(name)}</select>
      ${others.length === 0
        ? nothing
        : html`<label for="mark-of">${gettext("Made from")}</label>
            <select id="mark-of" name="of"><option value="">${gettext("not said")}</option>${others.map(({ upload, name: other }) => html`<option value=${upload}>${other}</option>`)}</select>`}
      <button class="primary" aria-disabled=${this.open.busy ? "true" : nothing}>${gettext("Mark")}</button>
      <p class="small soft">${gettext("The mark is signed and stays in the case. A later one stands in its place.")}</p>
    </form>`;
  }
}

function fact(name: string, value: TemplateResult): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function openingsView(openings: readonly Opening[]): TemplateResult {
  if (openings.length === 0) return html`${gettext("by nobody yet")}`;
  return html`<ul class="openings">${openings.map(
    ({ at, label, act }) => html`<li><bdi>${label}</bdi> ${act === "view" ? gettext("viewed it") : gettext("saved it")}, <time datetime=${at}>${moment(at)}</time></li>`,
  )}</ul>`;
}
