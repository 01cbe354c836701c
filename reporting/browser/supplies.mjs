// What pdf.js asks for while it draws: fonts that documents name without carrying them, tables of East Asian
// encodings, and the decoders of JBIG2 and JPEG 2000. The viewer has no network: the desk hands it this file.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { zipSync } from "fflate";

/** Its plain name in the manifest. */
export const SUPPLIES = "viewer-supplies.zip";

const PACKAGE = path.join(path.dirname(fileURLToPath(import.meta.url)), "node_modules/pdfjs-dist");
/** Folders in the package, as pdf.js calls them when it asks, and what is taken of them; licenses go with it. */
const FOLDERS = {
  cMapUrl: ["cmaps", /\.bcmap$|^LICENSE/],
  standardFontDataUrl: ["standard_fonts", /\.(pfb|ttf)$|^LICENSE/],
  wasmUrl: ["wasm", /^(jbig2|openjpeg)\.wasm$|^LICENSE/],
};
// Zip keeps local times from 1980 on; this one is the same wherever it is built.
const WHEN = new Date(1980, 0, 1);

/** The file, the same from the same package. */
export async function supplies() {
  const files = {};
  for (const [kind, [folder, wanted]] of Object.entries(FOLDERS)) {
    const names = (await readdir(path.join(PACKAGE, folder))).filter((name) => wanted.test(name)).sort();
    for (const name of names) files[`${kind}/${name}`] = await readFile(path.join(PACKAGE, folder, name));
  }
  return { name: SUPPLIES, content: Buffer.from(zipSync(files, { mtime: WHEN, level: 9 })) };
}
