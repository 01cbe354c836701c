/** What was written back and forth in a case, oldest first. Texts of people stay text, in their own direction. */

import type { ShownFile } from "../evidence/types.ts";
import type { Answered, Content, ShownCase, ShownEntry } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { type Child, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { checkInWords, measureLines, measureTitle } from "../ui/measure_words.ts";
import { factorWords } from "../ui/risk_words.ts";
import { requestWords } from "../ui/right_words.ts";
import { statusTitle } from "../ui/status_words.ts";
import { authorWords, kindWords, removedWords, sentenceWords, stateAdvice, stateWords } from "../ui/words.ts";
import { saveFile } from "../ui/keeping.ts";

/** A file of an entry as it is offered. */
export type FileView = (file: ShownFile) => HTMLElement;

/** The conversation of a case, as its reporter may see it; `fileView` shows a file. */
export function conversation(shown: ShownCase, fileView: FileView): HTMLElement {
  const shownEntries = shown.entries.filter((entry) => entry.audience === "reporter");
  if (shownEntries.length === 0) return h("p", { class: "soft" }, gettext("Nothing of this case can be shown."));
  const written = shownEntries.filter((entry) => entry.content?.type !== "status");
  return h(
    "ol",
    { class: "conversation", role: "list" },
    shownEntries.map((entry) => h("li", {}, entryView(entry, written.length === 1, fileView))),
  );
}

function entryView(entry: ShownEntry, alone: boolean, fileView: FileView): HTMLElement {
  const { author, content } = entry;
  if (author === null || content === null) return withheldView(entry);
  if (content.type === "status") return statusLine(entry, content.status);
  const body = contentView(content);
  const long = content.type === "answers";
  return h(
    "article",
    { class: author.mine ? "letter letter-mine" : "letter" },
    h("h4", { class: "letter-head" }, h("span", { class: "letter-author", dir: "auto" }, firstLetterLarge(authorWords(author))), " ", h("span", { class: "letter-facts" }, factsOf(entry))),
    long ? h("details", { open: alone }, h("summary", {}, gettext("What was reported")), body) : body,
    filesOf(entry, fileView),
    acknowledgedView(entry),
  );
}

function filesOf({ author, files }: ShownEntry, fileView: FileView): Child {
  if (files.length === 0) return null;
  return [
    h("ul", { class: "received-files", role: "list" }, files.map((file) => h("li", {}, fileView(file)))),
    author?.mine !== true && h("p", { class: "help" }, gettext("A saved file stays on this device and among its downloads, even after this page is wiped. Open it only if you trust who sent it, best without a connection.")),
  ];
}

function factsOf(entry: ShownEntry): string {
  if (entry.kind === "message") return longDay(entry.day);
  return gettext("{kind}, {day}", { kind: kindWords(entry.kind), day: longDay(entry.day) });
}

/** A status in the conversation: one line, so that what was said before and after it can be told. */
function statusLine(entry: ShownEntry, status: string): HTMLElement {
  return h("p", { class: "status-line" }, h("strong", {}, statusTitle(status)), " ", h("span", {}, longDay(entry.day)));
}

/** An entry as a fact alone: what it said is withheld, or gone. */
function withheldView(entry: ShownEntry): HTMLElement {
  const { state, reason } = entry;
  const fact = gettext("An entry of {day} (by the server's word): {state}", { day: longDay(entry.day), state: stateWords(state) });
  return h(
    "article",
    { class: "letter letter-withheld" },
    h("h4", { class: "letter-head" }, fact),
    state === "not-authentic" && reason !== null && h("p", {}, sentenceWords(reason)),
    h("p", { dir: "auto" }, entry.removed === null ? stateAdvice(state) : removedWords(entry.removed)),
  );
}

/** Words of a person, as they wrote them: their lines, their direction. */
function saidText(text: string): HTMLElement {
  return h("p", { class: "said-text", dir: "auto", translate: "no" }, text);
}

function contentView(content: Content): Child {
  switch (content.type) {
    case "text":
      return saidText(content.text);
    case "answers":
      return h("dl", { class: "answers" }, content.answers.map(answered));
    case "answer":
      return [h("p", {}, content.accepts ? gettext("You accept the decision.") : gettext("You contest the decision.")), content.text !== "" && saidText(content.text)];
    case "self-assessment":
      return [
        h("p", {}, gettext("You shared how you see your risk:")),
        h("ul", {}, content.factors.map((factor) => h("li", {}, factorWords(factor)))),
        content.text !== "" && saidText(content.text),
      ];
    case "proposal":
    case "assessment":
      return saidText(content.type === "proposal" ? content.reason : content.reasons); // for the team alone: a reporter is sent none
    case "measure":
      return [h("p", {}, gettext("Measure of protection:"), " ", h("strong", { dir: "auto" }, measureTitle(content.signed))), measureLines(content.signed).map(saidText)];
    case "check-in":
      return [h("p", {}, checkInWords(content.signed)), content.signed.text !== "" && saidText(content.signed.text)];
    case "request":
      return [h("p", {}, gettext("You asked for: {what}", { what: requestWords(content.request) })), content.text !== "" && saidText(content.text)];
    case "minutes":
      return minutesView(content);
    case "minutes-answer":
      return [h("p", {}, content.agrees ? gettext("You agree to the minutes.") : gettext("You correct the minutes:")), content.text !== "" && saidText(content.text)];
    case "noted":
    case "step":
      return saidText(content.text); // for the team alone: a reporter is sent none
    case "removal":
      return [h("p", {}, gettext("Something of this case was removed because it does not belong here. It cannot be brought back.")), content.reason !== "" && saidText(content.reason)];
    case "status":
      return h("p", {}, statusTitle(content.status));
    case "access":
      return h("p", {}, gettext("“{member}” was given access.", { member: content.label }));
    case "mark":
      return saidText(content.upload); // for the team alone: a reporter is sent none
    case "tags":
      return saidText(content.tags.join(", "));
    case "classified":
    case "translation":
      return null; // for the team alone: a reporter is sent none
    case "other":
      return content.lines.map(saidText);
  }
}

/** Minutes as they were written, and of what. */
export function minutesView({ title, held, text, of }: Extract<Content, { type: "minutes" }>): Child {
  return [
    h("p", {}, h("strong", { dir: "auto", translate: "no" }, title), " ", gettext("Held on {day}.", { day: longDay(held) }), of !== null && [" ", gettext("These replace an earlier version.")]),
    saidText(text),
  ];
}

function answered({ question, answer }: Answered): Child {
  const words = answer.map((item) => (typeof item === "string" ? item : sentenceWords(item)));
  return [h("dt", { dir: "auto" }, question), h("dd", {}, words.map(saidText))];
}

function acknowledgedView({ acknowledged }: ShownEntry): HTMLElement | null {
  if (acknowledged === null) return null;
  const said = gettext("The site signed for receiving this on {day}.", { day: longDay(acknowledged.day) });
  return h("p", { class: "signed" }, h("span", {}, said), " ", acknowledgementButton(acknowledged.day, acknowledged.note));
}

/** A button that saves a signed acknowledgement as a file. */
export function acknowledgementButton(day: string, note: string): HTMLElement {
  const save = (): void => {
    saveFile(`acknowledgement-${day}.txt`, note, "text/plain;charset=utf-8");
  };
  return h("button", { type: "button", class: "quiet", onclick: save }, gettext("Save the acknowledgement"));
}

function firstLetterLarge(text: string): string {
  const [first = ""] = text;
  return first.toLocaleUpperCase() + text.slice(first.length);
}
