/** A server that nothing may ever reach: it counts who comes. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A listening address, and what was asked for there. */
export interface Canary {
  /** Such as `http://127.0.0.1:40003/`. */
  readonly address: string;
  readonly heard: readonly string[];
  close(): void;
}

/** Starts to listen. */
export async function startCanary(): Promise<Canary> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${port}/`, heard, close };
}
