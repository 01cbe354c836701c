/** From an invitation to the desk, and back in after everything but the sheet was lost: in real browsers. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { gone, press, retype, says, takeFiles, texts } from "./desk_pages.ts";
import { Scene } from "./desk_scene.ts";
import { App, forgetProofs, invite, plugInKey } from "./members.ts";
import { type Open, PATIENCE, complaints, hasFocus, openBrowser, shownCode, wouldAsk } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

let service: DemoService;
let scene: Scene;

before(async () => {
  service = await startService();
  scene = new Scene(service);
});

after(async () => {
  await service.stop();
});

/** axe finds nothing, nothing is wider than the window, and the heading of the step has the focus. */
async function isFine(page: Page): Promise<void> {
  await page.setViewport(NARROW);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  await page.setViewport(WIDE);
  assert.deepEqual(await complaints(page), []);
}

/** Waits for a step, which puts the focus on its heading. */
async function step(page: Page, title: string): Promise<void> {
  await says(page, "main h1", title);
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  await isFine(page);
}

async function openPage(browser: Browser, address: string): Promise<Page> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport(WIDE);
  await page.goto(address);
  return page;
}

/** Passphrase and recovery code of somebody who enrolled. */
interface Kept {
  readonly passphrase: string;
  readonly recovery: readonly string[];
}

/** Takes the words that were made, and types them back. */
async function takePassphrase(page: Page, done: string): Promise<string> {
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
async function takeSheet(page: Page, done: string): Promise<readonly string[]> {
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

/** From the invitation's link to the step of the second factor. */
async function enroll(page: Page): Promise<Kept> {
  await step(page, "Welcome, Noor");
  assert.equal(new URL(page.url()).hash, "");
  assert.equal(await page.$eval(".fingerprint-large", (shown) => shown.textContent), service.credentials.fingerprint);
  await says(page, ".facts", "intake: Public procurement");
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
async function setUpApp(page: Page): Promise<App> {
  await press(page, "Set up an app that makes codes");
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

async function takeBackupCodes(page: Page): Promise<readonly string[]> {
  await step(page, "Your backup codes");
  const codes = await page.$$eval(".backup-codes bdi", (all) => all.map((one) => one.textContent));
  assert.equal(codes.length, 10);
  return codes;
}

async function signIn(page: Page, name: string, passphrase: string): Promise<void> {
  await page.waitForSelector("#name");
  await retype(page, "#name", name);
  await retype(page, "#passphrase", passphrase);
  await page.keyboard.press("Enter");
}

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`enrolling in ${kind.name} with an app`, { skip: skipReason(kind) }, () => {
    withAnApp(kind);
  });
}

function withAnApp(kind: Kind): void {
  const id = kind === CHROMIUM ? "noor" : "noor-2";
  let open: Open;
  let page: Page;
  let link: string;
  let kept: Kept;
  let app: App;
  let codes: readonly string[];

  before(async () => {
    open = await openBrowser(kind);
    link = await invite(service, { id, label: "Noor Aziz, intake", role: "intake" });
    page = await openPage(open.browser, service.desk + link);
  });

  after(async () => {
    await open.close();
  });

  it("leads from the invitation to a second factor, step by step", async () => {
    kept = await enroll(page);
    app = await setUpApp(page);
    codes = await takeBackupCodes(page);
    await press(page, "They are on paper: to the desk");
  });

  it("says what is awaited, from whom, with digits to compare; and shows the account meanwhile", async () => {
    await step(page, "Almost there");
    await says(page, ".lead-line", "Grace Mwangi");
    const digits = await page.$eval(".fingerprint-large", (shown) => shown.textContent.trim());
    assert.match(digits, /^\d{5} \d{5} \d{5}$/);
    assert.ok((await service.reporting("members", "list", "--data", `${service.folder}/server`)).includes(digits));
    await press(page, "Look now");
    await says(page, ".waiting [role=status]", "Not yet.");
    assert.equal(new URL(page.url()).pathname, "/desk");
  });

  it("opens the desk once the directory is signed, and the first case given to the newcomer", async () => {
    await service.publish();
    await press(page, "Look now");
    await page.waitForSelector("#search");
    const filed = await scene.file(`The dam was built of sand, says ${kind.name}.`);
    await press(page, "Refresh");
    await page.waitForSelector(`a[href="/desk/cases/${filed.case}"]`);
    await press(page, "Open them now");
    await says(page, ".row-summary", "The dam was built of sand");
  });

  it("refuses an invitation that was used, and leads to the door", async () => {
    const again = await openPage(open.browser, service.desk + link);
    await step(again, "This invitation cannot be used");
    await says(again, "#enroll-fault", "This invitation does not work");
    await press(again, "I am enrolled already: sign in");
    await again.waitForSelector("#name");
    await again.close();
  });

  it("asks for the code when signing in, once each", async () => {
    await press(page, "Sign out");
    await signIn(page, id, kept.passphrase);
    await step(page, "Your second factor");
    const code = await app.code();
    await page.type("#proof", "123456");
    await page.keyboard.press("Enter");
    await says(page, "#proof-fault", "This code is not right, or was used already.");
    await page.waitForFunction(() => document.activeElement?.id === "proof-fault");
    await isFine(page);
    await retype(page, "#proof", code);
    await page.keyboard.press("Enter");
    await page.waitForSelector("body.desk-open");
    await press(page, "Sign out");
    await signIn(page, id, kept.passphrase);
    await step(page, "Your second factor");
    await page.type("#proof", code);
    await page.keyboard.press("Enter");
    await says(page, "#proof-fault", "was used already");
  });

  it("takes a backup code in its place", async () => {
    await press(page, "Use a backup code");
    await page.waitForFunction(() => document.activeElement?.id === "proof");
    await isFine(page);
    await page.type("#proof", codes[3] ?? "");
    await page.keyboard.press("Enter");
    await page.waitForSelector("body.desk-open");
    await says(page, ".bar-who", "Noor Aziz");
  });

  it("asks who is there before a key is taken out, and hands it out as other programs read it", async () => {
    await press(page, "Noor Aziz, intake", "#bar");
    await step(page, "Your account");
    await says(page, ".account", "Unused: 9.");
    const taken = await takeFiles(page);
    await press(page, "Take it out as a file …");
    await press(page, "Make the file", "dialog");
    await says(page, "dialog", "Show that it is you");
    await isFine(page);
    await press(page, "Cancel", "dialog");
    await gone(page, "dialog");
    await press(page, "Take it out as a file …");
    await press(page, "Make the file", "dialog");
    await page.waitForSelector("dialog #proof");
    await page.type("#proof", await app.code());
    await page.keyboard.press("Enter");
    assert.match(new TextDecoder().decode(await taken()), /^AGE-SECRET-KEY-PQ-1[0-9A-Z]+$/m);
  });

  it("lets the passphrase be lost: the sheet and the second factor bring a new one", async () => {
    await press(page, "Sign out");
    await press(page, "I lost my passphrase");
    await step(page, "Lost passphrase");
    await page.type("#name", id);
    await page.type("#recovery-code", [...kept.recovery.slice(1), "zoo"].join(" "));
    await press(page, "Continue");
    await page.waitForFunction(() => document.activeElement?.id === "recovery-fault");
    await isFine(page);
    await retype(page, "#recovery-code", kept.recovery.join(" "));
    await press(page, "Continue");
    await step(page, "Your second factor");
    await press(page, "Use a backup code");
    await page.waitForFunction(() => document.activeElement?.id === "proof");
    await page.type("#proof", codes[4] ?? "");
    await page.keyboard.press("Enter");
    await step(page, "Your passphrase");
    const passphrase = await takePassphrase(page, "Put it in the place of the lost one");
    await says(page, "#sign-in-reason", "Your new passphrase counts from now on");
    await signIn(page, id, kept.passphrase);
    await says(page, "#sign-in-fault", "The name or the passphrase is wrong.");
    await signIn(page, id, passphrase);
    await step(page, "Your second factor");
    await press(page, "Use a backup code");
    await page.waitForFunction(() => document.activeElement?.id === "proof");
    await page.type("#proof", codes[5] ?? "");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".row-summary");
    kept = { ...kept, passphrase };
  });
}

describe("enrolling with a security key", { skip: skipReason(CHROMIUM) }, () => {
  let open: Open;
  let page: Page;
  let desk: string;
  let kept: Kept;

  before(async () => {
    open = await openBrowser(CHROMIUM);
    desk = service.desk.replace("127.0.0.1", "localhost"); // passkeys belong to names, not to numbers
    const link = await invite(service, { id: "noor-3", label: "Noor Khan, intake", role: "intake" });
    page = await openPage(open.browser, desk + link);
    await plugInKey(page);
  });

  after(async () => {
    await open.close();
  });

  it("registers it, and joins it with the passphrase", async () => {
    kept = await enroll(page);
    await press(page, "Register a passkey or security key");
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
    assert.equal((await texts(page, ".sessions li")).length, 1);
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
    await page.waitForSelector("#passphrase-again");
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
