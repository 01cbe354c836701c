/** Accepting or contesting what was decided on one's protection, in the mailbox. */

import type { ShownCase } from "../client/shown.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import type { MailboxApi } from "../workers/reporter_api.ts";
import type { Begun } from "./begun.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import { stepLine } from "./progress.ts";

/** What the box asks of the worker. */
export type Answerer = Pick<MailboxApi, "answer">;

/**
 * The box to answer the last decision of `shown`, whatever followed it; null where there is none, or it was contested.
 * `answered` is told of the case as it stands then.
 */
export function decisionBox(shown: ShownCase, remote: Answerer, answered: (shown: ShownCase) => void, begun: Begun): HTMLElement | null {
  const { decision } = shown;
  if (decision === null || shown.closed !== null) return null;
  const last = lastAnswer(shown, decision.entry);
  if (last === false) return null;
  const id = `answer-${shown.case.slice(0, 12)}`;
  const field = h("textarea", { id, rows: 3, dir: "auto", autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-help` });
  begun.keep(field);
  const outcome = h("div");
  const steps = stepLine();
  let sending = false;
  const send = async (accepts: boolean): Promise<void> => {
    if (sending) return;
    sending = true;
    field.readOnly = true;
    fill(outcome);
    try {
      const { shown: now } = await remote.answer(shown.case, decision.entry, accepts, field.value, (told) => { if (typeof told === "string") steps.tell(told); });
      begun.sent(field);
      answered(now);
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
  const button = (words: string, accepts: boolean): HTMLElement => h("button", { type: "button", onclick: () => void send(accepts) }, words);
  return h(
    "section",
    { class: "decision no-print", "aria-labelledby": `${id}-title` },
    h("h4", { id: `${id}-title` }, gettext("Your answer to the decision")),
    h("p", {}, last === true ? gettext("You accept the decision. You can still contest it.") : gettext("You can accept the decision or contest it. If you contest it, it is looked at again. You do not have to answer.")),
    outcome,
    h("label", { for: id }, gettext("Why, if you want to say it")),
    field,
    h("p", { id: `${id}-help`, class: "help" }, gettext("It is sealed on this device, like all that you write here.")),
    steps.element,
    h("p", { class: "actions" }, last === null && button(gettext("I accept the decision"), true), button(gettext("I contest the decision"), false)),
  );
}

/** Whether the reporter last accepted the decision; null where they have not answered. */
function lastAnswer(shown: ShownCase, decision: string): boolean | null {
  const answers = shown.entries.flatMap(({ content }) => (content?.type === "answer" && content.decision === decision ? [content.accepts] : []));
  return answers.at(-1) ?? null;
}
