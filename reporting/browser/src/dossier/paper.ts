/** The page of a dossier, to be printed or sent: one file, without scripts, that asks nothing of any server. */

import type { ShownCase } from "../client/shown.ts";
import { embedded } from "../protocol/dossier.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { sizeWords } from "../ui/sizes.ts";
import { clockWords } from "../ui/words.ts";
import { acknowledgementOf } from "./chronology.ts";
import { type Choice, type Chosen, type ListedFile, type Told, fileId } from "./choice.ts";
import { Markup, type Piece, bdi, el, paper } from "./html.ts";
import { type Known, clocksOf } from "./statement.ts";
import { intervalWords, proofWords, titleOf, whenWords } from "./words.ts";

/** The page, to be signed as it stands. `data` is the signed file of data, which it carries. */
export function paperOf(chosen: Chosen, choice: Choice, known: Known, data: Uint8Array, direction: string): Uint8Array<ArrayBuffer> {
  const title = gettext("Dossier of a report");
  const body = [intro(chosen, known), course(chosen), casesOf(chosen, choice, known), filesOf(chosen, known), checking(known), new Markup(embedded(data))];
  return paper(title, known.language, direction, body);
}

function intro(chosen: Chosen, known: Known): Piece {
  return [
    el("p", {}, gettext("Made on {day} on the device of the person who reported, from their mailbox at the site {origin}.", { day: longDay(known.made), origin: known.parts.origin })),
    chosen.cases.length > 1 && el("p", {}, gettext("It brings together cases that the office may not have known to be from one person.")),
  ];
}

/** Everything that was chosen on one line, all cases together. */
function course({ told, cases }: Chosen): Piece {
  if (told.length === 0) return false;
  return [el("h2", {}, gettext("What happened, day by day")), el("ol", { class: "line" }, told.map((one) => step(one, cases)))];
}

function step(one: Told, cases: readonly ShownCase[]): Markup {
  const after = intervalWords(one.days);
  const title = cases.find((shown) => shown.case === one.case)?.title ?? "";
  return el(
    "li",
    { class: `step step-${one.kind === "incident" ? "incident" : one.by}` },
    el("p", { class: "when" }, whenWords(one), after !== "" && el("span", { class: "after" }, after)),
    el("p", { class: "what" }, titleOf(one)),
    cases.length > 1 && el("p", { class: "soft", dir: "auto" }, title),
    one.words.map((text) => el("blockquote", { dir: "auto" }, text)),
    el("p", { class: "soft" }, proofWords(one, one.signed)),
  );
}

function casesOf({ cases }: Chosen, choice: Choice, known: Known): Piece {
  return cases.map((shown) => [
    el("h2", { dir: "auto" }, shown.title),
    el("p", {}, gettext("Number of this case:"), " ", bdi(shown.case)),
    el("h3", {}, gettext("The site's signed acknowledgement")),
    el("p", {}, gettext("The site signed for receiving this report, sealed, on {day}.", { day: longDay(acknowledgementOf(shown)?.day ?? "") })),
    el("pre", { class: "note", dir: "ltr" }, acknowledgementOf(shown)?.note ?? ""),
    choice.clocks.has(shown.case) && deadlines(shown, known),
  ]);
}

function deadlines(shown: ShownCase, known: Known): Piece {
  const clocks = clocksOf(shown);
  if (clocks.length === 0) return false;
  const word = clocks.some(({ by }) => by === "server") && el("p", { class: "soft" }, gettext("These are by the server's word: nobody has signed them yet."));
  const line = (clock: (typeof clocks)[number]): Markup => el("li", {}, clockWords(clock, "member", known.made));
  return [el("h3", {}, gettext("Deadlines")), el("ul", {}, clocks.map(line)), word];
}

function filesOf({ files }: Chosen, known: Known): Piece {
  if (files.length === 0) return false;
  const rows = files.map((one) => fileRow(one, known));
  const heads = [gettext("File"), gettext("Day"), gettext("From"), gettext("SHA-256 of the file"), gettext("SHA-256 as it lies sealed at the site")];
  return [
    el("h2", {}, gettext("Evidence")),
    el("p", {}, gettext("A file is the one listed here if its SHA-256 is the same.")),
    el("div", { class: "wide" }, el("table", {}, el("tr", {}, heads.map((text) => el("th", { scope: "col" }, text))), rows)),
  ];
}

function fileRow({ file, day, by }: ListedFile, { hashes }: Known): Markup {
  const from = by === "reporter" ? gettext("the person who reported") : gettext("the office");
  const hash = (text: string): Markup => el("td", { class: "hash", dir: "ltr" }, text);
  return el(
    "tr",
    {},
    el("td", {}, bdi(file.name), " ", gettext("({type}, {size})", { type: file.type, size: sizeWords(file.size) })),
    el("td", { class: "day" }, longDay(day)),
    el("td", {}, from),
    hash(hashes.get(fileId(file)) ?? gettext("not computed")),
    hash(file.sha256),
  );
}

/** What the paper proves, and how anybody finds out. */
function checking({ parts }: Known): Piece {
  return [
    el("h2", {}, gettext("What this proves, and what not")),
    el(
      "ul",
      {},
      el("li", {}, gettext("Each acknowledgement proves that the site received a sealed report on that day. The office cannot deny it. It does not prove what the report says: that is known to whoever can open it.")),
      el("li", {}, gettext("Words signed by a member of the office are theirs.")),
      el("li", {}, gettext("Everything else stands by the word of the person who made this, who signed all of it. Things may have been left out.")),
      el("li", {}, gettext("Whoever made it had the receipt code of the report. It does not tell their name.")),
    ),
    el("h2", {}, gettext("How to check it")),
    el("p", {}, gettext("Get this file itself, not a print of it. The free program “reporting” checks it without asking any server:"), " ", bdi("reporting verify dossier.html")),
    el("p", {}, gettext("Compare this fingerprint of the site with the one on the office's posters or pages:")), el("p", { class: "digits" }, el("bdi", { dir: "ltr" }, parts.fingerprint)),
    el("p", { class: "soft" }, gettext("This file also carries, unseen, the same as data with all signatures, and the office's public list of its members and channels.")),
  ];
}
