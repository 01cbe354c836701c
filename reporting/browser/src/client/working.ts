/** What waits for a protection officer, as the server lists it: days, hours and states, nothing of any content. */

import { type JsonObject, checkInteger, checkText, isHex32, parseDay, visibleBidi } from "../protocol/encoding.ts";
import { Malformed, N_ } from "../protocol/errors.ts";
import type { Load, Work, WorkItem, WorkState } from "../workers/work_api.ts";
import { asDescribed } from "./cases.ts";
import { UnexpectedAnswer } from "./errors.ts";
import { objects } from "./mailbox.ts";
import type { MemberSession } from "./member.ts";
import { labelOf } from "./showing.ts";

const PAGE = 1_000;
const PAGES = 5; // more than anybody looks through; the nearest come first
const POSITION = /^[0-9a-z_.-]{1,160}$/;
const NAME = 64;
const STATES: readonly WorkState[] = ["overdue", "today", "at-risk", "later"];

/**
 * What waits for the member, those in danger first, then the nearest due.
 *
 * @throws UnexpectedAnswer what the server serves is not as it describes itself
 */
export async function workOf(session: MemberSession, progress: (items: number) => void): Promise<Work> {
  const items: WorkItem[] = [];
  let load: Load[] = [];
  let today = "";
  let after = "";
  for (let number = 0; number < PAGES; number++) {
    const page = await session.get(`/api/protection/work?limit=${PAGE}${after}`);
    const next = await asDescribed(() => {
      items.push(...objects(page, "items").map(itemOf));
      if (number === 0) {
        today = parseDay(page["today"], "/today");
        load = objects(page, "load").map((one) => loadOf(session, one));
      }
      return page["next"];
    });
    progress(items.length);
    if (next === null) return { today, items, more: false, load };
    if (typeof next !== "string" || !POSITION.test(next)) throw new UnexpectedAnswer(N_("The server's pages have no end."));
    after = `&after=${next}`;
  }
  return { today, items, more: true, load };
}

function itemOf(item: JsonObject): WorkItem {
  const id = item["case"];
  if (!isHex32(id)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: "/case" });
  const name = (key: string): string => visibleBidi(checkText(item[key], { pointer: `/${key}`, limit: NAME }));
  const person = (key: string): string | null => (item[key] === null ? null : name(key));
  const state = STATES.find((one) => one === item["state"]);
  if (state === undefined) throw new Malformed(N_("This must be text."), { pointer: "/state" });
  return {
    case: id,
    channel: name("channel"),
    status: name("status"),
    assignee: person("assignee"),
    danger: item["danger"] === true,
    kind: name("kind"),
    name: name("name"),
    due: dueOf(name("due")),
    state,
    by: person("by"),
  };
}

/** A day, or an instant that begins with one. */
function dueOf(text: string): string {
  parseDay(text.slice(0, 10), "/due");
  if (text.length > 10 && Number.isNaN(Date.parse(text))) throw new Malformed(N_("This must be text."), { pointer: "/due" });
  return text;
}

function loadOf({ site: { directory } }: MemberSession, item: JsonObject): Load {
  const count = (key: string): number => checkInteger(item[key], 0, Number.MAX_SAFE_INTEGER, `/${key}`);
  const id = checkText(item["id"], { pointer: "/id", limit: NAME });
  return { id, label: id === "" ? "" : visibleBidi(labelOf(directory, id)), open: count("open"), overdue: count("overdue") };
}
