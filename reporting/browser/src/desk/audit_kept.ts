/**
 * The last checkpoint of the audit log that this browser accepted, kept in the storage of the desk's address.
 *
 * It is the one thing that the desk keeps: it is not secret, names nobody, and is of use only if it outlives
 * the session.
 */

import { checkInteger, checkText, isObject } from "../protocol/encoding.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { KeptCheckpoint } from "../workers/audit_api.ts";

const PLACE = "audit-checkpoint";

/** What is kept; null where nothing is, or nothing that can be read. */
export function keptCheckpoint(): KeptCheckpoint | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "null");
    if (!isObject(found)) return null;
    const text = (name: string): string => checkText(found[name], { limit: 8_192 });
    const size = checkInteger(found["size"], 0, Number.MAX_SAFE_INTEGER);
    return { note: text("note"), name: text("name"), size, root: text("root"), seen: text("seen") };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException || error instanceof ProtocolError) return null;
    throw error;
  }
}

/** Keeps a checkpoint in the place of the last one; whether the browser lets it. */
export function keepCheckpoint(checkpoint: KeptCheckpoint): boolean {
  try {
    localStorage.setItem(PLACE, JSON.stringify(checkpoint));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
