/** The second person's signature, before somebody confirms what was proposed. How readers judge it is in the vectors. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { HeldCase } from "../../reporting/browser/src/client/cases.ts";
import type { MemberSession } from "../../reporting/browser/src/client/member.ts";
import { toConfirm } from "../../reporting/browser/src/client/proposals.ts";
import { secondBody, signSecond } from "../../reporting/browser/src/protocol/second.ts";
import { SigningKey } from "../../reporting/browser/src/protocol/signing.ts";

const REASON = "She wrote the invoice herself, and says so.";
const ENTRY = { id: "a".repeat(32), case: "b".repeat(32), date: "2026-11-23" };

describe("what was proposed", () => {
  it("is confirmed only with its author's signature for exactly what the reporter will read", () => {
    const key = SigningKey.generate();
    const directory = { version: 1, authorKeys: () => [{ publicKey: key.public, standing: "member" }] };
    const session = { member: "m2", site: { directory } } as unknown as MemberSession;
    const proposed = { case: ENTRY.case, status: "", what: "knowingly-false", reason: REASON, appeal: "" } as const;
    const second = secondBody(signSecond(proposed, { member: "m1", directory: 1, date: ENTRY.date }, key));
    const confirming = (answers: object, may = true) => () => {
      const entry = { ...ENTRY, kind: "protection", audience: "team", author: "m1", body: { form: "finding-1", answers: { finding: "knowingly-false", status: "", reason: REASON, second, ...answers } } };
      const facts = { case: ENTRY.case, channel: "procurement", status: null, entries: [{ served: { id: "e" }, entry }] };
      const found = { opened: { view: { facts, authentic: () => [] } } } as unknown as HeldCase;
      const refusal = { id: "p", entry: "e", by: "m1", state: "proposed" };
      return toConfirm(session, found, [refusal], "p", { form: "finding-1", what: "knowingly-false", may: (member) => may || member !== "m2" });
    };
    assert.deepEqual(confirming({})(), { reason: REASON, appeal: "", confirmed: { id: "p", proposal: ENTRY.id, second } });
    for (const answers of [{ second: null }, { second: { ...second, member: "m3" } }, { reason: "She says so." }, { reason: `${REASON} .` }, { appeal: "Write." }]) {
      assert.throws(confirming(answers), /lacks its author's signature/);
    }
    assert.throws(confirming({}, false), /Your role/);
  });
});
