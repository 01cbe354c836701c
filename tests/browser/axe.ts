/** axe-core in a test's page: what is wrong for people who use it otherwise than by eye and mouse. */

import { readFile } from "node:fs/promises";
import path from "node:path";

import type { Page } from "puppeteer-core";

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

interface Axe {
  run(context: Document, options: object): Promise<{ readonly violations: readonly Violation[] }>;
}

/** Every violation of the page as it stands now, a line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(path.resolve("node_modules/axe-core/axe.min.js"), "utf8"));
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    return (await axe.run(document, { resultTypes: ["violations"] })).violations;
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ""}`));
}

/** By how many pixels the page is wider than its window. */
export function widthOver(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - globalThis.innerWidth);
}
