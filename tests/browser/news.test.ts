/** The news link, from the mailbox to its page: on and off, a day and nothing else, whatever the server says. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { b64encode, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { Feed, NONCE_BYTES, sealDay } from "../../reporting/browser/src/protocol/feed.ts";
import { systemRandom } from "../../reporting/browser/src/protocol/signing.ts";
import { longDay } from "../../reporting/browser/src/ui/dates.ts";
import { CHROMIUM, FIREFOX, skipReason } from "./browsers.ts";
import { type Front, startFront } from "./front.ts";
import { type Lie, told } from "./mailbox_story.ts";
import { DAY, moveDocument } from "./movable.ts";
import { complaints, openMailbox, openedFor } from "./report_pages.ts";
import { type DemoService, startService, today } from "./service.ts";

const SHOTS = process.env["SCREENSHOTS"];

const dayFromNow = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

/** Ten characters of a server's choice, sealed as a day is. */
async function sealText(text: string, feed: Feed): Promise<string> {
  const iv = new Uint8Array(systemRandom(NONCE_BYTES));
  const key = await crypto.subtle.importKey("raw", new Uint8Array(await feed.answerKey()), "AES-GCM", false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8("reporting/v1/feed") }, key, new Uint8Array(utf8(text)));
  return b64encode(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
}

interface Submitted {
  readonly case: string;
  readonly receipt: { readonly words: readonly string[] };
}

describe("the news link", () => {
  let service: DemoService;
  let front: Front;
  let lie: Lie | null = null;
  let cut = false;

  before(async () => {
    service = await startService();
    front = await startFront(service.intake, (request) => {
      if (cut && request.startsWith("POST")) return "break";
      return lie !== null && request === "POST /api/updates" ? told(lie, request) : "pass";
    });
  });
  beforeEach(() => {
    lie = null;
    cut = false;
  });
  after(async () => {
    front.close();
    await service.stop();
  });

  for (const kind of [CHROMIUM, FIREFOX]) {
    describe(`in ${kind.name}`, { skip: skipReason(kind) }, () => {
      const opened = openedFor(kind);
      let mailbox: Page;
      let submitted: Submitted;
      let link: string;

      before(async () => {
        const answers = path.join(service.folder, "answers.json");
        await writeFile(answers, JSON.stringify({ account: "The lamps were paid for and never put up." }));
        const command = ["--channel", "procurement", "--answers", answers, "--fingerprint", service.credentials.fingerprint, "--json"];
        submitted = JSON.parse(await service.reporting("submit", service.intake, ...command)) as Submitted;
        mailbox = await newPage();
      });

      const newPage = async (days = 0): Promise<Page> => {
        const page = await opened.browser.newPage();
        page.setDefaultTimeout(60_000);
        if (days !== 0) await page.evaluateOnNewDocument(moveDocument, days * DAY);
        return page;
      };
      const open = async (language: string): Promise<void> => {
        await openMailbox(mailbox, front.address, submitted.receipt.words.join(" "), language);
        await mailbox.waitForSelector(".show-news");
        await mailbox.click(".show-news");
        await mailbox.waitForSelector("news-choice .news-standing");
        await mailbox.waitForFunction(() => [...document.styleSheets].some((sheet) => sheet.href?.includes("/newslink-")));
      };
      const turn = async (way: "on" | "off"): Promise<void> => {
        await mailbox.click(`.turn-${way}`);
        await mailbox.waitForSelector(way === "on" ? ".turn-off" : ".turn-on");
      };
      /** What the page of the link says, on a device whose clock is so many days ahead. */
      const look = async (address: string, days = 0): Promise<string> => {
        const page = await newPage(days);
        await page.goto(address);
        await page.waitForSelector(".news-told, .fault");
        const said = await page.$eval("news-of-report", (found) => (found as HTMLElement).innerText);
        await page.close();
        return said;
      };
      const shoot = async (page: Page, name: string): Promise<void> => {
        if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/news-${kind.name}-${name}.png` as `${string}.png`, fullPage: true });
      };

      it("says what it gives away, and is off until it is turned on", async () => {
        for (const width of [320, 1_200]) {
          await mailbox.setViewport({ width, height: 900 });
          for (const language of ["ar", "en"]) {
            await open(language);
            assert.deepEqual(await complaints(mailbox), [], language);
            await shoot(mailbox, `off-${language}-${width.toString()}`);
          }
        }
        const said = await mailbox.$eval("news-choice", (found) => (found as HTMLElement).innerText);
        assert.match(said, /Whoever finds it on your device knows that you reported here\./);
        assert.match(said, /The link is off/);
        assert.equal(await mailbox.$(".news-address"), null);
        await turn("on");
        link = await mailbox.$eval(".news-address", (found) => (found as HTMLElement).innerText.trim());
        assert.match(link, new RegExp(`^${front.address}/en/news#[0-9a-f]{32}$`));
        for (const width of [320, 1_200]) {
          await mailbox.setViewport({ width, height: 900 });
          assert.deepEqual(await complaints(mailbox), []);
          await shoot(mailbox, `on-${width.toString()}`);
        }
      });

      it("tells the day of the newest word, as the day goes by", async () => {
        assert.match(await look(link), /Nobody has written to you yet/);
        await service.asMember("intake", "reply", submitted.case, "Which street?");
        assert.match(await look(link), new RegExp(`The newest word to you is of today, ${longDay(today())}[^]*more may have come since`));
        assert.match(await look(link, 3), new RegExp(`The newest word to you is of ${longDay(today())}[^]*there is nothing new`));
      });

      it("is a page that anybody can read, and that asks in one post without the link in it", async () => {
        const page = await newPage();
        const begun = front.seen.length;
        for (const width of [320, 1_200]) {
          await page.setViewport({ width, height: 900 });
          for (const language of ["ar", "en"]) {
            await page.goto("about:blank");
            await page.goto(link.replace("/en/", `/${language}/`));
            await page.waitForSelector(".news-told");
            assert.deepEqual(await complaints(page), [], language);
            await shoot(page, `page-${language}-${width.toString()}`);
          }
        }
        const seen = front.seen.slice(begun);
        assert.equal(seen.filter((request) => request.startsWith("POST")).length, 4);
        assert.ok(!seen.some((request) => request.includes(link.split("#")[1] ?? "")));
        assert.equal(await page.title(), "News");
        const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length]);
        assert.deepEqual(kept, [0, 0, "", 0]);
        // The way to the content, and the other language, keep the link.
        await page.$eval("a.skip", (found) => { found.click(); });
        await page.waitForFunction((address) => location.href === address, {}, link);
        await page.waitForSelector(".news-told");
        assert.equal(await page.$eval('.languages a[lang="ar"]', (found) => found.hash), `#${link.split("#")[1] ?? ""}`);
        // The way out leaves nothing of it on the page.
        await page.evaluate(() => { window.dispatchEvent(new Event("pagehide")); });
        assert.equal(await page.$(".news-told"), null);
        await page.close();
      });

      it("shows no text of the server's, and says that a day to come is wrong", async () => {
        const feed = Feed.parse(link);
        const sealed = async (days: number): Promise<string> => b64encode(await sealDay(dayFromNow(days), await feed.answerKey(), systemRandom));
        const says = async (news: string, more: object = {}): Promise<string> => {
          lie = (answer) => ({ ...answer, ...more, news });
          return look(link);
        };
        const future = await says(await sealed(2));
        assert.match(future, /names a day that is yet to come[^]*Do not rely on it: look into the mailbox/);
        assert.ok(!future.includes(longDay(dayFromNow(2))));
        for (const text of ["Call me up", "<b>9-12-1>", "2026-02-30"]) {
          const said = await says(await sealText(text, feed));
          assert.match(said, /answer about news is not in order/);
          assert.ok(!said.includes(text), said);
        }
        const named = await says(await sealed(-9), { text: "Come to the harbor", title: "Harbor" });
        assert.match(named, new RegExp(`The newest word to you is of ${longDay(dayFromNow(-9))}`));
        assert.ok(!/harbor/i.test(named));
        assert.match(await says(b64encode(new Uint8Array(38))), /This link is not turned on/);
        assert.match(await says("Come to the harbor"), /The server's answer is not as the protocol says/);
      });

      it("says so where there is no answer, no link, half of one, or one that is off", async () => {
        cut = true;
        assert.match(await look(link), /The server did not answer/);
        cut = false;
        const begun = front.seen.length;
        assert.match(await look(`${front.address}/en/news`), /This address is without its secret part/);
        assert.match(await look(link.slice(0, -3)), /This link is not whole/);
        assert.ok(!front.seen.slice(begun).some((request) => request.startsWith("POST")));
        assert.match(await look(`${front.address}/en/news#${"0".repeat(32)}`), /This link is not turned on/);
        await turn("off");
        assert.match(await mailbox.$eval("news-choice", (found) => (found as HTMLElement).innerText), /The link is off now/);
        assert.match(await look(link), /This link is not turned on/);
        await turn("on");
        assert.equal(await mailbox.$eval(".news-address", (found) => (found as HTMLElement).innerText.trim()), link);
        assert.match(await look(link), /is of today/);
      });
    });
  }
});
