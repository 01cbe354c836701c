/** Cleans every file of one folder into another, and writes what it found to report.json: see scripts/clean.mjs. */

import { openAsBlob } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { clean, inspect } from "../../reporting/browser/src/hidden/index.ts";
import { CannotClean } from "../../reporting/browser/src/hidden/types.ts";

const [folder = "", out = ""] = process.argv.slice(2);

async function cleaned(name: string): Promise<object> {
  const file = await openAsBlob(path.join(folder, name));
  const inspection = await inspect(file, name);
  try {
    const { content, left, name: called } = await clean(file, name);
    await writeFile(path.join(out, called), new Uint8Array(await content.arrayBuffer()));
    return { inspection, left, refused: null };
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error;
    return { inspection, left: [], refused: error.message };
  }
}

const report: Record<string, object> = {};
for (const name of (await readdir(folder)).sort()) report[name] = await cleaned(name);
await writeFile(path.join(out, "report.json"), JSON.stringify(report, null, 2));
