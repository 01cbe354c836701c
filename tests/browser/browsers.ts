/** Real browsers for tests, and the small server on the loopback address that feeds them. */

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import puppeteer, { type Browser, type LaunchOptions } from "puppeteer-core";

/** A browser that tests may ask for. */
export interface Kind {
  readonly name: string;
  readonly path: string;
  readonly options: LaunchOptions;
}

// No request leaves the machine, and nothing is kept from one run to the next.
const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const CHROMIUM: Kind = {
  name: "Chromium",
  path: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  options: { browser: "chrome", args: CHROMIUM_FLAGS },
};

export const FIREFOX: Kind = {
  name: "Firefox ESR",
  path: process.env["FIREFOX"] ?? "/usr/bin/firefox-esr",
  options: {
    browser: "firefox",
    extraPrefsFirefox: { "app.update.disabledForTesting": true, "network.captive-portal-service.enabled": false },
  },
};

const UNDER_CI = ["1", "true", "yes"].includes((process.env["CI"] ?? "").toLowerCase());

/** Why a test of `kind` is skipped, or false where it runs; with CI=true a missing browser fails it instead. */
export function skipReason(kind: Kind): string | false {
  if (existsSync(kind.path) || UNDER_CI) return false;
  return `${kind.name} is not at ${kind.path}: install it, or name it in the environment.`;
}

/** A browser of that kind whose profile is the folder `profile`; whoever launches it closes it. */
export function launch(kind: Kind, profile: string, more: LaunchOptions = {}): Promise<Browser> {
  return puppeteer.launch({
    ...kind.options,
    executablePath: kind.path,
    headless: true,
    protocolTimeout: 300_000,
    userDataDir: profile,
    ...more,
  });
}

/** Runs `use` with a fresh browser of that kind, which is closed whatever happens. */
export async function withBrowser<T>(kind: Kind, use: (browser: Browser) => Promise<T>): Promise<T> {
  const profile = await mkdtemp(path.join(tmpdir(), "reporting-browser-"));
  try {
    const browser = await launch(kind, profile);
    try {
      return await use(browser);
    } finally {
      await browser.close();
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Answers a path of the test server: content type and body, or null for what is not there. */
export type Answer = (address: string) => Promise<readonly [string, string | Uint8Array] | null>;

async function listen(answer: Answer): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(request.url ?? "").then((found) => {
      if (found === null) response.writeHead(404).end();
      else response.writeHead(200, { "Content-Type": found[0] }).end(found[1]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Runs `use` with the address of a server that gives `answer`. */
export async function withServer<T>(answer: Answer, use: (address: string) => Promise<T>): Promise<T> {
  const server = await listen(answer);
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A file as an answer, if it is there. */
export async function fileAnswer(type: string, file: string): Promise<readonly [string, Uint8Array] | null> {
  return existsSync(file) ? [type, await readFile(file)] : null;
}
