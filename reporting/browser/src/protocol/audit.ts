/**
 * The staff audit trail as a log of its own, `origin/audit`: events, checkpoints, tombstones.
 *
 * An event's leaf is the RFC 6962 hash of its canonical JSON (RFC 8785), position and salt included. Without
 * the salt nobody finds the event again from its hash: so an event can be erased and its hash stay.
 */

import {
  type Json,
  type JsonObject,
  MAX_INTEGER,
  b64decode,
  b64encode,
  checkInteger,
  checkText,
  equalBytes,
  isHex32,
  isObject,
  isWellFormed,
  parseDay,
  utf8,
} from "./encoding.ts";
import { Malformed, N_, NotAuthentic } from "./errors.ts";
import { EMPTY_ROOT, type TreeHead, leafHash, nodeHash, verifyConsistency } from "./log.ts";
import * as notes from "./note.ts";
import type { VerifierKey } from "./note.ts";

export const SALT_BYTES = 16;
export const MAX_NOTE = 4_096;
export const TOMBSTONE_HEADING = "reporting/tombstone/v1";
const MEMBERS = ["position", "salt", "id", "at", "member", "act", "case", "details"];
const SIZE = /^(?:0|[1-9]\d{0,15})$/;
// eslint-disable-next-line no-control-regex -- exactly ASCII
const ASCII = /^[\u0000-\u007f]*$/;

/** The name of the log and of its key, which is the log key of the directory. */
export function logName(origin: string): string {
  return `${origin}/audit`;
}

/**
 * `value` in the one form that is hashed: RFC 8785, for values without fractions and with ASCII names.
 *
 * @throws Malformed a fraction, a number beyond ±(2^53-1), another name, half of a character
 */
export function canonical(value: Json): Uint8Array {
  return utf8(plain(value));
}

function plain(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(plain).join(",")}]`;
  if (isObject(value)) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${nameOf(name)}:${plain(value[name] ?? null)}`).join(",")}}`;
  }
  if (typeof value === "number") checkInteger(value, -MAX_INTEGER, MAX_INTEGER);
  if (typeof value === "string" && !isWellFormed(value)) throw new Malformed(N_("This text holds half of a character."));
  return JSON.stringify(value);
}

function nameOf(name: string): string {
  if (!ASCII.test(name)) throw new Malformed(N_("An audit event names its parts in ASCII."));
  return JSON.stringify(name);
}

/** What a member of staff did, when (Unix seconds), to which case; where it stands in the log. */
export interface Event {
  readonly position: number;
  readonly salt: Uint8Array;
  readonly id: string;
  readonly at: number;
  readonly member: string;
  readonly act: string;
  readonly case: string | null;
  readonly details: JsonObject;
}

/** The object that is hashed. */
export function eventJson(event: Event): JsonObject {
  return { ...event, salt: b64encode(event.salt) };
}

/** The event's leaf hash, 32 bytes. */
export function eventLeaf(event: Event): Uint8Array {
  return leafHash(canonical(eventJson(event)));
}

/**
 * Reads what {@link eventJson} writes.
 *
 * @throws Malformed any other form
 */
export function parseEvent(content: JsonObject): Event {
  const { id, details, case: about } = content;
  const complete = Object.keys(content).length === MEMBERS.length && MEMBERS.every((name) => Object.hasOwn(content, name));
  if (!complete || !isHex32(id) || !isObject(details) || !(about === null || isHex32(about))) {
    throw new Malformed(N_("This is not an audit event."));
  }
  return {
    position: checkInteger(content["position"], 0, MAX_INTEGER, "/position"),
    salt: b64decode(content["salt"], { length: SALT_BYTES, pointer: "/salt" }),
    id,
    at: checkInteger(content["at"], 0, MAX_INTEGER, "/at"),
    member: checkText(content["member"], { pointer: "/member" }),
    act: checkText(content["act"], { pointer: "/act" }),
    case: about,
    details,
  };
}

/** The state of the log `name`: how many leaves, and their root (c2sp.org/tlog-checkpoint). */
export interface Checkpoint extends TreeHead {
  readonly name: string;
}

/**
 * Reads a checkpoint of the log that has `verifier`'s name; further lines and signatures are ignored.
 *
 * @throws NotAuthentic not signed by `verifier`, or of another log
 * @throws Malformed any other form
 */
export function parseCheckpoint(signed: string, verifier: VerifierKey): Checkpoint {
  const lines = notes.verify(notes.parse(signed, { limit: MAX_NOTE }), verifier).split("\n").slice(0, -1);
  const [name, size, encoded] = lines;
  if (size === undefined || encoded === undefined || lines.includes("") || !SIZE.test(size)) {
    throw new Malformed(N_("This is not a checkpoint."));
  }
  if (name !== verifier.name) throw new NotAuthentic(N_("This checkpoint is of another log."));
  const found = { name, size: Number(size), root: b64decode(encoded, { length: 32 }) };
  if (found.size > MAX_INTEGER || (found.size === 0 && !equalBytes(found.root, EMPTY_ROOT))) {
    throw new Malformed(N_("This is not a checkpoint."));
  }
  return found;
}

/**
 * Checks that the log at `after` still holds, unchanged, all that it held at `kept`.
 *
 * @throws NotAuthentic it does not
 */
export function checkContinues(kept: Checkpoint | null, after: Checkpoint, proof: readonly Uint8Array[]): void {
  if (kept === null || kept.size === 0) return;
  if (kept.name !== after.name) throw new NotAuthentic(N_("This checkpoint is of another log."));
  if (after.size < kept.size) throw new NotAuthentic(N_("The audit log has lost events that it held before."));
  try {
    verifyConsistency(kept, after, proof);
  } catch (error) {
    if (!(error instanceof NotAuthentic)) throw error;
    throw new NotAuthentic(N_("The audit log no longer holds, unchanged, what it held before."));
  }
}

/** The first `size` events of the log, whose root is `root`, had happened before `before` and were erased. */
export interface Tombstone extends Checkpoint {
  readonly before: string;
  readonly day: string;
}

/**
 * Reads a tombstone of the log that has `verifier`'s name.
 *
 * @throws NotAuthentic not signed by `verifier`, or of another log
 * @throws Malformed any other form
 */
export function parseTombstone(signed: string, verifier: VerifierKey): Tombstone {
  const lines = notes.verify(notes.parse(signed, { limit: MAX_NOTE }), verifier).split("\n");
  const [name, heading, size, root, before, day] = lines;
  if (lines.length !== 7 || heading !== TOMBSTONE_HEADING || size === undefined || !SIZE.test(size)) {
    throw new Malformed(N_("This is not a tombstone."));
  }
  if (name !== verifier.name) throw new NotAuthentic(N_("This tombstone is of another log."));
  return { name, size: Number(size), root: b64decode(root, { length: 32 }), before: parseDay(before), day: parseDay(day) };
}

/** A log's root, computed leaf by leaf: it holds the roots of the complete subtrees, the widest first. */
export class Frontier {
  #size = 0;
  readonly #hashes: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  /** Takes one leaf hash more. */
  append(leaf: Uint8Array): void {
    let value = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) value = nodeHash(this.#hashes.pop() ?? value, value);
    this.#hashes.push(value);
    this.#size++;
  }

  /** The Merkle tree hash over all leaves. */
  get root(): Uint8Array {
    return this.#hashes.length === 0 ? EMPTY_ROOT : this.#hashes.reduceRight((right, left) => nodeHash(left, right));
  }
}
