// Looks into files and cleans them in Node, as the worker does: `node scripts/clean.mjs FOLDER OUT`.
// OUT gets what was cleaned under the same names, and report.json.
import { spawnSync } from "node:child_process";

import { browser, bundle } from "./bundle.mjs";

const files = await bundle(["cleaning_run.ts"], ".clean");
const run = spawnSync(process.execPath, ["--enable-source-maps", ...files, ...process.argv.slice(2)], { cwd: browser, stdio: "inherit" });
process.exitCode = run.status ?? 1;
