/**
 * Writes tests/vectors/from-typescript: `npm run vectors`, or some modules of it: `npm run vectors entry file`. Each file is a list of vectors: the shared
 * inputs of tests/vectors/inputs, then what this side alone can make; `out` or `error` is what this
 * side makes of it. Python reads the files, as this side reads Python's.
 */

import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { threadVectors } from "./scenarios.ts";
import * as cases from "./vector_cases.ts";
import { CASE_MODULES } from "./vector_case_operations.ts";
import { type Vector, carryOut } from "./vector_input.ts";
import { MODULES } from "./vector_operations.ts";
import { sealedFiles } from "./vector_sealed_files.ts";
import * as sources from "./vector_sources.ts";
import { VECTORS, loadWordlists } from "./vector_files.ts";

const OWN: Readonly<Record<string, () => Vector[] | Promise<Vector[]>>> = {
  acknowledgement: sources.acknowledgements,
  age: sources.sealing,
  directory: cases.directory,
  disclosure: cases.disclosures,
  entry: cases.entry,
  epoch: cases.epoch,
  file: sealedFiles,
  grant: cases.grant,
  log: sources.logs,
  note: sources.signedNotes,
  signing: sources.signing,
  submission: cases.submission,
  thread: threadVectors,
  vault: sources.vaults,
};

async function shared(module: string): Promise<Vector[]> {
  const names = await readdir(path.join(VECTORS, "inputs"));
  if (!names.includes(`${module}.json`)) return [];
  return JSON.parse(await readFile(path.join(VECTORS, "inputs", `${module}.json`), "utf8")) as Vector[];
}

async function writeModule(module: string): Promise<void> {
  const operations = MODULES[module] ?? CASE_MODULES[module] ?? {};
  const vectors = [...(await shared(module)), ...((await OWN[module]?.()) ?? [])];
  const written: Vector[] = [];
  for (const vector of vectors) written.push({ ...vector, ...(await carryOut(operations, vector)) });
  const folder = path.join(VECTORS, "from-typescript");
  await mkdir(folder, { recursive: true });
  const lines = written.map((vector) => JSON.stringify(vector)).join(",\n");
  await writeFile(path.join(folder, `${module}.json`), `[\n${lines}\n]\n`);
  console.log(`${module}: ${written.length.toString()} vectors`);
}

await loadWordlists();
const wanted = process.argv.slice(2);
const every = [...Object.keys(MODULES), ...Object.keys(CASE_MODULES)].sort();
for (const module of wanted.length > 0 ? wanted : every) await writeModule(module);
