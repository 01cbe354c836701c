/** The second person's signature, before somebody confirms what was proposed. How readers judge it is in the vectors. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { HeldCase } from "../../reporting/browser/src/client/cases.ts";
import type { MemberSession } from "../../reporting/browser/src/client/member.ts";
import { type ToConfirm, toConfirm } from "../../reporting/browser/src/client/proposals.ts";
import type { OpenedCase } from "../../reporting/browser/src/client/served.ts";
import type { ShownStatus } from "../../reporting/browser/src/client/shown.ts";
import { showCase } from "../../reporting/browser/src/client/showing.ts";
import type { Directory } from "../../reporting/browser/src/protocol/directory.ts";
import type { JsonObject } from "../../reporting/browser/src/protocol/encoding.ts";
import type { Entry } from "../../reporting/browser/src/protocol/entry.ts";
import { CaseView, type EntryView, type SealedCase } from "../../reporting/browser/src/protocol/thread.ts";
import { lastStatuses } from "../../reporting/browser/src/protocol/thread_order.ts";
import { Roles } from "../../reporting/browser/src/protocol/thread_roles.ts";
import { aloneIf, signedAlone } from "../../reporting/browser/src/protocol/thread_two.ts";
import { foundWords } from "../../reporting/browser/src/ui/found_words.ts";
import { outcomeWords } from "../../reporting/browser/src/ui/status_words.ts";
import { secondBody, signSecond } from "../../reporting/browser/src/protocol/second.ts";
import { SigningKey } from "../../reporting/browser/src/protocol/signing.ts";

const REASON = "She wrote the invoice herself, and says so.";
const ENTRY = { id: "a".repeat(32), case: "b".repeat(32), date: "2026-11-23" };

/** What a page shows of a status that Ada signed. */
function shownOf(body: JsonObject): ShownStatus | null {
  const entry = { ...ENTRY, kind: "status", audience: "reporter", author: "ada", epoch: 0, directory: 1, prev: [], attachments: [], body } as unknown as Entry;
  const served = { id: "e", audience: "reporter", day: ENTRY.date, sealed: null, sha256: new Uint8Array(32) } as const;
  const view = { served, state: "authentic", entry, standing: "member", reason: null } as const;
  const directory = { channels: [], former: [], member: () => null } as unknown as Directory;
  const sealed: SealedCase = { case: ENTRY.case, channel: "", epochs: [], status: "", entries: [], outcome: null };
  const facts = { ...CaseView.withheld(sealed, []).facts, entries: [view], status: entry };
  const judged = new CaseView({ ...facts, alone: signedAlone([view], new Roles(directory, undefined, [], () => false), true) });
  const opened = { served: { recipient: "", clocks: [], acknowledgements: new Map() }, acknowledged: new Map(), view: judged } as unknown as OpenedCase;
  return showCase(opened, { directory, reader: "reporter", language: "en", questionnaires: new Map() }).status;
}

describe("what looks like words that need two", () => {
  it("is never shown as those", () => {
    const base = { reason: REASON, appeal: "Write." };
    for (const finding of [["knowingly-false"], "knowingly false", "Knowingly-false", "knowingly-false\u200b", { "": "knowingly-false" }, 0]) {
      const status = shownOf({ ...base, status: "closed", finding });
      assert.deepEqual([status?.finding, status?.alone], ["unknown", ["finding"]]);
      assert.equal(foundWords(status?.finding ?? ""), "a finding that this program does not know");
    }
    for (const outcome of [["refused"], "Refused", "refused\u00ad", true]) {
      const status = shownOf({ ...base, status: "decided", outcome });
      assert.deepEqual([status?.outcome, status?.alone], ["unknown", ["refusal"]]);
      assert.equal(outcomeWords(status?.outcome ?? ""), "an outcome that this program does not know");
    }
    assert.deepEqual(shownOf({ ...base, status: "closed", outcome: "refused" })?.alone, ["refusal"]);
    const plain = shownOf({ ...base, status: "closed", finding: null, outcome: "" });
    assert.deepEqual([plain?.finding, plain?.outcome, plain?.alone], ["", "", []]);
    assert.equal(shownOf({ ...base, status: "decided", outcome: "granted" })?.outcome, "granted");
  });
});

describe("statuses signed at once", () => {
  it("stand in the order of the thread where neither day nor id tells, as they do in Python", () => {
    const view = (author: string, place: number): EntryView => ({
      served: { id: author, audience: "reporter", day: ENTRY.date, sealed: null, sha256: new Uint8Array(32).fill(place) },
      state: "authentic",
      entry: { ...ENTRY, kind: "status", audience: "reporter", author, prev: [], body: { status: "closed" } } as unknown as Entry,
      standing: "member",
      reason: null,
    });
    for (const authors of [["ada", "bea", "ivo"], ["ivo", "bea", "ada"]]) {
      assert.deepEqual(lastStatuses(authors.map(view)).map(({ author }) => author), authors);
    }
  });
});

/** A case with a proposal by m1 that m2 is asked to confirm, at the directory's version 2. */
class Asked {
  readonly key = SigningKey.generate();
  readonly own = SigningKey.generate();
  entries: EntryView[] = [this.view("f", { kind: "report", author: "reporter", body: {} })];

  view(letter: string, entry: Partial<Entry>, served = letter): EntryView {
    const full = { ...ENTRY, id: letter.repeat(32), epoch: 0, directory: 1, audience: "reporter", prev: [], attachments: [], ...entry } as unknown as Entry;
    const sealed = { id: served, audience: full.audience, day: full.date, sealed: new Uint8Array(), sha256: new Uint8Array(32).fill(letter.charCodeAt(0)) };
    return { served: sealed, state: "authentic", entry: full, standing: "member", reason: null };
  }

  /** Confirms what m1 proposed under `status` and signed at `directory`. */
  confirm(answers: object = {}, may = true, { status = "", signedAt = 1, mine = this.own } = {}): ToConfirm {
    const roles = new Map([["intake", ["m1", "m2"]]]);
    const key = (member: string): SigningKey => (member === "m1" ? this.key : mine);
    const directory = { version: 2, former: [], channels: [{ id: "procurement", roles }], authorKeys: (member: string) => [{ publicKey: key(member).public, standing: "member" }] } as unknown as Directory;
    const said = { case: ENTRY.case, status, what: "knowingly-false", reason: REASON, appeal: "" } as const;
    const second = secondBody(signSecond(said, { member: "m1", directory: signedAt, date: ENTRY.date }, this.key));
    const body = { form: "finding-1", answers: { finding: "knowingly-false", status, reason: REASON, second, ...answers } } as JsonObject;
    const views = [...this.entries, this.view("a", { kind: "protection", audience: "team", author: "m1", body }, "e")];
    const sealed: SealedCase = { case: ENTRY.case, channel: "procurement", epochs: [], status: "", entries: [], outcome: null };
    const standing = lastStatuses(views);
    const facts = { ...CaseView.withheld(sealed, []).facts, entries: views, status: standing.at(-1) ?? null, otherStatuses: standing.slice(0, -1) };
    const view = new CaseView({ ...facts, aloneIf: aloneIf(views, new Roles(directory, "procurement", [], () => false)) });
    const session = { member: "m2", author: { id: "m2", key: mine }, site: { directory, today: ENTRY.date } } as unknown as MemberSession;
    const refusal = { id: "p", entry: "e", by: "m1", state: "proposed" };
    return toConfirm(session, { opened: { view } } as unknown as HeldCase, [refusal], "p", { form: "finding-1", what: "knowingly-false", may: (member) => may || member !== "m2" });
  }
}

describe("what was proposed", () => {
  it("is confirmed only with its author's signature for exactly what the reporter will read", () => {
    const asked = new Asked();
    assert.equal(asked.confirm().reason, REASON);
    assert.equal(asked.confirm().confirmed.proposal, ENTRY.id);
    for (const answers of [{ second: null }, { second: { member: "m3" } }, { reason: "She says so." }, { reason: `${REASON} .` }, { appeal: "Write." }]) {
      assert.throws(() => asked.confirm(answers), /lacks its author's signature/);
    }
    assert.throws(() => asked.confirm({}, false), /Your role/);
  });

  it("is not confirmed where everybody would read that one person only signed it", () => {
    const alone = /Everybody would read/;
    const asked = new Asked();
    assert.throws(() => asked.confirm({}, true, { mine: asked.key }), alone, "one key under two names");
    const first = asked.entries[0]?.served.sha256 ?? new Uint8Array();
    const status = { kind: "status", author: "m2", directory: 2, prev: [first], body: { status: "acknowledged" } };
    asked.entries.push(asked.view("c", status));
    const under = { status: "c".repeat(32) };
    assert.equal(asked.confirm({}, true, { ...under, signedAt: 2 }).reason, REASON);
    assert.throws(() => asked.confirm({}, true, under), alone, "an older directory than the status that stands");
    asked.entries.push(asked.view("b", { ...status, author: "m1", id: "c".repeat(32) }));
    assert.throws(() => asked.confirm({}, true, { ...under, signedAt: 2 }), alone, "another status of the same id");
  });
});
