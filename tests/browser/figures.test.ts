/** Figures as everybody reads them: narrow and wide, by day and night, from right to left, on paper. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import type { Page } from "puppeteer-core";

import { NOTHING, leftovers } from "./acting/leftovers.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { openAs } from "./desk_pages.ts";
import { type Open, complaints, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const ROOT = path.resolve("../..");
const SHOTS = process.env["SCREENSHOTS"];
const SIZES = [320, 1280];
const LIGHTS = ["light", "dark"];
const FIRST_VISIT = 40_960;

describe("figures, in Chromium", { skip: skipReason(CHROMIUM) }, () => {
  let service: DemoService;
  let open: Open;
  let page: Page;
  let year: string;
  before(async () => {
    [service, open] = await Promise.all([startService(), openBrowser(CHROMIUM)]);
    page = await open.browser.newPage();
  });
  after(async () => {
    await open.close();
    await service.stop();
  });

  /** What axe and the width find wrong with a page, in each size and light. */
  const wrong = async (address: string, name: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const width of SIZES) {
      for (const value of LIGHTS) {
        await page.setViewport({ width, height: 800 });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
        await page.goto(address);
        found.push(...(await complaints(page)).map((line) => `${name} ${width} ${value}: ${line}`));
        if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}-${width}-${value}.png`, fullPage: true });
      }
    }
    return found;
  };

  it("say so where nothing was published yet, and when it will be", async () => {
    await page.goto(`${service.intake}/en/figures`);
    assert.match(await page.$eval("main", ({ innerText }) => innerText), /Nothing was published yet\.[^]*January/);
    assert.deepEqual(await complaints(page), []);
  });

  it("are read without scripts, in both directions, on narrow and wide screens, by day and night", async () => {
    const made = await promisify(execFile)(path.join(ROOT, ".venv/bin/python"), ["tests/factories/figures.py", path.join(service.folder, "server")], { cwd: ROOT, env: { ...process.env, PYTHONPATH: ROOT } });
    year = made.stdout.trim();
    assert.match(year, /^\d{4}$/);
    const found: string[] = [];
    for (const language of ["en", "ar"]) {
      for (const rest of ["", `/${year}`]) found.push(...(await wrong(`${service.intake}/${language}/figures${rest}`, `figures-${language}${rest.replace("/", "-")}`)));
    }
    assert.deepEqual(found, []);
    assert.deepEqual(await page.$$eval("script", (scripts) => scripts.length), 0);
    assert.deepEqual(await leftovers(page), NOTHING);
  });

  it("have bars as long as their numbers, from the side on which reading begins", async () => {
    for (const [language, side] of [["en", "left"], ["ar", "right"]] as const) {
      await page.goto(`${service.intake}/${language}/figures/${year}`);
      const bars = await page.$$eval(".chart", (charts) => charts.map((chart) => [...chart.querySelectorAll(".bar")].map((bar) => bar.getBoundingClientRect().width)));
      assert.ok(bars.length >= 2);
      const starts = await page.$$eval(".chart", (charts, edge) => charts.map((chart) => [...chart.querySelectorAll(".bar")].every((bar) => Math.abs(bar.getBoundingClientRect()[edge] - chart.getBoundingClientRect()[edge]) < 1)), side);
      assert.deepEqual([...new Set(starts)], [true]);
      for (const lengths of bars) assert.ok(Math.max(...lengths) > 100);
    }
  });

  it("have stories, which members see with the form for the next", async () => {
    await page.goto(`${service.intake}/en/figures/${year}`);
    assert.match(await page.$eval(".story", ({ textContent }) => textContent), /You said[^]*school meals[^]*We did/);
    const desk = await openAs(open.browser, service, "administrator");
    for (const width of SIZES) {
      await desk.setViewport({ width, height: 800 });
      await desk.goto(`${service.desk}/admin/stories`);
      assert.deepEqual(await complaints(desk), []);
      if (SHOTS !== undefined) await desk.screenshot({ path: `${SHOTS}/stories-${width}.png`, fullPage: true });
    }
    await desk.close();
  });

  it("are on paper with their tables, without what only a screen needs, and small on the wire", async () => {
    await page.emulateMediaType("print");
    await page.goto(`${service.intake}/en/figures/${year}`);
    const shown = await page.$$eval("main table, main .chart, main nav, #files", (parts) => parts.map((part) => [part.tagName, getComputedStyle(part.closest(".no-print") ?? part).display !== "none"] as const));
    assert.deepEqual(new Set(shown.filter(([, visible]) => visible).map(([tag]) => tag.toLowerCase())), new Set(["table", "svg"]));
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/figures-print.png`, fullPage: true });
    await page.emulateMediaType();
    const fresh = await open.browser.createBrowserContext();
    const visitor = await fresh.newPage();
    await visitor.goto(`${service.intake}/en/figures/${year}`, { waitUntil: "networkidle0" });
    const bytes = await visitor.evaluate(() => performance.getEntries().reduce((sum, entry) => sum + ("transferSize" in entry ? Number(entry.transferSize) : 0), 0));
    await fresh.close();
    assert.ok(bytes > 1000 && bytes <= FIRST_VISIT, `${bytes} bytes`);
  });
});
