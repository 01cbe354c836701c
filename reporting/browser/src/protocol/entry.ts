/**
 * Entries: the sealed items of a case (protocol section 5).
 *
 * Plaintext: `uint32 big-endian length ‖ JSON ‖ signature (64 bytes) ‖ zeros up to the padded size`.
 * The signature covers the JSON as received; nothing is ever re-serialized before it is checked.
 */

import * as age from "./age.ts";
import { type HybridRecipient, STANZA_TYPE } from "./age_keys.ts";
import { type Json, type JsonObject, b64encode, concat, dumpJson, hex, utf8 } from "./encoding.ts";
import { type Attachment, type Audience, type FirstEntry, MAX_CUSTODIANS, MAX_JSON, parseContent } from "./entry_content.ts";
import { Malformed, N_, NotAuthentic } from "./errors.ts";
import { paddedSize } from "./padding.ts";
import { type Random, SIGNATURE_SIZE, type SigningKey, systemRandom, verify as verifySignature } from "./signing.ts";

export { type Attachment, type Audience, type FirstEntry, MAX_JSON, MAX_PREVIOUS, parseContent } from "./entry_content.ts";

export const OVERHEAD = 4 + SIGNATURE_SIZE;
const DOMAIN = utf8("reporting/v1/entry\0");
const STANZAS: Readonly<Record<Audience, readonly [number, number]>> = {
  team: [1, 1],
  reporter: [2, 2],
  custodian: [1, MAX_CUSTODIANS],
};
const DISCLOSURE_STANZAS = [2, MAX_CUSTODIANS + 1] as const;

/** An opened entry. `content` is its JSON as it was read. */
export interface Entry {
  readonly id: string;
  readonly case: string;
  readonly epoch: number;
  readonly directory: number;
  readonly audience: Audience;
  readonly kind: string;
  readonly author: string;
  /** A UTC day. */
  readonly date: string;
  readonly prev: readonly Uint8Array[];
  readonly body: JsonObject;
  readonly attachments: readonly Attachment[];
  readonly first: FirstEntry | null;
  readonly content: JsonObject;
}

/** What an author says; the rest of an {@link Entry} follows from it. */
export type NewEntry = Omit<Entry, "content" | "attachments" | "first"> & Partial<Pick<Entry, "attachments" | "first">>;

/** The JSON object that is signed, in the order in which section 5 names its members. */
export function toJson(entry: NewEntry): JsonObject {
  const { id, epoch, directory, audience, kind, author, date, body, first = null, attachments = [] } = entry;
  const prev = entry.prev.map(b64encode).sort();
  const head = { v: 1, id, case: entry.case, epoch, directory, audience, kind, author, date, prev, body };
  const content: JsonObject = { ...head, attachments: attachments.map(attachmentJson) };
  return first === null ? content : { ...content, ...firstJson(first) };
}

function firstJson(first: FirstEntry): JsonObject {
  return {
    channel: first.channel,
    reporter: { recipient: String(first.recipient), signing_key: b64encode(first.signingKey) },
    excluded: [...first.excluded].sort(),
  };
}

function attachmentJson(attachment: Attachment): Json {
  const { upload, name, type, size } = attachment;
  return { upload, name, type, size, sha256: b64encode(attachment.sha256) };
}

/** A random id for an entry: 32 hex digits. */
export function newId(random: Random = systemRandom): string {
  return hex(random(16));
}

/**
 * The padded plaintext of `entry`, signed by its author's `key`.
 *
 * @throws Malformed JSON above 16,384 bytes, or an entry that every reader would refuse
 */
export function encode(entry: NewEntry, key: SigningKey): Uint8Array {
  const data = dumpJson(toJson(entry));
  if (data.length > MAX_JSON) {
    const message = N_("This is {over} bytes too long to be sent as one entry.");
    throw new Malformed(message, { over: data.length - MAX_JSON });
  }
  parseContent(data);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, data.length);
  const plaintext = concat(length, data, key.sign(concat(DOMAIN, data)));
  return concat(plaintext, new Uint8Array(paddedSize(plaintext.length) - plaintext.length));
}

/**
 * `entry` signed, padded and sealed: the bytes of a binary age file.
 *
 * @throws Malformed as {@link encode}
 * @throws NotAuthentic a number of recipients that does not fit the audience
 */
export async function sealEntry(
  entry: NewEntry,
  key: SigningKey,
  recipients: readonly HybridRecipient[],
): Promise<Uint8Array> {
  checkStanzas(entry.audience, entry.kind, recipients.length);
  return age.encrypt(encode(entry, key), recipients);
}

function checkStanzas(audience: Audience, kind: string, count: number): void {
  const [least, most] = kind === "disclosure" ? DISCLOSURE_STANZAS : STANZAS[audience];
  if (count < least || count > most) {
    throw new NotAuthentic(N_("This entry is sealed to another number of people than its kind allows."));
  }
}

/** An opened entry whose signature is not checked yet: nothing of it may be shown. */
export class SignedEntry {
  constructor(
    readonly entry: Entry,
    /** The JSON as received. */
    readonly data: Uint8Array,
    readonly signature: Uint8Array,
  ) {}

  /**
   * The entry, once its signature holds under `publicKey`.
   *
   * @throws NotAuthentic it does not
   */
  verify(publicKey: Uint8Array): Entry {
    verifySignature(publicKey, this.signature, concat(DOMAIN, this.data));
    return this.entry;
  }
}

/**
 * Splits a padded plaintext and reads its JSON; the signature is the caller's to check.
 *
 * @throws NotAuthentic a length beyond the limit, a non-zero pad, a wrong padded size
 * @throws Malformed JSON that is not an entry's
 */
export function decode(plaintext: Uint8Array): SignedEntry {
  const wrongLength = new NotAuthentic(N_("This entry has a wrong length."));
  if (plaintext.length < OVERHEAD) throw wrongLength;
  const length = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(0);
  const end = length + OVERHEAD;
  if (length > MAX_JSON || plaintext.length !== paddedSize(end)) throw wrongLength;
  if (plaintext.subarray(end).some((byte) => byte !== 0)) throw wrongLength;
  const data = plaintext.subarray(4, 4 + length);
  return new SignedEntry(parseContent(data), data, plaintext.subarray(4 + length, end));
}

/**
 * Opens an age file with one identity and reads the entry in it, unverified.
 *
 * @throws CannotOpen sealed to somebody else
 * @throws NotAuthentic altered, badly padded, or sealed to another number of people than its kind allows
 * @throws Malformed not an entry
 */
export async function openEntry(sealed: Uint8Array, identity: age.Identities): Promise<SignedEntry> {
  const signed = decode(await age.decrypt(sealed, identity));
  const { stanzas } = age.parseHeader(sealed);
  checkStanzas(signed.entry.audience, signed.entry.kind, stanzas.length);
  if (stanzas.some((stanza) => stanza.arguments[0] !== STANZA_TYPE)) {
    throw new NotAuthentic(N_("This entry is sealed to a key of another type than hybrid."));
  }
  return signed;
}
