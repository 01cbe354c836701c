/** Those who seal, open and hash: several workers `seal` for large files, the asking worker itself for small ones. */

import { N_, Refused } from "../protocol/errors.ts";
import { startHelper } from "../workers/rpc.ts";
import { Hand, type Made, type Task } from "./hand.ts";
import type { Place } from "./payload.ts";
import { PLAIN } from "./plain_cipher.ts";
import type { OutgoingFile } from "./types.ts";

const FEWEST = 2;
const MOST = 4;
// Below it, fetching and starting the workers takes longer than the work, above all over Tor.
const WORTH_IT = 8 * 1_048_576;

/** A question to a worker `seal`, and its answer; or that nothing follows. */
export type Question = { readonly id: number; readonly task: Task } | "end";
export type Reply = { readonly id: number; readonly made: Made } | { readonly id: number; readonly failed: true };

/** Where tasks go. */
interface Doer {
  do(task: Task): Promise<Made>;
}

/** Workers at one sending or reading. */
export class Crew {
  #turn = 0;

  private constructor(
    private readonly doers: readonly [Doer, ...Doer[]],
    private readonly hasher: Doer,
    /** Ends them at once; whatever they were asked fails. */
    readonly end: () => void,
  ) {}

  /** Those for so many bytes. */
  static for(size: number): Crew {
    return size < WORTH_IT || !("importScripts" in globalThis) ? Crew.alone() : Crew.ofThreads();
  }

  /** The asking thread itself. */
  static alone(): Crew {
    const tools = Promise.resolve(PLAIN);
    return new Crew([new Hand(tools)], new Hand(tools), () => undefined);
  }

  /** Threads of their own: as many as the device has processors, but for one that hashes. */
  static ofThreads(count = Math.min(MOST, Math.max(FEWEST, navigator.hardwareConcurrency))): Crew {
    const [first, ...others] = Array.from({ length: count }, () => new Thread());
    const hasher = new Thread();
    return new Crew([first ?? hasher, ...others], hasher, () => {
      for (const thread of [first, ...others, hasher]) thread?.end();
    });
  }

  /** How many blocks are worked on at once. */
  get size(): number {
    return this.doers.length;
  }

  /**
   * Seals a block of a padded file.
   *
   * @throws Refused the file cannot be read: it was moved or changed since it was picked
   */
  async seal(key: Uint8Array, place: Place, file: OutgoingFile, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const plaintext = await readPadded(file, start, end);
    return (await this.#next().do({ kind: "seal", key, place, plaintext })) ?? new Uint8Array();
  }

  /** Opens a block; null where it is not authentic in that place. */
  open(key: Uint8Array, place: Place, sealed: Uint8Array<ArrayBuffer>): Promise<Made> {
    return this.#next().do({ kind: "open", key, place, sealed });
  }

  /** Adds bytes to the hash, and gives them back. */
  async hash(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.hasher.do({ kind: "hash", bytes })) ?? new Uint8Array();
  }

  /** The hash of all that was added; the next one begins anew. */
  async digest(): Promise<Uint8Array> {
    return (await this.hasher.do({ kind: "digest" })) ?? new Uint8Array();
  }

  #next(): Doer {
    return this.doers[this.#turn++ % this.doers.length] ?? this.doers[0];
  }
}

interface Waiting {
  readonly resolve: (made: Made) => void;
  readonly reject: (error: Error) => void;
}

/** One worker `seal`. */
class Thread implements Doer {
  readonly #waiting = new Map<number, Waiting>();
  readonly #port: MessagePort;
  #last = 0;
  #over = false;

  constructor() {
    this.#port = startHelper("seal", () => {
      this.end();
    });
    this.#port.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      const call = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("failed" in data) call?.reject(new Error("the work failed"));
      else call?.resolve(data.made);
    });
  }

  do(task: Task): Promise<Made> {
    return new Promise((resolve, reject) => {
      if (this.#over) {
        reject(new Error("the worker has ended"));
        return;
      }
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ id, task } satisfies Question, givenAway(task));
    });
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#port.postMessage("end" satisfies Question);
    for (const { reject } of this.#waiting.values()) reject(new Error("the worker has ended"));
    this.#waiting.clear();
  }
}

function givenAway(task: Task): Transferable[] {
  if (task.kind === "hash") return [task.bytes.buffer];
  if (task.kind === "seal") return [task.plaintext.buffer];
  return task.kind === "open" ? [task.sealed.buffer] : [];
}

/**
 * The bytes of a file from `start` to `end`, with zeros behind its own. They are read here and handed over:
 * Firefox ESR stops answering where several workers read one Blob.
 */
async function readPadded({ content, name }: OutgoingFile, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const own = Math.max(0, Math.min(end, content.size) - start);
  let read = new Uint8Array();
  try {
    if (own > 0) read = new Uint8Array(await content.slice(start, start + own).arrayBuffer());
  } catch {
    // It was moved or changed: what is missing says so below.
  }
  if (read.length !== own) {
    throw new Refused(N_("“{name}” cannot be read any more: it was moved or changed. Take it out and add it again."), { name });
  }
  if (own === end - start) return read;
  const block = new Uint8Array(end - start);
  block.set(read);
  return block;
}
