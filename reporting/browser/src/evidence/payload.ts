/**
 * The payload of an age file, block by block: STREAM in chunks of 64 KiB (c2sp.org/age, section "Payload").
 *
 * Any block can be sealed or opened by itself, as a chunk's nonce is its number: so several threads work on one
 * file. Whoever puts blocks together sees to it that each comes once and in order, and which is the last.
 */

import { CHUNK_SIZE, TAG_SIZE } from "../protocol/age.ts";
import { hkdf } from "../protocol/derive.ts";
import { utf8 } from "../protocol/encoding.ts";

/** Chunks that are sealed or opened at once: 4 MiB of plaintext. Chromium reads files of a person in such pieces at two thirds of the cost. */
export const BLOCK_CHUNKS = 64;
export const BLOCK_SIZE = BLOCK_CHUNKS * CHUNK_SIZE;
export const SEALED_BLOCK_SIZE = BLOCK_CHUNKS * (CHUNK_SIZE + TAG_SIZE);

/** ChaCha20-Poly1305 (RFC 8439). */
export interface Cipher {
  /** The cipher under one key. */
  under(key: Uint8Array): Promise<KeyedCipher>;
}

/** ChaCha20-Poly1305 under a key, for one chunk at a time. */
export interface KeyedCipher {
  /** Writes ciphertext and tag of `plaintext` to `target`. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, target: Uint8Array): Promise<void> | void;
  /** Writes the plaintext of `sealed` to `target`; false where it is not authentic. */
  open(nonce: Uint8Array, sealed: Uint8Array, target: Uint8Array): Promise<boolean> | boolean;
  /** Forgets key and last chunk, where memory of its own holds them. Called after each block. */
  end?(): void;
}

/** Which block of a payload: the number of its first chunk, and whether its last chunk ends the payload. */
export interface Place {
  readonly first: number;
  readonly last: boolean;
}

/** The key of a payload, from the file's key and the payload's nonce. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Promise<Uint8Array> {
  return hkdf(fileKey, utf8("payload"), { salt: nonce });
}

/** Where the block of that number stands in a payload of `count` blocks. */
export function placeOf(block: number, count: number): Place {
  return { first: block * BLOCK_CHUNKS, last: block === count - 1 };
}

/** Eleven bytes of the chunk's number, big-endian, and one that says whether it is the last. */
function chunkNonce(chunk: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(3, Math.floor(chunk / 2 ** 32));
  view.setUint32(7, chunk % 2 ** 32);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Seals a block: at most {@link BLOCK_SIZE} bytes, and fewer only where it is the last. */
export async function sealBlock(cipher: Cipher, key: Uint8Array, { first, last }: Place, plaintext: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const keyed = await cipher.under(key);
  const chunks = Math.ceil(plaintext.length / CHUNK_SIZE);
  const sealed = new Uint8Array(plaintext.length + chunks * TAG_SIZE);
  try {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const piece = plaintext.subarray(chunk * CHUNK_SIZE, (chunk + 1) * CHUNK_SIZE);
      const at = chunk * (CHUNK_SIZE + TAG_SIZE);
      const nonce = chunkNonce(first + chunk, last && chunk === chunks - 1);
      await keyed.seal(nonce, piece, sealed.subarray(at, at + piece.length + TAG_SIZE));
    }
    return sealed;
  } finally {
    keyed.end?.();
  }
}

/** Opens a block; null where any chunk of it is not authentic in that place. */
export async function openBlock(cipher: Cipher, key: Uint8Array, { first, last }: Place, sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
  const size = CHUNK_SIZE + TAG_SIZE;
  const chunks = Math.ceil(sealed.length / size);
  if (sealed.length <= chunks * TAG_SIZE) return null;
  const keyed = await cipher.under(key);
  const plaintext = new Uint8Array(sealed.length - chunks * TAG_SIZE);
  try {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const piece = sealed.subarray(chunk * size, (chunk + 1) * size);
      const at = chunk * CHUNK_SIZE;
      const nonce = chunkNonce(first + chunk, last && chunk === chunks - 1);
      if (piece.length <= TAG_SIZE || !(await keyed.open(nonce, piece, plaintext.subarray(at, at + piece.length - TAG_SIZE)))) return null;
    }
    return plaintext;
  } finally {
    keyed.end?.();
  }
}
