/** Removing irrelevant personal data item by item: by engine, with a dishonest server, and in a browser on both sides. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { unzipSync } from "fflate";
import type { Page } from "puppeteer-core";

import type { ShownCase, ShownEntry } from "../../reporting/browser/src/client/shown.ts";
import { Malformed, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { openAs, openCase, press, retype, says, texts } from "./desk_pages.ts";
import { type Filed, Scene } from "./desk_scene.ts";
import { looksFine, openMailbox, openedFor } from "./report_pages.ts";
import { startService } from "./service.ts";
import type { Made } from "../../reporting/browser/src/workers/desk_api.ts";

const WORDS = "Ms N. lives next door to them.";
const WHY = "Somebody who has nothing to do with it.";

function saying(found: ShownCase, text: string): ShownEntry {
  const entry = found.entries.find(({ content }) => content?.type === "text" && content.text === text);
  assert.ok(entry);
  return entry;
}

function filesOf({ bytes }: Made): string[] {
  return Object.keys(unzipSync(bytes));
}

describe("removing irrelevant personal data", () => {
  let scene: Scene;

  before(async () => {
    scene = new Scene(await startService());
  });
  after(() => scene.service.stop());

  it("takes away the words of an entry, and both sides see who did, when and why", async () => {
    const filed = await scene.file("They share the contracts among them.");
    const { engine } = await scene.at("intake");
    await engine.openCase(filed.case);
    const { id: entry } = saying(await engine.reply(filed.case, WORDS), WORDS);
    await engine.changeStatus(filed.case, "acknowledged", "");
    const removing = { entry, file: null, reason: WHY };
    await assert.rejects(engine.protect(filed.case, { type: "remove", removing: { ...removing, reason: " " } }), Malformed);
    const found = await engine.protect(filed.case, { type: "remove", removing });
    assert.deepEqual(found.left, []);
    for (const shown of [found, await scene.mailbox(filed)]) {
      const gone = shown.entries.find(({ id }) => id === entry);
      assert.deepEqual([gone?.state, gone?.content, gone?.removed?.reason], ["removed", null, WHY]);
      assert.doesNotMatch(JSON.stringify(shown), /lives next door/);
      assert.deepEqual([shown.warnings, shown.status?.status, shown.otherStatuses], [[], "acknowledged", []]);
      assert.equal(shown.statusMayBeOlder, false);
    }
  });

  it("leaves what stands for a step of the case, and the report", async () => {
    const filed = await scene.file("They share the contracts among them.");
    const { engine } = await scene.at("intake");
    await engine.openCase(filed.case);
    const found = await engine.changeStatus(filed.case, "acknowledged", "");
    for (const { id: entry } of found.entries) {
      await assert.rejects(engine.protect(filed.case, { type: "remove", removing: { entry, file: null, reason: WHY } }), Refused);
    }
  });

  it("is a note for the team only where the team alone could read it", async () => {
    const filed = await scene.file("They share the contracts among them.");
    const { engine } = await scene.at("intake");
    await engine.openCase(filed.case);
    const { id: entry } = saying(await engine.note(filed.case, WORDS), WORDS);
    const { id: told } = saying(await engine.reply(filed.case, "Thank you."), "Thank you.");
    const marked = await engine.protect(filed.case, { type: "remove", removing: { entry: told, file: null, reason: WHY } });
    assert.deepEqual([marked.status, marked.statusMayBeOlder], [null, true]);
    assert.equal((await engine.changeStatus(filed.case, "acknowledged", "")).statusMayBeOlder, false);
    const found = await engine.protect(filed.case, { type: "remove", removing: { entry, file: null, reason: "For the team." } });
    assert.deepEqual([found.entries.find(({ id }) => id === entry)?.removed?.reason, found.statusMayBeOlder], ["For the team.", false]);
    assert.doesNotMatch(JSON.stringify(await scene.mailbox(filed)), /For the team/);
  });

  it("takes away one file, names it still, and says why", async () => {
    const files = [{ name: "list.txt", type: "text/plain", content: new Blob(["Everybody in the street"]) }];
    const filed = await scene.file("They share the contracts among them.", [], null, files);
    const { engine } = await scene.at("intake");
    const opened = await engine.openCase(filed.case);
    const [file] = opened.entries.flatMap((entry) => entry.files);
    assert.ok(file);
    const found = await engine.protect(filed.case, { type: "remove", removing: { entry: file.entry, file: 0, reason: WHY } });
    for (const shown of [found, await scene.mailbox(filed)]) {
      const [gone] = shown.entries.flatMap((entry) => entry.files);
      assert.deepEqual([gone?.name, gone?.removed?.reason, shown.warnings], ["list.txt", WHY, []]);
    }
    await assert.rejects(engine.openFile(filed.case, file.entry, 0, "view", () => undefined));
    assert.ok(!filesOf(await engine.exportCase(filed.case, true)).some((name) => name.endsWith("list.txt")));
  });

  it("hides no file by the signed word alone, which a program of one's own can send as any entry", async () => {
    const content = new Blob(["Everybody in the street"]);
    const filed = await scene.file("They share the contracts among them.", [], null, [{ name: "list.txt", type: "text/plain", content }]);
    const desk = await scene.at("intake");
    const [file] = (await desk.engine.openCase(filed.case)).entries.flatMap((entry) => entry.files);
    assert.ok(file);
    desk.intercept = (address, body, send) => {
      if (!address.endsWith("/removals")) return null;
      const { audience, epoch, entry } = JSON.parse(body) as Record<string, unknown>;
      return send(JSON.stringify({ audience, epoch, entry }), address.replace("/removals", "/entries"));
    };
    await desk.engine.protect(filed.case, { type: "remove", removing: { entry: file.entry, file: 0, reason: WHY } });
    const { found, engine } = await scene.atMailbox(filed);
    assert.equal(found.entries.flatMap((entry) => entry.files)[0]?.removed?.reason, WHY);
    assert.equal(await (await engine.openFile(filed.case, file.entry, 0, () => undefined)).text(), await content.text());
    assert.equal(await (await desk.engine.openFile(filed.case, file.entry, 0, "view", () => undefined)).text(), await content.text());
    assert.ok(filesOf(await desk.engine.exportCase(filed.case, true)).some((name) => name.endsWith("list.txt")));
  });

  it("is told as missing where the server drops an entry that nobody signed for", async () => {
    const filed = await scene.file("They share the contracts among them.");
    const desk = await scene.at("intake");
    await desk.engine.openCase(filed.case);
    const { id: entry, sha256 } = saying(await desk.engine.reply(filed.case, WORDS), WORDS);
    desk.spoil = (address, body) => {
      if (!address.includes(`${filed.case}/entries`)) return null;
      const page = JSON.parse(body) as { entries: { id: string; sealed: string | null; sha256: string }[] };
      for (const one of page.entries) if (one.id === entry) [one.sealed, one.sha256] = [null, sha256];
      return JSON.stringify(page);
    };
    const found = await desk.engine.openCase(filed.case);
    assert.deepEqual(found.warnings, ["removed-without-word"]);
    assert.equal(found.entries.find(({ id }) => id === entry)?.removed, null);
  });

  describe(`in ${CHROMIUM.name}`, { skip: skipReason(CHROMIUM) }, () => {
    const opened = openedFor(CHROMIUM);

    async function inMailbox(filed: Filed): Promise<Page> {
      const page = await (await opened.browser.createBrowserContext()).newPage();
      await openMailbox(page, scene.service.intake, filed.code);
      await page.waitForSelector(".conversation");
      return page;
    }

    it("asks for a reason, says what is lost, and tells the reporter", async () => {
      const filed = await scene.file("They share the contracts among them.");
      const { engine } = await scene.at("intake");
      await engine.openCase(filed.case);
      await engine.reply(filed.case, WORDS);
      const page = await openAs(opened.browser, scene.service, "intake");
      await openCase(page, filed.case);
      await press(page, "Remove this …", ".thread");
      await press(page, "Go on", ".removal-form");
      await says(page, "#removal-fault", "Say why it does not belong here.");
      await looksFine(page, "removal-form");
      await retype(page, "#removal-reason", WHY);
      await press(page, "Go on", ".removal-form");
      await says(page, "dialog", "Nobody can bring them back");
      await press(page, "Cancel", "dialog");
      await says(page, ".thread", "lives next door");
      await press(page, "Go on", ".removal-form");
      await press(page, "Remove it for good", "dialog");
      await says(page, '.thread [data-state="removed"]', WHY);
      assert.deepEqual((await texts(page, ".thread")).filter((text) => text.includes("next door")), []);
      await looksFine(page, "removal-desk");
      const mailbox = await inMailbox(filed);
      await says(mailbox, ".letter-withheld", WHY);
      await says(mailbox, ".conversation", "was removed because it does not belong here");
      assert.deepEqual(await texts(mailbox, ".case-warning"), []);
      await looksFine(mailbox, "removal-mailbox");
    });
  });
});
