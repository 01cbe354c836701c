/** The first visit of a report page stays within what an old phone on a slow line can be asked to wait for. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { CHROMIUM, FIREFOX, skipReason, withBrowser } from "./browsers.ts";
import { type Coding, MOST, firstVisit, total } from "./first_visit.ts";
import { type DemoService, startService } from "./service.ts";

/** The languages that there are report pages in. */
async function languages(): Promise<readonly string[]> {
  const manifest = JSON.parse(await readFile(path.resolve("dist/manifest.json"), "utf8")) as Readonly<Record<string, unknown>>;
  return Object.keys(manifest).flatMap((name) => /^report-([a-zA-Z-]+)\.js$/.exec(name)?.[1] ?? []).filter((language) => !language.startsWith("worker"));
}

describe("a first visit of the report page", () => {
  let service: DemoService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  for (const kind of [CHROMIUM, FIREFOX]) {
    it(`takes few requests and few bytes in ${kind.name}, in every language`, { skip: skipReason(kind) }, () =>
      withBrowser(kind, async (browser) => {
        const spoken = await languages();
        assert.ok(spoken.includes("en") && spoken.includes("ar"), spoken.join());
        const visits = spoken.flatMap((language) => (["br", "gzip"] as const satisfies readonly Coding[]).map((coding) => ({ language, coding })));
        for (const { language, coding } of visits) {
          const parts = await firstVisit(browser, service.intake, `/${language}/report/procurement`, coding);
          const said = parts.map(({ path: asked, body }) => `${asked} ${body}`).join("\n");
          assert.ok(parts.some(({ path: asked }) => asked.includes("/recipients/")), said);
          assert.ok(parts.some(({ path: asked }) => asked.includes(`report-worker-${language}`)), said);
          assert.ok(parts.length <= MOST.requests, said);
          assert.ok(total(parts).bodies <= MOST.bytes[coding], `${total(parts).bodies} bytes with ${coding} in ${language}:\n${said}`);
        }
      }));
  }
});
