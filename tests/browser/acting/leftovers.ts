/** What a page may leave in a browser by its own doing. */

import type { Page } from "puppeteer-core";

/** Everything that a page can store, counted; and how many entries of history it made. */
export interface Leftovers {
  readonly cookie: string;
  readonly local: number;
  readonly session: number;
  readonly databases: number;
  readonly caches: number;
  readonly workers: number;
  readonly files: number;
}

export const NOTHING: Leftovers = { cookie: "", local: 0, session: 0, databases: 0, caches: 0, workers: 0, files: 0 };

/** What the page's site holds in this browser now. */
export function leftovers(page: Page): Promise<Leftovers> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    let files = 0;
    for await (const name of root.keys()) if (name !== "") files++;
    return {
      cookie: document.cookie,
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      files,
    };
  });
}

/** Entries of history so far. */
export function historyOf(page: Page): Promise<number> {
  return page.evaluate(() => history.length);
}
