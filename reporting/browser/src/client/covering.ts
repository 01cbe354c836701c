/** Cover during absence: who stands in until when, as the server keeps it. Access itself is given as always. */

import { isHex32, isId, isObject, parseDay } from "../protocol/encoding.ts";
import { Malformed, N_ } from "../protocol/errors.ts";
import type { Cover } from "../workers/cover_api.ts";
import { asDescribed } from "./cases.ts";
import { objects } from "./mailbox.ts";
import type { MemberSession } from "./member.ts";
import { labelOf } from "./showing.ts";

const PATH = "/api/covers";
const MOST_AT_ONCE = 500;

/** The covers of this member that are not done with. By the server's word. */
export async function coversOf(session: MemberSession): Promise<Cover[]> {
  const answer = await session.get(PATH);
  return asDescribed(() =>
    objects(answer, "covers").map((item) => {
      const { id, to } = item;
      if (!isHex32(id) || !isId(to)) throw invalid();
      const cases = objects(item, "cases").filter((one) => isObject(one) && one["given"] === true);
      return {
        id,
        to,
        label: labelOf(session.site.directory, to),
        until: parseDay(item["until"], "/until"),
        ended: item["ended"] === true,
        given: cases.map((one) => caseOf(one["case"])),
      };
    }),
  );
}

function caseOf(value: unknown): string {
  if (!isHex32(value)) throw invalid();
  return value;
}

function invalid(): Malformed {
  return new Malformed(N_("This is not a valid id."), { pointer: "/covers" });
}

/**
 * Notes that a member stands in until a day; what is given to them in the cases after this ends then.
 *
 * @throws Problem the day is past or too far off, or a case is not this member's
 */
export async function beginCover(session: MemberSession, to: string, until: string, cases: readonly string[]): Promise<void> {
  for (let from = 0; from < cases.length; from += MOST_AT_ONCE) {
    await session.sendOnce("POST", PATH, { to, until, cases: cases.slice(from, from + MOST_AT_ONCE) });
  }
}

/** Ends a cover now; takes one that has ended off the list. */
export async function closeCover(session: MemberSession, cover: string): Promise<void> {
  if (!isHex32(cover)) throw invalid();
  // Once: a second time it would take the cover off the list.
  await session.sendOnce("DELETE", `${PATH}/${cover}`, {});
}
