/** One pair of hands at sealing, opening and hashing: in a worker `seal`, or, for small files, in the worker that asks. */

import { type Place, openBlock, sealBlock } from "./payload.ts";
import type { Hash, Tools } from "./plain_cipher.ts";

/** What is asked. Bytes that are given away are nobody else's from then on. */
export type Task =
  | { readonly kind: "seal"; readonly key: Uint8Array; readonly place: Place; readonly plaintext: Uint8Array<ArrayBuffer> }
  | { readonly kind: "open"; readonly key: Uint8Array; readonly place: Place; readonly sealed: Uint8Array<ArrayBuffer> }
  /** Adds bytes to the one hash of this pair of hands, and gives them back. */
  | { readonly kind: "hash"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "digest" };

/** What comes back; null where what was to be opened is not authentic. */
export type Made = Uint8Array<ArrayBuffer> | null;

/** Does one task after another. */
export class Hand {
  #hash: Promise<Hash> | null = null;

  constructor(private readonly tools: Promise<Tools>) {}

  /** Does `task`. */
  async do(task: Task): Promise<Made> {
    const { cipher, newHash } = await this.tools;
    switch (task.kind) {
      case "seal":
        return await sealBlock(cipher, task.key, task.place, task.plaintext);
      case "open":
        return await openBlock(cipher, task.key, task.place, task.sealed);
      case "hash":
        (await (this.#hash ??= newHash())).update(task.bytes);
        return task.bytes;
      case "digest": {
        const digest = (await (this.#hash ?? newHash())).digest();
        this.#hash = null;
        return new Uint8Array(digest);
      }
    }
  }
}
