/** A draft as a sealed file: saved with its code, opened again with it. Nothing of it stays in the browser. */

import { focusOn, h } from "../ui/dom.ts";
import { explain, gettext, language } from "../ui/i18n.ts";
import type { Code, OpenedDraft, ReportApi } from "../workers/reporter_api.ts";
import { RemoteError } from "../workers/rpc.ts";
import { codeField } from "./code_field.ts";
import { codeView } from "./code_view.ts";
import { button } from "./steps.ts";

/** The file's name, which shows among the device's downloads: it tells nothing. */
export const DRAFT_NAME = "draft.age";
const MAX_FILE = 1_048_576; // bytes; a full report takes some twenty thousand

/** A draft that was just saved; `without`: a sentence about what it does not hold. */
export interface SavedDraft {
  readonly code: Code;
  readonly without: string | undefined;
}

/** Shows the code of a draft that was just saved. */
export function savedDraft({ code, without }: SavedDraft, goOn: () => void): HTMLElement {
  return h(
    "section",
    { class: "draft-saved", "aria-labelledby": "draft-title" },
    h("h2", { id: "draft-title" }, gettext("Your draft is saved as a sealed file")),
    h("p", {}, gettext("The file “{name}” is among the downloads of this device. It opens on the report pages of this site alone, and only with the code below: without the code, nobody can read it, you neither. Keep the code apart from the file.", { name: DRAFT_NAME })),
    without !== undefined && h("p", { class: "warning" }, without),
    h("p", {}, gettext("If you send the report later, the same code becomes its receipt code.")),
    h("p", {}, h("a", { href: `/${language}/how#draft` }, gettext("What a draft file protects, and what it does not"))),
    codeView(code, { heading: "h3", fileName: "draft-code.txt", purpose: [gettext("Code of a sealed draft"), gettext("It opens the file {name} on the site below.", { name: DRAFT_NAME })] }),
    h("div", { class: "actions" }, button(gettext("I have kept the code: go on writing"), "primary go-on", goOn)),
  );
}

/** Opens a saved draft: a file and a code to give. `use` gets what was in it; `failed` undoes what a wrong code left. */
export function openDraftPart(remote: ReportApi, use: (draft: OpenedDraft) => void, failed: () => Promise<void>): HTMLElement {
  const file = h("input", { id: "draft-file", type: "file", accept: ".age", autocomplete: "off" });
  const fault = h("p", { class: "field-error", role: "alert" });
  const open = (): void => {
    void openFrom(file, fault);
  };
  const code = codeField(remote, { id: "draft-code", label: gettext("Its code"), onEnter: open });
  const openFrom = async (chosen: HTMLInputElement, say: HTMLElement): Promise<void> => {
    const [draft] = chosen.files ?? [];
    say.textContent = draft === undefined ? gettext("Choose the file first.") : draft.size > MAX_FILE ? gettext("This file is no draft.") : "";
    if (draft === undefined || say.textContent !== "") {
      chosen.focus();
      return;
    }
    const read = await code.read();
    if (read === null) return;
    try {
      use(await remote.openDraft(new Uint8Array(await draft.arrayBuffer()), read.groups.join(" ")));
      code.clear();
      chosen.value = "";
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      say.textContent = explain(error);
      await failed();
    }
  };
  return h(
    "details",
    { class: "draft-open" },
    h("summary", {}, gettext("Open a draft that you saved")),
    fault,
    h("div", { class: "field" }, h("label", { for: file.id }, gettext("The sealed file ({name})", { name: DRAFT_NAME })), file),
    code.element,
    h("div", { class: "actions" }, button(gettext("Open it"), "open-draft", open)),
  );
}

/** Brings what was saved into view. */
export function showSaved(place: HTMLElement, saved: SavedDraft, goOn: () => void): HTMLElement {
  const element = savedDraft(saved, goOn);
  place.append(element);
  const title = element.querySelector<HTMLElement>("h2");
  if (title !== null) focusOn(title);
  return element;
}
