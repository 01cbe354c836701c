/** The report page in Chromium and Firefox: written, looked over, sealed, sent, kept; and what may go wrong. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { startFront } from "./front.ts";
import { ACCOUNT, complaints, hasFocus, openedFor, press, shownCode, tabTo, textOf, toReceipt, touch, type, usingForm, wouldAsk } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const SECTIONS = 9; // those of the questionnaire, and the files

let service: DemoService;
before(async () => {
  service = await startService();
});
after(() => service.stop());

function address(language = "en", channel = "procurement"): string {
  return `${service.intake}/${language}/report/${channel}`;
}

/** The places that the receipt asks for, from 0. */
function askedPlaces(page: Page): Promise<number[]> {
  return page.$$eval(".keep input", (fields) => fields.map((field) => Number(field.id.split("-")[1])));
}

async function confirmWith(page: Page, answers: readonly string[]): Promise<void> {
  const fields = await page.$$(".keep input");
  for (const [index, field] of fields.entries()) {
    await field.evaluate((element) => {
      element.value = "";
    });
    await field.type(answers[index] ?? "");
  }
  await touch(page, ".confirm");
}

/** Answers requests to other sites, which no test reaches. */
async function answerElsewhere(page: Page): Promise<void> {
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const elsewhere = request.url().startsWith("https://");
    void (elsewhere ? request.respond({ status: 200, contentType: "text/html", body: "<p id=elsewhere>elsewhere" }) : request.continue());
  });
}

function theWay(kind: Kind): void {
  const opened = openedFor(kind);

  const withForm = (use: (page: Page) => Promise<void>, where = address()): Promise<void> => usingForm(opened.browser, where, use);

  it("a report is written, changed, sealed for all but one, sent and kept, by keyboard alone", () =>
    withForm(async (page) => {
      assert.equal(await wouldAsk(page), false);
      await type(page, "#q-account", ACCOUNT);
      assert.equal(await wouldAsk(page), true);
      await press(page, ".next");
      assert.ok(await hasFocus(page, "#title-where_and_when"));
      await type(page, "#q-where-text", "Town hall");
      await press(page, ".only");
      await page.waitForSelector(".review");
      assert.ok(await hasFocus(page, "#review-title"));
      assert.match(await textOf(page, ".review"), /Nobody is shut out\./);
      await press(page, '[aria-label="Change: Where did it happen?"]');
      assert.ok(await hasFocus(page, "#q-where-text"));
      await page.keyboard.press("End");
      await page.keyboard.type(", second floor");
      await press(page, ".only");
      assert.match(await textOf(page, ".review"), /Town hall, second floor/);
      await press(page, ".readers .change");
      await tabTo(page, '[data-type="exclude"] input[value="investigator"]');
      await page.keyboard.press(" ");
      await press(page, ".next");
      assert.match(await textOf(page, ".shut-out"), /Shut out: Daniel Okafor/);
      await press(page, ".send");
      await page.waitForSelector(".receipt");
      const { words, groups } = await shownCode(page);
      assert.equal(words.length, 12);
      assert.ok(groups.every((group) => /^\d{4}$/.test(group)));
      assert.ok(!(await page.content()).includes(ACCOUNT));
      const [first = 0, second = 0] = await askedPlaces(page);
      await type(page, `#kept-${first}`, (words[first] ?? "").slice(0, 4).toUpperCase());
      await type(page, `#kept-${second}`, groups[second] ?? "");
      await press(page, ".confirm");
      assert.match(await textOf(page, ".what-next"), /What happens next/);
      assert.ok(await hasFocus(page, "#next-title"));
      assert.equal(await wouldAsk(page), false);
      await press(page, ".clear");
      assert.ok(!(await page.content()).includes(words.join(" ")));
      assert.match(await textOf(page, "h1"), /cleared/);
    }));

  it("the receipt is not let go by a wrong word, and only after a second thought without one", () =>
    withForm(async (page) => {
      await toReceipt(page);
      assert.equal(await wouldAsk(page), true);
      await confirmWith(page, ["zoo", "0000"]);
      assert.match(await textOf(page, ".keep .field-error"), /Word or group \d+ is another one/);
      assert.equal(await page.$(".clear"), null);
      await touch(page, ".past");
      assert.equal(await page.$(".clear"), null);
      await touch(page, ".sure");
      await page.waitForSelector(".clear");
      assert.equal(await wouldAsk(page), false);
    }));

  it("faults are said at the top, linked to their fields, with everything typed still there", () =>
    withForm(async (page) => {
      await press(page, ".next");
      await type(page, "#q-when-from", "in spring");
      await press(page, ".only");
      await page.waitForSelector(".summary");
      assert.ok(await hasFocus(page, "#faults-title"));
      assert.equal((await page.$$(".summary li")).length, 2);
      await press(page, '.summary a[href="#q-when-from"]');
      assert.ok(await hasFocus(page, '#q-when-from[aria-invalid="true"]'));
      assert.equal(await page.$eval("#q-when-from", (field) => (field as HTMLInputElement).value), "in spring");
      await page.keyboard.type("x");
      assert.equal((await page.$$(".summary li")).length, 1);
    }));

  it("a draft goes into a sealed file and comes back with its code", () =>
    withForm(async (page) => {
      await page.evaluate(() => {
        const make = URL.createObjectURL.bind(URL);
        URL.createObjectURL = (blob: Blob): string => {
          void blob.arrayBuffer().then((bytes) => {
            document.body.dataset["saved"] = btoa(String.fromCharCode(...new Uint8Array(bytes)));
          });
          return make(blob);
        };
      });
      await type(page, "#q-account", ACCOUNT);
      await touch(page, ".save-draft");
      await page.waitForSelector("[data-saved]");
      const saved = await page.$eval("[data-saved]", (body) => (body as HTMLElement).dataset["saved"] ?? "");
      assert.ok(!Buffer.from(saved, "base64").includes(ACCOUNT));
      await page.waitForSelector(".draft-saved");
      assert.deepEqual(await complaints(page), []);
      const { groups } = await shownCode(page);
      assert.equal(await wouldAsk(page), true);
      await touch(page, ".go-on");
      assert.equal(await wouldAsk(page), false);
      await page.goto(address());
      await page.waitForSelector(".draft-open");
      assert.equal(await page.$eval("#q-account", (field) => (field as HTMLTextAreaElement).value), "");
      await touch(page, ".draft-open summary");
      await page.evaluate((content) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], "draft.age"));
        const field = document.querySelector<HTMLInputElement>("#draft-file");
        if (field !== null) field.files = transfer.files;
      }, saved);
      await type(page, "#draft-code", groups.join(" "));
      await page.keyboard.press("Enter");
      await page.waitForSelector('[data-notice="draft"]');
      assert.equal(await page.$eval("#q-account", (field) => (field as HTMLTextAreaElement).value), ACCOUNT);
    }));

  it("Send pressed before the script is there keeps the text, and sends it when the script comes", async () => {
    let release: () => void = () => undefined;
    const pressed = new Promise<void>((resolve) => {
      release = resolve;
    });
    const front = await startFront(service.intake, (request) => (request.includes("/assets/report-") ? pressed.then(() => "pass") : "pass"));
    const page = await opened.browser.newPage();
    try {
      const loaded = page.goto(`${front.address}/en/report/procurement`);
      await page.waitForSelector("#send-early");
      await page.focus("#q-account");
      await page.keyboard.type(ACCOUNT);
      await page.focus("#send-early");
      await page.keyboard.press(" ");
      assert.equal(await page.$eval("#send-early", (box) => (box as HTMLInputElement).checked), true);
      assert.equal(await page.$eval("#send-waiting", (said) => getComputedStyle(said).display !== "none"), true);
      assert.ok(!front.seen.some((request) => request.startsWith("POST")));
      release();
      await loaded;
      await page.waitForSelector(".receipt");
      assert.equal(front.seen.filter((request) => request === "POST /api/reports").length, 1);
    } finally {
      await page.close();
      front.close();
    }
  });

  it("Escape pressed three times clears the text and leads away without an entry of history", () =>
    withForm(async (page) => {
      await answerElsewhere(page);
      await type(page, "#q-account", ACCOUNT);
      await press(page, ".next");
      const before = await page.evaluate(() => history.length);
      for (let presses = 0; presses < 3; presses++) await page.keyboard.press("Escape");
      await page.waitForSelector("#elsewhere");
      assert.equal(await page.evaluate(() => history.length), before);
    }));

  it("no words reach the address, the history or the browser's storage", () =>
    withForm(async (page) => {
      const before = await page.evaluate(() => history.length);
      await toReceipt(page);
      const kept = await page.evaluate(async () => ({
        address: location.href,
        history: history.length,
        local: localStorage.length + sessionStorage.length,
        cookies: document.cookie,
        databases: (await indexedDB.databases()).length,
      }));
      assert.deepEqual(kept, { address: address(), history: before, local: 0, cookies: "", databases: 0 });
    }));

  for (const language of ["en", "ar"]) {
    it(`every step, review and receipt in ${language} is without fault for axe, and fits 320 pixels`, () =>
      withForm(async (page) => {
        await type(page, "#q-account", ACCOUNT);
        for (let step = 1; step <= SECTIONS; step++) {
          assert.deepEqual(await complaints(page), [], `step ${step}`);
          await touch(page, ".next");
        }
        await page.waitForSelector(".review");
        assert.deepEqual(await complaints(page), [], "review");
        await touch(page, ".send");
        await page.waitForSelector(".receipt");
        assert.deepEqual(await complaints(page), [], "receipt");
        await touch(page, ".past");
        await touch(page, ".sure");
        assert.deepEqual(await complaints(page), [], "next");
      }, address(language)));
  }
}

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`the report page in ${kind.name}`, { skip: skipReason(kind) }, () => {
    theWay(kind);
  });
}
