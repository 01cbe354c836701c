/** Enrolling with a security key that guards the keys too, and the account: with Chromium's virtual authenticator. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { CHROMIUM, skipReason } from "./browsers.ts";
import { gone, press, retype, says } from "./desk_pages.ts";
import { type Kept, enroll, openPage, setUpApp, signIn, step, takeBackupCodes, takeSheet } from "./enrolling.ts";
import { forgetProofs, invite, plugInKey } from "./members.ts";
import { type Open, hasFocus, isFine, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

describe("enrolling with a security key", { skip: skipReason(CHROMIUM) }, () => {
  let service: DemoService;
  let open: Open;
  let page: Page;
  let desk: string;
  let kept: Kept;

  before(async () => {
    [service, open] = await Promise.all([startService({ settings: { SECOND_FACTOR: "required" } }), openBrowser(CHROMIUM)]);
    desk = service.desk.replace("127.0.0.1", "localhost"); // passkeys belong to names, not to numbers
    const link = await invite(service, { id: "noor-3", label: "Noor Khan, intake", role: "intake" });
    page = await openPage(open.browser, desk + link);
    await plugInKey(page);
  });

  after(async () => {
    await open.close();
    await service.stop();
  });

  it("registers it, and joins it with the passphrase", async () => {
    kept = await enroll(page, service.credentials.fingerprint);
    await press(page, "Register a key");
    await step(page, "Register a passkey");
    await page.type("#setup-name", "blue key");
    await press(page, "Register it");
    await step(page, "Let it guard your keys too?");
    await press(page, "Yes: use it once more");
    await takeBackupCodes(page);
    await press(page, "They are on paper: to the desk");
    await step(page, "Almost there");
    await press(page, "Noor Khan, intake", "#bar");
    await step(page, "Your account");
    await says(page, ".account-list", "blue key");
    await says(page, ".account-list", "Guards your keys, together with the passphrase.");
  });

  it("has whoever signs in without a second factor register one first", async () => {
    const other = await openPage(open.browser, `${desk}/desk`);
    await signIn(other, "intake", service.credentials.members.find(({ name }) => name === "intake")?.passphrase ?? "");
    await step(other, "Your second factor");
    await says(other, ".step-place", "Step 1 of 2");
    assert.equal(await other.evaluate(async () => (await fetch("/api/vault")).status), 401);
    await setUpApp(other);
    await takeBackupCodes(other);
    await press(other, "They are on paper: to the desk");
    await other.waitForSelector("#search");
    await other.reload();
    await other.waitForSelector("#passphrase");
    await other.close();
  });

  it("signs in and unlocks with both, and with neither alone", async () => {
    await press(page, "Sign out");
    await signIn(page, "noor-3", kept.passphrase);
    await step(page, "Your second factor");
    await press(page, "Use your passkey");
    await page.waitForSelector("body.desk-open");
    const wraps = await page.evaluate(async () => Object.keys(((await (await fetch("/api/vault")).json()) as { wraps: object }).wraps));
    assert.deepEqual(wraps.map((name) => name.replace(/\/.*/, "")).sort(), ["prf", "recovery"]);
    await press(page, "Lock");
    await page.waitForSelector("#passphrase");
    await page.type("#passphrase", kept.passphrase);
    await page.keyboard.press("Enter");
    await step(page, "Your keys need your passkey");
    await press(page, "Use your passkey");
    await page.waitForSelector("body.desk-open");
  });

  it("opens with the passphrase alone again once an app is added; sessions end elsewhere", async () => {
    const other = await openPage(open.browser, `${desk}/desk`);
    await press(page, "Noor Khan, intake", "#bar");
    await page.waitForSelector(".account-parts");
    await press(page, "Add a second factor");
    const app = await setUpApp(page);
    await step(page, "Your account");
    await signIn(other, "noor-3", kept.passphrase);
    await other.waitForSelector("#proof");
    await other.waitForFunction(() => document.activeElement?.tagName === "H1");
    await press(other, "Use a code from your app");
    await other.waitForFunction(() => document.activeElement?.id === "proof");
    await other.type("#proof", await app.code());
    await other.keyboard.press("Enter");
    await other.waitForSelector("body.desk-open");
    await press(page, "Noor Khan, intake", "#bar");
    await page.waitForSelector(".sessions li:nth-child(2)");
    await isFine(page);
    await press(page, "End all but this one");
    await says(page, ".desk-said", "Ended.");
    await gone(page, ".sessions li:nth-child(2)");
    await press(other, "Look now");
    await says(other, ".sign-in", "Your session has ended.");
    await other.close();
  });

  it("lets the key guard again, and changes the passphrase", async () => {
    await press(page, "Change the passphrase");
    await step(page, "Change the passphrase");
    await page.type("#present", "quite another");
    await page.keyboard.press("Enter");
    await says(page, "#present-fault", "not your present passphrase");
    await isFine(page);
    await retype(page, "#present", kept.passphrase);
    await page.keyboard.press("Enter");
    await step(page, "Your passphrase");
    await press(page, "Choose a passphrase of my own instead");
    await step(page, "A passphrase of your own");
    await page.type("#passphrase-own", "password1234");
    await says(page, "#passphrase-strength", "It could be guessed");
    await press(page, "Continue");
    await says(page, "#passphrase-fault", "This passphrase could be guessed.");
    await isFine(page);
    const own = "Seven geese wade past Ogden’s pewter kiosk, humming 1911";
    await retype(page, "#passphrase-own", own);
    await says(page, "#passphrase-strength", "Hard enough to guess.");
    await press(page, "Continue");
    await step(page, "Type your passphrase"); // its heading takes the focus, from a field too that is typed into
    await page.type("#passphrase-again", own);
    await press(page, "Change the passphrase");
    await step(page, "Your account");
    await press(page, "Lock");
    await page.waitForSelector("#passphrase");
    await page.type("#passphrase", own);
    await page.keyboard.press("Enter");
    await page.waitForSelector("body.desk-open");
  });

  it("makes a new recovery sheet after asking who is there", async () => {
    await page.waitForSelector(".account-parts");
    await press(page, "Make a new recovery sheet");
    await page.waitForSelector("dialog .prover");
    await press(page, "Use your passkey", "dialog");
    await step(page, "Your recovery sheet");
    await takeSheet(page, "Use this sheet from now on");
    await step(page, "Your account");
    assert.ok(await hasFocus(page, "h1"));
  });

  it("does an act again for which it asked who is there", async () => {
    await forgetProofs(service);
    await press(page, "Make new ones");
    await says(page, "dialog", "What you were about to do follows at once.");
    await isFine(page);
    await press(page, "Use your passkey", "dialog");
    await step(page, "Your backup codes");
    await press(page, "They are on paper");
    await says(page, ".account", "Unused: 10.");
    await press(page, "Remove: App that makes codes");
    await press(page, "Remove", "dialog");
    await says(page, ".desk-said", "is removed");
  });
});
