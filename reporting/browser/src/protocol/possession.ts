/** Proof, at enrollment, that a device has the keys it names: it opens a sealed nonce and signs it. */

import { concat, sha256, utf8 } from "./encoding.ts";
import type { SigningKey } from "./signing.ts";

const LABEL = utf8("reporting/v1/possession\0");

/** What the member's signing key says of the nonce that only their identity could open. */
export function signPossession(nonce: Uint8Array, recipient: string, member: string, key: SigningKey): Uint8Array {
  return key.sign(concat(LABEL, sha256(concat(nonce, utf8(recipient), utf8(member)))));
}
