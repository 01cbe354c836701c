/** A site for practice, as somebody practices on it: from the page with codes and accounts to mailbox and desk. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { Desk } from "./acting/desk.ts";
import { mouse, reads, seen } from "./acting/hands.ts";
import { type Lodging, lodge } from "./acting/lodging.ts";
import { Mailbox } from "./acting/mailbox.ts";
import { ENGLISH, spoken } from "./acting/spoken.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { complaints, isFine } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const QUESTION = "Do you remember in which month that was";

let service: DemoService;
let house: Lodging;

/** The codes and passphrases that a page hands out, in their order. */
function handedOut(page: Page, part: string): Promise<string[]> {
  return page.$$eval(`h3#${part} + ul .digits`, (found) => found.map((one) => one.textContent));
}

function marked(page: Page): Promise<string> {
  return page.$eval("section.practice a", (link) => link.href);
}

describe("practicing", { skip: skipReason(CHROMIUM) }, () => {
  before(async () => {
    [service, house] = await Promise.all([startService({ command: "practice" }), lodge(CHROMIUM)]);
  });
  after(async () => {
    await house.close();
    await house.remove();
    await service.stop();
  });

  it("begins on a page that is fine narrow and wide, in every direction", async () => {
    const page = await house.page();
    for (const language of ["en", "ar", "zh"]) {
      await page.goto(`${service.intake}/${language}/practice`);
      await isFine(page, `practice-${language}`);
    }
    await page.close();
  });

  it("follows a made-up case with the code of that page", async () => {
    const page = await house.page();
    await page.goto(`${service.intake}/en/practice`);
    const codes = await handedOut(page, "codes");
    assert.equal(codes.length, 6);
    const box = new Mailbox(mouse(page), service.intake, ENGLISH);
    await box.open(codes[1] ?? "");
    await box.reads(QUESTION);
    assert.equal(await marked(page), `${service.intake}/en/practice`);
    assert.deepEqual(await complaints(page), []);
    await box.leave();
    await page.close();
  });

  it("signs in at the desk with a passphrase of that page, and works on a made-up case", async () => {
    const page = await house.page();
    await page.goto(`${service.intake}/zh/practice`);
    const [first] = await handedOut(page, "accounts");
    assert.equal(first, service.credentials.members.find(({ id }) => id === "intake")?.passphrase);
    await page.close();
    const desk = new Desk(mouse(await house.page(await house.browser.createBrowserContext())), service.credentials, await spoken("zh"));
    await desk.signIn("intake");
    await desk.refresh();
    assert.equal(await marked(desk.page), `${service.intake}/zh/practice`);
    assert.deepEqual(await complaints(desk.page), []);
    await desk.open("At the eye clinic in Belmora");
    await desk.reads("the man sits at the desk every Tuesday");
    await desk.reply("Thank you. We go there on Tuesday.");
    await desk.signOut();
    assert.deepEqual(await complaints(desk.page), [], "signing in, in Chinese");
    await desk.page.close();
  });

  it("shows an administrator every part in Arabic and in Chinese", async () => {
    const desk = new Desk(mouse(await house.page(await house.browser.createBrowserContext())), service.credentials);
    await desk.page.goto(`${service.desk}/ar/desk`);
    await desk.page.waitForSelector("h1:focus");
    assert.deepEqual(await complaints(desk.page), [], "signing in, in Arabic");
    await desk.hands.write("#name", "administrator");
    await desk.hands.write("#passphrase", desk.passphrase("administrator"));
    await desk.page.keyboard.press("Enter");
    await (await seen(desk.page, ".bar-who")).dispose();
    for (const [language, direction, channel, topic] of [["ar", "rtl", "المشتريات العامة", "حقوقك"], ["zh", "ltr", "公共采购", "您的权利"]] as const) {
      await desk.page.goto(`${service.desk}/admin/language/${language}`);
      for (const part of ["", "/members", "/channels", "/questionnaires", "/site", "/places", "/content", "/directory", "/security", "/stories"]) {
        await desk.page.goto(`${service.desk}/admin${part}`);
        const { lang, dir } = await desk.page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir }));
        assert.deepEqual([lang, dir], [language, direction]);
        assert.equal(await marked(desk.page), `${service.intake}/${language}/practice`);
        if (part === "/channels") await reads(desk.page, channel);
        if (part === "/content") await reads(desk.page, topic);
        await isFine(desk.page, `admin-${language}${part.replace("/", "-")}`);
      }
    }
    await desk.page.close();
  });
});
