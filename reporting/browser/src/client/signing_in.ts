/** The way in: name and passphrase, second factor, vault, directory. What a step needs of the next is kept here. */

import { type JsonObject, b64encode, sha256 } from "../protocol/encoding.ts";
import { CannotOpen, N_ } from "../protocol/errors.ts";
import * as vaults from "../protocol/vault.ts";
import type { Stretched, Vault } from "../protocol/vault.ts";
import type { SignInStep } from "../workers/desk_api.ts";
import { type KeptVault, bytes } from "./kept_vault.ts";
import { MemberSession } from "./member.ts";
import { Site } from "./site.ts";
import { SESSION, Staff, parseAccount } from "./staff.ts";
import type { Transport } from "./transport.ts";

/** How far signing in has come. */
export type Progress = (step: SignInStep) => void;

/** A passkey's answer (WebAuthn PRF), by the passkey's credential id. */
export interface PasskeyAnswer {
  readonly credential: string;
  readonly answer: Uint8Array;
}

export const PASSPHRASE = "passphrase";
export const RECOVERY = "recovery";
const PASSKEY = "prf/";

/** The name of the wrap that a passphrase and this passkey open together. */
export function passkeyWrap(credential: string): string {
  return PASSKEY + credential;
}

/** The passkeys of which one is needed beside the passphrase; none where the passphrase alone opens. */
export function neededPasskeys({ wraps }: KeptVault): readonly string[] {
  if (Object.hasOwn(wraps, PASSPHRASE)) return [];
  return Object.keys(wraps).filter((name) => name.startsWith(PASSKEY)).map((name) => name.slice(PASSKEY.length));
}

/**
 * Signs in with name and passphrase; the session may ask for more before it is open.
 *
 * @throws Problem name or passphrase are wrong, or too many attempts
 */
export async function signIn(transport: Transport, name: string, passphrase: string, progress: Progress): Promise<[Staff, Stretched]> {
  progress("stretching");
  const stretched = await vaults.stretch(passphrase, await saltOf(transport, name));
  progress("signing-in");
  const staff = await openWith(transport, SESSION, { name, auth: b64encode(stretched.authSecret) });
  return [staff, stretched];
}

/** The salt of a name's passphrase; every name has one. @throws UnexpectedAnswer the server names none */
export async function saltOf(transport: Transport, name: string): Promise<Uint8Array> {
  const asked = await transport.sendJson("POST", `${SESSION}/salt`, { name }, { credentials: true });
  return bytes(asked.expect(200).json(), "salt", vaults.SALT_BYTES);
}

/** A session that `credentials` open. @throws Problem they do not */
export async function openWith(transport: Transport, path: string, credentials: JsonObject): Promise<Staff> {
  const answer = await transport.sendJson("POST", path, credentials, { credentials: true });
  return new Staff(transport, parseAccount(answer.expect(200, 201).json()));
}

/**
 * The vault's key.
 *
 * @throws CannotOpen another passphrase, or passkey
 */
async function unwrap(kept: KeptVault, stretched: Stretched, passkey: PasskeyAnswer | null, member: string): Promise<Uint8Array> {
  const name = passkey === null ? "" : passkeyWrap(passkey.credential);
  if (passkey !== null && Object.hasOwn(kept.wraps, name)) {
    return vaults.unwrapWithPrf(bytes(kept.wraps, name), await vaults.prfKey(stretched, passkey.answer), member);
  }
  return vaults.unwrapWithPassphrase(bytes(kept.wraps, PASSPHRASE), stretched.wrapKey, member);
}

/**
 * Opens the vault, and holds the directory against its pin.
 *
 * @throws CannotOpen another passphrase or passkey, or not the vault of this member
 * @throws NotAuthentic the directory does not hold
 * @throws DirectoryExpired it is out of its time
 */
export async function openSession(
  staff: Staff,
  kept: KeptVault,
  by: { readonly stretched: Stretched; readonly passkey: PasskeyAnswer | null },
  today: string,
  progress: Progress,
): Promise<MemberSession> {
  progress("opening");
  const { member } = staff.account;
  let key: Uint8Array;
  let vault: Vault;
  try {
    key = await unwrap(kept, by.stretched, by.passkey, member);
    vault = await vaults.openVault(kept.sealed, key, member);
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error;
    throw new CannotOpen(N_("The vault that the server hands out is not the one of this passphrase."));
  }
  progress("directory");
  const pin = { root: vault.root, version: vault.directoryVersion, sha256: vault.directorySha256 };
  const site = new Site(staff.transport, pin, today);
  const session = new MemberSession(staff.transport, site, staff.account, vault, { key, wraps: kept.wraps, stretched: by.stretched, kept: sha256(kept.sealed) });
  await session.loadDirectory();
  return session;
}
