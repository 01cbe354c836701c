/** Somebody leaves: the desk shows which cases hang on them, and hands them over one after the other. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { openAs, press, says, texts } from "./desk_pages.ts";
import { type Filed, Scene } from "./desk_scene.ts";
import { type Open, complaints, looksFine, openBrowser } from "./report_pages.ts";
import { startService } from "./service.ts";

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`handing over in ${kind.name}`, { skip: skipReason(kind) }, () => {
    theDesk(kind);
  });
}

function theDesk(kind: Kind): void {
  let open: Open;
  let browser: Browser;
  let scene: Scene;
  let page: Page;
  let shared: Filed;
  let alone: Filed;
  let shut: Filed;

  before(async () => {
    [scene, open] = await Promise.all([startService().then((service) => new Scene(service)), openBrowser(kind)]);
    ({ browser } = open);
    page = await openAs(browser, scene.service, "intake", "/desk/handover");
  });
  after(async () => {
    await open.close();
    await scene.service.stop();
  });

  it("says so where nothing hangs on anybody", async () => {
    await says(page, "h1", "Hand over");
    await looksFine(page, "handover");
    await press(page, "Look through my cases");
    await says(page, ".empty", "You lead no case.");
    await looksFine(page, "handover");
  });

  it("shows the cases that nobody else leads, and why one cannot be handed to somebody", async () => {
    shared = await scene.file("The wall was painted twice.");
    alone = await scene.file("The gate was sold.");
    shut = await scene.file("It was the investigator.", ["investigator"]);
    const desk = await scene.at("intake");
    await desk.engine.grant(shared.case, "investigator", true);
    await page.goto(`${scene.service.desk}/desk/handover`);
    await page.waitForSelector("#passphrase");
    await page.type("#passphrase", scene.passphrase("intake"));
    await page.keyboard.press("Enter");
    await press(page, "Look through my cases");
    await says(page, "h2", "2 cases hang on you alone");
    assert.equal((await texts(page, ".handover-cases li")).length, 2);
    await page.select("#successor", "investigator");
    await says(page, ".handover-hindrance", "The reporter shut Daniel Okafor, investigations out");
    await press(page, "Also those that others lead with me");
    await says(page, ".handover-cases", "Also led by: Daniel Okafor, investigations");
    await press(page, "Also those that others lead with me");
    await looksFine(page, "handover");
    if (process.env["SCREENSHOTS"] !== undefined) await page.screenshot({ path: `${process.env["SCREENSHOTS"]}/handover-${kind.name}.png` as `${string}.png`, fullPage: true });
  });

  it("hands over, as a leader, what can be, and leaves it where that is declined", async () => {
    await press(page, "Hand over one case");
    await says(page, "dialog", "Hand over to Daniel Okafor, investigations?");
    assert.deepEqual(await complaints(page), []);
    await press(page, "Cancel", "dialog");
    const successor = await scene.at("investigator");
    await assert.rejects(successor.engine.openCase(alone.case), { kind: "not-found" });
    await press(page, "Hand over one case");
    await press(page, "Hand over", "dialog");
    await says(page, ".desk-said", "Daniel Okafor, investigations leads one more case.");
    await says(page, "h2", "One case hangs on you alone");
    const found = await successor.engine.openCase(alone.case);
    assert.deepEqual([found.holder, found.warnings], [true, []]);
    await assert.rejects(successor.engine.openCase(shut.case), { kind: "not-found" });
  });

  it("is done when somebody else leads each of them", async () => {
    await page.select("#successor", "protection");
    const able = await page.$eval(".handover-choice button", (button) => button.getAttribute("aria-disabled"));
    assert.equal(able, null);
    await press(page, "Hand over one case");
    await press(page, "Hand over", "dialog");
    await says(page, ".handover-done", "Nothing hangs on you alone");
    await looksFine(page, "handover");
    const { cases, failed } = await (await scene.at("intake")).engine.ledCases(() => undefined);
    assert.deepEqual([cases.length, failed, cases.filter(({ others }) => others.length === 0)], [3, 0, []]);
    // The account is closed, once somebody else receives reports: the next change of holders leaves them out by itself.
    for (const channel of ["procurement", "police-and-courts", "anything-else"]) {
      await scene.service.reporting("channels", "roles", channel, "--add", "intake=investigator", "--data", `${scene.service.folder}/server`);
    }
    await scene.service.reporting("members", "remove", "intake", "--data", `${scene.service.folder}/server`, "--yes");
    await scene.service.publish();
    const successor = await scene.anew("investigator");
    const after = await successor.engine.withdraw(alone.case, "intake", false);
    assert.deepEqual(after.holders.map(({ id }) => id), ["break-glass", "investigator"]);
  });
}
