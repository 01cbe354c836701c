/** One sealed file as parts of the size in which it travels, each with its bytes in the hash of the whole. */

import { NONCE_SIZE, newHeader } from "../protocol/age.ts";
import { HybridRecipient } from "../protocol/age_keys.ts";
import { concat } from "../protocol/encoding.ts";
import { paddedFileSize } from "../protocol/padding.ts";
import { systemRandom } from "../protocol/signing.ts";
import { Ahead } from "./ahead.ts";
import type { Crew } from "./crew.ts";
import { Cutter } from "./cutter.ts";
import { BLOCK_SIZE, payloadKey, placeOf } from "./payload.ts";
import { PART_SIZE, partsOf, sealedFileSize } from "./sizes.ts";
import type { OutgoingFile } from "./types.ts";

const PARTS_AHEAD = 2;

/** Sealed parts in order. Each is sealed once: what fails on its way is sent again as the same bytes. */
export interface SealedParts {
  /** The next part; null after the last. */
  next(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** SHA-256 of all parts, once the last was taken. */
  digest(): Promise<Uint8Array>;
  /** Ends it, wherever it is. */
  end(): void;
}

/**
 * Seals `file ‖ zeros to Padmé` to `recipients`, with the hands of `crew`, which is ended with it. At most a few
 * blocks and parts of the file are in memory.
 */
export async function sealParts(file: OutgoingFile, recipients: readonly string[], crew: Crew): Promise<SealedParts> {
  const { header, fileKey } = await newHeader(recipients.map((recipient) => HybridRecipient.parse(recipient)));
  const nonce = systemRandom(NONCE_SIZE);
  const key = await payloadKey(fileKey, nonce);
  const padded = paddedFileSize(file.content.size);
  const count = Math.ceil(padded / BLOCK_SIZE);
  const blocks = new Ahead(count, crew.size + 1, (block) => {
    const start = block * BLOCK_SIZE;
    return crew.seal(key, placeOf(block, count), file, start, Math.min(start + BLOCK_SIZE, padded));
  });
  let head: Uint8Array | null = concat(header, nonce);
  const cutter = new Cutter(async () => {
    const first = head;
    head = null;
    return first ?? (await blocks.next());
  });
  // Each part waits for the one before it: they are cut and hashed in order, one while another is hashed.
  let cut: Promise<unknown> = Promise.resolve();
  let hashed: Promise<unknown> = Promise.resolve();
  const parts = new Ahead(partsOf(sealedFileSize(file.content.size, recipients.length)), PARTS_AHEAD, (): Promise<Uint8Array<ArrayBuffer>> => {
    const part = cut.then(() => cutter.next(PART_SIZE));
    cut = part;
    const seen = Promise.all([part, hashed]).then(([bytes]) => crew.hash(bytes ?? new Uint8Array()));
    hashed = seen;
    return seen;
  });
  return { next: () => parts.next(), digest: () => crew.digest(), end: crew.end };
}
