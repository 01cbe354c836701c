/** The shared vectors: what Python wrote, and what this side wrote, each by its named outcome. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { before, describe, it } from "node:test";

import { CASE_MODULES } from "./vector_case_operations.ts";
import { VECTORS, loadWordlists } from "./vector_files.ts";
import { type Vector, carryOut } from "./vector_input.ts";
import { MODULES } from "./vector_operations.ts";

const ALL = { ...MODULES, ...CASE_MODULES };

for (const side of ["from-python", "from-typescript"]) {
  const folder = path.join(VECTORS, side);
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];

  describe(`vectors ${side}`, () => {
    before(loadWordlists);

    it("cover every module", () => {
      assert.deepEqual(files, Object.keys(ALL).sort().map((module) => `${module}.json`));
    });

    for (const file of files) {
      const vectors = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Vector[];
      const operations = ALL[path.parse(file).name] ?? {};
      describe(path.parse(file).name, () => {
        for (const vector of vectors) {
          it(vector.name, async () => {
            const expected = vector.error === undefined ? { out: vector.out } : { error: vector.error };
            assert.deepEqual(await carryOut(operations, vector), expected);
          });
        }
      });
    }
  });
}
