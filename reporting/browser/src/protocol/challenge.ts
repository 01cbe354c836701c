/**
 * Proof of work that prices a flood without knowing anybody: the half that a client needs.
 *
 * A nonce of 1 to 20 digits solves a challenge where `SHA-256(challenge ‖ ":" ‖ nonce)` begins with
 * as many zero bits as the server asked for.
 */

import { sha256 as sha256Hash } from "@noble/hashes/sha2.js";

import { utf8 } from "./encoding.ts";
import { Malformed, N_ } from "./errors.ts";

export const MAX_LENGTH = 256;
export const MAX_BITS = 18;
/** Hashes in flight at once: enough to hide the cost of a call into WebCrypto, few enough to waste none. */
const BATCH = 256;

function leadingZeros(digest: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = digest;
  return Math.clz32(((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
}

function check(challenge: string, bits: number): void {
  const allowed = Number.isInteger(bits) && bits >= 0 && bits <= MAX_BITS && challenge.length <= MAX_LENGTH;
  if (!allowed || !/^[^\u0080-\uffff]*$/.test(challenge)) {
    throw new Malformed(N_("The server asks for more work than the protocol allows."));
  }
}

/** Whether `nonce` gives a hash that begins with `bits` zero bits. */
export function solves(challenge: string, nonce: string, bits: number): boolean {
  return leadingZeros(sha256Hash(utf8(`${challenge}:${nonce}`))) >= bits;
}

/**
 * The smallest nonce that solves `challenge`, by WebCrypto in batches; about 2^bits hashes.
 *
 * @throws Malformed more work than the protocol allows a server to ask for, or no challenge
 */
export async function solve(challenge: string, bits: number): Promise<string> {
  check(challenge, bits);
  for (let start = 0; ; start += BATCH) {
    const nonces = Array.from({ length: BATCH }, (_, place) => String(start + place));
    const digests = await Promise.all(
      nonces.map((nonce) => crypto.subtle.digest("SHA-256", utf8(`${challenge}:${nonce}`))),
    );
    const found = nonces.find((_, place) => leadingZeros(new Uint8Array(digests[place] ?? [])) >= bits);
    if (found !== undefined) return found;
  }
}

/**
 * Like {@link solve}, without WebCrypto: for a worker where calls into it cost more than they save.
 *
 * @throws Malformed as there
 */
export function solveSync(challenge: string, bits: number): string {
  check(challenge, bits);
  const prefix = sha256Hash.create().update(utf8(`${challenge}:`));
  for (let nonce = 0; ; nonce++) {
    if (leadingZeros(prefix.clone().update(utf8(String(nonce))).digest()) >= bits) return String(nonce);
  }
}
