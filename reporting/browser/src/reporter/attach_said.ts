/** Sentences about files that the page says elsewhere: they come with the files, so that a first visit need not wait for them. */

import { gettext } from "../ui/i18n.ts";
import type { FilesSaid } from "./attach_types.ts";

/** Kinds of problems by which a server says that it cannot keep files now. */
const NO_ROOM = ["room-low", "store-unavailable", "unavailable"];

/** The sentences, in the page's language. */
export function saidOfFiles(): FilesSaid {
  return {
    awake: gettext("Keep this page open, and this device awake."),
    stoppedReport: gettext("Sending was stopped, and nobody got your report. Sealed parts of files that were sent already are deleted within about a day; nobody can open them."),
    stoppedMessage: gettext("Sending was stopped, and nobody got your message. Sealed parts of files that were sent already are deleted within about a day; nobody can open them."),
    draft: gettext("Your files are not in it: a draft holds text alone. Keep them, and add them again when you go on."),
  };
}

/** What to do where the server did not take files, by the kind of its refusal; null where there is nothing to add. */
export function adviceOn(kind: unknown): string | null {
  if (typeof kind !== "string" || !NO_ROOM.includes(kind)) return null;
  return gettext("The server has no room for files just now; this often passes within hours. Text has room always: take the files out of the list, send without them, and add them later as a message, with your receipt code.");
}
