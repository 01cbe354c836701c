/** Classifications for the figures: by both languages alike, by engine, and in a browser what people see and press. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import type { Classifying } from "../../reporting/browser/src/client/classify.ts";
import { Problem } from "../../reporting/browser/src/client/errors.ts";
import { entryText } from "../../reporting/browser/src/client/export_words.ts";
import { matching } from "../../reporting/browser/src/desk/offence_choice.ts";

import { translationsOf } from "../../reporting/browser/src/desk/translating.ts";
import * as classes from "../../reporting/browser/src/protocol/classes.ts";
import { utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { parseContent } from "../../reporting/browser/src/protocol/entry_content.ts";
import { Malformed, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { checkForm } from "../../reporting/browser/src/protocol/thread_judge.ts";
import { translationOf } from "../../reporting/browser/src/protocol/translating.ts";
import type { DeskCase } from "../../reporting/browser/src/workers/desk_api.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { openAs, openCase, press, retype, says, texts } from "./desk_pages.ts";
import { Scene } from "./desk_scene.ts";
import { type Open, complaints, openBrowser } from "./report_pages.ts";
import { startService } from "./service.ts";

interface Cases {
  readonly lists: Readonly<Record<string, readonly (readonly (string | null)[])[]>>;
  readonly codes: classes.Classification;
  readonly taken: readonly object[];
  readonly refused: readonly (readonly [string, object])[];
  readonly record: classes.BagRecord;
  readonly record_refused: readonly (readonly [string, object])[];
}

const KNOWN = JSON.parse(await readFile(path.resolve("../../tests/unit/protocol/classes.json"), "utf8")) as Cases;

function merged(base: object, change: object): never {
  return { ...base, ...change } as never;
}

function without(whole: object, left: string): never {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== left)) as never;
}

describe("what is signed of a classification", () => {
  it("has the lists that the server's side has", () => {
    const listed = <T extends string>(ids: readonly T[], words: Readonly<Record<T, string>>): [string, string][] => ids.map((id) => [id, words[id]]);
    assert.deepEqual(
      {
        offences: classes.OFFENCES.map(([uncac, iccs]) => [uncac, iccs, classes.OFFENCE_WORDS.get(classes.offenceKey({ uncac, iccs }))]),
        modifiers: listed(classes.MODIFIERS, classes.MODIFIER_WORDS),
        sectors: listed(classes.SECTORS, classes.SECTOR_WORDS),
        levels: listed(classes.LEVELS, classes.LEVEL_WORDS),
        stages: listed(classes.STAGES, classes.STAGE_WORDS),
        bands: listed(classes.BANDS, classes.BAND_WORDS),
        outcomes: listed(classes.OUTCOMES, classes.OUTCOME_WORDS),
      },
      KNOWN.lists,
    );
    assert.equal(classes.OFFENCE_WORDS.size, classes.OFFENCES.length);
  });

  it("is judged as the server's side judges it", () => {
    const at = (pointer: string) => (error: unknown) => error instanceof Malformed && error.pointer === pointer;
    for (const change of KNOWN.taken) assert.deepEqual(classes.checkCodes(merged(KNOWN.codes, change)), { ...KNOWN.codes, ...change });
    for (const [pointer, change] of KNOWN.refused) assert.throws(() => classes.checkCodes(merged(KNOWN.codes, change)), at(pointer), JSON.stringify(change));
    for (const [pointer, change] of KNOWN.record_refused) assert.throws(() => classes.checkRecord(merged(KNOWN.record, change)), at(pointer), JSON.stringify(change));
    for (const left of Object.keys(KNOWN.codes)) assert.throws(() => classes.checkCodes(without(KNOWN.codes, left)), Malformed, left);
    for (const left of Object.keys(KNOWN.record)) assert.throws(() => classes.checkRecord(without(KNOWN.record, left)), Malformed, left);
    assert.throws(() => classes.checkCodes(undefined), Malformed);
  });

  it("is counted without case, author and day", () => {
    const record = classes.recordOf(KNOWN.codes, "report");
    assert.deepEqual(record, KNOWN.record);
    assert.deepEqual(classes.checkRecord(record as never), record);
  });

  it("is not authentic where it says something else, whoever signed it", () => {
    const entry = { v: 1, id: "a".repeat(32), case: "b".repeat(32), epoch: 0, directory: 1, date: "2026-11-23", prev: [], attachments: [], kind: "classification", audience: "team", author: "m1" };
    const written = (scheme: string, codes: object) => () => { checkForm(parseContent(utf8(JSON.stringify({ ...entry, body: { scheme, codes } })))); };
    written("offence/1", KNOWN.codes)();
    written("offence/2", {})();
    assert.throws(written("offence/1", {}), Malformed);
    assert.throws(written("offence/1", { ...KNOWN.codes, case: "b".repeat(32) }), Malformed);
  });
});

describe("what is signed of a translation", () => {
  it("is judged as the server's side judges it", async () => {
    const known = JSON.parse(await readFile(path.resolve("../../tests/unit/protocol/translating.json"), "utf8")) as { body: object; taken: object[]; refused: [string, object][] };
    for (const change of known.taken) assert.deepEqual(translationOf(merged(known.body, change)), { ...known.body, ...change });
    const at = (pointer: string) => (error: unknown) => error instanceof Malformed && error.pointer === pointer;
    for (const [pointer, change] of known.refused) assert.throws(() => translationOf(merged(known.body, change)), at(pointer), JSON.stringify(change));
  });
});

describe("offences are found", () => {
  const found = (search: string): string[] => matching(search).map(classes.offenceKey);

  it("by words, article or code, whatever the case", () => {
    assert.equal(found("").length, classes.OFFENCES.length);
    assert.deepEqual(found("  NEPOTISM "), []);
    assert.deepEqual(found("wealth explain"), ["20 07035"]);
    assert.deepEqual(found("uncac 15(a)"), ["15(a) 070311"]);
    assert.deepEqual(found("07032"), ["17 07032", "22 07032"]);
    assert.deepEqual(found("Procurement"), ["9 07039"]);
  });
});

describe("a classification at the desk", () => {
  let scene: Scene;
  before(async () => {
    scene = new Scene(await startService());
  });
  after(() => scene.service.stop());

  const closing: Classifying = KNOWN.codes;
  const triage: Classifying = { ...closing, at: "triage", outcome: "open" };

  /** What was sent to be counted, with every request after it. */
  function counting(desk: Awaited<ReturnType<Scene["at"]>>, answer: (() => Response) | null = null): string[] {
    const sent: string[] = [];
    desk.intercept = (address, body) => {
      if (!address.endsWith("/api/statistics/records")) return null;
      sent.push(body.trim());
      return answer === null ? null : Promise.resolve(answer());
    };
    return sent;
  }

  function saidIn(found: DeskCase): [string, string | null][] {
    return found.entries.flatMap(({ content, audience }): [string, string | null][] => (content?.type === "classified" ? [[`${audience} ${content.at}`, content.counted]] : []));
  }

  it("is sealed for the team, and counted once for each moment, without the case", async () => {
    const filed = await scene.file("They share the contracts.");
    const desk = await scene.at("intake");
    const sent = counting(desk);
    const month = new Date().toISOString().slice(0, 7);
    let found = await desk.engine.protect(filed.case, { type: "classify", given: triage, count: false });
    assert.deepEqual([saidIn(found), sent], [[["team triage", null]], []]);
    found = await desk.engine.protect(filed.case, { type: "classify", given: triage, count: true });
    assert.deepEqual(saidIn(found), [["team triage", null], ["team triage", month]]);
    found = await desk.engine.protect(filed.case, { type: "classify", given: { ...triage, sector: "tax" }, count: true });
    assert.deepEqual(saidIn(found).at(-1), ["team triage", month]);
    assert.deepEqual(sent.map((body) => JSON.parse(body) as object), [{ ...KNOWN.record, at: "triage", outcome: "open" }]);
    for (const secret of [filed.case, "intake", "counted", "stage"]) assert.doesNotMatch(sent.join(""), new RegExp(secret));
    found = await desk.engine.protect(filed.case, { type: "classify", given: closing, count: true });
    assert.deepEqual(saidIn(found).filter(([at]) => at === "team closing"), [["team closing", month]]);
    assert.deepEqual(JSON.parse(sent[1] ?? ""), KNOWN.record);
    const last = found.entries.find(({ content }) => content?.type === "classified" && content.at === "closing");
    assert.ok(last);
    assert.match(entryText(last, found), /A public official asks for or takes a bribe; By helping or inciting others \(UNCAC 15\(b\) · ICCS 070312\)/);
    assert.doesNotMatch(JSON.stringify((await scene.mailbox(filed)).entries), /classif|offence/);
  });

  it("is not signed where it could not be counted, and not counted twice where it could not be stored", async () => {
    const filed = await scene.file("They share the contracts.");
    const desk = await scene.at("intake");
    const refused = (): Response => new Response(JSON.stringify({ type: "urn:reporting:problem:internal", title: "no", status: 500 }), { status: 500, headers: { "Content-Type": "application/problem+json" } });
    counting(desk, refused);
    const act = { type: "classify", given: triage, count: true } as const;
    await assert.rejects(desk.engine.protect(filed.case, act), Problem);
    assert.deepEqual(saidIn(await desk.engine.openCase(filed.case)), []);
    let counted = 0;
    desk.intercept = (address) => {
      if (address.endsWith("/api/statistics/records")) counted++;
      return address.endsWith("/entries") && counted === 1 ? Promise.resolve(refused()) : null;
    };
    await assert.rejects(desk.engine.protect(filed.case, act), Problem);
    desk.intercept = (address) => {
      if (address.endsWith("/api/statistics/records")) counted++;
      return null;
    };
    const found = await desk.engine.protect(filed.case, { ...act, given: { ...triage, sector: "tax" } });
    assert.deepEqual([counted, saidIn(found).length], [1, 1]);
    await assert.rejects(desk.engine.protect(filed.case, { ...act, given: { ...triage, region: "Paris" } }), Malformed);
  });

  it("is translated for the team alone, bound to what it translates", async () => {
    const filed = await scene.file("Ils se partagent les marchés.");
    const desk = await scene.at("intake");
    const first = (await desk.engine.openCase(filed.case)).entries.find(({ kind }) => kind === "report");
    assert.ok(first);
    const given = { entry: first.id, language: "en", text: " They share the contracts. ", by: "program", checked: false } as const;
    const found = await desk.engine.protect(filed.case, { type: "translate", given });
    assert.deepEqual(translationsOf(found, first).map(({ content }) => [content.text, content.by, content.checked]), [["They share the contracts.", "program", false]]);
    const last = found.entries.find(({ kind }) => kind === "translation");
    assert.ok(last);
    assert.match(entryText(last, found), /by a program, checked by nobody\. The original has the hash/);
    assert.deepEqual(translationsOf(found, last), []);
    assert.doesNotMatch(JSON.stringify((await scene.mailbox(filed)).entries), /share the contracts/);
    await assert.rejects(desk.engine.protect(filed.case, { type: "translate", given: { ...given, text: " " } }), Malformed);
    await assert.rejects(desk.engine.protect(filed.case, { type: "translate", given: { ...given, language: "English" } }), Malformed);
    await assert.rejects(desk.engine.protect(filed.case, { type: "translate", given: { ...given, entry: "0".repeat(32) } }), Refused);
  });

  describe(`in ${CHROMIUM.name}`, { skip: skipReason(CHROMIUM) }, () => {
    let opened: Open;
    let browser: Browser;

    before(async () => {
      opened = await openBrowser(CHROMIUM);
      browser = opened.browser;
    });
    after(() => opened.close());

    /** Nothing to complain of, narrow and wide. */
    async function judged(page: Page, name: string, within = ".classes"): Promise<void> {
      for (const [width, height] of [[320, 640], [1280, 800]] as const) {
        await page.setViewport({ width, height });
        await page.waitForFunction(() => document.getAnimations().length === 0);
        assert.deepEqual(await complaints(page), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${width}`);
        const folder = process.env["SCREENSHOTS"];
        if (folder !== undefined) await (await page.$(within))?.screenshot({ path: `${folder}/classify-${name}-${width}.png` });
      }
    }

    async function move(page: Page, status: string, reason = ""): Promise<void> {
      await press(page, "Change the status", ".case-side");
      await page.select("#status-next", status);
      if (reason !== "") await retype(page, "#status-reason", reason);
      await press(page, "Sign and send", ".case-side");
      if (status === "closed") await press(page, "Close the case", "dialog");
      await page.waitForSelector(`.status-now[data-status="${status}"]`);
    }

    it("is offered once somebody can know, filled in by keyboard, changed, and said anew when the case is closed", async () => {
      const filed = await scene.file("They share the contracts.");
      const page = await openAs(browser, scene.service, "intake");
      await openCase(page, filed.case);
      await says(page, ".classes", "Not classified yet.");
      await move(page, "acknowledged");
      assert.deepEqual(await texts(page, "#class-asked"), []);
      await move(page, "assessing");
      await says(page, "#class-asked", "nobody has to");
      await press(page, "Classify it", ".classes");
      await page.focus("#offence-search");
      await page.keyboard.type("asks takes bribe public");
      await says(page, "#offence-found", "One fits.");
      await page.keyboard.press("Enter");
      await page.waitForSelector('[data-offence="15(b) 070312"] .modifiers');
      await page.keyboard.type("zzz");
      await says(page, "#offence-found", "0 fit.");
      assert.deepEqual((await texts(page, ".offence")).length, 1);
      await page.keyboard.press("Escape");
      await page.keyboard.type("rigged");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Space");
      await page.waitForSelector('[data-offence="9 07039"] .modifiers');
      await press(page, "Attempted, not completed", '[data-offence="9 07039"]');
      await page.select("#class-sector", "construction");
      await retype(page, "#class-region", "paris");
      await judged(page, "form");
      await press(page, "Sign the classification", ".classes");
      await says(page, "#class-region-error", "as in FR or FR-75");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "class-region");
      await judged(page, "fault");
      await retype(page, "#class-region", "fr-75");
      await press(page, "Sign the classification", ".classes");
      await page.waitForSelector('.class-said[data-at="triage"]:not([data-counted=""])');
      await says(page, ".class-said", "Rigged public procurement; Attempted, not completed (UNCAC 9 · ICCS 07039)");
      await says(page, ".class-said", "Counted among the figures of");
      await says(page, ".thread", "Classified for the figures: At the beginning");
      await press(page, "Change the classification", ".classes");
      await says(page, ".class-form", "the figures stay as they are");
      await press(page, "Cancel", ".classes");

      await move(page, "closed", "Two firms agreed on prices.");
      await says(page, "#class-asked", "what reports led to");
      await press(page, "Classify it at the end", ".classes");
      await press(page, "Sign the classification", ".classes");
      await says(page, "#class-outcome-error", "Choose the outcome.");
      await page.select("#class-outcome", "proceedings");
      await page.select("#class-damage", "to-1m");
      await press(page, "Count it among the figures", ".classes");
      await judged(page, "closing");
      await press(page, "Sign the classification", ".classes");
      await page.waitForSelector('.class-said[data-at="closing"][data-counted=""]');
      await says(page, ".class-said", "Not counted among the figures.");
      await says(page, ".class-said", "Confirmed, and proceedings were begun");
      assert.deepEqual(await texts(page, "#class-asked"), []);
      await judged(page, "said");

      await says(page, "#report-language", "The reporter’s page was in English.");
      await press(page, "Attach a translation …", ".report");
      await press(page, "Sign the translation", ".report");
      await says(page, "#translation-fault", "There is nothing to send yet.");
      await retype(page, "#translation-text", "Sie teilen sich die Aufträge.");
      await retype(page, "#translation-language", "de");
      await press(page, "A program made it", ".report");
      await judged(page, "translating", ".report");
      await press(page, "Sign the translation", ".report");
      await says(page, '.report .translation[data-language="de"]', "Translated into German by a program, checked by nobody");
      await says(page, ".report .told", "They share the contracts.");
      await judged(page, "translated", ".report");
    });
  });
});
