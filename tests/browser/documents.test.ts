/** What deleted text and hidden sheets would leave behind in other parts of a document. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import { type Unzipped, type Zippable, strFromU8, strToU8, unzipSync, zipSync } from "fflate";

import { clean, inspect } from "../../reporting/browser/src/hidden/index.ts";
import { draw } from "../../reporting/browser/src/hidden/pdf_cover.ts";

const FOLDER = path.resolve("../../tests/fixtures/hidden");

/** The parts of a fixture, changed by `change`, cleaned. */
async function cleaned(name: string, change: (parts: Unzipped) => void): Promise<Unzipped> {
  const parts = unzipSync(new Uint8Array(await readFile(path.join(FOLDER, name))));
  change(parts);
  const { mimetype, ...others } = parts;
  // OpenDocument asks for its type first and unpacked.
  const made: Zippable = mimetype === undefined ? others : { mimetype: [mimetype, { level: 0 }], ...others };
  const { content, left } = await clean(new Blob([new Uint8Array(zipSync(made))]), name);
  assert.deepEqual(left, []);
  return unzipSync(new Uint8Array(await content.arrayBuffer()));
}

function edit(parts: Unzipped, name: string, ...replacements: readonly (readonly [string | RegExp, string])[]): void {
  let text = strFromU8(parts[name] ?? new Uint8Array());
  for (const [before, after] of replacements) {
    const changed = text.replace(before, () => after);
    assert.notEqual(changed, text, String(before));
    text = changed;
  }
  parts[name] = strToU8(text);
}

function text(parts: Unzipped, name: string): string {
  return strFromU8(parts[name] ?? assert.fail(name));
}

/** Whether a page that draws `text` covers some of it. */
function covers(text: string): boolean {
  return draw(text, [0, 0, 1_000, 1_000], new Set()).covered;
}

describe("a text with changes", () => {
  it("keeps no picture that was deleted", async () => {
    const parts = await cleaned("text.docx", (all) => {
      edit(all, "word/document.xml", ["<w:drawing>", '</w:r><w:del w:id="9" w:author="x"><w:r><w:drawing>'], ["</w:drawing>", "</w:drawing></w:r></w:del><w:r>"]);
    });
    assert.deepEqual(Object.keys(parts).filter((name) => name.includes("media")), []);
    assert.ok(!text(parts, "word/_rels/document.xml.rels").includes("image"));
  });

  it("keeps no footnote that was deleted with its number", async () => {
    const parts = await cleaned("text.docx", (all) => {
      const run = (id: number): string => `<w:r><w:footnoteReference w:id="${id}"/></w:r>`;
      edit(all, "word/document.xml", ["</w:p>", `${run(2)}<w:del w:id="9" w:author="x">${run(3)}</w:del></w:p>`]);
      const note = (id: number, words: string): string => `<w:footnote w:id="${id}"><w:p><w:r><w:t>${words}</w:t></w:r></w:p></w:footnote>`;
      const notes = `<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="0" w:type="separator"/>${note(2, "stays")}${note(3, "goes")}</w:footnotes>`;
      all["word/footnotes.xml"] = strToU8(notes);
      const kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml";
      edit(all, "[Content_Types].xml", ["</Types>", `<Override PartName="/word/footnotes.xml" ContentType="${kind}"/></Types>`]);
      const type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes";
      edit(all, "word/_rels/document.xml.rels", ["</Relationships>", `<Relationship Id="f1" Type="${type}" Target="footnotes.xml"/></Relationships>`]);
    });
    const notes = text(parts, "word/footnotes.xml");
    assert.ok(notes.includes("stays") && notes.includes("separator") && !notes.includes("goes"));
  });

  it("keeps no picture that nothing shows", async () => {
    const parts = await cleaned("text.odt", (all) => {
      all["Pictures/forgotten.jpg"] = strToU8("planted");
    });
    assert.equal(Object.keys(parts).filter((name) => name.startsWith("Pictures/")).length, 1);
    assert.ok(parts["Pictures/forgotten.jpg"] === undefined);
  });
});

describe("a workbook with hidden sheets", () => {
  it("gives names to the sheets that they were of", async () => {
    const parts = await cleaned("sheets.xlsx", (all) => {
      const sheet = /<sheet [^>]*state="hidden"[^>]*\/>/.exec(text(all, "xl/workbook.xml"))?.[0] ?? assert.fail();
      const names = '<definedNames><definedName name="A" localSheetId="0">1</definedName><definedName name="B" localSheetId="1">Shown!$A$1</definedName></definedNames>';
      edit(all, "xl/workbook.xml", [sheet, ""], ["<sheets>", `<sheets>${sheet}`], [/<definedNames>.*<\/definedNames>|(?<=<\/sheets>)/, names]);
    });
    const book = text(parts, "xl/workbook.xml");
    assert.equal(book.match(/<sheet /g)?.length, 1);
    assert.ok(book.includes('<definedName name="B" localSheetId="0">') && !book.includes('name="A"'));
  });
});

describe("a page of a PDF", () => {
  const words = "BT /F 12 Tf 100 700 Td (words) Tj ET";

  it("is warned of where a dark box lies over its text", () => {
    for (const box of ["0 g 95 695 100 20 re f", "0 0 0 rg 95 695 m 195 695 l 195 715 l 95 715 l h f*", "q 2 0 0 2 0 0 cm 0 0 0 1 k 45 345 60 15 re B Q", "95 695 100 20 re f"]) {
      assert.ok(covers(`${words} ${box}`), box);
    }
  });

  it("is not where the box is light, elsewhere, or under the text", () => {
    for (const drawn of [`${words} 1 g 95 695 100 20 re f`, `${words} 0 g 95 600 100 20 re f`, `0 g 95 695 100 20 re f 1 g ${words}`, `${words} 95 695 100 20 re S`, `${words} 0 g 95 699 100 1 re f`]) {
      assert.ok(!covers(drawn), drawn);
    }
  });
});

describe("text that hides nothing", () => {
  it("is given back as it is, with the advice to read it once more", async () => {
    const file = new Blob(["name;sum\nx;1\n"]);
    const { cleaning, findings, notes, type } = await inspect(file, "list.csv");
    assert.deepEqual([cleaning, findings, notes.length, type], ["full", [], 1, "text/csv"]);
    assert.equal(await (await clean(file, "list.csv")).content.text(), await file.text());
  });
});
