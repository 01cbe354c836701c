/** The page of the bench of cleaning: files are picked in it, as reporters pick them. */

import { workerOf } from "../../reporting/browser/src/ui/trusted.ts";
import type { CleaningApi } from "../../reporting/browser/src/workers/cleaning_api.ts";
import { RemoteError, connect } from "../../reporting/browser/src/workers/rpc.ts";
import type { ReadingApi } from "./reading_worker.ts";

/** Looking into a file and cleaning it as the pages do, or reading it from its first byte to its last. */
export type Way = "cleaning" | "reading";

const cleaner = connect<CleaningApi>(workerOf("cleaning")).remote;
const reader = connect<ReadingApi>(workerOf("reading")).remote;

/** What was measured: milliseconds, and whether the file was cleaned, which a refusal is not. */
export interface Measured {
  readonly milliseconds: number;
  readonly cleaned: boolean;
}

async function cleaned(file: File): Promise<boolean> {
  const { cleaning } = await cleaner.inspect(file, file.name);
  if (cleaning === "none") return false; // the pages do not ask for it either
  try {
    await cleaner.clean(file, file.name);
    return true;
  } catch (error) {
    if (!(error instanceof RemoteError) || error.failure.name === "Error") throw error;
    return false;
  }
}

async function readThrough(file: File): Promise<false> {
  if ((await reader.read(file)) !== file.size) throw new TypeError("not all of it was read");
  return false;
}

async function measure(place: number, way: Way): Promise<Measured> {
  const file = document.querySelector("input")?.files?.[place];
  if (file === undefined) throw new TypeError("no such file was picked");
  const began = performance.now();
  const done = await (way === "cleaning" ? cleaned(file) : readThrough(file));
  return { milliseconds: performance.now() - began, cleaned: done };
}

Object.assign(globalThis, { measure });
