/** The page of the bench of sealing: it starts the worker that measures, and those that seal for it. */

import { workerOf } from "../../reporting/browser/src/ui/trusted.ts";
import { connect } from "../../reporting/browser/src/workers/rpc.ts";
import type { Measuring, Trial } from "./sealing_worker.ts";

async function measure(trial: Trial): Promise<number> {
  const { remote, end } = connect<Measuring>(workerOf("bench"));
  try {
    return await remote.measure(trial);
  } finally {
    end();
  }
}

Object.assign(globalThis, { measure });
