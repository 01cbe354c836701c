/** A member gives a mail address, shows by its code that it is theirs, and chooses what to be told of. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { gone, openAs, press, retype, says, texts } from "./desk_pages.ts";
import { type MailServer, startMailServer } from "./mail_server.ts";
import { type Open, isFine, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`mail settings in ${kind.name}`, { skip: skipReason(kind) }, () => {
    theSettings(kind);
  });
}

function theSettings(kind: Kind): void {
  let open: Open;
  let browser: Browser;
  let service: DemoService;
  let server: MailServer;
  let page: Page;

  const shown = async (): Promise<string> => service.reporting("notices", "show", "--data", `${service.folder}/server`);

  before(async () => {
    server = await startMailServer();
    const settings = { SMTP_HOST: "127.0.0.1", SMTP_PORT: String(server.port), SMTP_SECURITY: "none", SMTP_FROM: "notices@reports.example", NOTICE_SLOTS: "08:00,13:00" };
    [service, open] = await Promise.all([startService({ settings }), openBrowser(kind)]);
    ({ browser } = open);
    page = await openAs(browser, service, "intake", "/desk/account");
  });
  after(async () => {
    await open.close();
    await service.stop();
    await server.stop();
  });

  it("is off, and says what a mail tells, before anybody gives an address", async () => {
    await says(page, ".own-mail", "Mail leaves at 08:00 and 13:00 (UTC)");
    assert.equal(await page.$(".own-mail input[type=checkbox]"), null);
    await isFine(page);
  });

  it("takes an address once its code came back, after a fresh proof", async () => {
    await page.type("#mail-address", "intake@mail.example");
    await page.keyboard.press("Enter");
    await says(page, "dialog", "Show that it is you");
    await page.type("#proof", service.credentials.members.find(({ name }) => name === "intake")?.passphrase ?? "");
    await page.keyboard.press("Enter");
    await gone(page, "dialog");
    await says(page, ".own-mail", "A code was mailed to intake@mail.example.");
    await isFine(page);
    await service.reporting("notices", "send", "--data", `${service.folder}/server`);
    const code = /^\d{8}$/m.exec(await server.next())?.[0] ?? "";
    await page.type("#mail-code", code.startsWith("0") ? "11111111" : "00000000");
    await page.keyboard.press("Enter");
    await says(page, "#account-fault", "This is not the code that was mailed.");
    await retype(page, "#mail-code", code);
    await page.keyboard.press("Enter");
    await says(page, ".own-mail", "Mail goes to: intake@mail.example");
    assert.equal(await page.$("#account-fault"), null);
    await isFine(page);
  });

  it("keeps what is chosen, and nothing is chosen before", async () => {
    assert.deepEqual(await page.$$eval(".own-mail input[type=checkbox]", (all) => all.filter((one) => one.checked).length), 0);
    await press(page, "a new case", ".own-mail");
    await page.waitForSelector(".own-mail input[name=named]");
    await press(page, "The mail may say which channel it is", ".own-mail");
    await says(page, "[role=status]", "Kept.");
    await page.waitForNetworkIdle();
    assert.match(await shown(), /intake +confirmed +en +\S+: new \(named\)/);
    await isFine(page);
  });

  it("writes in the language of the page, or another that is chosen", async () => {
    assert.equal(await page.$eval("#mail-language", (field) => (field as HTMLSelectElement).value), "en");
    await page.select("#mail-language", "ar");
    await page.waitForNetworkIdle();
    assert.match(await shown(), /intake +confirmed +ar +\S+: new \(named\)/);
    assert.equal(await page.$eval("#mail-language", (field) => (field as HTMLSelectElement).value), "ar");
    await isFine(page);
    const russian = await openAs(browser, service, "intake", "/ru/desk/account");
    await russian.waitForSelector("#mail-language");
    await russian.click(".own-mail .part-actions button");
    await russian.type("#mail-address", "intake@mail.example");
    await russian.keyboard.press("Enter");
    await russian.waitForSelector("#proof");
    await russian.type("#proof", service.credentials.members.find(({ name }) => name === "intake")?.passphrase ?? "");
    await russian.keyboard.press("Enter");
    await russian.waitForSelector("#mail-code");
    await service.reporting("notices", "send", "--data", `${service.folder}/server`);
    const mail = await server.next();
    assert.match(mail, /^Этот код показывает, что почта до вас доходит\./);
    await russian.type("#mail-code", /^\d{8}$/m.exec(mail)?.[0] ?? "");
    await russian.keyboard.press("Enter");
    await gone(russian, "#mail-code");
    assert.match(await shown(), /intake +confirmed +ru +\S+: new \(named\)/);
    await russian.close();
  });

  it("forgets the address", async () => {
    await press(page, "Forget the address");
    await says(page, "dialog", "No mail is sent to you any more.");
    await press(page, "Forget it", "dialog");
    await page.waitForSelector("#mail-address");
    assert.equal((await texts(page, ".own-mail")).some((text) => text.includes("intake@mail.example")), false);
    await page.close();
  });
}
