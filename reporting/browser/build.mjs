// Builds the browser bundle: `node build.mjs [directory]`, "dist" unless named.
//
// The output depends on the sources, the catalogues and the pinned packages alone: names carry the hash
// of their content, nothing holds a date or a path, and manifest.json lists every file with its SRI value.
// Beside each text file stand its brotli and gzip forms, made here once (Tor Browser asks for gzip on http).
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import { build } from "esbuild";

import { addFonts } from "./fonts.mjs";
import { lean, wordless } from "./lean.mjs";
import { SUPPLIES, supplies } from "./supplies.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const ASSETS = "/assets/";
const WORD_LISTS = {
  en: "english",
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

/**
 * Workers, where keys live: name to entry point. `wasm`: its script's policy allows WebAssembly. `translated`: it comes
 * in every language, so that a first visit brings each of its texts once, and not in English and again in the page.
 * `fetches`: the English list of words is left out of it too; it asks for it when the page has come.
 */
const WORKERS = {
  seal: { entry: "src/workers/seal.ts", wasm: true },
  files: { entry: "src/workers/files.ts", wasm: false },
  report: { entry: "src/workers/report.ts", wasm: false, translated: true, fetches: true },
  mailbox: { entry: "src/workers/mailbox.ts", wasm: false, translated: true },
  desk: { entry: "src/workers/desk.ts", wasm: true },
  estimate: { entry: "src/workers/estimate.ts", wasm: false },
  judging: { entry: "src/workers/judging.ts", wasm: false },
  cleaning: { entry: "src/workers/cleaning.ts", wasm: false },
};
/**
 * Pages' scripts, in every language: name to entry point, the workers that it may start, and what it loads on
 * demand. `texts`: the workers whose English texts it says in its own language; a translated worker needs that of nobody.
 */
const PAGES = {
  report: { entry: "src/reporter/report.ts", workers: ["report"], texts: [], parts: ["attach"] },
  mailbox: { entry: "src/reporter/mailbox.ts", workers: ["mailbox"], texts: ["files"], parts: ["attach", "dossier", "newslink", "risk"] },
  news: { entry: "src/reporter/news.ts", workers: [], texts: [], parts: [] },
  checking: { entry: "src/checking/checking.ts", workers: [], texts: [], parts: [] },
  desk: { entry: "src/desk/desk.ts", workers: ["desk", "estimate", "cleaning", "files", "seal", "judging"], texts: ["desk", "estimate", "cleaning", "files", "judging", "viewer", "table"], parts: [] },
};
/**
 * What a page loads once it is asked for, so that a first visit need not: a script in each of the page's languages, and
 * its style sheet. `workers`: those that the page then starts; `texts`: the workers whose texts come with the part.
 */
const PARTS = {
  attach: { entry: "src/reporter/attach.ts", style: "style/attach.css", workers: ["cleaning", "files", "seal"], texts: ["cleaning", "files"] },
  dossier: { entry: "src/dossier/dossier.ts", style: "style/dossier.css", workers: [], texts: [] },
  newslink: { entry: "src/reporter/news_choice.ts", style: "style/newslink.css", workers: [], texts: [] },
  risk: { entry: "src/risk/risk.ts", style: "style/risk.css", workers: [], texts: [] },
};
/** The page that checks certificates and dossiers, saved: what it says where scripts are off. Its script has these texts too. */
const SAVED = {
  title: "Check a certificate or dossier",
  program: "The free program “reporting” checks it too, without asking any server:",
};
const FROM_RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];
/**
 * What a frame of the desk loads, which has no origin and no network: its script carries its own workers' code. It comes
 * in English alone, being large; the desk's script has its texts in each language, and hands them in with the first file.
 */
const VIEWER = { entry: "src/viewer/viewer.ts", workers: { pdf: "src/viewer/pdf_worker.ts", table: "src/viewer/table_worker.ts" } };

/** One script or style sheet, bundled. */
export async function bundle(name, entry, define = {}, plugins = []) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    charset: "utf8",
    define: Object.fromEntries(Object.entries(define).map(([key, value]) => [key, JSON.stringify(value)])),
    format: "iife",
    legalComments: "none",
    minify: true,
    platform: "browser",
    plugins: [...plugins, lean],
    target: ["es2022", "firefox115", "chrome108", "safari16"],
    write: false,
    outdir: here, // names nothing in the output; styles want one
  });
  return { name, content: Buffer.from(result.outputFiles[0].contents) };
}

async function wordList(language, list) {
  // By path: the exports of @scure/bip39 2.0.1 misspell traditional-chinese.js.
  const source = path.join(here, "node_modules/@scure/bip39/wordlists", `${list}.js`);
  const { wordlist } = await import(pathToFileURL(source).href);
  return { name: `words-${language}.json`, content: Buffer.from(JSON.stringify(wordlist)) };
}

/** Catalogues of the browser's texts by language, as hatch_build.py took them from gettext's; English needs none. */
async function catalogues() {
  const folder = path.join(here, "messages");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json")).sort();
  const read = names.map(async (name) => [path.parse(name).name, JSON.parse(await readFile(path.join(folder, name), "utf8"))]);
  return { en: {}, ...Object.fromEntries(await Promise.all(read)) };
}

const ASKED = /\b(?:gettext|N_)\(\s*("(?:[^"\\]|\\.)*")/g;

/** Puts the translation where a text is asked for or marked: a script then carries no English beside it. */
function translated(catalogue) {
  const inPlace = (whole, literal) => {
    const forms = catalogue[JSON.parse(literal)];
    return forms === undefined ? whole : whole.replace(literal, () => JSON.stringify(forms[0]));
  };
  const load = async ({ path: file }) => ({ contents: (await readFile(file, "utf8")).replace(ASKED, inPlace), loader: "ts" });
  return { name: "translated", setup: (own) => own.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, load) };
}

/**
 * Of a catalogue, what a script must look up: texts with several forms, and those of workers that speak English. All
 * others stand in the script already.
 */
function spoken(catalogue, script, texts) {
  const stands = (text, where) => where.includes(text) || where.includes(JSON.stringify(text).slice(1, -1));
  const asked = ([text, forms]) => (forms.length > 1 && stands(text, script)) || texts.some((worker) => stands(text, worker));
  return Object.fromEntries(Object.entries(catalogue).filter(asked));
}

async function compressed(content) {
  const parameters = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  return { br: await promisify(brotliCompress)(content, { params: parameters }), gz: await promisify(gzip)(content, { level: 9 }) };
}

/**
 * A page as one file that needs nothing else: its own script and style, by their hashes, and no way to any server.
 * It belongs to no site, and no site serves it but to be saved.
 */
async function savedPage(output, language, catalogue) {
  const say = (text) => (catalogue[text]?.[0] ?? text).replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  const read = async (name) => ({ text: await output.read(name), hash: output.found(name).integrity });
  const [script, style] = [await read(`checking-${language}.js`), await read("checking.css")];
  if (/<\/?script|<\/style/i.test(script.text + style.text)) throw new Error("what stands in a page would end it");
  const policy = `default-src 'none'; base-uri 'none'; form-action 'none'; script-src '${script.hash}'; style-src '${style.hash}'; require-trusted-types-for 'script'; trusted-types 'none'`;
  const lines = [
    "<!doctype html>",
    `<html lang="${language}" dir="${FROM_RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr"}">`,
    `<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
    `<title>${say(SAVED.title)}</title>`,
    `<style>${style.text}</style></head>`,
    `<body class="reporter"><main id="main"><noscript><h1>${say(SAVED.title)}</h1><p>${say(SAVED.program)} <code>reporting verify FILE</code></p></noscript><file-checker></file-checker></main>`,
    `<script>${script.text}</script></body></html>`,
  ];
  return { name: `checking-${language}.html`, content: Buffer.from(`${lines.join("\n")}\n`) };
}

/** Writes files of a bundle and remembers what the manifest says of them. */
class Output {
  entries = {};

  constructor(directory) {
    this.directory = directory;
  }

  /** Writes one file; answers the address it is served at. */
  async add({ name, content }, flags = {}) {
    const digest = createHash("sha384").update(content).digest();
    const { name: stem, ext } = path.parse(name);
    const file = `${stem}-${digest.subarray(0, 8).toString("hex")}${ext}`;
    await writeFile(path.join(this.directory, file), content);
    for (const [ending, bytes] of Object.entries(await compressed(content))) {
      await writeFile(path.join(this.directory, `${file}.${ending}`), bytes);
    }
    const integrity = `sha384-${digest.toString("base64")}`;
    this.entries[name] = { file, integrity, size: content.length, ...flags };
    return ASSETS + file;
  }

  /** Where a file that was added is served, and what its bytes must hash to. */
  found(name) {
    const { file, integrity } = this.entries[name];
    return { address: ASSETS + file, integrity };
  }

  /** The text of a file that was added. */
  read(name) {
    return readFile(path.join(this.directory, this.entries[name].file), "utf8");
  }

  async writeManifest() {
    const sorted = Object.fromEntries(Object.entries(this.entries).sort(([a], [b]) => (a < b ? -1 : 1)));
    await writeFile(path.join(this.directory, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
    return sorted;
  }
}

/** The viewer's script and sheet; answers the text of what in it speaks, beside the packages that it is made of. */
async function addViewer(output) {
  const texts = {};
  for (const [name, entry] of Object.entries(VIEWER.workers)) texts[name] = (await bundle(`${name}-worker.js`, entry)).content.toString();
  const define = { VIEWER_WORKERS: texts, CATALOGUE: {}, LANGUAGE: "en" };
  await output.add(await bundle("viewer-en.js", VIEWER.entry, define), { framed: true });
  await output.add(await bundle("viewer.css", "style/viewer_site.css"), { framed: true });
  const alone = await bundle("viewer.js", VIEWER.entry, { ...define, VIEWER_WORKERS: {} });
  return { viewer: { text: alone.content.toString() }, table: { text: texts.table } };
}

function textsOf(workers, names) {
  return names.map((worker) => workers[worker].text);
}

/** A script in each of `languages`, with the translations that it and `texts`, scripts of its workers, ask for. */
async function addScripts(output, { name, entry, texts, define, messages, languages }) {
  for (const language of languages) {
    const plugins = [translated(messages[language])];
    const empty = { ...define, CATALOGUE: {}, LANGUAGE: "" };
    const script = (await bundle(name, entry, empty, plugins)).content.toString();
    const own = { ...define, CATALOGUE: spoken(messages[language], script, texts), LANGUAGE: language };
    await output.add(await bundle(`${name}-${language}.js`, entry, own, plugins));
  }
}

/** Every worker: where it is served, in each language where it is translated, and its text where it is not. */
async function addWorkers(output, lists, messages) {
  const define = { WORD_LISTS: lists, WORKERS: {}, PARTS: {} };
  const workers = {};
  for (const [name, { entry, wasm, translated: speaks = false, fetches = false }] of Object.entries(WORKERS)) {
    const flags = wasm ? { wasm } : {};
    if (speaks) {
      const addresses = {};
      for (const [language, catalogue] of Object.entries(messages)) {
        addresses[language] = await output.add(await bundle(`${name}-worker-${language}.js`, entry, define, [translated(catalogue), ...(fetches ? [wordless] : [])]), flags);
      }
      workers[name] = { addresses };
    } else {
      const made = await bundle(`${name}-worker.js`, entry, define);
      workers[name] = { address: await output.add(made, flags), text: made.content.toString() };
    }
  }
  return workers;
}

/** The addresses of the workers that a script may start. */
function addressesOf(names, workers, language) {
  return Object.fromEntries(names.map((name) => [name, workers[name].address ?? workers[name].addresses[language]]));
}

/** Builds everything into `directory`, which is emptied first; answers the manifest. */
export async function buildAll(directory) {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const output = new Output(directory);
  const lists = {};
  for (const [language, list] of Object.entries(WORD_LISTS)) lists[language] = await output.add(await wordList(language, list));
  const messages = await catalogues();
  const workers = await addWorkers(output, lists, messages);
  Object.assign(workers, await addViewer(output));
  const viewing = { VIEWER_SUPPLIES: { address: await output.add(await supplies()), integrity: output.entries[SUPPLIES].integrity } };
  for (const [name, { entry, style, texts }] of Object.entries(PARTS)) {
    await output.add(await bundle(`${name}.css`, style));
    // The page starts its workers for it, by the one policy that there may be.
    await addScripts(output, { name, entry, texts: textsOf(workers, texts), define: { STYLE: output.found(`${name}.css`) }, messages, languages: Object.keys(messages) });
  }
  for (const [name, { entry, workers: own, parts, texts = own }] of Object.entries(PAGES)) {
    for (const language of Object.keys(messages)) {
      const addresses = addressesOf([...own, ...parts.flatMap((part) => PARTS[part].workers)], workers, language);
      const loaded = parts.map((part) => [part, output.found(`${part}-${language}.js`)]);
      const define = { ...viewing, WORKERS: addresses, PARTS: Object.fromEntries(loaded) };
      await addScripts(output, { name, entry, texts: textsOf(workers, texts), define, messages, languages: [language] });
    }
  }
  await output.add(await bundle("site.css", "style/site.css"));
  await output.add(await bundle("mailbox.css", "style/mailbox_site.css"));
  await output.add(await bundle("figures.css", "style/figures_site.css"));
  await output.add(await bundle("info.css", "style/info_site.css"));
  await output.add(await bundle("desk.css", "style/desk_site.css"));
  await output.add(await bundle("admin.css", "style/admin_site.css"));
  await output.add(await bundle("checking.css", "style/checking_site.css"));
  for (const language of Object.keys(messages)) await output.add(await savedPage(output, language, messages[language]));
  await output.add({ name: "icon.svg", content: await readFile(path.join(here, "style/icon.svg")) });
  await addFonts(directory);
  return output.writeManifest();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const directory = path.resolve(process.argv[2] ?? path.join(here, "dist"));
  const manifest = await buildAll(directory);
  for (const [name, { file, size }] of Object.entries(manifest)) console.log(`${name}: ${file}, ${size} bytes`);
}
