/** A report page in a real browser, driven as a person does: by keyboard, and by what is on the screen. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { type Kind, withBrowser } from "./browsers.ts";

/** Seconds are what a slow machine needs; nothing waits that long where it works. */
export const PATIENCE = 60_000;

/** A browser that stays open until it is closed. */
export interface Open {
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Opens a browser of that kind. */
export function openBrowser(kind: Kind): Promise<Open> {
  return new Promise((resolve, reject) => {
    const ended = withBrowser(
      kind,
      (browser) =>
        new Promise<void>((release) => {
          resolve({
            browser,
            close: () => {
              release();
              return ended;
            },
          });
        }),
    );
    ended.catch(reject);
  });
}

/** A browser of that kind for the tests of a suite that calls this, from before the first to after the last. */
export function openedFor(kind: Kind): Pick<Open, "browser"> {
  let opened: Open | null = null;
  before(async () => {
    opened = await openBrowser(kind);
  });
  after(() => opened?.close());
  return {
    get browser() {
      if (opened === null) throw new Error(`${kind.name} is not open yet`);
      return opened.browser;
    },
  };
}

/** A fresh page at `address`, enhanced by its script, as small as phones are. */
export async function openForm(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width: 320, height: 640 });
  await page.goto(address);
  await page.waitForSelector(".step-actions");
  return page;
}

/** Whether what has the focus matches `selector`. */
export function hasFocus(page: Page, selector: string): Promise<boolean> {
  return page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
}

/** Presses Tab until what matches `selector` has the focus. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector, { visible: true });
  for (let presses = 0; presses < 80; presses++) {
    if (await hasFocus(page, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${selector}`);
}

/** Goes to a button by Tab, and presses it. */
export async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press("Enter");
}

/** Goes to a field by Tab, and types. */
export async function type(page: Page, selector: string, text: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.type(text);
}

/** Presses a button at once, as a finger does: where the keyboard's way is not what is tested. */
export async function touch(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector, { visible: true });
  await page.$eval(selector, (element) => {
    (element as HTMLElement).click();
  });
}

/** Text that stands in what matches `selector`, once it is there. */
export async function textOf(page: Page, selector: string): Promise<string> {
  await page.waitForSelector(selector);
  return page.$eval(selector, (element) => element.textContent);
}

/** Words and groups of the code that is shown. */
export async function shownCode(page: Page): Promise<{ words: string[]; groups: string[] }> {
  const [words, groups] = [
    await page.$$eval(".code-words bdi", (items) => items.map((item) => item.textContent)),
    await page.$$eval(".code-groups bdi", (items) => items.map((item) => item.textContent)),
  ];
  return { words, groups };
}

/** Whether the browser would ask before the page is left. */
export function wouldAsk(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const event = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  });
}

/** What axe finds, one line a violation; and whether the page is wider than its window. */
export async function complaints(page: Page): Promise<string[]> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await readFile("node_modules/axe-core/axe.min.js", "utf8"));
  // Halfway from one color to another a button may have too little contrast.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)).then(() => true));
  const found = await page.evaluate(async () => {
    interface Axe {
      run(options: { resultTypes: readonly string[] }): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
    }
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run({ resultTypes: ["violations"] }); // what passes is not gathered
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`);
  });
  return wide ? [...found, "wider than its window"] : found;
}

/** A window as small as phones are. */
export const NARROW = { width: 320, height: 640 };
/** A window at work. */
export const WIDE = { width: 1280, height: 800 };

/** Holds true that a page has nothing to complain of, narrow and wide, once nothing fades any more; a picture goes to the folder SCREENSHOTS. */
export async function looksFine(page: Page, name: string): Promise<void> {
  for (const size of [NARROW, WIDE]) {
    await page.setViewport(size);
    await page.waitForFunction(() => document.getAnimations().length === 0);
    assert.deepEqual(await complaints(page), [], `${name}, ${size.width} wide`);
    const folder = process.env["SCREENSHOTS"];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${size.width}.png`, fullPage: true });
  }
}

/** Holds true that a page fits a narrow window, and has nothing to complain of in a wide one; pictures as above, where it has a name. */
export async function isFine(page: Page, name = ""): Promise<void> {
  const folder = name === "" ? undefined : process.env["SCREENSHOTS"];
  const shoot = async (): Promise<void> => {
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${page.viewport()?.width ?? 0}.png`, fullPage: true });
  };
  await page.setViewport(NARROW);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${name} fits a narrow window`);
  await shoot();
  await page.setViewport(WIDE);
  assert.deepEqual(await complaints(page), [], name);
  await shoot();
}

/** Opens the mailbox on a page with a receipt code, which is put in at once, as pasting does. */
export async function openMailbox(page: Page, site: string, code: string, language = "en"): Promise<void> {
  await page.goto(`${site}/${language}/mailbox`);
  await page.waitForSelector("#code");
  await page.$eval("#code", (field, value) => {
    (field as HTMLTextAreaElement).value = value;
    field.dispatchEvent(new Event("input"));
  }, code);
  await page.click(".code-form button[type=submit]");
}

/** What tests report. */
export const ACCOUNT = "The road contract went to a cousin without a tender.";

/** Writes one box, and sends it. */
export async function toSending(page: Page): Promise<void> {
  await type(page, "#q-account", ACCOUNT);
  await touch(page, ".only");
  await touch(page, ".send");
}

/** Writes one box, sends it, and waits for the receipt. */
export async function toReceipt(page: Page): Promise<void> {
  await toSending(page);
  await page.waitForSelector(".receipt");
}

/** Runs `use` with a fresh form, which is closed whatever happens; an error of the page's script fails it. */
export async function usingForm(browser: Browser, address: string, use: (page: Page) => Promise<void>): Promise<void> {
  const page = await openForm(browser, address);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  try {
    await use(page);
    assert.deepEqual(errors, []);
  } finally {
    await page.close();
  }
}
