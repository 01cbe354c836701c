/** Taking a case out of the protected room: on paper, or as a zip of sealed originals and opened text. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { TAKEN_ALONG, sizeOf } from "../client/along.ts";
import type { ShownEntry } from "../client/shown.ts";
import { gettext } from "../ui/i18n.ts";
import { saveFile } from "../ui/keeping.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { sizeWords } from "./file_words.ts";
import { uniqueView } from "./risk_note.ts";

/** The ways out. */
export class ExportPart {
  #fault = "";
  #busy = false;

  constructor(readonly open: OpenCase) {}

  async #zip(): Promise<void> {
    const { context, found } = this.open;
    if (this.#busy) return;
    const body = html`<p>${gettext("The file holds the report and the conversation as readable text. Outside the desk nothing protects it: anybody who gets the file can read it, and deleted is not always gone.")}</p>
      <p>${gettext("Keep it on an encrypted disk, send it to nobody by ordinary mail, and delete it when it has served.")}</p>
      ${alongView(found.entries)}`;
    const answer = await ask({ title: gettext("Take this case out of the desk?"), body, yes: gettext("Make the file") });
    if (answer === null) return;
    this.#busy = true;
    this.#fault = "";
    context.repaint();
    try {
      await context.remote.noteExport(found.case, "zip");
      const made = await context.remote.exportCase(found.case, answer.has("files"), () => undefined);
      saveFile(made.name, made.bytes, made.type);
      context.say(gettext("{name} was handed to the browser to be saved.", { name: made.name }));
    } catch (error) {
      this.#fault = context.words(error) ?? "";
    }
    this.#busy = false;
    context.repaint();
  }

  async #print(): Promise<void> {
    const body = gettext("Paper lies about, and printers keep copies and mark pages with the device and the time. Print where only those who may read this case come by.");
    if ((await ask({ title: gettext("Print this case?"), body, yes: gettext("Print") })) === null) return;
    const { context, found } = this.open;
    try {
      await context.remote.noteExport(found.case, "print");
      print();
      this.#fault = "";
    } catch (error) {
      this.#fault = context.words(error) ?? "";
    }
    context.repaint();
  }

  view(): TemplateResult {
    return html`<section class="side-part no-print" aria-labelledby="export-title">
      <h2 id="export-title">${gettext("Export")}</h2>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert">${this.#fault}</p>`}
      <div class="part-actions">
        <button type="button" @click=${() => void this.#print()}>${gettext("Print …")}</button>
        <button type="button" aria-disabled=${this.#busy ? "true" : nothing} @click=${() => void this.#zip()}>${gettext("Save as a zip …")}</button>
      </div>
      ${this.#busy ? html`<p role="status" class="small">${gettext("Making the file …")}</p>` : nothing}
    </section>`;
  }
}

/** Whether attached files are to go along, where they fit. */
function alongView(entries: readonly ShownEntry[]): TemplateResult | typeof nothing {
  const size = sizeOf(entries);
  if (size === 0) return nothing;
  if (size > TAKEN_ALONG) return html`<p>${gettext("Attached files, {size}, do not go along: together at most {most} do. The list of evidence with their hashes does. Save them one by one.", { size: sizeWords(size), most: sizeWords(TAKEN_ALONG) })}</p>`;
  return html`<label class="choice"><input type="checkbox" name="files" />
    <span>${gettext("Take the attached files along ({size}). The history keeps that you saved each.", { size: sizeWords(size) })}</span></label>
    ${uniqueView()}`;
}
