/**
 * Proof that a device has the keys it names: it opens a sealed nonce and signs it. And, where keys follow others,
 * that whoever has those wants it so ({@link signRenewal}).
 */

import { concat, sha256, utf8 } from "./encoding.ts";
import type { SigningKey } from "./signing.ts";

const LABEL = utf8("reporting/v1/possession\0");
const RENEWAL = utf8("reporting/v1/renewal\0");

/** What the member's signing key says of the nonce that only their identity could open. */
export function signPossession(nonce: Uint8Array, recipient: string, member: string, key: SigningKey): Uint8Array {
  return key.sign(concat(LABEL, sha256(concat(nonce, utf8(recipient), utf8(member)))));
}

/** Which keys of a member's follow which: `next` is a signing key, the hash is the new recipient's. */
export interface Renewal {
  readonly origin: string;
  readonly member: string;
  readonly next: Uint8Array;
  readonly recipientSha256: Uint8Array;
}

/** What the signing key that is in force says of the keys that are to follow. */
export function signRenewal({ origin, member, next, recipientSha256 }: Renewal, key: SigningKey): Uint8Array {
  const names = concat(sha256(utf8(origin)), sha256(utf8(member)));
  return key.sign(concat(RENEWAL, sha256(concat(names, key.public, next, recipientSha256))));
}
