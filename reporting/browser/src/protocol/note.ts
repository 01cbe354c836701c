/**
 * Signed notes (c2sp.org/signed-note) with Ed25519 keys, at most 16 signatures.
 *
 * A note is text that ends in a newline, an empty line, and one signature line or more.
 */

import { WHITE_SPACE, b64decode, b64encode, concat, decodeUtf8, equalBytes, hex, isWellFormed, sha256, utf8 } from "./encoding.ts";
import { Malformed, N_, NotAuthentic, ProtocolError } from "./errors.ts";
import { type SigningKey, checkPublicKey, verify as verifySignature } from "./signing.ts";

export const MAX_SIGNATURES = 16;
export const MAX_NOTE = 1_048_576;
// c2sp.org/signed-note, signature types
export const ED25519 = 1;
export const COSIGNATURE = 4;
/** Witnesses sign as c2sp.org/tlog-cosignature says. */
export const COSIGNER_KINDS: readonly number[] = [ED25519, COSIGNATURE];
const SIGNATURE_MARK = "\u2014 ";
const KEY_ID = /^[0-9a-f]{8}$/;
const SPACE_OR_PLUS = new RegExp(`[+${WHITE_SPACE}]`, "u");
// c2sp.org/signed-note: UTF-8 without ASCII control characters below U+0020 other than newline
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\p{Surrogate}]/u; // eslint-disable-line no-control-regex -- it is what the standard forbids

function checkName(name: string): string {
  if (name === "" || SPACE_OR_PLUS.test(name) || FORBIDDEN.test(name)) throw new Malformed(N_("This is not a valid key name."));
  return name;
}

/** The public half of a note's key: a name, 32 raw bytes of Ed25519, and the type of its signatures. */
export class VerifierKey {
  /** The four bytes that a signature line begins with. */
  readonly keyId: Uint8Array;

  /** @throws Malformed a name with spaces or `+`, or a key that signing refuses */
  constructor(
    readonly name: string,
    readonly publicKey: Uint8Array,
    readonly kind: number = ED25519,
  ) {
    checkName(name);
    checkPublicKey(publicKey);
    this.keyId = sha256(concat(utf8(name), utf8("\n"), Uint8Array.of(kind), publicKey)).subarray(0, 4);
  }

  /** `<name>+<key id>+<base64>`, one line without its end. */
  encode(): string {
    return `${this.name}+${hex(this.keyId)}+${b64encode(concat(Uint8Array.of(this.kind), this.publicKey))}`;
  }

  /**
   * Reads what {@link encode} writes; splits at the first two `+`.
   *
   * @throws Malformed any other form, a type not among `kinds`, or a key id that does not fit
   */
  static parse(line: string, kinds: readonly number[] = [ED25519]): VerifierKey {
    const [, name, keyId, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(line) ?? [];
    if (name === undefined || keyId === undefined || !KEY_ID.test(keyId)) {
      throw new Malformed(N_("This is not a verifier key."));
    }
    const data = b64decode(encoded, { length: 33 });
    const [kind = 0] = data;
    if (!kinds.includes(kind)) throw new Malformed(N_("This verifier key is not of type Ed25519."));
    const key = new VerifierKey(name, data.subarray(1), kind);
    if (hex(key.keyId) !== keyId) throw new Malformed(N_("This is not a verifier key."));
    return key;
  }
}

/** One signature line: a key's name, its four-byte id, and the signature's bytes. */
export interface Signature {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** A parsed note: its text with the final newline, and its signatures, none of them checked yet. */
export class Note {
  constructor(
    readonly text: string,
    readonly signatures: readonly Signature[],
  ) {}

  /** The note as it is stored and sent. */
  encode(): string {
    return `${this.text}\n${this.signatures.map(signatureLine).join("")}`;
  }
}

function signatureLine(signature: Signature): string {
  return `${SIGNATURE_MARK}${signature.name} ${b64encode(concat(signature.keyId, signature.signature))}\n`;
}

function parseSignature(line: string): Signature {
  const malformed = new Malformed(N_("A signature line of this note is malformed."));
  if (!line.startsWith(SIGNATURE_MARK)) throw malformed;
  const rest = line.slice(SIGNATURE_MARK.length);
  const space = rest.indexOf(" ");
  const data = b64decode(space < 0 ? "" : rest.slice(space + 1));
  if (data.length < 5) throw malformed;
  return { name: checkName(rest.slice(0, space)), keyId: data.subarray(0, 4), signature: data.subarray(4) };
}

function checkCharacters(text: string): void {
  if (FORBIDDEN.test(text)) throw new Malformed(N_("This note holds a control character."));
}

function checkUtf8(data: string | Uint8Array, limit: number): string {
  if (typeof data === "string" && !isWellFormed(data)) throw new Malformed(N_("This is not UTF-8 text."));
  const raw = typeof data === "string" ? utf8(data) : data;
  if (raw.length > limit) throw new Malformed(N_("This is longer than {limit} bytes."), { limit });
  return typeof data === "string" ? data : decodeUtf8(data);
}

/**
 * Splits a note of at most `limit` bytes into text and signatures, at its last empty line.
 *
 * @throws Malformed too long, not UTF-8, no empty line, no signature or more than 16
 */
export function parse(data: string | Uint8Array, options: { limit?: number } = {}): Note {
  const note = checkUtf8(data, options.limit ?? MAX_NOTE);
  checkCharacters(note);
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw new Malformed(N_("This is not a signed note."));
  const lines = note.slice(split + 2).split("\n").slice(0, -1);
  if (lines.length < 1 || lines.length > MAX_SIGNATURES) {
    throw new Malformed(N_("A note carries 1 to {most} signatures."), { most: MAX_SIGNATURES });
  }
  return new Note(note.slice(0, split + 1), lines.map(parseSignature));
}

function makeSignature(text: string, name: string, key: SigningKey): Signature {
  return { name, keyId: new VerifierKey(name, key.public).keyId, signature: key.sign(utf8(text)) };
}

/**
 * The note of `text` (which ends in a newline) signed by `key` under `name`.
 *
 * @throws Malformed text without its final newline, or with control characters
 */
export function sign(text: string, name: string, key: SigningKey): string {
  if (!text.endsWith("\n")) throw new Malformed(N_("The text of a note ends in a newline."));
  checkCharacters(text);
  return new Note(text, [makeSignature(text, name, key)]).encode();
}

/**
 * `note` with one more signature, by `key` under `name`.
 *
 * @throws Malformed a seventeenth signature
 */
export function addSignature(note: Note, name: string, key: SigningKey): Note {
  if (note.signatures.length >= MAX_SIGNATURES) {
    throw new Malformed(N_("A note carries 1 to {most} signatures."), { most: MAX_SIGNATURES });
  }
  return new Note(note.text, [...note.signatures, makeSignature(note.text, name, key)]);
}

/**
 * The text of `note` once `verifier`'s signature on it holds; other signatures are ignored.
 *
 * @throws NotAuthentic no signature of that name and key, or one that fails
 */
export function verify(note: Note, verifier: VerifierKey): string {
  for (const signature of note.signatures) {
    if (signature.name === verifier.name && equalBytes(signature.keyId, verifier.keyId)) {
      verifySignature(verifier.publicKey, signature.signature, utf8(note.text));
      return note.text;
    }
  }
  throw new NotAuthentic(N_("This note lacks the signature of {name}."), { name: verifier.name });
}

/** Whether {@link verify} accepts `note` for `verifier`. */
export function isSignedBy(note: Note, verifier: VerifierKey): boolean {
  try {
    verify(note, verifier);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
