/** The script about one's own risk, which the mailbox page loads once somebody asks for it; with its style sheet. */

import type { Piece } from "../ui/trusted.ts";
import { h } from "../ui/dom.ts";
import { OwnRiskElement } from "./element.ts";

/** Its style sheet, put in by the build. */
declare const STYLE: Piece;

document.head.append(h("link", { rel: "stylesheet", integrity: STYLE.integrity, href: STYLE.address }));
customElements.define("own-risk", OwnRiskElement);
