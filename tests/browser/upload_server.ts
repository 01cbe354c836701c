/** A small server of uploads in this process, as the protocol describes it, that fails when it is told to. */

import { randomBytes } from "node:crypto";

import type { Fetch } from "../../reporting/browser/src/client/transport.ts";
import { utf8 } from "../../reporting/browser/src/protocol/encoding.ts";

const PART_SIZE = 1_048_576;

/** One upload, as the server keeps it. */
export interface Kept {
  readonly key: string;
  readonly size: number;
  readonly parts: Map<number, Uint8Array>;
}

/** Asked before a request is answered: a status or "lost" instead of an answer; "late": answered, but nobody hears it. */
export type Fate = (method: string, path: string) => number | "lost" | "late" | null;

function json(status: number, content: unknown): Response {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return new Response(JSON.stringify(content), { status, headers: { "Content-Type": type } });
}

function problem(status: number, kind: string): Response {
  return json(status, { type: `urn:reporting:problem:${kind}`, title: kind, status });
}

/** The server. Its uploads can be looked at, and altered as a dishonest one would. */
export class UploadServer {
  readonly uploads = new Map<string, Kept>();
  /** Every request, as `METHOD path`. */
  readonly log: string[] = [];
  fate: Fate = () => null;

  /** What a transport asks. */
  readonly fetch: Fetch = async (path, init) => {
    const method = init.method ?? "GET";
    this.log.push(`${method} ${path}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (init.signal?.aborted === true) throw new TypeError("aborted");
    const fate = this.fate(method, path);
    if (fate === "lost") throw new TypeError("connection lost");
    if (typeof fate === "number") return problem(fate, fate === 503 ? "store-unavailable" : "not-found");
    const answer = this.#answer(method, path, init);
    if (fate === "late") throw new TypeError("connection lost");
    return answer;
  };

  /** Every sealed file, part after part. */
  sealed(upload: string): Uint8Array<ArrayBuffer> {
    const parts = [...(this.uploads.get(upload)?.parts ?? [])].sort(([a], [b]) => a - b);
    return new Uint8Array(Buffer.concat(parts.map(([, bytes]) => bytes)));
  }

  #answer(method: string, path: string, { body, headers }: RequestInit): Response {
    if (path === "/api/challenge") return json(200, { challenge: randomBytes(8).toString("hex"), bits: 0 });
    const content = body instanceof Uint8Array ? body : utf8("{}");
    if (path === "/api/mailbox/blob") return this.#blob(JSON.parse(Buffer.from(content).toString()) as { upload: string; part: number });
    if (path === "/api/uploads" && method === "GET") return json(200, { file_limit: 2 ** 31, entry_limit: 5 * 2 ** 30, part_size: PART_SIZE });
    if (path === "/api/uploads") {
      const { size } = JSON.parse(Buffer.from(content).toString()) as { size: number };
      const [upload, key] = [randomBytes(16).toString("hex"), randomBytes(32).toString("base64")];
      this.uploads.set(upload, { key, size, parts: new Map() });
      return json(201, { upload, key, part_size: PART_SIZE });
    }
    const [upload = "", part] = path.slice("/api/uploads/".length).split("/");
    const kept = this.uploads.get(upload);
    if (kept?.key !== new Headers(headers).get("Upload-Key")) return problem(404, "not-found");
    if (part === undefined) return json(200, { parts: [...kept.parts.keys()] });
    return this.#put(kept, Number(part), content);
  }

  #put({ size, parts }: Kept, part: number, content: Uint8Array): Response {
    if (content.length !== Math.min(PART_SIZE, size - part * PART_SIZE)) return problem(422, "invalid");
    const known = parts.get(part);
    if (known !== undefined && !Buffer.from(known).equals(content)) return problem(409, "part-differs");
    parts.set(part, content.slice());
    return new Response(null, { status: 204 });
  }

  #blob({ upload, part }: { upload: string; part: number }): Response {
    const found = this.uploads.get(upload)?.parts.get(part);
    if (found === undefined) return problem(404, "not-found");
    return new Response(found.slice(), { status: 200, headers: { "Content-Type": "application/octet-stream" } });
  }
}
