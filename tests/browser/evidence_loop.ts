/**
 * One large file from a reporter's Chromium to the desk's and onto its disk: how long each way takes, what memory the
 * browser needs meanwhile, and whether what comes out is what went in. `python -m tests.bench.evidence` runs it.
 *
 * The case is told by EVIDENCE in the environment (JSON: {@link Asked}); what was found is printed as one line of JSON.
 */

import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";

import type { Browser, Page } from "puppeteer-core";

import { cardAt } from "./attach_pages.ts";
import { CHROMIUM, type Kind, withBrowser } from "./browsers.ts";
import { press } from "./desk_pages.ts";
import { ACCOUNT, touch, type } from "./report_pages.ts";

interface Asked {
  readonly intake: string;
  readonly desk: string;
  readonly member: string;
  readonly passphrase: string;
  readonly file: string;
  readonly size: number;
}

const PIECE = 16 * 1_048_576; // what is hashed in the page at a time
const PATIENCE = 3_600_000;

/** Mebibytes that a process and its children take together, shared pages counted once. */
async function memory(root: number): Promise<number> {
  const [children, rollup] = await Promise.all([
    readFile(`/proc/${root}/task/${root}/children`, "utf8").catch(() => ""),
    readFile(`/proc/${root}/smaps_rollup`, "utf8").catch(() => ""),
  ]);
  const own = Number(/\nPss:\s+(\d+)/.exec(rollup)?.[1] ?? 0) / 1_024;
  const others = await Promise.all(children.split(" ").filter(Boolean).map((child) => memory(Number(child))));
  return others.reduce((sum, each) => sum + each, own);
}

/** Runs `work`; how long it took, and by how much the browser's memory grew at most meanwhile. */
async function watched(browser: Browser, work: () => Promise<void>): Promise<{ readonly seconds: number; readonly grown: number }> {
  const root = browser.process()?.pid ?? 0;
  const before = await memory(root);
  let most = before;
  let last = Promise.resolve();
  const timer = setInterval(() => {
    last = last.then(async () => {
      most = Math.max(most, await memory(root));
    });
  }, 1_000);
  const began = performance.now();
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  const seconds = (performance.now() - began) / 1_000;
  await last;
  return { seconds, grown: most - before };
}

/** A page of the browser's one profile, which is on the disk: private windows keep in memory whatever a page writes. */
async function fresh(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(address);
  return page;
}

/** Reports with the file, and waits for the receipt. */
async function send(browser: Browser, { intake, file }: Asked): Promise<{ readonly seconds: number; readonly grown: number }> {
  const page = await fresh(browser, `${intake}/en/report/procurement`);
  await page.waitForSelector(".step-actions");
  await type(page, "#q-account", ACCOUNT);
  await touch(page, ".to-files");
  const input = await page.waitForSelector("input[type=file][multiple]");
  await input?.uploadFile(file);
  await cardAt(page, 0);
  await touch(page, ".agree"); // of such bytes nobody can say what they give away
  await touch(page, ".only");
  const found = await watched(browser, async () => {
    await touch(page, ".send");
    await page.waitForSelector(".receipt");
  });
  await page.close();
  return found;
}

/** Puts what the desk saves where the page can read it again: a file of its own for streams, else the Blob. */
async function catchSaved(page: Page): Promise<void> {
  await page.evaluate(() => {
    const wide = globalThis as unknown as { saved: Blob | FileSystemFileHandle | null; showSaveFilePicker: unknown };
    const make = URL.createObjectURL.bind(URL);
    wide.saved = null;
    URL.createObjectURL = (blob) => {
      wide.saved = blob as Blob;
      return make(blob);
    };
    wide.showSaveFilePicker = async () => {
      const root = await navigator.storage.getDirectory();
      const handle = await root.getFileHandle("saved", { create: true });
      wide.saved = handle;
      return handle;
    };
  });
}

/** The SHA-256 of each piece of what was saved. */
function savedPieces(page: Page): Promise<string[]> {
  return page.evaluate(async (size) => {
    const { saved } = globalThis as unknown as { saved: Blob | FileSystemFileHandle };
    const content = saved instanceof Blob ? saved : await saved.getFile();
    const found: string[] = [];
    for (let at = 0; at < content.size; at += size) {
      const digest = await crypto.subtle.digest("SHA-256", await content.slice(at, at + size).arrayBuffer());
      found.push([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    }
    return found;
  }, PIECE);
}

async function filePieces(path: string): Promise<string[]> {
  const file = await open(path);
  const found: string[] = [];
  for await (const piece of file.createReadStream({ highWaterMark: PIECE })) found.push(createHash("sha256").update(piece as Buffer).digest("hex"));
  return found;
}

/** Opens the case, and saves its file. */
async function take(browser: Browser, { desk, member, passphrase, size }: Asked): Promise<{ readonly seconds: number; readonly grown: number; readonly pieces: string[] }> {
  const page = await fresh(browser, `${desk}/desk`);
  await page.waitForSelector("#passphrase");
  await page.type("#name", member);
  await page.type("#passphrase", passphrase);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".case-row a");
  await touch(page, ".case-row a");
  await page.waitForSelector(".file-ways");
  await catchSaved(page);
  const found = await watched(browser, async () => {
    await press(page, "Save …", ".files");
    // A stream is asked about first, a Blob once its content is known.
    await page.waitForSelector("dialog[open]");
    await press(page, size > 536_870_912 ? "Choose where" : "Save", "dialog[open]");
    await page.waitForFunction(() => /is saved, and is the one|was handed to the browser/.test(document.querySelector(".desk-said")?.textContent ?? ""));
  });
  const pieces = await savedPieces(page);
  await page.close();
  return { ...found, pieces };
}

// Nobody listens to the network: the protocol of the developers' tools would keep up to 100 MiB of what travels, of every
// worker, in the memory that is measured here, and copy each part over to Node.
const quiet: Kind = { ...CHROMIUM, options: { ...CHROMIUM.options, networkEnabled: false } };

const asked = JSON.parse(process.env["EVIDENCE"] ?? "") as Asked;
await withBrowser(quiet, async (browser) => {
  const sent = await send(browser, asked);
  const { pieces, ...taken } = await take(browser, asked);
  const same = JSON.stringify(pieces) === JSON.stringify(await filePieces(asked.file));
  console.log(JSON.stringify({ sent, taken, same }));
});
