/** How the chronology of a mailbox is worded, on the page and in a dossier alike. */

import type { Answered, Content, ShownEntry } from "../client/shown.ts";
import type { Measure } from "../protocol/measures.ts";
import { longDay } from "../ui/dates.ts";
import { gettext, language } from "../ui/i18n.ts";
import { foundWords } from "../ui/found_words.ts";
import { checkInWords, measureStateWords, measureTitle } from "../ui/measure_words.ts";
import { factorWords } from "../ui/risk_words.ts";
import { outcomeWords, statusTitle } from "../ui/status_words.ts";
import { kindWords, sentenceWords } from "../ui/words.ts";
import type { Happening } from "./chronology.ts";

const WHOLE_DAY = "2026-03-14".length;
const MONTH = "2026-03".length;
/** The question of a claim that says which forms it took. */
const FORMS = "forms";

/** What happened, in a few words. */
export function titleOf({ kind, by, entry }: Pick<Happening, "kind" | "by" | "entry">): string {
  if (kind === "report") return gettext("Report sent");
  if (kind === "incident") return gettext("Incident that was told of");
  if (kind === "message") return by === "reporter" ? gettext("Message sent") : gettext("Message from the office");
  if (entry.content?.type === "status") return gettext("Status: {status}", { status: standingWords(entry.content) });
  if (entry.content?.type === "measure") return measureWords(entry.content.signed);
  if (entry.content?.type === "check-in") return checkInWords(entry.content.signed);
  if (entry.content?.type === "self-assessment") return gettext("How the reporter sees the risk, as they shared it");
  if (entry.content?.type === "removal") return gettext("Something was removed");
  return kindWords(kind);
}

function measureWords(signed: Measure): string {
  return gettext("Measure of protection: {title}, {state}", { title: measureTitle(signed), state: measureStateWords(signed.state) });
}

/** A status, with the outcome of a decision, or what was found. */
function standingWords({ status, outcome, finding }: Extract<Content, { type: "status" }>): string {
  const more = outcome !== "" ? outcomeWords(outcome) : finding !== "" ? foundWords(finding) : "";
  return more === "" ? statusTitle(status) : `${statusTitle(status)}: ${more}`;
}

/** A day, month or year, and where it took longer its end. */
export function whenWords({ day, until }: Pick<Happening, "day" | "until">): string {
  if (until === "") return dateWords(day);
  return gettext("{from} to {to}", { from: dateWords(day), to: dateWords(until) });
}

function dateWords(day: string): string {
  if (day.length === WHOLE_DAY) return longDay(day);
  const month = day.length === MONTH ? ({ month: "long" } as const) : {};
  const format = new Intl.DateTimeFormat(language, { year: "numeric", ...month, timeZone: "UTC", calendar: "gregory" });
  return format.format(new Date(day.length === MONTH ? `${day}-01T00:00:00Z` : `${day}-01-01T00:00:00Z`));
}

/** `12 days after the first report`; empty where no day is known. */
export function intervalWords(days: number | null): string {
  if (days === null) return "";
  if (days === 0) return gettext("on the day of the first report");
  const counted = new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" }).format(Math.abs(days));
  return days > 0 ? gettext("{days} after the first report", { days: counted }) : gettext("{days} before the first report", { days: counted });
}

/** What an entry says, a paragraph each: its text, the reason of a status, answers under their questions. */
export function saidIn({ kind, entry }: Pick<Happening, "kind" | "entry">): string[] {
  const { content } = entry;
  if (content === null) return [];
  if (kind === "incident") return content.type === "answers" ? answerOf(content.answers, FORMS) : [];
  return wordsOf(content);
}

function wordsOf(content: Content): string[] {
  switch (content.type) {
    case "text":
      return [content.text];
    case "minutes":
      return [content.title, content.text].filter((text) => text !== "");
    case "answer":
    case "request":
    case "minutes-answer":
      return content.text === "" ? [] : [content.text];
    case "status":
      return [content.reason, content.appeal].filter((text) => text !== "");
    case "removal":
      return content.reason === "" ? [] : [content.reason];
    case "measure":
      return [content.signed.text, content.signed.effect, content.signed.reason].filter((text) => text !== "");
    case "self-assessment":
      return [...content.factors.map(factorWords), content.text].filter((text) => text !== "");
    case "check-in":
      return content.signed.text === "" ? [] : [content.signed.text];
    case "answers":
      return content.answers.map((one) => `${one.question}\n${linesOf(one).join("\n")}`);
    case "other":
      return [...content.lines];
    default:
      return [];
  }
}

function answerOf(answers: readonly Answered[], id: string): string[] {
  return answers.filter((one) => one.id === id).flatMap(linesOf);
}

function linesOf({ answer }: Answered): string[] {
  return answer.map((item) => (typeof item === "string" ? item : sentenceWords(item)));
}

/** Who can prove that it was so. */
export function proofWords({ by, kind, entry }: Happening, signed: boolean): string {
  if (signed) return gettext("The words are signed by {author}.", { author: nameOf(entry) });
  if (by === "office") return gettext("From {author}, by the word of whoever made this.", { author: nameOf(entry) });
  if (kind === "incident" || entry.acknowledged === null) return gettext("By the word of whoever made this.");
  return gettext("The site signed for receiving it, sealed, on this day.");
}

function nameOf({ author }: ShownEntry): string {
  return author === null || author.label === "" ? (author?.id ?? "") : author.label;
}
