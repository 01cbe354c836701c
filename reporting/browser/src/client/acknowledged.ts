/** Sending what is sealed until the server has signed for it: what reports and follow-ups have in common. */

import { MAX_NOTE } from "../protocol/acknowledgement.ts";
import { type JsonObject, checkText } from "../protocol/encoding.ts";
import { N_, ProtocolError } from "../protocol/errors.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import { Problem, UnexpectedAnswer } from "./errors.ts";
import type { Attaching } from "../evidence/files.ts";
import type { CaseKeys } from "../protocol/submission.ts";
import { type Sender, isTurnedAway } from "./sending.ts";

export const ROUNDS = 3; // how often a directory or a chain may change while one thing is sent

/** The server's verified statement: which case, on which day, in its own signed words. */
export interface Acknowledged {
  readonly case: string;
  readonly day: string;
  readonly note: string;
}

/** Something sealed whose fate may be unknown: sent again as it is, so that it is never stored twice. */
export interface Sealed<T> {
  made: T | null;
  /** Keys of a new case to which its files are sealed already, while its first entry is not. */
  keys?: CaseKeys | null;
}

/** Who sends, and who is told that a changed directory asks for sealing anew. */
export interface Sending {
  /** Its fate says whether something was sent before whose fate is not known. */
  readonly sender: Sender;
  readonly receipt: ReceiptCode;
  /** Files that go with it. */
  readonly files: Attaching;
  readonly sealing: () => void;
  readonly changed: () => void;
}

/**
 * What the server surely did not take may be sealed anew. With files it stays as it is while nobody answers,
 * and is sent again later: sealed anew, all of them would have to be sent anew.
 */
export function forget(sealed: Sealed<unknown>, error: unknown, { sender, files }: Sending): void {
  if (sender.fate.unknown || (files.number > 0 && isTurnedAway(error))) return;
  sealed.made = null;
  sealed.keys = null;
}

/** Whether the server refused an entry because of the files that it names: they are to be sent again. */
export function filesAreGone(error: unknown): error is Problem {
  return isProblem(error, "upload-unusable") || isProblem(error, "upload-unfinished");
}

/** Whether the server refused with a problem of `kind`. */
export function isProblem(error: unknown, kind: string): error is Problem {
  return error instanceof Problem && error.kind === kind;
}

/** The signed note of an answer. @throws UnexpectedAnswer it carries none */
export function noteOf(answer: JsonObject): string {
  try {
    return checkText(answer["acknowledgement"], { limit: MAX_NOTE });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new UnexpectedAnswer(N_("The server's answer carries no acknowledgement."));
  }
}
