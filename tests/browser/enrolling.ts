/** Steps of enrolling and signing in, as a newcomer takes them in a real browser. */

import assert from "node:assert/strict";

import type { Browser, Page } from "puppeteer-core";

import { press, retype, says } from "./desk_pages.ts";
import { App } from "./members.ts";
import { PATIENCE, WIDE, isFine, shownCode, wouldAsk } from "./report_pages.ts";

/** Waits for a step, which puts the focus on its heading. */
export async function step(page: Page, title: string): Promise<void> {
  await says(page, "main h1", title);
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  await isFine(page);
}

/** A page in a context of its own, as wide as a screen at work. */
export async function openPage(browser: Browser, address: string): Promise<Page> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport(WIDE);
  await page.goto(address);
  return page;
}

/** Passphrase and recovery code of somebody who enrolled. */
export interface Kept {
  readonly passphrase: string;
  readonly recovery: readonly string[];
}

/** Takes the words that were made, and types them back. */
export async function takePassphrase(page: Page, done: string): Promise<string> {
  await page.waitForSelector(".passphrase-words li");
  const words = await page.$$eval(".passphrase-words bdi", (all) => all.map((one) => one.textContent));
  assert.equal(words.length, 7);
  await isFine(page);
  await press(page, "I have written them down");
  await step(page, "Type your passphrase");
  assert.doesNotMatch(await page.$eval("main", (main) => main.textContent), new RegExp(words.join(" ")));
  await page.type("#passphrase-again", "quite another");
  await press(page, done);
  await says(page, "#passphrase-fault", "not the same passphrase");
  await page.waitForFunction(() => document.activeElement?.id === "passphrase-fault");
  await isFine(page);
  await retype(page, "#passphrase-again", words.join(" "));
  await press(page, done);
  return words.join(" ");
}

/** Copies the sheet, and types back what is asked for. */
export async function takeSheet(page: Page, done: string): Promise<readonly string[]> {
  await page.waitForSelector(".code-words li");
  const { words, groups } = await shownCode(page);
  assert.equal(words.length, 12);
  await isFine(page);
  await press(page, "It is on paper");
  await step(page, "Is it on paper?");
  const fields = await page.$$eval("[id^=sheet-]", (all) => all.map((one) => one.id));
  for (const id of fields.filter((one) => /\d/.test(one))) await page.type(`#${id}`, "zoo zoo");
  await press(page, done);
  await says(page, "#sheet-fault", "is another one on your sheet");
  const [first = "", second = ""] = fields.filter((one) => /\d/.test(one));
  await retype(page, `#${first}`, words[Number(first.slice("sheet-".length))] ?? "");
  await retype(page, `#${second}`, groups[Number(second.slice("sheet-".length))] ?? "");
  await press(page, done);
  return words;
}

/** From the invitation's link to the step of the second factor; `work`: what the invitation is for, as the page says it. */
export async function enroll(page: Page, fingerprint: string, work = "intake: Public procurement"): Promise<Kept> {
  await step(page, "Welcome, Noor");
  assert.equal(new URL(page.url()).hash, "");
  assert.equal(await page.$eval(".fingerprint-large", (shown) => shown.textContent), fingerprint);
  await says(page, ".facts", work);
  assert.ok(!(await wouldAsk(page)));
  await press(page, "The digits are the same: begin");
  await step(page, "Your passphrase");
  await says(page, ".step-place", "Step 2 of 5");
  await says(page, ".step-next", "Next: Recovery sheet");
  const passphrase = await takePassphrase(page, "Continue");
  await step(page, "Your recovery sheet");
  assert.ok(await wouldAsk(page));
  const recovery = await takeSheet(page, "Make my keys");
  await step(page, "Your second factor");
  assert.ok(!(await wouldAsk(page)));
  await says(page, ".done", "From now on you can sign in");
  return { passphrase, recovery };
}

/** Sets up an app, with a wrong code first. */
export async function setUpApp(page: Page): Promise<App> {
  await press(page, "Set up an app");
  await step(page, "Set up your app");
  const app = new App(await page.$eval(".totp-secret", (shown) => shown.textContent));
  await page.type("#setup-code", "000000");
  await press(page, "Confirm");
  await says(page, "#setup-fault", "This is not the code of now.");
  await isFine(page);
  await retype(page, "#setup-code", await app.code());
  await press(page, "Confirm");
  return app;
}

/** Takes the codes that are shown. */
export async function takeBackupCodes(page: Page): Promise<readonly string[]> {
  await step(page, "Your backup codes");
  const codes = await page.$$eval(".backup-codes bdi", (all) => all.map((one) => one.textContent));
  assert.equal(codes.length, 10);
  return codes;
}

/** Types name and passphrase, and goes on. */
export async function signIn(page: Page, name: string, passphrase: string): Promise<void> {
  await page.waitForSelector("#name");
  await retype(page, "#name", name);
  await retype(page, "#passphrase", passphrase);
  await page.keyboard.press("Enter");
}
