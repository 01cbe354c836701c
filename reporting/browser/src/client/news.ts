/** Asking by a news link, and turning it on or off (protocol section 11.1). */

import { b64decode, b64encode } from "../protocol/encoding.ts";
import { CannotOpen, Malformed } from "../protocol/errors.ts";
import { type Feed, openDay } from "../protocol/feed.ts";
import { notAsDescribed } from "./errors.ts";
import type { Transport } from "./transport.ts";

/** What a link tells: whether it is on, and the day of the newest entry by members; null where there is none. */
export interface News {
  readonly on: boolean;
  readonly day: string | null;
}

/**
 * What the service answers by the link of `feed`, in one post of `shape` bytes. Nothing is spent and nothing kept.
 *
 * @throws NotAuthentic no day, or one that is yet to come
 * @throws Problem, Unreachable no answer
 * @throws UnexpectedAnswer it is not as the protocol says
 */
export async function askForNews(transport: Transport, shape: number, feed: Feed, today: string): Promise<News> {
  const request = { feed: b64encode(await feed.lookup()) };
  const answer = (await transport.sendJson("POST", "/api/updates", request, { shape })).expect(200).json();
  try {
    return { on: true, day: await openDay(b64decode(answer["news"]), await feed.answerKey(), today) };
  } catch (error) {
    if (error instanceof CannotOpen) return { on: false, day: null };
    if (error instanceof Malformed) throw notAsDescribed(error);
    throw error;
  }
}
