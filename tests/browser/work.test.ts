/** The page of a protection officer with forty cases: what waits, by day and by hour, in a calendar, and who deals with how much. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { monthOf, weeksOf } from "../../reporting/browser/src/desk/work_calendar.ts";
import { firstPeriod, periodOf } from "../../reporting/browser/src/desk/indicators.ts";
import { routeOf } from "../../reporting/browser/src/desk/router.ts";
import { CHROMIUM, FIREFOX, skipReason } from "./browsers.ts";
import { openAs, press, says, texts } from "./desk_pages.ts";
import { Scene } from "./desk_scene.ts";
import { type Open, complaints, openBrowser } from "./report_pages.ts";
import { startService } from "./service.ts";

const CASES = 40;
const AT_ONCE = 4;

describe("a month in weeks", () => {
  it("begins on Monday, and holds every day once", () => {
    for (let month = monthOf("1999-12-31"); month <= monthOf("2032-01-01"); month++) {
      const days = weeksOf(month).flat().filter((day) => day !== null);
      const last = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
      assert.equal(days.length, last);
      assert.deepEqual([...new Set(days)].sort(), days);
      for (const week of weeksOf(month)) {
        assert.equal(week.length, 7);
        week.forEach((day, place) => { if (day !== null) assert.equal((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7, place); });
      }
    }
  });

  it("begins the week as the language does", () => {
    // August 2026 begins on a Saturday.
    const first = (language: string): (string | null)[] | undefined => weeksOf(monthOf("2026-08-01"), language)[0];
    assert.equal(first("ar")?.[0], "2026-08-01");
    for (const language of ["en", "zh", "fr", "ru", "es"]) assert.equal(first(language)?.[5], "2026-08-01");
  });

  it("has an address that names nothing", () => {
    assert.deepEqual(routeOf("/desk/work"), { at: "work" });
    assert.deepEqual(routeOf("/desk/indicators"), { at: "indicators" });
    assert.deepEqual([periodOf(2024, ""), periodOf(2024, "1"), periodOf(2024, "4")], [["2024-01-01", "2024-12-31"], ["2024-01-01", "2024-03-31"], ["2024-10-01", "2024-12-31"]]);
    for (const [day, first] of [["2026-01-01", [2025, "4"]], ["2026-03-31", [2025, "4"]], ["2026-04-01", [2026, "1"]], ["2026-12-31", [2026, "3"]]] as const) {
      assert.deepEqual([...firstPeriod(["statistician"], day)], first);
      assert.deepEqual([...firstPeriod(["statistician", "intake"], day)], [Number(day.slice(0, 4)), ""]);
    }
  });
});

describe("protection work", () => {
  let scene: Scene;
  let mine: string;

  before(async () => {
    scene = new Scene(await startService());
    const filed: string[] = [];
    for (let from = 0; from < CASES; from += AT_ONCE) {
      const some = await Promise.all(Array.from({ length: AT_ONCE }, (_, place) => scene.claim({ account: `They moved my desk, time ${from + place}.`, ...(from + place === 7 ? { danger: "yes" } : {}) })));
      filed.push(...some.map((one) => one.case));
    }
    const { engine } = await scene.at("protection");
    await engine.inbox(() => undefined);
    await engine.openUnread(() => undefined);
    await engine.openCase(filed[7] ?? ""); // whoever reads of danger puts the case first
    [mine = ""] = filed;
    await engine.assign([mine], "protection");
    await engine.changeStatus(mine, "triage", "");
    await engine.changeStatus(mine, "assessing", "");
    await engine.protect(mine, { type: "propose", reason: "Everybody's desk was moved.", appeal: "Write here." });
  });
  after(() => scene.service.stop());

  it("is listed by the worker without a word of any case", async () => {
    const { engine } = await scene.at("protection");
    const seen: number[] = [];
    const found = await engine.work((count) => seen.push(count));
    assert.equal(seen.at(-1), found.items.length);
    assert.equal(new Set(found.items.map((one) => one.case)).size >= CASES, true);
    assert.equal(found.items[0]?.name, "danger");
    assert.doesNotMatch(JSON.stringify(found), /desk/);
    const load = new Map(found.load.map((one) => [one.id, one.open]));
    assert.equal(load.get("protection"), 1);
    assert.equal((load.get("") ?? 0) >= CASES - 1, true);
    await assert.rejects((await scene.at("intake")).engine.work(() => undefined), { kind: "not-allowed" });
  });

  it("takes no figures that are out of their bounds", async () => {
    const desk = await scene.at("protection");
    const [from, to] = periodOf(new Date().getUTCFullYear(), "");
    const found = await desk.engine.indicators(from, to);
    assert.deepEqual([found.scope, found.channels.map(({ id }) => id)], ["own", ["protection"]]);
    assert.ok(found.channels[0]?.lines.some(({ id, parts }) => id === "outcomes" && parts.length === 6));
    for (const [was, is] of [['"form":"share"', '"form":"sum"'], ['"percent":null', '"percent":101'], ['"of":', '"of":-'], ['"channels":[', '"channels":[{},']] as const) {
      desk.spoil = (address, body) => (address.startsWith("/api/indicators") ? body.replace(was, is) : null);
      await assert.rejects(desk.engine.indicators(from, to), { name: "UnexpectedAnswer" });
    }
    desk.spoil = null;
    await assert.rejects(desk.engine.indicators(from, from), { kind: "invalid" });
    await assert.rejects((await scene.at("investigator")).engine.indicators(from, to), { kind: "not-allowed" });
  });

  it("takes no list that is not as it is described", async () => {
    const desk = await scene.at("protection");
    for (const [from, to] of [['"state":"later"', '"state":"soon"'], ['"load":[', '"load":[{},'], ['"items":[', '"items":[{},']] as const) {
      desk.spoil = (address, body) => (address.startsWith("/api/protection/work") ? body.replace(from, to) : null);
      await assert.rejects(desk.engine.work(() => undefined), { name: "UnexpectedAnswer" });
    }
    desk.spoil = (address, body) => (address.startsWith("/api/protection/work") ? body.replace('"next":null', '"next":"1.1.a.b.c."') : null);
    assert.equal((await desk.engine.work(() => undefined)).more, true);
    desk.spoil = null;
  });

  for (const kind of [CHROMIUM, FIREFOX]) {
    describe(`in ${kind.name}`, { skip: skipReason(kind) }, () => {
      let opened: Open;
      let browser: Browser;

      before(async () => {
        opened = await openBrowser(kind);
        browser = opened.browser;
      });
      after(() => opened.close());

      async function judged(page: Page): Promise<void> {
        await page.waitForFunction(() => document.getAnimations().length === 0);
        assert.deepEqual(await complaints(page), []);
        const [wide = 0, inner = 0] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(wide <= inner, `${wide} > ${inner}`);
      }

      /** Keeps a picture where somebody asked for them. */
      async function picture(page: Page, name: string): Promise<void> {
        const folder = process.env["WORK_PICTURES"];
        if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
      }

      it("shows what waits, in danger first, and filters it", async () => {
        const page = await openAs(browser, scene.service, "protection", "/desk/work");
        await says(page, ".work-part[data-section=danger]", "time 7.");
        const order = await page.$$eval(".work-part", (all) => all.map((one) => (one as HTMLElement).dataset["section"]));
        assert.equal(order[0], "danger");
        await judged(page);
        await picture(page, `wide-${kind.name.slice(0, 4)}`);
        const every = await texts(page, ".work-item");
        await page.select("#work-kind", "refusal");
        await says(page, ".work-said", "1 of");
        assert.match((await texts(page, ".work-item")).join(), /time 0\..*you proposed it: somebody else has to confirm/);
        await page.select("#work-kind", "hours");
        await page.click("#work-mine");
        await says(page, ".empty", "Nothing matches");
        await judged(page);
        await page.click("#work-mine");
        await page.select("#work-kind", "");
        await page.waitForFunction((count) => document.querySelectorAll(".work-item").length === count, {}, every.length);
        await press(page, await page.$eval("[data-section=later] > button", (one) => one.textContent), "[data-section=later]");
        await page.waitForFunction((count) => document.querySelectorAll(".work-item").length > count, {}, every.length);
        await press(page, "They moved my desk, time 7.", ".work");
        await page.waitForSelector("article.case");
      });

      it("has a calendar that keys move, and a load of numbers alone", async () => {
        const page = await openAs(browser, scene.service, "protection-2", "/desk/work");
        await page.waitForSelector(".calendar");
        const now = await texts(page, ".calendar-said strong");
        await page.focus(".calendar-next");
        await page.keyboard.press("Enter");
        await page.waitForFunction((before) => document.querySelector(".calendar-said strong")?.textContent !== before, {}, now[0]);
        await page.keyboard.press("p");
        await says(page, ".calendar-said strong", now[0] ?? "");
        await page.keyboard.press("n");
        await page.waitForFunction((before) => document.querySelector(".calendar-said strong")?.textContent !== before, {}, now[0]);
        await page.keyboard.press("t");
        await says(page, ".calendar-said strong", now[0] ?? "");
        assert.equal(await page.$$eval(".calendar [aria-current=date]", (all) => all.length), 1);
        await page.keyboard.press("n"); // what came in today is due within a week or a month: some of it is next month's
        await page.waitForFunction((before) => document.querySelector(".calendar-said strong")?.textContent !== before, {}, now[0]);
        assert.ok((await page.$$(".calendar td a")).length > 0);
        await says(page, ".load", "nobody");
        await page.setViewport({ width: 320, height: 640 });
        await judged(page);
        assert.equal(await page.$eval(".calendar", (table) => getComputedStyle(table).display), "none");
        assert.ok((await page.$$(".calendar-list h3")).length > 0);
        await picture(page, `narrow-${kind.name.slice(0, 4)}`);
        if (kind === CHROMIUM) {
          await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
          await page.setViewport({ width: 1280, height: 900 });
          await judged(page);
          await picture(page, "dark");
          await page.emulateMediaType("print");
          assert.equal(await page.$eval(".work-filter", (one) => getComputedStyle(one).display), "none");
        }
      });

      it("has indicators, small numbers hidden, and a table to save", async () => {
        const page = await openAs(browser, scene.service, "protection", "/desk/indicators");
        await says(page, '[data-indicator="received"] td', String(CASES));
        await judged(page);
        await picture(page, `indicators-${kind.name.slice(0, 4)}`);
        await page.setViewport({ width: 320, height: 640 });
        await judged(page);
        const [status, table] = await page.$eval(".indicator-file", async (link) => {
          const answer = await fetch((link as HTMLAnchorElement).href);
          return [answer.status, await answer.text()] as [number, string];
        });
        assert.equal(status, 200);
        assert.match(table, /^from,to,channel,indicator,part,of,count,percent,least,most,days\r\n/);
        assert.match(table, /protection,received,,4\d,/);
        await page.select("#indicator-year", String(new Date().getUTCFullYear() - 1));
        await says(page, ".empty", "No case that you may count");
      });

      it("is no page for others", async () => {
        const page = await openAs(browser, scene.service, "intake", "/desk/work");
        await says(page, "main h1", "Nothing here");
        assert.doesNotMatch((await texts(page, "#bar nav")).join(), /Protection work/);
      });
    });
  }
});
