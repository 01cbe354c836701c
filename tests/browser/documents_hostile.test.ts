/** Documents that are built to harm whoever opens them: each is refused with a sentence, soon, without asking for much memory. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import fc from "fast-check";
import { type Zippable, deflateSync, strToU8, unzipSync, zipSync, zlibSync } from "fflate";

import { clean, inspect } from "../../reporting/browser/src/hidden/index.ts";
import { CannotClean } from "../../reporting/browser/src/hidden/types.ts";
import { parse } from "../../reporting/browser/src/hidden/xml.ts";

type Data = Uint8Array<ArrayBuffer>;

const FOLDER = path.resolve("../../tests/fixtures/hidden");
const PATIENCE = 20_000; // several of us share the machine

async function fixture(name: string): Promise<Data> {
  return new Uint8Array(await readFile(path.join(FOLDER, name)));
}

function bytes(data: Uint8Array): Data {
  return new Uint8Array(data);
}

/** The document `name` with parts of it replaced. */
async function altered(name: string, parts: Readonly<Record<string, Uint8Array>>): Promise<Data> {
  const zippable: Zippable = { ...unzipSync(await fixture(name)), ...parts };
  const { mimetype } = unzipSync(await fixture(name));
  if (mimetype !== undefined) zippable["mimetype"] = [mimetype, { level: 0 }];
  return bytes(zipSync(zippable));
}

/** The sentence with which a document is refused; null where it is not. */
async function refused(data: Data, name: string): Promise<string | null> {
  const begun = performance.now();
  const file = new Blob([data]);
  const { cleaning, notes } = await inspect(file, name);
  try {
    await clean(file, name);
    return null;
  } catch (error) {
    assert.ok(error instanceof CannotClean, String(error));
    assert.equal(cleaning, "none");
    assert.ok(notes.includes(error.message));
    return error.message;
  } finally {
    const took = performance.now() - begun;
    assert.ok(took < PATIENCE, `${name} took ${Math.round(took)} ms`);
  }
}

const DAMAGED = /damaged/;
const BOMB = /unpacks to far more/;

/** Writes other numbers into the central directory: at 20 the packed, at 24 the stated size. */
function lying(archive: Data, member: string, at: number, value: number): Data {
  const lie = archive.slice();
  const text = Buffer.from(lie).toString("latin1");
  const place = text.lastIndexOf(member) - 46;
  new DataView(lie.buffer).setUint32(place + at, value, true);
  return lie;
}

describe("documents that are archives", () => {
  it("are refused where they unpack to far more than they are", async () => {
    const bomb = await altered("text.docx", { "word/document.xml": new Uint8Array(200 * 1024 * 1024) });
    assert.match((await refused(bomb, "bomb.docx")) ?? "", BOMB);
  });

  it("are refused where a part is longer than it says, before more is unpacked", async () => {
    const bomb = await altered("text.odt", { "content.xml": new Uint8Array(200 * 1024 * 1024) });
    assert.match((await refused(lying(bomb, "content.xml", 24, 1_000), "bomb.odt")) ?? "", DAMAGED);
  });

  it("are refused where they claim what no memory holds", async () => {
    assert.match((await refused(lying(await fixture("text.docx"), "word/document.xml", 24, 0xfffffff0), "x.docx")) ?? "", BOMB);
  });

  it("are refused where parts share bytes, or have one name", async () => {
    const archive = await fixture("text.docx");
    const again = Buffer.from(archive).toString("latin1").replaceAll("word/settings.xml", "word/document.xml");
    assert.notEqual(await refused(Uint8Array.from(again, (letter) => letter.charCodeAt(0)), "x.docx"), null);
    const overlapping = lying(archive, "word/settings.xml", 20, 0xffffff);
    assert.notEqual(await refused(overlapping, "x.docx"), null);
  });

  it("are refused with more parts than any document has", async () => {
    const parts = Object.fromEntries(Array.from({ length: 10_001 }, (_, place) => [`word/x${place}`, new Uint8Array()]));
    assert.match((await refused(await altered("text.docx", parts), "x.docx")) ?? "", BOMB);
  });

  it("are refused wherever they are cut", async () => {
    for (const name of ["text.docx", "sheets.ods", "slides.pptx"]) {
      const whole = await fixture(name);
      for (const share of [0.05, 0.3, 0.6, 0.9, 0.999]) {
        assert.notEqual(await refused(whole.slice(0, Math.floor(whole.length * share)), name), null, `${name} ${share}`);
      }
    }
  });

  it("are refused where they define entities, which could multiply", async () => {
    const nine = Array.from({ length: 9 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`).join("");
    const laughs = `<!DOCTYPE x [<!ENTITY l0 "lol">${nine}]><w:document xmlns:w="u">&l9;</w:document>`;
    assert.match((await refused(await altered("text.docx", { "word/document.xml": strToU8(laughs) }), "x.docx")) ?? "", /definitions/);
    const outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>';
    assert.match((await refused(await altered("text.odt", { "content.xml": strToU8(outside) }), "x.odt")) ?? "", /definitions/);
  });

  it("are refused where they nest deeper than any document", async () => {
    const deep = `<w:document xmlns:w="u">${"<w:p>".repeat(100_000)}${"</w:p>".repeat(100_000)}</w:document>`;
    assert.match((await refused(await altered("text.docx", { "word/document.xml": strToU8(deep) }), "x.docx")) ?? "", DAMAGED);
  });

  it("end where parts refer to each other in circles, or to places outside", async () => {
    const target = (to: string): string => `<Relationship Id="a" Type="x/image" Target="${to}"/>`;
    const space = "http://schemas.openxmlformats.org/package/2006/relationships";
    const circle = strToU8(`<Relationships xmlns="${space}">${target("document.xml")}${target("../../../etc/passwd")}</Relationships>`);
    assert.equal(await refused(await altered("text.docx", { "word/_rels/document.xml.rels": circle }), "x.docx"), null);
  });
});

describe("XML", () => {
  it("is read as it was written, or refused", () => {
    for (const bad of ["<a", "<a>", "<a></b>", "<a/><b/>", "x<a/>", "<a b=c/>", '<a b="<"/>', "<a></a></a>", "", "<a>\0<b"]) {
      assert.throws(() => parse(strToU8(bad)), CannotClean, bad);
    }
    const root = parse(strToU8('<?xml version="1.0"?><!-- gone --><a x:b="1 &amp; &#x41;">t<![CDATA[<u>]]><c/></a>'));
    assert.equal(root.get("b"), "1 & A");
    assert.equal(root.text, "t<u>");
  });

  it("takes time in proportion, however tags are broken", () => {
    const begun = performance.now();
    for (const bad of [`<a ${'b="c" '.repeat(300_000)}`, `<a ${"b ".repeat(500_000)}`, "<".repeat(1_000_000), `<a>${"&".repeat(1_000_000)}`, "<!--".repeat(300_000)]) {
      assert.throws(() => parse(strToU8(bad)), CannotClean);
    }
    assert.ok(performance.now() - begun < PATIENCE);
  });

  it("changed at random within documents is cleaned or refused", { timeout: 300_000 }, async () => {
    const documents: readonly (readonly [string, string])[] = [
      ["text.docx", "word/document.xml"],
      ["sheets.xlsx", "xl/worksheets/sheet1.xml"],
      ["slides.pptx", "ppt/presentation.xml"],
      ["text.odt", "content.xml"],
      ["sheets.ods", "content.xml"],
      ["word.docm", "[Content_Types].xml"],
    ];
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...documents), place, place, fc.constantFrom("cut", "repeat", "swap"), async ([name, part], from, to, kind) => {
        const text = new TextDecoder().decode(unzipSync(await fixture(name))[part]);
        const [first, last] = [from, to].sort((one, other) => one - other).map((share) => Math.floor(share * text.length)) as [number, number];
        const cut = text.slice(0, first) + text.slice(last);
        const made = kind === "cut" ? cut : kind === "repeat" ? text.slice(0, last) + text.slice(first) : cut + text.slice(first, last);
        await refused(await altered(name, { [part]: strToU8(made) }), name);
      }),
      { numRuns: 60 },
    );
  });
});

describe("PDFs", () => {
  const pdf = (body: string, stream: Uint8Array = new Uint8Array()): Data => {
    const [before = "", after = ""] = body.split("@");
    return bytes(Buffer.concat([Buffer.from(`%PDF-1.7\n${before}`, "latin1"), stream, Buffer.from(after, "latin1")]));
  };

  it("are refused where lists of objects unpack to far more than they are", async () => {
    const zeros = zlibSync(new Uint8Array(300 * 1024 * 1024), { level: 9 });
    const bomb = pdf(`1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${zeros.length} >>\nstream\n@\nendstream\nendobj\n`, zeros);
    assert.match((await refused(bomb, "x.pdf")) ?? "", BOMB);
    const twice = pdf("1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode] /Length 3 >>\nstream\nabc\nendstream\nendobj\n");
    assert.match((await refused(twice, "x.pdf")) ?? "", BOMB);
  });

  it("end where objects refer to each other in circles", async () => {
    const circle = pdf("1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Outlines 1 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n");
    assert.equal(await refused(circle, "x.pdf"), null);
    const itself = pdf("1 0 obj\n1 0 R\nendobj\ntrailer\n<< /Root 1 0 R >>\n");
    assert.notEqual(await refused(itself, "x.pdf"), null);
  });

  it("are refused where nothing but noise is in them", async () => {
    for (const body of ["", "1 0 obj\n", "1 0 obj\n<< /A ".repeat(20_000), "[".repeat(50_000), `1 0 obj\n${"[".repeat(50_000)}`, `1 0 obj\n${"<<".repeat(50_000)}`, "1 0 obj<<>>stream\n".repeat(3_000)]) {
      assert.notEqual(await refused(pdf(body), "x.pdf"), null, body.slice(0, 30));
    }
  });

  it("are cleaned or refused wherever they are cut", async () => {
    for (const name of ["noted.pdf", "earlier.pdf"]) {
      const whole = await fixture(name);
      for (const share of [0.1, 0.5, 0.9, 0.99]) await refused(whole.slice(0, Math.floor(whole.length * share)), name);
    }
  });

  it("that draw without end are looked at only so far", async () => {
    const drawn = deflateSync(strToU8("q ".repeat(20_000_000)));
    const stream = bytes(Buffer.concat([Buffer.from([0x78, 0x9c]), drawn]));
    const body = `1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Filter /FlateDecode /Length ${stream.length} >>\nstream\n@\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n`;
    assert.equal(await refused(pdf(body, stream), "x.pdf"), null);
  });
});
