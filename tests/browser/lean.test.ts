/** The bundle without what the protocol never uses: sealing and opening stay the same, all else is refused. */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";

import { type Plugin, build } from "esbuild";

import * as age from "../../reporting/browser/src/protocol/age.ts";
import { hex, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { words } from "../../reporting/browser/src/protocol/wordlists.ts";
import { VECTORS, loadWordlists } from "./vector_files.ts";
import type { Vector, carryOut } from "./vector_input.ts";
import type { MODULES } from "./vector_operations.ts";
import { seed } from "./world.ts";

type Age = typeof age;
type Package = typeof import("age-encryption");

interface Lean extends Pick<Package, "Encrypter" | "Decrypter"> {
  readonly age: Age;
  readonly loadWordlists: typeof loadWordlists;
  readonly carryOut: typeof carryOut;
  readonly words: typeof words;
  readonly MODULES: typeof MODULES;
  readonly CASE_MODULES: typeof MODULES;
}

/** The modules that seal, sign or open, and the receipt code with its words. */
const SEALING = ["age", "entry", "grant", "note", "receipt", "signing"];

const CONTENTS = `
export * as age from "../../reporting/browser/src/protocol/age.ts";
export { Encrypter, Decrypter } from "age-encryption";
export { loadWordlists } from "./vector_files.ts";
export { words } from "../../reporting/browser/src/protocol/wordlists.ts";
export { carryOut } from "./vector_input.ts";
export { MODULES } from "./vector_operations.ts";
export { CASE_MODULES } from "./vector_case_operations.ts";
`;

describe("the lean bundle", () => {
  let folder: string;
  let lean: Lean;
  let inputs: string[];

  before(async () => {
    folder = await mkdtemp(path.join(path.resolve("node_modules"), ".lean-"));
    const { lean: plugin } = (await import(pathToFileURL(path.resolve("lean.mjs")).href)) as { lean: Plugin };
    const outfile = path.join(folder, "lean.mjs");
    const made = await build({
      absWorkingDir: path.resolve("."),
      stdin: { contents: CONTENTS, resolveDir: path.resolve("../../tests/browser") },
      bundle: true,
      format: "esm",
      metafile: true,
      nodePaths: [path.resolve("node_modules")],
      outfile,
      platform: "node",
      plugins: [plugin],
    });
    const [output] = Object.values(made.metafile.outputs);
    const used = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    inputs = used.map(([name]) => name);
    lean = (await import(pathToFileURL(outfile).href)) as Lean;
  });
  after(() => rm(folder, { recursive: true }));

  it("holds no curve, hash or format that is not used, and each package once", () => {
    for (const unused of ["nist.js", "weierstrass.js", "scrypt.js", "webauthn.js", "cbor.js"]) {
      assert.deepEqual(inputs.filter((name) => name.endsWith(`/${unused}`)), []);
    }
    assert.deepEqual(inputs.filter((name) => name.lastIndexOf("node_modules/") > 0), []);
  });

  it("does with the shared vectors what the whole packages do", async () => {
    await lean.loadWordlists();
    let count = 0;
    const all = { ...lean.MODULES, ...lean.CASE_MODULES };
    for (const module of SEALING) {
      const operations = all[module] ?? {};
      for (const side of ["from-python", "from-typescript"]) {
        const vectors = JSON.parse(await readFile(path.join(VECTORS, side, `${module}.json`), "utf8")) as Vector[];
        for (const vector of vectors) {
          const expected = vector.error === undefined ? { out: vector.out } : { error: vector.error };
          assert.deepEqual(await lean.carryOut(operations, vector), expected, `${module}: ${vector.name}`);
          count++;
        }
      }
    }
    assert.ok(count > 100);
  });

  it("opens what the whole packages seal, and the other way round", async () => {
    const [one, other] = [seed("one"), seed("other")];
    const plaintext = utf8("sealed ".repeat(20_000));
    const identity = new age.HybridIdentity(one);
    const leanIdentity = new lean.age.HybridIdentity(one);
    assert.equal(String(leanIdentity.recipient), String(identity.recipient));
    const both = [identity.recipient, new age.HybridIdentity(other).recipient];
    assert.equal(hex(await lean.age.decrypt(await age.encrypt(plaintext, both), [leanIdentity])), hex(plaintext));
    const sealed = await lean.age.encrypt(plaintext, [leanIdentity.recipient]);
    assert.equal(hex(await age.decrypt(sealed, [identity])), hex(plaintext));
    await assert.rejects(lean.age.decrypt(sealed, [new lean.age.HybridIdentity(other)]), { name: "NoMatch" });
  });

  it("knows the same words", () => {
    assert.deepEqual(lean.words("en"), words("en"));
  });

  it("throws where keys of another type are used", () => {
    const encrypter = new lean.Encrypter();
    assert.throws(() => {
      encrypter.addRecipient("age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg");
    }, /only hybrid keys/);
    assert.throws(() => {
      new lean.Decrypter().addPassphrase("secret");
    }, /only hybrid keys/);
  });
});
