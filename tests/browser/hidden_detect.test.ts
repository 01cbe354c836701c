/** What files are, by their content, whatever their names say. */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import fc from "fast-check";

import { HEAD_BYTES, detect } from "../../reporting/browser/src/hidden/detect.ts";
import { inspect } from "../../reporting/browser/src/hidden/index.ts";

const FOLDER = path.resolve("../../tests/fixtures/hidden");

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** The beginning of a ZIP whose first part has that name and content. */
function zip(name: string, content = ""): Uint8Array<ArrayBuffer> {
  return bytes(`PK\x03\x04${"\0".repeat(26)}${name}${content}PK\x01\x02`);
}

const FIXTURES: Readonly<Record<string, string>> = {
  aac: "audio/aac",
  avif: "image/avif",
  flac: "audio/flac",
  gif: "image/gif",
  heic: "image/heic",
  jpg: "image/jpeg",
  m4a: "audio/mp4",
  mkv: "video/x-matroska",
  mov: "video/quicktime",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  png: "image/png",
  tif: "image/tiff",
  wav: "audio/wav",
  webp: "image/webp",
  "3gp": "video/3gpp",
};

describe("the type of a file", () => {
  it("is what real programs wrote, and fits their names", async () => {
    for (const name of await readdir(FOLDER)) {
      const expected = FIXTURES[path.extname(name).slice(1)];
      if (expected === undefined) continue;
      const found = detect(await readFile(path.join(FOLDER, name)), name);
      assert.deepEqual({ name, type: found.type, mismatch: found.mismatch, danger: found.danger }, { name, type: expected, mismatch: false, danger: null });
    }
  });

  it("tells a name that promises something else", () => {
    assert.equal(detect(bytes("MZ\x90\0"), "photo.jpg").mismatch, true);
    assert.equal(detect(bytes("\xff\xd8\xff\xe0"), "letter.pdf").mismatch, true);
    assert.equal(detect(bytes("%PDF-1.7"), "letter.PDF").mismatch, false);
    assert.equal(detect(bytes("anything\x00"), "photo.jpg").mismatch, true);
    assert.equal(detect(bytes("<html>"), "notes.txt").mismatch, true);
    assert.equal(detect(bytes("a,b\n"), "table.csv").mismatch, false);
    assert.equal(detect(bytes("\xff\xd8\xff\xe0"), "no ending").mismatch, false);
    assert.equal(detect(new Uint8Array(), "empty.jpg").mismatch, false);
  });

  const dangerous: readonly (readonly [string, Uint8Array, string, string])[] = [
    ["a page", bytes("\n<!-- x --><!DOCTYPE html><p>"), "a.txt", "active"],
    ["a page in UTF-16", bytes("\xff\xfe<\0h\0t\0m\0l\0>\0"), "a.txt", "active"],
    ["SVG", bytes('<?xml version="1.0"?>\n<svg xmlns="x"><script/></svg>'), "a.png", "active"],
    ["a script", bytes("#!/bin/sh\nrm"), "a", "program"],
    ["a script by its name", bytes("WScript.Echo 1"), "invoice.vbs", "program"],
    ["a shortcut", bytes("[InternetShortcut]\nURL=x"), "a.txt", "program"],
    ["a Windows program", bytes("MZ\0\0"), "a.pdf", "program"],
    ["a Linux program", bytes("\x7fELF"), "a", "program"],
    ["a Java program", zip("META-INF/MANIFEST.MF"), "a.zip", "program"],
    ["an old document", bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "a.doc", "macros"],
    ["a document with macros", zip("[Content_Types].xml", " word/document.xml word/vbaProject.bin"), "a.docx", "macros"],
    ["a document that says so", zip("[Content_Types].xml", " xl/workbook.xml"), "a.xlsm", "macros"],
  ];
  for (const [what, head, name, danger] of dangerous) {
    it(`tells the danger of ${what}`, () => {
      assert.equal(detect(head, name).danger, danger);
    });
  }

  it("knows documents in a ZIP from archives", () => {
    assert.equal(detect(zip("[Content_Types].xml", " xl/workbook.xml"), "a.xlsx").type, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert.equal(detect(zip("mimetype", "application/vnd.oasis.opendocument.text"), "a.odt").type, "application/vnd.oasis.opendocument.text");
    assert.deepEqual([detect(zip("photo.jpg"), "a.zip").family, detect(zip("photo.jpg"), "a.zip").danger], ["archive", null]);
  });

  it("tells a picture that may be taken for a document or a page", () => {
    assert.equal(detect(bytes(`GIF89a${"\0".repeat(50)}%PDF-1.4`), "a.gif").polyglot, true);
    assert.equal(detect(bytes("\xff\xd8\xff\xfe\0\x20<script>"), "a.jpg").polyglot, true);
    assert.equal(detect(bytes("\xff\xd8\xff\xe0"), "a.jpg").polyglot, false);
  });

  it("never fails, whatever the bytes and the name", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (head, name) => {
        const { type, family } = detect(head, name);
        assert.ok(/^\w+\/[\w.+-]+$/u.test(type) && family.length > 0);
      }),
    );
  });

  it("is judged by a beginning, however long the file", () => {
    const head = new Uint8Array(2 * HEAD_BYTES);
    head.set(bytes("%PDF-1.7"));
    assert.equal(detect(head, "a.pdf").type, "application/pdf");
  });
});

describe("looking into a file", () => {
  it("says of what cannot be cleaned that it cannot", async () => {
    for (const [content, name] of [["<svg><metadata/></svg>", "a.svg"], ["BM\0\0", "a.bmp"], ["\x7fELF", "a"]] as const) {
      const { cleaning, notes } = await inspect(new Blob([bytes(content)]), name);
      assert.equal(cleaning, "none");
      assert.ok(notes.length > 0);
    }
  });
});
