// Leaves out of a bundle what the protocol never uses of its packages: keys of other types than hybrid.
//
// age-encryption knows passphrases, X25519 and hardware keys beside hybrid ones, and @noble/post-quantum
// makes every hybrid there is as soon as it is loaded; with them come the NIST curves and scrypt, a quarter
// of the whole. The product opens and seals to `mlkem768x25519` alone (`src/protocol/age_keys.ts`). Here the
// other types become classes that throw when made; so do square roots in a field, which neither curve of ours
// takes. What stands in the packages twice comes once: SHA-256's constants are the upper halves of SHA-512's, which are
// worked out, and a word of a sorted list begins as the one before. What the packages tell programmers of a fault is left
// out. A package whose text is not the one known here ends the build: look again what it needs.
//
// Of @cantoo/pdf-lib, which reads PDFs to clean them, only the core comes: no drawing of pages, and none of the fonts
// to draw with. It does not say itself that a module that nobody asks for may be left out.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

const STUB = "lean:other-recipients";
const OTHERS = ["ScryptIdentity", "ScryptRecipient", "X25519Identity", "X25519Recipient", "TagRecipient", "HybridTagRecipient"];
const STUB_TEXT = `
class Unused { constructor() { throw new Error("only hybrid keys are part of this program"); } }
export { ${OTHERS.map((name) => `Unused as ${name}`).join(", ")} };
`;

/** The first 64 bits behind the point of the cube roots of the first 80 primes; it stands in the bundle as it is here. */
function cubeRoots() {
  const primes = [];
  for (let number = 2n; primes.length < 80; number++) if (primes.every((prime) => number % prime)) primes.push(number);
  return primes.map((prime) => {
    let [root, next] = [1n << 68n, 1n << 67n]; // from above: the largest prime is 409, below 8 to the third
    while (next < root) [root, next] = [next, (2n * next + (prime << 192n) / (next * next)) / 3n];
    return BigInt.asUintN(64, root);
  });
}

/** How the package's list of SHA-512's constants is worked out; what stands in it must be the same. */
function worked(list) {
  const known = list.match(/0x[0-9a-f]{16}/g).map(BigInt);
  if (String(known) !== String(cubeRoots())) throw new Error("sha2.js: these are not SHA-512's constants");
  return `(${cubeRoots})()`;
}

/** For each file, what is replaced in it: every pattern must fit as often as it says. */
const CHANGES = [
  {
    file: /[\\/]age-encryption[\\/]dist[\\/]index\.js$/,
    pattern: /(import \{ (?:Scrypt|X25519|Tag)\w+, \w+ \} from )"\.\/recipients\.js"/g,
    replacement: `$1"${STUB}"`,
    count: 3,
  },
  {
    file: /[\\/]@noble[\\/]post-quantum[\\/]hybrid\.js$/,
    // Without side effects, as the calls that the package itself marks: left out where nobody asks for them.
    pattern: /(?<!function )\b((?:QSF|createKitchenSink|ecdhKem)\()/g,
    replacement: "/* @__PURE__ */ $1",
    count: 6,
  },
  {
    file: /[\\/]@noble[\\/]post-quantum[\\/]ml-kem\.js$/,
    // The other two sizes, which its copying of options keeps from being left out.
    pattern: /\/\* @__PURE__ \*\/ createKyber\(\{\s*\.\.\.opts,\s*\.\.\.PARAMS\[(?:512|1024)\],\s*\}\)/g,
    replacement: "undefined",
    count: 2,
  },
  {
    file: /[\\/]@noble[\\/]ciphers[\\/]chacha\.js$/,
    // The same: nobody asks for the form with long nonces.
    pattern: /(?<=, )(_poly1305_aead\(x?chacha20\))/g,
    replacement: "/* @__PURE__ */ $1",
    count: 2,
  },
  {
    file: /[\\/]@noble[\\/]curves[\\/]abstract[\\/]modular\.js$/,
    pattern: /this\._sqrt = FpSqrt\(this\.ORDER\);/g,
    replacement: 'throw new Error("no square roots are part of this program");',
    count: 1,
  },
  {
    file: /[\\/]@noble[\\/]hashes[\\/]sha2\.js$/,
    // FIPS 180-4, sections 4.2.2 and 4.2.3: roots of primes, and the first 32 bits of the same.
    pattern: /const SHA256_K = [^;]+;|(const SHA512_Kh = [^;]+;)|(?<=u64\.split\()(\[[^\]]+\]\.map\(n => BigInt\(n\)\))/g,
    replacement: (_whole, upper, roots) => {
      if (roots !== undefined) return worked(roots);
      return upper === undefined ? "" : `${upper} const SHA256_K = /* @__PURE__ */ SHA512_Kh.slice(0, 64);`;
    },
    count: 3,
  },
  ...[["pdf", 1], ["pdf\\.worker", 2]].map(([name, count]) => ({
    // pdf.js makes code of a document's functions where it is let; the page's policy forbids it, and so does the build.
    file: new RegExp(`[\\\\/]pdfjs-dist[\\\\/]legacy[\\\\/]build[\\\\/]${name}\\.mjs$`),
    pattern: /new Function\("[^)]*\)/g,
    replacement: '(() => { throw new Error("no code is made of text"); })()',
    count,
  })),
];

const ENGLISH = /[\\/]bip39[\\/]wordlists[\\/]english\.js$/;
const ENGLISH_SHA256 = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"; // english.txt of BIP-39

/** A word list as a script that takes half the room: how many letters each word shares with the one before, and the rest. */
async function wordList(file) {
  const { wordlist } = await import(pathToFileURL(file).href);
  if (createHash("sha256").update(`${wordlist.join("\n")}\n`).digest("hex") !== ENGLISH_SHA256) {
    return { errors: [{ text: `${path.basename(file)} is not the list of BIP-39` }] };
  }
  const packed = wordlist.map((word, place) => {
    const before = wordlist[place - 1] ?? "";
    const differs = [...word].findIndex((letter, at) => letter !== before[at]);
    return `${differs}${word.slice(differs)}`;
  });
  const contents = `
export const wordlist = /* @__PURE__ */ (() => {
  let word = "";
  return "${packed.join("")}".match(/\\d\\D+/g).map((part) => (word = word.slice(0, part[0]) + part.slice(1)));
})();`;
  return { contents, loader: "js" };
}

async function changed(file, { pattern, replacement, count }) {
  const text = await readFile(file, "utf8");
  const found = text.match(pattern)?.length ?? 0;
  if (found !== count) {
    return { errors: [{ text: `${path.basename(file)}: ${found} places where lean.mjs knows ${count}; look at what changed` }] };
  }
  return { contents: text.replace(pattern, replacement), loader: "js" };
}

const PDF = /[\\/]@cantoo[\\/]pdf-lib[\\/]/;
const PDF_CORE = "node_modules/@cantoo/pdf-lib/es/core/index.js";
const PDF_FONTS = /[\\/]standard-fonts[\\/](?:Courier|Helvetica|Symbol|Times|ZapfDingbats)[\w-]*\.compressed\.json$/;

/** Leaves out of pdf-lib what is not asked for. */
function withoutDrawing(build) {
  const directory = build.initialOptions.absWorkingDir ?? process.cwd();
  build.onResolve({ filter: /^@cantoo\/pdf-lib$/ }, () => ({ path: path.join(directory, PDF_CORE), sideEffects: false }));
  build.onResolve({ filter: /^\./ }, async ({ path: asked, importer, resolveDir, kind, pluginData }) => {
    if (pluginData === PDF || !PDF.test(importer)) return undefined;
    return { ...(await build.resolve(asked, { importer, resolveDir, kind, pluginData: PDF })), sideEffects: false };
  });
  build.onLoad({ filter: PDF_FONTS }, () => ({ contents: '""', loader: "json" }));
}

const SILENT = /[\\/]node_modules[\\/](?:@noble[\\/](?:ciphers|curves|hashes|post-quantum)|@scure[\\/]base|age-encryption)[\\/].*\.js$/;
// One argument, made of strings, templates without another in them, names, and calls with nothing given, put together with "+".
const PIECE = /"[^"\n]*"|'[^'\n]*'|`[^`]*`|(?:typeof )?[\w.]+(?:\(\))?|\(\w+ \?\? "[^"\n]*"\)/.source;
const SAID = new RegExp(`\\b(?:new )?(Error|RangeError|TypeError)\\((?:${PIECE})(?: \\+ (?:${PIECE}))*\\)`, "g");
// What such a text was put together from on the lines before.
const PREPARED = /(?:const (?:prefix|ofLen|got) = [^;\n]+;\s+)+(?=throw new \w+\(\);)/g;

const LOOKED_AT = /no identity matched|invalid header HMAC/; // src/protocol/age_file.ts tells errors apart by these

/** What these packages say of a fault is for who programs with them: it is said to nobody here. */
async function silent(file) {
  const change = CHANGES.find((one) => one.file.test(file));
  const read = change === undefined ? { contents: await readFile(file, "utf8"), loader: "js" } : await changed(file, change);
  if (read.errors !== undefined) return read;
  const quiet = read.contents.replace(SAID, (whole, name) => (LOOKED_AT.test(whole) ? whole : `new ${name}()`));
  return { ...read, contents: quiet.replace(PREPARED, "") };
}

/** An esbuild plugin, before the other: no list of words, where it is fetched. */
export const wordless = {
  name: "wordless",
  setup(build) {
    build.onLoad({ filter: ENGLISH }, () => ({ contents: "export const wordlist = [];", loader: "js" }));
  },
};

/** An esbuild plugin: hybrid keys alone, and nothing twice. */
export const lean = {
  name: "lean",
  setup(build) {
    build.onResolve({ filter: /^lean:/ }, (found) => ({ path: found.path, namespace: "lean", sideEffects: false }));
    build.onLoad({ filter: /.*/, namespace: "lean" }, () => ({ contents: STUB_TEXT, loader: "js" }));
    build.onLoad({ filter: ENGLISH }, (found) => wordList(found.path));
    withoutDrawing(build);
    build.onLoad({ filter: SILENT }, (found) => silent(found.path));
    for (const change of CHANGES) build.onLoad({ filter: change.file }, (found) => changed(found.path, change));
  },
};
