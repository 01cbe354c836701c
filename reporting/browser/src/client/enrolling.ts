/** Enrolling with an invitation: keys made on this device, possession proved, and what a server may have sent. */

import { type Json, type JsonObject, b64encode, checkText, concat, isId, isObject, parseDay, sha256, utf8 } from "../protocol/encoding.ts";
import { HybridIdentity, decrypt } from "../protocol/age.ts";
import { fingerprint } from "../protocol/directory.ts";
import { N_, ProtocolError } from "../protocol/errors.ts";
import type { VerifierKey } from "../protocol/note.ts";
import { signPossession } from "../protocol/possession.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import { SigningKey, systemRandom } from "../protocol/signing.ts";
import * as vaults from "../protocol/vault.ts";
import { InvitationOver, Problem, UnexpectedAnswer, notAsDescribed } from "./errors.ts";
import { bytes } from "./kept_vault.ts";
import { openWith } from "./signing_in.ts";
import { type Staff, texts } from "./staff.ts";
import type { Answer, Transport } from "./transport.ts";

const ENROLMENT = "/api/enrolment";
const MAX_TEXT = 256;
const NONCE_BYTES = 32;

/** What an invitation is for, by the server's word. */
export interface Invitation {
  readonly member: string;
  readonly name: string;
  readonly label: string;
  readonly siteRoles: readonly string[];
  /** Channel and role on it. */
  readonly roles: readonly (readonly [string, string])[];
  /** The last day on which it works. */
  readonly expires: string;
  /** Who invites, by label. */
  readonly by: string;
}

/** A new member's keys: what stays here, and what the server gets of it. */
export interface NewKeys {
  readonly member: string;
  readonly recipient: string;
  readonly identity: HybridIdentity;
  readonly signingKey: SigningKey;
  readonly stretched: vaults.Stretched;
  readonly sent: JsonObject;
}

/**
 * What the invitation is for.
 *
 * @throws InvitationOver it is used, past its time, taken back, or none
 */
export async function look(transport: Transport, invitation: string): Promise<Invitation> {
  const content = (await asked(transport, `${ENROLMENT}/look`, { invitation })).json();
  const { member } = content;
  if (!isId(member)) throw new UnexpectedAnswer(N_("The server does not say what this invitation is for."));
  const text = (name: string): string => checkText(content[name], { limit: MAX_TEXT });
  try {
    return {
      member,
      name: text("name"),
      label: text("label"),
      siteRoles: texts(content["site_roles"]),
      roles: rolesOf(content["roles"]),
      expires: parseDay(text("expires").slice(0, "YYYY-MM-DD".length)),
      by: text("by"),
    };
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}

/** What is answered to whoever brings an invitation. @throws InvitationOver it is no good one */
async function asked(transport: Transport, path: string, content: JsonObject): Promise<Answer> {
  try {
    return (await transport.sendJson("POST", path, content, { credentials: true })).expect(200);
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "not-found") throw error;
    throw new InvitationOver(N_("This invitation does not work, or does not work any more."));
  }
}

function rolesOf(value: Json | undefined): readonly (readonly [string, string])[] {
  const pairs = Array.isArray(value) ? (value as readonly Json[]).map(texts) : [];
  return pairs.flatMap(([channel, role]) => (channel === undefined || role === undefined ? [] : [[channel, role] as const]));
}

/**
 * Fresh keys in a fresh vault, which pins `root`; as `reporting members add` makes them at a terminal.
 *
 * @throws Malformed an empty or overlong passphrase
 */
export async function makeKeys(member: string, root: VerifierKey, passphrase: string, recovery: ReceiptCode): Promise<NewKeys> {
  const [identity, signingKey] = [HybridIdentity.generate(), SigningKey.generate()];
  const [vaultKey, salt] = [systemRandom(vaults.KEY_BYTES), systemRandom(vaults.SALT_BYTES)];
  const stretched = await vaults.stretch(passphrase, salt);
  const vault = { member, identity, signingKey, root, directoryVersion: 0, directorySha256: new Uint8Array(32) };
  const recipient = String(identity.recipient);
  const wraps = {
    passphrase: b64encode(await vaults.wrapWithPassphrase(vaultKey, stretched.wrapKey, member)),
    recovery: b64encode(await vaults.wrapWithRecovery(vaultKey, await vaults.recoveryKey(recovery.entropy), member)),
  };
  const sent = {
    recipient,
    signing_key: b64encode(signingKey.public),
    vault: b64encode(await vaults.sealVault(vault, vaultKey)),
    wraps,
    salt: b64encode(salt),
    auth: b64encode(stretched.authSecret),
    recovery_auth: b64encode(await vaults.recoveryAuth(recovery.entropy)),
  };
  return { member, recipient, identity, signingKey, stretched, sent };
}

/**
 * Registers the keys. The session that is answered wants a second factor next.
 *
 * @throws InvitationOver the invitation is used, past its time, taken back, or none
 * @throws UnexpectedAnswer the challenge is not as long as it has to be
 */
export async function enroll(transport: Transport, invitation: string, keys: NewKeys): Promise<Staff> {
  const { recipient, signing_key } = keys.sent;
  const publicKeys = { invitation, recipient: recipient ?? "", signing_key: signing_key ?? "" };
  const answer = await asked(transport, `${ENROLMENT}/challenge`, publicKeys);
  const nonce = await decrypt(bytes(answer.json(), "sealed"), [keys.identity]);
  // Whatever a server has opened with these keys, it is a nonce and nothing else that comes back.
  if (nonce.length !== NONCE_BYTES) throw new UnexpectedAnswer(N_("The server's challenge is not as the protocol says."));
  const signature = b64encode(signPossession(nonce, keys.recipient, keys.member, keys.signingKey));
  return openWith(transport, ENROLMENT, { ...keys.sent, invitation, nonce: b64encode(nonce), signature });
}

/** Thirty digits over both public keys, to compare by telephone before they are put into the directory. */
export function keyDigits(signingKey: Uint8Array, recipient: string): string {
  return fingerprint(concat(signingKey, sha256(utf8(recipient))));
}

/** Whether the value is JSON of the shape that browsers take and give for passkeys. */
export function asObject(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new UnexpectedAnswer(N_("The server's answer is not as the protocol says: {fault}"), { fault: "/options" });
  return value;
}
