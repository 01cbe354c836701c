/** ChaCha20-Poly1305 and SHA-256 without WebAssembly: for small files, and where a browser has it switched off. */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sha256 } from "@noble/hashes/sha2.js";

import type { Cipher } from "./payload.ts";

/** A hash that takes one piece after another. */
export interface Hash {
  update(piece: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** What a thread seals, opens and hashes with. */
export interface Tools {
  readonly cipher: Cipher;
  readonly newHash: () => Promise<Hash>;
  /** Whether none of them is a plain one. */
  readonly fast: boolean;
}

const plainCipher: Cipher = {
  under: (key) =>
    Promise.resolve({
      seal(nonce, plaintext, target) {
        chacha20poly1305(key, nonce).encrypt(plaintext, target);
      },
      open(nonce, sealed, target) {
        try {
          chacha20poly1305(key, nonce).decrypt(sealed, target);
          return true;
        } catch {
          return false;
        }
      },
    }),
};

/** The tools that need nothing of the browser. */
export const PLAIN: Tools = { cipher: plainCipher, newHash: () => Promise.resolve(sha256.create()), fast: false };
