/** What office documents hold beyond what they show, and that cleaning leaves: it is said, and never called clean. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import { clean, inspect } from "../../reporting/browser/src/hidden/index.ts";
import { pack, unpackAll } from "../../reporting/browser/src/hidden/zip.ts";

const FOLDER = path.resolve("../../tests/fixtures/hidden");
type Parts = Map<string, Uint8Array<ArrayBuffer>>;

async function changed(name: string, change: (parts: Parts) => void): Promise<Blob> {
  const { parts } = unpackAll(new Uint8Array(await readFile(path.join(FOLDER, name))));
  change(parts);
  return new Blob([pack(parts, (one) => one === "mimetype")]);
}

function edit(parts: Parts, name: string, from: string | RegExp, to: string): void {
  const before = new TextDecoder().decode(parts.get(name));
  const after = before.replace(from, to);
  assert.notEqual(after, before);
  parts.set(name, Uint8Array.from(Buffer.from(after)));
}

async function assertSaid(file: Blob, name: string, note: RegExp): Promise<void> {
  const { cleaning, notes } = await inspect(file, name);
  assert.equal(cleaning, "partial");
  assert.match(notes.join(" "), note);
}

describe("an office document", () => {
  it("is not called clean where of a picture a part is cut off", async () => {
    const odt = await changed("text.odt", (parts) => { edit(parts, "content.xml", "<style:graphic-properties", '<style:graphic-properties fo:clip="rect(0cm, 2cm, 0cm, 0cm)"'); });
    await assertSaid(odt, "text.odt", /cut off/u);
    const docx = await changed("text.docx", (parts) => { edit(parts, "word/document.xml", /<a:srcRect[^>]*>|<a:stretch/u, '<a:srcRect l="50000"/><a:stretch'); });
    await assertSaid(docx, "text.docx", /cut off/u);
  });

  it("is not called clean where it holds a form, a variable or a metafile", async () => {
    const form = await changed("text.odt", (parts) => { edit(parts, "content.xml", /<office:text[^>]*>/u, '$&<office:forms><form:form xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0"/></office:forms>'); });
    await assertSaid(form, "text.odt", /form or variables/u);
    const drawing = await changed("text.odt", (parts) => { edit(parts, "content.xml", /Pictures\/[^"]+/u, "Pictures/x.svm"); parts.set("Pictures/x.svm", Uint8Array.from(Buffer.from("VCLMTF secret"))); });
    await assertSaid(drawing, "text.odt", /EMF, WMF or SVM/u);
  });

  it("keeps what a content control holds, and not what its maker called it", async () => {
    const control = '<w:sdt><w:sdtPr><w:alias w:val="For Maria Secret"/><w:tag w:val="maria-tag"/><w:placeholder><w:docPart w:val="MariaPart"/></w:placeholder><w:comboBox w:lastValue="maria"><w:listItem w:value="one"/></w:comboBox></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Seen by all</w:t></w:r></w:p></w:sdtContent></w:sdt>';
    const file = await changed("text.docx", (parts) => { edit(parts, "word/document.xml", "<w:body>", `<w:body>${control}`); });
    const { findings } = await inspect(file, "text.docx");
    assert.ok(findings.some(({ value }) => value === "For Maria Secret") && findings.some(({ value }) => value === "maria-tag"));
    const { parts } = unpackAll(new Uint8Array(await (await clean(file, "text.docx")).content.arrayBuffer()));
    const text = new TextDecoder().decode(parts.get("word/document.xml"));
    assert.match(text, /<w:sdtPr>.*<w:comboBox.*Seen by all/su);
    assert.doesNotMatch(text, /maria/iu);
  });

  it("keeps no picture that nothing shows, and cleans those that stand for others", async () => {
    const photo = new Uint8Array(await readFile(path.join(FOLDER, "photo.jpg")));
    const file = await changed("text.odt", (parts) => {
      edit(parts, "content.xml", /Pictures\/[^"]+/u, "ObjectReplacements/Object 1");
      parts.set("ObjectReplacements/Object 1", photo);
      parts.set("Pictures/deleted.jpg", photo);
    });
    const { content } = await clean(file, "text.odt");
    const { parts } = unpackAll(new Uint8Array(await content.arrayBuffer()));
    assert.ok(!parts.has("Pictures/deleted.jpg"));
    assert.doesNotMatch(Buffer.from(parts.get("ObjectReplacements/Object 1") ?? []).toString("latin1"), /PLANT/u);
    assert.ok(parts.has("ObjectReplacements/Object 1"));
  });
});
