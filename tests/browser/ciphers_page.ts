/** The page of the test of ciphers: it seals and opens with each that this browser has. */

import { cipherOf, loadSodium } from "../../reporting/browser/src/evidence/fast_cipher.ts";
import { nativeCipher } from "../../reporting/browser/src/evidence/native_cipher.ts";
import { type Cipher, openBlock, sealBlock } from "../../reporting/browser/src/evidence/payload.ts";
import { PLAIN } from "../../reporting/browser/src/evidence/plain_cipher.ts";
import { equalBytes } from "../../reporting/browser/src/protocol/encoding.ts";

const CHUNK = 65_536;
const PLACE = { first: 64, last: true };

/** What was found of one cipher. */
export interface Found {
  readonly name: string;
  /** It seals the same bytes as the plain one, and opens what that sealed. */
  readonly alike: boolean;
  /** It opens nothing that was altered, cut, or is in another place or under another key. */
  readonly refuses: boolean;
}

const random = (size: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(size));

async function trial(name: string, cipher: Cipher): Promise<Found> {
  const key = random(32);
  let [alike, refuses] = [true, true];
  for (const size of [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5]) {
    const plaintext = new Uint8Array(size);
    for (let at = 0; at < size; at += CHUNK) plaintext.set(random(Math.min(CHUNK, size - at)), at);
    const wanted = await sealBlock(PLAIN.cipher, key, PLACE, plaintext);
    const opened = await openBlock(cipher, key, PLACE, wanted);
    alike &&= equalBytes(await sealBlock(cipher, key, PLACE, plaintext), wanted) && opened !== null && equalBytes(opened, plaintext);
    const altered = wanted.slice();
    altered[size - 1] = (altered[size - 1] ?? 0) ^ 1;
    const bad = [
      await openBlock(cipher, key, PLACE, altered),
      await openBlock(cipher, key, PLACE, wanted.subarray(0, -1)),
      await openBlock(cipher, key, { ...PLACE, last: false }, wanted),
      await openBlock(cipher, key, { ...PLACE, first: 0 }, wanted),
      await openBlock(cipher, random(32), PLACE, wanted),
    ];
    refuses &&= bad.every((one) => one === null);
  }
  return { name, alike, refuses };
}

async function ciphers(): Promise<readonly Found[]> {
  const native = await nativeCipher();
  const found = [await trial("libsodium", cipherOf(await loadSodium())), await trial("plain", PLAIN.cipher)];
  return native === null ? found : [...found, await trial("native", native)];
}

Object.assign(globalThis, { ciphers });
