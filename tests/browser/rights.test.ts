/** The reporter's rights inside a case, and those of persons concerned: by engine for the rules, in a browser for what people see. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { parseContent } from "../../reporting/browser/src/protocol/entry_content.ts";
import { Malformed, NotAuthentic, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { checkForm } from "../../reporting/browser/src/protocol/thread_judge.ts";
import { type Filed, Scene } from "./desk_scene.ts";
import { startService } from "./service.ts";

const REASON = "She wrote the invoice herself, and says so.";
const ENTRY = { v: 1, id: "a".repeat(32), case: "b".repeat(32), epoch: 0, directory: 1, date: "2026-11-23", prev: [], attachments: [] };

/** Judges the form of an entry as if its signature held. */
function judge(kind: string, audience: string, author: string, body: object): void {
  checkForm(parseContent(utf8(JSON.stringify({ ...ENTRY, kind, audience, author, body }))));
}

describe("rights", () => {
  let scene: Scene;

  before(async () => {
    scene = new Scene(await startService());
  });
  after(() => scene.service.stop());

  /** A report that two members have open. */
  async function shared(): Promise<Filed> {
    const filed = await scene.file("They share the contracts among them.");
    const first = await scene.at("intake");
    await first.engine.openCase(filed.case);
    await first.engine.grant(filed.case, "investigator", false);
    return filed;
  }

  describe("what is found", () => {
    it("is told to the reporter alone, sealed", async () => {
      const filed = await shared();
      const { engine, sent } = await scene.at("intake");
      const bodies: string[] = [];
      const desk = await scene.at("intake");
      desk.intercept = (address, body, send) => { bodies.push(body); return address === "" ? send() : null; };
      const closed = await engine.changeStatus(filed.case, "closed", "Two firms agreed on prices.", { finding: "mistaken" });
      assert.ok(sent.length > 0);
      assert.doesNotMatch(bodies.join(), /mistaken|finding/);
      assert.deepEqual([closed.status?.finding, closed.status?.alone, closed.server.differs], ["mistaken", false, false]);
      assert.deepEqual((await scene.mailbox(filed)).status?.finding, "mistaken");
    });

    it("needs two where it says that a report was knowingly false", async () => {
      const filed = await shared();
      const [first, second] = [await scene.at("intake"), await scene.at("investigator")];
      await assert.rejects(first.engine.changeStatus(filed.case, "closed", REASON, { finding: "knowingly-false" }), Refused);
      await assert.rejects(first.engine.protect(filed.case, { type: "propose-finding", reason: " " }), Malformed);
      const proposed = await first.engine.protect(filed.case, { type: "propose-finding", reason: REASON });
      const finding = proposed.findings[0]?.id ?? "";
      await assert.rejects(first.engine.protect(filed.case, { type: "confirm-finding", finding }), Refused);
      assert.doesNotMatch(JSON.stringify(await scene.mailbox(filed)), /invoice/);
      await second.engine.openCase(filed.case);
      const confirmed = await second.engine.protect(filed.case, { type: "confirm-finding", finding });
      const seen = [confirmed, await first.engine.openCase(filed.case), await scene.mailbox(filed)];
      for (const { status } of seen) assert.deepEqual([status?.status, status?.finding, status?.reason, status?.alone], ["closed", "knowingly-false", REASON, false]);
    });

    it("confirms no proposal from before another status, nor one by somebody else than the server says", async () => {
      const filed = await shared();
      const [first, second] = [await scene.at("intake"), await scene.at("investigator")];
      const proposed = await first.engine.protect(filed.case, { type: "propose-finding", reason: REASON });
      const finding = proposed.findings[0]?.id ?? "";
      second.spoil = (address, body) => (address.endsWith(filed.case) ? body.replace('"proposed_by":"intake"', '"proposed_by":"break-glass"') : null);
      await second.engine.openCase(filed.case);
      await assert.rejects(second.engine.protect(filed.case, { type: "confirm-finding", finding }), Refused);
      await first.engine.changeStatus(filed.case, "acknowledged", "");
      second.spoil = (address, body) => (address.endsWith(filed.case) ? body.replace('"state":"lapsed"', '"state":"proposed"') : null);
      assert.equal((await second.engine.openCase(filed.case)).findings[0]?.state, "proposed");
      await assert.rejects(second.engine.protect(filed.case, { type: "confirm-finding", finding }), Refused);
    });

    it("is proposed by a member for the team alone", () => {
      const body = { form: "finding-1", answers: {} };
      for (const [audience, author] of [["reporter", "m1"], ["reporter", "reporter"]] as const) {
        assert.throws(() => { judge("protection", audience, author, body); }, NotAuthentic);
      }
      judge("protection", "team", "m1", body);
    });
  });
});
