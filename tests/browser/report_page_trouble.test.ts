/** The report page where something is wrong: the site, the clock, the list, the connection, or no scripts at all. */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { type Verdict, startFront } from "./front.ts";
import { ACCOUNT, complaints, hasFocus, openBrowser, openForm, openedFor, press, shownCode, tabTo, textOf, toReceipt, toSending, touch, type, usingForm } from "./report_pages.ts";
import { type DemoService, startService, today } from "./service.ts";

let service: DemoService;
before(async () => {
  service = await startService();
});
after(() => service.stop());

function address(language = "en", channel = "procurement"): string {
  return `${service.intake}/${language}/report/${channel}`;
}

function trouble(kind: Kind): void {
  const opened = openedFor(kind);

  const withForm = (use: (page: Page) => Promise<void>, where = address()): Promise<void> => usingForm(opened.browser, where, use);

  it("where the site does not prove what it is, that is said, and nothing is sent", async () => {
    const front = await startFront(service.intake, async (request) => {
      if (request !== "GET /.well-known/reporting/directory") return "pass";
      const signed = await (await fetch(`${service.intake}/.well-known/reporting/directory`)).text();
      return { body: Buffer.from(signed.replace("Daniel Okafor", "Daniel Okafur")) };
    });
    try {
      await withForm(async (page) => {
        assert.match(await textOf(page, '[data-notice="site"][role="alert"]'), /does not prove that it is what it claims/);
        await toSending(page);
        await new Promise((resolve) => setTimeout(resolve, 500));
        assert.ok(!front.seen.some((request) => request.startsWith("POST")));
        assert.deepEqual(await complaints(page), []);
      }, `${front.address}/en/report/procurement`);
    } finally {
      front.close();
    }
  });

  it("people who joined while it was written get it only once the person has looked", async () => {
    const channel = "police-and-courts";
    const roles = (change: string): Promise<string> =>
      service.reporting("channels", "roles", channel, "--data", path.join(service.folder, "server"), change, "intake=investigator");
    await withForm(async (page) => {
      await type(page, "#q-account", ACCOUNT);
      await roles("--add");
      await service.publish();
      await touch(page, ".only");
      await touch(page, ".send");
      await page.waitForSelector('[data-notice="newer"] .recheck');
      assert.match(await textOf(page, '[data-notice="newer"]'), /New on it: Daniel Okafor/);
      assert.ok(await hasFocus(page, '[data-notice="newer"]'));
      assert.deepEqual(await complaints(page), []);
      await press(page, ".recheck");
      await tabTo(page, '[data-type="exclude"] input[value="investigator"]');
      await page.keyboard.press(" ");
      await touch(page, ".next");
      assert.match(await textOf(page, ".review"), /cousin without a tender/);
      await touch(page, ".send");
      await page.waitForSelector(".receipt");
    }, address("en", channel));
    await roles("--remove");
    await service.publish();
  });

  it("a list that is newer than the page, and known only after Send, is looked at before anything is sent", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; });
    const front = await startFront(service.intake, async (request): Promise<Verdict> => {
      if (request === "GET /.well-known/reporting/directory") await held;
      return "pass";
    });
    try {
      await withForm(async (page) => {
        await type(page, "#q-account", ACCOUNT);
        await touch(page, ".only");
        await service.publish();
        await touch(page, ".send");
        await page.waitForSelector(".stages");
        release();
        await page.waitForSelector('[data-notice="newer"]');
        await page.waitForSelector(".review");
        assert.ok(!front.seen.some((request) => request.startsWith("POST")));
        assert.deepEqual(await complaints(page), []);
        await touch(page, ".send");
        await page.waitForSelector(".receipt");
      }, `${front.address}/en/report/procurement`);
    } finally {
      front.close();
    }
  });

  it("a device whose clock is wrong is asked for the day, and sends by the answer", async () => {
    const page = await opened.browser.newPage();
    await page.evaluateOnNewDocument(() => {
      const Right = Date;
      const years = 30 * 365 * 86_400_000;
      // As a clock that is thirty years ahead, for whoever asks it.
      globalThis.Date = class extends Right {
        constructor(...parts: [] | [string | number]) {
          super(parts[0] ?? Right.now() + years);
        }
      } as DateConstructor;
    });
    await page.goto(address());
    await page.waitForSelector("#today");
    assert.deepEqual(await complaints(page), []);
    await page.$eval("#today", (field, day) => {
      (field as HTMLInputElement).value = day;
    }, today());
    await touch(page, '[data-notice="site"] button');
    await page.waitForFunction(() => document.querySelector('[data-notice="site"]') === null);
    await toReceipt(page);
    await page.close();
  });
}

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`trouble on the report page in ${kind.name}`, { skip: skipReason(kind) }, () => {
    trouble(kind);
  });
}

describe("the report page where the connection breaks", { skip: skipReason(CHROMIUM) }, () => {
  it("keeps everything, says so, shows the code if need be, and tries again", async () => {
    let broken = true;
    const front = await startFront(service.intake, (request) => (broken && request === "POST /api/reports" ? "break" : "pass"));
    const open = await openBrowser(CHROMIUM);
    try {
      const page = await openForm(open.browser, `${front.address}/en/report/procurement`);
      await toSending(page);
      await page.waitForSelector(".failed");
      assert.match(await textOf(page, ".failed h2"), /not known whether your report arrived/);
      assert.deepEqual(await complaints(page), []);
      const { words } = await shownCode(page);
      assert.equal(words.length, 12);
      broken = false;
      await touch(page, ".again");
      await page.waitForSelector(".receipt");
      assert.deepEqual((await shownCode(page)).words, words);
    } finally {
      await open.close();
      front.close();
    }
  });
});

describe("the report page with scripts off", { skip: skipReason(CHROMIUM) }, () => {
  it("can be read, says what to do instead, and Enter sends nothing anywhere", async () => {
    const open = await openBrowser(CHROMIUM);
    try {
      const page = await open.browser.newPage();
      await page.setJavaScriptEnabled(false);
      await page.goto(address());
      assert.match(await textOf(page, "noscript .warning"), /Scripts are switched off here/);
      const requests: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      for (const field of ["#q-organization", "#q-where-text", "#q-when-from", "#q-persons-name", "#q-account"]) {
        await page.focus(field);
        await page.keyboard.type("A secret");
        await page.keyboard.press("Enter");
      }
      await page.focus("#q-form-bribe");
      await page.keyboard.press("Enter");
      await page.focus("#send-early");
      await page.keyboard.press("Enter");
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(page.url(), address());
      assert.deepEqual(requests, []);
      assert.equal(await page.$eval("#q-organization", (field) => (field as HTMLInputElement).value), "A secret");
    } finally {
      await open.close();
    }
  });
});
