/**
 * How long the product's worker takes in Chromium to look into files and clean them, and reading them alone takes: one
 * line of JSON for each file and round. Run by `tests.bench.cleaning`, which names the folders FIXTURES and LARGE.
 */

import { readdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import type { Page } from "puppeteer-core";

import { type Answer, CHROMIUM, withBrowser, withServer } from "./browsers.ts";
import type { Measured, Way } from "./cleaning_page.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const WAYS: readonly Way[] = ["reading", "cleaning"];

type Bundle = (name: string, entry: string, define?: Readonly<Record<string, unknown>>) => Promise<{ content: Buffer }>;
type Measure = (place: number, way: Way) => Promise<Measured>;

async function scripts(): Promise<Answer> {
  const { bundle } = (await import(pathToFileURL(path.resolve("build.mjs")).href)) as { bundle: Bundle };
  const made = async (entry: string): Promise<readonly [string, Uint8Array]> =>
    ["text/javascript", (await bundle("x.js", path.resolve(entry), { WORKERS: { reading: "/reading.js", cleaning: "/cleaning.js" }, PARTS: {} })).content];
  const body = '<!doctype html><title>bench</title><input type="file" multiple autocomplete="off"><script src="/page.js"></script>';
  const files: Readonly<Record<string, readonly [string, string | Uint8Array]>> = {
    "/": ["text/html", body],
    "/page.js": await made("../../tests/browser/cleaning_page.ts"),
    "/reading.js": await made("../../tests/browser/reading_worker.ts"),
    "/cleaning.js": await made("src/workers/cleaning.ts"),
  };
  return (address) => Promise.resolve(files[address] ?? null);
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort().map((name) => path.join(folder, name));
}

/** The file at that place of those picked. */
function measured(page: Page, place: number, way: Way): Promise<Measured> {
  return page.evaluate((at, how) => (globalThis as unknown as { measure: Measure }).measure(at, how), place, way);
}

async function measure(address: string, files: readonly string[]): Promise<void> {
  await withBrowser(CHROMIUM, async (browser) => {
    const page = await browser.newPage();
    await page.goto(address);
    const input = await page.waitForSelector("input[type=file][multiple]");
    await input?.uploadFile(...files);
    // Round 0 starts the workers and warms what both ways read from, and does not count.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [place, file] of files.entries()) {
        for (const way of WAYS) {
          const { milliseconds, cleaned } = await measured(page, place, way);
          if (round > 0) console.log(JSON.stringify({ round, way, file: path.basename(file), seconds: milliseconds / 1_000, cleaned }));
        }
      }
    }
  });
}

const files = [...(await filesOf(process.env["FIXTURES"] ?? "")), ...(await filesOf(process.env["LARGE"] ?? ""))];
const answer = await scripts();
await withServer(answer, (address) => measure(address, files));
