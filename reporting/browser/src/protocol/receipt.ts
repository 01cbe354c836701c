/**
 * The receipt code: 128 random bits, a BIP-39 mnemonic, and the keys derived from it.
 *
 * The code is the reporter's only credential. It needs no stretching (protocol section 2); its keys
 * come from HKDF-SHA-256 (RFC 5869) with the site's origin in the salt.
 */

import { HybridIdentity } from "./age_keys.ts";
import { hkdf } from "./derive.ts";
import { latinDigits } from "./digits.ts";
import { WHITE_SPACE, concat, sha256, utf8 } from "./encoding.ts";
import { LooksLikeFingerprint, Malformed, N_, UnknownWord, WrongChecksum, WrongLength } from "./errors.ts";
import { type Random, SigningKey, systemRandom } from "./signing.ts";
import * as wordlists from "./wordlists.ts";

export const ENTROPY_BYTES = 16;
export const WORDS = 12;
export const MAX_TYPED = 4_096;
const SALT = "reporting/v1/receipt\0";
const SEPARATORS = new RegExp(`[${WHITE_SPACE}\\-‐-―,;.·|/]+`, "u");
const DIGITS = /^\p{Nd}+$/u;
const FINGERPRINT_DIGITS = 30;
const COMPLETIONS = 8;
const UNKNOWN_WORD = N_("“{word}” is in no receipt code: check it.");
const WRONG_LENGTH = N_("A receipt code has twelve words or twelve groups of four digits.");

/** Sixteen bytes of entropy, which nothing prints by accident. */
export class ReceiptCode {
  readonly #entropy: Uint8Array;

  /** @throws Malformed another length than 16 bytes */
  constructor(entropy: Uint8Array) {
    if (entropy.length !== ENTROPY_BYTES) throw new Malformed(N_("A receipt code holds 16 bytes."));
    this.#entropy = entropy.slice();
  }

  /** A fresh code. */
  static generate(random: Random = systemRandom): ReceiptCode {
    return new ReceiptCode(random(ENTROPY_BYTES));
  }

  /**
   * A code from words of any one list, or digits, as people type them: any case, spaces or hyphens,
   * four letters of a word where the list allows, digits of any script, with or without spaces
   * between groups.
   *
   * @throws UnknownWord a word in no list
   * @throws WrongLength not twelve
   * @throws WrongChecksum mistyped
   * @throws LooksLikeFingerprint thirty digits
   */
  static parse(typed: string, language = "en"): ReceiptCode {
    if (Array.from(typed).length > MAX_TYPED) throw new WrongLength(WRONG_LENGTH);
    // Pages in Arabic, Hebrew or Persian leave invisible direction marks in what is copied from them.
    const tokens = typed.normalize("NFKD").replace(/\p{Cf}/gu, "").split(SEPARATORS).filter(Boolean);
    if (tokens.length === 0) throw new WrongLength(WRONG_LENGTH);
    const joined = tokens.join("");
    return DIGITS.test(joined) ? fromNumbers(numbersOfGroups(latinDigits(joined))) : fromWords(tokens, language);
  }

  /** The 16 bytes: a secret. */
  get entropy(): Uint8Array {
    return this.#entropy.slice();
  }

  /** Twelve numbers from 0 to 2,047: the entropy and its four checksum bits (BIP-39). */
  numbers(): number[] {
    const [check = 0] = sha256(this.#entropy);
    const bits = [...this.#entropy, check].map((byte) => byte.toString(2).padStart(8, "0")).join("");
    return Array.from({ length: WORDS }, (_, place) => parseInt(bits.slice(11 * place, 11 * place + 11), 2));
  }

  /** Twelve words of the language's list, of the English one where it has none. */
  words(language = "en"): string[] {
    const list = wordlists.words(language);
    return this.numbers().map((number) => list[number] ?? "");
  }

  /** Twelve groups of four digits, 0001 to 2048. */
  groups(): string[] {
    return this.numbers().map((number) => String(number + 1).padStart(4, "0"));
  }

  /** The 32-byte token that finds the mailbox; the server keeps only its SHA-256. */
  mailboxToken(origin: string): Promise<Uint8Array> {
    return this.#derive(origin, utf8("reporting/v1/mailbox"));
  }

  /** The age identity to which a draft of a report is sealed, before there is any case. */
  async draftIdentity(origin: string): Promise<HybridIdentity> {
    return new HybridIdentity(await this.#derive(origin, utf8("reporting/v1/draft")));
  }

  /** The reporter's age identity for one case. */
  async caseIdentity(origin: string, caseHash: Uint8Array): Promise<HybridIdentity> {
    return new HybridIdentity(await this.#derive(origin, caseInfo("reporting/v1/age\0", caseHash)));
  }

  /** The reporter's Ed25519 key for one case. */
  async caseSigningKey(origin: string, caseHash: Uint8Array): Promise<SigningKey> {
    return new SigningKey(await this.#derive(origin, caseInfo("reporting/v1/sign\0", caseHash)));
  }

  /** The 32 bytes behind which a certificate with this commitment to a name hides its report (section 10.1). */
  certificateOpening(origin: string, caseHash: Uint8Array, commitment: Uint8Array): Promise<Uint8Array> {
    return this.#derive(origin, concat(caseInfo("reporting/v1/certificate-opening\0", caseHash), commitment));
  }

  #derive(origin: string, info: Uint8Array): Promise<Uint8Array> {
    return hkdf(this.#entropy, info, { salt: utf8(SALT + origin) });
  }
}

function caseInfo(label: string, caseHash: Uint8Array): Uint8Array {
  if (caseHash.length !== 32) throw new Malformed(N_("A case hash has 32 bytes."));
  return concat(utf8(label), caseHash);
}

function numbersOfGroups(digits: string): number[] {
  if (digits.length === FINGERPRINT_DIGITS) {
    throw new LooksLikeFingerprint(N_("This is the fingerprint of the site, not a receipt code."));
  }
  if (digits.length !== 4 * WORDS) throw new WrongLength(WRONG_LENGTH);
  return Array.from({ length: WORDS }, (_, place) => {
    const group = digits.slice(4 * place, 4 * place + 4);
    const number = Number(group) - 1;
    if (number < 0 || number >= wordlists.SIZE) throw new UnknownWord(UNKNOWN_WORD, { word: group });
    return number;
  });
}

function fromWords(tokens: readonly string[], language: string): ReceiptCode {
  const folded = tokens.map(wordlists.fold);
  const complete: number[][] = [];
  for (const candidate of wordlists.languagesFrom(language)) {
    const index = wordlists.index(candidate);
    const numbers = folded.flatMap((word) => index.get(word) ?? []);
    if (folded.length > 0 && numbers.length === folded.length) complete.push(numbers);
  }
  const last = complete.pop();
  if (last === undefined) throw new UnknownWord(UNKNOWN_WORD, { word: unknownWord(tokens, folded, language) });
  if (tokens.length !== WORDS) throw new WrongLength(WRONG_LENGTH);
  // Words that stand in several lists: the list whose checksum fits.
  return fromNumbers(complete.find(hasChecksum) ?? last);
}

/** The word to name: the first unknown one in the list that knows the most of them. */
function unknownWord(tokens: readonly string[], folded: readonly string[], language: string): string {
  let best = { known: -1, word: tokens[0] ?? "" };
  for (const candidate of wordlists.languagesFrom(language)) {
    const index = wordlists.index(candidate);
    const unknown = tokens.filter((_, place) => !index.has(folded[place] ?? ""));
    const [word] = unknown;
    const known = tokens.length - unknown.length;
    if (known > best.known && word !== undefined) best = { known, word };
  }
  return best.word;
}

function codeOf(numbers: readonly number[]): ReceiptCode {
  const bits = numbers.map((number) => number.toString(2).padStart(11, "0")).join("");
  return new ReceiptCode(Uint8Array.from({ length: ENTROPY_BYTES }, (_, place) => parseInt(bits.slice(8 * place, 8 * place + 8), 2)));
}

function hasChecksum(numbers: readonly number[]): boolean {
  return codeOf(numbers).numbers().join() === numbers.join();
}

function fromNumbers(numbers: readonly number[]): ReceiptCode {
  if (!hasChecksum(numbers)) throw new WrongChecksum(N_("Something in this receipt code is mistyped."));
  return codeOf(numbers);
}

/** The words of the language's list that begin as typed, at most eight; none for nothing typed. */
export function complete(beginning: string, language = "en"): string[] {
  const start = wordlists.fold(beginning.trim());
  if (start === "") return [];
  const folded = wordlists.folded(language);
  return wordlists.words(language).filter((_, place) => folded[place]?.startsWith(start)).slice(0, COMPLETIONS);
}
