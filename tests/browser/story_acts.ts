/** What those of the story do by what is on the screen, more than once. */

import assert from "node:assert/strict";
import { it } from "node:test";

import type { Page } from "puppeteer-core";

import { reads } from "./acting/hands.ts";
import { gone, press, retype, says, texts } from "./desk_pages.ts";
import { type People, leave } from "./story_people.ts";

/** Declares steps of one story: where one failed, those that rest on it are left out. */
export function steps(): (name: string, act: () => Promise<void>) => void {
  let isBroken = false;
  return (name, act) => {
    it(name, async (context) => {
      if (isBroken) {
        context.skip("a step before it failed");
        return;
      }
      isBroken = true;
      await act();
      isBroken = false;
    });
  };
}

/** Assesses the risk, by what is on the screen; a plan where it is high. */
export async function assess(page: Page, button: string, likelihood: string, severity: string, reasons: string, plan: string): Promise<void> {
  await press(page, button, ".risk");
  await press(page, likelihood, ".risk-form");
  await press(page, severity, ".risk-form");
  await retype(page, "#risk-reasons", reasons);
  if (plan !== "") {
    await press(page, "They are asked once more, in the mailbox", ".risk-form");
    await retype(page, "#risk-plan", plan);
  }
  await press(page, "Sign the assessment", ".risk-form");
}

/** Signs minutes, by what is on the screen. */
async function writeMinutes(page: Page, button: string, title: string, text: string): Promise<void> {
  await press(page, button, ".minutes");
  await page.waitForSelector("#minutes-name");
  await retype(page, "#minutes-name", title);
  await retype(page, "#minutes-text", text);
  await press(page, "Sign and send", ".minutes");
  await page.waitForSelector("#minutes-name", { hidden: true });
}

/** The investigator writes minutes of a call, the reporter corrects them, intake writes them anew, and the reporter agrees. */
export async function agreeOnMinutes(people: People, code: string, report: string): Promise<void> {
  const page = await people.atCase("investigator", report);
  const mailbox = await people.atMailbox(code, report);
  await writeMinutes(page, "Write minutes", "Call", "Ten firms share the contracts.");
  await says(page, '[data-minutes="open"]', "not answered");
  await press(mailbox, "Look again", ".mailbox-bar");
  await mailbox.waitForSelector(".minutes textarea");
  await mailbox.type(".minutes textarea", "Two firms.");
  await press(mailbox, "Send my corrections", ".minutes");
  await mailbox.waitForSelector('.minutes [data-minutes="corrected"]');
  await leave(page);
  const corrected = await people.atCase("intake", report);
  await says(corrected, '[data-minutes="corrected"]', "Call");
  await writeMinutes(corrected, "Write a new version", "Call", "Two firms share the contracts.");
  await corrected.waitForSelector('[data-minutes="open"]');
  await press(mailbox, "Look again", ".mailbox-bar");
  await mailbox.waitForSelector('.minutes [data-minutes="open"]');
  await press(mailbox, "I agree", ".minutes");
  await mailbox.waitForSelector('.minutes [data-minutes="agreed"]');
  await leave(corrected, mailbox);
  const agreed = await people.atCase("investigator", report);
  await says(agreed, '[data-minutes="agreed"]', "Call");
  await leave(agreed);
}

/** Answers the check-in of a case that is asked in an open mailbox. */
export async function answerCheckIn(mailbox: Page, claim: string, answer: string, words: string): Promise<void> {
  const own = `#case-${claim.slice(0, 12)}`;
  await press(mailbox, answer, `${own} .check-in`);
  if (words !== "") await retype(mailbox, `${own} .check-in textarea`, words);
  await press(mailbox, "Send", `${own} .check-in`);
  await gone(mailbox, `${own} .check-in`);
  await says(mailbox, `${own} .conversation`, words === "" ? "All is well." : words);
}

/** The check-ins of a case at the desk: how each stands, and its day. */
export function checkIns(page: Page): Promise<string[]> {
  return page.$$eval(".check-ins li", (all) => all.map((one) => `${one.dataset["checkIn"] ?? ""}: ${/, (.+)$/.exec(one.querySelector("p")?.innerText ?? "")?.[1] ?? ""}`));
}

/** A report, a claim under the same code, a decision that is read in the mailbox, and the dossier: in short, in whatever browser. */
export async function tellInShort(people: People, known: readonly string[]): Promise<void> {
  const account = "The lamps were paid for and never put up.";
  const reason = "The shifts are given back.";
  const code = await people.send("procurement", account, null);
  const report = await people.newest("intake", known);
  await people.send("protection", "I was moved to the archive.", code);
  const claim = await people.newest("protection", known);
  const page = await people.atCase("protection", claim);
  for (const status of ["triage", "assessing"]) await people.moveTo(page, status);
  await people.moveTo(page, "decided", { outcome: "granted", reason, appeal: "Write here within a month." });
  await leave(page);
  const mailbox = await people.atMailbox(code, report);
  await reads(mailbox, account, `#case-${report.slice(0, 12)}`);
  await mailbox.click(`#tab-case-${claim.slice(0, 12)}`);
  for (const words of ["Decision: granted", reason]) await reads(mailbox, words, `#case-${claim.slice(0, 12)} .course`);
  await mailbox.click(".show-dossier");
  await mailbox.waitForSelector("case-dossier .line-step");
  const [line = ""] = await texts(mailbox, "case-dossier > .line");
  for (const words of ["Status: Decided: granted", "on the day of the first report"]) assert.ok(line.includes(words), line);
  await leave(mailbox);
}
