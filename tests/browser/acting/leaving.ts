/** The way out leads to another site, where tests do not go: something stands in its place. */

import type { HTTPRequest, Page } from "puppeteer-core";

/** Presses Escape three times; comes back once the other site is there. */
export async function leaveQuickly(page: Page): Promise<void> {
  const answer = (request: HTTPRequest): void => {
    const away = request.url().startsWith("https://");
    void (away ? request.respond({ status: 200, contentType: "text/html", body: '<!doctype html><title>Elsewhere</title><p id="elsewhere">Elsewhere' }) : request.continue());
  };
  await page.setRequestInterception(true);
  page.on("request", answer);
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press("Escape");
  await page.waitForSelector("#elsewhere");
  page.off("request", answer);
  await page.setRequestInterception(false);
}
