/** What members write under rights: minutes, that a request was dealt with, steps towards persons concerned, removals. */

import { type Minutes, NOTED_SCHEME, type Noted, STEP_SCHEME, type StepTaken, minutesOf, notedOf, stepOf } from "../protocol/rights.ts";
import { type JsonObject, b64encode } from "../protocol/encoding.ts";
import { Malformed, N_, Refused } from "../protocol/errors.ts";
import { strip } from "../questionnaires/reading.ts";
import type { HeldCase } from "./cases.ts";
import { write } from "./casework.ts";
import type { MemberSession } from "./member.ts";

/**
 * Minutes of a meeting or call, for both sides to read.
 *
 * @throws Malformed no day, no text, or too long a title
 */
export async function writeMinutes(session: MemberSession, found: HeldCase, { title, held, text, of }: Minutes): Promise<void> {
  const body = { title: strip(title), held, text: strip(text), of };
  minutesOf(body);
  await write(session, found, { kind: "minutes", audience: "reporter", body });
}

/**
 * Notes for the team that a request was dealt with, and how. With `waives` the server ends the deadline of the
 * acknowledgement, and learns by that what the reporter asked for.
 *
 * @throws Malformed no such request, or too long a text
 * @throws Problem the server refuses
 */
export async function noteRequest(session: MemberSession, found: HeldCase, { of, text }: Noted, waives: boolean): Promise<void> {
  const body = { scheme: NOTED_SCHEME, codes: { of, text: strip(text) } };
  notedOf(body);
  await write(session, found, { kind: "classification", audience: "team", body }, waives ? { to: "objections" } : {});
}

/**
 * Records a step towards persons concerned, for the team; the risk for the reporter is then to be assessed again.
 *
 * @throws Malformed no day
 * @throws Problem the server refuses
 */
export async function recordStep(session: MemberSession, found: HeldCase, { step, date, text }: StepTaken): Promise<void> {
  const body = { scheme: STEP_SCHEME, codes: { step, date, text: strip(text) } };
  stepOf(body);
  await write(session, found, { kind: "classification", audience: "team", body }, { to: "steps" });
}

/** What is removed: an entry by the server's id, or with `file` one of its files, by its place. And why. */
export interface Removing {
  readonly entry: string;
  readonly file: number | null;
  readonly reason: string;
}

/** Kinds of entries that can be removed; the others stand for steps of the case. */
export const REMOVABLE: ReadonlySet<string> = new Set(["message", "note", "translation", "minutes"]);

/** What of a removed thing stays until the server sweeps: parts of files, the database's log. Null: it did not say. */
export type Left = readonly ("files" | "log")[] | null;

/**
 * Removes an entry with its files, or one file, as irrelevant personal data: signed, for those who could read it.
 *
 * @throws Malformed no reason
 * @throws Refused it is none that can be removed
 * @throws Problem the server refuses
 */
export async function removeItem(session: MemberSession, found: HeldCase, { entry: id, file, reason }: Removing): Promise<Left> {
  if (strip(reason) === "") throw new Malformed(N_("Removing something needs a reason."), { pointer: "/reason" });
  const { served, entry } = found.opened.view.facts.entries.find((one) => one.served.id === id) ?? { served: null, entry: null };
  const attached = file === null ? null : entry?.attachments[file];
  const isRemovable = file === null ? REMOVABLE.has(entry?.kind ?? "") : attached !== undefined;
  if (served === null || entry === null || !isRemovable || entry.audience === "custodian") throw new Refused(N_("This cannot be removed."));
  const draft = { kind: "removal", audience: entry.audience } as const;
  const why = { reason: strip(reason) };
  if (attached !== null && attached !== undefined) {
    return left(await write(session, found, { ...draft, body: { sha256: b64encode(attached.sha256), ...why } }, { to: "removals", told: { target: id, upload: attached.upload } }));
  }
  return left(await write(session, found, { ...draft, body: { sha256: b64encode(served.sha256), ...why } }, { to: "removals", told: { target: id } }));
}

function left(answer: JsonObject): Left {
  const said = answer["left"];
  if (!Array.isArray(said)) return null;
  return (["files", "log"] as const).filter((name) => said.includes(name));
}
