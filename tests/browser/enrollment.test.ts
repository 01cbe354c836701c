/** From an invitation to the first opened case with an app, and back in after the passphrase was lost: in both browsers. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { gone, openAs, openCase, press, retype, says, takeFiles, toList } from "./desk_pages.ts";
import { Scene } from "./desk_scene.ts";
import { type Kept, enroll, openPage, setUpApp, signIn, step, takeBackupCodes, takePassphrase } from "./enrolling.ts";
import { type App, forgetProofs, invite } from "./members.ts";
import { type Open, isFine, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

let service: DemoService;
let scene: Scene;

before(async () => {
  service = await startService();
  scene = new Scene(service);
});

after(async () => {
  await service.stop();
});

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
    kept = await enroll(page, service.credentials.fingerprint);
    app = await setUpApp(page);
    codes = await takeBackupCodes(page);
    await press(page, "They are on paper: to the desk");
  });

  it("says what is awaited, from whom, with digits to compare; and shows the account meanwhile", async () => {
    await step(page, "Almost there");
    await says(page, ".lead-line", "Grace Mwangi");
    const digits = await page.$eval(".fingerprint-large", (shown) => shown.textContent.trim());
    assert.match(digits, /^\d{5}(?: \d{5}){5}$/);
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
    await page.waitForSelector("body.desk-open");
    await toList(page);
    await says(page, ".row-summary", "The dam was built of sand");
    kept = { ...kept, passphrase };
  });
}

describe("an act that cannot be taken back, by a member without a second factor", { skip: skipReason(CHROMIUM) }, () => {
  it("asks for the passphrase, and is done then", async () => {
    const filed = await scene.file("The bridge was paid for twice.");
    const open = await openBrowser(CHROMIUM);
    try {
      const page = await openAs(open.browser, service, "intake");
      await openCase(page, filed.case);
      await forgetProofs(service);
      await press(page, "Give access: Daniel Okafor, investigations");
      await press(page, "Give access", "dialog");
      await says(page, "dialog", "Show that it is you");
      await isFine(page);
      await page.type("#proof", "these are not the words");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#proof-fault");
      await retype(page, "#proof", scene.passphrase("intake"));
      await page.keyboard.press("Enter");
      await says(page, ".case-people [data-access=reader]", "Daniel Okafor");
    } finally {
      await open.close();
    }
  });
});
