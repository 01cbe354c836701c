/** Where else to go, as a frightened person reads it and as an administrator edits it: narrow, wide, dark, from right to left. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { type Hands, keyboard, reads } from "./acting/hands.ts";
import { NOTHING, leftovers } from "./acting/leftovers.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { openAs } from "./desk_pages.ts";
import { complaints, openedFor } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const SHOTS = process.env["SCREENSHOTS"];
const SIZES = [320, 1280];
const LIGHTS = ["light", "dark"];
const LONGEST = 2; // minutes, at 200 words each
const WORDS_A_MINUTE = 200;

/** What axe and the width find wrong with the page, in each size and light. */
async function wrong(page: Page, address: string, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const width of SIZES) {
    for (const value of LIGHTS) {
      await page.setViewport({ width, height: 800 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
      await page.goto(address);
      found.push(...(await complaints(page)).map((line) => `${width} ${value}: ${line}`));
      if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}-${width}-${value}.png`, fullPage: true });
    }
  }
  return found;
}

let service: DemoService;

before(async () => {
  service = await startService();
});
after(() => service.stop());

describe("where else to go, in Chromium", { skip: skipReason(CHROMIUM) }, () => {
  const open = openedFor(CHROMIUM);
  let page: Page;
  before(async () => {
    page = await open.browser.newPage();
  });

  for (const language of ["en", "ar"]) {
    it(`is read without scripts in ${language}, on narrow and wide screens, by day and night`, async () => {
      await page.setJavaScriptEnabled(true); // axe is one
      const address = `${service.intake}/${language}/elsewhere`;
      assert.deepEqual(await wrong(page, address, `elsewhere-${language}`), []);
      assert.deepEqual(await page.$$eval("script", (scripts) => scripts.map(({ src }) => src)), []);
      assert.deepEqual(await leftovers(page), NOTHING);
      const words = await page.$eval("main", ({ innerText }) => innerText.split(/\s+/).length);
      assert.ok(words <= LONGEST * WORDS_A_MINUTE * 1.5, `${words} words, headings, addresses and days among them`);
      const [first] = await page.$$eval("main h2", (titles) => titles.map(({ id }) => id));
      assert.equal(first, "emergency");
    });
  }

  it("leads by country and by what it is about to the place itself", async () => {
    await page.goto(`${service.intake}/en/elsewhere`);
    await page.evaluate(() => {
      const links = [...document.querySelectorAll<HTMLAnchorElement>("dd a")];
      links.find(({ textContent }) => textContent.includes("OLAF"))?.click();
    });
    await page.waitForFunction(() => document.querySelector(":target")?.textContent.includes("anti-fraud.ec.europa.eu") === true);
  });

  it("tells the site that a link opens nothing of where somebody came from", async () => {
    await page.goto(`${service.intake}/en/elsewhere`);
    const links = await page.$$eval('main a[href^="https://"]', (all) => all.map((link) => [link.getAttribute("rel"), link.getAttribute("target"), link.textContent === link.getAttribute("href")]));
    assert.ok(links.length > 5);
    for (const link of links) assert.deepEqual(link, ["noreferrer", null, true]);
  });

  it("is on paper whole, without what only a screen needs", async () => {
    await page.emulateMediaType("print");
    await page.goto(`${service.intake}/en/elsewhere`);
    const shown = await page.$$eval("main .contents, main .place", (parts) => parts.map((part) => [part.className, getComputedStyle(part).display !== "none"]));
    assert.ok(shown.length > 5);
    for (const [name, visible] of shown) assert.equal(visible, name === "place");
    await page.emulateMediaType();
  });
});

describe("where else to go, at an administrator's desk in Chromium", { skip: skipReason(CHROMIUM) }, () => {
  const open = openedFor(CHROMIUM);
  let page: Page;
  let hands: Hands;
  before(async () => {
    page = await openAs(open.browser, service, "administrator");
    hands = keyboard(page);
  });

  /** Presses something that leads to another page, and waits for it. */
  const follow = async (selector: string, words = ""): Promise<void> => {
    const arrived = page.waitForNavigation();
    await hands.press({ selector, words });
    await arrived;
  };

  it("a place is added by keyboard, a fault named beside its field, and shown to whoever signs", async () => {
    await hands.press({ selector: "main button", words: "Show it now" });
    await hands.write("dialog input", service.credentials.members.find(({ name }) => name === "administrator")?.passphrase ?? "");
    const proved = page.waitForNavigation();
    await page.keyboard.press("Enter");
    await proved;
    await follow("nav a", "Elsewhere");
    await follow("a.button", "Add a place");
    await hands.write("#name", "Ombudsman of the harbor");
    await hands.write("#url", "http://ombud.example/");
    await hands.tick('input[value="work"]');
    await hands.write("#source", "https://ombud.example/about");
    await hands.write("#checked", "2026-01-05");
    await follow("button", "Store");
    await reads(page, "An address begins with https://", "#url-error");
    assert.equal(await page.$eval("#name", (field) => (field as HTMLInputElement).value), "Ombudsman of the harbor");
    await page.$eval("#url", (field) => { (field as HTMLInputElement).value = ""; });
    await hands.write("#url", "https://ombud.example/");
    await follow("button", "Store");
    await reads(page, "The place is stored.", ".done");
    await follow("nav a", "Signed list");
    await reads(page, "new place, Ombudsman of the harbor <https://ombud.example/>");
  });

  it("an example is hidden with a reason, a place taken out only on purpose", async () => {
    await follow("nav a", "Elsewhere");
    const example = await page.$$eval("li.row", (rows) => rows.find(({ textContent }) => textContent.includes("Example: your country"))?.querySelector("a")?.getAttribute("href"));
    await page.goto(`${service.desk}${example ?? ""}`);
    await hands.write("#reason", "an example");
    await follow("button", "Hide");
    await reads(page, "hidden because: an example");
    assert.deepEqual(await wrong(page, `${service.desk}/admin/places`, "admin-places"), []);
    await follow("a.button", "Take out");
    await follow("button", "Take out");
    await reads(page, "Please check the box");
    await hands.tick("#agreed");
    await follow("button", "Take out");
    await reads(page, "The place is taken out.", ".done");
  });

  it("the form reads well on narrow and wide screens, by day and night", async () => {
    assert.deepEqual(await wrong(page, `${service.desk}/admin/places/add`, "admin-place"), []);
  });
});
