/** Files of an opened case: what is needed to open one of them. */

import type { OpenJob } from "../evidence/files_api.ts";
import { MAX_NOTE, parseText } from "../protocol/epoch.ts";
import { N_, Refused } from "../protocol/errors.ts";
import * as notes from "../protocol/note.ts";
import type { CaseView, SealedCase } from "../protocol/thread.ts";

/** Stanzas of a file by the audience of its entry: it is sealed to the same recipients. */
const STANZAS: Readonly<Record<string, number>> = { reporter: 2, team: 1 };

/**
 * The file at `place` of an authentic entry, by the server's id of it.
 *
 * @throws Refused there is none
 */
export function fileOf(view: CaseView, entryId: string, place: number): Pick<OpenJob, "file" | "stanzas"> {
  const { entry = null } = view.facts.entries.find(({ served }) => served.id === entryId) ?? {};
  const file = entry?.attachments[place];
  const stanzas = STANZAS[entry?.audience ?? ""];
  if (file === undefined || stanzas === undefined) throw new Refused(N_("There is no such file in this case."));
  return { file, stanzas };
}

/**
 * The case hash, as epoch 0 states it: from it the reporter's keys for the case follow.
 *
 * @throws Refused the case has no epoch
 */
export function caseHashOf({ epochs: [first] }: SealedCase): Uint8Array {
  if (first === undefined) throw new Refused(N_("This case is not in order; nothing can be sealed to it."));
  return parseText(notes.parse(first, { limit: MAX_NOTE }).text).recipientSha256;
}
