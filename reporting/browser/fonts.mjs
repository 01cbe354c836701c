// The fonts of posters and leaflets, from their packages into the bundle's folder, so that a wheel has them. No page
// loads them and nothing serves them: reporting/awareness/campaign/fonts.py reads them. Their licenses go with them.
import { copyFile, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = path.join(path.dirname(fileURLToPath(import.meta.url)), "node_modules");
/** File in the packages to name in the folder: Latin, Greek, Cyrillic; Arabic; the licenses. */
const FILES = {
  "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf": "NotoSans-400.ttf",
  "@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf": "NotoSans-700.ttf",
  "@expo-google-fonts/noto-sans/LICENSE_FONT": "NotoSans-OFL.txt",
  "@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf": "NotoSansArabic-400.ttf",
  "@expo-google-fonts/noto-sans-arabic/700Bold/NotoSansArabic_700Bold.ttf": "NotoSansArabic-700.ttf",
  "@expo-google-fonts/noto-sans-arabic/LICENSE_FONT": "NotoSansArabic-OFL.txt",
  "@fontsource-variable/noto-sans-sc/unicode.json": "NotoSansSC.json",
  "@fontsource-variable/noto-sans-sc/LICENSE": "NotoSansSC-OFL.txt",
};
/** Chinese comes in numbered slices, of all weights each; which character is in which, the file of ranges says. */
const SLICES = "@fontsource-variable/noto-sans-sc/files";
const SLICE = /^noto-sans-sc-(\d+)-wght-normal\.woff2$/;

/** Copies all of them into the folder `fonts` of `directory`. */
export async function addFonts(directory) {
  const folder = path.join(directory, "fonts");
  await mkdir(folder, { recursive: true });
  for (const [source, name] of Object.entries(FILES)) await copyFile(path.join(PACKAGES, source), path.join(folder, name));
  for (const name of (await readdir(path.join(PACKAGES, SLICES))).sort()) {
    const number = SLICE.exec(name)?.[1];
    if (number !== undefined) await copyFile(path.join(PACKAGES, SLICES, name), path.join(folder, `NotoSansSC-${number}.woff2`));
  }
}
