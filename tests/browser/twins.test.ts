/** The two implementations stay twins: modules, errors and sentences bear the same names. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";

const PYTHON = path.resolve("../protocol");
const TYPESCRIPT = path.resolve("src/protocol");

// What one side needs and the other finds in a package, or does only at the server or the desk's terminal.
const PYTHON_ALONE = ["__init__", "age_stream", "bech32", "requests", "worst_case"];
const TYPESCRIPT_ALONE = ["base64", "digits", "dossier_reading", "entry_content", "index", "json"];

function modules(folder: string, ending: string): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(ending));
  return files.map((name) => name.slice(0, -ending.length)).sort();
}

function errorTree(file: string): string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line) => /[├└]── .*/.exec(line)?.[0].trimEnd() ?? []);
}

/** Every sentence marked with N_, its pieces joined. */
function sentences(folder: string, ending: string): Set<string> {
  const found = new Set<string>();
  for (const module of modules(folder, ending)) {
    const source = readFileSync(path.join(folder, module + ending), "utf8");
    for (const [, pieces = ""] of source.matchAll(/N_\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+),?\s*\)/g)) {
      found.add([...pieces.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text ?? "").join(""));
    }
  }
  return found;
}

describe("the two implementations", () => {
  it("have the same modules", () => {
    const python = modules(PYTHON, ".py").filter((name) => !PYTHON_ALONE.includes(name));
    const typescript = modules(TYPESCRIPT, ".ts").filter((name) => !TYPESCRIPT_ALONE.includes(name));
    assert.deepEqual(typescript, python);
  });

  it("draw the same tree of errors", () => {
    const tree = errorTree(path.join(TYPESCRIPT, "errors.ts"));
    assert.ok(tree.length > 10);
    assert.deepEqual(tree, errorTree(path.join(PYTHON, "errors.py")));
  });

  it("say the same sentences, so that one translation serves both", () => {
    const python = sentences(PYTHON, ".py");
    const typescript = sentences(TYPESCRIPT, ".ts");
    assert.ok(typescript.size > 50);
    assert.deepEqual([...typescript].filter((sentence) => !python.has(sentence)), ["This is not a word list."]);
  });
});
