/** ChaCha20-Poly1305 by the browser itself, where its Web Cryptography has it: by the processor's own instructions. */

import { equalBytes } from "../protocol/encoding.ts";
import type { Cipher } from "./payload.ts";
import { PLAIN } from "./plain_cipher.ts";

const NAME = "ChaCha20-Poly1305";
const TRIED = 1_000; // bytes of the trial: several blocks of the cipher, and no whole one at the end

/** The browser's own cipher; null where it has none, or one that does otherwise than ours in a trial. */
export async function nativeCipher(): Promise<Cipher | null> {
  try {
    return (await doesAlike(NATIVE)) ? NATIVE : null;
  } catch {
    return null;
  }
}

const NATIVE: Cipher = {
  async under(key) {
    const { subtle } = crypto;
    const own = await subtle.importKey("raw-secret" as "raw", key as Uint8Array<ArrayBuffer>, { name: NAME }, false, ["encrypt", "decrypt"]);
    const how = (nonce: Uint8Array): Algorithm & { readonly iv: Uint8Array } => ({ name: NAME, iv: nonce });
    return {
      async seal(nonce, plaintext, target) {
        target.set(new Uint8Array(await subtle.encrypt(how(nonce), own, plaintext as Uint8Array<ArrayBuffer>)));
      },
      async open(nonce, sealed, target) {
        try {
          target.set(new Uint8Array(await subtle.decrypt(how(nonce), own, sealed as Uint8Array<ArrayBuffer>)));
          return true;
        } catch {
          return false;
        }
      },
    };
  },
};

/** Whether `cipher` seals as the plain one does, opens that, and refuses it once a bit of it is another. */
async function doesAlike(cipher: Cipher): Promise<boolean> {
  const [key, nonce, plaintext] = [new Uint8Array(32).fill(1), new Uint8Array(12).fill(2), new Uint8Array(TRIED).fill(3)];
  const [ours, theirs] = [await PLAIN.cipher.under(key), await cipher.under(key)];
  const [wanted, sealed] = [new Uint8Array(TRIED + 16), new Uint8Array(TRIED + 16)];
  await ours.seal(nonce, plaintext, wanted);
  await theirs.seal(nonce, plaintext, sealed);
  const opened = new Uint8Array(TRIED);
  if (!equalBytes(sealed, wanted) || !(await theirs.open(nonce, sealed, opened)) || !equalBytes(opened, plaintext)) return false;
  sealed[0] = (sealed[0] ?? 0) ^ 1;
  return !(await theirs.open(nonce, sealed, opened));
}
