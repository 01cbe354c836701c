/** The administrators' pages as they are used: without scripts, by keyboard, on narrow and wide screens. */

import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import type { ElementHandle, Page } from "puppeteer-core";

import { type Hands, keyboard, reads, seen } from "./acting/hands.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { SHUT, enter, openAs, openCase, says } from "./desk_pages.ts";
import { type Open, complaints, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const WIDTHS = [320, 1280];
const LIGHTS = ["light", "dark"];
const LOOKS = 50; // at a page, until a note of another's device has arrived
const PAGES = [
  "",
  "/members",
  "/members/invite",
  "/members/intake",
  "/members/intake/remove",
  "/members/intake/again",
  "/channels",
  "/channels/add",
  "/channels/procurement",
  "/channels/procurement/close",
  "/test",
  "/test?channel=procurement",
  "/questionnaires",
  "/questionnaires/add",
  "/questionnaires/corruption-1",
  "/site",
  "/places",
  "/places/add",
  "/directory",
  "/security",
  "/confirm",
];

describe("the administrators' pages in Chromium", { skip: skipReason(CHROMIUM) }, () => {
  let service: DemoService;
  let open: Open;
  let page: Page;
  let hands: Hands;
  let folder: string;

  before(async () => {
    service = await startService();
    open = await openBrowser(CHROMIUM);
    page = await openAs(open.browser, service, "administrator");
    hands = keyboard(page);
    folder = path.join(service.home, "downloads");
    await mkdir(folder);
    const session = await page.createCDPSession();
    await session.send("Page.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
  });

  after(async () => {
    await open.close();
    await service.stop();
  });

  /** Presses something that leads to another page, and waits for it. */
  const follow = async (selector: string, words = ""): Promise<void> => {
    const arrived = page.waitForNavigation();
    await hands.press({ selector, words });
    await arrived;
  };

  it("are where the desk leads an administrator", async () => {
    await reads(page, "Cases stay sealed to those who work on them.");
    await hands.press({ selector: "main button", words: "Show it now" });
    const passphrase = service.credentials.members.find(({ name }) => name === "administrator")?.passphrase;
    await hands.write("dialog input", passphrase ?? "");
    const proved = page.waitForNavigation();
    await page.keyboard.press("Enter");
    await proved;
    assert.equal(new URL(page.url()).pathname, "/admin");
    await follow(".bar-ways a", "Desk");
    await page.waitForSelector(SHUT);
    await enter(page, service, "administrator");
    await follow("#bar a", "Administration");
    assert.equal(new URL(page.url()).pathname, "/admin");
    await reads(page, "What is to be done");
  });

  it("let somebody be invited by keyboard, and show the link once", async () => {
    await follow("nav a", "Members");
    await follow("a.button", "Invite somebody");
    await hands.write("#label", "Nora Lindqvist, intake");
    await hands.write("#member", "nora");
    await hands.tick('input[value="procurement:intake"]');
    await hands.tick('input[value="procurement:protection"]');
    await follow("button", "Make the link");
    await reads(page, "must not meet in one person", ".fault");
    assert.equal(await page.$eval("#label", (field) => (field as HTMLInputElement).value), "Nora Lindqvist, intake");
    await hands.tick('input[value="procurement:protection"]');
    await follow("button", "Make the link");
    const link = await page.$eval("#link", (field) => (field as HTMLTextAreaElement).value);
    assert.match(link, new RegExp(`^${service.desk}/enroll#[\\w-]{43}$`));
    assert.deepEqual(await complaints(page), []);
    await follow("a.button", "To the members");
    await reads(page, "Nora Lindqvist, intake", ".panel");
    await follow("a.button", "Take back");
    await follow("button", "Take it back");
    await reads(page, "Its link no longer works.", ".done");
  });

  it("bring a change of roles to the root key and back", async () => {
    await follow("a.who", "Daniel Okafor");
    await hands.tick('input[value="procurement:intake"]');
    await follow("button", "Store the roles");
    await reads(page, "in force with the next list", ".done");
    await follow("nav a", "Signed list");
    await reads(page, "On “procurement”, investigator becomes intake.", ".changes");
    await hands.press({ selector: "button", words: "Download the request" });
    const request = path.join(folder, "directory-2.request.json");
    while (!(await readdir(folder)).includes(path.basename(request))) await new Promise((resolve) => setTimeout(resolve, 100));
    await service.reporting("keys", "sign", request, "--root-folder", path.join(service.folder, "root"), "--yes");
    const field = (await seen(page, "#file")) as unknown as ElementHandle<HTMLInputElement>;
    await field.uploadFile(request);
    await follow("button", "Check and publish");
    await reads(page, "not signed yet", ".field-error");
    assert.deepEqual(await complaints(page), []);
    const again = (await seen(page, "#file")) as unknown as ElementHandle<HTMLInputElement>;
    await again.uploadFile(path.join(folder, "directory-2.signed.json"));
    await follow("button", "Check and publish");
    await reads(page, "The new list is in force.", ".done");
    await reads(page, "Version 2 is in force");
  });

  it("file a test report, show its code once, and follow it", async () => {
    await page.goto(`${service.desk}/admin`);
    await follow("main a.button", "Test a channel");
    await follow("button", "File the test report");
    await reads(page, "Please check the box", ".field-error");
    await hands.tick("#agreed");
    await follow("button", "File the test report");
    await reads(page, "is filed");
    const code = await page.$eval("#words", (field) => (field as HTMLTextAreaElement).value);
    assert.equal(code.split(" ").length, 12);
    assert.deepEqual(await complaints(page), []);
    await follow("a.button", "See how far it is");
    await reads(page, "Stored and acknowledged by the service", ".findings");
    for (const width of WIDTHS) {
      await page.setViewport({ width, height: 800 });
      assert.deepEqual(await complaints(page), [], String(width));
    }
    assert.equal((await page.content()).includes(code), false);
  });

  it("show that a member's own keys opened the test", async () => {
    assert.equal(await page.$(".findings .met .state + span bdi"), null);
    const member = await openAs(open.browser, service, "intake");
    await openCase(member, new URL(page.url()).searchParams.get("case") ?? "");
    await says(member, ".report .told", "This is a test of the channel. Nothing happened.");
    await says(member, "main", "by the server, without scripts");
    const opened = async (): Promise<boolean> => (await page.$(".findings .met .state + span bdi")) !== null;
    for (let look = 0; look < LOOKS && !(await opened()); look += 1) await follow("a.button", "Look again");
    await reads(page, "opened", ".findings .met .state");
    await member.browserContext().close();
  });

  it("work where scripts are off", async () => {
    await page.setJavaScriptEnabled(false);
    await page.goto(`${service.desk}/admin/channels/procurement`);
    const title = await seen(page, "#title-en").catch(() => null);
    assert.notEqual(await page.$("#title-en"), null, String(title));
    await page.type("#title-en", " of the state");
    await Promise.all([page.waitForNavigation(), page.click("button.primary")]);
    assert.match(page.url(), /\/admin\/channels\?done=channel$/);
    await page.setJavaScriptEnabled(true);
  });

  for (const address of PAGES) {
    it(`/admin${address} is fine on every screen and in both lights`, async () => {
      for (const width of WIDTHS) {
        for (const value of LIGHTS) {
          await page.setViewport({ width, height: 800 });
          await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
          const response = await page.goto(`${service.desk}/admin${address}`);
          assert.equal(response?.status(), 200);
          assert.deepEqual(await complaints(page), [], `${width} ${value}`);
        }
      }
    });
  }
});
