/** The risk of retaliation: judged by its matrix on every device, assessed at the desk, and seen by the reporter for themselves. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { type JsonObject, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { parseContent } from "../../reporting/browser/src/protocol/entry_content.ts";
import { Malformed, NotAuthentic } from "../../reporting/browser/src/protocol/errors.ts";
import * as risk from "../../reporting/browser/src/protocol/risk.ts";
import { checkForm } from "../../reporting/browser/src/protocol/thread_judge.ts";
import type { ShownEntry } from "../../reporting/browser/src/client/shown.ts";
import type { Step } from "../../reporting/browser/src/protocol/rights.ts";
import { assessmentsOf, dueOf, triggersSince } from "../../reporting/browser/src/desk/risk_asked.ts";
import type { Assessing } from "../../reporting/browser/src/client/risk.ts";
import type { HistoryEvent } from "../../reporting/browser/src/workers/desk_api.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { gone, openAs, openCase, press, retype, says, texts } from "./desk_pages.ts";
import { type Filed, Scene } from "./desk_scene.ts";
import { looksFine, openMailbox, openedFor } from "./report_pages.ts";
import { startService } from "./service.ts";

type Refused = readonly (readonly [string, JsonObject])[];
interface Cases {
  readonly matrix: Readonly<Record<string, readonly string[]>>;
  readonly severities: readonly string[];
  readonly factors: readonly string[];
  readonly triggers: readonly string[];
  readonly silences: readonly string[];
  readonly assessment: JsonObject;
  readonly taken: readonly JsonObject[];
  readonly refused: Refused;
  readonly self: JsonObject;
  readonly selfTaken: readonly JsonObject[];
  readonly selfRefused: Refused;
}
const CASES = JSON.parse(readFileSync(path.resolve("../../tests/unit/protocol/risk.json"), "utf8")) as Cases;
const GIVEN: Assessing = {
  factors: ["few-knew", "power"],
  likelihood: "likely",
  severity: "major",
  reasons: "Three people had the file.",
  plan: "No notice to the unit before March.",
  trigger: "first",
  silence: "ask-again",
};

describe("an assessment", () => {
  it("has the level of the matrix, as the requirements and the other implementation have it", () => {
    const found = Object.fromEntries(risk.LIKELIHOODS.map((likelihood) => [likelihood, risk.SEVERITIES.map((severity) => risk.levelOf(likelihood, severity))]));
    assert.deepEqual(found, CASES.matrix);
    assert.deepEqual([risk.SEVERITIES, risk.FACTORS, risk.TRIGGERS, risk.SILENCES], [CASES.severities, CASES.factors, CASES.triggers, CASES.silences]);
  });

  it("is taken and refused as the other implementation does, at the same field", () => {
    for (const change of CASES.taken) risk.checkAssessment({ ...CASES.assessment, ...change });
    for (const change of CASES.selfTaken) risk.checkSelfAssessment({ ...CASES.self, ...change });
    const refused: readonly (readonly [(answers: JsonObject) => unknown, JsonObject, Refused])[] = [
      [risk.checkAssessment, CASES.assessment, CASES.refused],
      [risk.checkSelfAssessment, CASES.self, CASES.selfRefused],
    ];
    for (const [check, whole, changes] of refused) {
      for (const [pointer, change] of changes) assert.throws(() => check({ ...whole, ...change }), { name: "Malformed", pointer });
    }
    for (const name of Object.keys(CASES.assessment)) {
      const rest = Object.fromEntries(Object.entries(CASES.assessment).filter(([other]) => other !== name));
      assert.throws(() => risk.checkAssessment(rest), Malformed);
    }
    for (const none of [null, [], "low", undefined]) assert.throws(() => risk.checkAssessment(none), Malformed);
  });

  it("is nobody's but a member's for the team, and the other the reporter's alone", () => {
    const entry = { v: 1, id: "a".repeat(32), case: "b".repeat(32), epoch: 0, directory: 1, date: "2026-11-23", prev: [], attachments: [], kind: "protection" };
    const written = (form: string, audience: string, author: string, answers: JsonObject) => () => {
      checkForm(parseContent(utf8(JSON.stringify({ ...entry, audience, author, body: { form, answers } }))));
    };
    const { assessment, self } = CASES;
    for (const [audience, author] of [["reporter", "m1"], ["reporter", "reporter"]] as const) assert.throws(written(risk.FORM, audience, author, assessment), NotAuthentic);
    for (const [audience, author] of [["reporter", "m1"], ["team", "m1"]] as const) assert.throws(written(risk.SELF_FORM, audience, author, self), NotAuthentic);
    assert.throws(written(risk.FORM, "team", "m1", { ...assessment, level: "low" }), Malformed);
    assert.throws(written(risk.FORM, "team", "m1", { ...assessment, plan: "" }), Malformed);
    written(risk.FORM, "team", "m1", assessment)();
    written(risk.SELF_FORM, "reporter", "reporter", self)();
  });
});

describe("why it is asked again", () => {
  const event = (act: string, details: JsonObject = {}): HistoryEvent => ({ at: "2026-11-23T12:00:00Z", member: "m1", label: "m1", act, details });

  it("is what was done since the last one, the latest first", () => {
    const standing = { entry: { id: "e1" }, content: {} } as unknown as Parameters<typeof triggersSince>[0];
    const events = [
      event("case:epoch", { holders: ["m1", "m2"] }),
      event("identity:open"),
      event("case:status", { to: "decided", outcome: "granted" }),
      event("case:status", { to: "active" }),
      event("case:epoch", { holders: ["m1"] }),
      event("entry:add", { entry: "e1" }),
      event("case:status", { to: "decided", outcome: "referred" }),
      event("case:epoch", { holders: ["m1", "m9"] }),
    ];
    assert.deepEqual(triggersSince(standing, events, []), ["transfer", "identity", "decision"]);
    assert.deepEqual(triggersSince(undefined, events, []), ["transfer", "identity", "decision", "referral"]);
    assert.deepEqual(triggersSince(standing, events.slice(5), []), []);
  });

  it("is a step that was signed, by what it says, and not by the server's word", () => {
    const events = ["e6", "e5", "e4", "e3", "e2", "e1"].map((entry) => event("entry:add", { entry, audience: "team" }));
    const step = (id: string, taken: Step): ShownEntry => ({ id, content: { type: "step", step: taken, date: "2026-11-20", text: "" } }) as unknown as ShownEntry;
    const standing = { entry: { id: "e1" }, content: {} } as unknown as Parameters<typeof triggersSince>[0];
    const entries = [step("e2", "notice"), step("e3", "heard"), step("e4", "publicity"), step("e5", "referral"), { id: "e6", content: null } as unknown as ShownEntry];
    assert.deepEqual(triggersSince(standing, events, entries), ["referral", "publicity", "notice"]);
    assert.deepEqual(triggersSince(standing, events.slice(-2), [step("e2", "heard")]), ["notice"]);
    assert.deepEqual(triggersSince(standing, events.slice(-1), [step("e1", "heard")]), []);
  });
});

let scene: Scene;

before(async () => {
  scene = new Scene(await startService());
});
after(() => scene.service.stop());

describe("assessing the risk", () => {
  it("meets the deadline, keeps what was said before, and tells the reporter nothing", async () => {
    const filed = await scene.claim({ account: "My shifts were moved." });
    const { engine } = await scene.at("protection");
    assert.notEqual(dueOf(await engine.openCase(filed.case)), null);
    const first = await engine.protect(filed.case, { type: "assess", answers: GIVEN });
    assert.equal(dueOf(first), null);
    const second = await engine.protect(filed.case, { type: "assess", answers: { ...GIVEN, severity: "minor", trigger: "other", plan: "" } });
    assert.deepEqual(assessmentsOf(second).map(({ content }) => content.level), ["medium", "high"]);
    assert.deepEqual(second.warnings, []);
    assert.doesNotMatch(JSON.stringify(await scene.mailbox(filed)), /Three people|assessment/);
  });

  it("refuses on the device what is none, and says nothing to the server", async () => {
    const filed = await scene.claim({ account: "My pay was cut." });
    const desk = await scene.at("protection");
    await desk.engine.openCase(filed.case);
    const sent = desk.sent.length;
    for (const change of [{ reasons: " " }, { plan: "\n" }, { factors: ["stars"] as unknown as Assessing["factors"] }]) {
      await assert.rejects(desk.engine.protect(filed.case, { type: "assess", answers: { ...GIVEN, ...change } }), Malformed);
    }
    assert.equal(desk.sent.length, sent);
  });

  it("is for whoever holds a report, and for officers alone in a protection case", async () => {
    const report = await scene.file("The harbor was sold twice.");
    const { engine } = await scene.at("intake");
    await engine.openCase(report.case);
    const shown = await engine.protect(report.case, { type: "assess", answers: GIVEN });
    assert.deepEqual([assessmentsOf(shown).length, shown.protection], [1, null]);
  });
});

describe("the risk at the desk", { skip: skipReason(CHROMIUM) }, () => {
  const open = openedFor(CHROMIUM);
  let page: Page;
  let filed: Filed;

  before(async () => {
    filed = await scene.claim({ account: "My shifts were all moved to the night." });
    page = await openAs(open.browser, scene.service, "protection");
    await openCase(page, filed.case);
    await page.waitForSelector(".risk");
  });
  it("says what is owed, and leads through the form by keyboard", async () => {
    await says(page, ".risk-due", "It is to be assessed by");
    await says(page, ".risk", "Nobody has assessed it yet.");
    await press(page, "Assess the risk", ".risk");
    await page.waitForFunction(() => document.activeElement?.id === "risk-title");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assert.deepEqual(await page.$$eval(".risk-factors input:checked", (boxes) => boxes.map((box) => (box).name)), ["few-knew"]);
    await looksFine(page, "risk");
  });

  it("leaves errors at their fields, and asks for a plan as soon as the risk is high", async () => {
    await press(page, "Sign the assessment", ".risk");
    await page.waitForFunction(() => document.activeElement?.id === "risk-likelihood");
    assert.equal((await texts(page, ".risk .field-error")).length, 4);
    await looksFine(page, "risk");
    await press(page, "Likely There are signs, and those who would do it can.", ".risk");
    await press(page, "Minor Unpleasant, and soon over.", ".risk");
    await says(page, "#risk-level", "Medium risk (likely, minor)");
    assert.equal(await page.$("#risk-plan"), null);
    await press(page, "Extreme Safety, freedom, or life.", ".risk");
    await says(page, "#risk-level", "High risk (likely, extreme)");
    await page.waitForSelector("#risk-plan[aria-invalid]");
    await retype(page, "#risk-reasons", "Three people had the file.");
    await press(page, "They are asked once more, in the mailbox", ".risk");
    await press(page, "Sign the assessment", ".risk");
    await page.waitForFunction(() => document.activeElement?.id === "risk-plan");
    await retype(page, "#risk-plan", "Hana Sato calls each Monday.");
    await press(page, "Sign the assessment", ".risk");
    await says(page, ".risk-standing", "High risk (likely, extreme)");
    await gone(page, ".risk-due");
    await gone(page, ".risk-form");
    await looksFine(page, "risk");
  });

  it("asks who could know this, before a reply repeats what only the report says", async () => {
    await press(page, "Reply to the reporter");
    await retype(page, "#composer-text", "You say that your shifts were all moved to the night.");
    await press(page, "Send to the reporter");
    await says(page, "#concerns", "Who could know this?");
    await says(page, "#concerns li", "shifts were all moved to the");
    await looksFine(page, "risk");
    await retype(page, "#composer-text", "We look into what you told us.");
    await gone(page, "#concerns");
    await press(page, "Send to the reporter");
    await says(page, ".thread", "We look into what you told us.");
  });

  it("asks again after a decision, says why, and folds what was said before", async () => {
    const { engine } = await scene.at("protection");
    await engine.openCase(filed.case);
    for (const status of ["triage", "assessing"]) await engine.changeStatus(filed.case, status, "");
    await engine.changeStatus(filed.case, "decided", "You are moved to another unit.", { outcome: "granted", appeal: "Write here." });
    await page.close();
    page = await openAs(open.browser, scene.service, "protection");
    await openCase(page, filed.case);
    await says(page, ".risk-due", "It is to be assessed again by");
    await says(page, ".risk-due li", "With a decision");
    await press(page, "Assess it again", ".risk");
    await page.waitForSelector("#risk-plan");
    assert.equal(await page.$eval("#risk-trigger", (field) => (field as HTMLSelectElement).value), "decision");
    await press(page, "Unlikely It is possible; nothing points to it.", ".risk");
    await press(page, "Minor Unpleasant, and soon over.", ".risk");
    await retype(page, "#risk-reasons", "They work elsewhere now.");
    await press(page, "Sign the assessment", ".risk");
    await says(page, ".risk-standing", "Low risk (unlikely, minor)");
    await gone(page, ".risk-form");
    await press(page, "Assessments before: 1", ".risk");
    await says(page, ".risk-older", "High risk (likely, extreme)");
    await looksFine(page, "risk");
  });
});

describe("one's own risk in the mailbox", { skip: skipReason(CHROMIUM) }, () => {
  const open = openedFor(CHROMIUM);
  let page: Page;
  let filed: Filed;

  before(async () => {
    filed = await scene.file("The harbor was sold twice.");
    page = await (await open.browser.createBrowserContext()).newPage();
    await openMailbox(page, scene.service.intake, filed.code);
    await page.waitForSelector(".risk-part");
  });
  it("gives advice that the device works out, and sends nothing", async () => {
    await press(page, "Look at my situation", ".risk-part");
    await page.waitForSelector("own-risk form");
    const sent: string[] = [];
    const note = (request: { method(): string; url(): string }): void => { sent.push(`${request.method()} ${request.url()}`); };
    page.on("request", note);
    await press(page, "Violence or organized crime may be involved", "own-risk");
    await press(page, "Few people knew of it", "own-risk");
    await press(page, "Show what can help", "own-risk");
    await says(page, ".advice", "Your safety comes before the case.");
    assert.deepEqual(await page.$$eval(".advice[data-factor]", (all) => all.map((one) => one.getAttribute("data-factor"))), ["violence", "few-knew"]);
    await looksFine(page, "own-risk");
    page.off("request", note);
    assert.deepEqual(sent, []);
  });

  it("keeps what was ticked and written when the mailbox is looked at again", async () => {
    await page.type("own-risk textarea", "I am afraid of my supervisor.");
    await press(page, "Look again");
    await page.waitForFunction(() => document.activeElement?.classList.contains("case-title") === true);
    assert.equal(await page.$eval("own-risk textarea", (field) => field.value), "I am afraid of my supervisor.");
    assert.equal((await page.$$("own-risk input:checked")).length, 2);
  });

  it("is shared on pressing the button alone, and told in words on both sides", async () => {
    await press(page, "Share this with those who handle my case", "own-risk");
    await says(page, "own-risk .done", "It is shared with those who handle your case.");
    await says(page, ".conversation", "You shared how you see your risk:");
    await says(page, ".conversation", "I am afraid of my supervisor.");
    await looksFine(page, "own-risk");
    const desk = await openAs(open.browser, scene.service, "intake");
    await openCase(desk, filed.case);
    await says(desk, ".risk-told", "Violence or organized crime may be involved");
    await says(desk, ".risk-told", "I am afraid of my supervisor.");
    await press(desk, "Assess the risk", ".risk");
    await desk.waitForSelector(".risk-form");
    assert.deepEqual(await desk.$$eval(".risk-factors input:checked", (boxes) => boxes.map(({ name }) => name)), ["few-knew", "violence"]);
    assert.equal((await texts(desk, ".risk-shared")).length, 2);
  });
});
