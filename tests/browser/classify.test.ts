/** Classifications for the figures: by both languages alike, by engine, and in a browser what people see and press. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import * as classes from "../../reporting/browser/src/protocol/classes.ts";
import { utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { parseContent } from "../../reporting/browser/src/protocol/entry_content.ts";
import { Malformed } from "../../reporting/browser/src/protocol/errors.ts";
import { checkForm } from "../../reporting/browser/src/protocol/thread_judge.ts";

interface Cases {
  readonly lists: Readonly<Record<string, readonly (readonly (string | null)[])[]>>;
  readonly codes: classes.Classification;
  readonly taken: readonly object[];
  readonly refused: readonly (readonly [string, object])[];
  readonly record: classes.BagRecord;
  readonly record_refused: readonly (readonly [string, object])[];
}

const KNOWN = JSON.parse(await readFile(path.resolve("../../tests/unit/protocol/classes.json"), "utf8")) as Cases;

function merged(base: object, change: object): never {
  return { ...base, ...change } as never;
}

function without(whole: object, left: string): never {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== left)) as never;
}

describe("what is signed of a classification", () => {
  it("has the lists that the server's side has", () => {
    const listed = <T extends string>(ids: readonly T[], words: Readonly<Record<T, string>>): [string, string][] => ids.map((id) => [id, words[id]]);
    assert.deepEqual(
      {
        offences: classes.OFFENCES.map(([uncac, iccs]) => [uncac, iccs, classes.OFFENCE_WORDS.get(classes.offenceKey({ uncac, iccs }))]),
        modifiers: listed(classes.MODIFIERS, classes.MODIFIER_WORDS),
        sectors: listed(classes.SECTORS, classes.SECTOR_WORDS),
        levels: listed(classes.LEVELS, classes.LEVEL_WORDS),
        stages: listed(classes.STAGES, classes.STAGE_WORDS),
        bands: listed(classes.BANDS, classes.BAND_WORDS),
        outcomes: listed(classes.OUTCOMES, classes.OUTCOME_WORDS),
      },
      KNOWN.lists,
    );
    assert.equal(classes.OFFENCE_WORDS.size, classes.OFFENCES.length);
  });

  it("is judged as the server's side judges it", () => {
    const at = (pointer: string) => (error: unknown) => error instanceof Malformed && error.pointer === pointer;
    for (const change of KNOWN.taken) assert.deepEqual(classes.checkCodes(merged(KNOWN.codes, change)), { ...KNOWN.codes, ...change });
    for (const [pointer, change] of KNOWN.refused) assert.throws(() => classes.checkCodes(merged(KNOWN.codes, change)), at(pointer), JSON.stringify(change));
    for (const [pointer, change] of KNOWN.record_refused) assert.throws(() => classes.checkRecord(merged(KNOWN.record, change)), at(pointer), JSON.stringify(change));
    for (const left of Object.keys(KNOWN.codes)) assert.throws(() => classes.checkCodes(without(KNOWN.codes, left)), Malformed, left);
    for (const left of Object.keys(KNOWN.record)) assert.throws(() => classes.checkRecord(without(KNOWN.record, left)), Malformed, left);
    assert.throws(() => classes.checkCodes(undefined), Malformed);
  });

  it("is counted without case, author and day", () => {
    const record = classes.recordOf(KNOWN.codes, "report");
    assert.deepEqual(record, KNOWN.record);
    assert.deepEqual(classes.checkRecord(record as never), record);
  });

  it("is not authentic where it says something else, whoever signed it", () => {
    const entry = { v: 1, id: "a".repeat(32), case: "b".repeat(32), epoch: 0, directory: 1, date: "2026-11-23", prev: [], attachments: [], kind: "classification", audience: "team", author: "m1" };
    const written = (scheme: string, codes: object) => () => { checkForm(parseContent(utf8(JSON.stringify({ ...entry, body: { scheme, codes } })))); };
    written("offence/1", KNOWN.codes)();
    written("offence/2", {})();
    assert.throws(written("offence/1", {}), Malformed);
    assert.throws(written("offence/1", { ...KNOWN.codes, case: "b".repeat(32) }), Malformed);
  });
});
