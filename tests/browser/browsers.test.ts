/** In real browsers: every age vector of C2SP's CCTV, and every shared vector, by its named outcome. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { before, describe, it } from "node:test";

import { build } from "esbuild";

import type { SharedVerdict } from "./browser_page.ts";
import { CHROMIUM, FIREFOX, type Kind, fileAnswer, skipReason, withBrowser, withServer } from "./browsers.ts";
import { type Verdict, names } from "./cctv.ts";
import { VECTORS, loadWordlists } from "./vector_files.ts";
import { LANGUAGES, words } from "../../reporting/browser/src/protocol/wordlists.ts";

const FILES = ["from-python", "from-typescript"].flatMap((side) =>
  readdirSync(path.join(VECTORS, side)).map((file) => `${side}/${file}`),
);

async function bundlePage(): Promise<string> {
  const result = await build({
    entryPoints: [path.resolve("../../tests/browser/browser_page.ts")],
    bundle: true,
    charset: "utf8",
    format: "iife",
    keepNames: true, // the vectors name errors by their class
    nodePaths: [path.resolve("node_modules")],
    platform: "browser",
    target: "es2022",
    write: false,
  });
  return result.outputFiles[0]?.text ?? "";
}

async function answer(script: string, address: string): Promise<readonly [string, string | Uint8Array] | null> {
  if (address === "/") return ["text/html; charset=utf-8", '<!doctype html><script src="/page.js"></script>'];
  if (address === "/page.js") return ["text/javascript; charset=utf-8", script];
  if (address === "/words.json") {
    await loadWordlists();
    const lists = LANGUAGES.filter((language) => language !== "en").map((language) => [language, words(language)]);
    return ["application/json", JSON.stringify(Object.fromEntries(lists))];
  }
  const file = FILES.find((one) => address === `/vectors/${one}`);
  return file === undefined ? null : fileAnswer("application/json", path.join(VECTORS, file));
}

interface Results {
  readonly age: Verdict[];
  readonly shared: SharedVerdict[];
}

async function runIn(kind: Kind): Promise<Results> {
  const script = await bundlePage();
  return withServer(
    (address) => answer(script, address),
    (address) =>
      withBrowser(kind, async (browser) => {
        const page = await browser.newPage();
        await page.goto(address);
        const age = await page.evaluate(() => globalThis.ageVectors());
        const shared = await page.evaluate((files) => globalThis.sharedVectors(files), FILES);
        return { age, shared };
      }),
  );
}

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`in ${kind.name}`, { skip: skipReason(kind) }, () => {
    let results: Results;
    before(async () => {
      results = await runIn(kind);
    });

    for (const name of names) {
      it(`age vector ${name}`, () => {
        const verdict = results.age.find((one) => one.name === name);
        assert.equal(verdict?.outcome, verdict?.expected);
        assert.notEqual(verdict, undefined);
        if (verdict?.expectedPayload !== undefined) assert.equal(verdict.released, verdict.expectedPayload);
      });
    }

    it("every shared vector ends as both sides say", () => {
      assert.ok(results.shared.length > 1_000);
      const failed = results.shared.filter(({ expected, found }) => expected !== found);
      assert.deepEqual(failed, []);
    });
  });
}
