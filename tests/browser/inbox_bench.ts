/**
 * The desk with ten thousand cases in Chromium: unlocking, listing, searching, scrolling, and the very first opening,
 * each figure beside its goal. Run by `make bench`; it fails for no figure.
 */

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import type { Page } from "puppeteer-core";

import { CHROMIUM, skipReason, withBrowser } from "./browsers.ts";
import { SHUT, enter, openAs, press } from "./desk_pages.ts";
import { type DemoService, withService } from "./service.ts";

const ROOT = path.resolve("../..");
const MEMBER = "intake";
const NEW = 200;
const ALL = 10_000;
const UNLOCKS = 5;
const GOAL_LIST = 1_000;
const GOAL_SEARCH = 50;
const LONG = 600_000;
const FRAME = 1_000 / 60;
// Typed letter by letter: beginnings, whole words, several words, a number, a slip.
const TYPED = ["ba", "bal", "balc", "balco", "balcony", "bri", "bridg", "bridge", "bridge cu", "bridge curtain", "4", "47", "471", "4711", "walnu", "walnut", "walnit", "urgent", "roads gha", "zeb"];

function say(line: string): void {
  console.log(line);
}

/** Has tests/bench/inbox.py send reports, or write cases that were opened before. */
async function fill(service: DemoService, act: "file" | "fill", count: number): Promise<void> {
  const { intake, desk, folder, credentials } = service;
  const passphrase = credentials.members.find(({ name }) => name === MEMBER)?.passphrase ?? "";
  const options = ["--base-url", intake, "--desk-url", desk, "--data", path.join(folder, "server"), "--name", MEMBER, "--passphrase", passphrase];
  const command = ["-m", "tests.bench.inbox", act, String(count), ...options];
  await promisify(execFile)(path.join(ROOT, ".venv/bin/python"), command, { cwd: ROOT, env: { ...process.env, PYTHONPATH: ROOT } });
}

function median(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? NaN;
}

/** Opens what was never opened, as the desk offers it. */
async function sayFirstOpening(page: Page): Promise<void> {
  await page.waitForSelector(".first-opening button");
  const began = performance.now();
  await press(page, "Open them now", ".first-opening");
  await page.waitForFunction(() => document.querySelector(".first-opening") === null);
  const each = (performance.now() - began) / NEW;
  say(`very first opening: ${NEW} cases in ${((each * NEW) / 1_000).toFixed(1)} s, ${each.toFixed(0)} ms each; ${ALL} would take ${((each * ALL) / 60_000).toFixed(1)} min (extrapolated; with progress, the desk usable meanwhile)`);
}

interface Unlocked {
  readonly open: number;
  readonly rows: number;
  readonly list: number;
}

/** Locks, and opens the vault again; the moments since the passphrase was right. */
async function unlock(page: Page, service: DemoService): Promise<Unlocked> {
  await press(page, "Lock", "#bar");
  await page.waitForSelector(SHUT);
  await page.evaluate((all) => {
    const marks: Record<string, number> = {};
    Object.assign(globalThis, { marks });
    const observer = new MutationObserver(() => {
      const now = performance.now();
      if (document.querySelector("body.desk-open") !== null) marks["open"] ??= now;
      if (marks["open"] !== undefined && document.querySelector(".case-row:not(#row-probe)") !== null) marks["rows"] ??= now;
      if (document.querySelector(".inbox-state")?.textContent.startsWith(`${all} cases`) !== true) return;
      observer.disconnect();
      requestAnimationFrame(() => { marks["list"] = performance.now(); });
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class"] });
  }, ALL);
  await enter(page, service, MEMBER);
  await page.waitForFunction(() => (globalThis as unknown as { marks: Partial<Unlocked> }).marks.list !== undefined);
  return page.evaluate(() => (globalThis as unknown as { marks: Unlocked }).marks);
}

async function sayUnlocks(page: Page, service: DemoService): Promise<void> {
  const times: Unlocked[] = [];
  for (let round = 0; round < UNLOCKS; round++) {
    times.push(await unlock(page, service));
    const ready = await milliseconds(page, "quiet");
    await milliseconds(page, "");
    if (round === 0) say(`search ready: ${ready.toFixed(0)} ms after the list, words of ${ALL} cases indexed`);
  }
  const rows = times.map((time) => time.rows - time.open);
  const lists = times.map((time) => time.list - time.open);
  say(`list of ${ALL} cases after unlocking: ${median(lists).toFixed(0)} ms, at worst ${Math.max(...lists).toFixed(0)} (goal ${GOAL_LIST}); first rows after ${median(rows).toFixed(0)} ms`);
}

/** Types a query; milliseconds until its result stands in the list. */
function milliseconds(page: Page, query: string): Promise<number> {
  return page.evaluate(
    (text) =>
      new Promise<number>((resolve) => {
        const field = document.querySelector<HTMLInputElement>("#search");
        const list = document.querySelector(".inbox-list");
        if (field === null || list === null) throw new Error("there is no list");
        const began = performance.now();
        const observer = new MutationObserver(() => {
          observer.disconnect();
          requestAnimationFrame(() => { resolve(performance.now() - began); });
        });
        observer.observe(list, { subtree: true, childList: true, characterData: true, attributes: true });
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    query,
  );
}

async function saySearch(page: Page): Promise<void> {
  const times: number[] = [];
  for (const query of TYPED) {
    times.push(await milliseconds(page, query));
    await milliseconds(page, ""); // the whole list again, so that every result shows by a change
  }
  say(`search as typed, ${TYPED.length} queries: median ${median(times).toFixed(0)} ms, at worst ${Math.max(...times).toFixed(0)} (goal ${GOAL_SEARCH})`);
}

interface Scrolled {
  readonly frames: readonly number[];
  readonly tasks: readonly number[];
  readonly blank: number;
}

/** Scrolls through everything in about ten seconds, and back to the top at once. */
function scrolled(page: Page): Promise<Scrolled> {
  return page.evaluate(async (): Promise<Scrolled> => {
    const found = { frames: [] as number[], tasks: [] as number[], blank: 0 };
    const observer = new PerformanceObserver((list) => { found.tasks.push(...list.getEntries().map(({ duration }) => duration)); });
    observer.observe({ type: "longtask" });
    const step = (document.documentElement.scrollHeight - innerHeight) / 600;
    let before = performance.now();
    for (let count = 0; count < 600; count++) {
      const now = await new Promise<number>((resolve) => { requestAnimationFrame(resolve); });
      found.frames.push(now - before);
      before = now;
      const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
      if (middle?.closest(".case-row") === null) found.blank++;
      scrollBy({ top: step, behavior: "instant" });
    }
    observer.disconnect();
    scrollTo({ top: 0, behavior: "instant" });
    return found;
  });
}

function dropped({ frames }: Scrolled): number {
  return frames.slice(2).reduce((sum, time) => sum + Math.max(0, Math.round(time / FRAME) - 1), 0);
}

async function sayScrolling(page: Page): Promise<void> {
  const all = await scrolled(page);
  const { frames, tasks, blank } = all;
  // What this machine draws without a graphics card where nothing has to be computed: a still text, as long.
  await page.goto("about:blank");
  await page.evaluate(() => {
    for (let count = 0; count < 10_000; count++) document.body.append(document.createElement("p"), "A line of text that never changes.");
  });
  const still = dropped(await scrolled(page));
  say(`scrolling through ${ALL} rows in ${frames.length} frames: ${dropped(all)} dropped (${still} of a still page), ${blank} without rows in sight, ${tasks.length} tasks above 50 ms (goal 0), the longest frame ${Math.max(...frames.slice(2)).toFixed(0)} ms`);
}

const reason = skipReason(CHROMIUM);
if (reason !== false) say(reason);
else {
  await withService(async (service) => {
    await fill(service, "file", NEW);
    await withBrowser(CHROMIUM, async (browser) => {
      const page = await openAs(browser, service, MEMBER);
      page.setDefaultTimeout(LONG);
      await sayFirstOpening(page);
      await fill(service, "fill", ALL - NEW);
      await sayUnlocks(page, service);
      await saySearch(page);
      await sayScrolling(page);
    });
  });
}
