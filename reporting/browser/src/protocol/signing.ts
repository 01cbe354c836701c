/**
 * Ed25519 (RFC 8032), checked strictly.
 *
 * What RFC 8032 leaves to taste is settled here, so that both implementations accept the same
 * signatures: encodings of points are canonical, S is below the group order, and public keys of
 * small order, under which one signature fits many messages, are refused.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat, equalBytes } from "./encoding.ts";
import { Malformed, N_, NotAuthentic } from "./errors.ts";

export const SEED_SIZE = 32;
export const PUBLIC_KEY_SIZE = 32;
export const SIGNATURE_SIZE = 64;

/** Gives as many random bytes as asked for. */
export type Random = (length: number) => Uint8Array;

const ORDER = ed25519.Point.Fn.ORDER;
const BAD_SIGNATURE = N_("The signature is wrong.");

/** `length` bytes from the platform's generator. */
export function systemRandom(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

type Point = InstanceType<typeof ed25519.Point>;

/** The point that `encoded` stands for in its one canonical encoding (RFC 8032 section 5.1.3), or null. */
function decodePoint(encoded: Uint8Array): Point | null {
  try {
    return ed25519.Point.fromBytes(encoded, false);
  } catch {
    return null;
  }
}

function usablePoint(publicKey: Uint8Array): Point | null {
  if (publicKey.length !== PUBLIC_KEY_SIZE) return null;
  const point = decodePoint(publicKey);
  return point === null || point.isSmallOrder() ? null : point;
}

/**
 * Checks that `publicKey` is a key that this protocol accepts: a point, canonical, of large order.
 *
 * @throws Malformed anything else, naming the field `pointer`
 */
export function checkPublicKey(publicKey: Uint8Array, pointer = ""): void {
  if (publicKey.length !== PUBLIC_KEY_SIZE) throw new Malformed(N_("A signing key has 32 bytes."), { pointer });
  if (usablePoint(publicKey) === null) throw new Malformed(N_("This is not a usable signing key."), { pointer });
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/**
 * S·B − k·A, encoded: what R must be. OpenSSL, which checks on the Python side, compares these bytes
 * (the equation without the cofactor), while noble multiplies both sides by eight. The two differ
 * for signatures that their own signer crafted with a component of small order; judged by one of
 * them alone, such a signature would show a case in one client and a warning in the other.
 */
function expectedR(point: Point, signature: Uint8Array, publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  const k = littleEndian(sha512(concat(r, publicKey, message))) % ORDER;
  return ed25519.Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k)).toBytes();
}

/**
 * Checks the Ed25519 `signature` (64 bytes) of `message` under `publicKey` (32 bytes).
 *
 * @throws NotAuthentic the signature is wrong, or it or the key is not in the one strict form
 */
export function verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): void {
  const point = usablePoint(publicKey);
  if (point === null || signature.length !== SIGNATURE_SIZE) throw new NotAuthentic(BAD_SIGNATURE);
  if (littleEndian(signature.subarray(32)) >= ORDER) throw new NotAuthentic(BAD_SIGNATURE);
  const genuine =
    ed25519.verify(signature, message, publicKey, { zip215: false }) &&
    equalBytes(expectedR(point, signature, publicKey, message), signature.subarray(0, 32));
  if (!genuine) throw new NotAuthentic(BAD_SIGNATURE);
}

/** An Ed25519 private key, held as its 32-byte seed (RFC 8032 section 5.1.5). */
export class SigningKey {
  readonly #seed: Uint8Array;
  /** The public key, 32 bytes. */
  readonly public: Uint8Array;

  /** @throws Malformed a seed of another length */
  constructor(seed: Uint8Array) {
    if (seed.length !== SEED_SIZE) throw new Malformed(N_("The seed of a signing key has 32 bytes."));
    this.#seed = seed.slice();
    this.public = ed25519.getPublicKey(seed);
  }

  /** A new key from 32 bytes of `random`. */
  static generate(random: Random = systemRandom): SigningKey {
    return new SigningKey(random(SEED_SIZE));
  }

  /** The 32-byte seed, for a vault to keep. */
  get seed(): Uint8Array {
    return this.#seed.slice();
  }

  /** The signature of `message`, 64 bytes; the same key and message give the same one. */
  sign(message: Uint8Array): Uint8Array {
    return ed25519.sign(message, this.#seed);
  }
}
