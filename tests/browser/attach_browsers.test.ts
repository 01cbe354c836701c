/** Files in browsers as careful people set them up: without WebAssembly, with noise for canvases; and with a microphone. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Page } from "puppeteer-core";

import { cardAt, cardNames, cardText, fixture, pick, says } from "./attach_pages.ts";
import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { ACCOUNT, type Open, complaints, openBrowser, touch, type, usingForm } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const CAREFUL: readonly Kind[] = [
  {
    ...CHROMIUM,
    options: { ...CHROMIUM.options, args: [...(CHROMIUM.options.args ?? []), "--js-flags=--jitless", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] },
  },
  {
    ...FIREFOX,
    options: {
      ...FIREFOX.options,
      // As Tor Browser has it.
      extraPrefsFirefox: { ...FIREFOX.options.extraPrefsFirefox, "javascript.options.wasm": false, "privacy.resistFingerprinting": true, "media.navigator.permission.disabled": true, "media.navigator.streams.fake": true },
    },
  },
];

let service: DemoService;
before(async () => {
  service = await startService();
});
after(() => service.stop());

for (const kind of CAREFUL) {
  describe(`files in a careful ${kind.name}`, { skip: skipReason(kind) }, () => {
    let open: Open;
    before(async () => {
      open = await openBrowser(kind);
    });
    after(() => open.close());
    const withForm = (use: (page: Page) => Promise<void>): Promise<void> => usingForm(open.browser, `${service.intake}/en/report/procurement`, use);

    it("are sealed and sent without WebAssembly", () =>
      withForm(async (page) => {
        assert.equal(await page.evaluate(() => typeof WebAssembly), "undefined");
        await type(page, "#q-account", ACCOUNT);
        await pick(page, [await fixture("photo.jpg")]);
        await cardAt(page, 0);
        await touch(page, ".only");
        await touch(page, ".send");
        await page.waitForSelector(".receipt");
      }));

    it("are recorded in the page, looked into as others are, and the microphone is let go", () =>
      withForm(async (page) => {
        await touch(page, ".to-files");
        await touch(page, ".add-files"); // without a file: only the part is loaded
        await page.waitForSelector(".recorder");
        await touch(page, ".recorder summary");
        assert.match(await page.$eval(".recorder", (found) => found.textContent), /A voice can be recognized/);
        await touch(page, ".record");
        await says(page, ".recorder", "Recording: 0:0");
        await touch(page, ".stop-recording");
        await cardAt(page, 0);
        assert.match((await cardNames(page)).join(), /^recording\.(?:ogg|m4a|webm)$/);
        await page.waitForSelector(".record");
        assert.deepEqual(await complaints(page), []);
      }));

    it("are blacked out only where the browser gives back what was drawn", () =>
      withForm(async (page) => {
        await touch(page, ".to-files");
        await pick(page, [await fixture("photo.jpg")]);
        await cardText(page, 0);
        await touch(page, ".black-out");
        if (kind.name === CHROMIUM.name) await page.waitForSelector(".redaction canvas");
        else await says(page, ".redaction", "This browser does not give pictures back as they were drawn");
      }));
  });
}
