/**
 * Hybrid age keys, secure against quantum computers to come: ML-KEM-768 with X25519.
 *
 * The recipient type `mlkem768x25519` of c2sp.org/age: HPKE (RFC 9180) with the KEM
 * MLKEM768-X25519, which is X-Wing, of draft-ietf-hpke-pq.
 */

import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { bech32 } from "@scure/base";

import { type Stanza, decodeBase64 } from "./age_header.ts";
import { HeaderFailure, Malformed, N_ } from "./errors.ts";
import { type Random, systemRandom } from "./signing.ts";

export const STANZA_TYPE = "mlkem768x25519";
export const ENC_SIZE = 1120;
export const BODY_SIZE = 32; // the 16-byte file key and its tag
export const SEED_SIZE = 32;
export const PUBLIC_SIZE = 1216;

const MLKEM_PUBLIC_SIZE = 1184; // FIPS 203, table 3
const MLKEM_COEFFICIENTS_SIZE = 1152; // three polynomials of 256 coefficients of 12 bits
const MLKEM_MODULUS = 3329; // FIPS 203 section 2.3, q
const RECIPIENT_PREFIX = "age1pq";
const IDENTITY_PREFIX = "age-secret-key-pq-";

const P = 2n ** 255n - 19n;
// u coordinates of small order (RFC 7748 section 6.1 has implementations check for them, as the
// secret that they give is zero): orders 1, 2, 4, 8, 8, each with its encodings below 2^255.
const LOW_ORDER_U: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  P - 1n,
  P,
  P + 1n,
]);

function isLowOrder(share: Uint8Array): boolean {
  const number = share.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return LOW_ORDER_U.has(number & (2n ** 255n - 1n));
}

/** FIPS 203 section 7.2, modulus check: every coefficient is written as less than q. */
function passesModulusCheck(key: Uint8Array): boolean {
  for (let place = 0; place < MLKEM_COEFFICIENTS_SIZE; place += 3) {
    const [first = 0, middle = 0, last = 0] = key.subarray(place, place + 3);
    if ((first | ((middle & 15) << 8)) >= MLKEM_MODULUS || ((middle >> 4) | (last << 4)) >= MLKEM_MODULUS) return false;
  }
  return true;
}

/** Lowercase Bech32 (BIP 173) without its limit on length, exactly as it is written, or Malformed. */
function decodeBech32(text: string, prefix: string, size: number): Uint8Array {
  let data: Uint8Array;
  try {
    const decoded = bech32.decode(text as `${string}1${string}`, false);
    data = decoded.prefix === prefix ? bech32.fromWords(decoded.words) : new Uint8Array();
  } catch {
    throw new Malformed(N_("This key is mistyped: its checksum fails."));
  }
  if (data.length !== size) throw new Malformed(N_("This is not a complete key, or one of another kind."));
  if (encodeBech32(prefix, data) !== text) throw new Malformed(N_("This key is not in its one canonical form."));
  return data;
}

function encodeBech32(prefix: string, data: Uint8Array): string {
  return bech32.encode(prefix, bech32.toWords(data), false);
}

/** A public key of 1,216 bytes, to which anyone can seal. */
export class HybridRecipient {
  readonly #text: string;

  /** @throws Malformed another length, or a key that FIPS 203 or RFC 7748 refuses */
  constructor(readonly publicKey: Uint8Array) {
    const usable =
      publicKey.length === PUBLIC_SIZE &&
      !isLowOrder(publicKey.subarray(MLKEM_PUBLIC_SIZE)) &&
      passesModulusCheck(publicKey);
    if (!usable) throw new Malformed(N_("This is not a usable age recipient."));
    this.#text = encodeBech32(RECIPIENT_PREFIX, publicKey);
  }

  /**
   * The recipient `age1pq1…`, which encodes back to exactly `text`.
   *
   * @throws Malformed anything else, naming the field `pointer`
   */
  static parse(text: unknown, pointer = ""): HybridRecipient {
    if (typeof text !== "string") throw new Malformed(N_("This must be an age recipient."), { pointer });
    try {
      return new HybridRecipient(decodeBech32(text, RECIPIENT_PREFIX, PUBLIC_SIZE));
    } catch (error) {
      if (error instanceof Malformed) throw error.at(pointer);
      throw error;
    }
  }

  /** `age1pq1…` */
  toString(): string {
    return this.#text;
  }
}

/** A private key, held as its 32-byte seed. */
export class HybridIdentity {
  readonly #seed: Uint8Array;
  #recipient: HybridRecipient | undefined;

  /** @throws Malformed a seed of another length */
  constructor(seed: Uint8Array) {
    if (seed.length !== SEED_SIZE) throw new Malformed(N_("The seed of an age identity has 32 bytes."));
    this.#seed = seed.slice();
  }

  /** A new identity from 32 bytes of `random`. */
  static generate(random: Random = systemRandom): HybridIdentity {
    return new HybridIdentity(random(SEED_SIZE));
  }

  /**
   * The identity `AGE-SECRET-KEY-PQ-1…`.
   *
   * @throws Malformed anything else
   */
  static parse(text: unknown): HybridIdentity {
    // ASCII first: other scripts have letters whose lower case is a Latin one.
    if (typeof text !== "string" || !/^[!-`{-~]*$/.test(text)) throw new Malformed(N_("This must be an age identity."));
    return new HybridIdentity(decodeBech32(text.toLowerCase(), IDENTITY_PREFIX, SEED_SIZE));
  }

  /** The 32-byte seed: a secret, for a vault to keep. */
  get seed(): Uint8Array {
    return this.#seed.slice();
  }

  /** The identity as `AGE-SECRET-KEY-PQ-1…`: a secret. */
  encode(): string {
    return encodeBech32(IDENTITY_PREFIX, this.#seed).toUpperCase();
  }

  /** The public key to which others seal. */
  get recipient(): HybridRecipient {
    this.#recipient ??= new HybridRecipient(MLKEM768X25519.getPublicKey(this.#seed));
    return this.#recipient;
  }
}

/**
 * The 1,120-byte encapsulated key of a hybrid stanza; null for a stanza of another type.
 *
 * @throws HeaderFailure a hybrid stanza with other arguments, a body not of 32 bytes, or a share of
 * small order
 */
export function hybridEnc(stanza: Stanza, pointer = ""): Uint8Array | null {
  const [type, share, ...others] = stanza.arguments;
  if (type !== STANZA_TYPE) return null;
  if (share !== undefined && others.length === 0 && stanza.body.length === BODY_SIZE) {
    const enc = decodeBase64(share, pointer);
    if (enc.length === ENC_SIZE && !isLowOrder(enc.subarray(-32))) return enc;
  }
  throw new HeaderFailure(N_("A recipient of this sealed file is not in the hybrid form."), { pointer });
}
