// Builds the browser bundle: `node build.mjs [directory]`, "dist" unless named.
//
// The output depends on the sources and the pinned packages alone: names carry the hash of their
// content, nothing holds a date or a path, and manifest.json lists every file with its SRI value.
import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const WORD_LISTS = {
  cs: "czech",
  es: "spanish",
  fr: "french",
  it: "italian",
  ja: "japanese",
  ko: "korean",
  pt: "portuguese",
  zh: "simplified-chinese",
  "zh-hant": "traditional-chinese",
};

/** The bundles: name to entry point. */
const ENTRIES = { protocol: "src/protocol/index.ts" };

async function bundle(name, entry) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    charset: "utf8",
    format: "esm",
    legalComments: "none",
    minify: true,
    platform: "browser",
    target: ["es2022", "firefox115", "chrome108", "safari16"],
    write: false,
  });
  return { name: `${name}.js`, content: Buffer.from(result.outputFiles[0].contents) };
}

async function wordList(language, list) {
  // By path: the exports of @scure/bip39 2.0.1 misspell traditional-chinese.js.
  const source = path.join(here, "node_modules/@scure/bip39/wordlists", `${list}.js`);
  const { wordlist } = await import(pathToFileURL(source).href);
  return { name: `words-${language}.json`, content: Buffer.from(JSON.stringify(wordlist)) };
}

async function write(directory, { name, content }) {
  const digest = createHash("sha384").update(content).digest();
  const { name: stem, ext } = path.parse(name);
  const file = `${stem}-${digest.subarray(0, 8).toString("hex")}${ext}`;
  await writeFile(path.join(directory, file), content);
  return [name, { file, integrity: `sha384-${digest.toString("base64")}`, size: content.length }];
}

/** Builds everything into `directory`, which is emptied first; answers the manifest. */
export async function buildAll(directory) {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const files = [
    ...(await Promise.all(Object.entries(ENTRIES).map(([name, entry]) => bundle(name, entry)))),
    ...(await Promise.all(Object.entries(WORD_LISTS).map(([language, list]) => wordList(language, list)))),
  ];
  const listed = await Promise.all(files.map((file) => write(directory, file)));
  const manifest = Object.fromEntries(listed.sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(path.join(directory, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const directory = path.resolve(process.argv[2] ?? path.join(here, "dist"));
  const manifest = await buildAll(directory);
  for (const [name, { file, size }] of Object.entries(manifest)) console.log(`${name}: ${file}, ${size} bytes`);
}
