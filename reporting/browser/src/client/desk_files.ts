/** A file of a case that a member opened: what is needed to open it. */

import type { OpenJob } from "../evidence/files_api.ts";
import { fileOf } from "./case_files.ts";
import { type HeldCase, heldGrants } from "./cases.ts";
import type { MemberSession } from "./member.ts";

/**
 * The file at `place` of an entry, with every key that the member holds of the case.
 *
 * @throws Refused there is no such file
 */
export async function fileToOpen(
  session: MemberSession,
  found: HeldCase,
  entryId: string,
  place: number,
  act: "view" | "download",
): Promise<OpenJob> {
  const { view } = found.opened;
  const held = await heldGrants(session, found);
  const identities = held.map(({ identity }) => identity.encode());
  return { ...fileOf(view, entryId, place), identities, from: { side: "desk", case: view.facts.case, act } };
}
