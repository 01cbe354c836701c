/** Parts of the desk that decide something, without a browser. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { NONE, count, isOverdue, matches } from "../../reporting/browser/src/desk/filters.ts";
import { idleState } from "../../reporting/browser/src/desk/idle.ts";
import { Notice } from "../../reporting/browser/src/desk/notice.ts";
import { dueWords } from "../../reporting/browser/src/desk/inbox_list.ts";
import { languageName } from "../../reporting/browser/src/ui/translation_words.ts";
import { concerns, isClear } from "../../reporting/browser/src/desk/reply_check.ts";
import { caseAddress, identityAddress, routeOf } from "../../reporting/browser/src/desk/router.ts";
import { replyTemplates } from "../../reporting/browser/src/desk/templates.ts";
import { statusWords } from "../../reporting/browser/src/ui/status_words.ts";
import type { InboxLine } from "../../reporting/browser/src/workers/desk_api.ts";

const NOW = "2026-11-26";

function line(changes: Partial<InboxLine> = {}): InboxLine {
  return {
    ...{ case: "00".repeat(16), channel: "procurement", received: "2026-11-20", status: "received", clocks: [], nextDue: "2026-11-27" },
    ...{ granted: true, opened: true, summary: "", tags: [], draft: false, asked: false, assignee: null, danger: false, urgent: null, unreadSince: null },
    ...changes,
  };
}

describe("the idle watch", () => {
  it("warns a minute before it locks, and with short limits halfway", () => {
    assert.deepEqual(idleState(539, 600), { state: "in-use" });
    assert.deepEqual(idleState(540, 600), { state: "warning", left: 60 });
    assert.deepEqual(idleState(600, 600), { state: "over" });
    assert.deepEqual(idleState(30, 60), { state: "warning", left: 30 });
  });
});

describe("a notice", () => {
  it("goes after a while, later where it can be taken back, and not while somebody is at it", ({ mock }) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let inUse = false;
    const notice = new Notice(() => undefined, String, () => inUse);
    const left = (seconds: number): string => {
      mock.timers.tick(seconds * 1_000);
      return notice.text;
    };
    notice.say("Sent.");
    assert.deepEqual([left(11), left(1)], ["Sent.", ""]);
    notice.say("Assigned.", () => Promise.resolve());
    assert.deepEqual([left(19), left(1)], ["Assigned.", ""]);
    notice.say("Sent.");
    inUse = true;
    assert.equal(left(60), "Sent.");
    inUse = false;
    assert.equal(left(2), "");
    notice.fail("It failed.");
    assert.equal(left(60), "It failed.");
  });
});

describe("addresses of the desk", () => {
  it("are read back, and others are none", () => {
    const id = "ab".repeat(16);
    assert.deepEqual(routeOf(caseAddress(id)), { at: "case", id });
    assert.deepEqual(routeOf("/desk/"), { at: "inbox" });
    assert.deepEqual(routeOf("/desk/overview"), { at: "overview" });
    assert.deepEqual(routeOf(identityAddress(id)), { at: "identity", id });
    assert.deepEqual(routeOf("/desk/identity"), { at: "identities" });
    for (const path of ["/desk/cases/1", `/desk/cases/${id}/x`, "/deskx", "/en/report"]) assert.deepEqual(routeOf(path), { at: "nowhere" });
  });
});

describe("the language of a report", () => {
  it("is named where it is one, and breaks nothing where a report says anything else", () => {
    assert.equal(languageName("fr"), "French");
    for (const code of ["!!", "<b>", "x".repeat(9_000), "\u202een"]) assert.equal(languageName(code), null, code);
  });
});

describe("words of a server", () => {
  it("that are not known show their controls of direction", () => {
    assert.equal(statusWords("closed\u202e"), "closed⟨U+202E⟩");
    assert.equal(statusWords("closed"), "closed");
  });
});

describe("filters", () => {
  it("must all hold, and an empty set asks for nothing", () => {
    const late = line({ nextDue: "2026-11-25", assignee: "intake" });
    assert.ok(isOverdue(late, NOW) && !isOverdue(line({ nextDue: NOW }), NOW));
    assert.ok(matches(late, NONE, "intake", NOW));
    assert.ok(matches(late, { ...NONE, marks: new Set(["overdue", "mine"]) }, "intake", NOW));
    assert.ok(!matches(late, { ...NONE, marks: new Set(["overdue", "unassigned"]) }, "intake", NOW));
    assert.ok(!matches(late, { ...NONE, statuses: new Set(["closed"]) }, "intake", NOW));
  });

  it("count each sort, and do not offer a closed case to be taken", () => {
    const lines = [line({ nextDue: "2026-11-25" }), line({ opened: false }), line({ status: "closed", nextDue: null }), line({ draft: true, asked: true, nextDue: "2027-01-01" })];
    const { all, soon, marks, statuses } = count(lines, "intake", NOW);
    assert.deepEqual([all, soon, marks, statuses.get("closed")], [4, 1, { overdue: 1, mine: 0, unassigned: 3, unopened: 1, asked: 1, drafts: 1 }, 1]);
  });
});

describe("what is due, in words", () => {
  it("is said by how late or how soon", () => {
    const due = (day: string | null): string => dueWords({ ...line(), nextDue: day, clocks: day === null ? [] : [{ name: "feedback", due: day, done: null }] }, NOW).words;
    assert.deepEqual(
      ["2026-11-20", "2026-11-25", NOW, "2026-11-27", "2026-12-26", null].map(due),
      ["6 days overdue", "one day overdue", "due today", "due tomorrow", "due in 30 days", "nothing due"],
    );
  });
});

describe("the check before a reply", () => {
  it("asks only about questions and places left open", () => {
    assert.ok(isClear(concerns("We have read your report.")));
    assert.deepEqual(concerns("Is it still going on?"), { question: [], open: [], repeats: [] });
    assert.equal(concerns("What is your position, and how do you know?").question?.length, 2);
    assert.equal(concerns("متى رأيت ذلك؟").question?.length, 0);
    assert.deepEqual(concerns("You hear from us by [day].").open, ["[day]"]);
  });

  it("finds days and words in a row that stand in the report, and nothing that is shorter", () => {
    const told = ["On 14 March 2026 the crane was sold to the brother of the harbor master.", "Seen on 2026-03-20."];
    const repeats = (text: string): readonly string[] => concerns(text, told).repeats;
    assert.deepEqual(repeats("We heard that the crane was sold to the brother of the harbor master, as you say."), ["the crane was sold to the"]);
    assert.deepEqual(repeats("Thank you for what happened on 14 March, and on 2026-03-20."), ["14 March", "2026-03-20"]);
    assert.deepEqual(repeats("The crane was sold. We look into 15 March."), []);
    assert.deepEqual(concerns("the crane was sold to the brother").repeats, []);
    assert.ok(!isClear(concerns("The Crane, was sold to the brother!", told)));
  });

  it("finds every place that the templates leave open", () => {
    for (const { text } of replyTemplates()) assert.ok(concerns(text).open.length > 0);
  });
});
