/** Files in a report, in real browsers: added in every way, looked into, cleaned, decided on, sent, answered, saved. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { unzipSync, zipSync } from "fflate";
import type { Page } from "puppeteer-core";

import { HIDDEN, PLANTED, bring, cardAt, cardNames, cardText, fixture, given, pick, says, watchSaving } from "./attach_pages.ts";
import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { Scene } from "./desk_scene.ts";
import { type Front, type Verdict, startFront } from "./front.ts";
import { ACCOUNT, complaints, hasFocus, openedFor, shownCode, textOf, touch, type, usingForm, wouldAsk } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const MIB = 1_048_576;

let service: DemoService;
let front: Front;
let verdict: (request: string) => Verdict = () => "pass";
before(async () => {
  service = await startService();
  front = await startFront(service.intake, (request) => verdict(request));
});
after(async () => {
  front.close();
  await service.stop();
});

function address(language = "en"): string {
  return `${front.address}/${language}/report/procurement`;
}

/** A document that is clean but for a picture within it, which no module can clean: its end is missing. */
async function partlyCleaned(): Promise<Uint8Array> {
  const parts = unzipSync(await readFile(path.join(HIDDEN, "text.docx")));
  const [name = ""] = Object.keys(parts).filter((one) => one.endsWith(".jpeg") || one.endsWith(".jpg"));
  const picture = parts[name];
  assert.ok(picture !== undefined);
  return zipSync({ ...parts, [name]: picture.subarray(0, picture.length - 2) });
}

function onPages(kind: Kind): void {
  const opened = openedFor(kind);
  const withForm = (use: (page: Page) => Promise<void>, where = address()): Promise<void> => usingForm(opened.browser, where, use);
  const codes: string[] = [];

  it("are added by picking, dropping and pasting; nothing of them leaves the device before they are sent", () =>
    withForm(async (page) => {
      await touch(page, ".to-files");
      assert.ok(await hasFocus(page, ".add-files"));
      const from = front.seen.length;
      await pick(page, [await fixture("photo.jpg", "IMG_20260101_120301.jpg")]);
      assert.equal(await bring(page, "drop", [given("notes.txt", "Third drawer, left.", "text/plain")]), false);
      assert.equal(await bring(page, "paste", [given("offer.xyz", randomBytes(3_000))]), false);
      await cardAt(page, 2);
      assert.deepEqual(await cardNames(page), ["photo-1.jpg", "notes.txt", "offer.xyz"]);
      const asked = front.seen.slice(from);
      assert.deepEqual(asked.filter((request) => !request.startsWith("GET ")), []);
      assert.equal(await wouldAsk(page), true);
      assert.match(await textOf(page, "attached-files"), /Up to 16 files at a time, each of up to 2\.1 GB, together up to 5\.4 GB/);
    }));

  it("say what they give away, are cleaned, may be kept as they are, and wait for a decision where they cannot be cleaned", () =>
    withForm(async (page) => {
      await touch(page, ".to-files");
      await pick(page, [await fixture("photo.jpg", "IMG_20260101_120301.jpg"), given("offer.xyz", randomBytes(3_000))]);
      const said = await cardText(page, 0);
      for (const words of ["Where it was made", "Plantograd", "SN4471PLANT", "All that stands above is removed", "pale dots", "Its own name may tell something"]) assert.ok(said.includes(words), words);
      assert.match(await cardText(page, 1), /nothing of that is removed/);
      assert.deepEqual(await complaints(page), []);
      await touch(page, ".file-card:first-child input[id$=keep]");
      assert.match(await cardText(page, 0), /Nothing is removed/);
      await touch(page, ".file-card:first-child input[id$=remove]");
      await touch(page, ".only");
      await says(page, "attached-files", "One file needs your decision first.");
      assert.equal(await page.$(".review"), null);
      await touch(page, ".leave-out");
      assert.deepEqual(await cardNames(page), ["photo-1.jpg"]);
      await touch(page, ".undo-remove");
      assert.deepEqual(await cardNames(page), ["photo-1.jpg", "offer.xyz"]);
      await touch(page, ".agree");
      assert.deepEqual(await complaints(page), []);
    }));

  it("are never called clean where only a part of them could be looked into, but wait for a decision beside what stays", () =>
    withForm(async (page) => {
      await touch(page, ".to-files");
      await pick(page, [given("offer.docx", await partlyCleaned())]);
      const said = await cardText(page, 0);
      assert.doesNotMatch(said, /All that stands above|No hidden traces/);
      assert.match(await textOf(page, ".file-card .warning"), /cannot be cleaned here and stays as it is\. ?Decide whether/);
      assert.equal(await page.$eval(".file-stays", (note) => note.classList.contains("help")), false);
      await touch(page, ".agree");
      await says(page, ".file-stays", "stays as it is");
      assert.deepEqual(await complaints(page), []);
    }));

  it("get another name, their own again or a plain one, and keep their ending", () =>
    withForm(async (page) => {
      await touch(page, ".to-files");
      await pick(page, [await fixture("photo.jpg", "Maria Lopez 2026.jpg")]);
      await cardAt(page, 0);
      await touch(page, ".file-name summary");
      await touch(page, ".other-name");
      assert.deepEqual(await cardNames(page), ["Maria Lopez 2026.jpg"]);
      await page.$eval(".file-name input", (field) => {
        (field).value = "the wall.exe";
        field.dispatchEvent(new Event("change"));
      });
      assert.deepEqual(await cardNames(page), ["the wall.jpg"]);
      await touch(page, ".remove-file");
      assert.ok(await hasFocus(page, ".undo-remove"));
      assert.equal((await page.$$(".file-card")).length, 0);
    }));

  it("have parts blacked out by keyboard and by hand, and the parts are gone from the picture", () =>
    withForm(async (page) => {
      await touch(page, ".to-files");
      await pick(page, [await fixture("photo.jpg")]);
      await cardAt(page, 0);
      await touch(page, ".black-out");
      await page.waitForSelector(".redaction canvas");
      assert.deepEqual(await complaints(page), []);
      await page.keyboard.press("ArrowUp");
      await says(page, ".redaction", "Frame: ");
      await page.keyboard.press("Enter");
      await says(page, ".redaction", "One part is black.");
      const box = await (await page.$(".redaction canvas"))?.boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + 2, box.y + 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width - 4, box.y + box.height / 4, { steps: 3 });
      await page.mouse.up();
      await says(page, ".redaction", "2 parts are black.");
      await touch(page, ".undo-black");
      await says(page, ".redaction", "One part is black.");
      await touch(page, ".use-picture");
      await page.waitForSelector(".unredact");
      assert.match(await cardText(page, 0), /Parts are blacked out/);
      await touch(page, ".unredact");
      await page.waitForFunction(() => document.querySelector(".unredact") === null);
      assert.match(await cardText(page, 0), /Plantograd/);
    }));

  it("go with the report over a line that breaks, and lie in the mailbox without what they gave away", () =>
    withForm(async (page) => {
      let broken = 0;
      verdict = (request) => (request.startsWith("PUT /api/uploads/") && ++broken % 3 === 1 ? "break" : "pass");
      await type(page, "#q-account", ACCOUNT);
      await touch(page, ".to-files");
      await pick(page, [await fixture("photo.jpg"), given("notes.bin", randomBytes(2 * MIB))]);
      await cardAt(page, 1);
      await touch(page, ".agree");
      await touch(page, ".only");
      assert.match(await textOf(page, ".review-files"), /photo\.jpg.*Removed: .*notes\.bin.*Goes out as it is/s);
      assert.deepEqual(await complaints(page), []);
      await touch(page, ".send");
      await page.waitForSelector(".files-sending");
      await says(page, ".files-sending", "of 2");
      await page.waitForSelector(".receipt");
      verdict = () => "pass";
      assert.ok(broken > 3);
      assert.equal(await page.$("attached-files"), null);
      codes.push((await shownCode(page)).words.join(" "));
    }));

  it("are stopped by the person, who then sends without starting over", () =>
    withForm(async (page) => {
      verdict = (request) => (request.startsWith("PUT /api/uploads/") ? "break" : "pass");
      await type(page, "#q-account", ACCOUNT);
      await pick(page, [given("notes.txt", "Third drawer, left.", "text/plain")]);
      await cardAt(page, 0);
      await touch(page, ".only");
      await touch(page, ".send");
      await says(page, ".files-sending", "It goes on by itself.");
      await touch(page, ".pause");
      await says(page, ".files-sending", "Paused");
      await touch(page, ".cancel-sending");
      await says(page, "[data-notice=stopped]", "nobody got your report");
      assert.match(await textOf(page, ".review-files"), /notes\.txt/);
      verdict = () => "pass";
      await touch(page, ".send");
      await page.waitForSelector(".receipt");
    }));

  it("that changed on the device since they were picked are not sent half, but added again", () =>
    withForm(async (page) => {
      await type(page, "#q-account", ACCOUNT);
      await touch(page, ".to-files");
      const [where = ""] = await pick(page, [given("list.bin", randomBytes(MIB))]);
      await cardAt(page, 0);
      await touch(page, ".agree");
      await rm(where);
      await touch(page, ".only");
      await says(page, ".file-card", "or this browser can no longer read it");
      assert.equal(await page.$(".review"), null);
      assert.equal(await page.$eval("#q-account", (field) => (field as HTMLTextAreaElement).value), ACCOUNT);
    }));

  it("are not in a draft, which says so", () =>
    withForm(async (page) => {
      await type(page, "#q-account", ACCOUNT);
      await pick(page, [given("notes.txt", "Third drawer, left.", "text/plain")]);
      await cardAt(page, 0);
      await touch(page, ".save-draft");
      assert.match(await textOf(page, ".draft-saved"), /Your files are not in it/);
      await touch(page, ".go-on");
      assert.equal((await page.$$(".file-card")).length, 1);
      assert.equal(await wouldAsk(page), true);
    }));

  it("are followed by more from both sides in the mailbox, saved whole, and wiped with it", async () => {
    const page = await opened.browser.newPage();
    try {
      const [code = ""] = codes;
      await page.setViewport({ width: 320, height: 640 });
      await page.goto(`${front.address}/en/mailbox`);
      await page.waitForSelector("#code");
      await page.$eval("#code", (field, value) => { (field as HTMLTextAreaElement).value = value; }, code);
      await touch(page, ".code-form button[type=submit]");
      await page.waitForSelector(".received-file");
      assert.deepEqual(await page.$$eval(".received-file bdi", (found) => found.map((one) => one.textContent)), ["photo.jpg", "notes.bin"]);
      const saved = await watchSaving(page);
      await touch(page, ".save-received");
      const photo = await saved();
      assert.ok(photo.length > 500);
      for (const words of PLANTED) assert.ok(!photo.includes(words), words);
      await says(page, ".received-file", "It is whole");

      await page.type(".follow-up textarea", "More is in the cellar.");
      assert.equal(await bring(page, "drop", [given("cellar.txt", "Second shelf.", "text/plain")]), false);
      await cardAt(page, 0);
      assert.deepEqual(await complaints(page), []);
      await touch(page, ".follow-up button[type=submit]");
      await says(page, ".case", "The site has signed for it");
      await says(page, ".received-file", "cellar.txt");
      assert.equal((await page.$$(".file-card")).length, 0);

      const scene = new Scene(service);
      const desk = await scene.anew("intake");
      const id = (await page.$eval(".people .code", (found) => found.textContent));
      await desk.engine.openCase(id);
      const plan = { name: "plan.pdf", type: "application/pdf", content: new Blob([randomBytes(70_000)]) };
      await desk.engine.reply(id, "Is it this cellar?", [plan], () => undefined);
      await pick(page, [given("kept.txt", "still here", "text/plain")]);
      await cardAt(page, 0);
      await page.evaluate(() => { [...document.querySelectorAll("button")].find((one) => one.textContent === "Look again")?.click(); });
      await says(page, ".received-file", "plan.pdf");
      assert.equal((await page.$$(".file-card")).length, 1);
      assert.match(await textOf(page, ".case"), /A saved file stays on this device/);
      await touch(page, '[aria-label="Save plan.pdf"]');
      assert.deepEqual(await saved(), Buffer.from(await plan.content.arrayBuffer()));
      assert.equal(await wouldAsk(page), true);
      await page.evaluate(() => { window.dispatchEvent(new Event("pagehide")); });
      assert.deepEqual([await page.$("attached-files"), await page.$(".received-file")], [null, null]);
    } finally {
      await page.close();
    }
  });

  it("say in Arabic, from right to left, what they say in English", () =>
    withForm(async (page) => {
      await pick(page, [await fixture("photo.jpg", "IMG_20260101_120301.jpg")]);
      await cardAt(page, 0);
      assert.equal(await page.$eval(".file-card", (card) => getComputedStyle(card).direction), "rtl");
      assert.deepEqual(await complaints(page), []);
    }, address("ar")));
}

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`files of a reporter in ${kind.name}`, { skip: skipReason(kind) }, () => {
    onPages(kind);
  });
}
