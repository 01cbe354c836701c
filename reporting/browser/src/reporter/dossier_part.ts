/** Timeline and dossier of a mailbox: a button, behind which all else about them is loaded. */

import type { ShownCase } from "../client/shown.ts";
import type { CaseDossier, DossierPage } from "../dossier/types.ts";
import { fill, h } from "../ui/dom.ts";
import { gettext, texts } from "../ui/i18n.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import { load } from "./on_demand.ts";
import { button } from "./steps.ts";

/** The section below the cases, and the way to it for a case that is taken elsewhere. */
export interface DossierPart {
  readonly element: HTMLElement;
  /** Shows it with what is needed to take the case elsewhere. */
  readonly take: (caseId: string) => void;
}

/** The section below the cases. `cases` gives them as they stand when the button is pressed. */
export function dossierPart(cases: () => readonly ShownCase[], remote: DossierPage["remote"], now: () => string): DossierPart {
  const place = h("div");
  const said = h("p", { class: "help", role: "status" });
  const fault = (error: unknown): HTMLElement => faultBox(faultWords(error));
  const show = (elsewhere: string): void => {
    fill(said, gettext("Getting ready …"));
    load("dossier").then(
      () => {
        fill(said);
        const element = document.createElement("case-dossier") as CaseDossier;
        fill(place, element);
        element.begin({ cases: cases(), remote, now: now(), texts: texts(), elsewhere, fault });
      },
      () => { fill(said, gettext("No connection just now."), " ", button(gettext("Try again"), "quiet", () => { show(elsewhere); })); },
    );
  };
  const element = h(
    "section",
    { class: "dossier-part" },
    h("h2", {}, gettext("Timeline and dossier")),
    h("p", { class: "no-print" }, gettext("See everything on one line, with the days counted; and make of it what you can show to a court or an adviser.")),
    h("p", { class: "no-print" }, button(gettext("Show the timeline"), "show-dossier", () => { show(""); })),
    said,
    place,
  );  return { element, take: show };
}
