/**
 * An age file as a stream, for any recipient type, over the `age-encryption` package.
 *
 * Internal to the core: `age.ts` opens it to hybrid keys alone. The tests plug in the other native
 * types, to run every vector of the standard against this code.
 */

import { Decrypter, Encrypter } from "age-encryption";

import { MAX_HEADER, headerLength, parseHeader } from "./age_header.ts";
import { hybridEnc } from "./age_keys.ts";
import { concat } from "./encoding.ts";
import { HeaderFailure, HmacFailure, N_, NoMatch, PayloadFailure, ProtocolError } from "./errors.ts";

/** Bytes on their way. */
export type ByteStream = ReadableStream<Uint8Array>;

/** A stream of one chunk. */
export function streamOf(data: Uint8Array): ByteStream {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(data);
      controller.close();
    },
  });
}

/** All that `source` gives, in one piece. */
export async function collect(source: ByteStream): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const reader = source.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value);
  return concat(...parts);
}

/** Encrypts `source` for all `recipients` (strings, at least one), in constant memory. */
export async function seal(source: ByteStream, recipients: readonly string[]): Promise<ByteStream> {
  if (recipients.length === 0) throw new Error("sealing needs at least one recipient");
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(source);
}

/** A header that was just made, and the key of the file that it is to begin. */
export interface NewHeader {
  readonly header: Uint8Array<ArrayBuffer>;
  /** Sixteen bytes: a secret, for this one file. */
  readonly fileKey: Uint8Array<ArrayBuffer>;
}

/** A header for all `recipients` (strings, at least one), whose payload is sealed elsewhere. */
export async function makeHeader(recipients: readonly string[]): Promise<NewHeader> {
  if (recipients.length === 0) throw new Error("sealing needs at least one recipient");
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  let fileKey = new Uint8Array();
  // A recipient that wraps nothing: it is how the package hands out the key that it made.
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  // The package seals an empty payload under a nonce of its own, which is thrown away.
  const whole = await encrypter.encrypt(new Uint8Array());
  return { header: Uint8Array.from(whole.subarray(0, parseHeader(whole).length)), fileKey };
}

/**
 * The file key of an authentic header.
 *
 * @throws HeaderFailure, NoMatch, HmacFailure see `age.ts`
 */
export async function openHeader(header: Uint8Array, addKeys: (decrypter: Decrypter) => void): Promise<Uint8Array> {
  for (const stanza of parseHeader(header).stanzas) hybridEnc(stanza);
  const decrypter = new Decrypter();
  addKeys(decrypter);
  try {
    return await decrypter.decryptHeader(header);
  } catch (error) {
    throw classify(error);
  }
}

/**
 * Decrypts `source`, in constant memory, with the keys that `addKeys` gives to the decrypter. The
 * promise resolves once the header is authentic; the stream fails where the payload is not.
 *
 * @throws HeaderFailure, NoMatch, HmacFailure, PayloadFailure see `age.ts`
 */
export async function openSealed(source: ByteStream, addKeys: (decrypter: Decrypter) => void): Promise<ByteStream> {
  const fault = new SourceFault();
  const reader = source.getReader();
  try {
    const head = await readHead(reader);
    // The strict parser first: it bounds the header, and settles its form before any key is tried.
    for (const stanza of parseHeader(head).stanzas) hybridEnc(stanza);
    const decrypter = new Decrypter();
    addKeys(decrypter);
    return watch(await decrypter.decrypt(resume(head, reader, fault)), fault);
  } catch (error) {
    await reader.cancel();
    throw fault.error ?? classify(error);
  }
}

/** Remembers why the source itself failed, so that a broken connection is not called a forged file. */
class SourceFault {
  error: Error | undefined;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function readHead(reader: Reader): Promise<Uint8Array> {
  let head = new Uint8Array();
  while (headerLength(head) === 0 && head.length < MAX_HEADER) {
    const next = await reader.read();
    if (next.done) break;
    head = concat(head, next.value);
  }
  return head;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** `head`, then what `reader` still gives. */
function resume(head: Uint8Array, reader: Reader, fault: SourceFault): ByteStream {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(head);
    },
    async pull(controller) {
      try {
        const next = await reader.read();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      } catch (error) {
        fault.error = asError(error);
        throw fault.error;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** `opened`, whose failures become PayloadFailure. */
function watch(opened: ByteStream, fault: SourceFault): ByteStream {
  const reader = opened.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await reader.read();
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        } catch {
          throw fault.error ?? new PayloadFailure(N_("This sealed file was altered."));
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is pulled ahead of the reader.
    { highWaterMark: 0 },
  );
}

/**
 * The failure class of an error of `age-encryption` 0.3.1, which tells them apart by message alone.
 * The pinned version and the vectors of the standard hold this table; what it does not know is
 * refused as a header.
 */
function classify(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const { message } = asError(error);
  if (message.startsWith("no identity matched")) return new NoMatch(N_("This is not sealed to any key at hand."));
  if (message === "invalid header HMAC") return new HmacFailure(N_("The header of this sealed file was altered."));
  // Among the rest: "stream ended before", a payload without a whole nonce, which the standard's
  // vectors count as part of the header.
  return new HeaderFailure(N_("This is not an age file, or its header is damaged."));
}
