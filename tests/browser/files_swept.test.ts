/** Files that a real server sweeps while the page still sends them: the page begins anew, and nobody is asked. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { promisify } from "node:util";

import { Unreachable } from "../../reporting/browser/src/client/errors.ts";
import { type Fetch, Transport } from "../../reporting/browser/src/client/transport.ts";
import { FilesEngine } from "../../reporting/browser/src/evidence/engine.ts";
import type { FileProgress, OutgoingFile } from "../../reporting/browser/src/evidence/types.ts";
import { HybridIdentity } from "../../reporting/browser/src/protocol/age.ts";
import type { Attachment } from "../../reporting/browser/src/protocol/entry.ts";
import { refusedLater } from "./refusals.ts";
import { type DemoService, fetchFrom, startService } from "./service.ts";

const PYTHON = path.resolve("../../.venv/bin/python");
const TO = [HybridIdentity.generate(), HybridIdentity.generate()].map(({ recipient }) => String(recipient));
/** What two days do to an upload, as the database knows days alone. */
const TWO_DAYS = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1], timeout=30); d.execute(\"UPDATE upload SET begun = date(begun, '-2 day')\"); d.commit()";

describe("an upload that is swept while it is sent", () => {
  let service: DemoService;
  let engine: FilesEngine;
  let file: OutgoingFile;
  let log: string[];
  /** Parts that still pass before the line breaks, and what happens then. */
  let passing: number;
  let then: () => Promise<"broken" | "whole">;

  const line: Fetch = async (where, init) => {
    const method = init.method ?? "GET";
    if (method === "PUT" && passing-- === 0 && (await then()) === "broken") throw new TypeError("the line is broken");
    const answer = await fetchFrom(service.intake)(where, init);
    log.push(`${method} ${where.replace(/[0-9a-f]{32}/, "…")} ${answer.status.toString()}`);
    return answer;
  };
  const sweep = async (): Promise<void> => {
    const server = path.join(service.folder, "server");
    await promisify(execFile)(PYTHON, ["-c", TWO_DAYS, path.join(server, "reporting.sqlite")]);
    assert.match(await service.reporting("tick", "--data", server), /nobody claimed: [1-9]/);
  };
  const send = async (told: FileProgress[] = []): Promise<Attachment> => {
    const job = { from: { side: "reporter" }, number: await engine.number([file]), recipients: TO } as const;
    const [sent] = await engine.send(job, (progress) => told.push(progress));
    assert.ok(sent);
    return sent;
  };

  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  beforeEach(() => {
    engine = new FilesEngine(new Transport(line), []);
    file = { name: "scan.pdf", type: "application/pdf", content: new Blob([randomBytes(3 * 1_048_576)]) };
    [log, passing, then] = [[], 2, () => Promise.resolve("broken")];
  });

  it("is begun anew when it is resumed: the server says that it has no such upload", async () => {
    await refusedLater(Unreachable, () => send());
    await sweep();
    [log, passing] = [[], -1];
    const told: FileProgress[] = [];
    await send(told);
    assert.deepEqual(log.filter((one) => one.startsWith("GET /api/uploads/")), ["GET /api/uploads/… 404"]);
    assert.equal(log.filter((one) => one.startsWith("POST /api/uploads")).length, 1);
    assert.equal(log.filter((one) => one.startsWith("PUT") && one.endsWith(" 204")).length, 4, "every part, sealed anew");
    assert.equal(told.at(-1)?.sent, told.at(-1)?.size);
  });

  it("is begun anew in the middle, too", async () => {
    // Sweeping may take longer than the server keeps an idle line open.
    engine = new FilesEngine(new Transport(line), [100, 1_000]);
    then = async () => {
      await sweep();
      return "whole";
    };
    await send();
    const puts = log.filter((one) => one.startsWith("PUT"));
    assert.ok(puts.some((one) => one.endsWith(" 404")));
    assert.equal(log.filter((one) => one.startsWith("POST /api/uploads")).length, 2);
    assert.deepEqual(puts.slice(-4).map((one) => one.slice(-3)), ["204", "204", "204", "204"]);
  });
});
