/** Marks in texts that nobody sees, and that tell whose copy of a text was passed on. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { clean, inspect } from "../../reporting/browser/src/hidden/index.ts";

async function cleaned(text: string | Uint8Array<ArrayBuffer>, name = "memo.txt"): Promise<string> {
  const { content } = await clean(new Blob([text]), name);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await content.arrayBuffer());
}

async function told(text: string | Uint8Array<ArrayBuffer>, name = "memo.txt"): Promise<{ values: string[]; cleaning: string; notes: string }> {
  const { findings, cleaning, notes } = await inspect(new Blob([text]), name);
  return { values: findings.map(({ value }) => value), cleaning, notes: notes.join(" ") };
}

describe("marks that nobody sees", () => {
  it("are told and removed", async () => {
    const marked = "The\u200b plan\u200c of\u2060 May\u{e0041} is\u00ad here\ufeff.\u202e \u2062x\ufe01 \nEnd\u2009of\u00a0it\t \n";
    const { values, cleaning, notes } = await told(marked);
    assert.equal(cleaning, "full");
    for (const mark of ["U+200B × 1", "U+200C × 1", "U+2060 × 1", "U+E0041 × 1", "U+00AD × 1", "U+FEFF × 1", "U+202E × 1", "U+2009 × 1", "U+0020 ↵ × 2"]) assert.ok(values.includes(mark), mark);
    assert.match(notes, /which copy/u);
    assert.equal(await cleaned(marked), "The plan of May is here. x\nEnd of it\n");
  });

  it("are not seen in a text without", async () => {
    for (const text of ["A plan.\nOf May.\n", "\ufeffA plan.\r\nOf May.\r\n", "Grüße, Zoë 👨‍👩‍👧 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} ❤️\n", "  indented\n\ttoo\n"]) {
      const { values, cleaning, notes } = await told(text);
      assert.deepEqual([values, cleaning], [[], "full"]);
      assert.doesNotMatch(notes, /nobody sees/u);
      assert.equal(await cleaned(text), text);
    }
  });

  it("stay where a language needs them, which is said", async () => {
    for (const text of ["می\u200cخواهم\n", "क्\u200dष\n", "שלום\u200f!\n", "ภาษา\u200bไทย\n"]) {
      const { values, cleaning, notes } = await told(text);
      assert.equal(values.length, 1);
      assert.equal(cleaning, "partial");
      assert.match(notes, /language/u);
      assert.equal(await cleaned(text), text);
    }
    assert.equal(await cleaned("می\u200cخواهم pl\u200can\n"), "می\u200cخواهم plan\n");
  });

  it("stay in a text of an older encoding, which is said", async () => {
    const bytes = Uint8Array.of(71, 114, 252, 223, 101, 173, 10);
    const { values, cleaning } = await told(bytes);
    assert.deepEqual([values, cleaning], [["U+00AD × 1"], "partial"]);
  });

  it("leave empty cells at the ends of a table's lines", async () => {
    assert.equal(await cleaned("a\tb\t\t\n1\t2\t\t \n", "table.tsv"), "a\tb\t\t\n1\t2\t\t\n");
  });

  it("may be ends of lines, now of one kind, now of another", async () => {
    assert.deepEqual((await told("a\r\nb\nc\r\n")).values, ["CR LF / LF × 1"]);
    assert.equal(await cleaned("a\r\nb\nc\r\n"), "a\nb\nc\n");
  });
});
