/** What a mailbox can be taken elsewhere with: a timeline, a dossier, a certificate; buttons, behind which all of it is loaded. */

import type { ShownCase } from "../client/shown.ts";
import type { CaseCertificate, CaseDossier, CertificatePage, DossierPage, Preset } from "../dossier/types.ts";
import { fill, h } from "../ui/dom.ts";
import { gettext, texts } from "../ui/i18n.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import { load } from "./on_demand.ts";
import { button } from "./steps.ts";

/** The sections below the cases, and the way to the dossier for a case that is taken elsewhere. */
export interface ProofParts {
  readonly elements: readonly HTMLElement[];
  /** Shows the dossier with what is needed to take the case elsewhere. */
  readonly take: (caseId: string) => void;
}

/** The sections below the cases. `cases` gives them as they stand when a button is pressed. */
export function proofParts(cases: () => readonly ShownCase[], remote: DossierPage["remote"] & CertificatePage["remote"], now: () => string): ProofParts {
  const page: Paging = (preset) => ({ cases: cases(), remote, now: now(), texts: texts(), preset, fault: (error) => faultBox(faultWords(error)) });
  const dossier = part("dossier-part", "case-dossier", page, [
    gettext("Timeline and dossier"),
    gettext("See everything on one line, with the days counted; and make of it what you can show to a court or an adviser."),
    gettext("Show the timeline"),
  ], [gettext("A copy of everything you sent"), "copy-sent", "own"]);
  const certificate = part("certificate-part", "case-certificate", page, [
    gettext("Proof that you reported"),
    gettext("Have the site certify that a report was made, and on which day, without a word of what it says."),
    gettext("Make a certificate"),
  ]);
  return { elements: [dossier.element, certificate.element], take: (elsewhere) => { dossier.show({ elsewhere }); } };
}

type Paging = (preset: Preset) => CertificatePage & DossierPage;

interface Part {
  readonly element: HTMLElement;
  readonly show: (preset: Preset) => void;
}

function part(kind: string, tag: "case-dossier" | "case-certificate", page: Paging, [title, words, label]: readonly [string, string, string], more?: readonly [label: string, kind: string, preset: Preset]): Part {
  const place = h("div");
  const said = h("p", { class: "help", role: "status" });
  const show = (preset: Preset): void => {
    fill(said, gettext("Getting ready …"));
    load("dossier").then(
      () => {
        fill(said);
        const element = document.createElement(tag) as CaseCertificate | CaseDossier;
        fill(place, element);
        element.begin(page(preset));
      },
      () => { fill(said, gettext("No connection just now."), " ", button(gettext("Try again"), "quiet", () => { show(preset); })); },
    );
  };
  const element = h(
    "section",
    { class: kind },
    h("h2", {}, title),
    h("p", { class: "no-print" }, words),
    h("p", { class: "no-print" }, button(label, tag.replace("case", "show"), () => { show(null); }),
      more !== undefined && [" ", button(more[0], more[1], () => { show(more[2]); })]),
    said,
    place,
  );
  return { element, show };
}
