/** The reporter's rights inside a case, and those of persons concerned: by engine for the rules, in a browser for what people see. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import type { Author, Content, ShownEntry } from "../../reporting/browser/src/client/shown.ts";
import { newestMinutes, waiting, wasHeard } from "../../reporting/browser/src/client/rights.ts";
import { utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { parseContent } from "../../reporting/browser/src/protocol/entry_content.ts";
import { Malformed, NotAuthentic, ProtocolError, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { checkForm } from "../../reporting/browser/src/protocol/thread_judge.ts";
import type { InboxLine } from "../../reporting/browser/src/workers/desk_api.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { gone, openAs, openCase, press, retype, says, texts } from "./desk_pages.ts";
import { type Filed, Scene } from "./desk_scene.ts";
import { DAY, moveDocument } from "./movable.ts";
import { looksFine, openMailbox, openedFor } from "./report_pages.ts";
import { startService } from "./service.ts";

const REASON = "She wrote the invoice herself, and says so.";
const ENTRY = { v: 1, id: "a".repeat(32), case: "b".repeat(32), epoch: 0, directory: 1, date: "2026-11-23", prev: [], attachments: [] };

/** Judges the form of an entry as if its signature held. */
function judge(kind: string, audience: string, author: string, body: object): void {
  checkForm(parseContent(utf8(JSON.stringify({ ...ENTRY, kind, audience, author, body }))));
}

const MEMBER: Author = { id: "m1", label: "Member", standing: "member", mine: false, reporter: false };
const ANYBODY: Author = { ...MEMBER, id: "reporter", label: "", standing: "reporter", reporter: true };

/** What stands for the hash of a sealed entry. */
function hash(letter: string): string {
  return `${letter.repeat(43)}=`;
}

/** An entry of both sides, of the same day as all others, that lists those in `prev`. */
function entryOf(letter: string, author: Author, content: Content, prev: readonly string[] = []): ShownEntry {
  return { id: letter, audience: "reporter", kind: "", day: "2026-11-20", state: "authentic", reason: null, author, content, files: [], removed: null, sha256: hash(letter), prev: prev.map(hash), acknowledged: null };
}

function minutesOf(entry: string, text: string, of: string | null = null): Content {
  return { type: "minutes", entry, title: "Meeting", held: "2026-11-20", text, of };
}

function statesOf(entries: readonly ShownEntry[]): [string, string][] {
  return newestMinutes({ entries }).map(({ content, state }) => [content.text, state]);
}

describe("rights", () => {
  let scene: Scene;

  before(async () => {
    scene = new Scene(await startService());
  });
  after(() => scene.service.stop());

  /** A report that two members have open. */
  async function shared(): Promise<Filed> {
    const filed = await scene.file("They share the contracts among them.");
    const first = await scene.at("intake");
    await first.engine.openCase(filed.case);
    await first.engine.grant(filed.case, "investigator", false);
    return filed;
  }

  describe("what is found", () => {
    it("is told to the reporter alone, sealed", async () => {
      const filed = await shared();
      const { engine, sent } = await scene.at("intake");
      const bodies: string[] = [];
      const desk = await scene.at("intake");
      desk.intercept = (address, body, send) => { bodies.push(body); return address === "" ? send() : null; };
      const closed = await engine.changeStatus(filed.case, "closed", "Two firms agreed on prices.", { finding: "mistaken" });
      assert.ok(sent.length > 0);
      assert.doesNotMatch(bodies.join(), /mistaken|finding/);
      assert.deepEqual([closed.status?.finding, closed.status?.alone, closed.server.differs], ["mistaken", [], false]);
      assert.deepEqual((await scene.mailbox(filed)).status?.finding, "mistaken");
    });

    it("needs two where it says that a report was knowingly false", async () => {
      const filed = await shared();
      const [first, second] = [await scene.at("intake"), await scene.at("investigator")];
      await assert.rejects(first.engine.changeStatus(filed.case, "closed", REASON, { finding: "knowingly-false" }), Refused);
      await assert.rejects(first.engine.protect(filed.case, { type: "propose-finding", reason: " " }), Malformed);
      const proposed = await first.engine.protect(filed.case, { type: "propose-finding", reason: REASON });
      const finding = proposed.findings[0]?.id ?? "";
      await assert.rejects(first.engine.protect(filed.case, { type: "confirm-finding", finding }), Refused);
      assert.doesNotMatch(JSON.stringify(await scene.mailbox(filed)), /invoice/);
      await second.engine.openCase(filed.case);
      const confirmed = await second.engine.protect(filed.case, { type: "confirm-finding", finding });
      const seen = [confirmed, await first.engine.openCase(filed.case), await scene.mailbox(filed)];
      for (const { status } of seen) assert.deepEqual([status?.status, status?.finding, status?.reason, status?.alone], ["closed", "knowingly-false", REASON, []]);
    });

    it("confirms no proposal from before another status, nor one by somebody else than the server says", async () => {
      const filed = await shared();
      const [first, second] = [await scene.at("intake"), await scene.at("investigator")];
      const proposed = await first.engine.protect(filed.case, { type: "propose-finding", reason: REASON });
      const finding = proposed.findings[0]?.id ?? "";
      second.spoil = (address, body) => (address.endsWith(filed.case) ? body.replace('"proposed_by":"intake"', '"proposed_by":"break-glass"') : null);
      await second.engine.openCase(filed.case);
      await assert.rejects(second.engine.protect(filed.case, { type: "confirm-finding", finding }), Refused);
      await first.engine.changeStatus(filed.case, "acknowledged", "");
      second.spoil = (address, body) => (address.endsWith(filed.case) ? body.replace('"state":"lapsed"', '"state":"proposed"') : null);
      assert.equal((await second.engine.openCase(filed.case)).findings[0]?.state, "proposed");
      await assert.rejects(second.engine.protect(filed.case, { type: "confirm-finding", finding }), Refused);
    });

    it("is proposed by a member for the team alone", () => {
      const body = { form: "finding-1", answers: {} };
      for (const [audience, author] of [["reporter", "m1"], ["reporter", "reporter"]] as const) {
        assert.throws(() => { judge("protection", audience, author, body); }, NotAuthentic);
      }
      judge("protection", "team", "m1", body);
    });
  });

  describe("what is asked for", () => {
    it("waits on top until somebody wrote back, or noted it", async () => {
      const filed = await shared();
      const { engine } = await scene.at("intake");
      const mailbox = (await scene.atMailbox(filed)).engine;
      for (const request of ["meeting", "withdraw", "no-acknowledgement"] as const) await mailbox.ask(filed.case, request, "Not in the office.", () => undefined);
      const asked = waiting(await engine.openCase(filed.case));
      assert.deepEqual(asked.map(({ content }) => content.request), ["meeting", "withdraw", "no-acknowledgement"]);
      const marked = async (): Promise<boolean[]> => {
        const lines: InboxLine[] = [];
        await engine.inbox((page) => { lines.push(...page); });
        return lines.flatMap((line) => (line.case === filed.case ? [line.asked] : []));
      };
      assert.deepEqual(await marked(), [true]);
      const answered = await engine.reply(filed.case, "Come to the library.");
      assert.deepEqual(waiting(answered).map(({ content }) => content.request), ["withdraw", "no-acknowledgement"]);
      const noted = await engine.protect(filed.case, { type: "note-request", noted: { of: asked[1]?.entry ?? "", text: "We go on." }, waives: false });
      assert.deepEqual(waiting(noted).map(({ content }) => content.request), ["no-acknowledgement"]);
      const ended = await engine.protect(filed.case, { type: "note-request", noted: { of: asked[2]?.entry ?? "", text: "None is sent." }, waives: true });
      assert.deepEqual(waiting(ended), []);
      assert.equal(ended.server.clocks.find(({ name }) => name === "acknowledge")?.waived, true);
      assert.equal((await scene.mailbox(filed)).server.clocks.find(({ name }) => name === "acknowledge")?.waived, true);
      const { status } = await engine.changeStatus(filed.case, "acknowledged", "");
      assert.deepEqual(status?.clocks, ended.server.clocks);
      assert.doesNotMatch(JSON.stringify(await scene.mailbox(filed)), /We go on/);
      assert.deepEqual(waiting(await engine.changeStatus(filed.case, "closed", "Nothing more to do.")), []);
      assert.deepEqual(await marked(), [false]);
    });

    it("waits on where what was written that day had not seen it, whatever order the server gives", () => {
      const asked = entryOf("b", ANYBODY, { type: "request", entry: "1".repeat(32), request: "meeting", text: "" }, ["a"]);
      const [unseen, seen] = [["a"], ["b"]].map((prev) => entryOf("c", MEMBER, { type: "text", text: "We look into it." }, prev));
      const through = [entryOf("c", ANYBODY, { type: "text", text: "Soon?" }, ["b"]), entryOf("d", MEMBER, { type: "text", text: "At noon." }, ["c"])];
      const ended = entryOf("c", MEMBER, { type: "status", entry: "2".repeat(32), status: "closed", reason: "", outcome: "", appeal: "", finding: "", alone: [], clocks: [] }, ["a"]);
      const number = (...entries: readonly (ShownEntry | undefined)[]): number => waiting({ entries: entries.filter((one) => one !== undefined) }).length;
      assert.deepEqual([number(asked), number(asked, unseen), number(asked, ended)], [1, 1, 1]);
      assert.deepEqual([number(asked, seen), number(asked, ...through)], [0, 0]);
    });

    it("is in words where nothing else says what", async () => {
      const filed = await shared();
      const { engine } = await scene.atMailbox(filed);
      await assert.rejects(engine.ask(filed.case, "other", " ", () => undefined), Malformed);
    });

    it("lets an officer sign that a claim is withdrawn", async () => {
      const filed = await scene.claim({ account: "My shifts were all moved." });
      const { engine } = await scene.at("protection");
      await (await scene.atMailbox(filed)).engine.ask(filed.case, "withdraw", "", () => undefined);
      const opened = await engine.openCase(filed.case);
      assert.deepEqual([waiting(opened).length, opened.allowed.includes("withdrawn")], [1, true]);
      assert.deepEqual(waiting(await engine.changeStatus(filed.case, "withdrawn", "")), []);
    });
  });

  describe("minutes", () => {
    it("are corrected, written anew and agreed to; the newest version counts", async () => {
      const filed = await shared();
      const { engine } = await scene.at("intake");
      const first = await engine.protect(filed.case, { type: "minutes", minutes: { title: "Meeting", held: "2026-11-20", text: "Ten firms.", of: null } });
      const [{ content: before } = { content: null }] = newestMinutes(first);
      assert.ok(before);
      const of = { of: before.entry, sha256: newestMinutes(first)[0]?.shown.sha256 ?? "" };
      const corrected = await (await scene.atMailbox(filed)).engine.answerMinutes(filed.case, { ...of, agrees: false, text: "Two firms." }, () => undefined);
      assert.deepEqual(newestMinutes(corrected.shown).map(({ state }) => state), ["corrected"]);
      await engine.openCase(filed.case);
      const second = await engine.protect(filed.case, { type: "minutes", minutes: { title: "Meeting", held: "2026-11-20", text: "Two firms.", of: before.entry } });
      const [newest] = newestMinutes(second);
      assert.deepEqual([newest?.content.text, newest?.state], ["Two firms.", "open"]);
      const mailbox = await scene.atMailbox(filed);
      const agreed = await mailbox.engine.answerMinutes(filed.case, { of: newest?.content.entry ?? "", sha256: newest?.shown.sha256 ?? "", agrees: true, text: "" }, () => undefined);
      assert.deepEqual(newestMinutes(agreed.shown).map(({ state, content }) => [content.text, state]), [["Two firms.", "agreed"]]);
      assert.deepEqual(newestMinutes(await engine.openCase(filed.case)).map(({ state }) => state), ["agreed"]);
    });

    it("are agreed to as they were read: two of one id do not share an answer", () => {
      const id = "1".repeat(32);
      const answer = entryOf("c", ANYBODY, { type: "minutes-answer", of: id, sha256: hash("a"), agrees: true, text: "" }, ["a", "b"]);
      const read = entryOf("a", MEMBER, minutesOf(id, "Two firms."));
      const swapped = entryOf("b", { ...MEMBER, id: "m2" }, minutesOf(id, "Nothing was said."));
      assert.deepEqual(statesOf([read, swapped, answer]), [["Two firms.", "agreed"], ["Nothing was said.", "open"]]);
    });

    it("are replaced by a version that came after them alone", () => {
      const [one, two] = ["1".repeat(32), "2".repeat(32)];
      const first = entryOf("a", MEMBER, minutesOf(one, "Two firms."));
      assert.deepEqual(statesOf([first, entryOf("b", MEMBER, minutesOf(two, "Ten firms.", one), ["a"])]), [["Ten firms.", "open"]]);
      assert.deepEqual(statesOf([first, entryOf("b", MEMBER, minutesOf(two, "Ten firms.", one))]).length, 2);
      assert.deepEqual(statesOf([entryOf("a", MEMBER, minutesOf(one, "Two firms.", one))]), [["Two firms.", "open"]]);
      const both = [entryOf("a", MEMBER, minutesOf(one, "Two firms.", two)), entryOf("b", MEMBER, minutesOf(two, "Ten firms.", one), ["a"])];
      assert.deepEqual(statesOf(both), [["Ten firms.", "open"]]);
    });

    it("need a day and words on both sides", async () => {
      const filed = await shared();
      const { engine } = await scene.at("intake");
      for (const change of [{ held: "" }, { text: " " }, { title: "x".repeat(201) }]) {
        const minutes = { title: "Call", held: "2026-11-20", text: "She called.", of: null, ...change };
        await assert.rejects(engine.protect(filed.case, { type: "minutes", minutes }), Malformed);
      }
      await assert.rejects((await scene.atMailbox(filed)).engine.answerMinutes(filed.case, { of: "a".repeat(32), sha256: hash("a"), agrees: false, text: "" }, () => undefined), Malformed);
    });
  });

  describe("steps towards persons concerned", () => {
    it("are for the team alone, and let the risk be assessed again", async () => {
      const filed = await shared();
      const { engine } = await scene.at("intake");
      const taken = { step: "heard", date: "2026-11-20", text: "With a lawyer." } as const;
      const found = await engine.protect(filed.case, { type: "step", taken });
      assert.equal(wasHeard(found), true);
      assert.deepEqual(found.protection?.clocks.map(({ name, done }) => [name, done]), [["assessment", null]]);
      assert.doesNotMatch(JSON.stringify(await scene.mailbox(filed)), /lawyer|heard/);
    });
  });

  describe("the forms of both languages", () => {
    it("take and refuse the same", async () => {
      const cases = JSON.parse(await readFile("../../tests/unit/protocol/rights.json", "utf8")) as Record<"taken" | "refused", [string, string, object][]>;
      for (const [kind, author, body] of cases.taken) judge(kind, kind === "classification" ? "team" : "reporter", author, body);
      for (const [kind, author, body] of cases.refused) {
        assert.throws(() => { judge(kind, kind === "classification" ? "team" : "reporter", author, body); }, ProtocolError, JSON.stringify(body));
      }
    });
  });

  describe(`in ${CHROMIUM.name}`, { skip: skipReason(CHROMIUM) }, () => {
    const opened = openedFor(CHROMIUM);

    async function choose(page: Page, status: string): Promise<void> {
      await press(page, "Change the status", ".case-side");
      await page.select("#status-next", status);
    }

    /** The mailbox, so many days ahead by the device's clock. */
    async function inMailbox(filed: Filed, days = 0): Promise<Page> {
      const page = await (await opened.browser.createBrowserContext()).newPage();
      await page.evaluateOnNewDocument(moveDocument, days * DAY);
      await openMailbox(page, scene.service.intake, filed.code);
      await page.waitForSelector(".ask summary");
      return page;
    }

    it("is asked for, answered, written down, corrected, heard and found", async () => {
      const filed = await shared();
      const mailbox = await inMailbox(filed);
      await press(mailbox, "Ask for something", ".ask");
      await press(mailbox, "Send this request", ".ask");
      await says(mailbox, ".ask [role=alert]", "Choose what you ask for.");
      await press(mailbox, "Withdraw the report", ".ask");
      await says(mailbox, ".ask .note", "Nothing that you sent is deleted by that.");
      await press(mailbox, "Send this request", ".ask");
      await says(mailbox, ".ask [role=alert]", "Tick that you want to withdraw");
      await looksFine(mailbox, "rights-ask");
      await press(mailbox, "A meeting", ".ask");
      await mailbox.type(".ask textarea", "Not in the office.");
      await press(mailbox, "Send this request", ".ask");
      await says(mailbox, ".ask .done", "sees it first");
      await says(mailbox, ".conversation", "You asked for: A meeting");

      const page = await openAs(opened.browser, scene.service, "intake");
      await openCase(page, filed.case);
      await says(page, ".requests", "The reporter asks for a meeting");
      await looksFine(page, "rights-desk-request");
      await press(page, "Note it as dealt with", ".requests");
      await says(page, "#requests-fault", "Say in a few words");
      await retype(page, ".requests input", "Met in the library.");
      await press(page, "Note it as dealt with", ".requests");
      await gone(page, ".requests");
      await press(page, "Write minutes", ".minutes");
      await press(page, "Sign and send", ".minutes");
      await says(page, "#minutes-fault", "Say what it was");
      await retype(page, "#minutes-name", "Meeting");
      await retype(page, "#minutes-text", "Ten firms share the contracts.");
      await looksFine(page, "rights-desk-minutes");
      await press(page, "Sign and send", ".minutes");
      await says(page, '[data-minutes="open"]', "not answered");

      await press(mailbox, "Look again", ".mailbox-bar");
      await says(mailbox, ".minutes", "nobody can agree in your place");
      await press(mailbox, "Send my corrections", ".minutes");
      await says(mailbox, ".minutes [role=alert]", "Say what is not right.");
      await looksFine(mailbox, "rights-minutes");
      await mailbox.type(".minutes textarea", "Two firms.");
      await press(mailbox, "Send my corrections", ".minutes");
      await mailbox.waitForSelector('.minutes [data-minutes="corrected"]');

      await press(page, "Record a step", ".steps-taken");
      await page.select("#step-what", "notice");
      await press(page, "Record it", ".steps-taken");
      await page.waitForSelector('[data-step="notice"]');
      await looksFine(page, "rights-desk-step");
      await choose(page, "closed");
      await page.select("#status-finding", "substantiated");
      await retype(page, "#status-reason", "Two firms agreed on prices.");
      await looksFine(page, "rights-desk-finding");
      await press(page, "Sign and send", ".case-side");
      await press(page, "Close the case", "dialog");
      await page.waitForSelector("#unheard");
      await page.type("#unheard", "They left the country.");
      await press(page, "Go on", "dialog");
      await page.waitForSelector('.status-now[data-status="closed"]');
      await says(page, ".thread", "Nobody concerned was heard: They left the country.");
      await says(page, '[data-minutes="corrected"]', "Meeting");

      await press(mailbox, "Look again", ".mailbox-bar");
      await says(mailbox, ".course", "counts as innocent until a court has decided");
      assert.deepEqual((await texts(mailbox, ".conversation")).filter((text) => text.includes("left the country")), []);
      await looksFine(mailbox, "rights-found");
    });

    it("hands over what is needed to go elsewhere once a deadline was missed, and none of the words", async () => {
      const filed = await scene.claim({ account: "My shifts were all moved." });
      const mailbox = await inMailbox(filed, 20);
      await says(mailbox, ".elsewhere-places", "which deadline was missed");
      await press(mailbox, "Make a sheet to take there", ".elsewhere-places");
      await says(mailbox, "case-dossier .note", "Nothing that was written is ticked.");
      await says(mailbox, ".dossier-preview", "Acknowledgement:");
      await says(mailbox, ".dossier-preview", "Report sent");
      assert.deepEqual((await texts(mailbox, ".dossier-preview")).filter((text) => text.includes("shifts")), []);
      await looksFine(mailbox, "rights-elsewhere");
      await press(mailbox, "Make the two files", "case-dossier");
      await says(mailbox, "case-dossier .done", "Both files are made.");
    });

    it("takes two to say that a report was knowingly false", async () => {
      const filed = await shared();
      const first = await openAs(opened.browser, scene.service, "intake");
      await openCase(first, filed.case);
      await choose(first, "closed");
      await first.select("#status-finding", "knowingly-false");
      await says(first, "#finding-help", "another one confirms it");
      await retype(first, "#status-reason", REASON);
      await press(first, "Sign and send", ".case-side");
      await says(first, ".finding .proposal", "Somebody else has to confirm it.");
      const second = await openAs(opened.browser, scene.service, "investigator");
      await openCase(second, filed.case);
      await says(second, ".finding .proposal", REASON);
      await looksFine(second, "rights-desk-confirm");
      await press(second, "Confirm the finding", ".finding");
      await press(second, "Confirm the finding", "dialog");
      await second.waitForSelector('.status-now[data-status="closed"]');
      await says(second, ".case-side", "Finding: knowingly false");
      assert.deepEqual(await texts(second, ".case-side .warning"), []);
      const mailbox = await inMailbox(filed);
      await says(mailbox, ".course", "If you do not agree, say so below");
      await looksFine(mailbox, "rights-false");
    });
  });
});
