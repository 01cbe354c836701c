/**
 * A member's vault: keys at rest, wrapped by passphrase or recovery code (protocol section 9).
 *
 * Argon2id (RFC 9106) and HKDF parameters are constants: no server can ask for weaker ones.
 */

import { argon2id } from "hash-wasm";

import { HybridIdentity } from "./age_keys.ts";
import { hkdf } from "./derive.ts";
import { type Json, type JsonObject, b64decode, b64encode, checkInteger, checkText, concat, dumpJson, equalBytes, isObject, parseJsonObject, sha256, utf8 } from "./encoding.ts";
import { CannotOpen, Malformed, N_, Refused } from "./errors.ts";
import { VerifierKey } from "./note.ts";
import { type Random, SigningKey, systemRandom } from "./signing.ts";
import * as wordlists from "./wordlists.ts";

export const SALT_BYTES = 16;
export const KEY_BYTES = 32;
export const PASSPHRASE_WORDS = 7;
export const MAX_PASSPHRASE = 1_024;
export const MAX_VAULT = 16_384;
export const MAX_CARD = 65_536;
// RFC 9106 section 4, second recommended option, with one lane so that phones and Tor Browser can follow
const ARGON2 = { memorySize: 65_536, iterations: 3, parallelism: 1, hashLength: KEY_BYTES, outputType: "binary" } as const;
/** Former identities that a vault keeps, and pairs in it that wait for the directory; together no more than the former. */
export const MAX_FORMER = 8;
export const MAX_WAITING = 4;
const VERSION = 1;
// A vault with more than one pair. A client that knows one pair alone must refuse it: it would store it without them.
const SEVERAL = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NO_VAULT = N_("This is not a vault of this version.");
const VAULT = "reporting/v1/vault";
const VAULT_OF_SEVERAL = "reporting/v2/vault";
const PASSPHRASE = "reporting/v1/wrap-passphrase";
const RECOVERY = "reporting/v1/wrap-recovery";
const PRF = "reporting/v1/wrap-prf";
const CARD = "reporting/v1/card";

/** What a member is known by. */
export interface Pair {
  readonly identity: HybridIdentity;
  readonly signingKey: SigningKey;
}

/** What a directory says of a member's keys. */
export interface Listed {
  readonly signingKey: Uint8Array;
  readonly recipientSha256: Uint8Array;
}

/** What a member needs to work: keys, the root they trust, and the highest directory they saw. */
export interface Vault extends Pair {
  readonly member: string;
  readonly root: VerifierKey;
  readonly directoryVersion: number;
  readonly directorySha256: Uint8Array;
  /** Pairs made to follow the present one, the newest first; one counts once the verified directory lists it. */
  readonly waiting?: readonly Pair[];
  /** Identities of before, the latest first, so that what was sealed to them still opens. */
  readonly former?: readonly HybridIdentity[];
}

/** Everything that may open what was sealed to the member; the present identity first. */
export function identitiesOf({ identity, waiting = [], former = [] }: Vault): readonly HybridIdentity[] {
  return [identity, ...waiting.map((pair) => pair.identity), ...former];
}

/** Whether the vault has an identity, in use, waiting or former. */
export function hasIdentity(vault: Vault, identity: HybridIdentity): boolean {
  return identitiesOf(vault).some((one) => String(one.recipient) === String(identity.recipient));
}

/** Whether two pairs are the same. */
export function isSame(one: Pair, other: Pair): boolean {
  return equalBytes(one.signingKey.public, other.signingKey.public) && String(one.identity.recipient) === String(other.identity.recipient);
}

/** Whether a directory that says this lists the pair. */
export function isListed({ identity, signingKey }: Pair, listed: Listed): boolean {
  const recipient = sha256(utf8(String(identity.recipient)));
  return equalBytes(listed.signingKey, signingKey.public) && equalBytes(listed.recipientSha256, recipient);
}

/**
 * The vault with a further pair that waits for the directory.
 *
 * @throws Refused it holds as many as it may
 */
export function withWaiting(vault: Vault, pair: Pair): Vault {
  const { waiting = [], former = [] } = vault;
  if (waiting.length >= MAX_WAITING || waiting.length + former.length >= MAX_FORMER) {
    throw new Refused(N_("Your keys were renewed as often as they can be: enroll anew, or have a list published."));
  }
  return { ...vault, waiting: [pair, ...waiting] };
}

/**
 * The vault as it is under a directory that says this of its member. A pair that waited and is listed is the one
 * in use from then on, and the one before is *former*; pairs made before it cannot be listed any more. Where nothing
 * is listed that this vault made, it stays as it is.
 */
export function following(vault: Vault, listed: Listed): Vault {
  if (isListed(vault, listed)) return vault;
  const { waiting = [], former = [] } = vault;
  const place = waiting.findIndex((pair) => isListed(pair, listed));
  const pair = waiting[place];
  if (pair === undefined) return vault;
  return { ...vault, ...pair, waiting: waiting.slice(0, place), former: [vault.identity, ...former] };
}

/**
 * A stretched passphrase: the key that wraps, and the secret that signs in. Only the latter travels; `stretched`
 * is what both follow from.
 */
export interface Stretched {
  readonly stretched: Uint8Array;
  readonly wrapKey: Uint8Array;
  readonly authSecret: Uint8Array;
}

/** Seven words of a list of 2,048: 77 bits. */
export function generatePassphrase(random: Random = systemRandom): string {
  const list = wordlists.words("en");
  const bytes = random(2 * PASSPHRASE_WORDS);
  const numbers = Array.from({ length: PASSPHRASE_WORDS }, (_, place) => ((bytes[2 * place] ?? 0) << 8) | (bytes[2 * place + 1] ?? 0));
  return numbers.reverse().map((number) => list[number % wordlists.SIZE]).join(" ");
}

/**
 * Argon2id over the passphrase (64 MiB, 3 passes, 1 lane, 32 bytes), then HKDF; about a second of work.
 *
 * @throws Malformed an empty or overlong passphrase, a salt of another length than 16 bytes
 */
export async function stretch(passphrase: string, salt: Uint8Array): Promise<Stretched> {
  const password = utf8(passphrase);
  if (password.length === 0 || password.length > MAX_PASSPHRASE || salt.length !== SALT_BYTES) {
    throw new Malformed(N_("A passphrase has 1 to {most} bytes."), { most: MAX_PASSPHRASE });
  }
  const stretched = await argon2id({ password, salt, ...ARGON2 });
  return {
    stretched,
    wrapKey: await hkdf(stretched, utf8("reporting/v1/wrap")),
    authSecret: await hkdf(stretched, utf8("reporting/v1/auth")),
  };
}

/**
 * The key that a 128-bit recovery code wraps with.
 *
 * @throws Malformed another length than 16 bytes
 */
export function recoveryKey(entropy: Uint8Array): Promise<Uint8Array> {
  if (entropy.length !== 16) throw new Malformed(N_("A recovery code holds 16 bytes."));
  return hkdf(entropy, utf8("reporting/v1/recovery"));
}

/**
 * The secret that signs in with a recovery code, to choose a new passphrase and for nothing else.
 *
 * @throws Malformed another length than 16 bytes
 */
export function recoveryAuth(entropy: Uint8Array): Promise<Uint8Array> {
  if (entropy.length !== 16) throw new Malformed(N_("A recovery code holds 16 bytes."));
  return hkdf(entropy, utf8("reporting/v1/recovery-auth"));
}

/**
 * The key that a passphrase wraps with together with what a passkey answers (WebAuthn PRF).
 *
 * @throws Malformed an answer of another length than 32 bytes
 */
export function prfKey({ stretched }: Stretched, answer: Uint8Array): Promise<Uint8Array> {
  if (answer.length !== KEY_BYTES) throw new Malformed(N_("A passkey answers with 32 bytes."));
  return hkdf(concat(stretched, answer), utf8(PRF));
}

/** What a sealed value is bound to: label ‖ 0x00 ‖ names. */
function additionalData(...parts: readonly string[]): Uint8Array<ArrayBuffer> {
  return utf8(parts.join("\0"));
}

// An inbox opens thousands of cards with one key: it is imported once, and forgotten with its bytes. Nobody
// writes into the bytes of a key here.
const imported = new WeakMap<Uint8Array, Promise<CryptoKey>>();

function importKey(key: Uint8Array): Promise<CryptoKey> {
  const known = imported.get(key);
  if (known !== undefined) return known;
  const fresh = crypto.subtle.importKey("raw", new Uint8Array(key), "AES-GCM", false, ["encrypt", "decrypt"]);
  imported.set(key, fresh);
  return fresh;
}

async function seal(key: Uint8Array, plaintext: Uint8Array, data: Uint8Array<ArrayBuffer>, random: Random, version = VERSION): Promise<Uint8Array> {
  const iv = new Uint8Array(random(NONCE_BYTES));
  const parameters = { name: "AES-GCM", iv, additionalData: data };
  const sealed = await crypto.subtle.encrypt(parameters, await importKey(key), new Uint8Array(plaintext));
  return concat(Uint8Array.of(version), iv, new Uint8Array(sealed));
}

async function open(key: Uint8Array, sealed: Uint8Array, data: Uint8Array<ArrayBuffer>, limit: number, version = VERSION): Promise<Uint8Array> {
  const long = sealed.length >= 1 + NONCE_BYTES + TAG_BYTES && sealed.length <= limit;
  if (key.length !== KEY_BYTES || !long || sealed[0] !== version) {
    throw new Malformed(NO_VAULT);
  }
  const iv = new Uint8Array(sealed.subarray(1, 1 + NONCE_BYTES));
  const parameters = { name: "AES-GCM", iv, additionalData: data };
  const prepared = await importKey(key);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, prepared, new Uint8Array(sealed.subarray(1 + NONCE_BYTES))));
  } catch {
    throw new CannotOpen(N_("This passphrase or code does not open the vault."));
  }
}

/** `vault` under its random 32-byte key: `version ‖ nonce ‖ AES-256-GCM`; version 2 if it ever held two pairs. */
export function sealVault(vault: Vault, vaultKey: Uint8Array, random: Random = systemRandom): Promise<Uint8Array> {
  const { waiting = [], former = [] } = vault;
  const content = {
    ...pairJson(vault),
    root: vault.root.encode(),
    directory: { version: vault.directoryVersion, sha256: b64encode(vault.directorySha256) },
  };
  if (waiting.length + former.length === 0) return seal(vaultKey, dumpJson(content), additionalData(VAULT, vault.member), random);
  const further = { waiting: waiting.map(pairJson), former: former.map((identity) => identity.encode()) };
  return seal(vaultKey, dumpJson({ ...content, ...further }), additionalData(VAULT_OF_SEVERAL, vault.member), random, SEVERAL);
}

function pairJson({ identity, signingKey }: Pair): JsonObject {
  return { identity: identity.encode(), signing_key: b64encode(signingKey.seed) };
}

/**
 * Opens the vault of `member`.
 *
 * @throws CannotOpen another key or member
 * @throws Malformed not a vault of these versions
 */
export async function openVault(sealed: Uint8Array, vaultKey: Uint8Array, member: string): Promise<Vault> {
  const isOfSeveral = sealed[0] === SEVERAL;
  const data = additionalData(isOfSeveral ? VAULT_OF_SEVERAL : VAULT, member);
  const plaintext = await open(vaultKey, sealed, data, MAX_VAULT, isOfSeveral ? SEVERAL : VERSION);
  const content = parseJsonObject(plaintext, { limit: MAX_VAULT });
  const pinned = content["directory"];
  if (!isObject(pinned)) throw new Malformed(NO_VAULT);
  return {
    member,
    ...pairOf(content),
    root: VerifierKey.parse(checkText(content["root"])),
    directoryVersion: checkInteger(pinned["version"], 0, 2 ** 31 - 1),
    directorySha256: b64decode(pinned["sha256"], { length: 32 }),
    waiting: isOfSeveral ? listIn(content, "waiting", MAX_WAITING).map(pairOf) : [],
    former: isOfSeveral ? listIn(content, "former", MAX_FORMER).map((one) => HybridIdentity.parse(checkText(one))) : [],
  };
}

function listIn(content: JsonObject, name: string, most: number): readonly Json[] {
  const value = content[name];
  if (!Array.isArray(value) || value.length > most) throw new Malformed(NO_VAULT);
  return value as readonly Json[];
}

function pairOf(value: Json): Pair {
  if (!isObject(value)) throw new Malformed(NO_VAULT);
  return {
    identity: HybridIdentity.parse(checkText(value["identity"])),
    signingKey: new SigningKey(b64decode(value["signing_key"], { length: 32 })),
  };
}

/** The vault's key under a stretched passphrase. */
export function wrapWithPassphrase(vaultKey: Uint8Array, wrapKey: Uint8Array, member: string, random: Random = systemRandom): Promise<Uint8Array> {
  return seal(wrapKey, vaultKey, additionalData(PASSPHRASE, member), random);
}

/**
 * The vault's key.
 *
 * @throws CannotOpen another passphrase or member
 */
export function unwrapWithPassphrase(wrapped: Uint8Array, wrapKey: Uint8Array, member: string): Promise<Uint8Array> {
  return open(wrapKey, wrapped, additionalData(PASSPHRASE, member), MAX_VAULT);
}

/** The vault's key under a recovery code's key. */
export function wrapWithRecovery(vaultKey: Uint8Array, key: Uint8Array, member: string, random: Random = systemRandom): Promise<Uint8Array> {
  return seal(key, vaultKey, additionalData(RECOVERY, member), random);
}

/**
 * The vault's key.
 *
 * @throws CannotOpen another code or member
 */
export function unwrapWithRecovery(wrapped: Uint8Array, key: Uint8Array, member: string): Promise<Uint8Array> {
  return open(key, wrapped, additionalData(RECOVERY, member), MAX_VAULT);
}

/** The vault's key under that of a passphrase and a passkey together. */
export function wrapWithPrf(vaultKey: Uint8Array, key: Uint8Array, member: string, random: Random = systemRandom): Promise<Uint8Array> {
  return seal(key, vaultKey, additionalData(PRF, member), random);
}

/**
 * The vault's key.
 *
 * @throws CannotOpen another passphrase, passkey or member
 */
export function unwrapWithPrf(wrapped: Uint8Array, key: Uint8Array, member: string): Promise<Uint8Array> {
  return open(key, wrapped, additionalData(PRF, member), MAX_VAULT);
}

/** Whose card of which case. */
export interface CardOwner {
  readonly member: string;
  readonly case: string;
}

/** A card (what a member keeps of an opened case) under the vault's key. */
export function sealCard(content: Uint8Array, vaultKey: Uint8Array, owner: CardOwner, random: Random = systemRandom): Promise<Uint8Array> {
  return seal(vaultKey, content, additionalData(CARD, owner.member, owner.case), random);
}

/**
 * The content of a card.
 *
 * @throws CannotOpen another key, member or case
 */
export function openCard(sealed: Uint8Array, vaultKey: Uint8Array, owner: CardOwner): Promise<Uint8Array> {
  return open(vaultKey, sealed, additionalData(CARD, owner.member, owner.case), MAX_CARD);
}
