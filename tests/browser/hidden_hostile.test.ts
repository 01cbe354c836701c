/** Files that lie about themselves: the answer is a cleaned file or a clear refusal, soon, and never half a file. */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import fc from "fast-check";

import { clean, inspect } from "../../reporting/browser/src/hidden/index.ts";
import { CannotClean } from "../../reporting/browser/src/hidden/types.ts";

const FOLDER = path.resolve("../../tests/fixtures/hidden");
const PATIENCE = 5_000;

type Data = Uint8Array<ArrayBuffer>;

/** Cleans; what came of it, or null where it was refused. Anything else than a refusal fails the test. */
async function cleaned(data: Data, name: string): Promise<Data | null> {
  const begun = performance.now();
  try {
    const file = new Blob([data]);
    const { findings, notes } = await inspect(file, name);
    for (const { value } of findings) assert.ok(value.length <= 400 && !value.includes("\n"));
    for (const note of notes) assert.ok(note.length > 0);
    const { content } = await clean(file, name);
    return new Uint8Array(await content.arrayBuffer());
  } catch (error) {
    if (error instanceof CannotClean) {
      // Formats of our own say why; that "looking failed" is for what libraries throw.
      if (!/\.(?:pdf|docx|xlsx|pptx|od[tsp])$/u.test(name)) assert.doesNotMatch(error.message, /failed/u);
      return null;
    }
    throw error;
  } finally {
    assert.ok(performance.now() - begun < PATIENCE, `${name} took too long`);
  }
}

/** A few changes: single bytes, four bytes that are lengths where lengths stand, parts cut out, twice, or swapped. */
const changes = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    what: fc.oneof(
      fc.record({ kind: fc.constant("set" as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
      fc.record({ kind: fc.constant("set" as const), bytes: fc.constantFrom(...lengths()) }),
      fc.record({ kind: fc.constantFrom("cut" as const, "repeat" as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

function lengths(): Data[] {
  const numbers = [0, 1, 2, 7, 8, 0x7fffffff, 0xffffffff, 0x80000000, 0xffff];
  return numbers.flatMap((number) => {
    const bytes = Uint8Array.of(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);
    return [bytes, bytes.slice().reverse()];
  });
}

function changed(data: Data, list: typeof changes extends fc.Arbitrary<infer T> ? T : never): Data {
  let bytes = [...data];
  for (const { at, what } of list) {
    const place = Math.floor(at * bytes.length);
    const length = what.bytes.length;
    if (what.kind === "set") bytes.splice(place, length, ...what.bytes);
    else if (what.kind === "cut") bytes.splice(place, length);
    else bytes = [...bytes.slice(0, place + length), ...bytes.slice(place)];
  }
  return Uint8Array.from(bytes);
}

const names = (await readdir(FOLDER)).sort();

describe("a file that was tampered with", () => {
  for (const name of names) {
    it(`${name}, cut short, is refused or cleaned`, async () => {
      const data = new Uint8Array(await readFile(path.join(FOLDER, name)));
      for (let part = 0; part < 24; part++) await cleaned(data.slice(0, Math.floor((data.length * part) / 24)), name);
    });

    it(`${name}, changed anywhere, is refused or cleaned`, async () => {
      const data = new Uint8Array(await readFile(path.join(FOLDER, name)));
      await fc.assert(
        fc.asyncProperty(changes, async (list) => {
          await cleaned(changed(data, list), name);
        }),
        { numRuns: 60 },
      );
    });

    it(`${name}, cleaned twice, is the same as cleaned once`, async () => {
      const data = new Uint8Array(await readFile(path.join(FOLDER, name)));
      const once = await cleaned(data, name);
      if (once !== null) assert.deepEqual(await cleaned(once, name), once);
    });
  }
});
