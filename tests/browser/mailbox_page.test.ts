/** The mailbox page in real browsers, against a real service, honest and not. */

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, skipReason } from "./browsers.ts";
import { type Front, startFront } from "./front.ts";
import { ACCOUNT, FORGED, type Lie, Lies, QUESTION, REASON, type Story, tellStory, told } from "./mailbox_story.ts";
import { DAY, moveDocument } from "./movable.ts";
import { PATIENCE, complaints, openedFor, wouldAsk } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

function arabicIndic(groups: readonly string[]): string {
  return groups.join(" ").replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)));
}

describe("the mailbox page", () => {
  let service: DemoService;
  let front: Front;
  let lie: Lie | null = null;
  let cut = false;
  let story: Story;
  let lies: Lies;

  before(async () => {
    service = await startService();
    front = await startFront(service.intake, (request) => {
      const [method, address = ""] = request.split(" ");
      if (method !== "POST") return "pass";
      if (cut) return "break";
      return lie === null ? "pass" : told(lie, address);
    });
    story = await tellStory(service);
    lies = new Lies(story, service.credentials.origin);
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
      let page: Page;

      beforeEach(async () => {
        const others = await opened.browser.pages();
        page = await opened.browser.newPage();
        page.setDefaultTimeout(2 * PATIENCE); // a mailbox is opened in each test, by a server that works for all of them
        for (const other of others) await other.close();
      });

      const text = (selector = "main"): Promise<string> => page.$eval(selector, (found) => (found as HTMLElement).innerText);
      const until = async (wanted: string, selector = "main"): Promise<void> => {
        await page.waitForFunction((found, words) => document.querySelector<HTMLElement>(found)?.innerText.includes(words), {}, selector, wanted);
      };
      const visit = async (language = "en"): Promise<void> => {
        await page.goto(`${front.address}/${language}/mailbox`);
        await page.waitForSelector("#code");
      };
      const enter = async (code: string): Promise<void> => {
        // Put in at once, as pasting does: typing is tried in a test of its own.
        await page.$eval("#code", (field, value) => {
          (field as HTMLTextAreaElement).value = value;
          field.dispatchEvent(new Event("input"));
        }, code);
        await page.click(".code-form button[type=submit]");
      };
      /** Opens the mailbox, the report's tab in front. */
      const open = async (change: Lie | null = null, code = story.words.join(" ")): Promise<void> => {
        lie = change;
        await visit();
        await enter(code);
        await select(story.report);
      };
      const select = async (id: string): Promise<void> => {
        const tab = await page.waitForSelector(`#tab-case-${id.slice(0, 12)}`).catch(async (error: unknown) => {
          throw new Error(`instead of the case the page shows: ${await text()}`, { cause: error });
        });
        await tab?.click();
      };
      const shown = (id: string): string => `#case-${id.slice(0, 12)}`;
      const press = async (label: string): Promise<void> => {
        await page.evaluate((words) => {
          const found = [...document.querySelectorAll("button")].find((button) => button.innerText === words && button.checkVisibility());
          found?.click();
        }, label);
      };
      /** Looks again, and waits until what was read stands in the place of what was shown. */
      const lookAgain = async (): Promise<void> => {
        await page.$eval(".mailbox-bar", (bar) => {
          bar.setAttribute("data-before", "");
        });
        await press("Look again");
        await page.waitForSelector(".mailbox-bar:not([data-before])");
      };
      const write = async (words: string): Promise<void> => {
        await page.type(`#write-${story.report.slice(0, 12)}`, words);
      };
      const judged = async (state: string): Promise<void> => {
        assert.deepEqual(await complaints(page), [], state);
      };

      it("comes back with words, and shows answer, course, deadlines and people", async () => {
        await visit();
        await judged("asking for the code");
        await page.type("#code", story.words.slice(0, 2).join(" ").toUpperCase());
        await until("2 of 12 words");
        await enter(story.words.join("-"));
        await select(story.report);
        const said = await text(shown(story.report));
        for (const words of [QUESTION, REASON, "Samira Haddad, intake", "Being assessed", "An answer is due by", "in 3 months", "Whom you shut out", "Daniel Okafor, investigations"]) {
          assert.ok(said.includes(words), words);
        }
        assert.match(said, /signed by Samira Haddad, intake on/);
        assert.match(said, /The site signed for receiving this on/);
        assert.equal(await page.$(".warning"), null);
        const history = await page.evaluate(() => [globalThis.history.length, location.search + location.hash] as const);
        assert.equal(history[1], "");
        await judged("a mailbox with two cases");
      });

      it("takes digits, Arabic-Indic ones too, and reads from right to left", async () => {
        await visit("ar");
        await enter(arabicIndic(story.groups));
        await select(story.report);
        assert.ok((await text(shown(story.report))).includes(QUESTION));
        assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
        await page.setViewport({ width: 320, height: 640 });
        await judged("a mailbox in Arabic");
      });

      it("keeps two cases side by side, which the keyboard reaches", async () => {
        await open(null, story.groups.join(" "));
        await page.focus(`#tab-case-${story.report.slice(0, 12)}`);
        const before = await page.evaluate(() => globalThis.history.length);
        await page.keyboard.press("ArrowRight");
        await page.waitForSelector(shown(story.protection), { visible: true });
        assert.ok((await text(shown(story.protection))).includes("Leila Karimi"));
        assert.ok(!(await text()).includes(QUESTION));
        await page.keyboard.press("Home");
        assert.equal(await page.evaluate(() => globalThis.history.length), before);
        await page.setViewport({ width: 320, height: 640 });
        await judged("two cases on a phone");
      });

      it("names what is wrong with a code, and never says that there are no reports", async () => {
        await visit();
        const fault = ".field-error";
        await enter([...story.words.slice(0, 11), "notaword"].join(" "));
        await until("“notaword” is in no receipt code", fault);
        await enter(`${story.words.slice(1).join(" ")} ${story.words[0] ?? ""} ${story.words[1] ?? ""}`);
        await until("twelve words or twelve groups", fault);
        await enter(service.credentials.fingerprint);
        await until("fingerprint of the site", fault);
        await judged("a code that is none");
        await enter(Array(11).fill("abandon").concat("about").join(" "));
        await until("There is nothing under this code: check it.");
        await until("One wrong code in sixteen looks right.");
        assert.ok(!/no reports/i.test(await text()));
        await judged("nothing under a code");
      });

      it("sends more, keeps what was typed where that fails, and shows what was signed for", async () => {
        await open();
        const words = `It says 3 November. (${kind.name})`;
        await press("Send");
        await until("There is nothing to send.", shown(story.report));
        await write(words);
        await until(" bytes", shown(story.report));
        assert.ok(await wouldAsk(page));
        lie = (answer, address) => (address === "/api/entries" ? { nothing: true } : answer);
        await press("Send");
        await until("What you wrote still stands below.", shown(story.report));
        await until("It may have arrived all the same.", shown(story.report));
        await judged("a message that failed");
        lie = null;
        await press("Send");
        await until("The site has signed for it, and the signature holds.", shown(story.report));
        const [letter, field] = await page.evaluate(() => [
          [...document.querySelectorAll<HTMLElement>(".case .letter-mine")].map((found) => found.innerText).join("\n"),
          [...document.querySelectorAll("textarea")].map(({ value }) => value).join(""),
        ]);
        assert.equal(letter?.split(words).length, 2);
        assert.equal(field, "");
        await judged("a message that was sent");
        assert.equal((await service.asMember("intake", "show", story.report)).split(words).length, 2);
      });

      it("looks again, and keeps what was typed", async () => {
        await open();
        await write("half a sentence");
        const answer = `Noted. (${kind.name})`;
        await service.asMember("intake", "reply", story.report, answer);
        await lookAgain();
        await until(answer, shown(story.report));
        assert.equal(await page.$eval(`#write-${story.report.slice(0, 12)}`, (field) => (field as HTMLTextAreaElement).value), "half a sentence");
        await page.$eval(`#write-${story.report.slice(0, 12)}`, (field) => {
          (field as HTMLTextAreaElement).value = "";
        });
      });

      it("says what a dishonest server does", async () => {
        await open(lies.altered(QUESTION));
        await until("Cannot be opened with your keys.", shown(story.report));
        assert.ok(!(await text()).includes(QUESTION));
        await judged("an altered entry");
        for (const [change, fact] of [
          [lies.dropped(QUESTION), "Entries may be missing"],
          [lies.removed(QUESTION), "Something was removed, and nobody signed for removing it."],
          [lies.otherStatus("closed"), "Status by the server's word: closed"],
          [lies.dropped("report"), "The report itself is missing or not authentic."],
        ] as const) {
          lie = change;
          await lookAgain();
          await until(fact, shown(story.report));
        }
        await judged("a report that is missing");
      });

      it("withholds what somebody wrote in another's name", async () => {
        await open(lies.forged());
        await until("Not authentic; its content is withheld.", shown(story.report));
        await until("signature does not hold", shown(story.report));
        assert.ok(!(await page.content()).includes(FORGED));
        await judged("a forged entry");
      });

      it("shows nothing of a case that is not this code's, and says when the server hides what it showed", async () => {
        await open(lies.notYours());
        await select(story.protection);
        await until("This case was not made with your receipt code.", shown(story.protection));
        assert.equal(await page.$(`${shown(story.protection)} textarea`), null);
        lie = lies.withheld();
        await press("Look again");
        await until("The server no longer shows something that it showed before.");
        await until("What stands below is from before.");
      });

      it("leaves nothing on the page after leaving and wiping, nor in the browser's storage", async () => {
        await open();
        await write("unsent");
        await Promise.all([page.waitForNavigation(), press("Leave and wipe")]);
        await page.waitForSelector("#code");
        const [content, field, kept] = await page.evaluate(() => [
          document.documentElement.innerHTML,
          document.querySelector<HTMLTextAreaElement>("#code")?.value,
          [localStorage.length, sessionStorage.length, document.cookie] as const,
        ] as const);
        for (const words of [QUESTION, ACCOUNT, "unsent", story.report]) assert.ok(!content.includes(words), words);
        assert.equal(field, "");
        assert.deepEqual(kept, [0, 0, ""]);
      });

      it("goes elsewhere when Escape is pressed three times", async () => {
        await open();
        // The real way out leads to the internet, where tests do not go.
        await page.$eval("#exit", (exit, address) => {
          (exit as HTMLAnchorElement).href = address;
        }, `${front.address}/en/`);
        const gone = page.waitForFunction(() => location.pathname === "/en/");
        for (let press = 0; press < 3; press++) await page.keyboard.press("Escape");
        await gone;
        assert.ok(!(await page.content()).includes(QUESTION));
      });

      it("says calmly where else to turn once a deadline has passed, and nothing of it before", async () => {
        await open();
        await select(story.protection);
        assert.equal(await page.$(`${shown(story.protection)} .elsewhere-places`), null);
        const folded = `${shown(story.protection)} .elsewhere-folded`;
        assert.equal(await page.$eval(folded, (box) => (box as HTMLDetailsElement).open), false, "help is offered, not pressed on anybody");
        assert.match(await page.$eval(folded, ({ textContent }) => textContent), /Where else to turn[^]*112[^]*https:\/\//);
        assert.equal(await page.$(`${folded} a`), null, "a link would leave the mailbox, and forget the code");
        const script = await page.evaluateOnNewDocument(moveDocument, 20 * DAY);
        await open();
        await select(story.protection);
        await until("The deadline passed on", `${shown(story.protection)} .elsewhere-places`);
        const places = await text(`${shown(story.protection)} .elsewhere-places`);
        assert.match(places, /You may turn to:[^]*https:\/\//);
        assert.ok(!places.includes("xample:"));
        assert.equal(await page.$(".elsewhere-places a"), null, "a link would leave the mailbox, and forget the code");
        await judged("a missed deadline");
        await page.removeScriptToEvaluateOnNewDocument(script.identifier);
      });

      it("asks for the day where the clock is wrong, and says when nothing answers", async () => {
        const script = await page.evaluateOnNewDocument(moveDocument, 5 * 366 * DAY);
        await page.goto(`${front.address}/en/mailbox`);
        await until("What is today’s date?");
        await judged("asking for the day");
        await page.$eval("#today", (field, day) => {
          (field as HTMLInputElement).value = day;
        }, new Date().toISOString().slice(0, 10));
        await press("Use this date");
        await page.waitForFunction(() => document.querySelector("[data-notice]") === null);
        cut = true;
        await enter(story.words.join(" "));
        await until("The server did not answer.");
        await until("Your code still stands below.");
        cut = false;
        await page.click(".code-form button[type=submit]");
        await select(story.report);
        assert.ok((await text(shown(story.report))).includes("in 3 months"));
        await page.removeScriptToEvaluateOnNewDocument(script.identifier);
      });
    });
  }
});
