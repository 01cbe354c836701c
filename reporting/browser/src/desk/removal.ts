/** Removing what is irrelevant personal data, item by item: a reason, then a question that says what is lost. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { type Left, REMOVABLE, type Removing } from "../client/right_acts.ts";
import type { ShownEntry } from "../client/shown.ts";
import type { ShownFile } from "../evidence/types.ts";
import type { DeskApi, DeskCase } from "../workers/desk_api.ts";
import { gettext } from "../ui/i18n.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { typed } from "./page.ts";

const ROLES: ReadonlySet<string> = new Set(["intake", "investigator", "protection"]);

/** What is about to be removed; `name` of a file. */
interface Begun extends Removing {
  readonly name: string;
}

/** The buttons at entries and files, and the form in which the reason is given. */
export class RemovalPart {
  #begun: Begun | null = null;
  #fault = "";

  constructor(readonly open: OpenCase) {}

  /** At an entry that can be removed; nothing at others. */
  entryView(entry: ShownEntry): TemplateResult | typeof nothing {
    if (!REMOVABLE.has(entry.kind) || !this.#may()) return nothing;
    return this.#view(entry.id, null, "", gettext("Remove this …"));
  }

  /** At a file. */
  fileView(file: ShownFile): TemplateResult | typeof nothing {
    if (!this.#may()) return nothing;
    return this.#view(file.entry, file.place, file.name, gettext("Remove …"));
  }

  #may(): boolean {
    const { found, context } = this.open;
    return found.closed === null && found.holder && context.session.roles.some((role) => ROLES.has(role));
  }

  #view(entry: string, file: number | null, name: string, words: string): TemplateResult {
    const begun = this.#begun;
    if (begun !== null && begun.entry === entry && begun.file === file) return this.#formView(begun);
    const label = file === null ? nothing : gettext("Remove {name}", { name });
    return html`<button type="button" class="quiet remove-item no-print" aria-label=${label} @click=${() => { this.#begin({ entry, file, name, reason: "" }); }}>${words}</button>`;
  }

  #begin(begun: Begun | null): void {
    this.#begun = begun;
    this.#fault = "";
    this.open.context.repaint();
    if (begun !== null) requestAnimationFrame(() => document.getElementById("removal-reason")?.focus());
  }

  #formView(begun: Begun): TemplateResult {
    return html`<form class="no-print part-form removal-form" novalidate @submit=${(event: SubmitEvent) => { event.preventDefault(); void this.#send(); }}>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert" id="removal-fault" tabindex="-1">${this.#fault}</p>`}
      <label for="removal-reason">${gettext("Why it does not belong in this case")}</label>
      <textarea id="removal-reason" rows="2" dir="auto" autocomplete="off" spellcheck="false" aria-describedby="removal-help" .value=${begun.reason} @input=${(event: Event) => { if (this.#begun !== null) this.#begun = { ...this.#begun, reason: typed(event) }; }}></textarea>
      <p class="help small" id="removal-help">${gettext("For personal data that has nothing to do with the matter. The reason stays for good, and whoever could read this reads it: repeat nothing of what is removed.")}</p>
      <div class="part-actions"><button class="danger" aria-disabled=${this.open.busy ? "true" : nothing}>${gettext("Go on")}</button>
        <button type="button" class="quiet" @click=${() => { this.#begin(null); }}>${gettext("Cancel")}</button></div>
    </form>`;
  }

  async #send(): Promise<void> {
    const begun = this.#begun;
    if (begun === null || this.open.busy) return;
    if (begun.reason.trim() === "") { this.#say(gettext("Say why it does not belong here.")); return; }
    const sure = await ask({ title: gettext("Remove it for good?"), body: lostView(begun), yes: gettext("Remove it for good"), danger: true });
    if (sure === null) return;
    const { entry, file, reason } = begun;
    let left: Left = null;
    const removing = async (remote: DeskApi, id: string): Promise<DeskCase> => {
      const acted = await remote.protect(id, { type: "remove", removing: { entry, file, reason } });
      left = acted.left;
      return acted;
    };
    const fault = await this.open.act(removing, () => removedWords(left));
    if (fault === null) this.#begin(null);
    else this.#say(fault);
  }

  #say(fault: string): void {
    this.#fault = fault;
    this.open.context.repaint();
    requestAnimationFrame(() => document.getElementById("removal-fault")?.focus());
  }
}

/** What happened, and what of the bytes the server did not get rid of yet. */
function removedWords(left: Left): string {
  const done = gettext("It is removed. What is left says that you removed it, and why.");
  if (left === null) return `${done} ${gettext("The server did not say whether all of its bytes are gone. What stays goes when it is next swept.")}`;
  const parts = left.map((one) => one === "files"
    ? gettext("The store of files failed just now: sealed parts stay there until it is next swept.")
    : gettext("The database was being read just now: its log keeps the sealed bytes until the next removal or sweep."));
  return [done, ...parts].join(" ");
}

/** What is lost, and what is not. */
function lostView({ file, name }: Begun): TemplateResult {
  return html`<p>${file === null
      ? gettext("The words and all files of this entry are deleted on the server. Nobody can bring them back, you neither.")
      : gettext("The file “{name}” is deleted on the server. Nobody can bring it back, you neither.", { name })}</p>
    <p>${gettext("Its checksum, your name, the day and your reason stay. Copies that somebody saved or printed, and backups until they run out, are not reached. Where the store of files fails just then, their sealed parts go when it is next swept.")}</p>`;
}
