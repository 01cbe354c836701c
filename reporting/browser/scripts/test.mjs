// Bundles tests/browser/*.test.ts (or those whose names hold an argument) and runs node's test runner.
import { spawnSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { browser, bundle, tests } from "./bundle.mjs";

const wanted = process.argv.slice(2);
const names = (await readdir(tests)).filter((name) => name.endsWith(".test.ts"));
const chosen = names.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part))).sort();
const files = await bundle(chosen, ".tests");
const reporter = path.join(browser, "scripts/reporter.mjs");
const flags = ["--enable-source-maps", "--test", `--test-reporter=${pathToFileURL(reporter).href}`];
const run = spawnSync(process.execPath, [...flags, ...files], { cwd: browser, stdio: "inherit" });
process.exitCode = run.status ?? 1;
