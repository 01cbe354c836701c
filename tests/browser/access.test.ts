/** Every page and state as people meet it who do not use eye and mouse alone: axe, narrow windows, forced colors, screen readers. */

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { Desk } from "./acting/desk.ts";
import { mouse, reads, seen } from "./acting/hands.ts";
import { NOTHING, leftovers } from "./acting/leftovers.ts";
import { Mailbox } from "./acting/mailbox.ts";
import { type Kept, Reporter } from "./acting/reporter.ts";
import { complaints, forgetless, nameless, spoken } from "./acting/senses.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { type Open, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const ACCOUNT = "The harbor dues were halved for one company.";
const REPLY = "Thank you. This is looked into.";

/** What was found wrong in a test: all of it is told at once, after the test. */
const found: string[] = [];

/** Notes what is wrong with the page in this state, to eye, keyboard and ear, and with a browser that remembers. */
async function judge(page: Page, state: string): Promise<void> {
  const wrong = [...(await complaints(page)), ...nameless(await spoken(page)), ...(await forgetless(page))];
  found.push(...wrong.map((line) => `${state}: ${line}`));
}

/** Asserts that a screen reader meets all of these, as `role: name`. */
async function hears(page: Page, wanted: readonly (string | RegExp)[]): Promise<void> {
  const lines = await spoken(page);
  const missing = wanted.filter((one) => !lines.some((line) => (typeof one === "string" ? line === one : one.test(line))));
  assert.deepEqual(missing.map(String), [], lines.join("\n"));
}

describe("every page, without eye or mouse", { skip: skipReason(CHROMIUM) }, () => {
  let service: DemoService;
  let open: Open;
  let browser: Browser;
  let page: Page;
  let kept: Kept;
  before(async () => {
    [service, open] = await Promise.all([startService({ logged: true }), openBrowser(CHROMIUM)]);
    ({ browser } = open);
    page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    page.on("dialog", (dialog) => void dialog.accept()); // leaving with unsent text
  });
  afterEach(() => {
    const lines = found.splice(0);
    assert.ok(lines.length === 0, lines.join("\n"));
  });
  after(async () => {
    await open.close();
    await service.stop();
  });

  for (const language of ["en", "ar"]) {
    it(`plain pages in ${language}`, async () => {
      for (const path of ["", "report", "how", "elsewhere", "no-such-page"]) {
        const answer = await page.goto(`${service.intake}/${language}/${path}`);
        assert.match(answer?.headers()["cache-control"] ?? "", /no-store/);
        assert.equal(answer?.headers()["set-cookie"], undefined);
        assert.deepEqual(await leftovers(page), NOTHING);
        await judge(page, path);
      }
    });

    it(`the report page in ${language}, from the first step to the cleared page`, async () => {
      const person = new Reporter(mouse(page), service.intake);
      await person.visit("procurement", language);
      const steps = await page.$$eval("[data-section]", (sections) => sections.length);
      for (let step = 1; step <= steps; step++) {
        await judge(page, `step ${step}`);
        await everyQuestionIsItsFieldsName(page);
        await person.hands.press(".next");
      }
      await (await seen(page, ".summary")).dispose();
      await judge(page, "faults");
      await person.hands.press(".summary a");
      await person.write(ACCOUNT);
      await person.review();
      await person.hands.press(".known-code summary");
      await person.hands.write("#known-code", "abandon zzzz");
      await person.hands.press(".use-code");
      await (await seen(page, "[aria-invalid=true]")).dispose();
      await judge(page, "review, with a code that is none");
      await person.hands.press(".review .save-draft");
      await judge(page, "a draft that was saved");
      await person.hands.press(".go-on");
      await person.review();
      await person.send();
      await judge(page, "receipt");
      if (language === "en") await hears(page, ["heading: Your report has arrived", "heading: In words", /^list: ?/, "button: Save as a file", "button: I have kept it", /^textbox: Word or group \d+$/]);
      kept = await person.keepReceipt();
      await judge(page, "what happens next");
      assert.deepEqual(await leftovers(page), NOTHING);
      await page.reload();
    });

    it(`the mailbox in ${language}`, async () => {
      const box = new Mailbox(mouse(page), service.intake);
      await box.visit(language);
      await judge(page, "asking for the code");
      await box.hands.write("#code", "abandon ".repeat(11).trim() + " about");
      await page.keyboard.press("Enter");
      await (await seen(page, ".code-form .warning")).dispose();
      await judge(page, "nothing under the code");
      await box.open(kept.words.join(" "), language);
      await judge(page, "a case");
      assert.deepEqual(await leftovers(page), NOTHING);
      await page.goto("about:blank");
    });
  }

  it("main controls of reporters' pages are called what they are", async () => {
    await page.goto(`${service.intake}/en/report/procurement`);
    await page.waitForSelector(".step-actions");
    await hears(page, ["link: Leave this site quickly", /^textbox: What happened\? Tell it in your own words\./, "button: Next", "button: Save as a sealed file, to go on later", /^progressbar: Step 1 of/]);
    await page.goto(`${service.intake}/en/mailbox`);
    await page.waitForSelector("#code");
    await hears(page, ["link: Leave this site quickly", "textbox: Your receipt code", "button: Open"]);
  });

  it("the desk: sign-in, list, case, overview, lock", async () => {
    const desk = new Desk(mouse(page), service.credentials);
    await page.goto(`${service.desk}/desk`);
    await seen(page, "#name");
    await judge(page, "sign-in");
    await hears(page, ["textbox: Name", "textbox: Passphrase", "button: Sign in"]);
    await page.keyboard.press("Enter");
    await desk.hands.write("#name", "intake");
    await desk.hands.press({ selector: "button.primary", words: "Sign in" });
    await (await seen(page, "#sign-in-fault")).dispose();
    await judge(page, "sign-in, refused");
    await desk.signIn("intake");
    await judge(page, "cases never opened");
    await desk.refresh();
    await judge(page, "cases");
    await hears(page, ["searchbox: Search in your cases", "grid: Cases", new RegExp(`^row: .*${ACCOUNT}`), "checkbox: Select this case"]);
    await desk.hands.tick(".case-rows .c-pick input");
    await judge(page, "a case selected");
    await desk.hands.tick(".case-rows .c-pick input");
    await desk.open(ACCOUNT);
    await desk.reads(ACCOUNT);
    await judge(page, "a case");
    await hears(page, ["textbox: The reporter reads this; so does everybody who can read the case.", "radio: Reply to the reporter", "radio: Note for the team", "button: Send to the reporter", "button: Give access: Daniel Okafor, investigations"]);
    await desk.reply(REPLY);
    await desk.hands.press({ selector: ".case-side button", words: "Change the status" });
    await judge(page, "a case that was answered, its status changing");
    await desk.hands.press('button[aria-label="Give access: Daniel Okafor, investigations"]');
    await (await seen(page, "dialog")).dispose();
    await judge(page, "a dialog");
    await hears(page, ["dialog: Give Daniel Okafor, investigations access?"]);
    await page.keyboard.press("Escape");
    await desk.hands.press({ selector: "nav a", words: "Overview" });
    await reads(page, "By channel");
    await judge(page, "overview");
    await desk.lock();
    await judge(page, "locked");
  });
});

/** Each question that is to be seen names its field, or the group of its fields. */
async function everyQuestionIsItsFieldsName(page: Page): Promise<void> {
  const questions = await page.$$eval("[data-question]", (found) =>
    found
      .filter((one) => one.checkVisibility())
      .map((one) => one.querySelector<HTMLElement>(":scope > legend, :scope > label")?.innerText.replace(/\s+/g, " ").trim() ?? "no label"),
  );
  const lines = (await spoken(page)).map((line) => line.replace(/\s+/g, " ").trim());
  const missing = questions.filter((text) => !lines.some((line) => line === `textbox: ${text}` || line === `group: ${text}`));
  assert.deepEqual(missing, [], lines.join("\n"));
}
