/** Dialogs: a question before something that cannot be taken back, and plain information. */

import { type TemplateResult, html, nothing, render } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";

/** What is asked. */
export interface Question {
  readonly title: string;
  readonly body: TemplateResult | string;
  /** What the button says that does it; without it there is nothing to be done but to close. */
  readonly yes?: string;
  readonly danger?: boolean;
}

let open: HTMLDialogElement | null = null;

/** Closes a dialog that is open, as if it had been declined. */
export function closeDialog(): void {
  open?.close("no");
  open?.replaceChildren();
}

/** Whether a dialog is open: keys belong to it then. */
export function dialogIsOpen(): boolean {
  return open !== null;
}

/** Asks, and answers with the form of the dialog where the person said yes; null where they did not. */
export function ask(question: Question): Promise<FormData | null> {
  closeDialog();
  const dialog = document.createElement("dialog");
  dialog.className = "desk-dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  render(content(question), dialog);
  return present(dialog, () => {
    const form = dialog.querySelector("form");
    return dialog.returnValue === "yes" && form !== null ? new FormData(form) : null;
  });
}

/** Shows a dialog until it is closed, by a lock too, and answers with what is then read from it. */
export function present<T>(dialog: HTMLDialogElement, read: () => T): Promise<T> {
  document.body.append(dialog);
  open = dialog;
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const answer = read();
      if (open === dialog) open = null;
      dialog.remove();
      resolve(answer);
    });
  });
}

function content({ title, body, yes, danger }: Question): TemplateResult {
  const no = yes === undefined ? gettext("Close") : gettext("Cancel");
  return html`<form method="dialog">
    <h2 id="dialog-title">${title}</h2>
    <div class="dialog-body">${typeof body === "string" ? html`<p>${body}</p>` : body}</div>
    <div class="actions">
      ${yes === undefined ? nothing : html`<button value="yes" class=${danger === true ? "danger" : "primary"}>${yes}</button>`}
      <button value="no" formnovalidate ?autofocus=${danger === true || yes === undefined}>${no}</button>
    </div>
  </form>`;
}
