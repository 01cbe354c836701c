/** The script for timeline, dossier and certificate, which the mailbox page loads once somebody asks for them; with its style sheet. */

import type { Piece } from "../ui/trusted.ts";
import { h } from "../ui/dom.ts";
import { CaseCertificateElement } from "./certificate.ts";
import { CaseDossierElement } from "./element.ts";

/** Its style sheet, put in by the build. */
declare const STYLE: Piece;

document.head.append(h("link", { rel: "stylesheet", integrity: STYLE.integrity, href: STYLE.address }));
customElements.define("case-dossier", CaseDossierElement);
customElements.define("case-certificate", CaseCertificateElement);
