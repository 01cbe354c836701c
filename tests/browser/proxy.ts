/** Stands between browser and service, and changes answers on the way: a dishonest server as its users see it. */

import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { type JsonObject, dumpJson, parseJsonObject } from "../../reporting/browser/src/protocol/encoding.ts";

const LIMIT = 1_048_576;

/** Changes the answer to a post at `path`, in place or by answering another one. */
export type Change = (answer: JsonObject, path: string) => JsonObject | Promise<JsonObject>;

/** A proxy that runs. */
export interface Proxy {
  readonly address: string;
  /** Where was posted to, so far. */
  readonly posts: string[];
  /** Changes what is fetched from a path, from now on; null passes everything on as it is. */
  serve: ((content: Buffer, path: string) => Buffer) | null;
  /** What is changed from now on; null passes everything on as it is. */
  change: Change | null;
  /** Whether posts get no answer at all: the connection is cut. */
  cut: boolean;
  stop(): void;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Passes `request` on to `target`, as a browser at that address would have sent it. */
async function passOn(request: IncomingMessage, target: string): Promise<Response> {
  const { method = "GET", url = "/" } = request;
  const body = await bodyOf(request);
  const headers = { accept: request.headers.accept ?? "*/*", "content-type": request.headers["content-type"] ?? "", "accept-encoding": "identity" };
  return fetch(target + url, { method, headers, redirect: "manual", ...(body.length > 0 ? { body: new Uint8Array(body) } : {}) });
}

async function changed(content: Buffer, path: string, change: Change | null): Promise<Buffer> {
  if (change === null) return content;
  const answer = parseJsonObject(new TextEncoder().encode(content.toString().trimEnd()), { limit: LIMIT });
  const text = Buffer.from(dumpJson(await change(answer, path)));
  return Buffer.concat([text, Buffer.alloc(Math.max(0, content.length - text.length), " ")]);
}

/** Starts a proxy before the service at `target`. */
export async function startProxy(target: string): Promise<Proxy> {
  const proxy = { address: "", posts: [] as string[], serve: null as Proxy["serve"], change: null as Change | null, cut: false };
  const server = createServer((request, response) => {
    const act = async (): Promise<void> => {
      const { method, url = "/" } = request;
      if (method === "POST") proxy.posts.push(url);
      if (proxy.cut && method === "POST") {
        request.socket.destroy();
        return;
      }
      const answer = await passOn(request, target);
      const content = Buffer.from(await answer.arrayBuffer());
      const post = method === "POST" && answer.ok;
      const body = post ? await changed(content, url, proxy.change) : (proxy.serve?.(content, url) ?? content);
      const kept = [...answer.headers].filter(([name]) => !["content-length", "content-encoding", "transfer-encoding", "connection"].includes(name));
      response.writeHead(answer.status, Object.fromEntries(kept)).end(body);
    };
    act().catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.address = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
  return Object.assign(proxy, {
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  });
}
