/** Files at the desk, in real browsers, against a running service: viewing what strangers sent, saving, attaching, evidence. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { strFromU8, unzipSync } from "fflate";
import type { Browser, ElementHandle, Frame, Page } from "puppeteer-core";

import type { OutgoingFile } from "../../reporting/browser/src/evidence/types.ts";
import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { type Canary, startCanary } from "./canary.ts";
import { SHUT, enter, gone, openAs, openCase, press, retype, says, takeFiles, texts } from "./desk_pages.ts";
import { type Filed, Scene } from "./desk_scene.ts";
import { type Hostile, hostileSet, png } from "./hostile.ts";
import { type Open, NARROW, WIDE, complaints, isFine, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const TABLE = "to;amount\nMüller;12,5\n";
const MOST = 16; // files of one entry

let service: DemoService;
let scene: Scene;
let canary: Canary;

before(async () => {
  service = await startService();
  scene = new Scene(service);
  canary = await startCanary();
});

after(async () => {
  canary.close();
  await service.stop();
});

function outgoing({ name, bytes }: Pick<Hostile, "name" | "bytes">): OutgoingFile {
  return { name, type: "application/octet-stream", content: new Blob([bytes as BlobPart]) };
}

/** The viewer's frame, once it shows something. */
async function viewerOf(page: Page): Promise<Frame> {
  const element = await page.waitForSelector(".viewing-frame iframe");
  assert.ok(element);
  const frame = await element.contentFrame();
  await frame.waitForSelector(".stage > *");
  await page.waitForSelector(".viewing-state[hidden]");
  return frame;
}

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`files at the desk in ${kind.name}`, { skip: skipReason(kind) }, () => {
    hostileFiles(kind);
    ownFiles(kind);
  });
}

function hostileFiles(kind: Kind): void {
  let open: Open;
  let page: Page;
  let set: Hostile[];
  let filed: Filed;
  const requests: string[] = [];

  before(async () => {
    set = hostileSet(canary.address);
    assert.ok(set.length <= MOST);
    filed = await scene.file(`Harmful files, says ${kind.name}.`, [], null, set.map(outgoing));
    open = await openBrowser(kind);
    page = await openAs(open.browser, service, "intake");
    page.on("request", (request) => requests.push(request.url()));
    await page.evaluate(() => {
      addEventListener("message", ({ data }) => {
        (globalThis as { heard?: unknown }).heard = data;
      });
    });
    await openCase(page, filed.case);
  });

  after(async () => {
    await open.close();
  });

  it("lists them with names and sizes", async () => {
    assert.deepEqual(await texts(page, ".report .file-name"), set.map(({ name }) => name));
    await isFine(page);
  });

  for (const { name, ends, labels } of hostileSet("http://127.0.0.1:9/")) {
    it(`${name}: ${ends}, and nothing of it runs`, async () => {
      await press(page, `View ${name}`, ".report");
      if (ends === "shown") {
        const frame = await viewerOf(page);
        assert.equal(await frame.evaluate(() => (globalThis as { ran?: boolean }).ran ?? false), false);
        assert.equal(await frame.evaluate(() => document.querySelectorAll("script").length), 1);
      } else await page.waitForSelector(".viewing-refused");
      if (name === "endless.xlsx") await says(page, ".viewing-refused", "It took too long, so it was stopped.");
      const shown = await page.$$eval(".viewing .file-labels [data-label]", (all) => all.map((one) => one.getAttribute("data-label") ?? ""));
      assert.deepEqual(shown.sort(), [...labels].sort());
      if (name === "drawing.svg" || name === "zeros.zip") assert.deepEqual(await complaints(page), []);
      await press(page, "Close", ".viewing");
      await gone(page, ".viewing");
    });
  }

  it("ran nothing, asked for nothing, and lives", async () => {
    assert.deepEqual(canary.heard, []);
    const foreign = requests.filter((address) => !address.startsWith(`${service.desk}/`) && !/^(blob|data):/u.test(address));
    assert.deepEqual(foreign, []);
    assert.match(await page.title(), /^Case [0-9a-f]{8} · Desk$/);
    assert.equal(await page.evaluate(() => (globalThis as { heard?: unknown }).heard ?? null), null);
    assert.equal(page.frames().length, 1);
    assert.equal(new URL(page.url()).pathname, `/desk/cases/${filed.case}`);
    await says(page, ".evidence .openings", "viewed it");
  });

  it("gives the frame no origin, no network and no way out", async () => {
    await press(page, "View plain.png", ".report");
    const frame = await viewerOf(page);
    const address = canary.address;
    const found = await frame.evaluate(async (away) => {
      const results: Record<string, string> = { origin: globalThis.origin };
      const acts: Readonly<Record<string, () => unknown>> = {
        top() { return (parent as unknown as { document: Document }).document.title; },
        fetch() { return fetch(away); },
        own() { return fetch("/api/session"); },
        storage() { return localStorage.length; },
        cookie() { return document.cookie; },
        code() { return (document.createElement("script").text = "1"); },
        markup() { document.body.insertAdjacentHTML("beforeend", "<b>"); },
      };
      for (const [name, act] of Object.entries(acts)) {
        try {
          await act();
          results[name] = "allowed";
        } catch {
          results[name] = "refused";
        }
      }
      return results;
    }, address);
    assert.deepEqual(found, { origin: "null", top: "refused", fetch: "refused", own: "refused", storage: "refused", cookie: "refused", code: "refused", markup: "refused" });
    assert.deepEqual(canary.heard, []);
    await page.keyboard.press("Escape");
    await gone(page, ".viewing");
  });

  it("saves with a warning that names what it is by its content", async () => {
    const taken = await takeFiles(page);
    await press(page, "Save page.png", ".report");
    await says(page, "dialog", "web page");
    await says(page, "dialog", "Its name promises another kind of file than it is.");
    await isFine(page);
    await press(page, "Save", "dialog");
    assert.equal(strFromU8(await taken()), strFromU8(set.find(({ name }) => name === "page.png")?.bytes ?? new Uint8Array()));
    await says(page, ".evidence .openings", "saved it");
    await says(page, ".history", "saved a file");
  });
}

function ownFiles(kind: Kind): void {
  let open: Open;
  let browser: Browser;
  let page: Page;
  let filed: Filed;
  let folder: string;
  const words = `A table and a text, says ${kind.name}.`;

  before(async () => {
    const files = [
      outgoing({ name: "payments.csv", bytes: new TextEncoder().encode(TABLE) }),
      outgoing({ name: "will be damaged.png", bytes: new Uint8Array(randomBytes(3_000_000)) }),
    ];
    filed = await scene.file(words, [], null, files);
    folder = await mkdtemp(path.join(tmpdir(), "reporting-files-"));
    open = await openBrowser(kind);
    ({ browser } = open);
    page = await openAs(browser, service, "intake");
    await openCase(page, filed.case);
  });

  after(async () => {
    await open.close();
    await rm(folder, { recursive: true });
  });

  it("shows a table, by keys alone", async () => {
    await page.focus(".report .file button");
    await page.keyboard.press("Enter");
    const frame = await viewerOf(page);
    assert.deepEqual(await frame.$$eval("tbody td", (cells) => cells.map((cell) => cell.textContent)), ["to", "amount", "Müller", "12,5"]);
    await page.setViewport(NARROW);
    assert.ok(await frame.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
    await page.setViewport(WIDE);
    await frame.focus("[role=region]");
    await page.keyboard.press("Escape");
    await gone(page, ".viewing");
    await page.waitForFunction(() => document.activeElement?.textContent === "View");
  });

  for (const act of ["View", "Save"]) {
    it(`shows and hands out nothing where it is locked while it looks at a file: ${act}`, async () => {
      await takeFiles(page);
      await page.evaluate(HOLD_JUDGING);
      await press(page, `${act} payments.csv`, ".report");
      await page.waitForFunction(() => (globalThis as unknown as Held).judging.held.length === 1);
      await press(page, "Lock", "#bar");
      await page.waitForSelector(SHUT);
      await page.evaluate(() => { (globalThis as unknown as Held).judging.held[0]?.(); });
      await page.waitForFunction(() => (globalThis as unknown as Held).judging.answered === 1);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
      assert.equal(await page.$("dialog[open]"), null);
      assert.equal(page.frames().length, 1);
      assert.equal(await page.evaluate("taken"), null);
      assert.doesNotMatch(await page.$eval("body", (body) => body.innerHTML), /payments/);
      await enter(page, service, "intake");
      await page.waitForSelector(".report .file");
    });
  }

  it("takes files along with the case, with their hashes", async () => {
    const taken = await takeFiles(page);
    await press(page, "Save as a zip …");
    await page.waitForSelector("dialog[open] [name=files]");
    await isFine(page);
    await page.click("[name=files]");
    await press(page, "Make the file");
    const files = unzipSync(await taken());
    const within = (name: string): Uint8Array => files[`case-${filed.case}/${name}`] ?? new Uint8Array();
    assert.equal(strFromU8(within("files/1-payments.csv")), TABLE);
    const { files: listed } = JSON.parse(strFromU8(within("evidence.json"))) as { files: Record<string, unknown>[] };
    const own = createHash("sha256").update(TABLE).digest("hex");
    assert.deepEqual(listed.map((one) => [one["name"], one["opened_file"], one["sha256_of_opened_file"] === own]), [
      ["payments.csv", "files/1-payments.csv", true],
      ["will be damaged.png", "files/2-will be damaged.png", false],
    ]);
    assert.match(strFromU8(within("evidence.csv")), /payments\.csv,.*\(view\); .*\(download\)/);
    assert.match(strFromU8(within("SHA256SUMS")), new RegExp(`${own} {2}files/1-payments\\.csv`));
  });

  it("shows nothing of a file whose parts the server gives in another order, and says so", async () => {
    await swap(service.folder);
    await press(page, "View will be damaged.png", ".report");
    await says(page, ".file .fault", "Nothing of it is shown or kept.");
    await gone(page, ".file-progress");
    assert.equal(await page.$(".viewing"), null);
    await isFine(page);
  });

  it("attaches files to a reply, without what they give away", async () => {
    const picture = path.join(folder, "answer.png");
    await writeFile(picture, png(32, 32));
    await retype(page, "#composer-text", "Here is what we found.");
    const field = (await page.waitForSelector("#attach")) as ElementHandle<HTMLInputElement>;
    await field.uploadFile(picture);
    await says(page, ".attaching .file-name", "answer.png");
    await says(page, ".attaching .file-size", "PNG picture");
    await says(page, "#attach-limits", "of 2.1 GB each");
    await isFine(page);
    await press(page, "Take answer.png out");
    await gone(page, ".attaching .file");
    await press(page, "Undo");
    await says(page, ".attaching .file-name", "answer.png");
    await press(page, "Send to the reporter");
    await says(page, ".thread .file-name", "answer.png");
    await gone(page, ".attaching .file");
    const { found, engine } = await scene.atMailbox(filed);
    const sent = found.entries.flatMap(({ files }) => files).find(({ name }) => name === "answer.png");
    assert.ok(sent);
    const opened = await engine.openFile(filed.case, sent.entry, sent.place, () => undefined);
    assert.deepEqual(new Uint8Array(await opened.arrayBuffer()), new Uint8Array(png(32, 32)));
  });

  it("marks a file, and lists the evidence on the screen and in files", async () => {
    await press(page, "Mark answer.png");
    await page.select("#mark", "redacted-copy");
    const other = await page.$eval("#mark-of option:nth-child(3)", (option) => (option).value);
    await page.select("#mark-of", other);
    await isFine(page);
    await press(page, "Mark", ".mark-form");
    await says(page, ".evidence .tag", "redacted copy of “will be damaged.png”");
    const taken = await takeFiles(page);
    await press(page, "Save the list as CSV");
    assert.match(strFromU8(await taken()), /,answer\.png,image\/png,/);
    if (kind !== CHROMIUM) return; // Firefox has no way to ask for it
    await page.emulateMediaType("print");
    assert.ok(await page.$eval(".evidence .hash", (hash) => hash.getClientRects().length > 0 && /^[0-9a-f]{64}$/.test(hash.textContent)));
    await page.emulateMediaType("screen");
  });
}

interface Held {
  readonly judging: { readonly held: readonly (() => void)[]; readonly answered: number };
}

/** Keeps from workers that judge what they are asked, until `judging.held[0]()`; counts their answers. */
const HOLD_JUDGING = `globalThis.judging = { held: [], answered: 0, Worker: globalThis.judging?.Worker ?? Worker };
globalThis.Worker = class extends judging.Worker {
  constructor(address) {
    super(address);
    if (!String(address).includes("judging-worker")) return;
    this.postMessage = (...sent) => judging.held.push(() => super.postMessage(...sent));
    this.addEventListener("message", () => judging.answered++);
  }
}; 0`;

const SWAP = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=30)
large = database.execute("SELECT upload_id FROM upload_part WHERE size = 1048576 GROUP BY upload_id HAVING count(*) > 1").fetchall()
for before, after in ((0, 99), (1, 0), (99, 1)):
    database.executemany(f"UPDATE upload_part SET number = {after} WHERE number = {before} AND upload_id = ?", large)
database.commit()
print(len(large))
`;

/** Puts the first two parts of every larger file in the other order, as a dishonest server would. */
async function swap(data: string): Promise<void> {
  const python = path.resolve("../../.venv/bin/python");
  const { stdout } = await promisify(execFile)(python, ["-c", SWAP, path.join(data, "server", "reporting.sqlite")]);
  assert.ok(Number(stdout) > 0);
}
