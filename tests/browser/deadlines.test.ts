/** Deadlines as the server counts them: vectors that tests/unit/profiles/test_deadlines.py writes and holds true. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";

import { advanced } from "../../reporting/browser/src/client/clocks.ts";
import { type Deadlines, acknowledgeBy, addMonths, easter, feedbackBy } from "../../reporting/browser/src/profiles/deadlines.ts";

interface Row {
  readonly profile: string;
  readonly received: string;
  readonly acknowledge: string;
  readonly feedback: string;
  readonly acknowledged: Readonly<Record<string, string>>;
}

const { profiles, rows, years } = JSON.parse(readFileSync(path.resolve("../../tests/unit/profiles/feedback.json"), "utf8")) as {
  readonly profiles: Readonly<Record<string, Deadlines>>;
  readonly rows: readonly Row[];
  readonly years: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** What the server's `digest` makes of a year, made here. */
function digest(profile: Deadlines, year: number): string {
  const lines = createHash("sha256");
  const date = new Date(Date.UTC(year, 0, 1));
  const next = (): string => {
    date.setUTCDate(date.getUTCDate() + 1);
    return date.toISOString().slice(0, 10);
  };
  for (let received = date.toISOString().slice(0, 10); received.startsWith(year.toString()); received = next()) {
    const later = new Date(date);
    later.setUTCDate(date.getUTCDate() + date.getUTCDate());
    const started = [{ name: "acknowledge", due: acknowledgeBy(profile, received), done: null }, { name: "feedback", due: feedbackBy(profile, received), done: null }] as const;
    const [, feedback] = advanced(started, { kind: "report", from: "received", to: "acknowledged" }, later.toISOString().slice(0, 10));
    lines.update(`${received} ${started[0].due} ${started[1].due} ${feedback?.due ?? ""}\n`);
  }
  return lines.digest("hex");
}

describe("deadlines", () => {
  it("end months where they end", () => {
    assert.equal(addMonths("2026-11-30", 3), "2027-02-28");
    assert.equal(addMonths("2027-11-30", 3), "2028-02-29");
    assert.equal(addMonths("2026-10-31", 2), "2026-12-31");
    assert.equal(addMonths("2026-12-01", 3), "2027-03-01");
  });

  it("know when Easter is", () => {
    const known = ["1818-03-22", "1943-04-25", "2024-03-31", "2026-04-05", "2038-04-25", "2285-03-22"];
    assert.deepEqual(known.map((day) => easter(Number(day.slice(0, 4)))), known);
  });

  it("are those of the server when a report has just arrived", () => {
    assert.ok(rows.length > 80);
    for (const { profile, received, acknowledge, feedback } of rows) {
      const found = profiles[profile];
      assert.ok(found);
      assert.deepEqual([acknowledgeBy(found, received), feedbackBy(found, received)], [acknowledge, feedback], `${profile}, ${received}`);
    }
  });

  it("are those of the server on every day of sixteen years, by every profile", () => {
    for (const [name, known] of Object.entries(years)) {
      const profile = profiles[name];
      assert.ok(profile);
      const found = Object.fromEntries(Object.keys(known).map((year) => [year, digest(profile, Number(year))]));
      assert.deepEqual(found, known, name);
    }
    assert.deepEqual(Object.keys(years), Object.keys(profiles));
  });

  it("are those of the server once it is acknowledged, without its profile", () => {
    for (const { profile, received, acknowledge, feedback, acknowledged } of rows) {
      for (const [day, then] of Object.entries(acknowledged)) {
        const started = [{ name: "acknowledge", due: acknowledge, done: null }, { name: "feedback", due: feedback, done: null }];
        assert.equal(advanced(started, { kind: "report", from: "received", to: "acknowledged" }, day)[1]?.due, then, `${profile}: received ${received}, acknowledged ${day}`);
      }
    }
  });
});
