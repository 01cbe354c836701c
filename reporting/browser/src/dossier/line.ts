/** What happened in the cases of a mailbox as one picture: a list, styled as a line, the reporter's on one side of it. */

import type { ShownCase } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { type Child, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { clockState, clockWords, isOpen } from "../ui/words.ts";
import { type Happening, daysAfter } from "./chronology.ts";
import { clocksOf } from "./statement.ts";
import { intervalWords, saidIn, titleOf, whenWords } from "./words.ts";

/** One step of a line. */
interface Step {
  readonly day: string;
  readonly element: HTMLElement;
}

/** What a line is drawn of. */
export interface Drawn {
  readonly cases: readonly ShownCase[];
  readonly first: string;
  readonly happenings: readonly (Happening & { readonly words?: readonly string[] })[];
}

/** The line, with the deadlines that are open on the day `now` where `deadlines` says so. `label` names it. */
export function lineOf(label: string, { cases, first, happenings }: Drawn, now: string, deadlines = true): HTMLElement {
  const titles = new Map(cases.map((shown) => [shown.case, cases.length > 1 ? shown.title : ""]));
  const steps: Step[] = happenings.map((one) => ({ day: one.day, element: happened(one, titles.get(one.case) ?? "") }));
  if (deadlines) steps.push(...cases.flatMap((shown) => open(shown, first, now, titles.get(shown.case) ?? "")));
  const sorted = [...steps].sort((a, b) => (a.day === b.day ? 0 : a.day < b.day ? -1 : 1));
  return h("ol", { class: "line", role: "list", "aria-label": label }, sorted.map(({ element }) => element));
}

function happened(one: Drawn["happenings"][number], title: string): HTMLElement {
  const words = one.words ?? (one.kind === "incident" ? saidIn(one) : []);
  const kind = one.kind === "incident" ? "incident" : one.by;
  return step(kind, whenWords(one), one.days, titleOf(one), [
    title !== "" && h("p", { class: "line-case", dir: "auto" }, title),
    words.map((text) => h("p", { class: "said-text", dir: "auto", translate: "no" }, text)),
  ]);
}

/** Deadlines of a case that are not met. */
function open(shown: ShownCase, first: string, now: string, title: string): Step[] {
  const running = clocksOf(shown).filter(isOpen);
  return running.map((clock) => {
    const late = clockState(clock, now) === "overdue";
    const what = clockWords(clock, "reporter", now);
    const element = step(late ? "late" : "next", longDay(clock.due), daysAfter(first, clock.due), what, title !== "" && h("p", { class: "line-case", dir: "auto" }, title));
    return { day: clock.due, element };
  });
}

function step(kind: string, when: string, days: number | null, what: string, more: Child): HTMLElement {
  const after = intervalWords(days);
  const side = { reporter: gettext("you"), office: gettext("the office"), incident: gettext("at work") }[kind];
  return h(
    "li",
    { class: `line-step line-${kind}` },
    h("p", { class: "line-when" }, h("strong", {}, when), after !== "" && [" ", h("span", { class: "line-after" }, after)]),
    h("p", { class: "line-what" }, what, side !== undefined && [" ", h("span", { class: "line-side" }, `(${side})`)]),
    more,
  );
}
