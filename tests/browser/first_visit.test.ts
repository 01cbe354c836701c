/** The first visit of a report page stays within what an old phone on a slow line can be asked to wait for. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { CHROMIUM, FIREFOX, skipReason, withBrowser } from "./browsers.ts";
import { type Coding, MOST, firstVisit, total } from "./first_visit.ts";
import { type DemoService, startService } from "./service.ts";

const PAGE = "/en/report/procurement";

describe("a first visit of the report page", () => {
  let service: DemoService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  for (const kind of [CHROMIUM, FIREFOX]) {
    it(`takes few requests and few bytes in ${kind.name}`, { skip: skipReason(kind) }, () =>
      withBrowser(kind, async (browser) => {
        for (const coding of ["br", "gzip"] as const satisfies readonly Coding[]) {
          const parts = await firstVisit(browser, service.intake, PAGE, coding);
          const said = parts.map(({ path, body }) => `${path} ${body}`).join("\n");
          assert.ok(parts.some(({ path }) => path.includes("/recipients/")), said);
          assert.ok(parts.some(({ path }) => path.includes("report-worker")), said);
          assert.ok(parts.length <= MOST.requests, said);
          assert.ok(total(parts).bodies <= MOST.bytes[coding], `${total(parts).bodies} bytes with ${coding}:\n${said}`);
        }
      }));
  }
});
