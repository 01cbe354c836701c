/** What was reported, in codes: sealed for the team, and counted once without saying of which case. */

import { CHANNEL_KINDS, type ChannelKind, type Classification, type Moment, OFFENCE_SCHEME, checkCodes, recordOf } from "../protocol/classes.ts";
import type { JsonObject } from "../protocol/encoding.ts";
import type { CaseView } from "../protocol/thread.ts";
import type { HeldCase } from "./cases.ts";
import { write } from "./casework.ts";
import type { MemberSession } from "./member.ts";

/** What whoever classifies says; whether and when it was counted follows. */
export type Classifying = Omit<Classification, "counted">;

const MONTH = 7; // YYYY-MM

/** What was counted while its entry could not be written yet: it is not counted again when that is tried again. */
const put = new WeakMap<MemberSession, Map<string, string>>();

/**
 * Seals a classification for the team. Where it is to be counted, and none of the same moment was, its record is put among
 * the figures first, so that what is signed of it is true; later ones say the same month, and change nothing that was counted.
 *
 * @throws Malformed something is missing, or contradicts itself
 * @throws Problem the server refuses
 */
export async function classify(session: MemberSession, found: HeldCase, given: Classifying, count: boolean): Promise<void> {
  const { view } = found.opened;
  const judged = checkCodes({ ...given, counted: null });
  const before = countedAt(view, given.at);
  const counted = before ?? (count ? await putIn(session, view, judged) : null);
  const codes = { ...judged, counted } as unknown as JsonObject;
  await write(session, found, { kind: "classification", audience: "team", body: { scheme: OFFENCE_SCHEME, codes } });
}

/** The month in which a classification of that moment was counted, by what was signed first; null where none was. */
export function countedAt(view: CaseView, at: Moment): string | null {
  for (const { kind, body } of view.authentic("team")) {
    if (kind !== "classification" || body["scheme"] !== OFFENCE_SCHEME) continue;
    const { at: moment, counted } = checkCodes(body["codes"]);
    if (moment === at && counted !== null) return counted;
  }
  return null;
}

/** Puts the record in, once: the month, or null where the channel is gone and nobody knows what kind it was of. */
async function putIn(session: MemberSession, view: CaseView, judged: Classification): Promise<string | null> {
  const kind = kindOf(session, view);
  if (kind === null) return null;
  const known = put.get(session) ?? new Map<string, string>();
  put.set(session, known);
  const key = `${view.facts.case} ${judged.at}`;
  const month = known.get(key) ?? session.site.today.slice(0, MONTH);
  if (!known.has(key)) await session.send("POST", "/api/statistics/records", recordOf(judged, kind) as unknown as JsonObject);
  known.set(key, month);
  return month;
}

function kindOf({ site }: MemberSession, view: CaseView): ChannelKind | null {
  const kind = site.directory.channels.find(({ id }) => id === view.facts.channel)?.kind;
  return CHANNEL_KINDS.find((one) => one === kind) ?? null;
}
