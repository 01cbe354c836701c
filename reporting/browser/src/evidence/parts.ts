/** One sealed file as parts of the size in which it travels, each with its bytes in the hash of the whole. */

import { sha256 as makeSha256 } from "@noble/hashes/sha2.js";

import { type ByteStream, encryptStream } from "../protocol/age.ts";
import { HybridRecipient } from "../protocol/age_keys.ts";
import { Refused, N_ } from "../protocol/errors.ts";
import { paddedFileSize } from "../protocol/padding.ts";
import { PART_SIZE } from "./sizes.ts";
import type { OutgoingFile } from "./types.ts";

const BLOCK = 1_048_576; // of the file, read at once

/** `file ‖ zeros to Padmé` as a stream that reads a slice at a time. */
export function paddedStream({ content, name }: OutgoingFile): ByteStream {
  const padded = paddedFileSize(content.size);
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const block = await readBlock(content, name, at, Math.min(at + BLOCK, padded));
        at += block.length;
        if (block.length > 0) controller.enqueue(block);
        if (at === padded) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * The bytes of a padded file from `start` to `end`.
 *
 * @throws Refused the file cannot be read: it was moved or changed since it was picked
 */
export async function readBlock(content: Blob, name: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const block = new Uint8Array(end - start);
  if (start >= content.size) return block;
  let read: ArrayBuffer;
  try {
    read = await content.slice(start, end).arrayBuffer();
  } catch {
    throw new Refused(N_("“{name}” cannot be read any more: it was moved or changed. Take it out and add it again."), { name });
  }
  if (read.byteLength === block.length) return new Uint8Array(read);
  block.set(new Uint8Array(read));
  return block;
}

/** Sealed parts in order. Each is sealed once: what fails on its way is sent again as the same bytes. */
export interface SealedParts {
  /** The next part; null after the last. */
  next(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** SHA-256 of all parts, once the last was taken. */
  digest(): Promise<Uint8Array>;
  /** Ends it, wherever it is. */
  end(): void;
}

/** Seals `file` to `recipients`. */
export async function sealParts(file: OutgoingFile, recipients: readonly string[]): Promise<SealedParts> {
  const keys = recipients.map((recipient) => HybridRecipient.parse(recipient));
  const reader = (await encryptStream(paddedStream(file), keys)).getReader();
  const hash = makeSha256.create();
  const cut = new Cutter(async () => (await reader.read()).value ?? null);
  return {
    next: async () => {
      const part = await cut.next();
      if (part !== null) hash.update(part);
      return part;
    },
    digest: () => Promise.resolve(hash.digest()),
    end: () => {
      reader.cancel().catch(() => undefined);
    },
  };
}

/** Cuts a stream of pieces of any size into parts of one size. */
export class Cutter {
  #rest: Uint8Array | null = null;
  #over = false;

  constructor(private readonly pull: () => Promise<Uint8Array | null>) {}

  /** The next part, the last one shorter; null after it. */
  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    const part = new Uint8Array(PART_SIZE);
    let filled = 0;
    while (filled < PART_SIZE) {
      const piece = this.#rest ?? (await this.#pulled());
      if (piece === null) break;
      const taken = piece.subarray(0, PART_SIZE - filled);
      part.set(taken, filled);
      filled += taken.length;
      this.#rest = taken.length < piece.length ? piece.subarray(taken.length) : null;
    }
    if (filled === 0) return null;
    return filled === PART_SIZE ? part : part.slice(0, filled);
  }

  async #pulled(): Promise<Uint8Array | null> {
    if (this.#over) return null;
    const piece = await this.pull();
    this.#over = piece === null;
    return piece;
  }
}
