// Bundles tests/browser/*.test.ts (or those whose names hold an argument) and runs node's test runner.
// Several real browsers share the machine meanwhile: a few files that failed are run once more, alone, and named.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { browser, bundle, tests } from "./bundle.mjs";

const wanted = process.argv.slice(2);
const names = (await readdir(tests)).filter((name) => name.endsWith(".test.ts"));
const chosen = names.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part))).sort();
const files = await bundle(chosen, ".tests");
const reporter = path.join(browser, "scripts/reporter.mjs");
const flags = ["--enable-source-maps", "--test", `--test-reporter=${pathToFileURL(reporter).href}`];
const AGAIN = 3; // more files than this do not fail by chance
const folder = await mkdtemp(path.join(tmpdir(), "reporting-tests-"));
const list = path.join(folder, "failed.json");

async function run(some, ...more) {
  const env = { ...process.env, FAILED_FILES: list };
  const { status } = spawnSync(process.execPath, [...flags, ...more, ...some], { cwd: browser, stdio: "inherit", env });
  const failed = status === 0 ? [] : JSON.parse(await readFile(list, "utf8").catch(() => "[]"));
  return { status: status ?? 1, failed: some.filter((file) => failed.includes(path.basename(file, ".js") + ".ts")) };
}

let { status, failed } = await run(files);
if (failed.length > 0 && failed.length <= AGAIN && files.length > 1) {
  const names = failed.map((file) => path.basename(file, ".js")).join(", ");
  console.log(`Once more, alone: ${names}`);
  ({ status } = await run(failed, "--test-concurrency=1"));
  if (status === 0) console.log(`PASSED ALONE, but failed beside others, so it depends on time: ${names}`);
}
await rm(folder, { recursive: true });
process.exitCode = status;
