/** Which cases hang on a member: those that they lead, who else does, and who could. */

import type { Directory } from "../protocol/directory.ts";
import type { Channel } from "../protocol/directory_parts.ts";
import type { Led } from "../workers/cover_api.ts";
import type { HeldCase } from "./cases.ts";
import { holdersOf } from "./casework.ts";
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
    closed: whyClosed(found.opened),
  };
}

function atWork(directory: Directory, channel: Channel, today: string): string[] {
  const members = new Set(WORKING.flatMap((role) => [...(channel.roles.get(role) ?? [])]));
  return [...members].filter((one) => directory.isListed(one, today)).sort();
}
