/** Browsers whose profile stays until it was searched, set to remember all that browsers of people remember. */

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Browser, BrowserContext, LaunchOptions, Page } from "puppeteer-core";

import { type Kind, launch } from "../browsers.ts";

const PATIENCE = 60_000; // milliseconds: the machine may have other things to do

/** A folder with a profile and downloads, and the browser that lives in it. */
export interface Lodging {
  readonly browser: Browser;
  readonly profile: string;
  readonly downloads: string;
  /** A fresh page, in its own context where one is named. */
  page(context?: BrowserContext): Promise<Page>;
  /** Ends the browser as a person does; the folder stays. */
  close(): Promise<void>;
  remove(): Promise<void>;
}

// What puppeteer switches off, and people have on: sessions, histories and completion are kept as they would be.
function remembering(downloads: string): Readonly<Record<string, unknown>> {
  return {
    "app.update.disabledForTesting": true,
    "browser.cache.disk.enable": true,
    "browser.download.alwaysOpenPanel": false, // it would take the keyboard
    "browser.download.dir": downloads,
    "browser.download.folderList": 2,
    "browser.formfill.enable": true,
    "browser.sessionstore.interval": 500,
    "browser.sessionstore.privacy_level": 0,
    "browser.sessionstore.resume_from_crash": true,
    "browser.startup.page": 3,
    "network.captive-portal-service.enabled": false,
    "places.history.enabled": true,
    "signon.rememberSignons": true,
  };
}

function optionsOf(kind: Kind, downloads: string): LaunchOptions {
  if (kind.options.browser === "firefox") return { extraPrefsFirefox: { ...kind.options.extraPrefsFirefox, ...remembering(downloads) } };
  return { downloadBehavior: { policy: "allow", downloadPath: downloads } };
}

/** Starts a browser in a folder of its own. */
export async function lodge(kind: Kind): Promise<Lodging> {
  const folder = await mkdtemp(path.join(tmpdir(), "reporting-lodging-"));
  const [profile, downloads] = [path.join(folder, "profile"), path.join(folder, "downloads")];
  await Promise.all([mkdir(profile), mkdir(downloads)]);
  const browser = await launch(kind, profile, optionsOf(kind, downloads));
  return {
    browser,
    profile,
    downloads,
    page: async (context) => {
      const page = await (context ?? browser).newPage();
      page.setDefaultTimeout(PATIENCE);
      return page;
    },
    close: () => browser.close(),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
