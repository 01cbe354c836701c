/** Why nobody concerned was heard: a note for the team, beside the status that holds a report to be true. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import type { OpenCase } from "./case_context.ts";
import { wordsView } from "./report_view.ts";

/** Sends the note once the status stands, for a status may be refused; what did not go out can be sent again. */
export class UnheardNote {
  #waiting = "";
  #fault = "";

  constructor(readonly open: OpenCase) {}

  /** What has yet to be sent. */
  get waiting(): string {
    return this.#waiting;
  }

  /** Sends it, and says `done`. */
  async send(text: string, done: string): Promise<void> {
    this.#waiting = text;
    const fault = await this.open.act((remote, id) => remote.note(id, text, [], () => undefined), done);
    this.#fault = fault ?? "";
    if (fault === null) this.#waiting = "";
    this.open.context.repaint();
  }

  view(): TemplateResult | typeof nothing {
    const text = this.#waiting;
    if (text === "" || this.open.busy) return nothing;
    const again = (): void => void this.send(text, gettext("The team can read why nobody was heard."));
    return html`<div class="warning no-print" role="alert"><p>${gettext("The status was sent, but not your note why nobody was heard:")}</p>${wordsView(text)}
      <p>${this.#fault}</p><button type="button" @click=${again}>${gettext("Send the note again")}</button></div>`;
  }
}
