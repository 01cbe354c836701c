/** Files that are text: which they are, and whether a program may run what they say. */

import { type Data, starts, utf16 } from "./bytes.ts";
import type { Kind } from "./signatures.ts";

const HTML = /^(?:<\?xml[^>]*>|<!--[^]*?-->|\s)*<(?:!doctype\s+html|html|head|body|script|iframe|title|table|style|meta|a|p|div|h1|br)\b/iu;
const SVG = /^(?:<\?xml[^>]*>|<!--[^]*?-->|<!doctype\s+svg[^>]*>|\s)*<(?:svg:)?svg\b/iu;
const MAIL = /^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?(?:received|return-path|mime-version|message-id|from):/iu;

/** Types of text that only the ending of a name can tell; those that programs run are `program`. */
const BY_ENDING: Readonly<Record<string, string>> = {
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  json: "application/json",
  xml: "application/xml",
  md: "text/markdown",
  ics: "text/calendar",
  vcf: "text/vcard",
};
const PROGRAMS: ReadonlySet<string> = new Set(
  "js mjs cjs jse vbs vbe wsf wsh hta ps1 psm1 bat cmd sh bash zsh csh py pyw pl rb php jsp asp aspx reg url desktop webloc scf inf applescript command ahk lua".split(" "),
);

/** Tabulator, ends of lines and pages, and what terminals color with. */
const CONTROLS: ReadonlySet<number> = new Set([9, 10, 11, 12, 13, 27]);

/** The text of a file's beginning; null where it is none: other encodings than Unicode are told from binary by their controls. */
export function textOf(head: Data): string | null {
  if (starts(head, "\xff\xfe") || starts(head, "\xfe\xff")) return utf16(head, true);
  return head.some((byte) => byte < 32 && !CONTROLS.has(byte)) ? null : new TextDecoder().decode(head);
}

/** Which kind of text begins so. */
export function textKind(text: string, ending: string): Kind {
  if (SVG.test(text)) return { type: "image/svg+xml", family: "text", danger: "active" };
  if (HTML.test(text)) return { type: "text/html", family: "text", danger: "active" };
  if (text.startsWith("#!") || PROGRAMS.has(ending) || /^\[(?:InternetShortcut|Desktop Entry)\]/u.test(text)) {
    return { type: "text/x-script", family: "text", danger: "program" };
  }
  if (/^\s*<\?xml\b/u.test(text)) return { type: "application/xml", family: "text", danger: "active" };
  if (text.startsWith("BEGIN:VCARD")) return { type: "text/vcard", family: "text" };
  if (text.startsWith("BEGIN:VCALENDAR")) return { type: "text/calendar", family: "text" };
  if (MAIL.test(text.slice(0, 8_192))) return { type: "message/rfc822", family: "text" };
  return { type: BY_ENDING[ending] ?? "text/plain", family: "text" };
}
