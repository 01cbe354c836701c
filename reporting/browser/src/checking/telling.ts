/** What was found of a file, in plain words. */

import type { Proven } from "../protocol/certificate.ts";
import { type Directory, fingerprint, isForPractice } from "../protocol/directory.ts";
import type { Dossier, DossierCase, DossierEvent } from "../protocol/dossier_reading.ts";
import { visibleBidi } from "../protocol/encoding.ts";
import type { VerifierKey } from "../protocol/note.ts";
import { longDay } from "../ui/dates.ts";
import { type Child, h } from "../ui/dom.ts";
import { explain, gettext, language } from "../ui/i18n.ts";
import { foundWords } from "../ui/found_words.ts";
import { outcomeWords, statusTitle } from "../ui/status_words.ts";
import { kindWords } from "../ui/words.ts";
import { type Found, MAX_READ } from "./judging.ts";

const MEGABYTE = 1_048_576;

/** The box that says what was found. Where no site's key counts yet, the reader compares before anything is called valid. */
export function foundBox(found: Found): HTMLElement {
  switch (found.state) {
    case "neither":
      return box("fault", gettext("This is no certificate and no dossier."), gettext("Take the file as it was saved: its name ends in .json or .html. A print, a picture or a copy of the text cannot be checked."));
    case "too-large":
      return box("fault", gettext("This file is larger than {size} MB: this page does not read it.", { size: MAX_READ / MEGABYTE }), gettext("The free program “reporting” checks larger dossiers."));
    case "altered":
      return box("fault", gettext("This does not hold: it was altered, or never was what it claims to be."), explain(found.why), gettext("Do not rely on anything in it."));
    case "other":
      return box("warning", gettext("This is about another site."), otherWords(found.proven.root, found.proven.directory), digitsOf(found.proven.root));
    default:
      return found.kind === "certificate" ? certificateBox(found.proven, found.state === "valid") : dossierBox(found.proven, found.state === "valid");
  }
}

function box(kind: string, title: string, ...more: readonly Child[]): HTMLElement {
  return h("section", { class: kind }, h("h2", { tabindex: "-1" }, title), more.map((one) => (typeof one === "string" ? h("p", {}, one) : one)));
}

/** Whether what was found may look as if it proved something. */
function proves(directory: Directory, compared: boolean): boolean {
  return compared && !isForPractice(directory.origin);
}

function practiceWords({ origin }: Directory): Child {
  return isForPractice(origin) && h("p", { class: "warning" }, gettext("This is a site for practice: what it signs is made up, and proves nothing."));
}

function otherWords(root: VerifierKey, directory: Directory): Child {
  const { origin } = directory;
  return [
    practiceWords(directory),
    h("p", {}, gettext("It names this site:"), " ", h("bdi", { dir: "ltr" }, origin === root.name ? origin : "")),
    h("p", {}, gettext("It holds together under the fingerprint below. Anybody can invent a site: rely on it only where these digits are on that office's own posters or pages. Where an office changed its key, older files have the digits of before.")),
  ];
}

function digitsOf(root: VerifierKey): HTMLElement {
  return h("p", { class: "digits" }, h("bdi", { dir: "ltr" }, fingerprint(root.publicKey)));
}

/** What comes first where no site's key counts: anybody can invent a site, and sign for it. */
function compareWords(root: VerifierKey): Child {
  return [
    h("p", {}, h("strong", {}, gettext("Compare these digits with the office's posters or pages. If they are not the same, this proves nothing about that office."))),
    digitsOf(root),
  ];
}

/** What holds for certificate and dossier alike: which site, and by which keys. */
function siteWords(root: VerifierKey, directory: Directory, compared: boolean): Child {
  return [
    h("p", {}, gettext("Site:"), " ", h("bdi", { dir: "ltr" }, directory.origin)),
    compared && digitsOf(root),
    h("p", { class: "soft" }, gettext("It goes by the list of keys of {day}. Keys of that list may have been stolen, and replaced since: where much depends on it, ask the office.", { day: longDay(directory.date) })),
  ];
}

function certificateBox({ certificate, directory, root, name, page }: Proven, compared: boolean): HTMLElement {
  const { channel } = certificate;
  return box(
    proves(directory, compared) ? "done" : "warning",
    compared ? gettext("This certificate is valid.") : gettext("This certificate holds together. Compare the digits."),
    practiceWords(directory),
    !compared && compareWords(root),
    h("p", {}, h("strong", {}, gettext("A report was received on {day}.", { day: longDay(certificate.received) }))),
    channel !== null && h("p", {}, gettext("It came in on this channel:"), " ", h("bdi", {}, channelTitle(directory, channel))),
    name === ""
      ? h("p", {}, gettext("It is made out to nobody by name."))
      : [
          h("p", {}, gettext("Made out to:"), " ", h("strong", {}, h("bdi", { translate: "no" }, visibleBidi(name)))),
          h("p", {}, gettext("Nobody checked this name. Whoever holds the receipt code of the report asked for it.")),
        ],
    h("p", {}, gettext("Issued on {day}.", { day: longDay(certificate.issued) })),
    gettext("It does not say what was reported, nor who reported it."),
    page && gettext("Nobody signed the page that you were given: go by what stands here."),
    siteWords(root, directory, compared),
  );
}

function channelTitle({ channels }: Directory, id: string): string {
  const titles = channels.find((one) => one.id === id)?.titles;
  return visibleBidi(titles?.get(language) ?? titles?.get("en") ?? id);
}

function dossierBox({ made, cases, directory, root }: Dossier, compared: boolean): HTMLElement {
  return box(
    proves(directory, compared) ? "done" : "warning",
    compared ? gettext("This dossier is valid: everything in it holds.") : gettext("This dossier holds together. Compare the digits."),
    practiceWords(directory),
    !compared && compareWords(root),
    gettext("Made on {day}, by whoever holds the receipt code of what stands in it.", { day: longDay(made) }),
    cases.map((one) => caseWords(one, directory)),
    gettext("Things may have been left out. What stands by the maker's word is proven by nobody else."),
    siteWords(root, directory, compared),
  );
}

function caseWords({ acknowledged, events, files }: DossierCase, directory: Directory): Child {
  const rows = events.map((event) => h("li", {}, eventWords(event), event.words.map((text) => h("blockquote", { dir: "auto", translate: "no" }, visibleBidi(text)))));
  return [
    h("h3", {}, h("bdi", {}, channelTitle(directory, acknowledged.channel))),
    h("p", {}, gettext("The site signed for receiving a report on {day}.", { day: longDay(acknowledged.date) })),
    rows.length > 0 && h("ul", {}, rows),
    files.length > 0 && h("ul", {}, files.map(({ name, sha256 }) => h("li", {}, h("bdi", {}, visibleBidi(name)), " ", h("bdi", { class: "small", dir: "ltr" }, sha256 ?? gettext("not computed"))))),
  ];
}

function eventWords({ day, proof, author, kind, value, title }: DossierEvent): Child {
  const when = [h("bdi", { dir: "ltr" }, day), ": "];
  if (proof === "office") return [when, gettext("signed by {author}: {what}", { author, what: kind === "status" ? gettext("Status: {status}", { status: standing(value) }) : kindWords(kind) })];
  const words = proof === "site" ? gettext("The site signed for receiving something sealed. By the maker's word:") : gettext("By the maker's word alone:");
  return [when, words, " ", h("q", {}, visibleBidi(title))];
}

/** A status, and of a decision its outcome, else what was found. */
function standing(value: string): string {
  const [status = "", more = ""] = value.split(" ");
  return more === "" ? statusTitle(status) : `${statusTitle(status)}: ${status === "decided" ? outcomeWords(more) : foundWords(more)}`;
}
