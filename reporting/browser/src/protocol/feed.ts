/**
 * The news link: learning that there is news, and nothing else (protocol section 11.1).
 *
 * The feed secret follows from the mailbox token; nobody can go back from it to the token. What is asked with, and what
 * the answer is sealed under, follow from it in turn: the secret itself stays on the device.
 */

import { hkdf } from "./derive.ts";
import { concat, hex, isHex32, parseDay, utf8 } from "./encoding.ts";
import { CannotOpen, Malformed, N_, NotAuthentic } from "./errors.ts";
import type { Random } from "./signing.ts";

export const SECRET_BYTES = 16;
export const NONCE_BYTES = 12;
export const ANSWER_BYTES = 38; // nonce, ten bytes of a day, tag
const NO_DAY = "0000-00-00";
const LABEL = "reporting/v1/feed";
const NO_LINK = N_("This is not a link to news.");

/** The feed secret of one mailbox, which nothing prints by accident. */
export class Feed {
  readonly #secret: Uint8Array;

  /** @throws Malformed another length than 16 bytes */
  constructor(secret: Uint8Array) {
    if (secret.length !== SECRET_BYTES) throw new Malformed(NO_LINK);
    this.#secret = secret.slice();
  }

  /** The feed of the mailbox that `token` opens. */
  static async ofToken(token: Uint8Array): Promise<Feed> {
    return new Feed(await hkdf(token, utf8(LABEL), { length: SECRET_BYTES }));
  }

  /** From the 32 hexadecimal digits of a link, or the whole link. @throws Malformed anything else */
  static parse(typed: string): Feed {
    const digits = typed.trim().split("#").at(-1);
    if (!isHex32(digits)) throw new Malformed(NO_LINK);
    return new Feed(Uint8Array.from({ length: SECRET_BYTES }, (_, place) => parseInt(digits.slice(2 * place, 2 * place + 2), 16)));
  }

  /** What stands in the link, behind its `#`. */
  fragment(): string {
    return hex(this.#secret);
  }

  /** What the service is asked with; it keeps the SHA-256 of it. */
  lookup(): Promise<Uint8Array> {
    return hkdf(this.#secret, utf8(`${LABEL}-lookup`));
  }

  /** What answers are sealed under. */
  answerKey(): Promise<Uint8Array> {
    return hkdf(this.#secret, utf8(`${LABEL}-answer`));
  }
}

function importKey(key: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", new Uint8Array(key), "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** The day of the newest entry by members, or null for none: always {@link ANSWER_BYTES}. */
export async function sealDay(day: string | null, answerKey: Uint8Array, random: Random): Promise<Uint8Array> {
  const iv = new Uint8Array(random(NONCE_BYTES));
  const parameters = { name: "AES-GCM", iv, additionalData: utf8(LABEL) };
  return concat(iv, new Uint8Array(await crypto.subtle.encrypt(parameters, await importKey(answerKey), utf8(day ?? NO_DAY))));
}

/**
 * The day of the newest entry by members; null where there is none.
 *
 * @throws CannotOpen the service does not know this link: it is off, or nobody's
 * @throws NotAuthentic it opens, but holds no day, or one that is yet to come
 */
export async function openDay(sealed: Uint8Array, answerKey: Uint8Array, today: string): Promise<string | null> {
  if (sealed.length !== ANSWER_BYTES) throw new Malformed(N_("This is not an answer about news."));
  const day = readDay(await decrypt(sealed, answerKey));
  if (day !== null && day > today) throw new NotAuthentic(N_("The site names a day that is yet to come: its answer is wrong, or the date of this device."));
  return day;
}

async function decrypt(sealed: Uint8Array, answerKey: Uint8Array): Promise<Uint8Array> {
  const parameters = { name: "AES-GCM", iv: new Uint8Array(sealed.subarray(0, NONCE_BYTES)), additionalData: utf8(LABEL) };
  const key = await importKey(answerKey);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, new Uint8Array(sealed.subarray(NONCE_BYTES))));
  } catch {
    throw new CannotOpen(N_("This link is not turned on."));
  }
}

function readDay(content: Uint8Array): string | null {
  const text = String.fromCharCode(...content);
  if (text === NO_DAY) return null;
  try {
    return parseDay(text);
  } catch {
    throw new NotAuthentic(N_("The site's answer about news is not in order."));
  }
}
