/** Reading a table in a worker of its own: one that takes forever to read keeps neither the frame nor the desk. */

import { N_ } from "../protocol/errors.ts";
import type { Sheet } from "./grid.ts";
import { BROKEN, NotShown, type Said } from "./messages.ts";
import { startWorker } from "./worker_start.ts";

const PATIENCE = 10_000; // milliseconds, as for judging

/** What the worker is asked, and what it answers. */
export interface Asked {
  readonly content: Blob;
  readonly type: string;
}
export type Answered = { readonly sheets: readonly Sheet[] } | { readonly refused: Said };

/**
 * The sheets of a table. The worker is ended then.
 *
 * @throws NotShown it is broken, larger than is read here, or takes too long
 */
export async function readApart(content: Blob, type: string, start = (): Worker => startWorker("table"), patience = PATIENCE): Promise<readonly Sheet[]> {
  const worker = start();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const answer = await new Promise<Answered>((resolve, reject) => {
      timer = setTimeout(() => { reject(new NotShown(N_("It took too long, so it was stopped."))); }, patience);
      worker.addEventListener("message", ({ data }: MessageEvent<Answered>) => { resolve(data); });
      worker.addEventListener("error", () => { reject(new NotShown(BROKEN)); });
      worker.postMessage({ content, type } satisfies Asked);
    });
    if ("refused" in answer) throw new NotShown(answer.refused.message, answer.refused.values);
    return answer.sheets;
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}
