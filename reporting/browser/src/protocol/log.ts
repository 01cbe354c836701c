/**
 * Verifying the transparency log: hashing as in RFC 6962 section 2.1, proofs as in RFC 9162
 * section 2.1.3. The server writes the log; a browser only checks it.
 */

import { concat, equalBytes, sha256, utf8 } from "./encoding.ts";
import { N_, NotAuthentic } from "./errors.ts";

export const EMPTY_ROOT = sha256(new Uint8Array());

/** What a signed document contributes to the log: the 32-byte SHA-256 of all of it. */
export function leafData(document: string | Uint8Array): Uint8Array {
  return sha256(typeof document === "string" ? utf8(document) : document);
}

/** RFC 6962 hash of a leaf's data, 32 bytes. */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(0), data));
}

/** RFC 6962 hash of an inner node, 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** Merkle tree hash over leaf hashes, 32 bytes; the hash of nothing for an empty log. */
export function root(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(root(leaves.slice(0, split)), root(leaves.slice(split)));
}

function unfit(): NotAuthentic {
  return new NotAuthentic(N_("This proof does not fit the log."));
}

/** Where a proof stands: a node and the last node of its level. Plain arithmetic: logs may pass 2^31. */
class Walk {
  constructor(
    private place: number,
    private last: number,
  ) {}

  /** Whether the next sibling stands to the left; goes up one level, past levels without a sibling. */
  up(): boolean {
    if (this.last === 0) throw unfit();
    const left = this.place % 2 === 1 || this.place === this.last;
    if (left) while (this.place % 2 === 0 && this.place > 0) this.halve();
    this.halve();
    return left;
  }

  /** Goes up while the node is a right child. */
  skipRight(): void {
    while (this.place % 2 === 1) this.halve();
  }

  get atRoot(): boolean {
    return this.last === 0;
  }

  private halve(): void {
    this.place = Math.floor(this.place / 2);
    this.last = Math.floor(this.last / 2);
  }
}

/** What a proof is about: a leaf's place, and the log's size and root. */
export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Checks that `leaf` (a leaf hash) stands at `index` of the log of `size` leaves.
 *
 * @throws NotAuthentic it does not (RFC 9162 section 2.1.3.2)
 */
export function verifyInclusion(leaf: Uint8Array, proof: readonly Uint8Array[], log: Inclusion): void {
  if (!Number.isSafeInteger(log.index) || !Number.isSafeInteger(log.size)) throw unfit();
  if (log.index < 0 || log.index >= log.size) throw unfit();
  const walk = new Walk(log.index, log.size - 1);
  let value = leaf;
  for (const sibling of proof) value = walk.up() ? nodeHash(sibling, value) : nodeHash(value, sibling);
  if (!walk.atRoot || !equalBytes(value, log.root)) throw unfit();
}

/** A state of the log: its number of leaves and its root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size)) && 2 ** Math.log2(size) === size;
}

/**
 * Checks that the log `after` continues the log `before`.
 *
 * @throws NotAuthentic it does not (RFC 9162 section 2.1.4.2)
 */
export function verifyConsistency(before: TreeHead, after: TreeHead, proof: readonly Uint8Array[]): void {
  if (!Number.isSafeInteger(before.size) || !Number.isSafeInteger(after.size)) throw unfit();
  if (before.size < 1 || before.size > after.size) throw unfit();
  if ((before.size === after.size) !== (proof.length === 0)) throw unfit();
  if (before.size === after.size) {
    if (!equalBytes(before.root, after.root)) throw unfit();
    return;
  }
  const [start, ...path] = isPowerOfTwo(before.size) ? [before.root, ...proof] : proof;
  if (start === undefined) throw unfit();
  const walk = new Walk(before.size - 1, after.size - 1);
  walk.skipRight();
  let [first, second] = [start, start];
  for (const sibling of path) {
    if (walk.up()) [first, second] = [nodeHash(sibling, first), nodeHash(sibling, second)];
    else second = nodeHash(second, sibling);
  }
  if (!walk.atRoot || !equalBytes(first, before.root) || !equalBytes(second, after.root)) throw unfit();
}
