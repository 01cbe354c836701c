/** The bundle: the same bytes from the same sources, named and hashed as the manifest says. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

type Manifest = Readonly<Record<string, { file: string; integrity: string; size: number }>>;
type Build = (directory: string) => Promise<Manifest>;

describe("the bundle", () => {
  let folder: string;
  let manifest: Manifest;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "reporting-build-"));
    const { buildAll } = (await import(pathToFileURL(path.resolve("build.mjs")).href)) as { buildAll: Build };
    manifest = await buildAll(path.join(folder, "one"));
    await buildAll(path.join(folder, "two"));
  });
  after(() => rm(folder, { recursive: true }));

  const contents = async (build: string): Promise<Map<string, string>> => {
    const found = await readdir(path.join(folder, build), { recursive: true, withFileTypes: true });
    const names = found.filter((one) => one.isFile()).map((one) => path.relative(path.join(folder, build), path.join(one.parentPath, one.name)));
    const files = names.sort().map(async (name) => [name, (await readFile(path.join(folder, build, name))).toString("base64")] as const);
    return new Map(await Promise.all(files));
  };

  it("is the same, byte for byte, every time", async () => {
    assert.deepEqual(await contents("one"), await contents("two"));
  });

  it("is listed whole in the manifest, under names that carry its hash, with its compressed forms", async () => {
    const listed = Object.values(manifest).flatMap(({ file }) => [file, `${file}.br`, `${file}.gz`]);
    const served = [...(await contents("one")).keys()].filter((name) => !name.startsWith("fonts/")); // those are for posters
    assert.deepEqual([...listed, "manifest.json"].sort(), served);
    for (const { file, integrity, size } of Object.values(manifest)) {
      const content = await readFile(path.join(folder, "one", file));
      const digest = createHash("sha384").update(content).digest();
      assert.equal(integrity, `sha384-${digest.toString("base64")}`);
      assert.ok(file.includes(digest.subarray(0, 8).toString("hex")));
      assert.equal(size, content.length);
      assert.deepEqual(brotliDecompressSync(await readFile(path.join(folder, "one", `${file}.br`))), content);
      assert.deepEqual(gunzipSync(await readFile(path.join(folder, "one", `${file}.gz`))), content);
    }
  });

  const scripts = async (): Promise<Map<string, string>> => {
    const names = Object.entries(manifest).filter(([name]) => name.endsWith(".js"));
    const read = names.map(async ([name, { file }]) => [name, await readFile(path.join(folder, "one", file), "utf8")] as const);
    return new Map(await Promise.all(read));
  };

  it("holds no path, no date and no address of where it was made, and nothing that makes code of text", async () => {
    for (const script of (await scripts()).values()) {
      assert.doesNotMatch(script, new RegExp(`${process.cwd()}|node_modules|sourceMappingURL|\\beval\\(|new Function\\(`));
    }
  });

  it("has a script for every page in English and Arabic, and names in it the worker that the manifest lists", async () => {
    const found = await scripts();
    for (const [page, worker] of [["report-en", "report-worker-en"], ["report-ar", "report-worker-ar"], ["mailbox-en", "mailbox-worker-en"], ["mailbox-ar", "mailbox-worker-ar"], ["desk-en", "desk-worker"]] as const) {
      assert.ok(found.get(`${page}.js`)?.includes(`/assets/${manifest[`${worker}.js`]?.file ?? "?"}`), page);
    }
  });

  it("loads no reading of mailboxes for a report, and no writing of reports for a mailbox", async () => {
    const found = await scripts();
    const addresses = (worker: string): string[] => ["/api/reports", "/api/mailbox", "/api/entries", "/api/certify"].filter((address) => found.get(worker)?.includes(`"${address}"`));
    for (const language of ["en", "ar"]) {
      assert.deepEqual(addresses(`report-worker-${language}.js`), ["/api/reports"]);
      assert.deepEqual(addresses(`mailbox-worker-${language}.js`), ["/api/mailbox", "/api/entries", "/api/certify"]);
    }
  });

  it("brings the list of English words to a report page after its first visit, and to a mailbox with it", async () => {
    const found = await scripts();
    assert.ok(found.get("report-worker-en.js")?.includes(manifest["words-en.json"]?.file ?? "?"));
    const holding = ["report-worker-en.js", "report-worker-ar.js", "mailbox-worker-en.js", "desk-worker.js"].filter((name) => found.get(name)?.includes("0abandon"));
    assert.deepEqual(holding, ["mailbox-worker-en.js", "desk-worker.js"]);
  });

  it("brings each text of a reporter's page and its worker once, in the page's language alone", async () => {
    const found = await scripts();
    const catalogue = JSON.parse(await readFile("messages/ar.json", "utf8")) as Readonly<Record<string, readonly [string]>>;
    const english = "This note lacks the signature of {name}.";
    const arabic = catalogue[english]?.[0] ?? "?";
    const holding = (text: string): string[] => ["report-en.js", "report-worker-en.js", "report-ar.js", "report-worker-ar.js"].filter((name) => found.get(name)?.includes(text));
    assert.deepEqual(holding(english), ["report-worker-en.js"]);
    assert.deepEqual(holding(arabic), ["report-worker-ar.js"]);
    const stopped = "This was stopped.";
    assert.ok(found.get("files-worker.js")?.includes(stopped) && found.get("attach-ar.js")?.includes(catalogue[stopped]?.[0] ?? "?"));
  });
});
