/** Which cases hang on a member: those that they lead, who else does, and who could. */

import type { Directory } from "../protocol/directory.ts";
import type { Channel } from "../protocol/directory_parts.ts";
import { visibleBidi } from "../protocol/encoding.ts";
import { MAX_NOTE, signerName } from "../protocol/epoch.ts";
import * as notes from "../protocol/note.ts";
import type { Led } from "../workers/cover_api.ts";
import type { HeldCase } from "./cases.ts";
import { holdersOf, peopleOf } from "./casework.ts";
import type { MemberSession } from "./member.ts";
import { labelOf, titleOf, whyClosed } from "./showing.ts";

/** Roles whose members may let others into a case and are at work; the break-glass key lies in a safe. */
const WORKING = ["intake", "investigator", "protection"] as const;

/** The case, if the member leads it by the chain that was verified here; else null. */
export function ledBy({ member, site }: MemberSession, found: HeldCase, language: string): Led | null {
  const { view } = found.opened;
  const { channel: id, case: caseId, first } = view.facts;
  const holders = holdersOf(view);
  if (!holders.includes(member)) return null;
  const { directory, today } = site;
  const channel = directory.channels.find((one) => one.id === id);
  const working = channel === undefined ? [] : atWork(directory, channel, today);
  const excluded = first?.first?.excluded ?? [];
  return {
    case: caseId,
    channel: id,
    title: channel === undefined ? id : titleOf(channel, language),
    summary: found.card?.summary ?? "",
    others: holders.filter((one) => one !== member && working.includes(one)).map((one) => labelOf(directory, one)),
    able: working.filter((one) => !holders.includes(one) && !excluded.includes(one)),
    excluded,
    olderKeys: (view.facts.chain?.last.directory ?? 0) < (directory.member(member)?.since ?? 0),
    people: peopleOf(view).filter((one) => one !== member).map((one) => ({ id: one, label: visibleBidi(labelOf(directory, one)) })),
    underFormer: isUnderFormer(found.opened.served.sealed.epochs, member, directory),
    closed: whyClosed(found.opened),
  };
}

/** Whether the newest epoch was signed with a key that was this member's and is so no more. */
function isUnderFormer(epochs: readonly string[], member: string, { former, origin }: Directory): boolean {
  const newest = epochs.at(-1);
  if (newest === undefined || epochs.length < 2) return false; // the first one is the reporter's
  const note = notes.parse(newest, { limit: MAX_NOTE });
  const name = signerName(origin, member);
  return former.some((one) => one.id === member && notes.isSignedBy(note, new notes.VerifierKey(name, one.signingKey)));
}

function atWork(directory: Directory, channel: Channel, today: string): string[] {
  const members = new Set(WORKING.flatMap((role) => [...(channel.roles.get(role) ?? [])]));
  return [...members].filter((one) => directory.isListed(one, today)).sort();
}
