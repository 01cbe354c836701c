/** The page of a certificate, to be printed or sent. Nobody signed what it shows: it carries what the site signed. */

import { embeddedCertificate } from "../protocol/certificate.ts";
import { visibleBidi } from "../protocol/encoding.ts";
import { longDay } from "../ui/dates.ts";
import { gettext, language } from "../ui/i18n.ts";
import type { CertificateMade } from "../workers/reporter_api.ts";
import { Markup, bdi, el, paper } from "./html.ts";

/** The page. `title` is the channel's, where it is named. */
export function certificatePaper(made: CertificateMade, title: string, direction: string): Uint8Array<ArrayBuffer> {
  return paper(gettext("Certificate that a report was made"), language, direction, [
    el("p", {}, gettext("The site {origin} certifies that it received a report on {day}.", { origin: made.origin, day: longDay(made.received) })),
    made.channel !== null && el("p", {}, gettext("It came in on this channel:"), " ", bdi(title)),
    made.name !== "" && [
      el("p", {}, gettext("Made out to:"), " ", el("strong", {}, bdi(visibleBidi(made.name)))),
      el("p", { class: "soft" }, gettext("Nobody checked this name. Whoever holds the receipt code of the report asked for it.")),
    ],
    el("p", {}, gettext("Issued on {day}.", { day: longDay(made.issued) })),
    el("p", {}, gettext("It does not say what was reported.")),
    el("h2", {}, gettext("The signed certificate")),
    el("pre", { class: "note", dir: "ltr" }, made.note),
    el("h2", {}, gettext("How to check it")),
    el("p", {}, gettext("Get this file itself, not a print of it: what a page shows, anybody could have written. Open it on the office's site, on the page that checks certificates, or use the free program “reporting”, which asks no server:"), " ", bdi("reporting verify certificate.html")),
    el("p", {}, gettext("Compare this fingerprint of the site with the one on the office's posters or pages:")),
    el("p", { class: "digits" }, el("bdi", { dir: "ltr" }, made.fingerprint)),
    el("p", { class: "soft" }, gettext("This file also carries, unseen, the certificate as data, and the office's public list of its members and channels.")),
    new Markup(embeddedCertificate(made.file)),
  ]);
}
