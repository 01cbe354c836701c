/** Backup codes: for the day on which passkey or telephone are lost. Shown once. */

import { type TemplateResult, html } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import { numberedView } from "./part.ts";

/** The step in which they are put on paper. */
export class BackupCodes {
  constructor(
    readonly codes: readonly string[],
    readonly site: string,
    readonly done: { readonly words: string; readonly act: () => void },
  ) {}

  get title(): string {
    return gettext("Your backup codes");
  }

  view(): TemplateResult {
    return html`<h1 tabindex="-1" class="no-print">${this.title}</h1>
      <p class="no-print">${gettext("If your passkey or the device with your app is lost, one of these codes stands in for it. Each works once; the passphrase is still needed. They are shown now and never again.")}</p>
      <section class="sheet" aria-labelledby="sheet-title">
        <h2 id="sheet-title">${gettext("Backup codes")}</h2>
        <p class="print-only"><bdi>${this.site}</bdi></p>
        ${numberedView("code-words backup-codes", this.codes)}
      </section>
      <p class="no-print">${gettext("Keep them apart from your recovery sheet: whoever finds both can get in.")}</p>
      <div class="actions no-print">
        <button type="button" class="primary" @click=${this.done.act}>${this.done.words}</button>
        <button type="button" @click=${() => { print(); }}>${gettext("Print the codes")}</button>
      </div>`;
  }
}
