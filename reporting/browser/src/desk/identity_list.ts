/** A custodian's list: who asks for an identity, and what waits for a decision. By the server's word; nothing is opened. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import type { CustodyLine } from "../workers/identity_api.ts";
import { requestStateWords } from "./identity_view.ts";
import type { Context, Page } from "./page.ts";
import { identityAddress } from "./router.ts";

/** The page of all requests. */
export class IdentitiesPage implements Page {
  #found: readonly CustodyLine[] | null = null;
  #fault = "";

  constructor(readonly context: Context) {}

  get title(): string {
    return gettext("Identities");
  }

  entered(): void {
    void this.#load();
    requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus());
  }

  async #load(): Promise<void> {
    this.#fault = "";
    this.context.repaint();
    try {
      this.#found = await this.context.remote.custodyList();
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
    }
    this.context.repaint();
  }

  view(): TemplateResult {
    return html`<div class="overview identities">
      <h1 tabindex="-1">${this.title}</h1>
      <p class="lead-line">${gettext("You keep what reporters have said about themselves. It opens only for a request with reasons, once enough custodians have approved.")}</p>
      ${this.#fault === ""
        ? nothing
        : html`<div class="fault" role="alert"><p>${this.#fault}</p><button type="button" @click=${() => void this.#load()}>${gettext("Try again")}</button></div>`}
      ${this.#found === null ? html`<p role="status">${this.#fault === "" ? gettext("Loading the requests …") : ""}</p>` : listView(this.#found)}
    </div>`;
  }
}

function listView(lines: readonly CustodyLine[]): TemplateResult {
  const waits = lines.filter(isAwaited);
  const others = lines.filter((line) => !waits.includes(line));
  return html`<section aria-labelledby="awaited-title"><h2 id="awaited-title">${gettext("Waiting for you")}</h2>
      ${waits.length === 0 ? html`<div class="empty"><p>${gettext("Nothing waits for you. Nobody sees an identity while you need not decide.")}</p></div>` : linesView(waits)}</section>
    ${others.length === 0 ? nothing : html`<section aria-labelledby="others-title"><h2 id="others-title">${gettext("Other requests")}</h2>${linesView(others)}</section>`}
    <p class="small soft">${gettext("This list is the server's word. What a request says, and who approved it, is checked on this device when you open it.")}</p>`;
}

/** Whether this custodian can do something about it: decide, or open what is approved. */
function isAwaited({ state, mine }: CustodyLine): boolean {
  return state === "approved" || (state === "requested" && mine === null);
}

function linesView(lines: readonly CustodyLine[]): TemplateResult {
  return html`<ul class="identity-list">${lines.map(
    ({ case: id, title, by, day, state, mine }) => html`<li data-state=${state}>
      <a href=${identityAddress(id)}>${gettext("Case")} <span class="code">${id.slice(0, 8)}</span></a> <bdi>${title}</bdi>
      <span class="small">${gettext("asked by {name}", { name: by })}, <time datetime=${day}>${longDay(day)}</time></span>
      <strong class="small">${requestStateWords(state)}</strong>
      ${mine === null ? nothing : html`<span class="small soft">${mine === "approve" ? gettext("You approved.") : gettext("You refused.")}</span>`}
    </li>`,
  )}</ul>`;
}
