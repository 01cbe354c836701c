/** Who stands where: the people of a case, its history, counts for leads, and who deals with what. */

import type { Directory } from "../protocol/directory.ts";
import { memberIds } from "../protocol/directory_parts.ts";
import { type JsonObject, checkInteger, checkText, isHex32, isId, isObject, visibleBidi } from "../protocol/encoding.ts";
import { Malformed, N_ } from "../protocol/errors.ts";
import { readers } from "../protocol/granting.ts";
import type { CaseView } from "../protocol/thread.ts";
import type { HistoryEvent, Overview, OverviewRow, Person, Session } from "../workers/desk_api.ts";
import { asDescribed, pathOf } from "./cases.ts";
import { holdersOf } from "./casework.ts";
import { UnexpectedAnswer } from "./errors.ts";
import { objects } from "./mailbox.ts";
import type { MemberSession } from "./member.ts";
import { labelOf, titleOf } from "./showing.ts";

const MAX_EVENTS = 20_000;
const MOST_AT_ONCE = 500;

/** Everybody with a role on the case's channel or with access to the case, as far as the case is concerned. */
export function peopleOf(directory: Directory, view: CaseView): Person[] {
  const { channel: id, first } = view.facts;
  const roles = new Map<string, string[]>();
  for (const [role, members] of directory.channels.find((one) => one.id === id)?.roles ?? []) {
    for (const member of members) roles.set(member, [...(roles.get(member) ?? []), role]);
  }
  const holders = holdersOf(view);
  const reading = readers(view);
  const excluded = first?.first?.excluded ?? [];
  const access = (member: string): Person["access"] => {
    if (excluded.includes(member)) return "excluded";
    if (holders.includes(member)) return "holder";
    return reading.has(member) ? "reader" : "none";
  };
  const everybody = [...new Set([...roles.keys(), ...holders, ...reading])].sort();
  return everybody.map((member) => ({
    id: member,
    label: labelOf(directory, member),
    roles: roles.get(member) ?? [],
    access: access(member),
  }));
}

/** Everybody with a role on a channel, by label. */
export function colleagues(directory: Directory): Session["people"] {
  const found = new Set(directory.channels.flatMap((channel) => [...memberIds(channel)]));
  const people = [...found].map((id) => ({ id, label: labelOf(directory, id) }));
  return people.sort((first, second) => first.label.localeCompare(second.label));
}

/** What staff did to a case, by the server's word, the latest first. */
export async function historyOf(session: MemberSession, caseId: string): Promise<HistoryEvent[]> {
  const events = new Map<string, HistoryEvent>();
  let after = "";
  while (events.size <= MAX_EVENTS) {
    const page = await session.get(`${pathOf(caseId)}/history${after}`);
    const before = events.size;
    const found = await asDescribed(() => objects(page, "events").map((item) => eventOf(session.site.directory, item)));
    for (const [id, event] of found) events.set(id, event);
    if (page["more"] !== true) return [...events.values()];
    const last = [...events.keys()].at(-1);
    if (events.size === before || last === undefined) break;
    after = `?after=${last}`;
  }
  throw new UnexpectedAnswer(N_("The server's pages have no end."));
}

function eventOf(directory: Directory, item: JsonObject): readonly [string, HistoryEvent] {
  const { id, details } = item;
  if (!isHex32(id)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: "/id" });
  const member = checkText(item["member"], { pointer: "/member", limit: 64 });
  const event = {
    at: visibleBidi(checkText(item["at"], { pointer: "/at", limit: 64 })),
    member,
    label: labelOf(directory, member),
    act: visibleBidi(checkText(item["act"], { pointer: "/act", limit: 64 })),
    details: isObject(details) ? { ...details } : {},
  };
  return [id, event];
}

/** Counts without opening anything: of one's own cases, or of all for auditors. */
export async function overviewOf(session: MemberSession, language: string): Promise<Overview> {
  const answer = await session.get("/api/overview");
  const { directory } = session.site;
  const titles = new Map(directory.channels.map((channel) => [channel.id, titleOf(channel, language)]));
  return asDescribed(() => ({
    scope: answer["scope"] === "all" ? "all" : "own",
    channels: objects(answer, "channels").map((row) => rowOf(row, (id) => titles.get(id) ?? id)),
    people: objects(answer, "people").map((row) => rowOf(row, (id) => (id === "" ? "" : labelOf(directory, id)))),
  }));
}

function rowOf(row: JsonObject, label: (id: string) => string): OverviewRow {
  const count = (name: string): number => checkInteger(row[name], 0, Number.MAX_SAFE_INTEGER, `/${name}`);
  const id = checkText(row["id"], { pointer: "/id", limit: 64 });
  return {
    id,
    label: visibleBidi(label(id)),
    open: count("open"),
    overdue: count("overdue"),
    neverOpened: count("never_opened"),
    closed: count("closed"),
  };
}

/**
 * Says who deals with cases; null for nobody. The ids that changed.
 *
 * @throws Problem a case is not this member's, or the other has no access to it: nothing was changed then
 */
export async function assign(session: MemberSession, cases: readonly string[], member: string | null): Promise<string[]> {
  if (!cases.every(isHex32) || (member !== null && !isId(member))) {
    throw new Malformed(N_("This is not a valid id."), { pointer: "/cases" });
  }
  const changed: string[] = [];
  for (let from = 0; from < cases.length; from += MOST_AT_ONCE) {
    const part = cases.slice(from, from + MOST_AT_ONCE);
    const answer = await session.send("POST", "/api/cases/assignments", { cases: [...part], member });
    if (!Array.isArray(answer["changed"])) continue;
    changed.push(...part.filter((id) => (answer["changed"] as readonly unknown[]).includes(id)));
  }
  return changed;
}
