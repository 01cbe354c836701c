/** A server in front of a demonstration, as slow, as broken or as dishonest as a test wants it. */

import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What somebody in between makes of the body of an answer that is no refusal. */
export type Change = (body: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>;

/** What becomes of a request: it passes once this resolves; with `break` its connection ends without an answer. */
export type Verdict = "pass" | "break" | { readonly body: Uint8Array } | Change;

/** A front that runs. */
export interface Front {
  readonly address: string;
  /** Paths of every request so far, each with its method. */
  readonly seen: readonly string[];
  close(): void;
}

// The service takes posts from pages of its own addresses; this one's is as good as none.
const LEFT_OUT = ["host", "origin", "connection", "accept-encoding", "content-length"];

async function forward(target: string, request: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.entries(request.headers).filter(([name]) => !LEFT_OUT.includes(name));
  return fetch(target + (request.url ?? ""), {
    method: request.method ?? "GET",
    headers: headers.map(([name, value]) => [name, String(value)] as [string, string]),
    body: chunks.length > 0 ? Buffer.concat(chunks) : null,
    redirect: "manual",
  });
}

function bodyFor(verdict: Exclude<Verdict, "break">, honest: Uint8Array, ok: boolean): Uint8Array | Promise<Uint8Array> {
  if (verdict === "pass") return honest;
  if (typeof verdict !== "function") return verdict.body;
  return ok ? verdict(honest) : honest;
}

async function answer(target: string, request: IncomingMessage, response: ServerResponse, verdict: Verdict): Promise<void> {
  if (verdict === "break") {
    request.socket.destroy();
    return;
  }
  const found = await forward(target, request);
  const body = await bodyFor(verdict, new Uint8Array(await found.arrayBuffer()), found.ok);
  const headers = [...found.headers].filter(([name]) => !["content-encoding", "content-length", "transfer-encoding", "connection"].includes(name));
  response.writeHead(found.status, headers.flat()).end(body);
}

/** Starts a front of `target`; `judge` says what becomes of each request, by its method and path. */
export async function startFront(target: string, judge: (request: string) => Verdict | Promise<Verdict>): Promise<Front> {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    const name = `${request.method ?? "GET"} ${request.url ?? ""}`;
    seen.push(name);
    void Promise.resolve(judge(name))
      .then((verdict) => answer(target, request, response, verdict))
      .catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`,
    seen,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
