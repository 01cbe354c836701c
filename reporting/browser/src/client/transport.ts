/** HTTP as the pages' workers speak it: own origin only, no redirects, no cache, limits on everything. */

import { type Json, type JsonObject, concat, dumpJson, parseJsonObject } from "../protocol/encoding.ts";
import { N_, ProtocolError } from "../protocol/errors.ts";
import { Problem, UnexpectedAnswer, Unreachable, notAsDescribed } from "./errors.ts";

export const MAX_ANSWER = 8 * 1024 * 1024;
const TIMEOUT = 180_000; // milliseconds for a whole answer: Tor is slow, and a phone's link may be slower
const SPACE = 0x20;

/** What `fetch` is asked for here; tests in Node bring one that goes to a server elsewhere. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** An answer of the server: status, media type, whole body. */
export class Answer {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly body: Uint8Array,
  ) {}

  /**
   * The JSON object in the body, spaces behind it ignored.
   *
   * @throws UnexpectedAnswer something else
   */
  json(): JsonObject {
    try {
      return parseJsonObject(withoutPadding(this.body), { limit: MAX_ANSWER });
    } catch (error) {
      if (error instanceof ProtocolError) throw notAsDescribed(error);
      throw error;
    }
  }

  /**
   * This answer, if its status is one of `statuses`.
   *
   * @throws Problem the server refused
   */
  expect(...statuses: readonly number[]): this {
    if (statuses.includes(this.status)) return this;
    let document: JsonObject = {};
    try {
      if (this.type === "application/problem+json") document = this.json();
    } catch (error) {
      if (!(error instanceof UnexpectedAnswer)) throw error;
    }
    throw new Problem(this.status, document);
  }
}

function withoutPadding(body: Uint8Array): Uint8Array {
  let end = body.length;
  while (end > 0 && body[end - 1] === SPACE) end--;
  return body.subarray(0, end);
}

/** What a request carries beside its address. */
export interface RequestOptions {
  readonly limit?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the staff session's cookie goes with it: at the desk alone. */
  readonly credentials?: boolean;
  readonly signal?: AbortSignal;
}

/** Requests to the page's own site. */
export class Transport {
  readonly #fetch: Fetch;

  constructor(fetcher: Fetch = (path, init) => fetch(path, init)) {
    this.#fetch = fetcher;
  }

  /**
   * `GET path`, an answer of at most `limit` bytes.
   *
   * @throws Unreachable no answer
   * @throws UnexpectedAnswer longer
   */
  get(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.request("GET", path, null, options);
  }

  /**
   * Sends `value`, followed by spaces to exactly `shape` bytes where one is given (protocol section 6).
   *
   * @throws UnexpectedAnswer it is longer than that, or the answer longer than its limit
   * @throws Unreachable no answer
   */
  sendJson(method: string, path: string, value: Json, options: RequestOptions & { readonly shape?: number } = {}): Promise<Answer> {
    const { shape, ...rest } = options;
    let body = dumpJson(value);
    if (shape !== undefined) {
      const over = body.length - shape;
      if (over > 0) throw new UnexpectedAnswer(N_("This is {over} bytes too long to be sent."), { over });
      body = concat(body, new Uint8Array(-over).fill(SPACE));
    }
    const headers = { "Content-Type": "application/json", ...rest.headers };
    return this.request(method, path, body, { ...rest, headers });
  }

  /**
   * One request, and its whole answer.
   *
   * @throws Unreachable no answer in time
   * @throws UnexpectedAnswer longer than `limit` bytes
   */
  async request(method: string, path: string, body: Uint8Array<ArrayBuffer> | null, options: RequestOptions): Promise<Answer> {
    const { limit = MAX_ANSWER, headers = {}, credentials = false, signal } = options;
    const timeout = AbortSignal.timeout(TIMEOUT);
    try {
      const response = await this.#fetch(path, {
        method,
        body,
        headers,
        cache: "no-store",
        credentials: credentials ? "same-origin" : "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: signal === undefined ? timeout : eitherOf(timeout, signal),
      });
      const type = (response.headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
      return new Answer(response.status, type, await readAll(response, limit));
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const silent = new Unreachable(N_("The server did not answer. Check your connection; nothing you typed is lost."));
      silent.mayHaveArrived = body !== null;
      throw silent;
    }
  }
}

function eitherOf(first: AbortSignal, second: AbortSignal): AbortSignal {
  // Younger than the oldest browsers that are served; where it is there, nothing is left behind at `second`.
  const { any } = AbortSignal as { any?: typeof AbortSignal.any };
  if (any !== undefined) return AbortSignal.any([first, second]);
  const controller = new AbortController();
  for (const signal of [first, second]) {
    if (signal.aborted) controller.abort();
    signal.addEventListener("abort", () => {
      controller.abort();
    });
  }
  return controller.signal;
}

async function readAll(response: Response, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let left = limit;
  const reader = response.body?.getReader();
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) break;
    left -= chunk.value.length;
    if (left < 0) {
      await reader?.cancel();
      throw new UnexpectedAnswer(N_("The server's answer is longer than {limit} bytes."), { limit });
    }
    parts.push(chunk.value);
  }
  return concat(...parts);
}
