// Bundles tests/browser/*.test.ts (or those whose names hold an argument) and runs node's test runner.
// Files that open no real browser run beside those that do, in a runner of their own: a browser mostly waits.
// A few files that failed are run once more, alone, and named.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
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

/** Whether a bundled test holds what opens real browsers (tests/browser/browsers.ts). */
async function opensBrowser(file) {
  return (await readFile(file, "utf8")).includes("\n// ../../tests/browser/browsers.ts\n");
}

/** Runs files, so many at a time; answers the status, and which failed. */
async function run(name, some, concurrency) {
  if (some.length === 0) return { status: 0, failed: [] };
  const list = path.join(folder, `${name}.json`);
  const child = spawn(process.execPath, [...flags, `--test-concurrency=${concurrency}`, ...some], { cwd: browser, stdio: "inherit", env: { ...process.env, FAILED_FILES: list } });
  const status = await new Promise((resolve) => child.once("close", resolve));
  const failed = status === 0 ? [] : JSON.parse(await readFile(list, "utf8").catch(() => "[]"));
  return { status: status ?? 1, failed: some.filter((file) => failed.includes(path.basename(file, ".js") + ".ts")) };
}

const opening = await Promise.all(files.map(opensBrowser));
const others = Math.max(1, availableParallelism() - 1);
const runs = await Promise.all([
  run("browsers", files.filter((_, place) => opening[place]), others),
  run("others", files.filter((_, place) => !opening[place]), 1),
]);
let status = Math.max(...runs.map((one) => one.status));
const failed = runs.flatMap((one) => one.failed);
// Where a run broke without a word of which file failed, running some again proves nothing.
const isTold = runs.every((one) => one.status === 0 || one.failed.length > 0);
if (isTold && failed.length > 0 && failed.length <= AGAIN && files.length > 1) {
  const names = failed.map((file) => path.basename(file, ".js")).join(", ");
  console.log(`Once more, alone: ${names}`);
  ({ status } = await run("again", failed, 1));
  if (status === 0) console.log(`PASSED ALONE, but failed beside others, so it depends on time: ${names}`);
}
await rm(folder, { recursive: true });
process.exitCode = status;
