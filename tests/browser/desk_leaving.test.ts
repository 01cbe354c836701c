/** What the desk leaves behind for the browser, for programs beside it, and for whoever sits down next. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { SHUT, enter, openAs, openCase, openDesk } from "./desk_pages.ts";
import { type Filed, Scene } from "./desk_scene.ts";
import { PATIENCE, type Open, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const POLLING = 100; // milliseconds: a page behind another one gets no animation frames

/** Presses the button or link that bears the text, also in a tab that is behind another. */
async function press(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const found = [...document.querySelectorAll<HTMLElement>("button, a")].find((one) => one.textContent.trim() === wanted);
      found?.click();
      return found !== undefined;
    },
    { polling: POLLING },
    text,
  );
}

async function says(page: Page, selector: string, text: string): Promise<void> {
  const isSaid = (where: string, wanted: string): boolean => [...document.querySelectorAll(where)].some((one) => one.textContent.includes(wanted));
  await page.waitForFunction(isSaid, { polling: POLLING }, selector, text);
}

let service: DemoService;
let filed: Filed;

before(async () => {
  service = await startService();
  filed = await new Scene(service).file("The lighthouse was sold twice.");
});

after(() => service.stop());

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`leaving the desk in ${kind.name}`, { skip: skipReason(kind) }, () => {
    leaving(kind);
  });
}

function leaving(kind: Kind): void {
  let open: Open;
  let page: Page;

  before(async () => {
    open = await openBrowser(kind);
  });

  after(() => open.close());

  it("has no passphrase in an address, whoever sends the form", async () => {
    const before = await openDesk(open.browser, service);
    await before.type("#name", "intake");
    await before.type("#passphrase", "secret words");
    await Promise.all([before.waitForNavigation(), before.$eval("form", (form) => { form.submit(); })]);
    assert.doesNotMatch(before.url(), /secret|intake/);
    await before.close();
  });

  it("keeps words of a case from translators, spelling services and the browser's memory of forms", async () => {
    page = await openAs(open.browser, service, "intake");
    await openCase(page, filed.case);
    await page.waitForSelector("#composer-text");
    await press(page, "Change the status");
    await page.waitForSelector("#status-reason");
    const fields = await page.$$eval("main textarea, main input[type=text]", (all) =>
      all.map((one) => [one.id, one.getAttribute("autocomplete"), one.getAttribute("spellcheck")]),
    );
    assert.deepEqual(fields.map(([, ...rest]) => rest), fields.map(() => ["off", "false"]), fields.join(" | "));
    const translated = await page.$$eval("main .words, main .tag", (all) => all.filter((one) => one.closest("[translate=no]") === null).length);
    assert.equal(translated, 0);
    await press(page, "Cases");
    await page.waitForSelector("#search");
    await says(page, ".row-summary", "The lighthouse was sold twice.");
    assert.equal(await page.$eval(".row-summary", (one) => one.getAttribute("translate")), "no");
  });

  it("is locked in every tab of the browser once it is locked in one", async () => {
    await openCase(page, filed.case);
    const other = await page.browserContext().newPage();
    other.setDefaultTimeout(PATIENCE);
    await other.goto(`${service.desk}/desk`);
    await other.waitForSelector(SHUT);
    await enter(other, service, "intake");
    await press(other, "Lock");
    await page.waitForSelector(SHUT);
    await says(page, ".sign-in", "You locked the desk.");
    assert.doesNotMatch(await page.$eval("body", (body) => body.innerHTML), /lighthouse/);
    await enter(page, service, "intake");
    await page.waitForSelector(".report .told");
    await enter(other, service, "intake");
    await press(other, "Sign out");
    await says(page, ".sign-in", "Your session has ended.");
    await other.close();
    await enter(page, service, "intake");
    await page.waitForSelector(".report .told");
  });

  it("leaves an empty page to the browser's memory of pages", async () => {
    await press(page, "Print …");
    await page.waitForSelector("dialog[open]");
    const left = await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      return document.body.innerHTML + document.title;
    });
    assert.doesNotMatch(left, new RegExp(`lighthouse|Paper lies about|${filed.case.slice(0, 8)}`));
  });
}
