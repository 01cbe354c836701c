/** Translations of what was written, for the team. */

import { b64encode } from "../protocol/encoding.ts";
import { N_, Refused } from "../protocol/errors.ts";
import { type Translation, translationOf } from "../protocol/translating.ts";
import { strip } from "../questionnaires/reading.ts";
import type { HeldCase } from "./cases.ts";
import { write } from "./casework.ts";
import type { MemberSession } from "./member.ts";

/** What whoever attaches a translation says; `entry` is the server's id of the original. */
export type Translating = Omit<Translation, "of" | "sha256"> & { readonly entry: string };

/**
 * Seals a translation of an entry for the team, bound to the original's sealed bytes.
 *
 * @throws Malformed no text, or no language
 * @throws Refused there is no such entry, or it is not authentic
 * @throws Problem the server refuses
 */
export async function translate(session: MemberSession, found: HeldCase, { entry: id, ...given }: Translating): Promise<void> {
  const original = found.opened.view.facts.entries.find(({ served }) => served.id === id);
  const said = original?.entry ?? null;
  if (original === undefined || said === null || said.audience === "custodian") throw new Refused(N_("This cannot be translated here."));
  const body = { of: said.id, sha256: b64encode(original.served.sha256), ...given, text: strip(given.text), language: strip(given.language) };
  translationOf(body);
  await write(session, found, { kind: "translation", audience: "team", body });
}
