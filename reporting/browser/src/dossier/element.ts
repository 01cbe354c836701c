/** `<case-dossier>`: what happened on one line, and a dossier of it for others. */

import type { ShownCase } from "../client/shown.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext, language, learn } from "../ui/i18n.ts";
import { saveFile } from "../ui/keeping.ts";
import { chronology } from "./chronology.ts";
import { type Choice, type Chosen, chosenOf, fileId, possible } from "./choice.ts";
import { type Choosing, choosing, givenAway } from "./choosing.ts";
import { lineOf } from "./line.ts";
import { paperOf } from "./paper.ts";
import { type Known, statementOf } from "./statement.ts";
import { statementBytes } from "../protocol/dossier.ts";
import type { CaseDossier, DossierPage, Preset } from "./types.ts";

/** Timeline and dossier of a mailbox. What it holds is in this element alone, and goes with it. */
export class CaseDossierElement extends HTMLElement implements CaseDossier {
  begin(page: DossierPage): void {
    learn(page.texts);
    const own = page.cases.filter((one) => !one.warnings.includes("not-your-case"));
    const all = chronology(own);
    const heading = h("h3", {}, gettext("What happened, day by day"));
    const making = h("h3", {}, gettext("A dossier for somebody else"));
    fill(
      this,
      heading,
      own.length > 1 && h("p", { class: "help" }, gettext("All cases of this mailbox stand on one line here. The office does not see them together.")),
      lineOf(gettext("What happened, day by day"), { cases: own, ...all }, page.now),
      making,
      page.preset !== null && h("p", { class: "note" }, tickedWords(page.preset)),
      h("p", {}, gettext("For a court, a labor inspectorate, a lawyer or an adviser you can make two files of this on your device: a page to read and print, and the same as data. Anybody can check that the site signed for your report and that nothing was altered.")),
      possible(own).length === 0 ? h("p", {}, gettext("The site's signed acknowledgement is missing, and without it there is nothing to prove. Look again later.")) : makingOf(page, own),
    );
    focusOn(page.preset === null ? heading : making);
  }
}

/** What is ticked to begin with, in words. */
function tickedWords(preset: Exclude<Preset, null>): string {
  return preset === "own"
    ? gettext("Ticked for you: all that you sent, in every case of this mailbox, with your words, and your files by name and checksum. Together it shows who you are more than anything else here: untick what you do not need. The files themselves are saved above, where you sent them.")
    : gettext("Ticked for you: that and when you reported, the signed acknowledgement, how the case stood on which day, and the deadlines. Nothing that was written is ticked.");
}

/** The parts of the form. */
interface Form {
  readonly boxes: Choosing;
  readonly preview: HTMLElement;
  readonly warning: HTMLElement;
  readonly outcome: HTMLElement;
  readonly button: HTMLButtonElement;
}

function makingOf(page: DossierPage, own: readonly ShownCase[]): HTMLElement {
  const show = (): void => {
    fill(outcome);
    const choice = boxes.choice();
    fill(preview, previewOf(chosenOf(own, choice), page.now));
    fill(warning, h("p", {}, h("strong", {}, gettext("What it gives away"))), givenAway(choice, chronology(own).happenings));
  };
  const boxes = choosing(own, show, page.preset);
  const [preview, outcome] = [h("div"), h("div", { role: "status" })];
  const warning = h("div", { class: "warning" });
  const button = h("button", { type: "submit", class: "primary" }, gettext("Make the two files"));
  const form: Form = { boxes, preview, warning, outcome, button };
  const submit = (event: Event): void => {
    event.preventDefault();
    void make(page, own, form);
  };
  show();
  return h(
    "form",
    { class: "dossier-form no-print", autocomplete: "off", novalidate: true, onsubmit: submit },
    h("h4", {}, gettext("What it shows: you choose")),
    boxes.element,
    h("h4", {}, gettext("What will be in it")),
    preview,
    warning,
    h("div", { class: "actions" }, button),
    outcome,
  );
}

function previewOf(chosen: Chosen, now: string): HTMLElement {
  const { cases, told, files } = chosen;
  if (cases.length === 0) return h("p", {}, gettext("Nothing yet: tick an acknowledgement first."));
  return h(
    "div",
    { class: "dossier-preview" },
    h("ul", {}, cases.map((one) => h("li", { dir: "auto" }, gettext("Acknowledgement: {title}", { title: one.title })))),
    told.length > 0 && lineOf(gettext("What will be in it"), { cases, first: chosen.first, happenings: told }, now, false),
    files.length > 0 && h("ul", {}, files.map(({ file }) => h("li", {}, h("bdi", {}, file.name)))),
  );
}

async function make(page: DossierPage, own: readonly ShownCase[], { boxes, outcome, button }: Form): Promise<void> {
  if (button.getAttribute("aria-disabled") === "true") return;
  const choice = boxes.choice();
  const chosen = chosenOf(own, choice);
  if (chosen.cases.length === 0) {
    fill(outcome, h("p", { class: "field-error" }, gettext("Nothing yet: tick an acknowledgement first.")));
    return;
  }
  button.setAttribute("aria-disabled", "true");
  fill(outcome, h("p", {}, gettext("Making it on this device …")));
  try {
    fill(outcome, await made(page, choice, chosen));
  } catch (error) {
    fill(outcome, page.fault(error));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function made(page: DossierPage, choice: Choice, chosen: Chosen): Promise<HTMLElement> {
  const ids = chosen.cases.map((one) => one.case);
  const parts = await page.remote.dossierParts(ids, chosen.told.filter(({ signed }) => signed).map(({ entry }) => entry.id));
  const hashes = await hashesOf(page, chosen);
  const known: Known = { parts, hashes, made: page.now, language };
  const data = await page.remote.signDossier(ids, "data", statementBytes(statementOf(chosen, choice, known)));
  const paper = await page.remote.signDossier(ids, "page", paperOf(chosen, choice, known, data, document.documentElement.dir));
  const save = (ending: string, content: Uint8Array, type: string, label: string): HTMLElement =>
    h("button", { type: "button", class: `save-${ending}`, onclick: () => { saveFile(`dossier-${page.now}.${ending}`, content, type); } }, label);
  const missing = chosen.files.length - hashes.size;
  return h(
    "div",
    { class: "done" },
    h("p", {}, h("strong", {}, gettext("Both files are made. Nothing of them was sent."))),
    missing > 0 && h("p", {}, gettext("Not every file could be fetched: its own checksum is missing, and the dossier says so.")),
    h("div", { class: "actions" }, save("html", paper, "text/html;charset=utf-8", gettext("Save the page")), save("json", data, "application/json", gettext("Save the data"))),
    h("p", { class: "help" }, gettext("Pass them on as files, not as a print alone: only the files can be checked. Read the page first.")),
  );
}

/** The hashes of the files themselves; what cannot be fetched has none. */
async function hashesOf({ remote }: DossierPage, { files }: Chosen): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const { case: id, file } of files) {
    const hash = await remote.hashFile(id, file.entry, file.place).catch(() => null);
    if (hash !== null) hashes.set(fileId(file), hash);
  }
  return hashes;
}
