/** Files on the reporters' pages, as tests pick, drop and paste them, and read what a page saves. */

import { rmSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { ElementHandle, Page } from "puppeteer-core";

import { textOf } from "./report_pages.ts";

/** Real files with planted traces; see `make fixtures`. */
export const HIDDEN = path.resolve("../../tests/fixtures/hidden");

/** What `python -m tests.fixtures` plants in every picture. */
export const PLANTED = ["PlantCam", "SN4471PLANT", "Plantograd", "planted remark"] as const;

/** A file as a page is given it. */
export interface Given {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
}

/** A file with that content. */
export function given(name: string, content: string | Uint8Array, type = ""): Given {
  return { name, type, base64: Buffer.from(content).toString("base64") };
}

/** The fixture of that name, under another one. */
export async function fixture(file: string, name = file): Promise<Given> {
  return given(name, await readFile(path.join(HIDDEN, file)), "image/jpeg");
}

const folders: string[] = [];
// Browsers read a picked file when they need it.
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Picks files by the page's own way to choose them. */
export async function pick(page: Page, files: readonly Given[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "reporting-files-"));
  folders.push(folder);
  const paths: string[] = [];
  for (const { name, base64 } of files) {
    paths.push(path.join(folder, name));
    await writeFile(path.join(folder, name), Buffer.from(base64, "base64"));
  }
  const input = await page.waitForSelector("input[type=file][multiple]");
  await input?.uploadFile(...paths);
}

/** Drops files on the middle of the page, or pastes them; whether the browser would still do with them what it does by itself. */
export function bring(page: Page, how: "drop" | "paste", files: readonly Given[]): Promise<boolean> {
  return page.evaluate(
    (kind, list) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of list) data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }));
      const common = { bubbles: true, cancelable: true };
      const event = kind === "drop" ? new DragEvent("drop", { ...common, dataTransfer: data }) : new ClipboardEvent("paste", common);
      if (kind === "paste") Object.defineProperty(event, "clipboardData", { value: data }); // Firefox takes none from a test
      return document.querySelector("main")?.dispatchEvent(event) ?? true;
    },
    how,
    files,
  );
}

/** The card at that place, once every file was looked into. */
export async function cardAt(page: Page, place: number): Promise<ElementHandle> {
  await page.waitForFunction(
    (wanted) => {
      const cards = [...document.querySelectorAll<HTMLElement>(".file-card")];
      return cards.length > wanted && cards.every((card) => ["ready", "undecided", "unreadable"].includes(card.dataset["state"] ?? ""));
    },
    {},
    place,
  ).catch(async (error: unknown) => {
    throw new Error(`no card ${place} in: ${await page.evaluate(() => document.querySelector(".add-files")?.parentElement?.textContent ?? "a page without files")}`, { cause: error });
  });
  const card = (await page.$$(".file-card"))[place];
  if (card === undefined) throw new Error("no such card");
  return card;
}

/** What stands on the card at that place. */
export async function cardText(page: Page, place: number): Promise<string> {
  return (await cardAt(page, place)).evaluate((card) => card.textContent);
}

/** Titles of the cards, in order. */
export function cardNames(page: Page): Promise<string[]> {
  return page.$$eval(".file-card .file-title bdi", (found) => found.map((one) => one.textContent));
}

/** Keeps what the page saves from now on; answers with what was saved last, once something was. */
export async function watchSaving(page: Page): Promise<() => Promise<Buffer>> {
  await page.evaluate(() => {
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob: Blob): string => {
      const reader = new FileReader();
      reader.onload = () => {
        document.body.dataset["saved"] = typeof reader.result === "string" ? (reader.result.split(",")[1] ?? "") : "";
      };
      reader.readAsDataURL(blob);
      return make(blob);
    };
  });
  return async () => {
    const handle = await page.waitForFunction(() => document.body.dataset["saved"]);
    const saved = await page.evaluate(() => {
      const text = document.body.dataset["saved"] ?? "";
      delete document.body.dataset["saved"];
      return text;
    });
    await handle.dispose();
    return Buffer.from(saved, "base64");
  };
}

/** Waits until `words` are to be read in what matches `selector`. */
export async function says(page: Page, selector: string, words: string): Promise<void> {
  await page
    .waitForFunction((where, wanted) => [...document.querySelectorAll(where)].some((found) => found.textContent.includes(wanted)), {}, selector, words)
    .catch(async (error: unknown) => {
      throw new Error(`${selector} does not say “${words}” but: ${await textOf(page, "main")}`, { cause: error });
    });
}
