/** A receipt code as it is shown: words and digits, numbered and large, with ways to keep it. */

import { h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";
import type { Code } from "../workers/reporter_api.ts";
import { copyText, saveFile } from "../ui/keeping.ts";
import { qrCode } from "../ui/qr.ts";

/** What a code is for, and the file that it is saved to. */
export interface CodeViewOptions {
  /** The heading's level within its page. */
  readonly heading: "h2" | "h3";
  /** `receipt.txt` or so: the name shows among the device's downloads. */
  readonly fileName: string;
  /** First lines of the file, above the code: what it is for. */
  readonly purpose: readonly string[];
}

/** Words and groups of `code`, and buttons to copy, print, save and scan it. */
export function codeView(code: Code, options: CodeViewOptions): HTMLElement {
  const said = h("p", { class: "said", role: "status" });
  const heading = (text: string): HTMLElement => h(options.heading, { class: "code-heading" }, text);
  return h(
    "div",
    { class: "code-view", translate: "no" },
    heading(gettext("In words")),
    numbered("code-words", code.words),
    heading(gettext("The same in digits")),
    numbered("code-groups", code.groups),
    h("p", { class: "help" }, gettext("Either is enough. Keep the order.")),
    h(
      "div",
      { class: "actions keep-actions" },
      button(gettext("Save as a file"), () => {
        saveFile(options.fileName, codeFile(code, options.purpose), "text/plain;charset=utf-8");
        said.textContent = gettext("Saved among the downloads of this device, where others who use it may find it. Move it to a safe place.");
      }),
      button(gettext("Print"), () => {
        globalThis.print();
      }),
      button(gettext("Copy"), () => {
        void copyText(code.words.join(" ")).then((copied) => {
          said.textContent = copied
            ? gettext("Copied. Other programs on this device can read what is copied: paste it into a safe place, then copy something else.")
            : gettext("The browser did not allow copying. Write the code down, or save it as a file.");
        });
      }),
    ),
    said,
    qrPart(code),
  );
}

function button(text: string, act: () => void): HTMLElement {
  return h("button", { type: "button", onclick: act }, text);
}

function numbered(name: string, items: readonly string[]): HTMLElement {
  // With `list-style: none` Safari forgets that it is a list, unless it is told.
  const shown = items.map((item, place) => h("li", {}, h("span", { class: "place" }, number(place + 1)), " ", h("bdi", { class: "code" }, item)));
  return h("ol", { class: name, role: "list", dir: "ltr" }, shown);
}

function qrPart(code: Code): HTMLElement {
  const picture = qrCode(code.groups.join(" "), gettext("QR code that holds the digits"));
  return h(
    "details",
    { class: "qr-part no-print" },
    h("summary", {}, gettext("Show as a QR code")),
    h("p", { class: "help" }, gettext("Scan it with a device of your own, and with a program that does not send what it scans to anybody.")),
    picture,
  );
}

/** The text of the file that a code is saved to. */
export function codeFile(code: Code, purpose: readonly string[]): string {
  const site = document.querySelector(".site-name")?.textContent.trim() ?? "";
  const fingerprint = document.querySelector(".fingerprint .digits")?.textContent.trim() ?? "";
  const lines = [
    ...purpose,
    "",
    gettext("In words:"),
    code.words.join(" "),
    "",
    gettext("The same in digits:"),
    code.groups.join(" "),
    "",
    gettext("Site: {name}", { name: site }),
    gettext("Address: {address}", { address: location.origin }),
    gettext("Fingerprint of this site:"),
    fingerprint,
    gettext("If these digits are not the ones on the poster or leaflet, you are on a false site: close it."),
  ];
  return `${lines.join("\r\n")}\r\n`;
}
