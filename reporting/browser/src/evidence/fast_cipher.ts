/** ChaCha20-Poly1305 by libsodium's WebAssembly, and SHA-256 by hash-wasm's: in the worker `seal` alone. */

import { createSHA256 } from "hash-wasm";
import sodium from "libsodium-wrappers";

import type { Cipher } from "./payload.ts";
import { type Hash, PLAIN, type Tools } from "./plain_cipher.ts";

const fastCipher: Cipher = {
  seal(key, nonce, plaintext, target) {
    target.set(sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, null, null, nonce, key));
  },
  open(key, nonce, sealed, target) {
    try {
      target.set(sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, null, nonce, key));
      return true;
    } catch {
      return false;
    }
  },
};

/** The fast tools where the browser allows WebAssembly, else the plain ones. */
export async function loadTools(): Promise<Tools> {
  if (typeof WebAssembly === "undefined") return PLAIN;
  try {
    await sodium.ready;
    return { cipher: fastCipher, newHash: newFastHash, fast: true };
  } catch {
    return PLAIN;
  }
}

async function newFastHash(): Promise<Hash> {
  const hash = await createSHA256();
  hash.init();
  return { update: (piece) => hash.update(piece), digest: () => hash.digest("binary") };
}
