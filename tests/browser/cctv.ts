/**
 * Runs the age vectors of C2SP's CCTV (npm `cctv-age`) against the core, in Node and in browsers.
 *
 * The product accepts hybrid keys alone; X25519 and scrypt are plugged in here, since most vectors
 * use them to reach the header and the payload.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as sha256Hash } from "@noble/hashes/sha2.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import type { Decrypter } from "age-encryption";
import * as vectors from "cctv-age";

import { dearmor } from "../../reporting/browser/src/protocol/age.ts";
import { openSealed, streamOf } from "../../reporting/browser/src/protocol/age_file.ts";
import { parseHeader } from "../../reporting/browser/src/protocol/age_header.ts";
import { concat, decodeUtf8, hex, sha256, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import {
  ArmorFailure,
  HeaderFailure,
  HmacFailure,
  NoMatch,
  PayloadFailure,
} from "../../reporting/browser/src/protocol/errors.ts";

/** How a vector ended, in the words of the vectors themselves. */
export type Outcome = "success" | "no match" | "HMAC failure" | "header failure" | "payload failure" | "armor failure";

/** A vector, and what became of it. `released` is the hash of all plaintext that
 * came out, or that the vectors count as read. */
export interface Verdict {
  readonly name: string;
  readonly expected: string;
  readonly outcome: string;
  readonly expectedPayload: string | undefined;
  readonly released: string;
}

const OUTCOMES: readonly (readonly [new (message: string) => Error, Outcome])[] = [
  [HeaderFailure, "header failure"],
  [HmacFailure, "HMAC failure"],
  [NoMatch, "no match"],
  [PayloadFailure, "payload failure"],
  [ArmorFailure, "armor failure"],
];

interface Vector {
  readonly name: string;
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly file: Uint8Array<ArrayBuffer>;
}

function parseVector(name: string, data: Uint8Array): Vector {
  const fields = new Map<string, string[]>();
  let place = 0;
  for (;;) {
    const end = data.indexOf(10, place);
    const line = decodeUtf8(data.subarray(place, end));
    place = end + 1;
    if (line === "") return { name, fields, file: new Uint8Array(data.subarray(place)) };
    const [key = "", value = ""] = line.split(/: (.*)/s);
    fields.set(key, [...(fields.get(key) ?? []), value]);
  }
}

async function inflate(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const inflated = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}

function outcomeOf(error: unknown): string {
  const found = OUTCOMES.find(([kind]) => error instanceof kind);
  return found?.[1] ?? `unexpected: ${String(error)}`;
}

/** What comes out of the stream before it ends or fails, and how that was. */
async function release(open: () => Promise<ReadableStream<Uint8Array>>): Promise<[string, Uint8Array]> {
  const parts: Uint8Array[] = [];
  try {
    const reader = (await open()).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value);
    return ["success", concat(...parts)];
  } catch (error) {
    return [outcomeOf(error), concat(...parts)];
  }
}

/**
 * The plaintext of a chunk that is authentic, but in the wrong place: last where others follow, or
 * the other way round. The vectors count it as read; `age-encryption` withholds it, which is stricter.
 */
function misplacedChunk(sealed: Uint8Array, fileKey: Uint8Array, released: Uint8Array): Uint8Array {
  const start = parseHeader(sealed).length;
  const key = hkdf(sha256Hash, fileKey, sealed.subarray(start, start + 16), utf8("payload"), 32);
  const counter = Math.ceil(released.length / 65_536);
  const chunk = sealed.subarray(start + 16).subarray(counter * 65_552, (counter + 1) * 65_552);
  // A cut file ends in a chunk shorter than the others: that one counts as altered.
  for (const last of chunk.length === 65_552 ? [0, 1] : []) {
    try {
      return chacha20poly1305(key, concat(new Uint8Array(10), Uint8Array.of(counter, last))).decrypt(chunk);
    } catch {
      // Not this flag.
    }
  }
  return new Uint8Array();
}

async function runVector({ name, fields, file }: Vector): Promise<Verdict> {
  const sealed = fields.get("compressed")?.[0] === "zlib" ? await inflate(file) : file;
  const addKeys = (decrypter: Decrypter): void => {
    for (const identity of fields.get("identity") ?? []) decrypter.addIdentity(identity);
    for (const passphrase of fields.get("passphrase") ?? []) decrypter.addPassphrase(passphrase);
  };
  const binary = (): Uint8Array => {
    if (!fields.has("armored")) return sealed;
    return dearmor(new TextDecoder("latin1").decode(sealed));
  };
  const [outcome, plaintext] = await release(async () => openSealed(streamOf(binary()), addKeys));
  const fileKey = fields.get("file key")?.[0];
  const counted = outcome === "payload failure" && fileKey !== undefined;
  const released = counted
    ? concat(plaintext, misplacedChunk(binary(), hexToBytes(fileKey), plaintext))
    : plaintext;
  const [expected = ""] = fields.get("expect") ?? [];
  return { name, expected, outcome, expectedPayload: fields.get("payload")?.[0], released: hex(sha256(released)) };
}

/** The names of all vectors. */
export const names: readonly string[] = Object.keys(vectors).sort();

/** Runs the vector of that name. */
export async function run(name: string): Promise<Verdict> {
  return runVector(parseVector(name, (vectors as Readonly<Record<string, Uint8Array>>)[name] ?? new Uint8Array()));
}

/** Runs every vector. */
export async function runAll(): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const name of names) verdicts.push(await run(name));
  return verdicts;
}
