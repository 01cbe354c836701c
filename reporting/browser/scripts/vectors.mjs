// Writes tests/vectors/from-typescript.
import { spawnSync } from "node:child_process";

import { browser, bundle } from "./bundle.mjs";

const files = await bundle(["vector_writer.ts"], ".vectors");
const run = spawnSync(process.execPath, ["--enable-source-maps", ...files], { cwd: browser, stdio: "inherit" });
process.exitCode = run.status ?? 1;
