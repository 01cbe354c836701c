// Bundles tests/browser/*.test.ts (or the ones named) and runs them with node's test runner.
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const browser = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tests = path.join(browser, "../../tests/browser");
const output = path.join(browser, "node_modules/.tests");

const wanted = process.argv.slice(2);
const names = (await readdir(tests)).filter((name) => name.endsWith(".test.ts"));
const chosen = names.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part))).sort();

await rm(output, { recursive: true, force: true });
await build({
  absWorkingDir: browser,
  entryPoints: chosen.map((name) => path.join(tests, name)),
  bundle: true,
  format: "esm",
  outdir: output,
  packages: "external", // found in node_modules beside the output
  platform: "node",
  sourcemap: "inline",
  target: "node20",
});
const files = chosen.map((name) => path.join(output, name.replace(/\.ts$/, ".js")));
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], {
  cwd: browser,
  stdio: "inherit",
});
process.exitCode = run.status ?? 1;
