// Measures in Node, or with Node in real browsers: `npm run bench [name]` runs tests/browser/NAME.ts, else bench.ts.
// `make bench` shows what it prints.
import { spawnSync } from "node:child_process";

import { browser, bundle } from "./bundle.mjs";

const [name = "bench"] = process.argv.slice(2);
const files = await bundle([`${name}.ts`], ".bench");
const run = spawnSync(process.execPath, ["--enable-source-maps", ...files], { cwd: browser, stdio: "inherit" });
process.exitCode = run.status ?? 1;
