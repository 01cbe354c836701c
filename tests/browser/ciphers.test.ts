/** Files are sealed to the same bytes by the browser's own cipher, by libsodium's and by the plain one, in real browsers. */

import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";

import { type Answer, CHROMIUM, FIREFOX, skipReason, withBrowser, withServer } from "./browsers.ts";
import type { Found } from "./ciphers_page.ts";

type Bundle = (name: string, entry: string, define?: Readonly<Record<string, unknown>>) => Promise<{ content: Buffer }>;

async function scripts(): Promise<Answer> {
  const { bundle } = (await import(pathToFileURL(path.resolve("build.mjs")).href)) as { bundle: Bundle };
  const { content } = await bundle("x.js", path.resolve("../../tests/browser/ciphers_page.ts"), { WORKERS: {}, PARTS: {} });
  const files: Readonly<Record<string, readonly [string, string | Uint8Array]>> = {
    "/": ["text/html", '<!doctype html><title>ciphers</title><script src="/page.js"></script>'],
    "/page.js": ["text/javascript", content],
  };
  return (address) => Promise.resolve(files[address] ?? null);
}

describe("ciphers of files", () => {
  for (const kind of [CHROMIUM, FIREFOX]) {
    it(`seal alike and refuse alike in ${kind.name}`, { skip: skipReason(kind) }, async (test) => {
      const found = await withServer(await scripts(), (address) =>
        withBrowser(kind, async (browser) => {
          const page = await browser.newPage();
          await page.goto(address);
          return page.evaluate(() => (globalThis as unknown as { ciphers: () => Promise<readonly Found[]> }).ciphers());
        }));
      for (const { name, alike, refuses } of found) assert.deepEqual({ name, alike, refuses }, { name, alike: true, refuses: true });
      assert.ok(found.length >= 2);
      test.diagnostic(`ciphers: ${found.map(({ name }) => name).join(", ")}`);
    });
  }
});
