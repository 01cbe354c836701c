/**
 * Grants: a case's key, sealed to one member (protocol section 4).
 *
 * The plaintext of a grant is itself a valid age identity file of three lines.
 */

import * as age from "./age.ts";
import { HybridIdentity, type HybridRecipient } from "./age_keys.ts";
import { b64decode, b64encode, equalBytes, sha256, utf8 } from "./encoding.ts";
import { type Epoch, MAX_EPOCHS, MAX_NOTE, caseHash, caseId, parseText, verifyFirst } from "./epoch.ts";
import { CannotOpen, CaseDamaged, Malformed, N_, NotAuthentic, ProtocolError } from "./errors.ts";
import * as notes from "./note.ts";

const FORM =
  /^# reporting\/v1\/grant ([0-9a-f]{32}) (0|[1-9][0-9]?)\n# reporter ([A-Za-z0-9+/]{43}=)\n(AGE-SECRET-KEY-PQ-1[0-9A-Z]+)\n$/;
const DAMAGED = N_("This grant is damaged.");

/** An opened grant: a case's identity for one epoch, and the reporter's signing key for the case. */
export interface Grant {
  readonly case: string;
  readonly epoch: number;
  readonly reporterKey: Uint8Array;
  readonly identity: HybridIdentity;
}

/** The three lines, as they are sealed. */
export function grantPlaintext(grant: Grant): Uint8Array {
  const head = `# reporting/v1/grant ${grant.case} ${grant.epoch}\n# reporter ${b64encode(grant.reporterKey)}\n`;
  return utf8(`${head}${grant.identity.encode()}\n`);
}

/** `grant` as an age file for one member. */
export function sealGrant(grant: Grant, recipient: HybridRecipient): Promise<Uint8Array> {
  return age.encrypt(grantPlaintext(grant), [recipient]);
}

/**
 * A grant from its three lines.
 *
 * @throws Malformed any other form
 */
export function parseGrant(plaintext: Uint8Array): Grant {
  // One character a byte: what is not ASCII does not fit the form.
  const text = Array.from(plaintext, (byte) => String.fromCharCode(byte)).join("");
  const [, id, number, reporter, identity] = FORM.exec(text) ?? [];
  if (id === undefined || Number(number) >= MAX_EPOCHS) throw new Malformed(DAMAGED);
  return {
    case: id,
    epoch: Number(number),
    reporterKey: b64decode(reporter, { length: 32 }),
    identity: HybridIdentity.parse(identity),
  };
}

/** Where a grant says that it belongs: its case and epoch, and the case's note of epoch 0. */
export interface GrantPlace {
  readonly case: string;
  readonly epoch: number;
  readonly firstNote: string;
  readonly origin: string;
}

/**
 * Opens a grant, with whichever of a member's identities fits, and checks it against the note of epoch 0. The reporter key in it and the recipient
 * hash of epoch 0 must give the case id, and epoch 0 must verify under that key. Whether the identity
 * fits its own epoch is for {@link checkFits}, once the chain is known.
 *
 * @throws CannotOpen sealed to somebody else
 * @throws NotAuthentic the grant disagrees with the case: *grant damaged*
 * @throws CaseDamaged it agrees, but the note of epoch 0 does not verify: *damaged* for everybody
 */
export async function openGrant(sealed: Uint8Array, identities: age.Identities, place: GrantPlace): Promise<Grant> {
  let grant: Grant;
  let claimed: Uint8Array;
  try {
    grant = parseGrant(await age.decrypt(sealed, identities));
    claimed = parseText(notes.parse(place.firstNote, { limit: MAX_NOTE }).text).recipientSha256;
  } catch (error) {
    // What disagrees is refused, and nothing of it is shown.
    if (error instanceof CannotOpen || !(error instanceof ProtocolError)) throw error;
    throw new NotAuthentic(DAMAGED);
  }
  const binds = caseId(claimed, sha256(grant.reporterKey)) === place.case;
  if (!binds || grant.case !== place.case || grant.epoch !== place.epoch) throw new NotAuthentic(DAMAGED);
  checkFirst(place, grant.reporterKey);
  return grant;
}

function checkFirst(place: GrantPlace, reporterKey: Uint8Array): void {
  try {
    verifyFirst(place.firstNote, place.case, reporterKey, place.origin);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new CaseDamaged(N_("This case is damaged: nothing can be sealed to it."));
  }
}

/**
 * Whether the identity in `grant` is the one that the note of its epoch names.
 *
 * @throws NotAuthentic it is not: *grant damaged*
 */
export function checkFits(grant: Grant, epochs: readonly Epoch[]): void {
  const found = caseHash(grant.identity.recipient);
  const fits = epochs.some((epoch) => epoch.number === grant.epoch && equalBytes(epoch.recipientSha256, found));
  if (!fits) throw new NotAuthentic(DAMAGED);
}
