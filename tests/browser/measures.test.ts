/** Measures of protection and check-ins: by engine for the rules, in a browser for what people see and press. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import type { Page } from "puppeteer-core";

import { addDays, checkInsOf, measuresOf, openCheckIn } from "../../reporting/browser/src/client/measures.ts";
import { Malformed, NotAuthentic, ProtocolError, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { parseContent } from "../../reporting/browser/src/protocol/entry_content.ts";
import { CATALOGUE, GROUPS, type Measure, articleOf, checkCheckIn, checkMeasure, lacksConsent } from "../../reporting/browser/src/protocol/measures.ts";
import { checkForm } from "../../reporting/browser/src/protocol/thread_judge.ts";
import type { DeskCase } from "../../reporting/browser/src/workers/desk_api.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { openAs, openCase, press, retype, says, texts } from "./desk_pages.ts";
import { type Desk, type Filed, Scene, TODAY, inboxOf } from "./desk_scene.ts";
import { looksFine, openMailbox, openedFor } from "./report_pages.ts";
import { startService } from "./service.ts";

const ACCOUNT = "My shifts were all moved to the night.";
const APPEAL = "Write here within a month.";

interface Cases {
  readonly catalogue: Readonly<Record<string, readonly [string, string, boolean, string]>>;
  readonly measure: Measure;
  readonly taken: readonly Partial<Measure>[];
  readonly refused: readonly (readonly [string, object])[];
  readonly consent: readonly (readonly [string, Measure["state"], Measure["consent"], boolean])[];
  readonly articles: readonly (readonly [string, string, string])[];
  readonly check_in: object;
  readonly check_in_taken: readonly object[];
  readonly check_in_refused: readonly (readonly [string, object])[];
}

const KNOWN = JSON.parse(await readFile(path.resolve("../../tests/unit/protocol/measures.json"), "utf8")) as Cases;

describe("what is signed of measures", () => {
  it("has the catalogue that the server's side has", () => {
    const found = Object.fromEntries([...CATALOGUE].map(([id, { group, title, consent, article }]) => [id, [group, title, consent, article]]));
    assert.deepEqual(found, KNOWN.catalogue);
    assert.deepEqual(new Set([...CATALOGUE.values()].map(({ group }) => group)), new Set(GROUPS.keys()));
  });

  it("is judged as the server's side judges it", () => {
    const merged = (base: object, change: object): never => ({ ...base, ...change }) as never;
    for (const change of KNOWN.taken) checkMeasure(merged(KNOWN.measure, change));
    for (const change of KNOWN.check_in_taken) checkCheckIn(merged(KNOWN.check_in, change));
    const at = (pointer: string) => (error: unknown) => error instanceof Malformed && error.pointer === pointer;
    for (const [pointer, change] of KNOWN.refused) assert.throws(() => checkMeasure(merged(KNOWN.measure, change)), at(pointer), JSON.stringify(change));
    for (const [pointer, change] of KNOWN.check_in_refused) assert.throws(() => checkCheckIn(merged(KNOWN.check_in, change)), at(pointer), JSON.stringify(change));
    for (const [what, state, consent, lacking] of KNOWN.consent) assert.equal(lacksConsent({ what, state, consent }), lacking, `${what} ${state} ${consent}`);
    for (const [what, profile, article] of KNOWN.articles) assert.equal(articleOf(what, profile), article);
  });

  it("is not authentic by the other side, or where it contradicts itself", () => {
    const entry = { v: 1, id: "a".repeat(32), case: "b".repeat(32), epoch: 0, directory: 1, date: "2026-11-23", prev: [], attachments: [], kind: "protection" };
    const written = (form: string, audience: string, author: string, answers: object) => () => { checkForm(parseContent(utf8(JSON.stringify({ ...entry, audience, author, body: { form, answers } })))); };
    written("measure-1", "reporter", "m1", KNOWN.measure)();
    written("measure-1", "team", "m1", KNOWN.measure)();
    written("check-in-1", "reporter", "reporter", KNOWN.check_in)();
    assert.throws(written("measure-1", "reporter", "reporter", KNOWN.measure), NotAuthentic);
    assert.throws(written("check-in-1", "reporter", "m1", KNOWN.check_in), NotAuthentic);
    assert.throws(written("check-in-1", "team", "m1", KNOWN.check_in), NotAuthentic);
    assert.throws(written("measure-1", "reporter", "m1", { ...KNOWN.measure, end: "2020-01-01" }), ProtocolError);
  });
});

function measure(changes: Partial<Measure> = {}): Measure {
  return { ...KNOWN.measure, owner: "protection", start: TODAY, review: addDays(TODAY, 30), ...changes };
}

describe("measures", () => {
  let scene: Scene;
  let desk: Desk;

  before(async () => {
    scene = new Scene(await startService());
    desk = await scene.at("protection");
  });
  after(() => scene.service.stop());

  async function granted(): Promise<Filed> {
    const filed = await scene.claim({ account: ACCOUNT });
    await desk.engine.openCase(filed.case);
    for (const status of ["triage", "assessing"]) await desk.engine.changeStatus(filed.case, status, "");
    await desk.engine.changeStatus(filed.case, "decided", "You are protected.", { outcome: "granted", appeal: APPEAL });
    await desk.engine.changeStatus(filed.case, "active", "");
    return filed;
  }

  async function closed(): Promise<Filed> {
    const filed = await granted();
    await desk.engine.changeStatus(filed.case, "ended", "");
    await desk.engine.changeStatus(filed.case, "closed", "It is over.");
    return filed;
  }

  /** Lets a check-in be due so many days from now; the service's clock is the machine's. */
  async function due(filed: Filed, days: number): Promise<void> {
    const code = "import sqlite3,sys;d=sqlite3.connect(sys.argv[1],timeout=60);d.execute('update check_in set due=? where case_id=? and months=1',sys.argv[2:]);d.commit()";
    await promisify(execFile)("python3", ["-c", code, path.join(scene.service.folder, "server", "reporting.sqlite"), addDays(TODAY, days), filed.case]);
  }

  function set(filed: Filed, changes: Partial<Measure> = {}, told = true): Promise<DeskCase> {
    return desk.engine.protect(filed.case, { type: "measure", told, measure: measure(changes) });
  }

  it("are signed, told, and held against the server's word", async () => {
    const filed = await granted();
    await set(filed, { state: "planned", consent: "asked", review: null });
    const shown = await set(filed);
    const [standing] = measuresOf(shown.entries, shown.protection?.measures ?? []);
    assert.deepEqual([standing?.signed.state, standing?.differs, standing?.told, standing?.author?.mine], ["active", false, true, true]);
    const read = await scene.mailbox(filed);
    assert.deepEqual(measuresOf(read.entries, null).map(({ signed }) => [signed.what, signed.state]), [["paid-leave", "active"]]);
    const lies = [['"state":"active"', '"state":"ended"'], [`"review":"${addDays(TODAY, 30)}"`, '"review":null'], ['"owner":"protection"', '"owner":"protection-2"']] as const;
    for (const [from, to] of lies) {
      desk.spoil = (address, body) => (address.endsWith(filed.case) ? body.replace(from, to) : null);
      const lied = await desk.engine.openCase(filed.case);
      assert.deepEqual(measuresOf(lied.entries, lied.protection?.measures ?? []).map(({ signed, differs }) => [signed.state, differs]), [["active", true]], to);
    }
  });

  it("run with the consent that they need, and nothing is sent without it", async () => {
    const filed = await granted();
    const sent = desk.sent.length;
    await assert.rejects(set(filed, { consent: "asked" }), Refused);
    await assert.rejects(set(filed, { what: "redaction", consent: "refused" }), Refused);
    await assert.rejects(set(filed, { state: "ended", review: null, end: TODAY }), Malformed);
    await assert.rejects(set(filed, { end: addDays(TODAY, -1) }), Malformed);
    assert.equal(desk.sent.length, sent);
    await assert.rejects(set(filed, { state: "refused", start: null, review: null, reason: "No." }), { kind: "conflict" });
    await assert.rejects(set(filed, { owner: "intake" }), { kind: "invalid" });
  });

  it("for the team alone are not in the mailbox", async () => {
    const filed = await granted();
    const shown = await set(filed, {}, false);
    assert.deepEqual(measuresOf(shown.entries, shown.protection?.measures ?? []).map(({ told }) => told), [false]);
    assert.deepEqual(measuresOf((await scene.mailbox(filed)).entries, null), []);
    await assert.rejects(set(filed), { kind: "invalid" });
  });

  it("are followed by check-ins, which any message answers", async () => {
    const filed = await closed();
    const { found, engine } = await scene.atMailbox(filed);
    assert.deepEqual(found.server.checkIns.map(({ months, done }) => [months, done]), [[1, null], [3, null], [6, null], [12, null]]);
    assert.equal(openCheckIn(found, TODAY), null);
    await engine.followUp(filed.case, "Thank you.", [], () => undefined);
    await due(filed, 3);
    const asked = await scene.atMailbox(filed);
    const open = openCheckIn(asked.found, TODAY);
    assert.deepEqual([open?.months, open?.state], [1, "due"]);
    await assert.rejects(asked.engine.checkIn(filed.case, { months: 1, closed: TODAY, answer: "words", text: " " }, () => undefined), Malformed);
    await asked.engine.checkIn(filed.case, { months: 1, closed: TODAY, answer: "well", text: "" }, () => undefined);
    const answered = await scene.mailbox(filed);
    assert.equal(openCheckIn(answered, TODAY), null);
    const shown = await desk.engine.openCase(filed.case);
    assert.deepEqual(checkInsOf(shown, TODAY).map(({ state, answer, done }) => [state, answer?.answer ?? null, done]), [["answered", "well", TODAY], ["coming", null, null], ["coming", null, null], ["coming", null, null]]);
    assert.deepEqual(checkInsOf(shown, addDays(TODAY, 150))[1]?.state, "silent");
    assert.ok(!(shown.protection?.clocks ?? []).some(({ name }) => name === "danger"));
  });

  it("put a case first where something happened, once", async () => {
    const filed = await closed();
    await due(filed, 0);
    const { engine } = await scene.atMailbox(filed);
    await engine.checkIn(filed.case, { months: 1, closed: TODAY, answer: "happened", text: "" }, () => undefined);
    const running = (shown: DeskCase): boolean => (shown.protection?.clocks ?? []).some(({ name, done }) => name === "danger" && done === null);
    assert.ok(running(await desk.engine.openCase(filed.case)));
    assert.equal((await inboxOf(desk)).get(filed.case)?.danger, true);
    assert.ok(!running(await desk.engine.protect(filed.case, { type: "done", name: "danger" })));
    assert.ok(!running(await desk.engine.openCase(filed.case)));
    // Again on the same day, after danger was dealt with.
    await engine.checkIn(filed.case, { months: 1, closed: TODAY, answer: "happened", text: "Once more." }, () => undefined);
    assert.ok(running(await desk.engine.openCase(filed.case)));
    assert.ok(!running(await desk.engine.protect(filed.case, { type: "done", name: "danger" })));
    assert.ok(!running(await desk.engine.openCase(filed.case)));
  });

  it("put a case first by the server's day, whatever the clock of the reporter's device says", async () => {
    const filed = await closed();
    await due(filed, 0);
    await desk.engine.protect(filed.case, { type: "danger" });
    await desk.engine.protect(filed.case, { type: "done", name: "danger" });
    const { engine } = await scene.atMailbox(filed);
    await engine.checkIn(filed.case, { months: 1, closed: TODAY, answer: "happened", text: "" }, () => undefined);
    // As on the day after, from a device whose clock is a day behind.
    desk.spoil = (address, body) => (address.includes(`${filed.case}/entries`) ? body.replaceAll(`"date":"${TODAY}"`, `"date":"${addDays(TODAY, 1)}"`) : null);
    const shown = await desk.engine.openCase(filed.case);
    desk.spoil = null;
    assert.ok(shown.protection?.clocks.some(({ name, done }) => name === "danger" && done === null));
  });

  it("stand out once their reporter wrote again, until the officer is shown it", async () => {
    const filed = await closed();
    const since = async (): Promise<string | null | undefined> => (await inboxOf(desk)).get(filed.case)?.unreadSince;
    assert.equal(await since(), null);
    const { engine } = await scene.atMailbox(filed);
    await engine.followUp(filed.case, "They began again.", [], () => undefined);
    assert.equal(await since(), TODAY);
    await desk.engine.ledCases(() => undefined); // loads every case, and shows none
    assert.equal(await since(), TODAY);
    desk.intercept = (address) => (address.endsWith("/read") ? Promise.resolve(new Response("{}", { status: 503 })) : null);
    assert.equal((await desk.engine.openCase(filed.case)).unreadSince, TODAY); // it opens all the same, and stays marked
    desk.intercept = null;
    assert.equal(await since(), TODAY);
    let unread = "";
    desk.spoil = (address, body) => {
      if (address.endsWith(`/${filed.case}`)) ({ unread } = JSON.parse(body) as { unread: string });
      if (!address.includes(`${filed.case}/entries`)) return null;
      const page = JSON.parse(body) as { entries: { id: string; sealed: string }[] };
      for (const one of page.entries) if (one.id === unread) one.sealed = `${one.sealed.slice(0, -8)}AAAAAAA=`; // it does not open
      return JSON.stringify(page);
    };
    assert.equal((await desk.engine.openCase(filed.case)).unreadSince, TODAY);
    desk.spoil = null;
    assert.equal(await since(), TODAY);
    assert.equal((await desk.engine.openCase(filed.case)).unreadSince, null);
    assert.equal(await since(), null);
    assert.equal(desk.sent.filter((one) => one.endsWith(`${filed.case}/read`)).length, 2);
  });

  describe(`in ${CHROMIUM.name}`, { skip: skipReason(CHROMIUM) }, () => {
    const opened = openedFor(CHROMIUM);

    async function mailboxOf(filed: Filed, language = "en"): Promise<Page> {
      const page = await (await opened.browser.createBrowserContext()).newPage();
      await openMailbox(page, scene.service.intake, filed.code, language);
      await page.waitForSelector(".case-title");
      return page;
    }

    it("are added, put in force, reviewed and ended; the reporter reads it and answers in two taps", async () => {
      const filed = await granted();
      const page = await openAs(opened.browser, scene.service, "protection");
      await openCase(page, filed.case);
      await says(page, ".measures", "No measure is in force or being prepared.");
      await press(page, "Add a measure", ".measures");
      await press(page, "Sign and send", ".measures");
      await says(page, ".measure-form .fault", "Choose a measure.");
      await page.select("#measure-what", "paid-leave");
      await says(page, "#measure-what-help", "It needs the reporter's consent.");
      await page.select("#measure-state", "active");
      await press(page, "Sign and send", ".measures");
      await says(page, ".measure-form .fault", "needs the reporter's consent");
      await looksFine(page, "measure-fault");
      await page.select("#measure-state", "planned");
      await looksFine(page, "measure-form");
      await press(page, "Sign and send", ".measures");
      await page.waitForSelector('[data-measure="planned"]');
      await press(page, "Put in force: Paid leave", ".measures");
      await press(page, "Sign and send", ".measures");
      await says(page, ".measure-form .fault", "needs the reporter's consent");
      await page.select("#measure-consent", "given");
      await press(page, "Sign and send", ".measures");
      await page.waitForSelector('[data-measure="active"]');
      await looksFine(page, "measure-active");

      const mailbox = await mailboxOf(filed);
      await says(mailbox, ".protects", "Paid leave");
      await says(mailbox, ".protects", "in force");
      await looksFine(mailbox, "mailbox-measure");

      await press(page, "End: Paid leave", ".measures");
      await press(page, "Sign and send", ".measures");
      await says(page, ".measure-form .fault", "Say why the measure ended");
      await retype(page, "#measure-reason", "The shifts are as before.");
      await page.keyboard.press("Tab");
      await press(page, "Sign and send", ".measures");
      await press(page, "End it", "dialog");
      await page.waitForSelector('[data-measure="ended"]');
      await page.$eval(".measures details", (one) => { one.setAttribute("open", ""); });
      await looksFine(page, "measure-ended");

      for (const [status, reason] of [["ended", ""], ["closed", "It is over."]] as const) await desk.engine.changeStatus(filed.case, status, reason);
      await due(filed, 2);
      const asked = await mailboxOf(filed);
      await says(asked, ".check-in", "How are you?");
      await looksFine(asked, "check-in");
      await press(asked, "Something happened", ".check-in");
      await looksFine(asked, "check-in-happened");
      await press(asked, "Back", ".check-in");
      await press(asked, "All is well", ".check-in");
      await press(asked, "Send", ".check-in");
      await says(asked, ".conversation", "All is well.");
      assert.deepEqual(await texts(asked, ".check-in"), []);
    });

    it("are marked in the list and wait among the work, when the reporter wrote after closing", async () => {
      const filed = await closed();
      const other = await closed();
      await due(filed, 0);
      const { engine } = await scene.atMailbox(filed);
      await engine.checkIn(filed.case, { months: 1, closed: TODAY, answer: "happened", text: "" }, () => undefined);
      const page = await openAs(opened.browser, scene.service, "protection");
      const row = `#row-${filed.case}`;
      await says(page, `${row}[data-new]`, "new from the reporter");
      await says(page, row, "to be read");
      const places = (await texts(page, ".case-row .row-id")).map((one) => one.trim());
      assert.ok(places.indexOf(filed.case.slice(0, 8)) < places.indexOf(other.case.slice(0, 8)));
      await looksFine(page, "inbox-unread");
      await press(page, "Protection work", "nav");
      await says(page, '[data-kind="answered"]', "answered: check-in after one month");
      await page.click(`[data-kind="answered"] a[href$="${filed.case}"]`);
      await says(page, "main", "Something happened.");
      await press(page, "Cases", "nav");
      await says(page, row, "in danger");
      assert.equal(await page.$(`${row}[data-new]`), null);
    });

    it("keep what was typed and not sent, whatever else is sent or read again", async () => {
      const filed = await closed();
      await due(filed, 0);
      const page = await mailboxOf(filed);
      const field = (name: string): string => `#${name}-${filed.case.slice(0, 12)}`;
      const value = (selector: string): Promise<string> => page.$eval(selector, (one) => (one as HTMLTextAreaElement).value);
      const asks = (): Promise<boolean> => page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));
      assert.equal(await asks(), false);
      await press(page, "Something happened", ".check-in");
      await page.type(field("check-in"), "My key was taken.");
      assert.equal(await asks(), true);
      await press(page, "Ask for something");
      await page.click(`${field("ask")}-meeting`);
      await page.type(`${field("ask")}-text`, "At noon.");
      await page.type(field("answer"), "It came late.");
      await page.$eval(".case", (one) => { one.classList.add("before"); });
      await press(page, "Look again");
      await page.waitForSelector(".case:not(.before)");
      assert.equal(await value(field("check-in")), "My key was taken.");
      assert.deepEqual([await value(`${field("ask")}-text`), await value(field("answer"))], ["At noon.", "It came late."]);
      assert.equal(await page.$eval(`${field("ask")}-meeting`, (one) => (one as HTMLInputElement).checked), true);
      assert.equal(await asks(), true);
      await press(page, "Send this request", ".ask");
      await says(page, ".ask .done", "Sent.");
      assert.equal(await value(field("check-in")), "My key was taken.");
      await press(page, "Look again"); // any message answers a check-in, so its box is gone
      await page.waitForFunction((where) => document.querySelector<HTMLTextAreaElement>(where)?.value === "My key was taken.", {}, field("write"));
      assert.deepEqual(await texts(page, ".check-in"), []);
      assert.deepEqual([await value(`${field("ask")}-text`), await value(field("answer"))], ["", "It came late."]);
      await press(page, "I accept the decision", ".decision");
      await says(page, ".conversation", "It came late.");
      await press(page, "Send", ".follow-up");
      await says(page, ".conversation", "My key was taken.");
      assert.equal(await asks(), false);
    });

    it("ask in Arabic, in the dark", async () => {
      const filed = await closed();
      await due(filed, 0);
      const page = await mailboxOf(filed, "ar");
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
      await page.waitForSelector(".check-in");
      await looksFine(page, "check-in-arabic");
    });
  });
});
