/** The languages that the desk speaks, as plain links to the same page: each is a page of its own, which asks for the passphrase. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, language } from "../ui/i18n.ts";
import { languagePart } from "./router.ts";

const FROM_RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];

/** The codes of the languages, as the page names them. */
export function spoken(): readonly string[] {
  const named = document.querySelector<HTMLMetaElement>("meta[name=languages]")?.content ?? "";
  return named.split(" ").filter((code) => code !== "");
}

/** What a language calls itself. */
export function ownName(code: string): string {
  return new Intl.DisplayNames([code], { type: "language", fallback: "code" }).of(code) ?? code;
}

/** The page's address without its language; of a case the desk's first page, since a page that is shut names no case. */
function here(): string {
  const path = location.pathname.slice(languagePart(location.pathname).length);
  return /^\/desk\/(cases|identity)\//.test(path) ? "/desk" : path;
}

/** The links; nothing where there is but one language. `fragment` goes with them, such as an invitation. */
export function languageLinks(fragment = ""): TemplateResult | typeof nothing {
  const codes = spoken();
  if (codes.length < 2) return nothing;
  const path = here();
  return html`<nav class="desk-languages no-print" aria-label=${gettext("Languages")}><ul role="list">
    ${codes.map((code) => html`<li><a href="/${code}${path}${fragment}" lang=${code} hreflang=${code} dir=${FROM_RIGHT_TO_LEFT.includes(code) ? "rtl" : "ltr"}
      aria-current=${code === language ? "true" : nothing}>${ownName(code)}</a></li>`)}
  </ul></nav>`;
}
