/** Whoever comes back is told what happened to their account meanwhile. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { Browser as Agent } from "./desk_browser.ts";
import { gone, openAs, press, says } from "./desk_pages.ts";
import { type Open, NARROW, complaints, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`news of one's account in ${kind.name}`, { skip: skipReason(kind) }, () => {
    theNews(kind);
  });
}

function theNews(kind: Kind): void {
  let open: Open;
  let browser: Browser;
  let service: DemoService;
  let page: Page;

  before(async () => {
    [service, open] = await Promise.all([startService(), openBrowser(kind)]);
    ({ browser } = open);
  });
  after(async () => {
    await open.close();
    await service.stop();
  });

  it("is not shown where there is none", async () => {
    page = await openAs(browser, service, "intake");
    await page.waitForNetworkIdle();
    assert.equal(await page.$(".account-news"), null);
    await page.close();
  });

  it("tells of attempts that failed, on every page, until it was seen", async () => {
    const body = JSON.stringify({ name: "intake", auth: btoa("\0".repeat(32)) });
    const headers = { "Content-Type": "application/json" };
    const guess = await new Agent(service.desk).fetch("/api/session", { method: "POST", body, headers });
    assert.equal(guess.status, 401);
    page = await openAs(browser, service, "intake");
    await says(page, ".account-news", "1 attempt to sign in as you");
    await page.setViewport(NARROW);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
    assert.deepEqual(await complaints(page), []);
    await press(page, "Go to your account");
    await says(page, ".account-news", "1 attempt to sign in as you");
    await press(page, "I have seen this");
    await gone(page, ".account-news");
    await page.waitForNetworkIdle();
    await page.close();
    page = await openAs(browser, service, "intake");
    await page.waitForNetworkIdle();
    assert.equal(await page.$(".account-news"), null);
  });
}
