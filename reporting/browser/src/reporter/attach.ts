/** The script for files, which pages load once somebody wants to add one; with its style sheet. */

import type { Piece } from "../ui/trusted.ts";
import { h } from "../ui/dom.ts";
import { AttachedFilesElement } from "./attach_element.ts";

/** Its style sheet, put in by the build. */
declare const STYLE: Piece;

document.head.append(h("link", { rel: "stylesheet", integrity: STYLE.integrity, href: STYLE.address }));
customElements.define("attached-files", AttachedFilesElement);
