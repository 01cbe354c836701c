/**
 * The script of the page that checks certificates and dossiers, on the site and in the file that is saved of it: a file
 * is read on the device, and nothing is sent. It asks no server, and holds nothing once it is left.
 */

import { latinDigits } from "../protocol/digits.ts";
import { VerifierKey } from "../protocol/note.ts";
import { fill, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { MAX_READ, isPrinted, judge } from "./judging.ts";
import { foundBox } from "./telling.ts";

/** `<file-checker>`: takes a file, chosen or dropped, and says what it is. Saved for use offline it knows no site. */
class FileChecker extends HTMLElement {
  readonly #outcome = h("div", { class: "found", "aria-live": "polite" });
  #root: VerifierKey | null = null;
  #digits: HTMLInputElement | null = null;
  #count = 0;

  /** Called by the browser. */
  connectedCallback(): void {
    const { root } = document.documentElement.dataset;
    this.#root = root === undefined ? null : VerifierKey.parse(root);
    const picked = h("input", { type: "file", id: "checked-file", accept: ".json,.html,application/json,text/html", autocomplete: "off" });
    picked.addEventListener("change", () => {
      const [file] = picked.files ?? [];
      if (file !== undefined) void this.#read(file);
      picked.value = ""; // the same file may be chosen again
    });
    fill(
      this,
      this.#root === null && this.#introduction(),
      h("div", { class: "drop" }, h("label", { for: picked.id }, gettext("The certificate or dossier: a file that ends in .json or .html")), picked, h("p", { class: "help" }, gettext("Or drop it on this page. It is read on this device alone, and sent nowhere."))),
      this.#outcome,
    );
    this.#takeDrops();
  }

  #introduction(): Node[] {
    this.#digits = h("input", { id: "printed", type: "text", inputmode: "numeric", dir: "ltr", autocomplete: "off", spellcheck: "false", "aria-describedby": "printed-help" });
    return [
      h("h1", {}, gettext("Check a certificate or dossier")),
      h("p", { class: "lead" }, gettext("See whether a file that somebody showed you is what the office's site signed. This page works without any network.")),
      h("div", { class: "field" }, h("label", { for: "printed" }, gettext("The site's fingerprint, thirty digits, from its poster")), h("p", { class: "help", id: "printed-help" }, gettext("Left empty, you compare the digits yourself.")), this.#digits),
      h("p", { class: "help" }, gettext("The free program “reporting” checks it too, without asking any server:"), " ", h("code", { dir: "ltr" }, "reporting verify FILE")),
    ];
  }

  #takeDrops(): void {
    document.addEventListener("dragover", (event) => { event.preventDefault(); });
    document.addEventListener("drop", (event) => {
      event.preventDefault(); // the browser would open the file in the place of this page
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) void this.#read(file);
    });
  }

  async #read(file: File): Promise<void> {
    const count = ++this.#count;
    const digits = latinDigits(this.#digits?.value ?? "").replace(/\D/g, "");
    fill(this.#outcome, h("p", {}, gettext("Checking …")));
    // One byte more than is read tells that there is more.
    const content = await file.slice(0, MAX_READ + 1).arrayBuffer().catch(() => null);
    if (count !== this.#count) return; // another file was chosen meanwhile
    if (content === null) fill(this.#outcome, h("p", { class: "fault" }, gettext("This file cannot be read.")));
    else if (!isPrinted(digits)) fill(this.#outcome, h("p", { class: "fault" }, gettext("A fingerprint has thirty digits: look again, or leave it empty.")));
    else fill(this.#outcome, foundBox(judge(new Uint8Array(content), { root: this.#root, digits })));
    this.#outcome.querySelector("h2")?.focus();
  }
}

customElements.define("file-checker", FileChecker);
