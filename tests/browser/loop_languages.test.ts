/** Report, desk and mailbox in other languages than English: the same acts, one service and one browser for all of them. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { LANGUAGES } from "../../reporting/browser/src/protocol/wordlists.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import { Desk } from "./acting/desk.ts";
import { mouse } from "./acting/hands.ts";
import { type Lodging, lodge } from "./acting/lodging.ts";
import { Mailbox } from "./acting/mailbox.ts";
import { Reporter } from "./acting/reporter.ts";
import { type Spoken, spoken } from "./acting/spoken.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { type DemoService, startService } from "./service.ts";

const SENTENCES: Readonly<Record<string, readonly [string, string, string]>> = {
  ar: ["كُتبت شروط المناقصة على مقاس شركة واحدة.", "طلبنا دفتر الخزانة.", "المسودة الأولى في الخزانة الخضراء."],
  zh: ["招标条件是为一家公司量身定做的。", "我们已向财政部门索取账册。", "较早的草稿在绿色柜子里。"],
};

let service: DemoService;
let house: Lodging;

/** What a page says of its language, and whether anything on it is wider than the window. */
function shape(page: Page): Promise<{ lang: string; dir: string; wide: boolean }> {
  return page.evaluate(() => {
    const { lang, dir, scrollWidth, clientWidth } = document.documentElement;
    return { lang, dir, wide: scrollWidth > clientWidth };
  });
}

async function theLoop(said: Spoken, [account, reply, more]: readonly [string, string, string]): Promise<void> {
  const wanted = { lang: said.language, dir: said.language === "ar" ? "rtl" : "ltr", wide: false };
  const person = new Reporter(mouse(await house.page()), service.intake, said);
  await person.visit("procurement");
  await person.write(account);
  await person.review();
  await person.send();
  assert.deepEqual(await shape(person.page), wanted);
  const kept = await person.keepReceipt();
  // Its own words where there is a list of them; they open the mailbox on a page in any language.
  const own = LANGUAGES.includes(said.language) ? said.language : "en";
  assert.deepEqual(ReceiptCode.parse(kept.groups.join(" ")).words("en").length, kept.words.length);
  assert.equal(/^[a-z]+$/.test(kept.words.join("")), own === "en");
  await person.clear();
  await person.page.close();

  const desk = new Desk(mouse(await house.page(await house.browser.createBrowserContext())), service.credentials, said);
  await desk.signIn("intake");
  assert.deepEqual(await shape(desk.page), wanted);
  await desk.refresh();
  await desk.open(account);
  assert.match(desk.page.url(), new RegExp(`/${said.language}/desk/cases/`));
  await desk.reply(reply);
  await desk.moveTo("acknowledged");
  assert.deepEqual(await shape(desk.page), wanted);

  const box = new Mailbox(mouse(await house.page()), service.intake, said);
  await box.open(kept.words.join(" "));
  await box.reads(reply);
  await box.write(more);
  await box.send();
  assert.deepEqual(await shape(box.page), wanted);
  await box.leave();
  await box.page.close();

  await desk.back();
  await desk.open(account);
  await desk.reads(more);
  await desk.lock();
  await desk.unlock("intake");
  await desk.signOut();
  await desk.page.close();
}

describe("the loop in other languages", { skip: skipReason(CHROMIUM) }, () => {
  before(async () => {
    [service, house] = await Promise.all([startService(), lodge(CHROMIUM)]);
  });
  after(async () => {
    await house.close();
    await house.remove();
    await service.stop();
  });

  for (const [language, sentences] of Object.entries(SENTENCES)) {
    it(`goes round in ${language}`, async () => { await theLoop(await spoken(language), sentences); });
  }
});
