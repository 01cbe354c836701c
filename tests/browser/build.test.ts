/** The bundle: the same bytes from the same sources, named and hashed as the manifest says. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";

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
    const names = (await readdir(path.join(folder, build))).sort();
    const files = names.map(async (name) => [name, (await readFile(path.join(folder, build, name))).toString("base64")] as const);
    return new Map(await Promise.all(files));
  };

  it("is the same, byte for byte, every time", async () => {
    assert.deepEqual(await contents("one"), await contents("two"));
  });

  it("is listed whole in the manifest, under names that carry its hash", async () => {
    const listed = Object.values(manifest).map(({ file }) => file);
    assert.deepEqual([...listed, "manifest.json"].sort(), [...(await contents("one")).keys()]);
    for (const { file, integrity, size } of Object.values(manifest)) {
      const content = await readFile(path.join(folder, "one", file));
      const digest = createHash("sha384").update(content).digest();
      assert.equal(integrity, `sha384-${digest.toString("base64")}`);
      assert.ok(file.includes(digest.subarray(0, 8).toString("hex")));
      assert.equal(size, content.length);
    }
  });

  it("holds no path, no date and no address of where it was made", async () => {
    const script = await readFile(path.join(folder, "one", manifest["protocol.js"]?.file ?? ""), "utf8");
    assert.doesNotMatch(script, new RegExp(`${process.cwd()}|node_modules|sourceMappingURL|eval\\(|new Function`));
  });

  it("opens in one piece and gives the core's modules", async () => {
    const file = path.join(folder, "one", manifest["protocol.js"]?.file ?? "");
    const core = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    assert.ok(["age", "thread", "submission", "vault"].every((name) => name in core));
  });
});
