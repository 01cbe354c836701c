/** What a first visit brings over the line: every answer counted as the service sends it, whatever browser asks. */

import { type IncomingMessage, type ServerResponse, createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { Browser } from "puppeteer-core";

import { PATIENCE } from "./report_pages.ts";

/** How answers are packed: by what browsers take on https, and by what Tor Browser takes on http. */
export type Coding = "br" | "gzip";

/** One answer, in bytes. */
export interface Part {
  readonly path: string;
  readonly body: number;
  /** Status line and headers. */
  readonly head: number;
}

/** The most that a first visit may bring: requests, and bytes of bodies. */
export const MOST = { requests: 8, bytes: { br: 90_000, gzip: 110_000 } } as const;

const QUIET_MILLISECONDS = 1_000;

/** A server in front of the service that asks it for one coding, passes on what it answers, and counts it. */
class Counter {
  readonly parts: Part[] = [];
  #open = 0;
  #last = performance.now();

  constructor(
    private readonly target: string,
    private readonly coding: Coding,
  ) {}

  answer(request: IncomingMessage, response: ServerResponse): void {
    this.#open++;
    const { url = "/", headers } = request;
    const sent = ask(this.target + url, { headers: { ...headers, host: new URL(this.target).host, "accept-encoding": this.coding } });
    sent.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
      let body = 0;
      answer.on("data", (chunk: Buffer) => (body += chunk.length));
      answer.on("end", () => {
        this.parts.push({ path: url, body, head: headSize(answer) });
        this.#open--;
        this.#last = performance.now();
      });
      answer.pipe(response);
    });
    sent.end();
  }

  /** Waits until nothing has been asked for a while. */
  async quiet(): Promise<void> {
    while (this.#open > 0 || performance.now() - this.#last < QUIET_MILLISECONDS) await sleep(50);
  }
}

function headSize({ httpVersion, statusCode = 0, statusMessage = "", rawHeaders }: IncomingMessage): number {
  const line = `HTTP/${httpVersion} ${statusCode} ${statusMessage}\r\n`.length;
  return rawHeaders.reduce((size, text) => size + text.length + 2, line) + 2; // "name: value\r\n", then an empty line
}

/** Visits `path` of the service at `target` for the first time, until nothing more is asked for; every answer. */
export async function firstVisit(browser: Browser, target: string, path: string, coding: Coding): Promise<readonly Part[]> {
  const counter = new Counter(target, coding);
  const server = createServer((request, response) => {
    counter.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(address + path);
    await page.waitForSelector(".step-actions");
    await counter.quiet();
    const icon = await page.$eval("link[rel=icon]", (link) => link.getAttribute("href") ?? "");
    // Without a window, browsers leave the icon out that they fetch with one.
    if (!counter.parts.some((part) => part.path === icon)) await (await fetch(address + icon)).arrayBuffer();
    await counter.quiet();
    return counter.parts;
  } finally {
    await context.close();
    server.closeAllConnections();
    server.close();
  }
}

/** The bytes of all bodies, and of everything. */
export function total(parts: readonly Part[]): { readonly bodies: number; readonly wire: number } {
  const bodies = parts.reduce((sum, { body }) => sum + body, 0);
  return { bodies, wire: parts.reduce((sum, { head }) => sum + head, bodies) };
}
