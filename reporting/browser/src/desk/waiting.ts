/** Enrolled, and not yet in the directory: what is awaited, and from whom. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, listed } from "../ui/i18n.ts";
import { stepsView } from "./part.ts";
import type { Context, Page } from "./page.ts";
import { ACCOUNT } from "./router.ts";

const EVERY = 30_000; // milliseconds between looks while the page is in sight

/** The page until then. `listed` is called once the directory lists the member. */
export class WaitingPage implements Page {
  #fault = "";
  #said = "";
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly context: Context,
    readonly arrived: () => void,
  ) {}

  get title(): string {
    return gettext("Almost there");
  }

  entered(): void {
    this.#timer = setInterval(() => {
      if (!document.hidden) void this.#look(false);
    }, EVERY);
    requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus());
  }

  left(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  async #look(asked: boolean): Promise<void> {
    try {
      const session = await this.context.remote.lookAgain();
      this.#fault = "";
      this.#said = asked && session.awaiting !== null ? gettext("Not yet.") : "";
      this.context.became(session);
      if (session.awaiting === null) this.arrived();
    } catch (error) {
      const words = this.context.words(error);
      if (words === null) clearInterval(this.#timer);
      else if (asked) this.#fault = words;
    }
    this.context.repaint();
  }

  view(): TemplateResult {
    const { session } = this.context;
    const { awaiting, keys } = session;
    const administrators = awaiting?.administrators ?? [];
    const who = administrators.length === 0 ? gettext("whoever administers the service") : listed(administrators);
    return html`<div class="enroll waiting">
      ${stepsView([gettext("You enroll"), gettext("Your keys are signed"), gettext("You work")], 1)}
      <h1 tabindex="-1">${this.title}</h1>
      <p class="lead-line">${gettext("You are enrolled. Before you can read anything, your keys have to be put into the signed list of colleagues: that is done by {who}.", { who })}</p>
      ${session.listing === "other-keys"
        ? html`<p class="warning">${gettext("The list has other keys under your name: those from before, if you enrolled anew. If you did not, tell {who} by telephone, and nobody else.", { who })}</p>`
        : nothing}
      <section class="compare" aria-labelledby="compare-title"><h2 id="compare-title">${gettext("Read these digits to them")}</h2>
        <p>${gettext("By telephone, or when you meet. They compare them with what they are about to sign, and so know that the keys are yours.")}</p>
        <p class="fingerprint-large"><bdi class="digits">${keys}</bdi></p>
        ${awaiting === null || awaiting.keys === keys
          ? nothing
          : html`<div class="fault" role="alert"><p>${gettext("The server shows other digits for you: {digits}. Somebody may be putting false keys in the place of yours. Tell {who} by telephone, and have nothing signed.", { digits: awaiting.keys, who })}</p></div>`}</section>
      <p>${gettext("This page looks for it by itself. You can also close it, and sign in again later.")}</p>
      ${this.#fault === "" ? nothing : html`<div class="fault" role="alert"><p>${this.#fault}</p></div>`}
      <div class="actions"><button type="button" class="primary" @click=${() => void this.#look(true)}>${gettext("Look now")}</button>
        <span role="status" class="soft">${this.#said}</span></div>
      <p><a href=${ACCOUNT}>${gettext("Your account: second factors, sessions, recovery sheet")}</a></p>
    </div>`;
  }
}
