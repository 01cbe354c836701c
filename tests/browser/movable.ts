/** A demonstration whose day tests move, for server, terminal and browser alike. */

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Browser, Page } from "puppeteer-core";

import { PATIENCE } from "./report_pages.ts";
import { type DemoService, type Start, startService } from "./service.ts";

const CLOCK = path.resolve("../../tests/clock"); // tests run in reporting/browser
/** Milliseconds of a day. */
export const DAY = 86_400_000;

/** A demonstration that begins at a time of the test's choice, and goes on from there. */
export interface MovableService extends DemoService {
  /** Lets it be that day, at nine o'clock UTC; sessions that are open then have usually ended. */
  moveTo(day: string): Promise<void>;
  /** The UTC day there. */
  today(): string;
  /** The day so many days after that day. */
  after(days: number): string;
  /** A page, in a context of its own, on which it is that time; not beyond the next move. */
  openPage(browser: Browser): Promise<Page>;
}

/** Moves the clock of a document, such as one that is about to be loaded, by milliseconds. Workers are told the day by their page. */
export function moveDocument(ahead: number): void {
  const machine = Date.now;
  Date.now = () => machine() + ahead;
  globalThis.Date = class extends Date {
    constructor(...parts: [] | [string | number]) {
      super(...((parts.length === 0 ? [Date.now()] : parts) as [number]));
    }
  } as DateConstructor;
}

/**
 * Starts a demonstration on `day`, at nine o'clock UTC. `asMember` is not to be used: the terminal's own day is the
 * machine's.
 */
export async function startMovable(day: string, start: Omit<Start, "beneath"> = {}): Promise<MovableService> {
  const folder = await mkdtemp(path.join(tmpdir(), "reporting-clock-"));
  const file = path.join(folder, "ahead");
  let ahead = 0;
  const moveTo = async (wanted: string): Promise<void> => {
    ahead = Date.parse(`${wanted}T09:00:00Z`) - Date.now();
    await writeFile(`${file}.new`, (ahead / 1_000).toString());
    await rename(`${file}.new`, file); // whoever reads at this moment finds the one or the other
  };
  await moveTo(day);
  const service = await startService({ ...start, beneath: { folder: CLOCK, environment: { TEST_CLOCK: file } } });
  const at = (days: number): string => new Date(Date.now() + ahead + days * DAY).toISOString().slice(0, 10);
  return {
    ...service,
    moveTo,
    today: () => at(0),
    after: at,
    openPage: async (browser) => {
      const page = await (await browser.createBrowserContext()).newPage();
      page.setDefaultTimeout(PATIENCE);
      await page.evaluateOnNewDocument(moveDocument, ahead);
      return page;
    },
    stop: async () => {
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
