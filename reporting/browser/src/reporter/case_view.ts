/** One case of a mailbox: what is not in order, how it stands, what was written, and a box to write more. */

import type { ShownCase } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { type Child, fill, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { statusTitle } from "../ui/status_words.ts";
import { Begun } from "./begun.ts";
import { checkInBox } from "./check_in.ts";
import { decisionBox } from "./decision.ts";
import { askBox } from "./asking.ts";
import { conversation } from "./conversation.ts";
import { type FollowUp, type Follower, followUp } from "./follow_up.ts";
import { minutesBox } from "./minutes.ts";
import { protectedBox } from "./protected.ts";
import { receivedFile } from "./received_file.ts";
import { type RiskPart, type RiskSharer, riskPart } from "./risk_part.ts";
import { timeline } from "./timeline.ts";
import { warningBox } from "./warnings.ts";

/** One case on the page. */
export interface CaseView {
  readonly id: string;
  readonly element: HTMLElement;
  readonly box: FollowUp;
  readonly risk: RiskPart;
  /** What was typed into its other boxes. */
  readonly begun: Begun;
  /** The case as it stands, with what was added since it was read. */
  current(): ShownCase;
}

/** The id of a case's element. */
export function idOf(shown: Pick<ShownCase, "case">): string {
  return `case-${shown.case.slice(0, 12)}`;
}

/**
 * A case as it is shown on the day `now`; it renews itself once something was added to it. `before` is how it was shown
 * until it was read again: what was written, added or looked at there, and not sent, stands here again.
 */
export function caseView(shown: ShownCase, remote: Follower & RiskSharer, now: string, before: CaseView | null = null): CaseView {
  const id = idOf(shown);
  const above = h("div");
  const below = h("div");
  const begun = before?.begun ?? new Begun();
  let latest = shown;
  const show = (current: ShownCase): void => {
    latest = current;
    fill(above, headOf(current, id), warningBox(current), readable(current) && checkInBox(current, remote, now, show, begun), readable(current) && bodyOf(current, now, remote), readable(current) && decisionBox(current, remote, show, begun), readable(current) && minutesBox(current, remote, show, begun));
    fill(below, readable(current) && peopleOf(current));
    // What was begun in a box that is gone is not lost: it can go as a message.
    const lost = begun.takeLost([above, ...(asking === null ? [] : [asking])]);
    if (lost.length > 0) box.write([box.text(), ...lost].filter((text) => text !== "").join("\n\n"));
  };
  const box = followUp(shown, remote, (current) => { show(current); }, before?.box.files ?? null);
  box.write(before?.box.text() ?? "");
  const asking = askBox(shown, remote, (current) => { show(current); }, begun);
  show(shown);
  const writing = h("section", {}, h("h3", {}, gettext("Write more")), box.element);
  const risk = before?.risk ?? riskPart(shown, remote);
  risk.follow(() => latest, show);
  const element = h("section", { id, class: "case", "aria-labelledby": `${id}-title` }, above, readable(shown) && [writing, asking, risk.element], below);
  return { id, element, box, risk, begun, current: () => latest };
}

/** Where a case is not this reporter's, only that is told. */
function readable(shown: ShownCase): boolean {
  return !shown.warnings.includes("not-your-case");
}

/** How a case is called in lists: its channel and day. */
export function caseTitle(shown: ShownCase): string {
  return gettext("{title}, {day}", { title: shown.title, day: longDay(shown.server.received) });
}

/** The status to show in one word: the signed one, or before it the server's; of a case that is not shown, none. */
export function standing(shown: ShownCase): string {
  if (!readable(shown)) return gettext("Something is not in order");
  return statusTitle(shown.status?.status ?? shown.server.status);
}

function headOf(shown: ShownCase, id: string): Child {
  return [
    h("h2", { id: `${id}-title`, class: "case-title", dir: "auto" }, shown.title),
    h(
      "p",
      { class: "case-facts" },
      readable(shown) && [h("span", { class: "standing" }, standing(shown)), " "],
      h("span", {}, gettext("arrived on {day}", { day: longDay(shown.server.received) })),
    ),
  ];
}

function bodyOf(shown: ShownCase, now: string, remote: Follower): Child {
  return [
    h("h3", {}, gettext("How it stands")),
    timeline(shown, now),
    protectedBox(shown),
    h("h3", {}, gettext("What was written")),
    conversation(shown, (file) => receivedFile(shown.case, file, remote)),
  ];
}

/** Who holds the case, and who was shut out; last, since it is needed least. */
function peopleOf(shown: ShownCase): Child {
  const names = (people: ShownCase["holders"]): HTMLElement => h("ul", {}, people.map(({ label }) => h("li", {}, h("bdi", {}, label))));
  return h(
    "section",
    { class: "people" },
    h("h3", {}, gettext("Who holds this case")),
    shown.holders.length > 0 ? names(shown.holders) : h("p", {}, gettext("Nobody can be named.")),
    h("p", { class: "small soft" }, gettext("They may have let others who work on this channel read it, though nobody whom you shut out. This page cannot see who that is.")),
    shown.excluded.length > 0 && [h("h3", {}, gettext("Whom you shut out")), names(shown.excluded)],
    h("p", { class: "small soft" }, gettext("Number of this case:"), " ", h("bdi", { class: "code", dir: "ltr" }, shown.case)),
  );
}
