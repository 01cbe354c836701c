/** Single keys, outside of fields: the page's own, and the list of them. They can be switched off. */

import { html } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import { ask, dialogIsOpen } from "./confirm.ts";
import type { Page } from "./page.ts";

const FIELDS = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

/** Whether a key typed there is text. */
function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(FIELDS);
}

/** Listens for keys, and hands them to the page that shows. */
export class Keyboard {
  // In memory alone; WCAG 2.1.4: whoever dictates by voice needs them off.
  #on = true;

  constructor(readonly page: () => Page | null) {}

  start(): void {
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || dialogIsOpen()) return;
      const page = this.page();
      if (page === null) return;
      if (isField(event.target)) {
        // Escape leaves a field; only then do keys mean something else than text.
        if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
        return;
      }
      if (!this.#on && event.key.length === 1) return;
      if (event.key === "?") this.help();
      else if (page.key?.(event) !== true) return;
      event.preventDefault();
    });
  }

  /** Lists the keys of the page that shows. */
  help(): void {
    const keys = [...(this.page()?.keys ?? []), ["?", gettext("this list")] as const];
    const body = html`<dl class="keys">
        ${keys.map(([key, text]) => html`<div><dt>${key.split(" ").map((one) => html`<kbd>${one}</kbd> `)}</dt><dd>${text}</dd></div>`)}
      </dl>
      <label class="choice"><input type="checkbox" name="keys" ?checked=${this.#on} />
        <span>${gettext("Single letters are keys (until the desk is loaded again)")}</span></label>`;
    void ask({ title: gettext("Keys"), body, yes: gettext("Done") }).then((form) => {
      if (form !== null) this.#on = form.has("keys");
    });
  }
}
