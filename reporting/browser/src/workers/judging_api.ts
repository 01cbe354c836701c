/** What the desk asks of the worker that tells what a file is. */

import type { Judgement } from "../viewer/judging.ts";

/** See `viewer/judging.ts`. Blobs cross without being copied. */
export interface JudgingApi {
  judge(file: Blob, name: string): Promise<Judgement>;
}
