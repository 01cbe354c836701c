/** ChaCha20-Poly1305 by the browser or by libsodium's WebAssembly, and SHA-256 by hash-wasm's: in the worker `seal` alone. */

import { createSHA256 } from "hash-wasm";

import { CHUNK_SIZE, TAG_SIZE } from "../protocol/age.ts";
import { nativeCipher } from "./native_cipher.ts";
import type { Cipher } from "./payload.ts";
import { type Hash, PLAIN, type Tools } from "./plain_cipher.ts";

const KEY_SIZE = 32;
const NONCE_SIZE = 12;

/** The fastest tools that the browser allows: each that it does not have is the plain one. */
export async function loadTools(): Promise<Tools> {
  const wasm = typeof WebAssembly !== "undefined";
  const cipher = (await nativeCipher()) ?? (wasm ? await orNull(loadSodium().then(cipherOf)) : null);
  const hash = wasm ? await orNull(newFastHash()) : null;
  return { cipher: cipher ?? PLAIN.cipher, newHash: hash === null ? PLAIN.newHash : newFastHash, fast: cipher !== null && hash !== null };
}

function orNull<T>(loading: Promise<T>): Promise<T | null> {
  return loading.catch(() => null);
}

/** What is used of libsodium: its memory, and its functions as they are in C. Lengths and places are numbers in it. */
export interface Sodium {
  readonly HEAPU8: Uint8Array;
  _malloc(size: number): number;
  _crypto_aead_chacha20poly1305_ietf_encrypt(
    c: number, clen: number, m: number, mlen: number, mlenHigh: number, ad: number, adlen: number, adlenHigh: number, nsec: number, npub: number, k: number,
  ): number;
  _crypto_aead_chacha20poly1305_ietf_decrypt(
    m: number, mlen: number, nsec: number, c: number, clen: number, clenHigh: number, ad: number, adlen: number, adlenHigh: number, npub: number, k: number,
  ): number;
}

/** libsodium itself. Loaded here, not with this module: it fails aloud where there is no WebAssembly. */
export async function loadSodium(): Promise<Sodium> {
  const { default: wrappers } = await import("libsodium-wrappers");
  await wrappers.ready;
  return (wrappers as unknown as { readonly libsodium: Sodium }).libsodium;
}

const ROOM = CHUNK_SIZE + TAG_SIZE + KEY_SIZE + NONCE_SIZE;

/**
 * The cipher of libsodium, with one piece of its memory for all chunks: its wrappers copy each of them five times.
 *
 * @throws Error it has no memory for a chunk
 */
export function cipherOf(libsodium: Sodium): Cipher {
  const chunk = libsodium._malloc(ROOM);
  if (chunk === 0) throw new Error("libsodium has no memory");
  const keyAt = chunk + CHUNK_SIZE + TAG_SIZE;
  const nonceAt = keyAt + KEY_SIZE;
  return {
    under(key) {
      // No copy of the memory is kept: it is another one once it has grown.
      const put = (nonce: Uint8Array, content: Uint8Array): void => {
        libsodium.HEAPU8.set(key, keyAt);
        libsodium.HEAPU8.set(nonce, nonceAt);
        libsodium.HEAPU8.set(content, chunk);
      };
      const take = (target: Uint8Array): void => {
        target.set(libsodium.HEAPU8.subarray(chunk, chunk + target.length));
      };
      return Promise.resolve({
        seal(nonce, plaintext, target) {
          if (plaintext.length > CHUNK_SIZE || target.length !== plaintext.length + TAG_SIZE) throw new RangeError("no chunk");
          put(nonce, plaintext);
          const failed = libsodium._crypto_aead_chacha20poly1305_ietf_encrypt(chunk, 0, chunk, plaintext.length, 0, 0, 0, 0, 0, nonceAt, keyAt);
          if (failed !== 0) throw new Error("libsodium failed");
          take(target);
        },
        open(nonce, sealed, target) {
          if (sealed.length > CHUNK_SIZE + TAG_SIZE || target.length !== sealed.length - TAG_SIZE) throw new RangeError("no chunk");
          put(nonce, sealed);
          if (libsodium._crypto_aead_chacha20poly1305_ietf_decrypt(chunk, 0, 0, chunk, sealed.length, 0, 0, 0, 0, nonceAt, keyAt) !== 0) return false;
          take(target);
          return true;
        },
        end() {
          libsodium.HEAPU8.fill(0, chunk, chunk + ROOM);
        },
      });
    },
  };
}

async function newFastHash(): Promise<Hash> {
  const hash = await createSHA256();
  hash.init();
  return { update: (piece) => hash.update(piece), digest: () => hash.digest("binary") };
}
