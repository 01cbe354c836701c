// Measures sealing and opening in Node; `make bench` shows it beside Python's.
import { spawnSync } from "node:child_process";

import { browser, bundle } from "./bundle.mjs";

const files = await bundle(["bench.ts"], ".bench");
const run = spawnSync(process.execPath, ["--enable-source-maps", ...files], { cwd: browser, stdio: "inherit" });
process.exitCode = run.status ?? 1;
