/** Another passphrase in the place of the present one, which is asked for first. */

import { type TemplateResult, html } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import type { DeskApi, Session } from "../workers/desk_api.ts";
import { failureWords } from "./failing.ts";
import { NewPassphrase } from "./new_passphrase.ts";
import { type Part, faultView, focusHeading, focusOn, textIn } from "./part.ts";

/** What changing it asks of its surroundings. */
export interface ChangeHost {
  readonly remote: DeskApi;
  readonly repaint: () => void;
  readonly name: string;
  back(): void;
  changed(session: Session): void;
}

/** The steps in which it is changed. */
export class ChangePassphrase implements Part {
  #next: NewPassphrase | null = null;
  #fault = "";
  #busy = false;

  constructor(readonly host: ChangeHost) {}

  get title(): string {
    return this.#next?.title ?? gettext("Change the passphrase");
  }

  async #check(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.#busy) return;
    const present = textIn(event, "present");
    if (present === "") { this.#refuse(gettext("Type your passphrase.")); return; }
    this.#busy = true;
    this.#fault = "";
    this.host.repaint();
    try {
      if (await this.host.remote.isPassphrase(present)) this.#toNext();
      else this.#refuse(gettext("This is not your present passphrase."));
    } catch (error) {
      this.#refuse(failureWords(error));
    }
    this.#busy = false;
    this.host.repaint();
  }

  #toNext(): void {
    const { remote, repaint, name } = this.host;
    const next = new NewPassphrase({
      remote,
      repaint,
      name,
      done: gettext("Change the passphrase"),
      chosen: async (passphrase) => {
        const session = await remote.changePassphrase(passphrase);
        next.end();
        this.host.changed(session);
      },
    });
    this.#next = next;
    focusHeading();
  }

  #refuse(words: string): void {
    this.#fault = words;
    this.host.repaint();
    focusOn("present-fault");
  }

  view(): TemplateResult {
    const back = html`<p class="other-way"><button type="button" class="quiet" @click=${() => { this.host.back(); }}>${gettext("Back to your account")}</button></p>`;
    if (this.#next !== null) return html`${this.#next.view()} ${back}`;
    return html`<h1 tabindex="-1">${this.title}</h1>
      <p>${gettext("Passkeys that guard your keys guard the old passphrase: let them guard the new one afterwards, on this page.")}</p>
      ${faultView("present-fault", this.#fault, "present")}
      <form novalidate @submit=${(event: SubmitEvent) => void this.#check(event)}>
        <input type="text" class="visually-hidden" autocomplete="username" tabindex="-1" aria-hidden="true" readonly .value=${this.host.name} />
        <div class="field"><label for="present">${gettext("Present passphrase")}</label>
          <input id="present" type="password" autocomplete="current-password" spellcheck="false" ?readonly=${this.#busy} aria-invalid=${this.#fault === "" ? "false" : "true"} /></div>
        <div class="actions"><button class="primary" aria-disabled=${this.#busy ? "true" : "false"}>${gettext("Continue")}</button></div>
        <p role="status" class="small">${this.#busy ? gettext("Checking …") : ""}</p>
      </form> ${back}`;
  }
}
