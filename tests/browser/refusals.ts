/** Assertions that read as sentences about what the core refuses. */

import assert from "node:assert/strict";

import { ProtocolError } from "../../reporting/browser/src/protocol/errors.ts";

type ErrorKind = new (...parameters: never[]) => ProtocolError;

/** `attempt` is refused with an error of that kind. */
export function refused(kind: ErrorKind, attempt: () => unknown): void {
  assert.throws(attempt, kind);
}

/** `attempt` is refused, in time, with an error of that kind. */
export async function refusedLater(kind: ErrorKind, attempt: () => Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, kind);
}

/** `attempt` succeeds or is refused by the core; any other error is a fault. */
export async function succeedsOrRefuses(attempt: () => unknown): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}
