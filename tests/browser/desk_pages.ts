/** The desk in a real browser, driven as a member does: by keyboard, and by what is on the screen. */

import type { Browser, Page } from "puppeteer-core";

import { PATIENCE } from "./report_pages.ts";
import type { DemoService } from "./service.ts";

/** What the desk's main part holds while nobody may read anything. */
export const SHUT = "#passphrase";

/** A page of the desk in a context of its own, as wide as a screen at work. */
export async function openDesk(browser: Browser, { desk }: DemoService, path = "/desk"): Promise<Page> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(desk + path);
  await page.waitForSelector(SHUT);
  return page;
}

/** Types the passphrase, and the name where it is asked for, and waits until the desk is open. */
export async function enter(page: Page, { credentials }: DemoService, name: string): Promise<void> {
  const passphrase = credentials.members.find((member) => member.name === name)?.passphrase ?? "";
  if ((await page.$("#name")) !== null) await retype(page, "#name", name);
  await retype(page, "#passphrase", passphrase);
  await page.keyboard.press("Enter");
  await page.waitForSelector("body.desk-open");
}

/** Signs in on a page of its own. */
export async function openAs(browser: Browser, service: DemoService, name: string, path?: string): Promise<Page> {
  const page = await openDesk(browser, service, path);
  await enter(page, service, name);
  return page;
}

/** Puts `text` in the place of what a field holds. */
export async function retype(page: Page, selector: string, text: string): Promise<void> {
  await page.$eval(selector, (field) => {
    (field as HTMLInputElement).select();
  });
  await page.focus(selector);
  await page.keyboard.press("Backspace");
  await page.type(selector, text);
}

/** Presses what bears the text, within what matches `within`. */
export async function press(page: Page, text: string, within = "body"): Promise<void> {
  await page.waitForFunction(
    (wanted, place) => {
      const all = document.querySelector(place)?.querySelectorAll<HTMLElement>("button, a, summary, label") ?? [];
      const found = [...all].find((one) => one.textContent.replace(/\s+/g, " ").trim() === wanted || one.getAttribute("aria-label") === wanted);
      found?.focus();
      found?.click();
      return found !== undefined;
    },
    {},
    text,
    within,
  );
}

/** Waits until what matches `selector` says `text`. */
export async function says(page: Page, selector: string, text: string): Promise<void> {
  try {
    await page.waitForFunction(
      (where, wanted) => [...document.querySelectorAll(where)].some((one) => one.textContent.includes(wanted)),
      {},
      selector,
      text,
    );
  } catch (error) {
    throw new Error(`${selector} does not say “${text}”, but: ${(await texts(page, selector)).join(" | ")}`, { cause: error });
  }
}

/** Waits until nothing that matches is left. */
export async function gone(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((where) => document.querySelector(where) === null, {}, selector);
}

/** What everything that matches says, white space in order. */
export function texts(page: Page, selector: string): Promise<string[]> {
  return page.$$eval(selector, (all) => all.map((one) => one.textContent.replace(/\s+/g, " ").trim()));
}

/** Follows the link to a case in the list. */
export async function openCase(page: Page, id: string): Promise<void> {
  await page.waitForSelector(`a[href="/desk/cases/${id}"]`);
  await page.$eval(`a[href="/desk/cases/${id}"]`, (link) => {
    (link as HTMLElement).click();
  });
  await page.waitForSelector(".report .told");
}

/** Back to the list. */
export async function toList(page: Page): Promise<void> {
  await press(page, "Cases", "#bar");
  await page.waitForSelector("#search");
}

/** Lets `seconds` pass for the page's clock, without anybody touching anything. */
export async function pass(page: Page, seconds: number): Promise<void> {
  await page.evaluate((ahead) => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + ahead * 1_000;
  }, seconds);
}

/** Files that the page hands out, in the place of the browser's own saving: `taken` answers with the last one's bytes. */
export async function takeFiles(page: Page): Promise<() => Promise<Uint8Array>> {
  await page.evaluate(() => {
    const wide = globalThis as unknown as { taken: Blob | null };
    const make = URL.createObjectURL.bind(URL);
    wide.taken = null;
    URL.createObjectURL = (blob) => {
      wide.taken = blob as Blob;
      return make(blob);
    };
    HTMLAnchorElement.prototype.click = function () {
      if (!this.hasAttribute("download")) this.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    };
  });
  return async () => {
    await page.waitForFunction(() => (globalThis as unknown as { taken: Blob | null }).taken !== null);
    const bytes = await page.evaluate(async () => {
      const { taken } = globalThis as unknown as { taken: Blob };
      return Array.from(new Uint8Array(await taken.arrayBuffer()));
    });
    return Uint8Array.from(bytes);
  };
}
