/** What pages ask of the worker that looks into files and cleans them. */

import type { Cleaned, Inspection } from "../hidden/types.ts";

/** See `hidden/index.ts`. Blobs cross without being copied. */
export interface CleaningApi {
  inspect(file: Blob, name: string): Promise<Inspection>;
  clean(file: Blob, name: string): Promise<Cleaned>;
}
