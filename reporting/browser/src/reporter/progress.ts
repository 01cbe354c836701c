/** How far an action of the worker is, in words, while a person waits. */

import { N_ } from "../protocol/errors.ts";
import { h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import type { Step } from "../workers/reporter_api.ts";

const STEPS: Readonly<Record<Step, string>> = {
  sealing: N_("Sealing on your device …"),
  working: N_("Solving the small task that keeps floods away …"),
  sending: N_("Waiting for the server …"),
  waiting: N_("The server did not answer yet. Trying again in a moment …"),
  checking: N_("Checking what came back …"),
  "directory-changed": N_("The list of recipients has changed. Sealing anew …"),
};

/** What is told of a step. */
export function stepWords(step: Step): string {
  return gettext(STEPS[step]);
}

/** A line that tells how far an action is, to eyes and to screen readers; empty while nothing runs. */
export interface StepLine {
  readonly element: HTMLElement;
  readonly tell: (step: Step) => void;
  /** Shows other words with a moving bar, or, for an empty text, nothing. */
  say(words: string): void;
}

/** A line for the steps of one action. */
export function stepLine(): StepLine {
  const bar = h("progress", { hidden: true, "aria-hidden": "true" });
  const words = h("p", { class: "step", role: "status" });
  const say = (text: string): void => {
    bar.hidden = text === "";
    words.textContent = text;
  };
  return {
    element: h("div", { class: "step-line" }, words, bar),
    say,
    tell: (step) => {
      say(stepWords(step));
    },
  };
}
