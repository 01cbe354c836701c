/** Opening a sealed file: part after part, and trusted only once the whole of it proved authentic. */

import { sha256 as makeSha256 } from "@noble/hashes/sha2.js";

import { type ByteStream, HybridIdentity, decryptStream } from "../protocol/age.ts";
import { equalBytes } from "../protocol/encoding.ts";
import type { Attachment } from "../protocol/entry.ts";
import { HeaderFailure, N_, NotAuthentic } from "../protocol/errors.ts";
import { paddedFileSize } from "../protocol/padding.ts";
import type { OpenJob } from "./files_api.ts";
import type { Brake, TellWaiting } from "./patience.ts";
import type { DownloadRoute } from "./routes.ts";
import { partLength, partsOf, sealedFileSize } from "./sizes.ts";

const AHEAD = 2; // parts on their way at once
const ALTERED = N_("This file is not the one that its sender sealed: it was altered, cut short or put together anew.");

/** Takes pieces of a file in order. */
export type Take = (piece: Uint8Array) => Promise<void>;

/** From where a file comes, and who is told. */
export interface Reading {
  readonly route: DownloadRoute;
  readonly brake: Brake;
  readonly arrived: (bytes: number) => void;
  readonly waiting: TellWaiting;
}

/**
 * Gives a file to `take`, piece after piece. Nothing of it may be shown as whole before this has returned.
 *
 * @throws NotAuthentic what the server gives is not what the entry names
 * @throws CannotOpen it is sealed to other keys
 * @throws Canceled, Problem, Unreachable
 */
export async function readFile(job: OpenJob, reading: Reading, take: Take): Promise<void> {
  const { file } = job;
  const hash = makeSha256.create();
  await reading.brake.patiently(() => reading.route.open(), reading.waiting);
  const sealed = sealedStream(job, reading, (part) => hash.update(part));
  const opened = await decryptStream(sealed, job.identities.map((identity) => HybridIdentity.parse(identity))).catch((error: unknown) => {
    throw error instanceof HeaderFailure ? new NotAuthentic(ALTERED) : error;
  });
  await unpad(opened, file, take);
  if (!equalBytes(hash.digest(), file.sha256)) throw new NotAuthentic(ALTERED);
}

/** The sealed file, every part of the length that the protocol gives it. */
function sealedStream({ file, stanzas }: OpenJob, reading: Reading, seen: (part: Uint8Array) => void): ByteStream {
  const size = sealedFileSize(file.size, stanzas);
  const count = partsOf(size);
  const coming: Promise<Uint8Array>[] = [];
  let asked = 0;
  const ask = (): void => {
    while (asked < count && coming.length < AHEAD) {
      const part = fetchPart(reading, asked, partLength(size, asked));
      part.catch(() => undefined); // it is awaited in its turn
      coming.push(part);
      asked++;
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        ask();
        const part = await coming.shift();
        if (part === undefined) {
          controller.close();
          return;
        }
        ask();
        seen(part);
        controller.enqueue(part);
        reading.arrived(part.length);
      },
    },
    { highWaterMark: 0 },
  );
}

async function fetchPart({ route, brake, waiting }: Reading, number: number, length: number): Promise<Uint8Array> {
  const part = await brake.patiently(() => route.part(number, brake.signal), waiting);
  if (part.length !== length) throw new NotAuthentic(ALTERED);
  return part;
}

/** Gives the true bytes of a padded file to `take`. @throws NotAuthentic its rest is no padding */
async function unpad(opened: ByteStream, { size }: Attachment, take: Take): Promise<void> {
  let at = 0;
  const reader = opened.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const inside = next.value.subarray(0, Math.max(0, size - at));
    if (next.value.subarray(inside.length).some((byte) => byte !== 0)) throw new NotAuthentic(ALTERED);
    at += next.value.length;
    if (inside.length > 0) await take(inside);
  }
  if (at !== paddedFileSize(size)) throw new NotAuthentic(ALTERED);
}
