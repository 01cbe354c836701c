/** How a person acts on a page: with a mouse, or by keyboard alone. What is not to be seen cannot be acted on. */

import { setTimeout as sleep } from "node:timers/promises";

import type { ElementHandle, Page } from "puppeteer-core";

/** What one acts on: a selector, and the words on it where several match. */
export interface Target {
  readonly selector: string;
  readonly words?: string;
}

/** A person's hands on one page. */
export interface Hands {
  readonly page: Page;
  /** Presses a button, follows a link, opens what is folded. */
  press(target: Target | string): Promise<void>;
  /** Goes to a field and types `text` at its end. */
  write(target: Target | string, text: string): Promise<void>;
  /** Ticks a box. */
  tick(target: Target | string): Promise<void>;
  /** Chooses the option of that value in a list. */
  choose(target: Target | string, value: string): Promise<void>;
  /** Opens one of several things that stand in a row, of which the keyboard's Tab finds but one. */
  among(way: Among): Promise<void>;
}

/** Things in a row: the one that Tab finds, the arrow that leads on, what is wanted, and the key that opens it, if one does. */
export interface Among {
  readonly stop: string;
  readonly arrow: "ArrowDown" | "ArrowLeft" | "ArrowRight";
  readonly wanted: Target;
  readonly key?: "Enter";
}

const TABS = 150; // more stops than any page has

function asTarget(target: Target | string): Target {
  return typeof target === "string" ? { selector: target } : target;
}

/** The first element that matches and is to be seen, once it is there. */
export async function seen(page: Page, wanted: Target | string): Promise<ElementHandle<HTMLElement>> {
  const { selector, words = "" } = asTarget(wanted);
  const find = (where: string, text: string): HTMLElement | undefined =>
    [...document.querySelectorAll<HTMLElement>(where)].find((one) => one.checkVisibility({ visibilityProperty: true }) && one.innerText.includes(text));
  try {
    return (await page.waitForFunction(find, { polling: 100 }, selector, words)) as ElementHandle<HTMLElement>;
  } catch (error) {
    const shown = await page.evaluate(() => document.body.innerText.slice(0, 2_000)).catch(() => "");
    throw new Error(`nothing to be seen matches ${selector} “${words}” on ${page.url()}:\n${shown}`, { cause: error });
  }
}

/** Waits until `words` are to be read in what matches `selector`. */
export async function reads(page: Page, words: string, selector = "main"): Promise<void> {
  await (await seen(page, { selector, words })).dispose();
}

/** Waits until an element is in sight and stays where it is: people do not press what still moves. */
async function atRest(element: ElementHandle<HTMLElement>): Promise<void> {
  for (let before = ""; ;) {
    const now = await element.evaluate((one) => {
      one.scrollIntoView({ block: "center" });
      const { x, y, width, height } = one.getBoundingClientRect();
      return [x, y, width, height].join(" ");
    });
    if (now === before) return;
    before = now;
    await sleep(150);
  }
}

/** A person with a mouse. */
export function mouse(page: Page): Hands {
  const press = async (target: Target | string): Promise<void> => {
    const element = await seen(page, target);
    await atRest(element);
    await element.click();
    await element.dispose();
  };
  return {
    page,
    press,
    tick: press,
    write: async (target, text) => {
      const element = await seen(page, target);
      await page.bringToFront();
      await element.focus();
      await page.keyboard.press("End");
      await page.keyboard.type(text);
      await element.dispose();
    },
    choose: async (target, value) => {
      const element = await seen(page, target);
      await element.select(value);
      await element.dispose();
    },
    among: ({ wanted }) => press(wanted),
  };
}

/** Where what is wanted stands, seen from what has the focus. */
function wayTo(page: Page, wanted: Target | string): Promise<"here" | "before" | "after"> {
  const { selector, words = "" } = asTarget(wanted);
  return page.evaluate(
    (where, text) => {
      const { activeElement: found } = document;
      if (found === null || found === document.body) return "after";
      const all = [...document.querySelectorAll<HTMLElement>(where)].filter((one) => one.checkVisibility() && one.innerText.includes(text));
      if (all.some((one) => one === found)) return "here";
      const [place] = all;
      const isBefore = place !== undefined && (found.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
      return isBefore ? "before" : "after";
    },
    selector,
    words,
  );
}

/** Presses Tab, with Shift to go back, until the target has the focus: past the end of a page, Firefox leaves it. */
async function tabTo(page: Page, target: Target | string): Promise<ElementHandle<HTMLElement>> {
  const element = await seen(page, target);
  await page.bringToFront(); // keys go to the window in front
  for (let presses = 0; presses < TABS; presses++) {
    const way = await wayTo(page, target);
    if (way === "here") return element;
    if (way === "before") await page.keyboard.down("Shift");
    await page.keyboard.press("Tab");
    if (way === "before") await page.keyboard.up("Shift");
  }
  throw new Error(`no Tab leads to ${JSON.stringify(target)}`);
}

/** Waits until what a key changed is drawn: the focus follows with the next frame, and a person looks before the next key. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => { done(); }))));
}

/** Presses an arrow until the target has the focus. */
async function arrowTo(page: Page, arrow: Among["arrow"], target: Target): Promise<void> {
  await (await seen(page, target)).dispose();
  for (let presses = 0; presses < TABS; presses++) {
    if ((await wayTo(page, target)) === "here") return;
    await page.keyboard.press(arrow);
    await drawn(page);
  }
  const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 300) ?? "nothing");
  throw new Error(`no ${arrow} leads to ${JSON.stringify(target)}; the focus is on ${focused}`);
}

/** A person who has no mouse: Tab, arrows, Space, Enter and letters. */
export function keyboard(page: Page): Hands {
  return {
    page,
    press: async (target) => {
      const element = await tabTo(page, target);
      await page.keyboard.press("Enter");
      await element.dispose();
    },
    tick: async (target) => {
      const element = await tabTo(page, target);
      await page.keyboard.press(" ");
      await element.dispose();
    },
    write: async (target, text) => {
      const element = await tabTo(page, target);
      await page.keyboard.press("End");
      await page.keyboard.type(text);
      await element.dispose();
    },
    choose: async (target, value) => {
      const element = await tabTo(page, target);
      for (let presses = 0; presses < TABS; presses++) {
        if (await element.evaluate((list, wanted) => (list as HTMLSelectElement).value === wanted, value)) break;
        await page.keyboard.press("ArrowDown");
      }
      await element.dispose();
    },
    among: async ({ stop, arrow, wanted, key }) => {
      await (await tabTo(page, stop)).dispose();
      await page.keyboard.press("Home");
      await drawn(page);
      await arrowTo(page, arrow, wanted);
      if (key !== undefined) await page.keyboard.press(key);
    },
  };
}
