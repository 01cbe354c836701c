/** Indicators as the server computes them: numbers alone, each in its bounds or hidden. */

import { type Json, type JsonObject, checkInteger, checkText, isObject, parseDay, visibleBidi } from "../protocol/encoding.ts";
import { Malformed, N_ } from "../protocol/errors.ts";
import type { Indicator, Indicators } from "../workers/work_api.ts";
import { asDescribed } from "./cases.ts";
import { objects } from "./mailbox.ts";
import type { MemberSession } from "./member.ts";
import { titleOf } from "./showing.ts";

const NAME = 64;
const MOST = Number.MAX_SAFE_INTEGER;
const FORMS: readonly Indicator["form"][] = ["number", "share", "median", "parts"];

/**
 * The indicators of the period from the day `from` to the day `to`.
 *
 * @throws Problem it is no whole quarter or year
 * @throws UnexpectedAnswer what the server serves is not as it describes itself
 */
export async function indicatorsOf(session: MemberSession, language: string, from: string, to: string): Promise<Indicators> {
  const answer = await session.get(`/api/indicators?from=${parseDay(from)}&to=${parseDay(to)}`);
  const titles = new Map(session.site.directory.channels.map((channel) => [channel.id, titleOf(channel, language)]));
  return asDescribed(() => ({
    computed: parseDay(answer["computed"], "/computed"),
    scope: answer["scope"] === "all" ? "all" : "own",
    least: checkInteger(answer["least_number"], 1, 1_000, "/least_number"),
    channels: objects(answer, "channels").map((channel) => {
      const id = checkText(channel["id"], { pointer: "/id", limit: NAME });
      return { id, title: visibleBidi(titles.get(id) ?? id), lines: objects(channel, "indicators").map(lineOf) };
    }),
  }));
}

function lineOf(item: JsonObject): Indicator {
  const whole = (name: string, most: number): number | null => (isNone(item[name]) ? null : checkInteger(item[name], 0, most, `/${name}`));
  const form = FORMS.find((one) => one === item["form"]);
  if (form === undefined) throw new Malformed(N_("This must be text."), { pointer: "/form" });
  const parts = isObject(item["parts"]) ? Object.entries(item["parts"]) : [];
  return {
    id: visibleBidi(checkText(item["id"], { pointer: "/id", limit: NAME })),
    form,
    of: whole("of", MOST),
    count: whole("count", MOST),
    percent: numberOf(item["percent"], 100, "/percent"),
    least: whole("least", 100),
    most: whole("most", 100),
    days: numberOf(item["days"], MOST, "/days"),
    parts: parts.map(([name, value]) => [visibleBidi(name), isNone(value) ? null : checkInteger(value, 0, MOST, "/parts")]),
  };
}

function isNone(value: Json | undefined): boolean {
  return value === null || value === undefined;
}

/** A number that need not be whole. */
function numberOf(value: Json | undefined, most: number, pointer: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== "number" || value < 0 || value > most) throw new Malformed(N_("This must be a whole number from {low} to {high}."), { pointer, low: 0, high: most });
  return value;
}
