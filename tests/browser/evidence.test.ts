/** Files the whole way, by a real service: from reporters to the desk and back, over lines that break; large ones in real browsers. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";

import type { Fetch } from "../../reporting/browser/src/client/transport.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import type { ShownCase } from "../../reporting/browser/src/client/shown.ts";
import { FilesEngine } from "../../reporting/browser/src/evidence/engine.ts";
import type { OutgoingFile, ShownFile } from "../../reporting/browser/src/evidence/types.ts";
import { Malformed, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { MailboxEngine } from "../../reporting/browser/src/workers/mailbox_engine.ts";
import { ReportEngine } from "../../reporting/browser/src/workers/report_engine.ts";
import { cardAt, given, pick } from "./attach_pages.ts";
import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { Scene } from "./desk_scene.ts";
import { type Front, type Verdict, startFront } from "./front.ts";
import { refusedLater } from "./refusals.ts";
import { ACCOUNT, openBrowser, shownCode, touch, type, usingForm } from "./report_pages.ts";
import { type DemoService, factsOf, fetchFrom, startService } from "./service.ts";

const MIB = 1_048_576;

function fileOf(size: number, name: string): OutgoingFile {
  return { name, type: "application/octet-stream", content: new Blob([randomBytes(size)]) };
}

function nobody(): void {
  // listens to no progress
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

function filesOf(shown: ShownCase): ShownFile[] {
  return shown.entries.flatMap(({ files }) => files);
}

const NO_WASM: Kind = {
  ...FIREFOX,
  name: "Firefox ESR without WebAssembly",
  options: { ...FIREFOX.options, extraPrefsFirefox: { ...FIREFOX.options.extraPrefsFirefox, "javascript.options.wasm": false } },
};

describe("files by a real service", () => {
  let service: DemoService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  /** What is between the page and the service: an answer instead of the service's, or null. */
  let between: (method: string, path: string) => Response | "lost" | null = () => null;
  const fetcher: Fetch = (path, init) => {
    const found = between(init.method ?? "GET", path);
    if (found === "lost") return Promise.reject(new TypeError("connection lost"));
    return found === null ? fetchFrom(service.intake)(path, init) : Promise.resolve(found);
  };
  const transport = new Transport(fetcher);
  const start = (): FilesEngine => new FilesEngine(transport, [1, 1, 1, 1]);
  const reporting = async (): Promise<ReportEngine> => {
    const engine = new ReportEngine(transport, { waits: [1, 1] }, start);
    await engine.open(await factsOf(service, "procurement"));
    return engine;
  };
  const mailbox = async (code: string): Promise<MailboxEngine> => {
    const engine = new MailboxEngine(transport, { waits: [1, 1] }, start);
    await engine.open(await factsOf(service, null));
    await engine.readCode(code);
    return engine;
  };
  const written = { answers: { account: ACCOUNT }, excluded: [], identity: null };

  it("go with a report and a follow-up, are opened and marked at the desk, and answered with others", async () => {
    const [photo, plan, reply] = [fileOf(3 * MIB + 5, "photo.bin"), fileOf(0, "empty"), fileOf(70_000, "answer.bin")];
    const writing = await reporting();
    const limits = await writing.limits();
    assert.deepEqual([limits.partSize, limits.file], [MIB, 2048 * MIB]);
    const { words } = await writing.newCode();
    const received = await writing.submit(written, [photo, plan], nobody);
    const reader = await mailbox(words.join(" "));
    await reader.readMailbox(nobody);
    await reader.followUp(received.case, "And this.", [reply], nobody);

    const desk = await new Scene(service).at("intake");
    const shown = await desk.engine.openCase(received.case);
    assert.deepEqual(shown.warnings, []);
    const found = filesOf(shown);
    assert.ok(found.every(({ entry }) => shown.entries.some(({ id }) => id === entry)));
    assert.deepEqual(found.map(({ name, size, place }) => [name, size, place]), [["photo.bin", 3 * MIB + 5, 0], ["empty", 0, 1], ["answer.bin", 70_000, 0]]);
    for (const [at, { content }] of [photo, plan, reply].entries()) {
      const file = found[at];
      assert.ok(file);
      assert.deepEqual(await bytesOf(await desk.engine.openFile(received.case, file.entry, file.place, "view", nobody)), await bytesOf(content));
    }
    assert.deepEqual(await desk.engine.limits(), limits);
    const first = found[0];
    assert.ok(first);
    await refusedLater(Refused, () => desk.engine.openFile(received.case, first.entry, 7, "view", nobody));
    const marked = await desk.engine.markFile(received.case, first.upload, "original-withheld", null);
    assert.deepEqual(marked.entries.find(({ kind }) => kind === "classification")?.content, { type: "mark", upload: first.upload, mark: "original-withheld", of: null });
    await refusedLater(Malformed, () => desk.engine.markFile(received.case, "0".repeat(32), "translated", null));

    await desk.engine.note(received.case, "For us.", [fileOf(1, "team.bin")], nobody);
    const after = await desk.engine.reply(received.case, "Read this.", [fileOf(9, "form.bin")], nobody);
    assert.deepEqual(filesOf(after).map(({ name }) => name).sort(), ["answer.bin", "empty", "form.bin", "photo.bin", "team.bin"]);
    const [back] = await reader.readMailbox(nobody);
    assert.ok(back);
    assert.deepEqual(filesOf(back).map(({ name }) => name).sort(), ["answer.bin", "empty", "form.bin", "photo.bin"]);
    for (const file of filesOf(back)) {
      assert.equal((await reader.openFile(received.case, file.entry, file.place, nobody)).size, file.size);
    }
    const acts = (await desk.engine.history(received.case)).map(({ act }) => act);
    assert.equal(acts.filter((act) => act === "file:view").length, 3);
  });

  it("are sent on where a report was stopped by its line, without sending anything twice", async () => {
    const file = fileOf(5 * MIB, "long.bin");
    const writing = await reporting();
    await writing.newCode();
    let left = 3;
    const sent: string[] = [];
    between = (method, path) => {
      if (method !== "PUT") return null;
      if (--left < 0) return "lost";
      sent.push(path);
      return null;
    };
    await assert.rejects(writing.submit(written, [file], nobody), { name: "Unreachable" });
    left = Infinity;
    const away = [503, 503];
    const before = between;
    between = (method, path) => {
      const status = method === "PUT" ? away.shift() : undefined;
      if (status === undefined) return before(method, path);
      return new Response('{"type":"urn:reporting:problem:store-unavailable"}', { status, headers: { "Content-Type": "application/problem+json" } });
    };
    await writing.submit(written, [file], nobody);
    between = () => null;
    assert.equal(new Set(sent).size, sent.length);
    assert.equal(sent.length, 6);
  });

  it("are sent anew, and the report with them, where the service has lost them before it was filed", async () => {
    const writing = await reporting();
    const { words } = await writing.newCode();
    const gone = [new Response('{"type":"urn:reporting:problem:upload-unusable","pointer":"/uploads/0"}', { status: 409, headers: { "Content-Type": "application/problem+json" } })];
    const begun: string[] = [];
    between = (method, path) => {
      if (method === "POST" && path === "/api/uploads") begun.push(path);
      return method === "POST" && path === "/api/reports" ? (gone.shift() ?? null) : null;
    };
    const file = fileOf(100_000, "lost.bin");
    const received = await writing.submit(written, [file], nobody);
    between = () => null;
    assert.equal(begun.length, 2);
    const reader = await mailbox(words.join(" "));
    const [shown] = await reader.readMailbox(nobody);
    const [only] = shown === undefined ? [] : filesOf(shown);
    assert.ok(only);
    assert.deepEqual(await bytesOf(await reader.openFile(received.case, only.entry, 0, nobody)), await bytesOf(file.content));
  });

  for (const kind of [CHROMIUM, FIREFOX, NO_WASM]) {
    it(`of many megabytes are sealed by several workers in ${kind.name}, over a line that breaks`, { skip: skipReason(kind) }, async () => {
      let verdict: (request: string) => Verdict = () => "pass";
      const front: Front = await startFront(service.intake, (request) => verdict(request));
      const open = await openBrowser(kind);
      const content = randomBytes(10 * MIB + 123);
      let code = "";
      try {
        let broken = 0;
        verdict = (request) => (request.startsWith("PUT ") && ++broken % 5 === 2 ? "break" : "pass");
        await usingForm(open.browser, `${front.address}/en/report/procurement`, async (page) => {
          await type(page, "#q-account", ACCOUNT);
          await touch(page, ".to-files");
          await pick(page, [given("large.bin", content)]);
          await cardAt(page, 0);
          await touch(page, ".agree");
          await touch(page, ".only");
          await touch(page, ".send");
          await page.waitForSelector(".receipt", { timeout: 120_000 });
          code = (await shownCode(page)).words.join(" ");
        });
        assert.ok(broken > 10);
        assert.ok(front.seen.some((request) => request.includes("seal-worker")));
      } finally {
        await open.close();
        front.close();
      }
      const reader = await mailbox(code);
      const [shown] = await reader.readMailbox(nobody);
      const [file] = shown === undefined ? [] : filesOf(shown);
      assert.ok(shown !== undefined && file !== undefined);
      const opened = await bytesOf(await reader.openFile(shown.case, file.entry, file.place, nobody));
      assert.ok(Buffer.from(opened).equals(content));
    });
  }
});
