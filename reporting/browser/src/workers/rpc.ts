/**
 * Calls from a page into its worker: each an object's method, its answer a promise.
 *
 * Keys and plaintext live in the worker alone; ending it is how a page forgets. What is thrown there is
 * thrown here again as a {@link RemoteError}, with the untranslated sentence and its values.
 */

import { N_, ProtocolError, type Values } from "../protocol/errors.ts";
import { workerAddress, workerOf } from "../ui/trusted.ts";

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

/** Whether a worker failed because the server does not have what was asked for. */
export function isGone(error: unknown): boolean {
  return error instanceof RemoteError && error.failure.details["status"] === 404;
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

/** Where messages go and come from: a worker, the page of this one, or a port to another worker. */
type End = Pick<Worker | MessagePort, "addEventListener"> & { postMessage(message: unknown, transfer: Transferable[]): void };

/** Asks of a worker for another one of the bundle's, which is to get `port`; and the answer where it was lost. */
interface Start {
  readonly kind: "start";
  readonly worker: string;
  readonly start: number;
  readonly port: MessagePort;
}
interface Lost {
  readonly kind: "lost";
  readonly start: number;
}

/**
 * Starts a worker, and whatever workers it asks for. The page starts all of them: Firefox ESR hangs at times in
 * a worker that starts workers.
 */
function startWorker(address: string, started: Worker[], lost: () => void): Worker {
  const worker = new Worker(workerAddress(address) as string);
  started.push(worker);
  worker.addEventListener("error", lost);
  worker.addEventListener("message", ({ data }: MessageEvent<Start | Reply>) => {
    if (data.kind !== "start") return;
    const { start, port } = data;
    const helper = startWorker(workerOf(data.worker), started, () => {
      worker.postMessage({ kind: "lost", start } satisfies Lost);
    });
    helper.postMessage({ port }, [port]);
  });
  return worker;
}

let starts = 0;

/** From within a worker: another one of the bundle's, started by the page. `lost`: it failed, and nobody answers. */
export function startHelper(worker: string, lost: () => void): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const start = ++starts;
  globalThis.addEventListener("message", ({ data }: MessageEvent<Partial<Lost>>) => {
    if (data.kind === "lost" && data.start === start) lost();
  });
  globalThis.postMessage({ kind: "start", worker, start, port: port2 } satisfies Start, { transfer: [port2] });
  port1.start();
  return port1;
}

/** Calls over one end; `endAll` fails those that are open and all further ones. */
interface Calls<T> {
  readonly remote: T;
  readonly endAll: (reason: Failure) => void;
}

function callsOver<T extends Methods<T>>(end: End): Calls<T> {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let over: Failure | null = null;
  const endAll = (reason: Failure): void => {
    over ??= reason;
    for (const { reject } of waiting.values()) reject(new RemoteError(reason));
    waiting.clear();
  };
  end.addEventListener("message", (event) => {
    const { data } = event as MessageEvent<Reply | Start>;
    if (data.kind === "start") return;
    const call = waiting.get(data.id);
    if (data.kind === "progress") call?.progress?.(data.value);
    else {
      waiting.delete(data.id);
      if (data.kind === "done") call?.resolve(data.value);
      else call?.reject(new RemoteError(data.error));
    }
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
      end.postMessage(sent, sent.parameters.filter(isHandedOver));
    });
  const remote = new Proxy({} as T, {
    // `then` is asked for by `await`; a connection is no promise.
    get: (_target, name) => (name === "then" ? undefined : (...parameters: unknown[]) => call(String(name), parameters)),
  });
  return { remote, endAll };
}

/** Starts the worker at `address`, one of the bundle's own, and answers with its methods. */
export function connect<T extends Methods<T>>(address: string): Connection<T> {
  const started: Worker[] = [];
  const endAll = (reason: Failure): void => {
    for (const worker of started) worker.terminate();
    calls.endAll(reason);
  };
  const lost = (): void => {
    endAll(failure("Error", FAILED));
  };
  const calls = callsOver<T>(startWorker(address, started, lost));
  return {
    remote: calls.remote,
    end: () => {
      endAll(failure("Ended", ENDED));
    },
  };
}

/** From within a worker: another one's methods; `lost` is told where it fails, and open calls fail. */
export function connectHelper<T extends Methods<T>>(worker: string, lost: () => void): T {
  const port = startHelper(worker, () => {
    lost();
    calls.endAll(failure("Error", FAILED));
  });
  const calls = callsOver<T>(port);
  return calls.remote;
}

type Method = (...parameters: unknown[]) => Promise<unknown>;

/** Answers, in a worker, calls with the methods of `api`; the last parameter is a progress listener. */
export function serve(api: object, end: End = globalThis as unknown as End): void {
  const methods = api as Readonly<Record<string, Method | undefined>>;
  const post = (reply: Reply): void => {
    end.postMessage(reply, []);
  };
  end.addEventListener("message", (event) => {
    const { data } = event as MessageEvent<Partial<Call> & { readonly port?: MessagePort }>;
    if (data.port !== undefined) {
      serve(api, data.port); // calls of another worker
      data.port.start();
    }
    const { id, method, parameters } = data;
    if (id === undefined || method === undefined || parameters === undefined) return;
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
