// Writes tests/vectors/from-typescript, or the modules of it that are named.
import { spawnSync } from "node:child_process";

import { browser, bundle } from "./bundle.mjs";

const files = await bundle(["vector_writer.ts"], ".vectors");
const run = spawnSync(process.execPath, ["--enable-source-maps", ...files, ...process.argv.slice(2)], { cwd: browser, stdio: "inherit" });
process.exitCode = run.status ?? 1;
