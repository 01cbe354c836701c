// Leaves out of a bundle what the protocol never uses of its packages: keys of other types than hybrid.
//
// age-encryption knows passphrases, X25519 and hardware keys beside hybrid ones, and @noble/post-quantum
// makes every hybrid there is as soon as it is loaded; with them come the NIST curves and scrypt, a quarter
// of the whole. The product opens and seals to `mlkem768x25519` alone (`src/protocol/age_keys.ts`). Here the
// other types become classes that throw when made. A package whose text is not the one known here ends the
// build: look again what it needs.
import { readFile } from "node:fs/promises";
import path from "node:path";

const STUB = "lean:other-recipients";
const OTHERS = ["ScryptIdentity", "ScryptRecipient", "X25519Identity", "X25519Recipient", "TagRecipient", "HybridTagRecipient"];
const STUB_TEXT = `
class Unused { constructor() { throw new Error("only hybrid keys are part of this program"); } }
export { ${OTHERS.map((name) => `Unused as ${name}`).join(", ")} };
`;

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
];

async function changed(file, { pattern, replacement, count }) {
  const text = await readFile(file, "utf8");
  const found = text.match(pattern)?.length ?? 0;
  if (found !== count) {
    return { errors: [{ text: `${path.basename(file)}: ${found} places where lean.mjs knows ${count}; look at what changed` }] };
  }
  return { contents: text.replace(pattern, replacement), loader: "js" };
}

/** An esbuild plugin: hybrid keys alone. */
export const lean = {
  name: "lean",
  setup(build) {
    build.onResolve({ filter: /^lean:/ }, (found) => ({ path: found.path, namespace: "lean", sideEffects: false }));
    build.onLoad({ filter: /.*/, namespace: "lean" }, () => ({ contents: STUB_TEXT, loader: "js" }));
    for (const change of CHANGES) build.onLoad({ filter: change.file }, (found) => changed(found.path, change));
  },
};
