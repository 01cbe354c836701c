/** Plain text and tables: they show all that they hold, so that there is nothing to remove. */

import { N_ } from "../protocol/errors.ts";
import type { Detected, Format, Found } from "./types.ts";

const READ = N_("This file is plain text and hides nothing, but read it once more: names, addresses and paths in it stay.");
const PLAIN = new Set(["text/plain", "text/csv", "text/tab-separated-values", "text/markdown"]);

export const plain: Format = {
  matches: ({ type }: Detected): boolean => PLAIN.has(type),

  inspect: (): Promise<Found> => Promise.resolve({ findings: [], cleaning: "full", notes: [READ] }),

  clean: (file: Blob): Promise<Blob> => Promise.resolve(file),
};
