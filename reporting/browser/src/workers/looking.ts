/** Going through many cases, a few at once. */

import { Problem, Unreachable } from "../client/errors.ts";
import { ProtocolError } from "../protocol/errors.ts";

const AT_ONCE = 3;

/**
 * Does `work` for every case; what it answers, in order, undefined where a case does not open: it waits for a
 * person who opens and sees it.
 *
 * @throws Unreachable, Problem of kind `not-signed-in` nothing more can be done
 */
export async function eachCase<T>(ids: readonly string[], work: (id: string) => Promise<T>, progress: (done: number, of: number) => void): Promise<(T | undefined)[]> {
  const found: (T | undefined)[] = ids.map(() => undefined);
  const waiting = [...ids.entries()];
  let done = 0;
  const run = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const [place, id] = one;
      found[place] = await quietly(() => work(id));
      progress(++done, ids.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  return found;
}

async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const ended = error instanceof Problem && error.kind === "not-signed-in";
    if (!(error instanceof ProtocolError) || error instanceof Unreachable || ended) throw error;
    return undefined;
  }
}
