/** A member renews their keys in a real browser, the administrator sees who asked for it, and nothing is lost. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { CHROMIUM, skipReason } from "./browsers.ts";
import { gone, openAs, openCase, press, says, texts, toList } from "./desk_pages.ts";
import { type Filed, Scene } from "./desk_scene.ts";
import { plantKeys } from "./members.ts";
import { type Open, isFine, openBrowser } from "./report_pages.ts";
import { startService } from "./service.ts";

describe("renewing keys in Chromium", { skip: skipReason(CHROMIUM) }, () => {
  let open: Open;
  let browser: Browser;
  let scene: Scene;
  let page: Page;
  let other: Page;
  let old: Filed;
  let digits = "";

  before(async () => {
    [scene, open] = await Promise.all([startService().then((service) => new Scene(service)), openBrowser(CHROMIUM)]);
    ({ browser } = open);
    old = await scene.file("A bridge of sand.");
    page = await openAs(browser, scene.service, "intake", "/desk/account");
    other = await openAs(browser, scene.service, "intake");
  });
  after(async () => {
    await open.close();
    await scene.service.stop();
  });

  /** Makes new keys, as the page asks for it. */
  async function makeKeys(): Promise<void> {
    await press(page, "Make new keys …");
    await says(page, "dialog", "What this does not do");
    await isFine(page);
    await press(page, "Make new keys", "dialog");
    await says(page, "dialog", "Show that it is you");
    await page.type("#proof", scene.passphrase("intake"));
    await page.keyboard.press("Enter");
    await gone(page, "dialog");
    await says(page, ".own-keys", "New keys of yours wait for the signed list.");
  }

  it("asks for them once it was told what they do, and who is there was shown", async () => {
    await says(page, ".own-keys", "you lose no case");
    await makeKeys();
    [digits = ""] = await texts(page, "#waiting-digits");
    assert.match(digits, /^(\d{5} ){5}\d{5}$/);
    await isFine(page);
    await press(page, "Look now");
    await says(page, ".own-keys", "New keys of yours wait for the signed list.");
  });

  it("shows whoever has it signed the same digits, and that the key of before has signed it", async () => {
    const administrator = await openAs(browser, scene.service, "administrator");
    await administrator.goto(`${scene.service.desk}/admin/directory`);
    await says(administrator, "main", `The keys of intake`);
    await says(administrator, "main", digits);
    await says(administrator, "main", "The key of before has signed that");
    await administrator.browserContext().close();
  });

  it("opens what was sealed before and after, and tells the browser that was open over it", async () => {
    await scene.service.publish();
    const fresh = await scene.file("A tunnel of paper.");
    await press(page, "Look now");
    await says(page, "[role=status]", "Your new keys are in force.");
    await says(page, ".own-keys", digits);
    await toList(page);
    for (const { case: id } of [old, fresh]) {
      await openCase(page, id);
      await toList(page);
    }
    await other.reload();
    other = await openAs(browser, scene.service, "intake", `/desk/cases/${fresh.case}`);
    await says(other, ".report", "A tunnel of paper.");
  });

  it("seals anew what the old keys still open", async () => {
    await page.goto(`${scene.service.desk}/desk/account`);
    await page.waitForSelector("#passphrase");
    await page.type("#passphrase", scene.passphrase("intake"));
    await page.keyboard.press("Enter");
    await says(page, ".own-keys", "Cases that your old keys still open");
    await press(page, "Look through my cases");
    await says(page, ".handover-people", "Besides you, these have it:");
    await isFine(page);
    await press(page, "Seal one case anew");
    await says(page, "[role=status]", "One case is sealed anew.");
    await says(page, ".own-keys", "There is none among those that you lead.");
    await isFine(page);
    await toList(page);
    await openCase(page, old.case);
  });

  it("says plainly that keys wait, or are listed, that were not made here", async () => {
    await page.goto(`${scene.service.desk}/desk/account`);
    await page.waitForSelector("#passphrase");
    await page.type("#passphrase", scene.passphrase("intake"));
    await page.keyboard.press("Enter");
    await makeKeys();
    await plantKeys(scene.service, "intake");
    await press(page, "Look now");
    await says(page, "#keys-fault", "not made on your devices");
    await isFine(page);
    await scene.service.publish();
    await press(page, "Look now");
    await says(page, "#others-fault", "not made on your devices");
    await isFine(page);
  });
});
