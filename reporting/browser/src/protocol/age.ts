/**
 * Sealing: age files (c2sp.org/age, version 1) to hybrid recipients, and to no others.
 *
 * The parts stand in modules of their own: `age_header`, `age_keys`, `age_armor`, `age_file`. This
 * is what the rest of the product uses.
 */

import { type ByteStream, type NewHeader, collect, makeHeader, openHeader, openSealed, seal, streamOf } from "./age_file.ts";
import { VERSION_LINE, parseHeader } from "./age_header.ts";
import { BODY_SIZE, ENC_SIZE, HybridIdentity, type HybridRecipient, STANZA_TYPE, hybridEnc } from "./age_keys.ts";
import { HeaderFailure, N_, PayloadFailure } from "./errors.ts";

export { armor, dearmor } from "./age_armor.ts";
export type { ByteStream, NewHeader } from "./age_file.ts";
export { type Header, type Stanza, parseHeader } from "./age_header.ts";
export { HybridIdentity, HybridRecipient } from "./age_keys.ts";

/** Bytes of plaintext in every chunk of a payload but the last. */
export const CHUNK_SIZE = 65_536; // c2sp.org/age, section "Payload"
export const TAG_SIZE = 16;
export const NONCE_SIZE = 16;
const MAC_LINE_SIZE = "--- \n".length + 43;
const STANZA_SIZE = `-> ${STANZA_TYPE} \n\n`.length + base64Size(ENC_SIZE) + base64Size(BODY_SIZE);
const CUT = N_("This sealed file was cut short or extended.");

function base64Size(size: number): number {
  return Math.floor((size * 8 + 5) / 6);
}

/** Seals `source` for all `recipients`, in constant memory. */
export function encryptStream(source: ByteStream, recipients: readonly HybridRecipient[]): Promise<ByteStream> {
  return seal(source, recipients.map(String));
}

/** What may open something: one identity, or all that its owner has had. */
export type Identities = HybridIdentity | readonly HybridIdentity[];

/** The identities, as a list. */
export function several(identities: Identities): readonly HybridIdentity[] {
  return identities instanceof HybridIdentity ? [identities] : identities;
}

/**
 * Opens `source` with whichever identity fits, in constant memory. Trust what the stream gave only
 * after it has ended without an error: a cut file shows only at its end.
 *
 * @throws HeaderFailure the header is not well-formed
 * @throws NoMatch it is sealed to none of `identities`
 * @throws HmacFailure the header was altered
 * @throws PayloadFailure (the stream, too) the payload was altered, cut or extended
 */
export function decryptStream(source: ByteStream, identities: readonly HybridIdentity[]): Promise<ByteStream> {
  return openSealed(source, (decrypter) => {
    for (const identity of identities) decrypter.addIdentity(identity.encode());
  });
}

/** A header for all `recipients`, for a file whose payload is sealed elsewhere (`evidence/payload.ts`). */
export function newHeader(recipients: readonly HybridRecipient[]): Promise<NewHeader> {
  return makeHeader(recipients.map(String));
}

/**
 * The file key of an authentic header.
 *
 * @throws HeaderFailure, NoMatch, HmacFailure as {@link decryptStream}
 */
export function fileKeyOf(header: Uint8Array, identities: readonly HybridIdentity[]): Promise<Uint8Array> {
  return openHeader(header, (decrypter) => {
    for (const identity of identities) decrypter.addIdentity(identity.encode());
  });
}

/** The age file that holds `plaintext`, sealed to all `recipients`. */
export async function encrypt(plaintext: Uint8Array, recipients: readonly HybridRecipient[]): Promise<Uint8Array<ArrayBuffer>> {
  return collect(await encryptStream(streamOf(plaintext), recipients));
}

/**
 * The plaintext of an age file: all of it, or an error.
 *
 * @throws HeaderFailure, NoMatch, HmacFailure, PayloadFailure as {@link decryptStream}
 */
export async function decrypt(sealed: Uint8Array, identities: Identities): Promise<Uint8Array<ArrayBuffer>> {
  return collect(await decryptStream(streamOf(sealed), several(identities)));
}

/** Bytes of a header for `stanzas` hybrid recipients. */
export function headerSize(stanzas: number): number {
  return VERSION_LINE.length + 1 + stanzas * STANZA_SIZE + MAC_LINE_SIZE;
}

/** Bytes of the age file that holds `plaintextBytes` bytes for `stanzas` hybrid recipients. */
export function sealedSize(plaintextBytes: number, stanzas: number): number {
  const chunks = Math.max(1, Math.ceil(plaintextBytes / CHUNK_SIZE));
  return headerSize(stanzas) + NONCE_SIZE + plaintextBytes + chunks * TAG_SIZE;
}

/**
 * Bytes of plaintext in an age file, from its length alone.
 *
 * @throws HeaderFailure the header is not well-formed
 * @throws PayloadFailure no payload has that size
 */
export function plaintextSize(sealed: Uint8Array): number {
  return payloadPlaintextSize(sealed.length - parseHeader(sealed).length);
}

function payloadPlaintextSize(sealedBytes: number, pointer = ""): number {
  if (sealedBytes < NONCE_SIZE) throw new HeaderFailure(CUT, { pointer });
  const payload = sealedBytes - NONCE_SIZE;
  const chunks = Math.floor(payload / (CHUNK_SIZE + TAG_SIZE));
  const rest = payload - chunks * (CHUNK_SIZE + TAG_SIZE);
  // Only a payload that is empty altogether may end with an empty chunk.
  const impossible = payload === 0 || (rest > 0 && rest < TAG_SIZE) || (rest === TAG_SIZE && chunks > 0);
  if (impossible) throw new PayloadFailure(CUT, { pointer });
  return chunks * CHUNK_SIZE + Math.max(0, rest - TAG_SIZE);
}

/** What {@link checkSealed} asks of a file. */
export interface SealedForm {
  /** How many hybrid stanzas: one number, or the lowest and the highest. */
  readonly stanzas: number | readonly [number, number];
  /** Whether a plaintext may have that many bytes; any may where this is absent. */
  readonly plaintextSizes?: (size: number) => boolean;
  /** Whether stanzas of other types are ignored and not counted, rather than refused. */
  readonly grease?: boolean;
  /** The field at fault, in case. */
  readonly pointer?: string;
}

/**
 * Checks an age file as far as that goes without a key (protocol section 6): every stanza is hybrid,
 * there are as many as named, and the file is exactly as long as an allowed plaintext makes it.
 *
 * @throws HeaderFailure the header is not canonical, or holds other stanzas
 * @throws PayloadFailure the file has another length; both name the field `pointer`
 */
export function checkSealed(sealed: Uint8Array, form: SealedForm): void {
  const { pointer = "", stanzas } = form;
  const header = parseHeader(sealed, pointer);
  const hybrid = header.stanzas.filter((stanza) => hybridEnc(stanza, pointer) !== null).length;
  if (hybrid !== header.stanzas.length && form.grease !== true) {
    throw new HeaderFailure(N_("This is sealed to a key of another type than hybrid."), { pointer });
  }
  const [least, most] = typeof stanzas === "number" ? [stanzas, stanzas] : stanzas;
  if (hybrid < least || hybrid > most) {
    throw new HeaderFailure(N_("This is sealed to the wrong number of keys."), { pointer });
  }
  const size = payloadPlaintextSize(sealed.length - header.length, pointer);
  if (form.plaintextSizes?.(size) === false) {
    throw new PayloadFailure(N_("This sealed file has a length that is not allowed."), { pointer });
  }
}
