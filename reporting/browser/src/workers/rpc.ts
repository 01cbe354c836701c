/**
 * Calls from a page into its worker: each an object's method, its answer a promise.
 *
 * Keys and plaintext live in the worker alone; ending it is how a page forgets. What is thrown there is
 * thrown here again as a {@link RemoteError}, with the untranslated sentence and its values.
 */

import { N_, ProtocolError, type Values } from "../protocol/errors.ts";
import { workerAddress } from "../ui/trusted.ts";

/** What crosses on the way in: a method, its arguments, and whether progress is listened to. */
interface Call {
  readonly id: number;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

type Reply =
  | { readonly id: number; readonly kind: "progress"; readonly value: unknown }
  | { readonly id: number; readonly kind: "done"; readonly value: unknown }
  | { readonly id: number; readonly kind: "failed"; readonly error: Failure };

/** An error as it crosses. `details` holds what a page may act on: `kind` and `status` of a problem. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly values: Values;
  readonly pointer: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a worker's method threw. `failure.name` is the class it had there, such as `NotAuthentic`. */
export class RemoteError extends ProtocolError {
  static override readonly called: string = "RemoteError";

  constructor(readonly failure: Failure) {
    super(failure.message, { ...failure.values, pointer: failure.pointer });
  }
}

/** Any asynchronous methods, the last parameter of which may be a listener to progress. */
export type Methods<T> = { [Name in keyof T]: T[Name] extends (...parameters: never) => Promise<unknown> ? T[Name] : never };

/** A worker that answers calls of `T`, and the way to end it. */
export interface Connection<T> {
  readonly remote: T;
  /** Ends the worker at once: keys and plaintext in it are gone, open calls fail. */
  end(): void;
}

const ENDED = N_("This was ended before it was done.");
const FAILED = N_("Something on this page failed. Nothing you typed is lost; try again, or load the page again.");

function isProgress(value: unknown): value is (value: unknown) => void {
  return typeof value === "function";
}

/** Ends of streams and channels go over to the worker: nobody else has them then. */
function isHandedOver(value: unknown): value is Transferable {
  return value instanceof MessagePort || value instanceof WritableStream;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly progress: ((value: unknown) => void) | null;
}

function failure(name: string, message: string): Failure {
  return { name, message, values: {}, pointer: "", details: {} };
}

/** Starts the worker at `address`, one of the bundle's own, and answers with its methods. */
export function connect<T extends Methods<T>>(address: string): Connection<T> {
  const worker = new Worker(workerAddress(address) as string);
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let over: Failure | null = null;
  const endAll = (reason: Failure): void => {
    worker.terminate();
    over ??= reason;
    for (const { reject } of waiting.values()) reject(new RemoteError(reason));
    waiting.clear();
  };
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    const call = waiting.get(data.id);
    if (data.kind === "progress") call?.progress?.(data.value);
    else {
      waiting.delete(data.id);
      if (data.kind === "done") call?.resolve(data.value);
      else call?.reject(new RemoteError(data.error));
    }
  });
  worker.addEventListener("error", () => {
    endAll(failure("Error", FAILED));
  });
  const call = (method: string, parameters: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (over !== null) {
        reject(new RemoteError(over)); // nobody would ever answer
        return;
      }
      const listener = parameters.find(isProgress) ?? null;
      const id = ++last;
      waiting.set(id, { resolve, reject, progress: listener });
      const sent: Call = { id, method, parameters: parameters.filter((one) => !isProgress(one)) };
      worker.postMessage(sent, sent.parameters.filter(isHandedOver));
    });
  const remote = new Proxy({} as T, {
    // `then` is asked for by `await`; a connection is no promise.
    get: (_target, name) => (name === "then" ? undefined : (...parameters: unknown[]) => call(String(name), parameters)),
  });
  return {
    remote,
    end: () => {
      endAll(failure("Ended", ENDED));
    },
  };
}

type Method = (...parameters: unknown[]) => Promise<unknown>;

/** Answers, in a worker, the calls of the page with the methods of `api`; the last parameter is a progress listener. */
export function serve(api: object): void {
  const methods = api as Readonly<Record<string, Method | undefined>>;
  const post = (reply: Reply): void => {
    globalThis.postMessage(reply);
  };
  globalThis.addEventListener("message", ({ data }: MessageEvent<Call>) => {
    const { id, method, parameters } = data;
    const progress = (value: unknown): void => {
      post({ id, kind: "progress", value });
    };
    const found = methods[method];
    const answer = found === undefined ? Promise.reject(new Error(`no method ${method}`)) : found.call(api, ...parameters, progress);
    answer.then(
      (value) => {
        post({ id, kind: "done", value });
      },
      (error: unknown) => {
        post({ id, kind: "failed", error: describe(error) });
      },
    );
  });
}

/** An error as it crosses. Whatever is in no tree of ours crosses without its words: they may hold anything. */
function describe(error: unknown): Failure {
  if (!(error instanceof ProtocolError)) return failure("Error", FAILED);
  if (error instanceof RemoteError) return error.failure; // of a worker of this worker's
  const { name, message, values, pointer } = error;
  const own = Object.entries(error).filter(([key]) => ["kind", "status", "mayHaveArrived", "errors"].includes(key));
  return { name, message, values, pointer, details: Object.fromEntries(own) };
}
