// Bundles TypeScript of tests/browser for Node, into node_modules, where the packages are found.
import path from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

export const browser = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const tests = path.join(browser, "../../tests/browser");

/** Bundles files of tests/browser into `folder` of node_modules; answers the paths of what it wrote. */
export async function bundle(names, folder) {
  const outdir = path.join(browser, "node_modules", folder);
  await build({
    absWorkingDir: browser,
    entryPoints: names.map((name) => path.join(tests, name)),
    bundle: true,
    format: "esm",
    keepNames: true, // the vectors name errors by their class
    mainFields: ["module", "main"], // minisearch's "main" is no module, whatever its package says
    outdir,
    packages: "external",
    platform: "node",
    sourcemap: "inline",
    target: "node20",
  });
  return names.map((name) => path.join(outdir, name.replace(/\.ts$/, ".js")));
}
