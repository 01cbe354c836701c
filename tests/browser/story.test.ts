/**
 * A year of one person who reported: what they, those who work on it and those who protect them see and may do, month
 * by month, by a moved clock. Days are fixed, so that every deadline is known: 7 January 2030 is a Monday.
 */

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import type { Page } from "puppeteer-core";

import { Desk } from "./acting/desk.ts";
import { mouse, reads } from "./acting/hands.ts";
import { CHROMIUM, FIREFOX, skipReason } from "./browsers.ts";
import { press, retype, says, texts } from "./desk_pages.ts";
import { startMailServer } from "./mail_server.ts";
import { startMovable } from "./movable.ts";
import { openBrowser } from "./report_pages.ts";
import { agreeOnMinutes, answerCheckIn, assess, checkIns, steps, tellInShort } from "./story_acts.ts";
import { People, SAFE, leave } from "./story_people.ts";
import { certify, checkCertificate, news, turnNewsOff, turnNewsOn } from "./story_proofs.ts";

const REPORTED = "2030-01-07";
const ACCOUNT = "The dredging was paid for twice.";
const THREAT = "They said that whoever talks will not be here in spring.";
const PLAN = "It was a plan for all.";
const APPEAL = "Write here within a month, or to the ombudsman.";
const INCIDENT = "My contract was not renewed.";
const MEASURE = "paid-leave";
const NAME = "Jo Doe";
const AGAIN = "We have not heard from you. Please tell us that all is well.";
const LIKELY = "Likely There are signs, and those who would do it can.";
const UNLIKELY = "Unlikely It is possible; nothing points to it.";
const OFFICERS = ["protection", "protection-2", SAFE];

const step = steps();

describe("a year of protection", { skip: skipReason(CHROMIUM) }, () => {
  let people: People;
  let code = "";
  let report = "";
  let claim = "";
  let link = "";
  const ends: (() => Promise<void>)[] = [];

  before(async () => {
    const mail = await startMailServer();
    ends.push(() => mail.stop());
    const settings = { SMTP_HOST: "127.0.0.1", SMTP_PORT: String(mail.port), SMTP_SECURITY: "none", SMTP_FROM: "notices@reports.example", NOTICE_SLOTS: "08:00", NOTICE_CHECKPOINTS: "off" };
    const service = await startMovable(REPORTED, { settings });
    ends.push(() => service.stop());
    const opened = await openBrowser(CHROMIUM);
    ends.push(() => opened.close());
    people = new People(service, opened.browser, mail);
    await people.lastUntil("2032-12-31");
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  /** How the check-ins of the claim stand at an officer's desk. */
  async function stands(...states: readonly string[]): Promise<Page> {
    const page = await people.atCase("protection", claim);
    assert.deepEqual((await checkIns(page)).map((one) => one.split(":")[0]), states);
    return page;
  }

  const on = (day: string): Promise<void> => people.on(day);
  const deadlines = (member: string, id: string): Promise<Record<string, string>> => people.deadlines(member, id);

  describe("January: a report", () => {
    step("is sent, and says until when it is acknowledged and answered", async () => {
      await people.wantMail("protection", "Retaliation", ["new", "near", "late", "answered"]);
      code = await people.send("procurement", ACCOUNT, null);
      report = await people.newest("intake", []);
      const mailbox = await people.atMailbox(code, report);
      await reads(mailbox, "January 14, 2030", ".course");
      await reads(mailbox, "April 14, 2030", ".course");
      link = await turnNewsOn(mailbox);
      await leave(mailbox);
      assert.match(await news(people, link), /Nobody has written to you yet/);
      assert.deepEqual(await deadlines("intake", report), { acknowledge: "2030-01-14", feedback: "2030-04-14" });
    });

    step("opens to those who receive it, and to the key in the safe", async () => {
      await people.open({ case: report, by: ["intake", SAFE] });
    });

    step("is acknowledged, which brings feedback nearer, and given to an investigator", async () => {
      await on("2030-01-10");
      const page = await people.atCase("intake", report);
      await people.moveTo(page, "acknowledged");
      await people.moveTo(page, "assessing");
      await new Desk(mouse(page), people.service.credentials).grant("Daniel Okafor, investigations");
      await leave(page);
      assert.deepEqual(await deadlines("investigator", report), { acknowledge: "2030-01-14, done 2030-01-10", feedback: "2030-04-10" });
      await people.open({ case: report, by: ["intake", "investigator", SAFE] });
      assert.match(await news(people, link), /The newest word to you is of today, January 10, 2030/);
    });

    step("is certified without a word of it, which strangers check", async () => {
      const mailbox = await people.atMailbox(code, report);
      const content = await certify(mailbox, NAME);
      await leave(mailbox);
      for (const words of [ACCOUNT, report]) assert.ok(!new TextDecoder().decode(content).includes(words), words);
      await checkCertificate(people, content, NAME, REPORTED);
    });
  });

  describe("February: a threat at work", () => {
    step("becomes a case of its own under the same code, whose hours begin with nobody's look but staff's", async () => {
      await on("2030-02-04");
      code = await people.send("protection", THREAT, code, (page) => mouse(page).press('label[for="q-danger-yes"]'));
      await on("2030-02-07");
      await people.mailed(/1 new case/, [THREAT, ACCOUNT, report]);
      claim = await people.newest("protection", []);
      const mailbox = await people.atMailbox(code, claim);
      await reads(mailbox, "February 11, 2030", `#case-${claim.slice(0, 12)} .course`);
      await reads(mailbox, "March 6, 2030", `#case-${claim.slice(0, 12)} .course`);
      await leave(mailbox);
      await people.open({ case: report, by: ["intake", "investigator", SAFE] }, { case: claim, by: OFFICERS });
      assert.match(await news(people, link), /The newest word to you is of January 10, 2030[^]*there is nothing new/);
    });

    step("comes first, and is looked at, acted on and assessed in time", async () => {
      const page = await people.atCase("protection", claim);
      await says(page, ".protection .warning", "Somebody is in danger.");
      await says(page, '[data-hours="danger"]', "by Feb 7, 2030");
      await says(page, '[data-hours="assessment"][data-clock="due"]', "by Feb 7, 2030");
      await press(page, "Somebody has acted", ".protection");
      await says(page, '[data-hours="danger"][data-clock="done"]', "done");
      for (const status of ["triage", "assessing"]) await people.moveTo(page, status);
      await says(page, '[data-hours="triage"][data-clock="done"]', "done");
      await assess(page, "Assess the risk", LIKELY, "Extreme Safety, freedom, or life.", "Three people knew of the invoices.", "Hana Sato calls each Monday.");
      await says(page, ".risk-standing", "High risk (likely, extreme)");
      await says(page, '[data-hours="assessment"][data-clock="done"]', "done");
      await leave(page);
      assert.deepEqual(await deadlines("protection", claim), { acknowledge: "2030-02-11, done 2030-02-07", decision: "2030-03-06" });
    });

    step("is met at once by a measure that the reporter agreed to, and reads", async () => {
      const page = await people.atCase("protection", claim);
      await says(page, '[data-hours="interim"][data-clock="due"]', "by Feb 11, 2030");
      await press(page, "Add a measure", ".measures");
      await page.waitForSelector("#measure-what");
      await page.select("#measure-what", MEASURE);
      await page.select("#measure-state", "planned");
      await press(page, "Sign and send", ".measures");
      await page.waitForSelector('[data-measure="planned"]');
      await press(page, "Put in force: Paid leave", ".measures");
      await press(page, "Sign and send", ".measures");
      await says(page, ".measure-form .fault", "needs the reporter's consent");
      await page.select("#measure-consent", "given");
      await press(page, "Sign and send", ".measures");
      await page.waitForSelector('[data-measure="active"]');
      await press(page, "It is decided", ".protection");
      await says(page, '[data-hours="interim"][data-clock="done"]', "done");
      const mailbox = await people.atMailbox(code, claim);
      await says(mailbox, ".protects", "Paid leave");
      assert.ok(!(await texts(mailbox, "main")).join().includes("Hana Sato calls"), "the plan is the officers' alone");
      await leave(page, mailbox);
      assert.match(await news(people, link), /is of today, February 7, 2030/);
    });
  });

  describe("March: minutes of a call about the report", () => {
    step("are written, corrected by the reporter, written anew and agreed to", async () => {
      await on("2030-03-02");
      await agreeOnMinutes(people, code, report);
      await people.open({ case: report, by: ["intake", "investigator", SAFE] }, { case: claim, by: OFFICERS });
    });
  });

  describe("March: a decision", () => {
    step("is told to approach, three days before it is due", async () => {
      await on("2030-03-04");
      await people.mailed(/1 deadline approaches/, [THREAT, claim]);
    });

    step("is refused by two only, and contested by the reporter", async () => {
      const first = await people.atCase("protection", claim);
      await people.moveTo(first, "decided", { outcome: "refused", reason: PLAN, appeal: APPEAL });
      await says(first, ".proposal", "Somebody else has to confirm it.");
      const waiting = await people.atMailbox(code, claim);
      assert.ok(!(await texts(waiting, "main")).join().includes(PLAN), "nobody is told what one officer alone wrote");
      const second = await people.atCase("protection-2", claim);
      await press(second, "Confirm the refusal", ".proposal");
      await press(second, "Confirm the refusal", "dialog");
      await second.waitForSelector('.status-now[data-status="decided"]');
      await leave(first, second, waiting);
      assert.equal((await deadlines("protection", claim))["decision"], "2030-03-06, done 2030-03-04");
      await on("2030-03-07");
      const mailbox = await people.atMailbox(code, claim);
      const own = `#case-${claim.slice(0, 12)}`;
      await reads(mailbox, "Decision: refused", `${own} .course`);
      await reads(mailbox, APPEAL, `${own} .course`);
      await mailbox.type(`${own} .decision textarea`, "Only my shifts were moved.");
      await press(mailbox, "I contest the decision", `${own} .decision`);
      await says(mailbox, `${own} .conversation`, "You contest the decision.");
      await leave(mailbox);
    });

    step("is looked at again within thirty days, and granted", async () => {
      const page = await people.atCase("protection", claim);
      await says(page, ".protection .warning", "The reporter contests the decision.");
      await press(page, "Look at it again, and tell the reporter", ".protection");
      await page.waitForSelector('.status-now[data-status="appealed"]');
      await people.moveTo(page, "assessing");
      await leave(page);
      assert.equal((await deadlines("protection-2", claim))["decision"], "2030-04-06");
      await on("2030-04-02");
      const other = await people.atCase("protection-2", claim);
      await people.moveTo(other, "decided", { outcome: "granted", reason: "Nobody else's shifts were moved.", appeal: APPEAL });
      await people.moveTo(other, "active");
      await says(other, ".risk-due", "It is to be assessed again by");
      await assess(other, "Assess it again", UNLIKELY, "Minor Unpleasant, and soon over.", "They work elsewhere now.", "");
      await says(other, ".risk-standing", "Low risk (unlikely, minor)");
      await leave(other);
      assert.deepEqual(await deadlines("protection", claim), {
        acknowledge: "2030-02-11, done 2030-02-07",
        decision: "2030-04-06, done 2030-04-02",
        review: "2030-07-01",
      });
    });
  });

  describe("April: feedback on the report", () => {
    step("comes a day before its three months are over, and tells the investigator nothing of the protection", async () => {
      await on("2030-04-09");
      const page = await people.atCase("investigator", report);
      assert.ok(!(await texts(page, "main")).join().includes("shifts"));
      await people.moveTo(page, "feedback_given", { reason: "The second payment is claimed back." });
      await people.moveTo(page, "closed", { reason: "The money is back." });
      await leave(page);
      const mailbox = await people.atMailbox(code, report);
      await reads(mailbox, "The second payment is claimed back.", `#case-${report.slice(0, 12)}`);
      await leave(mailbox);
      assert.deepEqual(await deadlines("intake", report), { acknowledge: "2030-01-14, done 2030-01-10", feedback: "2030-04-10, done 2030-04-09" });
      await people.open({ case: report, by: ["intake", "investigator", SAFE] }, { case: claim, by: OFFICERS });
    });
  });

  describe("July: a review", () => {
    step("is late, which both sides are told", async () => {
      await on("2030-07-05");
      await people.mailed(/1 deadline has passed/, [THREAT, claim]);
      const mailbox = await people.atMailbox(code, claim);
      await reads(mailbox, "July 1, 2030", `#case-${claim.slice(0, 12)} .mark-late`);
      await leave(mailbox);
    });

    step("is made, and the case ends and is closed", async () => {
      const page = await people.atCase("protection", claim);
      await people.moveTo(page, "review");
      await press(page, "End: Paid leave", ".measures");
      await page.waitForSelector("#measure-reason");
      await retype(page, "#measure-reason", "The shifts are as before.");
      await page.keyboard.press("Tab");
      await press(page, "Sign and send", ".measures");
      await press(page, "End it", "dialog");
      await page.waitForSelector('[data-measure="ended"]');
      await people.moveTo(page, "ended");
      await people.moveTo(page, "closed", { reason: "Nothing was heard for a quarter of a year." });
      assert.deepEqual(await checkIns(page), ["coming: August 5, 2030", "coming: October 5, 2030", "coming: January 5, 2031", "coming: July 5, 2031"]);
      await leave(page);
      const found = await deadlines("protection-2", claim);
      assert.equal(found["review"], "2030-07-01, done 2030-07-05");
      await people.open({ case: report, by: ["intake", "investigator", SAFE] }, { case: claim, by: OFFICERS });
    });
  });

  describe("August: a check-in", () => {
    step("asks in the mailbox from two weeks before its day, and is answered in two taps", async () => {
      await on("2030-07-21");
      const early = await people.atMailbox(code, claim);
      assert.deepEqual(await texts(early, ".check-in"), []);
      await on("2030-08-05");
      const mailbox = await people.atMailbox(code, claim);
      const own = `#case-${claim.slice(0, 12)}`;
      await says(mailbox, `${own} .check-in`, "How are you?");
      await answerCheckIn(mailbox, claim, "All is well", "");
      const page = await stands("answered", "coming", "coming", "coming");
      assert.deepEqual(await texts(page, ".protection .warning"), []);
      await leave(early, mailbox, page);
      await on("2030-08-09");
      await people.mailed(/1 check-in was answered/, [THREAT, claim]);
    });
  });

  describe("October: it happens again", () => {
    step("is told by the next check-in, which puts the case first once an officer opens it", async () => {
      await on("2030-10-03");
      const mailbox = await people.atMailbox(code, claim);
      await answerCheckIn(mailbox, claim, "Something happened", INCIDENT);
      const page = await people.atCase("protection-2", claim);
      await says(page, ".protection .warning", "Somebody is in danger.");
      await says(page, ".check-ins .warning", "Something happened");
      await press(page, "Somebody has acted", ".protection");
      await says(page, '[data-hours="danger"][data-clock="done"]', "done");
      await leave(mailbox, page);
    });

    step("is taken up again though it was closed, and decided anew; no check-in is due meanwhile", async () => {
      const page = await people.atCase("protection", claim);
      await people.moveTo(page, "appealed");
      await people.moveTo(page, "assessing");
      assert.equal((await deadlines("protection-2", claim))["decision"], "2030-11-02");
      assert.deepEqual(await checkIns(page), []);
      await people.moveTo(page, "decided", { outcome: "partly", reason: "The contract is to be renewed.", appeal: APPEAL });
      await people.moveTo(page, "active");
      await leave(page);
      assert.equal((await deadlines("protection", claim))["review"], "2031-01-01");
      await people.open({ case: report, by: ["intake", "investigator", SAFE] }, { case: claim, by: OFFICERS });
    });

    step("stands in the reporter's own dossier with the days between", async () => {
      await on("2030-10-10");
      const mailbox = await people.atMailbox(code, claim);
      await mailbox.click(".show-dossier");
      await mailbox.waitForSelector("case-dossier .line-step");
      const line = await mailbox.$eval("case-dossier > .line", (found) => (found as HTMLElement).innerText);
      for (const words of ["28 days after the first report", "269 days after the first report"]) assert.ok(line.includes(words), line);
      await leave(mailbox);
    });
  });

  describe("the year after", () => {
    step("begins with a second closing, before the review is late", async () => {
      await on("2030-12-30");
      const page = await people.atCase("protection", claim);
      for (const status of ["review", "ended"]) await people.moveTo(page, status);
      await people.moveTo(page, "closed", { reason: "The contract was renewed." });
      assert.deepEqual(await checkIns(page), ["coming: January 30, 2031", "coming: March 30, 2031", "coming: June 30, 2031", "coming: December 30, 2031"]);
      await leave(page);
      assert.equal((await deadlines("protection-2", claim))["review"], "2031-01-01, done 2030-12-30");
    });

    step("has a check-in after a month, answered in words", async () => {
      await on("2031-01-30");
      assert.match(await news(people, link), /is of December 30, 2030/);
      const mailbox = await people.atMailbox(code, claim);
      await answerCheckIn(mailbox, claim, "Answer in words", "They greet me again.");
      const page = await stands("answered", "coming", "coming", "coming");
      await says(page, ".check-ins", "They greet me again.");
      await leave(mailbox, page);
    });

    step("has one after three months that nobody answers: the officer does what the plan says of silence", async () => {
      await on("2031-04-13");
      await leave(await stands("answered", "due", "coming", "coming"));
      await on("2031-04-14");
      const page = await stands("answered", "silent", "coming", "coming");
      await says(page, ".check-ins .warning", "No answer has come. The assessment of the risk says for that: They are asked once more, in the mailbox");
      await retype(page, "#composer-text", AGAIN);
      await press(page, "Send to the reporter", ".composer-actions");
      await says(page, ".thread", AGAIN);
      await leave(page);
      assert.match(await news(people, link), /is of today, April 14, 2031/);
      const mailbox = await people.atMailbox(code, claim);
      await reads(mailbox, AGAIN, `#case-${claim.slice(0, 12)} .conversation`);
      await leave(mailbox);
      await people.open({ case: report, by: ["intake", "investigator", SAFE] }, { case: claim, by: OFFICERS });
    });

    step("has the last two after six months and twelve, after which nobody is asked any more", async () => {
      for (const [day, ...states] of [["2031-06-30", "answered", "silent", "answered", "coming"], ["2031-12-29", "answered", "silent", "answered", "answered"]] as const) {
        await on(day);
        const mailbox = await people.atMailbox(code, claim);
        await answerCheckIn(mailbox, claim, "All is well", "");
        await leave(mailbox, await stands(...states));
      }
      const mailbox = await people.atMailbox(code, claim);
      assert.deepEqual(await texts(mailbox, ".check-in"), []);
      await turnNewsOff(mailbox);
      await leave(mailbox);
      assert.match(await news(people, link), /This link is not turned on/);
    });

    step("is all in the trail, which the auditor reads without a word of any case", async () => {
      const { engine } = await people.device("auditor");
      await assert.rejects(engine.openCase(claim));
      const overview = await engine.overview();
      assert.equal(overview.scope, "all");
      assert.deepEqual(overview.channels.map(({ id, open, closed }) => [id, open, closed]).filter(([, open, closed]) => open !== 0 || closed !== 0), [["procurement", 0, 1], ["protection", 0, 1]]);
      await people.open({ case: report, by: ["intake", "investigator", SAFE] }, { case: claim, by: OFFICERS });
    });
  });

  describe(`in short, in ${FIREFOX.name}`, { skip: skipReason(FIREFOX) }, () => {
    step("is told once more, by somebody else", async () => {
      const opened = await openBrowser(FIREFOX);
      try {
        await tellInShort(new People(people.service, opened.browser, people.mail), [report, claim]);
      } finally {
        await opened.close();
      }
    });
  });
});
