/** Telling what a file is, apart from the page: a file that keeps whoever looks at it busy keeps nobody here. */

import { label } from "../viewer/labels.ts";
import type { Judgement } from "../viewer/judging.ts";
import type { JudgingApi } from "../workers/judging_api.ts";
import { type Connection, connect } from "../workers/rpc.ts";
import { workerOf } from "../ui/trusted.ts";

const PATIENCE = 10_000; // milliseconds

/** What is said of a file that could not be looked into: it is not shown, and can be saved. */
const UNTOLD: Judgement = { type: "", way: null, labels: [label("untold")] };

/** Judges a file in a worker of its own, which is ended then. What takes too long, or fails, could not be told. */
export async function judgeApart(content: Blob, name: string, start = startJudging, patience = PATIENCE): Promise<Judgement> {
  const worker = start();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Judgement>((resolve) => {
    timer = setTimeout(() => { resolve(UNTOLD); }, patience);
  });
  try {
    return await Promise.race([worker.remote.judge(content, name), late]);
  } catch {
    return UNTOLD; // the worker failed over it: saving must not depend on that
  } finally {
    clearTimeout(timer);
    worker.end();
  }
}

function startJudging(): Connection<JudgingApi> {
  return connect<JudgingApi>(workerOf("judging"));
}
