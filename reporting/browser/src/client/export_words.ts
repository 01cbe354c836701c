/** A case in words, for people who open an export without this program. */

import { visibleBidi } from "../protocol/encoding.ts";
import { gettext } from "../ui/i18n.ts";
import { aloneWords } from "../ui/found_words.ts";
import { checkInWords, consentWords, measureLines, measureTitle } from "../ui/measure_words.ts";
import { cellWords, factorWords, silenceWords, triggerWords } from "../ui/risk_words.ts";
import type { FileMark } from "../evidence/types.ts";
import type { Author, Clock, Content, Sentence, ShownCase, ShownEntry } from "./shown.ts";

/** What one entry says, with who wrote it and when, as a text file. */
export function entryText(entry: ShownEntry, shown: ShownCase): string {
  const lines = [
    gettext("Case: {case}", { case: shown.case }),
    gettext("Entry: {id}", { id: visibleBidi(entry.id) }),
    gettext("Date: {day}", { day: entry.day }),
    gettext("SHA-256 of the sealed entry: {hash}", { hash: entry.sha256 }),
  ];
  if (entry.author !== null) lines.push(gettext("Written by: {author}", { author: authorWords(entry.author) }));
  if (entry.kind !== "") lines.push(gettext("Kind: {kind}", { kind: visibleBidi(entry.kind) }));
  lines.push(gettext("For: {audience}", { audience: audienceWords(entry.audience) }), "", ...saying(entry));
  if (entry.files.length > 0) {
    lines.push("", gettext("Attached: {names}", { names: entry.files.map(({ name }) => name).join(", ") }));
  }
  return `${lines.join("\n")}\n`;
}

function saying(entry: ShownEntry): string[] {
  if (entry.content !== null) return contentLines(entry.content);
  switch (entry.state) {
    case "removed":
      return [gettext("Removed.")];
    case "cannot-be-opened":
      return [gettext("This entry cannot be opened with the keys of whoever made this export.")];
    default: {
      const reason = entry.reason === null ? "" : gettext(entry.reason.message, entry.reason.values);
      return [gettext("This entry is not authentic; its content is withheld."), ...(reason === "" ? [] : [reason])];
    }
  }
}

function audienceWords(audience: string): string {
  switch (audience) {
    case "team":
      return gettext("the team");
    case "custodian":
      return gettext("the people who keep identities");
    default:
      return gettext("the reporter and the team");
  }
}

function authorWords(author: Author): string {
  if (author.reporter) return gettext("the reporter");
  const values = { label: visibleBidi(author.label), id: author.id };
  switch (author.standing) {
    case "former-member":
      return gettext("{label} ({id}), former member", values);
    case "former-key":
      return gettext("{label} ({id}), former key", values);
    case "other-role":
      return gettext("{label} ({id}), without the role for this", values);
    default:
      return gettext("{label} ({id})", values);
  }
}

function statusLines(content: Extract<Content, { type: "status" }>): string[] {
  return [
    gettext("Status: {status}", { status: content.status }),
    ...(content.finding === "" ? [] : [gettext("Finding: {finding}", { finding: content.finding })]),
    ...(content.outcome === "" ? [] : [gettext("Outcome: {outcome}", { outcome: content.outcome })]),
    ...content.alone.map(aloneWords),
    ...(content.reason === "" ? [] : [content.reason]),
    ...(content.appeal === "" ? [] : [gettext("How to contest it: {appeal}", { appeal: content.appeal })]),
    ...content.clocks.map(clockLine),
  ];
}

function contentLines(content: Content): string[] {
  switch (content.type) {
    case "text":
      return [content.text];
    case "answers":
      return content.answers.flatMap(({ question, answer }) => [visibleBidi(question), ...answer.map((line) => `    ${said(line)}`), ""]);
    case "status":
      return statusLines(content);
    case "answer":
      return [content.accepts ? gettext("The reporter accepts the decision.") : gettext("The reporter contests the decision."), content.text];
    case "proposal":
      if (content.finding !== "") return [gettext("Proposed finding: {finding}", { finding: content.finding }), content.reason];
      return [gettext("Proposed to refuse protection."), content.reason, gettext("How to contest it: {appeal}", { appeal: content.appeal })];
    case "assessment":
      return assessmentLines(content);
    case "self-assessment":
      return [gettext("How the reporter sees the risk:"), ...content.factors.map((factor) => `- ${factorWords(factor)}`), content.text];
    case "measure":
      return [gettext("Measure of protection: {title}", { title: measureTitle(content.signed) }), ...measureLines(content.signed), consentWords(content.signed.consent)];
    case "check-in":
      return [checkInWords(content.signed), content.signed.text];
    case "access":
      return [gettext("{label} was given access.", { label: visibleBidi(content.label) })];
    case "tags":
      return [gettext("Tags: {tags}", { tags: content.tags.join(", ") })];
    case "mark":
      return [gettext("Marked: the file {upload}, {mark}.", { upload: content.upload, mark: markWords(content.mark) })];
    case "request":
      return [gettext("Asked for: {what}", { what: content.request }), content.text];
    case "minutes":
      return [gettext("Minutes: {title}, held on {day}", { title: visibleBidi(content.title), day: content.held }), content.text];
    case "minutes-answer":
      return [content.agrees ? gettext("The reporter agrees to the minutes.") : gettext("The reporter corrects the minutes:"), content.text];
    case "noted":
      return [gettext("A request was dealt with."), content.text];
    case "step":
      return [gettext("Step: {step}, {day}", { step: content.step, day: content.date }), content.text];
    case "removal":
      return [gettext("Removed: the entry with the hash {hash}.", { hash: content.sha256 }), content.reason];
    case "other":
      return [...content.lines];
  }
}

function assessmentLines(content: Extract<Content, { type: "assessment" }>): string[] {
  return [
    gettext("Risk of retaliation: {words}", { words: cellWords(content) }),
    triggerWords(content.trigger),
    ...content.factors.map((factor) => `- ${factorWords(factor)}`),
    gettext("Reasons: {text}", { text: content.reasons }),
    ...(content.plan === "" ? [] : [gettext("Protection plan: {text}", { text: content.plan })]),
    gettext("Where a check-in is not answered: {what}", { what: silenceWords(content.silence) }),
  ];
}

function markWords(mark: FileMark): string {
  switch (mark) {
    case "original-withheld":
      return gettext("original withheld");
    case "translated":
      return gettext("translated");
    case "redacted-copy":
      return gettext("redacted copy");
  }
}

function said(words: string | Sentence): string {
  return typeof words === "string" ? words : gettext(words.message, words.values);
}

function clockLine({ name, due, done }: Clock): string {
  if (done === null) return gettext("{name}: due {due}", { name, due });
  return gettext("{name}: done on {done} (due {due})", { name, due, done });
}

/** What an export is, what it is not, and how its hashes are checked. */
export function readMe(shown: ShownCase, withFiles = false): string {
  const paragraphs = [
    gettext("Export of the case {case}, “{title}”.", { case: shown.case, title: visibleBidi(shown.title) }),
    gettext(
      "This folder is no longer protected. Whoever has it can read everything in “opened”. Keep it where only people who may read the case can reach it, and delete it when you no longer need it.",
    ),
    gettext(
      "“opened” holds what each entry says, as the program of the desk read and verified it. “originals” holds the same entries sealed, exactly as the server stores them. “epochs” holds the signed lists of who held the case. “case.json” holds the facts that the desk shows.",
    ),
    gettext(
      "“grants” holds the keys of the case, sealed to whoever made this export; “directory.txt” and “root.txt” say who was who. With their own key file, the program “reporting open” opens the sealed originals again and verifies them, without the desk.",
    ),
    withFiles
      ? gettext("“files” holds attached files as they were opened and verified. Anybody may have made them: open them on a device without a network.")
      : gettext("Attached files are not part of this export."),
    gettext("Where files are attached, “evidence.csv” and “evidence.json” list them: the SHA-256 of each sealed file as its signed entry names it, marks, and who opened it by the server's word."),
    gettext(
      "To check that nothing here was changed since the export, compute the SHA-256 of each file and compare it with “manifest.json”. On most systems this command does it, inside this folder: sha256sum -c SHA256SUMS",
    ),
    gettext(
      "“manifest.json” also lists, for each entry, the SHA-256 of its sealed original in the form in which later entries of the case name it. Where an entry was removed, only its hash is left.",
    ),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}
