/** Everything that is about to be sent, in words, to be looked over. */

import { type Child, h } from "../ui/dom.ts";
import { gettext, language, listed, ngettext } from "../ui/i18n.ts";
import type { Opened, Writing } from "../workers/reporter_api.ts";
import type { Written } from "./fields.ts";
import { roleNote } from "./shutting_out.ts";
import { button } from "./steps.ts";

/** What a review shows. */
export interface Reviewed {
  readonly written: readonly Written[];
  readonly writing: Writing;
  /** Null while the site is still being checked. */
  readonly opened: Opened | null;
  /** `report` or `protection`: which role on the channel the report is sealed to. */
  readonly kind: string;
  /** The files in words, where there are any. */
  readonly files: HTMLElement | undefined;
}

/** What its buttons do. */
export interface ReviewActions {
  /** Back to a question, to change its answer; null: to the last step. */
  readonly change: (id: string | null) => void;
  /** To the files. */
  readonly files: () => void;
  readonly send: () => void;
  readonly saveDraft: () => void;
}

/** The review, with `code` between answers and buttons: which receipt code the report is to be under. */
export function review(reviewed: Reviewed, code: HTMLElement, actions: ReviewActions): HTMLElement {
  const { written, writing } = reviewed;
  const answers = written.filter(({ type, answer }) => type !== "exclude" && answer.length > 0);
  const left = written.filter(({ type, answer }) => type !== "exclude" && answer.length === 0).length;
  return h(
    "section",
    { class: "review", "aria-labelledby": "review-title" },
    h("h2", { id: "review-title" }, gettext("Look it over, then send")),
    answersIn(answers, actions),
    left > 0 && h("p", { class: "soft" }, ngettext("One question is not answered. That is all right.", "{number} questions are not answered. That is all right.", left)),
    filesPart(reviewed, actions),
    readers(reviewed, actions),
    identity(writing, actions),
    code,
    h(
      "div",
      { class: "actions" },
      button(gettext("Seal and send"), "primary send", actions.send),
      button(gettext("Back"), "go-back", () => { actions.change(null); }),
      button(gettext("Save as a sealed file, to go on later"), "quiet save-draft", actions.saveDraft),
    ),
  );
}

function answersIn(answers: readonly Written[], actions: ReviewActions): Child {
  const sections = [...new Set(answers.map(({ section }) => section))];
  return sections.map((section) => [
    h("h3", {}, section),
    h("div", { class: "answers" }, answers.filter((one) => one.section === section).map((one) => answerRow(one, actions))),
  ]);
}

// Translation services of browsers would send what was written to their makers.
function answerRow({ id, question, answer }: Written, actions: ReviewActions): HTMLElement {
  return h(
    "div",
    { class: "answer" },
    h("h4", { id: `review-${id}` }, question),
    h("div", { class: "answer-text", translate: "no" }, answer.map((text) => h("p", { dir: "auto" }, text))),
    changeButton(question, () => { actions.change(id); }),
  );
}

function changeButton(question: string, act: () => void): HTMLElement {
  const change = button(gettext("Change"), "quiet change", act);
  change.setAttribute("aria-label", gettext("Change: {question}", { question }));
  return change;
}

/** Ids and labels of those who are listed for it, less the excluded. */
function readersOf({ opened, kind, writing }: Reviewed): string[] {
  const roles = [kind === "protection" ? "protection" : "intake", "break_glass"];
  const listed = opened?.excludable.filter((one) => one.roles.some((role) => roles.includes(role))) ?? [];
  return listed.filter(({ id }) => !writing.excluded.includes(id)).map(({ label, roles: held }) => {
    const note = roleNote(held);
    return note === null ? label : gettext("{name} ({note})", { name: label, note });
  });
}

function filesPart({ files }: Reviewed, actions: ReviewActions): HTMLElement {
  const change = changeButton(gettext("Files"), actions.files);
  return h("section", { class: "answer review-files", "aria-labelledby": "review-files" }, h("h3", { id: "review-files" }, gettext("Files")), h("div", { class: "answer-text" }, files ?? h("p", {}, gettext("None."))), change);
}

function readers(reviewed: Reviewed, actions: ReviewActions): HTMLElement | null {
  const { written, writing, opened } = reviewed;
  const exclusion = written.find(({ type }) => type === "exclude");
  if (exclusion === undefined) return null;
  const able = readersOf(reviewed);
  return h(
    "section",
    { class: "readers", "aria-labelledby": "readers-title" },
    h("h3", { id: "readers-title" }, gettext("Who can open it")),
    opened !== null && h("p", {}, gettext("It is sealed to: {names}.", { names: listed(able) }), " ", gettext("They can pass it to others on this channel, but not to anybody whom you shut out.")),
    h("p", { class: "shut-out" }, writing.excluded.length === 0 ? gettext("Nobody is shut out.") : gettext("Shut out: {names}.", { names: listed(exclusion.answer) })),
    h("p", {}, h("a", { href: `/${language}/how#exclusion` }, gettext("What shutting out cannot do"))),
    h("p", {}, button(writing.excluded.length === 0 ? gettext("Shut somebody out") : gettext("Change who is shut out"), "change", () => { actions.change(exclusion.id); })),
  );
}


function identity({ identity: given }: Writing, actions: ReviewActions): HTMLElement | null {
  if (given === null) return null;
  const texts = Object.values(given).filter((one) => typeof one === "string");
  return h(
    "section",
    { class: "answer", "aria-labelledby": "review-identity" },
    h("h3", { id: "review-identity" }, gettext("Who you are, sealed apart for the custodians")),
    h("div", { class: "answer-text", translate: "no" }, texts.map((text) => h("p", { dir: "auto" }, text))),
    changeButton(gettext("Who you are"), () => { actions.change("identity"); }),
  );
}
