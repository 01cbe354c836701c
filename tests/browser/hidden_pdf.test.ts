/** What programs leave in a PDF beside what is drawn: paths of files, pictures in two wrappings, what lies outside of what is seen. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";
import { deflateSync, inflateSync } from "node:zlib";

import { type PDFContext, type PDFDict, PDFDocument, PDFHexString, PDFName, PDFNumber, PDFRawStream, PDFString } from "@cantoo/pdf-lib";

import { clean, inspect } from "../../reporting/browser/src/hidden/index.ts";
import { Report } from "../../reporting/browser/src/hidden/inner.ts";
import { cleanJpx } from "../../reporting/browser/src/hidden/jpx.ts";

const PHOTO = path.resolve("../../tests/fixtures/hidden/photo.jpg");
type Entries = Record<string, PDFName | PDFNumber | PDFString | (PDFName | PDFNumber)[]>;

function pictured(context: PDFContext, entries: Entries): PDFDict {
  const made = context.obj({});
  for (const [key, value] of Object.entries(entries)) made.set(PDFName.of(key), Array.isArray(value) ? context.obj(value) : value);
  return made;
}

/** A page that draws `drawn` with one picture, /Im0, of these bytes. */
async function document(drawn: string, bytes: Uint8Array, entries: Entries = {}, change?: (made: PDFDocument) => void): Promise<Blob> {
  const made = await PDFDocument.create();
  const { context } = made;
  const page = made.addPage([200, 200]);
  const usual = { Type: PDFName.of("XObject"), Subtype: PDFName.of("Image"), Width: PDFNumber.of(60), Height: PDFNumber.of(40), ColorSpace: PDFName.of("DeviceRGB"), BitsPerComponent: PDFNumber.of(8) };
  const image = context.register(PDFRawStream.of(pictured(context, { ...usual, ...entries }), bytes));
  page.node.set(PDFName.of("Resources"), context.obj({ XObject: { Im0: image }, Properties: { MC0: { Metadata: PDFString.of("Maria's list") } } }));
  page.node.set(PDFName.of("Contents"), context.register(context.stream(drawn)));
  change?.(made);
  return new Blob([await made.save({ useObjectStreams: false })]);
}

/** All that a document holds, unpacked. */
async function bare(file: Blob): Promise<string> {
  const bytes = Buffer.from(await (await clean(file, "a.pdf")).content.arrayBuffer());
  const whole = bytes.toString("latin1");
  const found = [whole];
  for (const { index } of whole.matchAll(/stream\r?\n/gu)) {
    try {
      found.push(inflateSync(bytes.subarray(index + (whole[index + 6] === "\r" ? 8 : 7))).toString("latin1"));
    } catch {
      continue; // not packed
    }
  }
  return found.join("\n");
}

const SEEN = "q 120 0 0 80 20 20 cm /Im0 Do Q";
const DCT = { Filter: PDFName.of("DCTDecode") };

describe("a PDF", () => {
  it("keeps no path, person or time beside a picture", async () => {
    const file = await document(SEEN, await readFile(PHOTO), DCT, (made) => {
      const { context } = made;
      for (const [, one] of context.enumerateIndirectObjects()) {
        if (!(one instanceof PDFRawStream) || one.dict.get(PDFName.of("Subtype")) === undefined) continue;
        const more = { "PTEX.FileName": PDFString.of("/home/maria.secret/a.pdf"), "PTEX.InfoDict": context.obj({ Author: PDFString.of("Maria Secret") }), SECR_Own: PDFString.of("secret"), LastModified: PDFString.of("D:20240517134459") };
        for (const [key, value] of Object.entries(more)) one.dict.set(PDFName.of(key), value);
      }
      made.getPage(0).node.set(PDFName.of("SECR_Page"), PDFString.of("secret page"));
    });
    const { findings } = await inspect(file, "a.pdf");
    const told = findings.map(({ kind, value }) => `${kind} ${value}`).join("\n");
    assert.match(told, /author Maria Secret/u);
    assert.match(told, /maria\.secret/u);
    const text = await bare(file);
    for (const word of ["PTEX", "ecret", "SECR", "D:2024", "Maria"]) assert.ok(!text.includes(word), word);
    assert.match(text, /\/Im0/u);
  });

  it("keeps no text in what is of no known kind, but where a link leads and how a part is called that is read", async () => {
    const file = await document(SEEN, await readFile(PHOTO), DCT, ({ context, catalog }) => {
      const own = { Direction: "L2R", SECR_Who: PDFString.of("Maria Secret"), SECR_List: [[PDFHexString.fromText("maria list")]], SECR_Inner: { Deep: PDFString.of("maria deep") } };
      catalog.set(PDFName.of("ViewerPreferences"), context.obj(own));
      catalog.set(PDFName.of("OCProperties"), context.obj({ OCGs: [], D: { Creator: PDFString.of("Maria Draw 7"), Order: [PDFString.of("Roads")] } }));
      catalog.set(PDFName.of("Dests"), context.obj({ chapter: { D: [PDFNumber.of(0), "Fit"], SECR: PDFString.of("maria dest") } }));
      catalog.set(PDFName.of("OpenAction"), context.obj({ S: "URI", URI: PDFString.of("https://example.org/roads") }));
    });
    const { findings } = await inspect(file, "a.pdf");
    assert.ok(findings.some(({ value }) => value.includes("Maria Secret")) && findings.some(({ value }) => value.includes("maria deep")));
    const text = await bare(file);
    assert.doesNotMatch(text, /maria|SECR_Who|006D0061007200690061/iu);
    for (const kept of ["/L2R", "(Roads)", "https://example.org/roads"]) assert.ok(text.includes(kept), kept);
  });

  it("keeps nothing of a photo that is packed twice", async () => {
    const photo = await readFile(PHOTO);
    const twice = { Filter: [PDFName.of("FlateDecode"), PDFName.of("DCTDecode")] };
    const file = await document(SEEN, deflateSync(photo), twice);
    assert.match(photo.toString("latin1"), /SN4471PLANT/u);
    assert.equal((await inspect(file, "a.pdf")).cleaning, "full");
    const text = await bare(file);
    assert.ok(!text.includes("PLANT"));
    assert.match(text, /DCTDecode/u);
  });

  it("is not called clean where a photo cannot be unpacked", async () => {
    for (const outer of ["ASCII85Decode", "LZWDecode", "RunLengthDecode"]) {
      const file = await document(SEEN, await readFile(PHOTO), { Filter: [PDFName.of(outer), PDFName.of("DCTDecode")] });
      const { cleaning, findings } = await inspect(file, "a.pdf");
      assert.equal(cleaning, "partial");
      assert.ok(findings.some(({ value }) => value.includes(outer)));
    }
  });

  it("is not called clean where a picture goes on beyond what is seen", async () => {
    const photo = await readFile(PHOTO);
    const cropped = ["q 20 20 60 80 re W n 120 0 0 80 20 20 cm /Im0 Do Q", "q 400 0 0 300 20 20 cm /Im0 Do Q"];
    for (const drawn of cropped) {
      const { cleaning, notes, findings } = await inspect(await document(drawn, photo, DCT), "a.pdf");
      assert.equal(cleaning, "partial", drawn);
      assert.match(notes.join(" "), /cut off/u);
      assert.ok(findings.some(({ kind }) => kind === "hidden"));
    }
    for (const drawn of [SEEN, "q 0 0 200 200 re W n 120 0 0 80 20 20 cm /Im0 Do Q", "q 10 10 5 5 re W n Q 120 0 0 80 20 20 cm /Im0 Do"]) {
      assert.equal((await inspect(await document(drawn, photo, DCT), "a.pdf")).cleaning, "full", drawn);
    }
  });

  it("is not called clean where a page is larger than what is seen of it, or text is not seen", async () => {
    const photo = await readFile(PHOTO);
    const box = await document(SEEN, photo, DCT, (made) => {
      made.getPage(0).setCropBox(0, 0, 150, 150);
    });
    assert.equal((await inspect(box, "a.pdf")).cleaning, "partial");
    const unseen = await inspect(await document(`${SEEN} BT /F1 12 Tf 3 Tr (secret) Tj ET`, photo, DCT), "a.pdf");
    assert.equal(unseen.cleaning, "partial");
    assert.match(unseen.notes.join(" "), /not seen/u);
  });
});

describe("a JPEG 2000 picture", () => {
  const box = (kind: string, content: Buffer, form: "usual" | "long" | "rest" = "usual"): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(form === "usual" ? content.length + 8 : form === "long" ? 1 : 0);
    const long = Buffer.alloc(form === "long" ? 8 : 0);
    if (form === "long") long.writeBigUInt64BE(BigInt(content.length + 16));
    return Buffer.concat([length, Buffer.from(kind, "latin1"), long, content]);
  };
  const size = Buffer.concat([Buffer.from("ff51002f", "hex"), Buffer.alloc(45)]);
  const comment = Buffer.concat([Buffer.from("ff6400090001", "hex"), Buffer.from("Maria")]);
  const tile = Buffer.from("ff90000a0000000000100001ff93aabb", "hex");
  const stream = Buffer.concat([Buffer.from("ff4f", "hex"), size, comment, tile, Buffer.from("ffd9", "hex"), Buffer.from("Maria's trailer")]);
  const start = [box("jP  ", Buffer.from("0d0a870a", "hex")), box("ftyp", Buffer.from("jp2 \0\0\0\0jp2 ")), box("jp2h", Buffer.concat([box("ihdr", Buffer.alloc(14)), box("own ", Buffer.from("Maria"))]))];

  it("keeps the picture alone, however long its boxes say they are", () => {
    for (const form of ["usual", "long", "rest"] as const) {
      const middle = [box("xml ", Buffer.from("<x>Maria</x>"), "long"), box("uuid", Buffer.from("0123456789abcdefMaria")), box("asoc", Buffer.from("Maria"))];
      const file = Uint8Array.from(Buffer.concat([...start, ...middle, box("jp2c", stream, form)]));
      const report = new Report();
      const clean = Buffer.from(cleanJpx(file, report)).toString("latin1");
      assert.ok(!clean.includes("Maria"));
      assert.ok(clean.includes(tile.toString("latin1")));
      assert.ok(report.findings.list.some(({ value }) => value === "asoc"));
    }
  });

  it("is refused where it is not built as its standard says", () => {
    for (const bytes of [Uint8Array.of(1, 2, 3), Uint8Array.from(Buffer.concat([...start, Buffer.from("00000002", "hex"), Buffer.from("jp2c")])), Uint8Array.from(stream.subarray(0, 60))]) {
      assert.throws(() => cleanJpx(bytes, new Report()), { name: /Damaged|CannotClean|Error/u });
    }
  });
});
