/** Enrolling, signing in and the account as people meet them who do not use eye and mouse alone; see access.test.ts. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { complaints, forgetless, nameless, spoken } from "./acting/senses.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { press, says } from "./desk_pages.ts";
import { openPage } from "./enrolling.ts";
import { App, invite } from "./members.ts";
import { type Open, openBrowser, shownCode } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

describe("a member's own pages, without eye or mouse", { skip: skipReason(CHROMIUM) }, () => {
  let service: DemoService;
  let open: Open;
  let page: Page;
  const found: string[] = [];

  before(async () => {
    [service, open] = await Promise.all([startService(), openBrowser(CHROMIUM)]);
    const link = await invite(service, { id: "noor", label: "Noor Aziz, intake", role: "intake" });
    page = await openPage(open.browser, service.desk + link);
  });
  after(async () => {
    await open.close();
    await service.stop();
  });

  /** Waits for a screen by its heading, and notes what is wrong with it and what a screen reader misses of `wanted`. */
  async function judge(heading: string, wanted: readonly string[]): Promise<void> {
    await says(page, "h1, h2", heading);
    const lines = await spoken(page);
    const missing = wanted.filter((line) => !lines.includes(line)).map((line) => `not heard: ${line}`);
    const wrong = [...(await complaints(page)), ...nameless(lines), ...missing, ...(await forgetless(page))];
    found.push(...wrong.map((line) => `${heading}: ${line}`));
  }

  it("enrolling", async () => {
    await judge("Welcome, Noor", ["button: The digits are the same: begin", "heading: Is this the right site?"]);
    await press(page, "The digits are the same: begin");
    await page.waitForSelector(".passphrase-words li");
    await judge("Your passphrase", ["button: I have written them down"]);
    await press(page, "Choose a passphrase of my own instead");
    await judge("A passphrase of your own", ["textbox: Passphrase of your own", "progressbar: How hard it is to guess"]);
    await press(page, "Take seven words that are made for me");
    await page.waitForFunction(() => document.querySelectorAll(".passphrase-words li").length === 7);
    const words = (await page.$$eval(".passphrase-words bdi", (all) => all.map((one) => one.textContent))).join(" ");
    await press(page, "I have written them down");
    await judge("Type your passphrase", ["textbox: Your new passphrase"]);
    await page.type("#passphrase-again", words);
    await press(page, "Continue");
    await page.waitForSelector(".code-groups li");
    await judge("Your recovery sheet", ["button: Print the sheet"]);
    const code = await shownCode(page);
    await press(page, "It is on paper");
    await judge("Is it on paper?", []);
    const fields = await page.$$eval(".field-row input", (all) => all.map((one) => one.id));
    for (const id of fields) await page.type(`#${id}`, code.words[Number(id.slice("sheet-".length))] ?? "");
    await press(page, "Make my keys");
    await judge("Your second factor", ["button: Set up an app"]);
    await press(page, "Set up an app");
    await judge("Set up your app", ["textbox: Code from your app", "image: QR code for the app"]);
    await page.type("#setup-code", await new App(await page.$eval(".totp-secret", (shown) => shown.textContent)).code());
    await press(page, "Confirm");
    await judge("Your backup codes", ["button: Print the codes"]);
    await press(page, "They are on paper: to the desk");
    await judge("Almost there", ["button: Look now"]);
    assert.deepEqual(found.splice(0), []);
  });

  it("the account, and proving again", async () => {
    await press(page, "Noor Aziz, intake", "#bar");
    await page.waitForSelector(".account-parts");
    await judge("Your account", ["button: Remove: App that makes codes", "button: Change the passphrase"]);
    await press(page, "Make a new recovery sheet");
    await judge("Show that it is you", ["dialog: Show that it is you", "textbox: Code from your app"]);
    await press(page, "Cancel", "dialog");
    assert.deepEqual(found.splice(0), []);
  });

  it("a lost passphrase", async () => {
    await press(page, "Sign out");
    await press(page, "I lost my passphrase");
    await judge("Lost passphrase", ["textbox: Name", "textbox: Recovery code"]);
    assert.deepEqual(found.splice(0), []);
  });
});
