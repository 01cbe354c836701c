/** One pair of hands at sealing, opening and hashing: in a worker `seal`, or, for small files, in the worker that asks. */

import { type Place, openBlock, sealBlock } from "./payload.ts";
import type { Hash, Tools } from "./plain_cipher.ts";

/** What is asked. Bytes that are given away are nobody else's from then on. */
export type Task =
  | { readonly kind: "seal"; readonly key: Uint8Array; readonly place: Place; readonly content: Blob; readonly start: number; readonly end: number }
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

  /** Does `task`. It throws what reading a file throws. */
  async do(task: Task): Promise<Made> {
    const { cipher, newHash } = await this.tools;
    switch (task.kind) {
      case "seal":
        return sealBlock(cipher, task.key, task.place, await readPadded(task.content, task.start, task.end));
      case "open":
        return openBlock(cipher, task.key, task.place, task.sealed);
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

/** The bytes of a file from `start` to `end`, with zeros behind its own. */
async function readPadded(content: Blob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const read = start < content.size ? new Uint8Array(await content.slice(start, end).arrayBuffer()) : new Uint8Array();
  if (read.length === end - start) return read;
  if (read.length !== Math.max(0, Math.min(end, content.size) - start)) throw new Error("the file has another length than before");
  const block = new Uint8Array(end - start);
  block.set(read);
  return block;
}
