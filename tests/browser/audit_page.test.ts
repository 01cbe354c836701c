/** The auditor's page in real browsers: what staff did, followed and exported, and a log that was tampered with. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { removeEvent } from "./acting/rewriting.ts";
import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { SHUT, enter, gone, openAs, press, retype, says, takeFiles, texts } from "./desk_pages.ts";
import { type Filed, Scene } from "./desk_scene.ts";
import { type Open, isFine, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

/** Where pictures of the page are written, to be looked at; none where nothing is named. */
const PICTURES = process.env["AUDIT_PICTURES"];

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`the audit log in ${kind.name}`, { skip: skipReason(kind) }, () => {
    theLog(kind);
  });
}

function theLog(kind: Kind): void {
  let service: DemoService;
  let filed: Filed;
  let open: Open;
  let page: Page;

  before(async () => {
    service = await startService();
    const scene = new Scene(service);
    filed = await scene.file("Something to be looked at.");
    const intake = await scene.at("intake");
    await intake.engine.openCase(filed.case);
    await intake.engine.grant(filed.case, "investigator", false);
    open = await openBrowser(kind);
    page = await openAs(open.browser, service, "auditor", "/desk/audit");
  });

  after(async () => {
    await open.close();
    await service.stop();
  });

  const reload = async (): Promise<void> => {
    await page.reload();
    await page.waitForSelector(SHUT);
    await enter(page, service, "auditor");
  };

  it("shows what staff did, the newest first, and that nothing was kept before", async () => {
    await says(page, ".audit-state h2", "First look");
    await page.waitForSelector(".audit-list li");
    assert.equal(await page.title(), "Audit log · Desk");
    const acts = await texts(page, ".audit-list .audit-what");
    assert.ok(acts.indexOf("Yusuf Demir, audit signed in") < acts.indexOf("Samira Haddad, intake gave access"));
    await says(page, ".audit-list li", "Samira Haddad, intake gave access");
    await isFine(page, `${kind.name}-first`);
  });

  it("filters by kind of act, by member, and by case number", async () => {
    await page.select("#audit-act", "case:grant");
    await press(page, "Show", ".audit-filter");
    await page.waitForFunction(() => document.querySelectorAll(".audit-list li").length === 1);
    await says(page, ".audit-details", "investigator");

    await press(page, "Show everything", ".audit-filter");
    await retype(page, "#audit-member", "investigator");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => [...document.querySelectorAll(".audit-list li")].every((line) => line.textContent.includes("investigat")));
    await says(page, ".audit-list li", "Samira Haddad, intake gave access");

    await press(page, "Show everything", ".audit-filter");
    await retype(page, "#audit-case", filed.case.slice(0, 8).toUpperCase());
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".audit-list li").length === 3);
    assert.deepEqual(
      (await texts(page, ".audit-list .audit-what")).map((text) => text.replace("Samira Haddad, intake ", "")),
      ["gave access", "wrote in a case", "looked at a case"],
    );
    await isFine(page, `${kind.name}-filtered`);
  });

  it("follows a member and a case from an event, and back", async () => {
    await press(page, "Show everything", ".audit-filter");
    await page.waitForSelector("[data-act='case:grant']");
    await press(page, `Follow the case ${filed.case.slice(0, 8)}`, "[data-act='case:grant']");
    await page.waitForFunction(() => document.querySelectorAll(".audit-list li").length === 3);
    await press(page, "Follow the member Samira Haddad, intake", "[data-act='case:grant']");
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("#audit-member")?.value === "intake");
    await page.waitForSelector("[data-act='session:open']");
    await press(page, "Follow the member Samira Haddad, intake", "[data-act='session:open']");
    await says(page, ".audit-list .audit-what", "Yusuf Demir, audit signed in");
  });

  it("says where nothing fits, and what a case number is", async () => {
    await retype(page, "#audit-member", "nobody");
    await page.keyboard.press("Enter");
    await says(page, ".empty", "Nothing in the log fits");
    await isFine(page, `${kind.name}-empty`);
    await press(page, "Show everything", ".audit-filter");
    await retype(page, "#audit-case", "12");
    await page.keyboard.press("Enter");
    await says(page, ".fault", "A case number is 8 to 32 of the characters 0-9 and a-f");
    await press(page, "Show everything", ".audit-filter");
    await gone(page, ".fault");
  });

  it("looks at every event, and hands out checkpoint and export", async () => {
    await press(page, "Check the whole log");
    await says(page, ".audit-busy", "together they give what was signed");
    const take = await takeFiles(page);
    const taken = async (button: string): Promise<string> => {
      await page.evaluate(() => { (globalThis as unknown as { taken: Blob | null }).taken = null; });
      await press(page, button);
      return new TextDecoder().decode(await take());
    };
    const note = await taken("Save the checkpoint");
    assert.ok(note.startsWith(`${service.credentials.origin}/audit\n`));
    const { events } = JSON.parse(await taken("Export with hashes (JSON)")) as { events: unknown[] };
    assert.equal(String(events.length), note.split("\n")[1]);
    assert.match(await taken("Export as a table (CSV)"), /^position,at,member,act,case,details,id,salt,leaf\r\n0,/);
  });

  it("says after a reload that the log continues the one it saw", async () => {
    await reload();
    await says(page, ".audit-state h2", "Unchanged since the last look");
    await page.waitForSelector(".audit-list li");
    await isFine(page, `${kind.name}-continues`);
    if (PICTURES === undefined || kind === FIREFOX) return;
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    await isFine(page, `${kind.name}-dark`);
    await page.emulateMediaFeatures([]);
  });

  it("says before anything else that a case was opened at the server's terminal, once", async () => {
    const { folder } = service;
    await service.reporting("open", "--identity", `${folder}/break-glass.txt`, "--data", `${folder}/server`, "--case", filed.case);
    await reload();
    await says(page, ".audit-alarm", "Since the last look a case was opened at the server’s terminal.");
    await isFine(page, `${kind.name}-alarm`);
    await press(page, "Show them", ".audit-alarm");
    await page.waitForFunction(() => document.querySelectorAll(".audit-list li").length === 1);
    await says(page, ".audit-what", "had a case opened at the server’s terminal");
    await reload();
    await says(page, ".audit-state h2", "Unchanged since the last look");
    await page.waitForSelector(".audit-list li");
    assert.deepEqual(await texts(page, ".audit-alarm"), []);
  });

  it("refuses, loudly, a log from which an event was taken, and keeps what it had kept", async () => {
    const kept = await page.evaluate(() => localStorage.getItem("audit-checkpoint"));
    await removeEvent(service, 2);
    await reload();
    await says(page, "[role=alert] h2", "This is not the log that you saw before");
    assert.deepEqual(await texts(page, ".audit-list li"), []);
    assert.equal(await page.evaluate(() => localStorage.getItem("audit-checkpoint")), kept);
    await isFine(page, `${kind.name}-broken`);
    await reload();
    await says(page, "[role=alert] h2", "This is not the log that you saw before");
    const take = await takeFiles(page);
    await press(page, "Save both checkpoints");
    const both = new TextDecoder().decode(await take());
    assert.equal(both.split(`${service.credentials.origin}/audit\n`).length, 3);
  });

  it("starts anew only where that is confirmed", async () => {
    await press(page, "Start anew with this log …");
    await press(page, "Cancel", "dialog");
    await says(page, "[role=alert] h2", "This is not the log that you saw before");
    await press(page, "Start anew with this log …");
    await press(page, "Start anew", "dialog");
    await says(page, ".audit-state h2", "Unchanged since the last look");
  });

  it("is nowhere for members who are no auditors", async () => {
    const other = await openAs(open.browser, service, "intake", "/desk/audit");
    assert.equal((await texts(other, "#bar nav a")).includes("Audit log"), false);
    await says(other, "h1", "Cases");
    await other.close();
  });
}
