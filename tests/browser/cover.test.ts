/** Somebody is away: a colleague stands in, and afterwards the keys are changed. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { gone, openAs, press, says } from "./desk_pages.ts";
import { type Filed, Scene, TODAY } from "./desk_scene.ts";
import { type Open, isFine, openBrowser } from "./report_pages.ts";
import { startService } from "./service.ts";

const NAME = "Daniel Okafor, investigations";

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`leave cover in ${kind.name}`, { skip: skipReason(kind) }, () => {
    theDesk(kind);
  });
}

function theDesk(kind: Kind): void {
  let open: Open;
  let browser: Browser;
  let scene: Scene;
  let page: Page;
  let filed: Filed;

  before(async () => {
    [scene, open] = await Promise.all([startService().then((service) => new Scene(service)), openBrowser(kind)]);
    ({ browser } = open);
    page = await openAs(browser, scene.service, "intake", "/desk/cover");
  });
  after(async () => {
    await open.close();
    await scene.service.stop();
  });

  it("says so where there is nothing to cover", async () => {
    await press(page, "Arrange a cover");
    await says(page, ".empty", "Nothing to cover");
    await isFine(page);
  });

  it("lets a colleague in until a day, in the cases that the reporter did not shut them out of", async () => {
    filed = await scene.file("The scales were tampered with.");
    await scene.file("It was the investigator.", ["investigator"]);
    await page.goto(`${scene.service.desk}/desk/cover`);
    await page.waitForSelector("#passphrase");
    await page.type("#passphrase", scene.passphrase("intake"));
    await page.keyboard.press("Enter");
    await press(page, "Arrange a cover");
    await page.waitForSelector("#cover-to");
    await page.select("#cover-to", "investigator");
    await page.$eval("#cover-until", (field, day) => {
      (field as HTMLInputElement).value = day;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }, TODAY);
    await says(page, ".handover-choice", "One case is left out");
    await isFine(page);
    if (process.env["SCREENSHOTS"] !== undefined) await page.screenshot({ path: `${process.env["SCREENSHOTS"]}/cover-${kind.name}.png` as `${string}.png`, fullPage: true });
    await press(page, "Arrange it for one case");
    await says(page, "dialog", "Let Daniel Okafor, investigations stand in for you?");
    await press(page, "Let them stand in", "dialog");
    await says(page, ".desk-said", `${NAME} stands in for you in one case.`);
    await says(page, "h2", `${NAME} stands in for you`);
    await isFine(page);
    const other = await scene.at("investigator");
    const found = await other.engine.openCase(filed.case);
    assert.deepEqual([found.holder, found.assignee, found.warnings], [false, "investigator", []]);
    await other.engine.note(filed.case, "Seen to.");
  });

  it("ends, and offers new keys without whoever stood in", async () => {
    await press(page, "End it now");
    await press(page, "End it", "dialog");
    await says(page, "h2", `${NAME} stood in for you`);
    await isFine(page);
    const other = await scene.at("investigator");
    await assert.rejects(other.engine.openCase(filed.case), { kind: "not-found" });
    const inbox = await openAs(browser, scene.service, "intake");
    await says(inbox, ".ended-covers", `${NAME} stood in for you`);
    await isFine(inbox);
    await press(inbox, "Make new keys", ".ended-covers");
    await says(inbox, "h1", "Leave cover");
    await inbox.browserContext().close();
    await press(page, "New keys for one case");
    await says(page, ".desk-said", `What is written from now on, ${NAME} cannot open.`);
    await gone(page, ".handover-done");
    await press(page, "All cases");
    await says(page, "h1", "Cases");
    await page.waitForSelector("#case-rows [role=row]");
    assert.equal(await page.$(".ended-covers"), null);
    const found = await (await scene.at("intake")).engine.openCase(filed.case);
    assert.equal(found.people.find(({ id }) => id === "investigator")?.access, "none");
    assert.deepEqual([found.holders.map(({ id }) => id), found.warnings, found.assignee], [["break-glass", "intake"], [], null]);
  });
}
