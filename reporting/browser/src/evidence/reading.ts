/** Opening a sealed file: part after part, and trusted only once the whole of it proved authentic. */

import { HybridIdentity, NONCE_SIZE, fileKeyOf, headerSize } from "../protocol/age.ts";
import { equalBytes } from "../protocol/encoding.ts";
import { HeaderFailure, N_, NotAuthentic } from "../protocol/errors.ts";
import { paddedFileSize } from "../protocol/padding.ts";
import { Ahead } from "./ahead.ts";
import type { Crew } from "./crew.ts";
import { Cutter } from "./cutter.ts";
import type { OpenJob } from "./files_api.ts";
import type { Brake, TellWaiting } from "./patience.ts";
import { BLOCK_SIZE, SEALED_BLOCK_SIZE, payloadKey, placeOf } from "./payload.ts";
import type { DownloadRoute } from "./routes.ts";
import { partLength, partsOf, sealedFileSize } from "./sizes.ts";

const PARTS_AHEAD = 2; // on their way at once
const ALTERED = N_("This file is not the one that its sender sealed: it was altered, cut short or put together anew.");

/** Takes pieces of a file in order. */
export type Take = (piece: Uint8Array<ArrayBuffer>) => Promise<void>;

/** From where a file comes, who opens it, and who is told. */
export interface Reading {
  readonly route: DownloadRoute;
  readonly brake: Brake;
  readonly crew: Crew;
  readonly arrived: (bytes: number) => void;
  readonly waiting: TellWaiting;
}

/**
 * Gives a file to `take`, piece after piece, in constant memory. Nothing of it may be shown as whole before this
 * has returned.
 *
 * @throws NotAuthentic what the server gives is not what the entry names
 * @throws CannotOpen it is sealed to other keys
 * @throws Canceled, Problem, Unreachable
 */
export async function readFile(job: OpenJob, reading: Reading, take: Take): Promise<void> {
  const { brake, route, crew, waiting } = reading;
  await brake.patiently(() => route.open(), waiting);
  const cutter = new Cutter(sealedPieces(job, reading));
  const key = await keyOf(job, cutter);
  const { size } = job.file;
  const padded = paddedFileSize(size);
  const count = Math.ceil(padded / BLOCK_SIZE);
  // Cut in order, opened by several at once.
  let cut: Promise<unknown> = Promise.resolve();
  const blocks = new Ahead(count, crew.size + 1, (block) => {
    const sealed = cut.then(() => cutter.next(SEALED_BLOCK_SIZE));
    cut = sealed;
    return sealed.then((bytes) => crew.open(key, placeOf(block, count), bytes ?? new Uint8Array()));
  });
  for (let block = 0; block < count; block++) {
    const opened = await blocks.next();
    if (opened?.length !== Math.min(BLOCK_SIZE, padded - block * BLOCK_SIZE)) throw new NotAuthentic(ALTERED);
    await takeFile(opened, size - block * BLOCK_SIZE, take);
  }
  if (!equalBytes(await crew.digest(), job.file.sha256)) throw new NotAuthentic(ALTERED);
}

/** Gives the `left` first bytes of a block to `take`. @throws NotAuthentic its rest is no padding */
async function takeFile(block: Uint8Array<ArrayBuffer>, left: number, take: Take): Promise<void> {
  const inside = left >= block.length ? block : block.slice(0, Math.max(0, left));
  for (let at = inside.length; at < block.length; at++) {
    if (block[at] !== 0) throw new NotAuthentic(ALTERED);
  }
  if (inside.length > 0) await take(inside);
}

/** The key of the payload, from the header that the file begins with, which is as long as its recipients make it. */
async function keyOf({ identities, stanzas }: OpenJob, cutter: Cutter): Promise<Uint8Array> {
  const header = (await cutter.next(headerSize(stanzas))) ?? new Uint8Array();
  const nonce = (await cutter.next(NONCE_SIZE)) ?? new Uint8Array();
  try {
    return await payloadKey(await fileKeyOf(header, identities.map((identity) => HybridIdentity.parse(identity))), nonce);
  } catch (error) {
    throw error instanceof HeaderFailure ? new NotAuthentic(ALTERED) : error;
  }
}

/** The sealed file, every part of the length that the protocol gives it, and in the hash of the whole. */
function sealedPieces({ file, stanzas }: OpenJob, reading: Reading): () => Promise<Uint8Array | null> {
  const size = sealedFileSize(file.size, stanzas);
  let hashed: Promise<unknown> = Promise.resolve();
  const parts = new Ahead(partsOf(size), PARTS_AHEAD, (number) => {
    const part = fetchPart(reading, number, partLength(size, number));
    const seen = Promise.all([part, hashed]).then(([bytes]) => reading.crew.hash(bytes));
    hashed = seen;
    return seen;
  });
  return async () => {
    const part = await parts.next();
    if (part !== null) reading.arrived(part.length);
    return part;
  };
}

async function fetchPart({ route, brake, waiting }: Reading, number: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const part = await brake.patiently(() => route.part(number, brake.signal), waiting);
  if (part.length !== length) throw new NotAuthentic(ALTERED);
  return part as Uint8Array<ArrayBuffer>;
}
