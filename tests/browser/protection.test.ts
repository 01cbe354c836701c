/** A protection case from its claim to its decision: by engine for the rules, in a browser for what people see and press. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { parseContent } from "../../reporting/browser/src/protocol/entry_content.ts";
import { Malformed, NotAuthentic, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { checkForm } from "../../reporting/browser/src/protocol/thread_judge.ts";
import type { DeskCase } from "../../reporting/browser/src/workers/desk_api.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { openAs, openCase, press, retype, says, texts } from "./desk_pages.ts";
import { type Filed, Scene, inboxOf } from "./desk_scene.ts";
import { complaints, openedFor } from "./report_pages.ts";
import { startService } from "./service.ts";

const ACCOUNT = "My shifts were all moved to the night.";
const APPEAL = "Write here within a month, or to the ombudsman.";

async function assessed(scene: Scene, answers = {}): Promise<Filed> {
  const filed = await scene.claim({ account: ACCOUNT, ...answers });
  const { engine } = await scene.at("protection");
  await engine.openCase(filed.case);
  await engine.changeStatus(filed.case, "triage", "");
  await engine.changeStatus(filed.case, "assessing", "");
  return filed;
}

function hours(found: DeskCase): string[] {
  return (found.protection?.clocks ?? []).filter(({ done }) => done === null).map(({ name }) => name).sort();
}

describe("protection", () => {
  let scene: Scene;

  before(async () => {
    scene = new Scene(await startService());
  });
  after(() => scene.service.stop());

  it("has statuses and signed deadlines of its own", async () => {
    const filed = await scene.claim({ account: ACCOUNT });
    const { engine } = await scene.at("protection");
    const first = await engine.openCase(filed.case);
    assert.deepEqual([first.kind, first.allowed, first.officer], ["protection", ["triage", "withdrawn"], true]);
    assert.deepEqual(hours(first), ["assessment", "interim", "triage"]);
    for (const status of ["triage", "on_hold", "triage", "assessing"]) {
      const shown = await engine.changeStatus(filed.case, status, "");
      assert.equal(shown.status?.status, status);
      assert.equal(shown.server.differs, false);
      assert.deepEqual(shown.status.clocks, shown.server.clocks);
    }
    await assert.rejects(engine.changeStatus(filed.case, "closed", "Away with it."), { kind: "wrong-transition" });
    const done = await engine.protect(filed.case, { type: "done", name: "interim" });
    assert.deepEqual(hours(done), ["assessment"]);
    const read = await scene.mailbox(filed);
    assert.deepEqual(read.status?.clocks.map(({ name }) => name), ["acknowledge", "decision"]);
    assert.doesNotMatch(JSON.stringify(read), /interim|triage_hours|T\d\d:/);
  });

  it("is not decided without reasons and a way to contest it, on the device already", async () => {
    const filed = await assessed(scene);
    const desk = await scene.at("protection");
    const sent = desk.sent.length;
    const granted = { outcome: "granted", appeal: APPEAL };
    await assert.rejects(desk.engine.changeStatus(filed.case, "decided", " ", granted), Malformed);
    await assert.rejects(desk.engine.changeStatus(filed.case, "decided", "Because.", { outcome: "granted", appeal: "\n" }), Malformed);
    await assert.rejects(desk.engine.changeStatus(filed.case, "decided", "Because."), Malformed);
    await assert.rejects(desk.engine.protect(filed.case, { type: "propose", reason: "", appeal: APPEAL }), Malformed);
    assert.equal(desk.sent.length, sent);
    const shown = await desk.engine.changeStatus(filed.case, "decided", "You are moved to another unit.", granted);
    assert.deepEqual([shown.status?.outcome, shown.server.outcome, shown.server.differs], ["granted", "granted", false]);
    assert.deepEqual(shown.status?.clocks, shown.server.clocks);
    const active = await desk.engine.changeStatus(filed.case, "active", "");
    assert.deepEqual(active.status?.clocks, active.server.clocks);
  });

  it("is refused by two officers, and contested by the reporter", async () => {
    const filed = await assessed(scene);
    const first = await scene.at("protection");
    const second = await scene.at("protection-2");
    const proposed = await first.engine.protect(filed.case, { type: "propose", reason: "It was a plan for all.", appeal: APPEAL });
    const refusal = proposed.protection?.refusals[0]?.id ?? "";
    assert.equal(proposed.status?.status, "assessing");
    assert.doesNotMatch(JSON.stringify(await scene.mailbox(filed)), /plan for all/);
    await assert.rejects(first.engine.protect(filed.case, { type: "confirm", refusal }), Refused);
    await assert.rejects(first.engine.changeStatus(filed.case, "decided", "So be it.", { outcome: "refused", appeal: APPEAL }), { kind: "conflict" });
    await second.engine.openCase(filed.case);
    const confirmed = await second.engine.protect(filed.case, { type: "confirm", refusal });
    assert.deepEqual([confirmed.status?.outcome, confirmed.status?.author.id, confirmed.status?.reason], ["refused", "protection-2", "It was a plan for all."]);
    const { found, engine } = await scene.atMailbox(filed);
    assert.deepEqual([found.status?.appeal, found.status?.alone], [APPEAL, []]);
    const decision = found.status?.entry ?? "";
    // Whoever closes the case takes nobody's right to contest what was decided.
    await second.engine.changeStatus(filed.case, "closed", "Done.");
    const later = await scene.mailbox(filed);
    assert.deepEqual([later.status?.status, later.decision?.entry, later.closed], ["closed", decision, null]);
    const answered = await engine.answer(filed.case, decision, false, "Only my shifts were moved.", () => undefined);
    assert.deepEqual(answered.shown.warnings, []);
    const contested = await first.engine.openCase(filed.case);
    const answer = contested.entries.map(({ content }) => content).find((content) => content?.type === "answer");
    assert.deepEqual([answer?.accepts, answer?.text, answer?.decision], [false, "Only my shifts were moved.", decision]);
    assert.deepEqual((await first.engine.changeStatus(filed.case, "appealed", "")).allowed, ["assessing"]);
  });

  it("is not refused by one: what the server was told is held against what was signed", async () => {
    const filed = await assessed(scene);
    const first = await scene.at("protection");
    // The officer signs a refusal, and tells the server of a decision that needs nobody else.
    first.intercept = (address, body, send) => (address.endsWith("/entries") ? send(body.replace('"outcome":"refused"', '"outcome":"granted"')) : null);
    const shown = await first.engine.changeStatus(filed.case, "decided", "No.", { outcome: "refused", appeal: APPEAL });
    const read = await scene.mailbox(filed);
    for (const { status, server } of [shown, read]) {
      assert.deepEqual([status?.outcome, status?.alone], ["refused", ["refusal"]]);
      assert.deepEqual([server.outcome, server.outcomeDiffers, server.differs], ["granted", true, true]);
    }
  });

  it("takes neither an answer by a member nor a proposal by a reporter as authentic", () => {
    const entry = { v: 1, id: "a".repeat(32), case: "b".repeat(32), epoch: 0, directory: 1, date: "2026-11-23", prev: [], attachments: [], kind: "protection" };
    const written = (form: string, audience: string, author: string) => () => { checkForm(parseContent(utf8(JSON.stringify({ ...entry, audience, author, body: { form, answers: {} } })))); };
    for (const [form, audience, author] of [["answer-1", "reporter", "m1"], ["answer-1", "team", "m1"], ["refusal-1", "reporter", "m1"], ["refusal-1", "reporter", "reporter"]] as const) {
      assert.throws(written(form, audience, author), NotAuthentic);
    }
    written("answer-1", "reporter", "reporter")();
    written("refusal-1", "team", "m1")();
  });

  it("trusts no proposal that the server makes up or moves", async () => {
    const filed = await assessed(scene);
    const first = await scene.at("protection");
    const second = await scene.at("protection-2");
    const proposed = await first.engine.protect(filed.case, { type: "propose", reason: "No.", appeal: APPEAL });
    const [refusal] = proposed.protection?.refusals ?? [];
    assert.ok(refusal);
    const other = proposed.entries.find(({ kind }) => kind === "report")?.id ?? "";
    const lies = [[refusal.entry, other], ['"proposed_by":"protection"', '"proposed_by":"break-glass"']] as const;
    for (const [from, to] of lies) {
      second.spoil = (address, body) => (address.endsWith(filed.case) ? body.replace(from, to) : null);
      await second.engine.openCase(filed.case);
      await assert.rejects(second.engine.protect(filed.case, { type: "confirm", refusal: refusal.id }), Refused);
    }
  });

  it("confirms no proposal from before another status, whatever the server says of it", async () => {
    const filed = await assessed(scene);
    const [first, second] = [await scene.at("protection"), await scene.at("protection-2")];
    const proposed = await first.engine.protect(filed.case, { type: "propose", reason: "No.", appeal: APPEAL });
    const refusal = proposed.protection?.refusals[0]?.id ?? "";
    await first.engine.changeStatus(filed.case, "on_hold", "");
    await first.engine.changeStatus(filed.case, "assessing", "");
    second.spoil = (address, body) => (address.endsWith(filed.case) ? body.replace('"state":"lapsed"', '"state":"proposed"') : null);
    assert.equal((await second.engine.openCase(filed.case)).protection?.refusals[0]?.state, "proposed");
    await assert.rejects(second.engine.protect(filed.case, { type: "confirm", refusal }), Refused);
  });

  it("comes first where the claim tells of danger, and is raised once", async () => {
    await assessed(scene);
    const filed = await scene.claim({ account: "They wait at my door.", danger: "yes" });
    const desk = await scene.at("protection");
    assert.equal((await inboxOf(desk)).get(filed.case)?.danger, false);
    await desk.engine.openUnread(() => undefined);
    const opened = await desk.engine.openCase(filed.case);
    assert.ok(hours(opened).includes("danger"));
    assert.equal((await inboxOf(desk)).get(filed.case)?.danger, true);
    const done = await desk.engine.protect(filed.case, { type: "done", name: "danger" });
    assert.ok(!hours(done).includes("danger"));
    assert.ok(!hours(await desk.engine.openCase(filed.case)).includes("danger"));
    assert.equal((await inboxOf(desk)).get(filed.case)?.danger, false);
    assert.ok(hours(await desk.engine.protect(filed.case, { type: "danger" })).includes("danger"));
  });

  describe(`in ${CHROMIUM.name}`, { skip: skipReason(CHROMIUM) }, () => {
    const opened = openedFor(CHROMIUM);

    /** Nothing to complain of, once nothing fades any more. */
    async function judged(page: Page): Promise<void> {
      await page.waitForFunction(() => document.getAnimations().length === 0);
      assert.deepEqual(await complaints(page), []);
    }

    async function choose(page: Page, status: string): Promise<void> {
      await press(page, "Change the status", ".case-side");
      await page.select("#status-next", status);
    }

    it("is proposed, confirmed, read, contested and taken up again", async () => {
      const filed = await scene.claim({ account: ACCOUNT, danger: "yes" });
      const page = await openAs(opened.browser, scene.service, "protection");
      await openCase(page, filed.case);
      await says(page, ".protection .warning", "Somebody is in danger.");
      await judged(page);
      for (const status of ["triage", "assessing"]) {
        await choose(page, status);
        await press(page, "Sign and send", ".case-side");
        await page.waitForSelector(`.status-now[data-status="${status}"]`);
      }
      await press(page, "Somebody has acted", ".protection");
      await says(page, '[data-hours="danger"]', "done");
      await choose(page, "decided");
      await press(page, "Sign and send", ".case-side");
      await says(page, "#status-fault", "Choose what was decided.");
      await page.select("#status-outcome", "refused");
      await press(page, "Sign and send", ".case-side");
      await says(page, "#status-fault", "A decision needs its reasons");
      await retype(page, "#status-reason", "It was a plan for all.");
      await retype(page, "#status-appeal", APPEAL);
      await judged(page);
      await press(page, "Sign and send", ".case-side");
      await says(page, ".proposal", "Somebody else has to confirm it.");
      await judged(page);

      const other = await openAs(opened.browser, scene.service, "protection-2");
      await openCase(other, filed.case);
      await says(other, ".proposal", "It was a plan for all.");
      await press(other, "Confirm the refusal", ".proposal");
      await press(other, "Confirm the refusal", "dialog");
      await other.waitForSelector('.status-now[data-status="decided"]');
      await says(other, ".case-side", "Outcome: refused");
      await judged(other);

      const mailbox = await (await opened.browser.createBrowserContext()).newPage();
      await mailbox.goto(`${scene.service.intake}/en/mailbox`);
      await mailbox.waitForSelector("#code");
      await mailbox.type("#code", filed.code);
      await mailbox.click(".code-form button[type=submit]");
      await says(mailbox, ".course", "Decision: refused");
      await says(mailbox, ".course", APPEAL);
      await says(mailbox, ".decision", "You can accept the decision or contest it.");
      await judged(mailbox);
      await mailbox.type(".decision textarea", "Only my shifts were moved.");
      await press(mailbox, "I contest the decision", ".decision");
      await says(mailbox, ".conversation", "You contest the decision.");
      assert.deepEqual(await texts(mailbox, ".decision"), []);

      await page.reload();
      await page.waitForSelector("#passphrase");
      await retype(page, "#passphrase", scene.passphrase("protection"));
      await page.keyboard.press("Enter");
      await says(page, ".protection .warning", "The reporter contests the decision.");
      await judged(page);
      await press(page, "Look at it again, and tell the reporter", ".protection");
      await says(page, ".case-side", "contested");
    });
  });
});
