/**
 * The reporters' pages in real browsers, each figure beside its goal: what a first visit brings, how long sealing and
 * sending takes, and every step of the whole way over a slow line. Run by `make bench`; it fails for no figure.
 */

import type { Browser, Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason, withBrowser } from "./browsers.ts";
import { MOST, firstVisit, total } from "./first_visit.ts";
import { ACCOUNT, shownCode, toSending, touch } from "./report_pages.ts";
import { type DemoService, withService } from "./service.ts";
import { type Line, openLine, slowed } from "./slow_line.ts";

const PAGE = "/en/report/procurement";
const REPEAT = 7;
const GOAL_AFTER_CHALLENGE = 500;
const SLOW: Line = { bytesPerSecond: 100_000, roundTrip: 600 };
const OLD_PHONE = 4; // times slower than this machine
const LONG = 300_000; // milliseconds that a slowed step may take

function say(line: string): void {
  console.log(line);
}

async function sayFirstVisits(kind: Kind, service: DemoService): Promise<void> {
  await withBrowser(kind, async (browser) => {
    for (const coding of ["br", "gzip"] as const) {
      for (const path of [PAGE, PAGE.replace("en", "ar")]) {
        const parts = await firstVisit(browser, service.intake, path, coding);
        const { bodies, wire } = total(parts);
        const goal = `(goals ${MOST.requests}, ${MOST.bytes[coding]})`;
        say(`first visit ${path}, ${kind.name}, ${coding}: ${parts.length} requests, ${bodies} bytes ${goal}; ${wire} with headers`);
      }
    }
  });
}

/** When what matches was first there, by name, in milliseconds since the page was asked for. */
type Marks = Readonly<Record<string, number>>;

/** What is waited for on the pages. A stage of sending is there once it is the one at work. */
const SIGNS: Readonly<Record<string, string>> = {
  steps: ".step-actions",
  sealing: ".stages li:nth-child(2)[data-state=now]",
  working: ".stages li:nth-child(3)[data-state=now]",
  sending: ".stages li:nth-child(4)[data-state=now]",
  checking: ".stages li:nth-child(5)[data-state=now]",
  receipt: ".receipt",
  code: "#code",
  conversation: ".conversation",
};

/** Runs in the page, before its own scripts. Nothing in it has a name: the bundler's help with names is not there. */
function watch(signs: Readonly<Record<string, string>>): void {
  const marks: Record<string, number> = {};
  Object.assign(globalThis, { marks });
  new MutationObserver(() => {
    for (const [name, selector] of Object.entries(signs)) {
      if (marks[name] === undefined && document.querySelector(selector) !== null) marks[name] = performance.now();
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-state"] });
}

/** Marks the worker's first answer as `ready`: it has opened the site, which nothing on the page shows. */
const WATCH_WORKERS = `globalThis.Worker = class extends Worker {
  constructor(address) {
    super(address);
    this.addEventListener("message", ({ data }) => { if (data.kind === "done") marks.ready ??= performance.now(); });
  }
};`;

async function verified(page: Page): Promise<void> {
  await page.waitForFunction(() => (globalThis as unknown as { marks: Marks }).marks["ready"] !== undefined);
}

function marksOf(page: Page): Promise<Marks> {
  return page.evaluate(() => (globalThis as unknown as { marks: Marks }).marks);
}

async function watched(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(LONG);
  await page.setViewport({ width: 360, height: 640 });
  await page.evaluateOnNewDocument(watch, SIGNS);
  await page.evaluateOnNewDocument(WATCH_WORKERS);
  return page;
}

/** Milliseconds from one mark to another. */
function between(marks: Marks, from: string, to: string): number {
  return (marks[to] ?? NaN) - (marks[from] ?? NaN);
}

function median(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? NaN;
}

async function sayClicks(kind: Kind, service: DemoService): Promise<void> {
  await withBrowser(kind, async (browser) => {
    const all: number[] = [];
    const sums: number[] = [];
    for (let round = 0; round < REPEAT; round++) {
      const page = await watched(browser);
      await page.goto(service.intake + PAGE);
      await verified(page);
      await page.type("#q-account", ACCOUNT);
      await touch(page, ".only");
      await page.waitForSelector(".send");
      const clicked = await page.$eval(".send", (button) => {
        (button as HTMLElement).click();
        return performance.now();
      });
      await page.waitForSelector(".receipt");
      const marks = await marksOf(page);
      all.push((marks["receipt"] ?? NaN) - clicked);
      sums.push(between(marks, "working", "sending"));
      await page.close({ runBeforeUnload: false });
    }
    const rest = median(all.map((time, round) => time - (sums[round] ?? NaN)));
    say(`click to receipt, ${kind.name}: ${rest.toFixed(0)} ms beside the challenge (goal ${GOAL_AFTER_CHALLENGE}); challenge ${median(sums).toFixed(0)} ms, all ${median(all).toFixed(0)} ms`);
  });
}

/** One row: seconds of each step, waited for in turn. */
function sayRow(name: string, steps: readonly (readonly [string, number])[]): void {
  say(`${name}: ${steps.map(([step, milliseconds]) => `${step} ${(milliseconds / 1_000).toFixed(2)}`).join(", ")} s`);
}

async function wholeWay(browser: Browser, service: DemoService, name: string): Promise<void> {
  const page = await watched(browser);
  await page.goto(service.intake + PAGE, { waitUntil: "domcontentloaded" });
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN);
  await verified(page);
  await page.waitForSelector(".step-actions");
  await toSending(page);
  await page.waitForSelector(".receipt");
  const marks = await marksOf(page);
  const { words } = await shownCode(page);
  await touch(page, ".past");
  await touch(page, ".sure");
  await page.waitForSelector(".clear");
  await page.goto(`${service.intake}/en/mailbox`, { waitUntil: "domcontentloaded" });
  await page.waitForSelector("#code");
  const asked = await marksOf(page);
  await page.$eval("#code", (field, text) => { (field as HTMLTextAreaElement).value = text; }, words.join(" "));
  const pressed = await page.$eval("form.code-form button.primary", (button) => {
    (button as HTMLElement).click();
    return performance.now();
  });
  await page.waitForSelector(SIGNS["conversation"] ?? "");
  const read = await marksOf(page);
  sayRow(name, [
    ["readable and fillable after", painted],
    ["in steps after", marks["steps"] ?? NaN],
    ["site verified after", marks["ready"] ?? NaN],
    ["sealing", between(marks, "sealing", "working")],
    ["challenge", between(marks, "working", "sending")],
    ["sending", between(marks, "sending", "checking")],
    ["receipt", between(marks, "checking", "receipt")],
    ["mailbox page after", asked["code"] ?? NaN],
    ["mailbox opened and read", (read["conversation"] ?? NaN) - pressed],
  ]);
  await page.close({ runBeforeUnload: false });
}

/** Chromium on a slow line: what it asks of the service's address goes over the line. */
async function saySlowLine(service: DemoService, times: number): Promise<void> {
  const port = Number(new URL(service.intake).port);
  const line = await openLine(port, SLOW);
  const { options } = CHROMIUM;
  const mapped = [...(options.args ?? []), `--host-resolver-rules=MAP 127.0.0.1:${port} 127.0.0.1:${line.port}`];
  const kind = { ...CHROMIUM, options: { ...options, args: mapped } };
  const way = `whole way, ${SLOW.bytesPerSecond / 1_000} KB/s, ${SLOW.roundTrip} ms round trip${times > 1 ? `, processor ${times} times slower` : ""}`;
  try {
    await withBrowser(kind, (browser) => slowed(browser.process()?.pid ?? 0, times, () => wholeWay(browser, service, way)));
  } finally {
    line.close();
  }
}

const kinds = [CHROMIUM, FIREFOX].filter((kind) => {
  const reason = skipReason(kind);
  if (reason !== false) say(reason);
  return reason === false;
});

await withService(async (service) => {
  for (const kind of kinds) await sayFirstVisits(kind, service);
  for (const kind of kinds) await sayClicks(kind, service);
  if (kinds.includes(CHROMIUM)) for (const times of [1, OLD_PHONE]) await saySlowLine(service, times);
});
