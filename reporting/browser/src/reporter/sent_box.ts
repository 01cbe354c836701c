/** Sending one thing from a box of the mailbox: pressed once, told how far it is, and what went wrong. */

import type { ShownCase } from "../client/shown.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import type { Followed, Told } from "../workers/reporter_api.ts";
import type { Begun } from "./begun.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import { stepLine } from "./progress.ts";

/** Where the outcome stands, and the line that tells how far it is. */
export interface Sender {
  readonly outcome: HTMLElement;
  readonly steps: HTMLElement;
  /** Sends; `sent` is told of the case as it then stands. What was typed stays where that fails. */
  readonly send: (work: (tell: (told: Told) => void) => Promise<Followed>, sent: (shown: ShownCase) => void) => Promise<void>;
}

/** A sender that locks `field` while it sends, and empties it then. */
export function sender(field: HTMLTextAreaElement, begun: Begun): Sender {
  const outcome = h("div");
  const steps = stepLine();
  let sending = false;
  const send: Sender["send"] = async (work, sent) => {
    if (sending) return;
    sending = true;
    field.readOnly = true;
    fill(outcome);
    try {
      const { shown } = await work((told) => { if (typeof told === "string") steps.tell(told); });
      begun.sent(field);
      sent(shown);
    } catch (error) {
      const box = faultBox(faultWords(error), gettext("What you wrote still stands below."));
      fill(outcome, box);
      focusOn(box);
    } finally {
      sending = false;
      field.readOnly = false;
      steps.say("");
    }
  };
  return { outcome, steps: steps.element, send };
}

/** A field for some words, which stand in it again where they were begun, and its label. */
export function wordsField(id: string, label: string, begun: Begun): { readonly field: HTMLTextAreaElement; readonly parts: readonly HTMLElement[] } {
  const field = h("textarea", { id, rows: 3, dir: "auto", autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-help` });
  begun.keep(field);
  const help = h("p", { id: `${id}-help`, class: "help" }, gettext("It is sealed on this device, like all that you write here."));
  return { field, parts: [h("label", { for: id }, label), field, help] };
}
