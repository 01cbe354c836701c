/** What was sealed and perhaps sent, kept so that the same words are sent as the same bytes, and once. */

import type { Acknowledged, Sealed, Sending } from "../client/acknowledged.ts";
import type { Attaching } from "../evidence/files.ts";
import type { Sender } from "../client/sending.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import type { Tell } from "./page_engine.ts";
import type { Received } from "./reporter_api.ts";

/** Something sealed, and the words and code that it was sealed from. */
export interface Kept<T, R> extends Sealed<T> {
  readonly from: string;
  /** The sending under way: asked for twice at once, it is done once. */
  running: Promise<R> | null;
}

/** A place for what words are sealed to. */
export function nothingKept<T, R>(from = ""): Kept<T, R> {
  return { from, made: null, running: null };
}

/** What is kept for exactly these words, else a new place for what they are sealed to. */
export function keptFor<T, R>(kept: Kept<T, R>, from: unknown): Kept<T, R> {
  const text = JSON.stringify(from);
  return kept.from === text ? kept : nothingKept(text);
}

/** Runs `send` unless it runs already, and marks what it throws with whether something may have arrived. */
export async function once<T, R>(kept: Kept<T, R>, sending: Sending, send: () => Promise<R>): Promise<R> {
  const started = kept.running === null;
  try {
    return await (kept.running ??= send());
  } catch (error) {
    if (started && error instanceof ProtocolError) Object.assign(error, { mayHaveArrived: sending.sender.fate.unknown });
    throw error;
  } finally {
    if (started) kept.running = null;
  }
}

/** Sending under `receipt` by `sender`, with `progress` told of what is done before and between. */
export function toldOf(progress: Tell, receipt: ReceiptCode, sender: Sender, files: Attaching): Sending {
  return {
    receipt,
    sender,
    files,
    sealing: () => {
      progress("sealing");
    },
    changed: () => {
      progress("directory-changed");
    },
  };
}

/** An acknowledgement, as a page is told of it. */
export function toReceived({ case: id, day, note }: Acknowledged): Received {
  return { case: id, day, acknowledgement: note };
}
