/** How a case stands: a timeline of what was signed, and of deadlines still to come. */

import type { Clock, ShownCase, ShownEntry } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { type Child, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { aloneWords, foundMeaning, foundWords } from "../ui/found_words.ts";
import { outcomeWords, statusMeaning, statusTitle, statusWords } from "../ui/status_words.ts";
import { authorWords, clockState, clockWords } from "../ui/words.ts";
import { elsewhere } from "./elsewhere.ts";

/** The timeline of a case, as its reporter sees it on the day `now`. */
export function timeline(shown: ShownCase, now: string): HTMLElement {
  const signed = shown.entries.filter((entry) => entry.content?.type === "status");
  const marks = [receivedMark(shown, signed.length === 0), ...signed.map((entry) => statusMark(entry, shown.kind, entry === signed.at(-1)))];
  return h(
    "div",
    {},
    h("ol", { class: "course", role: "list" }, marks, waivedMarks(shown, now), openClocks(shown).map((clock) => clockMark(clock, now))),
    elsewhere(shown, openClocks(shown), now),
    shown.otherStatuses.length > 0 &&
      h("p", { class: "note" }, gettext("Two people signed for how this case stands without knowing of each other. The later one counts; both are shown.")),
    shown.statusMayBeOlder && h("p", { class: "note" }, gettext("Something that was written after this was removed. It could have been a newer status: if you are not sure, ask.")),
    serversWord(shown, now),
  );
}

function mark(kind: string, title: string, current: boolean, ...more: readonly Child[]): HTMLElement {
  const label = h("strong", { class: "mark-title" }, title);
  return h("li", { class: `mark mark-${kind}`, "aria-current": current ? "step" : null }, label, more);
}

function detail(text: string): HTMLElement {
  return h("p", { class: "mark-detail" }, text);
}

/** The beginning: signed for by the site where its acknowledgement holds, else the server's word. */
function receivedMark(shown: ShownCase, current: boolean): HTMLElement {
  const first = shown.entries.find((entry) => entry.kind === "report" && entry.author?.mine === true);
  const day = first?.acknowledged?.day;
  const how =
    day === undefined
      ? gettext("Received on {day} by the server's word.", { day: longDay(shown.server.received) })
      : gettext("The site signed for receiving this on {day}.", { day: longDay(day) });
  return mark("done", statusTitle("received"), current, detail(how));
}

function statusMark(entry: ShownEntry, kind: ShownCase["kind"], current: boolean): HTMLElement {
  if (entry.content?.type !== "status" || entry.author === null) return mark("done", statusTitle(entry.kind), current);
  const { status, reason, outcome, appeal, alone, finding } = entry.content;
  const by = gettext("signed by {author} on {day}", { author: authorWords(entry.author), day: longDay(entry.day) });
  const meaning = statusMeaning(status, kind);
  return mark(
    status === "closed" ? "closed" : "done",
    statusTitle(status),
    current,
    detail(by),
    meaning !== "" && current && h("p", {}, meaning),
    outcome !== "" && h("p", {}, gettext("Decision: {outcome}", { outcome: outcomeWords(outcome) })),
    finding !== "" && [h("p", {}, gettext("What was found: {finding}", { finding: foundWords(finding) })), h("p", {}, foundMeaning(finding))],
    alone.map((what) => h("p", { class: "warning" }, aloneWords(what))),
    reason !== "" && h("blockquote", { class: "said-text", dir: "auto", translate: "no" }, reason),
    appeal !== "" && [h("p", {}, gettext("How you can contest it:")), h("blockquote", { class: "said-text", dir: "auto", translate: "no" }, appeal)],
  );
}

/** The deadlines: the signed ones, and before the first signed status those of the server. */
function clocksOf({ status, server }: ShownCase): readonly Clock[] {
  return status === null ? server.clocks : status.clocks;
}

function openClocks(shown: ShownCase): readonly Clock[] {
  return clocksOf(shown).filter((clock) => clock.done === null);
}

/** What nobody waits for, since this reporter said that they do not want it. */
function waivedMarks(shown: ShownCase, now: string): HTMLElement[] {
  return clocksOf(shown).filter(({ waived }) => waived === true).map((clock) => mark("done", clockWords(clock, "reporter", now), false));
}

function clockMark(clock: Clock, now: string): HTMLElement {
  const late = clockState(clock, now) === "overdue";
  const advice = gettext("This should not happen. Ask below what it is waiting for. If nobody answers, you can turn to another authority with your acknowledgement.");
  return mark(late ? "late" : "next", clockWords(clock, "reporter", now), false, late && detail(advice));
}

/** What the server says beside or instead of what is signed, labeled as its word alone. */
function serversWord(shown: ShownCase, now: string): HTMLElement | null {
  const { server, status } = shown;
  const lines: string[] = [];
  if (server.differs) lines.push(gettext("Status by the server's word: {status}", { status: statusWords(server.status) }));
  if (server.outcomeDiffers) lines.push(gettext("Decision by the server's word: {outcome}", { outcome: outcomeWords(server.outcome) }));
  const differ = status !== null && JSON.stringify(server.clocks) !== JSON.stringify(status.clocks);
  const told = differ ? server.clocks : [];
  lines.push(...told.map((clock) => gettext("By the server's word: {clock}", { clock: clockWords(clock, "reporter", now) })));
  if (lines.length === 0) return null;
  const contradicts = differ || (server.differs && status !== null);
  const meaning = contradicts
    ? gettext("The server says something else than what was signed. Go by what was signed.")
    : gettext("The server says so. Whoever takes up your report will confirm it with a signature of their own.");
  return h("div", { class: contradicts ? "warning" : "servers-word" }, lines.map((line) => h("p", {}, line)), h("p", {}, meaning));
}
