/** A file of the conversation: what it is called, and a button that fetches, opens, checks and saves it. */

import type { ShownFile } from "../evidence/types.ts";
import { fill, h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";
import { WHOLE, saveBlob } from "../ui/keeping.ts";
import { sizeWords } from "../ui/sizes.ts";
import { removedWords } from "../ui/words.ts";
import { RemoteError, isGone } from "../workers/rpc.ts";
import type { MailboxApi } from "../workers/reporter_api.ts";
import { faultWords } from "./fault_box.ts";
import { button } from "./steps.ts";

/** A file of a case, with its button: also where it is said to be removed, since only the server's lack of it shows that. */
export function receivedFile(caseId: string, file: ShownFile, remote: Pick<MailboxApi, "openFile">): HTMLElement {
  const removed = file.removed === null ? [] : [h("p", { dir: "auto" }, removedWords(file.removed))];
  const large = tooLarge(file);
  if (large !== null) return h("div", { class: "received-file" }, nameOf(file), removed, h("p", {}, large));
  const said = h("p", { class: "help", role: "status" });
  const save = button(file.removed === null ? gettext("Save") : gettext("Look for it anyway"), "quiet save-received", () => void fetchAndSave());
  save.setAttribute("aria-label", file.removed === null ? gettext("Save {name}", { name: file.name }) : gettext("Look for {name} anyway", { name: file.name }));
  const fetchAndSave = async (): Promise<void> => {
    if (save.getAttribute("aria-disabled") === "true") return;
    save.setAttribute("aria-disabled", "true");
    fill(said, gettext("Fetching and opening it on this device …"));
    try {
      const content = await remote.openFile(caseId, file.entry, file.place, ({ sent, size }) => {
        fill(said, gettext("{percent}% are here.", { percent: number(size === 0 ? 0 : Math.floor((sent / size) * 100)) }));
      });
      saveBlob(file.name, content);
      fill(said, gettext("It is whole, and as its sender sealed it. It is among the downloads of this device."));
    } catch (error) {
      if (error instanceof RemoteError && error.failure.name === "Ended") return;
      if (file.removed !== null && isGone(error)) { fill(said, gettext("It is not on the server any more.")); return; }
      fill(said, h("span", { class: "field-error" }, faultWords(error), " ", gettext("Nothing of it was saved.")));
    } finally {
      save.removeAttribute("aria-disabled");
    }
  };
  return h("div", { class: "received-file" }, nameOf(file), removed, save, said);
}

/** What to do with a file that is too large to be held here as a whole; null where it is not. */
export function tooLarge({ size }: Pick<ShownFile, "size">): string | null {
  if (size <= WHOLE) return null;
  return gettext("This page can save files of up to {size}. For this one, use the program for the terminal: “reporting mailbox” with “--save-files”.", { size: sizeWords(WHOLE) });
}

function nameOf(file: ShownFile): HTMLElement {
  return h("p", {}, h("bdi", { translate: "no" }, file.name), " ", h("span", { class: "soft" }, kindAndSize(file)));
}

function kindAndSize({ type, size }: ShownFile): string {
  return gettext("({type}, {size})", { type, size: sizeWords(size) });
}
