/** What the server says of a protection case beside its status. */

import { type Json, type JsonObject, checkText, isHex32, isId, isObject, parseDay, visibleBidi } from "../protocol/encoding.ts";
import { Malformed, N_ } from "../protocol/errors.ts";
import { objects } from "./mailbox.ts";
import type { MeasureRow, Protected, Refusal, StaffClock } from "./shown.ts";

/** What the server says of a protection case; of others only where an assessment was asked for, else null. @throws Malformed it is of another form */
export function protectedOf(value: Json | undefined): Protected | null {
  if (!isObject(value)) return null;
  return {
    clocks: objects(value, "clocks").map(clockOf),
    refusals: proposalsOf(value, "refusals"),
    measures: objects(value, "measures").map(measureOf),
  };
}

/** What was proposed in a case so that a second member confirms it, in the member `name`. @throws Malformed of another form */
export function proposalsOf(value: JsonObject, name: string): Refusal[] {
  return objects(value, name).map(refusalOf);
}

function clockOf(item: JsonObject): StaffClock {
  const time = (name: string): string => visibleBidi(checkText(item[name], { pointer: `/${name}`, limit: 64 }));
  return { name: checkText(item["name"], { pointer: "/name", limit: 64 }), started: time("started"), due: time("due"), done: item["done"] === null ? null : time("done") };
}

function refusalOf(item: JsonObject): Refusal {
  const { id, entry, proposed_by: by } = item;
  if (!isHex32(id) || !isHex32(entry) || !isId(by)) throw new Malformed(N_("This is not a valid id."), { pointer: "/refusals" });
  return { id, entry, by, state: checkText(item["state"], { pointer: "/state", limit: 64 }) };
}

function measureOf(item: JsonObject): MeasureRow {
  const { id, entry, owner } = item;
  if (!isHex32(id) || !isHex32(entry) || !isId(owner)) throw new Malformed(N_("This is not a valid id."), { pointer: "/measures" });
  const day = (name: string): string | null => ((item[name] ?? null) === null ? null : parseDay(item[name], `/${name}`));
  return { id, entry, owner, state: checkText(item["state"], { pointer: "/state", limit: 64 }), review: day("review"), end: day("end") };
}

/** What presses among the hours of staff: whether somebody is in danger, and the nearest that runs out. */
export function urgencyOf(found: Protected | null): { readonly danger: boolean; readonly urgent: string | null } {
  const running = (found?.clocks ?? []).filter(({ done }) => done === null);
  const [urgent = null] = running.map(({ due }) => due).sort();
  return { danger: running.some(({ name }) => name === "danger"), urgent };
}
