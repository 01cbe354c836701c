/** Asking for something in a case: to withdraw, no acknowledgement, a meeting, a call, or in other words. */

import type { ShownCase } from "../client/shown.ts";
import { REQUESTS, type Request } from "../protocol/rights.ts";
import { N_ } from "../protocol/errors.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { requestWords } from "../ui/right_words.ts";
import type { MailboxApi } from "../workers/reporter_api.ts";
import type { Begun } from "./begun.ts";
import { sender, wordsField } from "./sent_box.ts";

/** What the box asks of the worker. */
export type Asker = Pick<MailboxApi, "ask">;

const MEANINGS: Readonly<Record<Request, string>> = {
  withdraw: N_("Say that you take it back. Nothing that you sent is deleted by that. Where the law obliges the office, or others are in danger, it has to go on with what it knows. You stay protected, and you can still write here."),
  "no-acknowledgement": N_("Say that you do not want to be told that it arrived, for example because somebody might see it. What you read here is not sent to you anywhere else."),
  meeting: N_("Ask to speak with somebody in person. Say where and when you would feel safe, and whom you do not want to meet. You do not have to say who you are before."),
  call: N_("Ask for a call. Say how and when you can be reached safely. A number can tell who you are: give one only if you want that."),
  other: N_("Say what you need: to see what was written about you, more time, another person, or anything else."),
};

/** The box, folded; `asked` is told of the case as it stands once something was sent. */
export function askBox({ case: caseId, closed }: ShownCase, remote: Asker, asked: (shown: ShownCase) => void, begun: Begun): HTMLElement | null {
  if (closed !== null) return null;
  const id = `ask-${caseId.slice(0, 12)}`;
  const { field, parts } = wordsField(`${id}-text`, gettext("In your words, if you want"), begun);
  const { outcome, steps, send } = sender(field, begun);
  const meaning = h("p", { class: "note", role: "status" });
  const sure = h("input", { type: "checkbox", id: `${id}-sure`, autocomplete: "off" });
  const confirm = h("p", { class: "choice", hidden: true }, sure, " ", h("label", { for: sure.id }, gettext("I want to withdraw the report.")));
  let chosen: Request | null = null;
  const choose = (request: Request): void => {
    chosen = request;
    begun.choose(field, request);
    meaning.textContent = gettext(MEANINGS[request]);
    confirm.hidden = request !== "withdraw";
  };
  const refuse = (words: string): void => {
    const box = h("p", { class: "field-error", role: "alert", tabindex: "-1" }, words);
    fill(outcome, box);
    focusOn(box);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (chosen === null) { refuse(gettext("Choose what you ask for.")); return; }
    if (chosen === "withdraw" && !sure.checked) { refuse(gettext("Tick that you want to withdraw the report.")); return; }
    if (chosen === "other" && field.value.trim() === "") { refuse(gettext("Say what you ask for.")); return; }
    const request = chosen;
    void send((tell) => remote.ask(caseId, request, field.value, tell), (shown) => {
      sure.checked = false;
      asked(shown);
      const done = h("p", { class: "done", role: "status", tabindex: "-1" }, gettext("Sent. Whoever holds your case sees it first when they open it."));
      fill(outcome, done);
      focusOn(done);
    });
  };
  const before = REQUESTS.find((request) => request === begun.chosen(field)) ?? null;
  const choices = REQUESTS.map((request) => choiceOf(id, request, choose, request === before));
  if (before !== null) choose(before);
  const form = h(
    "form",
    { autocomplete: "off", novalidate: true, onsubmit: submit },
    h("fieldset", {}, h("legend", {}, gettext("What you ask for")), choices),
    meaning,
    confirm,
    parts,
    outcome,
    steps,
    h("p", { class: "actions" }, h("button", { type: "submit" }, gettext("Send this request"))),
  );
  return h("details", { class: "ask no-print", open: begun.has(field) }, h("summary", {}, gettext("Ask for something")), form);
}

function choiceOf(id: string, request: Request, choose: (request: Request) => void, checked: boolean): HTMLElement {
  const input = h("input", { type: "radio", name: id, id: `${id}-${request}`, autocomplete: "off", checked, onchange: () => { choose(request); } });
  return h("p", { class: "choice" }, input, " ", h("label", { for: input.id }, requestWords(request)));
}
