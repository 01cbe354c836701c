/** The recovery sheet: a code on paper, for the day on which the passphrase is lost. Shown once, and checked by typing part of it. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import type { DeskApi } from "../workers/desk_api.ts";
import type { ShownCode } from "../workers/member_api.ts";
import { failureWords } from "./failing.ts";
import { faultView, focusHeading, focusOn, numberedView, textIn } from "./part.ts";

const ASKED = 2; // words of the code that are typed back

/** Whose sheet it is, as it stands on paper. */
export interface SheetOwner {
  readonly name: string;
  readonly label: string;
  readonly origin: string;
  readonly fingerprint: string;
}

/** What the sheet asks of its surroundings. */
export interface SheetHost {
  readonly remote: Pick<DeskApi, "newRecoveryCode">;
  readonly repaint: () => void;
  readonly owner: SheetOwner;
  /** The sheet is on paper; what it throws is said here. */
  kept(): Promise<void>;
  /** What the last button says, and what is said while it works. */
  readonly done: string;
  readonly working: string;
}

/** Some places of twelve, in order. */
function randomPlaces(): readonly number[] {
  const left = Array.from({ length: 12 }, (_, place) => place);
  const taken = Array.from(crypto.getRandomValues(new Uint8Array(ASKED)), (byte) => left.splice(byte % left.length, 1)[0] ?? 0);
  return taken.sort((one, other) => one - other);
}

/** The step in which it is printed, or copied by hand. */
export class RecoverySheet {
  #code: ShownCode | null = null;
  #checking = false;
  readonly #places = randomPlaces();
  #fault = "";
  #blame = "";
  #busy = false;

  constructor(readonly host: SheetHost) {
    void this.#make();
  }

  get title(): string {
    return this.#checking ? gettext("Is it on paper?") : gettext("Your recovery sheet");
  }

  async #make(): Promise<void> {
    this.#code = await this.host.remote.newRecoveryCode();
    this.host.repaint();
  }

  #show(checking: boolean): void {
    this.#checking = checking;
    this.#fault = "";
    this.host.repaint();
    focusHeading();
  }

  #isRight(place: number, text: string): boolean {
    const given = text.trim().toLowerCase();
    return given !== "" && (given === this.#code?.words[place] || given === this.#code?.groups[place]);
  }

  async #check(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.#busy) return;
    const wrong = this.#places.find((place) => !this.#isRight(place, textIn(event, `sheet-${String(place)}`)));
    if (wrong !== undefined) { this.#refuse(gettext("Word {number} is another one on your sheet.", { number: wrong + 1 }), `sheet-${String(wrong)}`); return; }
    this.#busy = true;
    this.#fault = "";
    this.host.repaint();
    try {
      await this.host.kept();
    } catch (error) {
      this.#refuse(failureWords(error), "");
    }
    this.#busy = false;
    this.host.repaint();
  }

  #refuse(words: string, field: string): void {
    this.#fault = words;
    this.#blame = field;
    this.host.repaint();
    focusOn("sheet-fault");
  }

  view(): TemplateResult {
    return html`<h1 tabindex="-1" class="no-print">${this.title}</h1>${this.#checking ? this.#checkView() : this.#sheetView()}`;
  }

  #sheetView(): TemplateResult {
    const { owner } = this.host;
    return html`<p class="no-print">${gettext("If you lose your passphrase, this code is the only way back to your keys. It is shown now and never again.")}</p>
      <section class="sheet" aria-labelledby="sheet-title">
        <h2 id="sheet-title">${gettext("Recovery sheet")}</h2>
        <dl class="facts"><div><dt>${gettext("For")}</dt><dd><bdi>${owner.label}</bdi></dd></div>
          <div><dt>${gettext("Name to sign in with")}</dt><dd><bdi class="code">${owner.name}</bdi></dd></div>
          <div><dt>${gettext("Address")}</dt><dd><bdi class="code">${location.origin}/desk</bdi></dd></div></dl>
        <h3>${gettext("In words")}</h3>
        ${numberedView("code-words", this.#code?.words ?? [])}
        <h3>${gettext("The same in digits")}</h3>
        ${numberedView("code-groups", this.#code?.groups ?? [])}
        <p class="print-only">${gettext("Either is enough. At the desk choose “I lost my passphrase”. Your second factor is asked for as well.")}</p>
        <p class="print-only">${gettext("Fingerprint of the site:")} <bdi class="digits">${owner.fingerprint}</bdi></p>
      </section>
      <p class="no-print">${gettext("Keep it where you keep your passport: not with this device, and not beside the passphrase. No photograph, no file. A printer at work may keep what it prints: copy the words by hand where you do not trust it.")}</p>
      <div class="actions no-print">
        <button type="button" class="primary" @click=${() => { this.#show(true); }}>${gettext("It is on paper")}</button>
        <button type="button" @click=${() => { print(); }}>${gettext("Print the sheet")}</button>
      </div>`;
  }

  #checkView(): TemplateResult {
    return html`<p>${gettext("Type these words from your sheet, or their four digits.")}</p>
      ${faultView("sheet-fault", this.#fault, this.#blame)}
      <form novalidate @submit=${(event: SubmitEvent) => void this.#check(event)}>
        <div class="field-row">${this.#places.map((place) => {
          const id = `sheet-${String(place)}`;
          return html`<div class="field"><label for=${id}>${gettext("Word {number}", { number: place + 1 })}</label>
            <input id=${id} type="text" class="code" autocomplete="off" autocapitalize="none" spellcheck="false" ?readonly=${this.#busy} aria-invalid=${this.#blame === id && this.#fault !== "" ? "true" : nothing} /></div>`;
        })}</div>
        <div class="actions"><button class="primary" aria-disabled=${this.#busy ? "true" : nothing}>${this.host.done}</button>
          <button type="button" @click=${() => { this.#show(false); }}>${gettext("Show the sheet again")}</button></div>
        <p role="status" class="small">${this.#busy ? this.host.working : ""}</p>
      </form>`;
  }
}
