/** The whole loop in real browsers and in several languages: reported, read, answered, read again; and nothing of it is left behind. */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { Desk } from "./acting/desk.ts";
import { type Hands, keyboard, mouse, reads, seen } from "./acting/hands.ts";
import { NOTHING, historyOf, leftovers } from "./acting/leftovers.ts";
import { type Lodging, lodge } from "./acting/lodging.ts";
import { leaveQuickly } from "./acting/leaving.ts";
import { Mailbox } from "./acting/mailbox.ts";
import { type Kept, Reporter } from "./acting/reporter.ts";
import { type Needles, codeNeedles, needlesOf, scan, told } from "./acting/scanning.ts";
import { scanServer } from "./acting/server.ts";
import { ENGLISH, type Spoken, spoken } from "./acting/spoken.ts";
import { type Language, type Sentence, storyIn } from "./acting/telling.ts";
import { CHROMIUM, FIREFOX, type Kind, skipReason, withServer } from "./browsers.ts";
import { type Front, type Verdict, startFront } from "./front.ts";
import { complaints } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import { LANGUAGES } from "../../reporting/browser/src/protocol/wordlists.ts";

const INVESTIGATOR = "Daniel Okafor, investigations";
const OFFICER = "Leila Karimi";

let service: DemoService;
let front: Front;
/** What the server in between does with a request, from now on. */
let meddle: (request: string) => Verdict = () => "pass";
before(async () => {
  service = await startService({ logged: true });
  front = await startFront(service.intake, (request) => meddle(request));
});
after(async () => {
  front.close();
  await service.stop();
});

/** The token that finds the mailbox: what the page sends to the server, and nobody else may know. */
function tokenOf(kept: Kept): Promise<Uint8Array> {
  return ReceiptCode.parse(kept.groups.join(" ")).mailboxToken(service.credentials.origin);
}

/** Holds true that a page is in a language and its direction, fits its window, and leaves axe nothing to complain of. */
async function speaks(page: Page, { language }: Spoken): Promise<void> {
  const { lang, dir } = await page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir }));
  assert.deepEqual([lang, dir], [language, language === "ar" ? "rtl" : "ltr"], page.url());
  assert.deepEqual(await complaints(page), [], page.url());
}

function theLoop({ kind, handsOn, language }: Round): void {
  const story = storyIn(language, kind.name);
  const { said } = story;
  const sentence = (name: Sentence): string => said[name];
  let outside: Lodging; // the reporter's device
  let inside: Lodging; // the office
  let fresh: Lodging | null = null;
  let intake: Desk;
  let investigator: Desk;
  let kept: Kept;
  let draftCode: Kept;

  let speech: Spoken;
  const say = (english: string): string => speech.say(english);

  before(async () => {
    [outside, inside, speech] = await Promise.all([lodge(kind), lodge(kind), language === "en" ? ENGLISH : spoken(language)]);
  });
  after(async () => {
    for (const one of [outside, inside, fresh]) {
      await one?.close();
      await one?.remove();
    }
  });

  /** One act of the story; where one fails, those that build on it are not tried. */
  let failed = "";
  const act = (name: string, play: () => Promise<void>): void => {
    it(name, async (test) => {
      if (failed !== "") {
        test.skip(`“${failed}” failed`);
        return;
      }
      failed = name;
      await play();
      failed = "";
    });
  };

  const reporter = async (site = service.intake): Promise<Reporter> => new Reporter(handsOn(await outside.page()), site, speech);
  const mailbox = async (): Promise<Mailbox> => new Mailbox(handsOn(await outside.page()), service.intake, speech);

  act("a report is written, looked over, sealed for all but one, sent, and its receipt kept", async () => {
    const person = await reporter();
    await person.visit("procurement");
    const entries = await historyOf(person.page);
    await person.write(sentence("account"));
    await person.review();
    await person.shutOut("protection");
    await speaks(person.page, speech);
    await person.send();
    await person.saveReceipt();
    await speaks(person.page, speech);
    kept = await person.keepReceipt();
    // Words of the language where there is a list of them, and English ones elsewhere.
    assert.equal(/^[a-z]+$/.test(kept.words.join("")), language === "en" || !LANGUAGES.includes(language));
    assert.equal(await historyOf(person.page), entries);
    assert.deepEqual(await leftovers(person.page), NOTHING);
    await person.clear();
    await person.page.close();
  });

  act("intake signs in, opens it, replies and acknowledges", async () => {
    intake = new Desk(handsOn(await inside.page()), service.credentials, speech);
    await intake.signIn("intake");
    await intake.refresh();
    await intake.open(sentence("account"));
    await intake.reads(sentence("account"));
    await intake.reply(sentence("reply"));
    await intake.moveTo("acknowledged");
    assert.ok((await intake.access(OFFICER)).includes(say("shut out by the reporter: cannot be given access")));
    await speaks(intake.page, speech);
  });

  act("the reporter comes back with words, reads the answer, and writes again", async () => {
    const box = await mailbox();
    await box.open(kept.words.join(" "));
    await box.reads(sentence("reply"));
    await box.reads(say("Acknowledged"));
    await box.write(sentence("more"));
    await box.send();
    await speaks(box.page, speech);
    assert.deepEqual(await leftovers(box.page), NOTHING);
    await box.leave();
    await box.page.close();
  });

  act("the desk reads it, and lets a colleague in, who opens it elsewhere", async () => {
    await intake.back();
    await speaks(intake.page, speech);
    await intake.open(sentence("account"));
    await intake.reads(sentence("more"));
    await intake.grant(INVESTIGATOR);
    investigator = new Desk(handsOn(await inside.page(await inside.browser.createBrowserContext())), service.credentials, speech);
    await investigator.signIn("investigator");
    await investigator.refresh();
    await investigator.open(sentence("account"));
    for (const name of ["account", "reply", "more"] as const) await investigator.reads(sentence(name));
  });

  act("a second case is opened under the same code, and stands beside the first", async () => {
    const person = await reporter();
    await person.visit("protection");
    await person.write(sentence("protection"));
    await person.review();
    await person.useCode(kept.groups.join(" "));
    await person.send();
    await reads(person.page, say("It is under the receipt code that you already have."));
    await person.clear();
    await person.page.close();
    const box = await mailbox();
    await box.open(kept.groups.join(" "));
    assert.equal((await box.titles()).length, 2);
    await box.select(story.procurement);
    await box.reads(sentence("reply"));
    await box.select(story.retaliation);
    assert.ok(!(await box.text()).includes(sentence("reply")));
    await box.leave();
    await box.page.close();
  });

  act("whoever is shut out lists the second case alone, and intake the first alone", async () => {
    const protection = new Desk(handsOn(await inside.page(await inside.browser.createBrowserContext())), service.credentials, speech);
    await protection.signIn("protection");
    await protection.refresh();
    await reads(protection.page, sentence("protection"), ".inbox-list");
    assert.ok(!(await protection.list()).includes(sentence("account")));
    await protection.signOut();
    await intake.back();
    await intake.hands.press({ selector: ".inbox-search button", words: say("Refresh") });
    await reads(intake.page, sentence("account"), ".inbox-list");
    assert.ok(!(await intake.list()).includes(sentence("protection")));
  });

  act("the desk locks itself when nobody is there, and what was being written comes back", async () => {
    await intake.open(sentence("account"));
    await intake.hands.write("#composer-text", sentence("waiting"));
    await intake.page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 3_600_000;
    });
    await reads(intake.page, say("The desk locked itself after a while without input."));
    await speaks(intake.page, speech);
    const locked = await intake.page.content();
    for (const words of Object.values(said)) assert.ok(!locked.includes(words), words);
    await intake.unlock("intake");
    await seen(intake.page, "#composer-text");
    await intake.page.waitForFunction((words) => document.querySelector<HTMLTextAreaElement>("#composer-text")?.value === words, {}, sentence("waiting"));
    await intake.signOut();
    await investigator.signOut();
  });

  act("a draft goes into a sealed file, and comes back in a browser that never saw it", async () => {
    const person = await reporter();
    await person.visit("procurement");
    await person.write(sentence("draft"));
    draftCode = await person.saveDraft();
    const file = path.join(outside.downloads, "draft.age");
    await waitForFile(file);
    assert.ok(!(await readFile(file)).includes(sentence("draft")));
    await leaveQuickly(person.page);
    await person.page.close();
    fresh = await lodge(kind);
    const again = new Reporter(handsOn(await fresh.page()), service.intake, speech);
    await again.visit("procurement");
    await again.openDraft(file, draftCode.words.join(" "));
    assert.equal(await again.account(), sentence("draft"));
    await leaveQuickly(again.page);
    await again.page.close();
  });

  act("Escape, three times in the middle of a sentence, leads away at once", async () => {
    const person = await reporter();
    await person.visit("procurement");
    const entries = await historyOf(person.page);
    await person.write(sentence("broken"));
    await person.leaveQuickly();
    assert.equal(await historyOf(person.page), entries);
    await person.page.goBack().catch(() => null);
    assert.ok(!(await person.page.content()).includes(sentence("broken")));
    await person.page.close();
  });

  act("where the list of recipients was meddled with, the page says so, and nothing is sent", async () => {
    meddle = (request) => (request.endsWith("/.well-known/reporting/directory") ? changing((text) => text.replace("procurement", "procurememt")) : "pass");
    const before = posts();
    const person = await reporter(front.address);
    await person.visit("procurement");
    await reads(person.page, say("This site does not prove that it is what it claims to be. Nothing is sent from this page."));
    await person.write(sentence("toFalseSite"));
    await person.review();
    await person.pressSend();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.equal(posts(), before);
    assert.equal(await person.account(), sentence("toFalseSite"));
    await person.leaveQuickly();
    await person.page.close();
  });

  act("where the acknowledgement is not the server's, no success is shown, and every word is kept", async () => {
    meddle = (request) => (request === "POST /api/reports" ? changing(altered) : "pass");
    const person = await reporter(front.address);
    await person.visit("procurement");
    await person.write(sentence("toLiar"));
    await person.review();
    await person.pressSend();
    await reads(person.page, say("It is not known whether your report arrived"));
    await reads(person.page, say("Everything you wrote is still on this page. Do not close it."));
    assert.equal(await person.page.$(".receipt"), null);
    await person.hands.press({ selector: "button", words: say("Back to what I wrote") });
    assert.equal(await person.account(), sentence("toLiar"));
    await person.leaveQuickly();
    await person.page.close();
  });

  describe("what is left behind", () => {
    let needles: Needles;
    const careless = `A page that takes no care (${kind.name}, ${language})`;
    before(async () => {
      if (failed !== "") return;
      await leaveCarelessly(outside, careless);
      await Promise.all([outside.close(), inside.close(), fresh?.close()]);
      const token = await tokenOf(kept);
      needles = new Map([
        ...needlesOf({ ...said, "mailbox token": token }),
        ...codeNeedles("receipt's words", kept.words),
        ...codeNeedles("receipt's digits", kept.groups),
        ...codeNeedles("draft's words", draftCode.words),
        ...codeNeedles("draft's digits", draftCode.groups),
      ]);
    });

    act("the scanner sees what the browser keeps: addresses, scripts, downloads, and what a careless page leaves", async () => {
      const planted = { address: `${new URL(service.intake).host}/${language}/report/procurement`, script: say("Look it over, then send"), download: "receipt.txt", careless };
      const finds = await scan(outside.profile, needlesOf(planted));
      for (const name of Object.keys(planted)) assert.ok(finds.some(({ needle }) => needle.startsWith(`${name}:`)), name);
    });

    act("nothing of it in the reporter's profile", async () => {
      assert.deepEqual(told(await scan(outside.profile, needles)), []);
      if (fresh !== null) assert.deepEqual(told(await scan(fresh.profile, needles)), []);
    });

    act("nothing of it in the office's profile", async () => {
      const passphrases = needlesOf(Object.fromEntries(["intake", "investigator", "protection"].map((name) => [`${name}'s passphrase`, intake.passphrase(name)])));
      assert.deepEqual(told(await scan(inside.profile, new Map([...needles, ...passphrases]))), []);
    });

    act("nothing of it at the server", async () => {
      const there = needlesOf({ member: "Samira Haddad", channel: "procurement" });
      assert.ok((await scanServer(service, there)).length > 1);
      assert.deepEqual(told(await scanServer(service, needles)), []);
    });

    act("files are among the downloads under names that tell little", async () => {
      assert.deepEqual((await readdir(outside.downloads)).sort(), ["draft.age", "receipt.txt"]);
    });
  });
}

async function waitForFile(file: string): Promise<void> {
  for (let turns = 0; turns < 100; turns++) {
    const content = await readFile(file).catch(() => null);
    if (content !== null && content.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${file} was not saved`);
}

/** Changes the text of an answer, and leaves its length as it is. */
function changing(change: (text: string) => string): Verdict {
  return (body) => Promise.resolve(new Uint8Array(Buffer.from(change(Buffer.from(body).toString()))));
}

/** The answer to a report, one letter of the acknowledgement's signature another. */
function altered(answer: string): string {
  return answer.replace(/(\/service [^"]{40})(.)/, (_, before: string, letter: string) => before + (letter === "A" ? "B" : "A"));
}

/** How often was posted to the server in between. */
function posts(): number {
  return front.seen.filter((request) => request.startsWith("POST")).length;
}

/** What browsers keep of a page that lets them. */
async function leaveCarelessly(lodging: Lodging, words: string): Promise<void> {
  const markup = '<!doctype html><title>Careless</title><textarea id="text"></textarea>';
  await withServer(
    (address) => Promise.resolve(address === "/" ? ["text/html; charset=utf-8", markup] : null),
    async (address) => {
      const page = await lodging.page();
      await page.goto(address);
      await page.focus("#text");
      await page.keyboard.type(words);
      await page.evaluate((text) => { localStorage.setItem("text", text); }, words);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    },
  );
}

/** Where somebody goes round, how, and in which language. */
interface Round {
  readonly kind: Kind;
  readonly handsOn: (page: Page) => Hands;
  readonly language: Language;
  readonly way: string;
}

// Each browser with English and one other: one that reads from right to left, by keyboard, and one whose words have no blanks.
const ROUNDS: readonly Round[] = [
  { kind: CHROMIUM, handsOn: mouse, language: "en", way: "with a mouse" },
  { kind: FIREFOX, handsOn: keyboard, language: "en", way: "by keyboard alone" },
  { kind: CHROMIUM, handsOn: mouse, language: "zh", way: "with a mouse" },
  { kind: FIREFOX, handsOn: keyboard, language: "ar", way: "by keyboard alone" },
];

for (const round of ROUNDS) {
  describe(`the loop in ${round.language} in ${round.kind.name}, ${round.way}`, { skip: skipReason(round.kind) }, () => {
    theLoop(round);
  });
}
