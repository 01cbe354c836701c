/** A page as people meet it who do not see it, see it in colors of their own, or see little of it at once. */

import type { CDPSession, Page, SerializedAXNode } from "puppeteer-core";

import { complaints as plainComplaints } from "../report_pages.ts";

/** A window at 400 % on a screen of 1280 pixels, which is one of 320 pixels. */
const NARROW = { width: 320, height: 256, deviceScaleFactor: 4 };
const WIDE = { width: 1280, height: 800, deviceScaleFactor: 1 };

async function emulate(session: CDPSession, features: Readonly<Record<string, string>>): Promise<void> {
  await session.send("Emulation.setEmulatedMedia", { features: Object.entries(features).map(([name, value]) => ({ name, value })) });
}

/** Buttons and fields that nothing bounds, and stops of the keyboard that do not show it: with colors forced, only lines remain. */
function boundless(): string[] {
  const told = (element: Element, what: string): string => `${what}: ${element.outerHTML.slice(0, 160)}`;
  const drawn = (style: string, width: string): boolean => style !== "none" && parseFloat(width) > 0;
  const wanted = "button, input:not([type=hidden]), textarea, select, summary, a[href], .button, [role=row][tabindex]";
  const all = [...document.querySelectorAll<HTMLElement>(wanted)].filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.closest("[aria-hidden=true]") === null);
  const bounded = (one: HTMLElement): boolean => {
    const style = getComputedStyle(one);
    const edge = drawn(style.borderBlockEndStyle, style.borderBlockEndWidth) || drawn(style.outlineStyle, style.outlineWidth);
    const native = style.appearance !== "none" && one.matches("input[type=checkbox], input[type=radio]");
    const button = getComputedStyle(one, "::file-selector-button");
    if (one.matches("input[type=file]")) return drawn(button.borderBlockEndStyle, button.borderBlockEndWidth);
    return edge || native || style.textDecorationLine.includes("underline");
  };
  const before = document.activeElement;
  // Those that Tab or the arrows lead to; the rest is reached by other ways.
  const stops = all.filter((one) => one.tabIndex >= 0);
  const unmarked = stops.filter((one) => {
    one.blur(); // it may have been reached with the mouse, which shows no focus
    const plain = getComputedStyle(one);
    const [plainOutline, plainShadow] = [`${plain.outlineStyle} ${plain.outlineWidth}`, plain.borderBlockEndWidth];
    one.focus({ focusVisible: true });
    if (document.activeElement !== one) return false;
    const style = getComputedStyle(one);
    return !drawn(style.outlineStyle, style.outlineWidth) && `${style.outlineStyle} ${style.outlineWidth}` === plainOutline && style.borderBlockEndWidth === plainShadow;
  });
  if (before instanceof HTMLElement) before.focus();
  const controls = all.filter((one) => one.matches("button, input, textarea, select, .button"));
  return [...controls.filter((one) => !bounded(one)).map((one) => told(one, "no edge")), ...unmarked.map((one) => told(one, "focus does not show"))];
}

/** What is wrong with the page as it stands, in light, dark and forced colors, wide and narrow: a line each. */
export async function complaints(page: Page): Promise<string[]> {
  const session = await page.createCDPSession();
  const still = { "prefers-reduced-motion": "reduce" }; // else colors are judged on their way from one to the other
  const found: string[] = [];
  const add = (how: string, lines: readonly string[]): void => {
    found.push(...lines.map((line) => `${how}: ${line}`));
  };
  await emulate(session, { ...still, "prefers-color-scheme": "dark" });
  await page.setViewport(NARROW);
  add("dark, narrow", await plainComplaints(page));
  await emulate(session, { ...still, "forced-colors": "active" });
  await page.setViewport(WIDE);
  await page.evaluate("globalThis.__name = (named) => named"); // esbuild's keepNames calls it
  add("forced colors", await page.evaluate(boundless));
  await emulate(session, { ...still, "prefers-color-scheme": "light" });
  add("light, wide", await plainComplaints(page));
  await session.detach();
  return found;
}

function* nodesOf(node: SerializedAXNode): Generator<SerializedAXNode> {
  yield node;
  for (const child of node.children ?? []) yield* nodesOf(child);
}

/** What a screen reader finds on the page: `role: name`, a line each. */
export async function spoken(page: Page): Promise<string[]> {
  const root = await page.accessibility.snapshot({ interestingOnly: false });
  if (root === null) return [];
  return [...nodesOf(root)].filter(({ role }) => role !== "StaticText" && role !== "InlineTextBox").map(({ role, name = "" }) => `${role}: ${name}`);
}

const NAMED = ["textbox", "searchbox", "checkbox", "radio", "button", "link", "combobox", "ComboBoxMenuButton", "progressbar", "tab", "dialog", "grid", "image", "listbox", "Date"];

/** What a screen reader meets that has no name. */
export function nameless(lines: readonly string[]): string[] {
  return lines.filter((line) => NAMED.some((role) => line === `${role}: `));
}

/** Fields that a browser may remember: what is typed there lands in its lists of completion and in its session's files. */
export function forgetless(page: Page): Promise<string[]> {
  // Browsers ask before they keep a passphrase, and keep no one-time code.
  const known =
    "input[type=radio], input[type=checkbox], input[autocomplete=username], input[autocomplete=current-password], input[autocomplete=new-password], input[autocomplete=one-time-code]";
  return page.$$eval(
    "textarea, input",
    (fields, allowed) =>
      fields.filter((field) => !field.matches(allowed) && field.getAttribute("autocomplete") !== "off").map((field) => `a browser may remember: ${field.outerHTML.slice(0, 160)}`),
    known,
  );
}
