/** In the inbox: somebody stood in for this member, and what they may still have the keys of needs new ones. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import type { Cover } from "../workers/cover_api.ts";
import type { Context } from "./page.ts";
import { COVER } from "./router.ts";

/** The covers of this member that have ended and are not seen to. By the server's word. */
export class EndedCovers {
  #covers: readonly Cover[] = [];

  constructor(readonly context: Context) {}

  /** Asks the server. What goes wrong is not told: the list of cases tells that the server cannot be reached. */
  async load(): Promise<void> {
    try {
      this.#covers = (await this.context.remote.covers()).filter(({ ended, given }) => ended && given.length > 0);
    } catch {
      return;
    }
    this.context.repaint();
  }

  view(): TemplateResult | typeof nothing {
    if (this.#covers.length === 0) return nothing;
    return html`<div class="first-opening ended-covers">
      ${this.#covers.map(({ label, until }) => html`<p>${gettext("{name} stood in for you, until {day} at most, and may still have the keys of your cases.", { name: label, day: longDay(until) })}</p>`)}
      <p><a href=${COVER}>${gettext("Make new keys")}</a></p>
    </div>`;
  }
}
