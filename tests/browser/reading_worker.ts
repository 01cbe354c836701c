/** The reference of the bench of cleaning: a worker that reads a file from its first byte to its last. */

import { serve } from "../../reporting/browser/src/workers/rpc.ts";

/** The methods of this worker. */
export interface ReadingApi {
  read(file: Blob): Promise<number>;
}

const STEP = 1_048_576;

/** How many bytes there were, read as the cleaning worker reads: slice by slice. */
async function read(file: Blob): Promise<number> {
  let size = 0;
  for (let at = 0; at < file.size; at += STEP) size += (await file.slice(at, at + STEP).arrayBuffer()).byteLength;
  return size;
}

serve({ read } satisfies ReadingApi);
