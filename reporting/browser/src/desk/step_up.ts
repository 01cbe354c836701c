/** Acts that cannot be taken back ask who is there once more; then the act is done for which it was asked. */

import { type TemplateResult, html, render } from "lit/html.js";

import { N_, ProtocolError } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";
import type { DeskApi } from "../workers/desk_api.ts";
import type { FactorKinds } from "../workers/member_api.ts";
import { RemoteError } from "../workers/rpc.ts";
import { closeDialog, present } from "./confirm.ts";
import { Prover } from "./prover.ts";

/** The person closed the question: nothing was done. */
export class NotProved extends ProtocolError {
  static override readonly called: string = "NotProved";
}

/** Whether an act was refused because its member has to show again who they are. */
export function isStepUpNeeded(error: unknown): boolean {
  return error instanceof RemoteError && error.failure.details["kind"] === "step-up-needed";
}

/** Asks in a dialog; whether the person showed it. */
export function askWho(remote: DeskApi, kinds: FactorKinds): Promise<boolean> {
  closeDialog();
  const dialog = document.createElement("dialog");
  dialog.className = "desk-dialog step-up";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  let proved = false;
  const repaint = (): void => {
    render(view(prover, () => { dialog.close(); }), dialog);
  };
  const prover: Prover = new Prover(kinds, {
    options: () => remote.factorOptions(),
    run: async (proof) => {
      // The vault is open: a passkey's key material is not needed.
      await remote.stepUp("answer" in proof ? { ...proof, answer: null } : proof);
      proved = true;
      dialog.close();
    },
    repaint,
  });
  repaint();
  return present(dialog, () => proved);
}

function view(prover: Prover, close: () => void): TemplateResult {
  return html`<h2 id="dialog-title">${gettext("Show that it is you")}</h2>
    <p>${gettext("This cannot be taken back, so it is asked once more. What you were about to do follows at once.")}</p>
    ${prover.view(html`<button type="button" @click=${close}>${gettext("Cancel")}</button>`)}`;
}

/**
 * The worker's methods, each of which is called again once the person has shown who they are, where it was
 * refused for want of that. `ask` shows the question; several acts at once wait for one answer.
 *
 * The methods throw {@link NotProved} where the person declines.
 */
export function withStepUp(remote: () => DeskApi, ask: () => Promise<boolean>): DeskApi {
  let asked: Promise<boolean> | null = null;
  const once = (): Promise<boolean> => {
    asked ??= ask().finally(() => {
      asked = null;
    });
    return asked;
  };
  type Method = (...parameters: unknown[]) => Promise<unknown>;
  const call = async (name: keyof DeskApi, parameters: unknown[]): Promise<unknown> => {
    const act = (): Promise<unknown> => (remote()[name] as Method)(...parameters);
    try {
      return await act();
    } catch (error) {
      if (!isStepUpNeeded(error)) throw error;
      if (!(await once())) throw new NotProved(N_("Nothing was done: you did not show that it is you."));
      return act();
    }
  };
  return new Proxy({} as DeskApi, {
    get: (_target, name) => (name === "then" ? undefined : (...parameters: unknown[]) => call(name as keyof DeskApi, parameters)),
  });
}
