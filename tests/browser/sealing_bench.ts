/** How fast files are sealed and opened in real browsers, in MB/s: one line of JSON for each figure. Run by `tests.bench.sealing`. */

import path from "node:path";
import { pathToFileURL } from "node:url";

import { type Answer, CHROMIUM, FIREFOX, type Kind, skipReason, withBrowser, withServer } from "./browsers.ts";
import type { Trial, Way } from "./sealing_worker.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const THREADS = 2;
const NO_WASM = "Firefox ESR without WebAssembly";
const SIZES: Readonly<Record<Way, number>> = { "age-encryption": 32, workers: 128, "workers, without SHA-256": 128, opening: 128 };

type Bundle = (name: string, entry: string, define?: Readonly<Record<string, unknown>>) => Promise<{ content: Buffer }>;

async function scripts(): Promise<Answer> {
  const { bundle } = (await import(pathToFileURL(path.resolve("build.mjs")).href)) as { bundle: Bundle };
  const made = async (entry: string): Promise<readonly [string, Uint8Array]> =>
    ["text/javascript", (await bundle("x.js", path.resolve(entry), { WORKERS: { bench: "/bench.js", seal: "/seal.js" }, PARTS: {} })).content];
  const files: Readonly<Record<string, readonly [string, string | Uint8Array]>> = {
    "/": ["text/html", '<!doctype html><title>bench</title><script src="/page.js"></script>'],
    "/page.js": await made("../../tests/browser/sealing_page.ts"),
    "/bench.js": await made("../../tests/browser/sealing_worker.ts"),
    "/seal.js": await made("src/workers/seal.ts"),
  };
  return (address) => Promise.resolve(files[address] ?? null);
}

async function measure(kind: Kind, address: string): Promise<void> {
  await withBrowser(kind, async (browser) => {
    const page = await browser.newPage();
    await page.goto(address);
    const run = (trial: Trial): Promise<number> =>
      page.evaluate((asked) => (globalThis as unknown as { measure: (trial: Trial) => Promise<number> }).measure(asked), trial);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [way, size] of Object.entries(SIZES) as [Way, number][]) {
        const speed = await run({ way, size, threads: THREADS });
        console.log(JSON.stringify({ browser: kind.name, way, speed }));
      }
    }
  });
}

const without: Kind = {
  ...FIREFOX,
  name: NO_WASM,
  options: { ...FIREFOX.options, extraPrefsFirefox: { ...FIREFOX.options.extraPrefsFirefox, "javascript.options.wasm": false } },
};
const answer = await scripts();
await withServer(answer, async (address) => {
  for (const kind of [CHROMIUM, FIREFOX, without]) {
    if (skipReason(kind) === false) await measure(kind, address);
  }
});
