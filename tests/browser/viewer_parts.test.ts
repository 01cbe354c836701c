/** What the viewer and the desk make of files without a browser: judging, tables, text, spreadsheets, sizes, the list of evidence. */

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { describe, it } from "node:test";

import { zipSync, zlibSync } from "fflate";

import { Attaching, type Chosen, staysIn } from "../../reporting/browser/src/desk/attaching.ts";
import type { OpenCase } from "../../reporting/browser/src/desk/case_context.ts";
import { judgeApart } from "../../reporting/browser/src/desk/judging.ts";
import { intoFile } from "../../reporting/browser/src/desk/saving.ts";
import { evidenceCsv, evidenceJson, evidenceOf } from "../../reporting/browser/src/client/evidence.ts";
import { safeName } from "../../reporting/browser/src/client/file_names.ts";
import type { ShownCase, ShownEntry } from "../../reporting/browser/src/client/shown.ts";
import { b64encode, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { MOST_ROWS, parseRows, separatorOf } from "../../reporting/browser/src/viewer/csv.ts";
import { encodingOf, visible } from "../../reporting/browser/src/viewer/decoding.ts";
import { dimensionsOf, isGiant } from "../../reporting/browser/src/viewer/dimensions.ts";
import { judge } from "../../reporting/browser/src/viewer/judging.ts";
import { NotShown } from "../../reporting/browser/src/viewer/messages.ts";
import { sheetsOf } from "../../reporting/browser/src/viewer/sheets.ts";
import { readApart } from "../../reporting/browser/src/viewer/table_apart.ts";
import { endsAsZip, membersOf, unpack } from "../../reporting/browser/src/viewer/zip.ts";
import { hostileSet, joined, pdfPage, png } from "./hostile.ts";

function blob(bytes: Uint8Array): Blob {
  return new Blob([bytes as BlobPart]);
}

describe("a file is judged by its content", () => {
  for (const { name, bytes, labels } of hostileSet("http://127.0.0.1:9/")) {
    it(`${name}: ${labels.length === 0 ? "nothing to say" : labels.join(", ")}`, async () => {
      const found = await judge(blob(bytes), name);
      assert.deepEqual(found.labels.map(({ id }) => id).sort(), [...labels].sort());
    });
  }

  it("says nothing of plain files", async () => {
    const office = zipSync({ "[Content_Types].xml": utf8("<Types/>"), "word/document.xml": utf8("<document/>") });
    for (const [name, bytes] of [["a.png", png(9, 9)], ["a.pdf", pdfPage("Plain")], ["a.txt", utf8("Plain")], ["a.docx", office], ["a.zip", zipSync({ a: utf8("a") })]] as const) {
      assert.deepEqual((await judge(blob(bytes), name)).labels, [], name);
    }
  });

  it("finds a script whose name is written with escapes, and one within packed objects", async () => {
    const escaped = pdfPage("Escaped", "/OpenAction<</S/J#61vaScript/J#53(app.alert\\(1\\))>>");
    assert.deepEqual((await judge(blob(escaped), "a.pdf")).labels.map(({ id }) => id), ["active"]);
  });

  it("finds a script within packed objects behind others, in little time however often one stream is named", async () => {
    const object = (words: string, more = ""): Uint8Array => {
      const packed = zlibSync(utf8(words));
      return joined(utf8(`9 0 obj<</Type/ObjStm${more}/Length ${packed.length}>>stream\n`), packed, utf8("\nendstream endobj\n"));
    };
    const within = joined(utf8("%PDF-1.7\n"), object("<</A 1>>"), object("<</S/JavaScript>>"));
    assert.deepEqual((await judge(blob(within), "a.pdf")).labels.map(({ id }) => id), ["active"]);
    const costly = object("\0".repeat(16_777_216), "/Type/ObjStm".repeat(40));
    const began = Date.now();
    assert.deepEqual((await judge(blob(joined(utf8("%PDF-1.7\n"), costly)), "a.pdf")).labels, []);
    assert.ok(Date.now() - began < 2_000, `${Date.now() - began} ms`);
    const many = joined(utf8("%PDF-1.7\n"), ...Array.from({ length: 300 }, () => costly));
    const start = Date.now();
    await judge(blob(many), "a.pdf");
    assert.ok(Date.now() - start < 6_000, `${Date.now() - start} ms`);
  });

  it("could not be told where it takes too long or fails, and the worker is ended", async () => {
    const known = await judge(blob(utf8("Plain")), "a.txt");
    const answers = [[() => Promise.resolve(known), "text/plain"], [() => new Promise<never>(() => undefined), ""], [() => Promise.reject(new Error("lost")), ""]] as const;
    for (const [answer, type] of answers) {
      let ended = 0;
      const found = await judgeApart(blob(utf8("Plain")), "a.txt", () => ({ remote: { judge: answer }, end: () => { ended += 1; } }), 20);
      assert.equal(found.type, type);
      assert.equal(ended, 1);
      assert.deepEqual(found.labels.map(({ id }) => id), type === "" ? ["untold"] : []);
      if (type === "") assert.equal(found.way, null);
    }
  });

  it("finds what is locked", async () => {
    const zip = zipSync({ a: utf8("a") });
    const central = Buffer.from(zip).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    zip[central + 8] = 1;
    assert.deepEqual((await judge(blob(zip), "a.zip")).labels.map(({ id }) => id), ["encrypted"]);
    const pdf = utf8(new TextDecoder().decode(pdfPage("Locked")).replace("/Root 1 0 R", "/Root 1 0 R/Encrypt 5 0 R"));
    assert.deepEqual((await judge(blob(pdf), "a.pdf")).labels.map(({ id }) => id), ["encrypted"]);
  });

  it("never throws, whatever the bytes", async () => {
    const heads = ["PK\u0003\u0004", "PK\u0005\u0006", "%PDF-", "GIF89a", "RIFF0000WEBPVP8X", ""].map(utf8);
    for (const head of heads) {
      for (let length = 0; length < 64; length++) await judge(blob(joined(head, new Uint8Array(length).map((_, at) => (at * 89 + length * 7) % 256))), "a.bin");
    }
  });
});

describe("a picture's size", () => {
  it("is read from its header", () => {
    assert.deepEqual(dimensionsOf(png(640, 480), "image/png"), { width: 640, height: 480 });
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 17, 8, 1, 0x2c, 2, 0x58, 3);
    assert.deepEqual(dimensionsOf(jpeg, "image/jpeg"), { width: 600, height: 300 });
    assert.deepEqual(dimensionsOf(joined(utf8("GIF89a"), Uint8Array.of(4, 0, 3, 0)), "image/gif"), { width: 4, height: 3 });
    const webp = joined(utf8("RIFF0000WEBPVP8X"), new Uint8Array(8), Uint8Array.of(1, 0, 0, 2, 0, 0));
    assert.deepEqual(dimensionsOf(webp, "image/webp"), { width: 2, height: 3 });
  });

  it("is that of a GIF's largest frame", () => {
    const frame = Uint8Array.of(0x2c, 0, 0, 0, 0, 0x60, 0xea, 0x61, 0xea, 0, 2, 0, 0x3b);
    const comment = Uint8Array.of(0x21, 0xfe, 2, 65, 66, 0);
    const gif = joined(utf8("GIF89a"), Uint8Array.of(4, 0, 3, 0, 0x80, 0, 0), new Uint8Array(6), comment, frame);
    assert.deepEqual(dimensionsOf(gif, "image/gif"), { width: 60_000, height: 60_001 });
  });

  it("of a BMP is read from headers of 40 bytes and more, and no others", () => {
    const bmp = (header: number): Uint8Array => {
      const bytes = new Uint8Array(54);
      const view = new DataView(bytes.buffer);
      view.setUint32(14, header, true);
      view.setInt32(18, 5, true);
      view.setInt32(22, -6, true);
      return bytes;
    };
    assert.deepEqual(dimensionsOf(bmp(40), "image/bmp"), { width: 5, height: 6 });
    assert.equal(dimensionsOf(bmp(12), "image/bmp"), null);
  });

  it("is none where the file ends before", () => {
    for (let length = 0; length < 24; length++) assert.equal(dimensionsOf(png(9, 9).subarray(0, length), "image/png"), null);
    for (let length = 0; length < 11; length++) assert.equal(dimensionsOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0).subarray(0, length), "image/jpeg"), null);
  });

  it("is giant where it would fill the memory", () => {
    assert.ok(isGiant({ width: 60_000, height: 1 }));
    assert.ok(isGiant({ width: 20_000, height: 20_000 }));
    assert.ok(!isGiant({ width: 8_000, height: 12_000 }));
  });
});

describe("text", () => {
  it("is read in the encoding that it is written in", () => {
    assert.equal(encodingOf(utf8("Ärger")), "utf-8");
    assert.equal(encodingOf(utf8("Ärger").subarray(0, 1)), "utf-8");
    assert.equal(encodingOf(Uint8Array.of(0xc4, 0x72, 0x67)), "windows-1252");
    assert.equal(encodingOf(Uint8Array.of(0xff, 0xfe, 0x41, 0)), "utf-16le");
    assert.equal(encodingOf(Uint8Array.of(0, 0x41, 0, 0x42, 0, 0x43)), "utf-16be");
    assert.equal(encodingOf(Uint8Array.of(0x41, 0, 0x42, 0, 0x43, 0)), "utf-16le");
  });

  it("shows what hides in it", () => {
    assert.equal(visible("\ufeffa\u202eb\u0000c\u200bd\ne\t"), "a⟨U+202E⟩b⟨U+0000⟩c⟨U+200B⟩d\ne\t");
  });
});

describe("a table in plain text", () => {
  it("is read by RFC 4180", () => {
    const { rows, more } = parseRows('a,"b ""c"", d"\r\n"line\nbreak",\n,x', ",");
    assert.deepEqual(rows, [["a", 'b "c", d'], ["line\nbreak", ""], ["", "x"]]);
    assert.equal(more, false);
  });

  it("is divided by what divides its lines alike", () => {
    assert.equal(separatorOf("a;b;c\n1,5;2;3\n"), ";");
    assert.equal(separatorOf("a\tb\n1\t2\n"), "\t");
    assert.equal(separatorOf("one column\nof words"), ",");
  });

  it("ends at the limit, and at an open quote", () => {
    const { rows, more } = parseRows("x\n".repeat(MOST_ROWS + 5), ",");
    assert.equal(rows.length, MOST_ROWS);
    assert.equal(more, true);
    assert.deepEqual(parseRows('a,"never closed', ",").rows, [["a", "never closed"]]);
  });
});

const WORKBOOK = {
  "[Content_Types].xml": "<Types/>",
  "xl/workbook.xml": `<workbook xmlns:r="r"><sheets><sheet name="One" r:id="x1"/><sheet name="Two" state="hidden" r:id="x2"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="x1" Target="worksheets/a.xml"/><Relationship Id="x2" Target="/xl/worksheets/b.xml"/></Relationships>`,
  "xl/sharedStrings.xml": `<sst><si><t>Paid to</t></si><si><r><t>Mül</t></r><r><t>ler</t></r><rPh><t>read so</t></rPh></si></sst>`,
  "xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
  "xl/worksheets/a.xml": `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row><row r="3"><c r="B3"><f>1+2</f><v>3</v></c><c r="C3" s="1"><v>45292</v></c></row></sheetData></worksheet>`,
  "xl/worksheets/b.xml": `<worksheet><sheetData><row><c t="inlineStr"><is><t>secret</t></is></c><c t="b"><v>1</v></c></row></sheetData></worksheet>`,
};

function packedTexts(files: Readonly<Record<string, string>>): Blob {
  return blob(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, utf8(text)]))));
}

describe("a spreadsheet", () => {
  it("of OOXML shows the values saved in it, hidden sheets too", async () => {
    const [one, two] = await sheetsOf(packedTexts(WORKBOOK));
    assert.deepEqual(one, { name: "One", hidden: false, rows: [["Paid to", "", "Müller"], [], ["", "3", "2024-01-01"]], more: false });
    assert.deepEqual(two, { name: "Two", hidden: true, rows: [["secret", "TRUE"]], more: false });
  });

  it("of OpenDocument does too, and repeats within limits", async () => {
    const content = `<o:document xmlns:o="o" xmlns:t="t" xmlns:x="x"><t:table t:name="One"><t:table-row><t:table-cell t:number-columns-repeated="2"><x:p>a</x:p></t:table-cell><t:table-cell><x:p>b</x:p><x:p>c</x:p></t:table-cell></t:table-row>
      <t:table-row t:number-rows-repeated="1048574"><t:table-cell t:number-columns-repeated="16384"/></t:table-row><t:table-row><t:table-cell/><t:table-cell><x:p>end</x:p></t:table-cell></t:table-row></t:table></o:document>`;
    const [one] = await sheetsOf(packedTexts({ "content.xml": content }));
    assert.deepEqual(one?.rows, [["a", "a", "b\nc"]]);
    assert.equal(one.more, true);
  });

  it("is read apart: one that takes too long is stopped, and whatever becomes of it, its reader ends", async () => {
    const start = (answer: unknown): { worker: Worker; ended: () => boolean } => {
      const worker = new EventTarget() as Worker;
      let ended = false;
      const postMessage = (): void => { if (answer !== null) worker.dispatchEvent(new MessageEvent("message", { data: answer })); };
      Object.assign(worker, { postMessage, terminate: () => { ended = true; } });
      return { worker, ended: () => ended };
    };
    const [stuck, refusing, reading] = [start(null), start({ refused: { message: "Not so.", values: {} } }), start({ sheets: [] })];
    await assert.rejects(readApart(blob(utf8("")), "", () => stuck.worker, 20), { name: "NotShown", message: "It took too long, so it was stopped." });
    await assert.rejects(readApart(blob(utf8("")), "", () => refusing.worker), { name: "NotShown", message: "Not so." });
    assert.deepEqual(await readApart(blob(utf8("")), "", () => reading.worker), []);
    assert.ok(stuck.ended() && refusing.ended() && reading.ended());
  });

  it("that is broken, or expands entities, is refused", async () => {
    for (const text of ["<workbook", `<!DOCTYPE a [<!ENTITY b "cccc">]><workbook>&b;</workbook>`, ""]) {
      await assert.rejects(sheetsOf(packedTexts({ ...WORKBOOK, "xl/workbook.xml": text })), NotShown);
    }
    await assert.rejects(sheetsOf(blob(utf8("no zip"))), NotShown);
  });
});

describe("a zip", () => {
  it("is found at the end of anything, and its members where they really are", async () => {
    const both = blob(joined(png(4, 4), zipSync({ a: utf8("inside") })));
    assert.ok(await endsAsZip(both));
    const [member] = await membersOf(both);
    assert.ok(member);
    assert.equal(new TextDecoder().decode(await unpack(both, member, 100)), "inside");
  });

  it("is unpacked to a limit, whatever it says of itself", async () => {
    const file = hostileSet("").find(({ name }) => name === "zeros.xlsx");
    assert.ok(file);
    const [member] = await membersOf(blob(file.bytes));
    assert.ok(member?.size === 100);
    await assert.rejects(unpack(blob(file.bytes), member, 33_554_432), NotShown);
  });
});

const AUTHOR = { id: "m1", label: "Intake", standing: "member", mine: false, reporter: false };
const UPLOADS = ["a".repeat(32), "b".repeat(32)] as const;

function entry(content: ShownEntry["content"], names: readonly string[] = []): ShownEntry {
  const files = names.map((name, place) => ({ entry: "e".repeat(32), place, name, type: "image/png", size: 1_234, sha256: b64encode(new Uint8Array(32)), upload: UPLOADS[place] ?? "", removed: null }));
  return { id: "e".repeat(32), audience: "team", kind: "note", day: "2026-11-26", state: "authentic", reason: null, author: AUTHOR, content, files, removed: null, sha256: "", prev: [], acknowledged: null };
}

describe("the list of evidence", () => {
  const [first, second] = UPLOADS;
  const mark = { type: "mark", upload: first, mark: "redacted-copy", of: second } as const;
  const forged: ShownEntry = { ...entry({ ...mark, upload: second, mark: "translated" }), author: { ...AUTHOR, id: "reporter", reporter: true } };
  const shown = { case: "c".repeat(32), entries: [entry({ type: "text", text: "See these." }, ["=cmd|'x'.png", "b.png"]), entry(mark), forged] } as unknown as ShownCase;
  const history = [
    { at: "2026-11-26T10:00:00Z", member: "m2", label: "Two", act: "file:download", details: { upload: first } },
    { at: "2026-11-26T09:00:00Z", member: "m1", label: "One", act: "file:view", details: { upload: first } },
    { at: "2026-11-26T09:00:00Z", member: "m1", label: "One", act: "entry:add", details: { upload: second } },
  ];

  it("names every file with its hash, its last mark by staff, and who opened it", () => {
    const [one, two] = evidenceOf(shown, history);
    assert.equal(one?.sha256, "0".repeat(64));
    assert.deepEqual([one.mark?.mark, one.mark?.ofName], ["redacted-copy", "b.png"]);
    assert.deepEqual(one.openings.map(({ label, act }) => `${label} ${act}`), ["One view", "Two download"]);
    assert.deepEqual([two?.mark, two?.openings], [null, []]);
  });

  it("keeps the order in which openings were recorded, within the same second too", () => {
    const at = "2026-11-26T10:00:00Z";
    const same = ["file:view", "file:download", "file:download"].map((act) => ({ at, member: "m1", label: "One", act, details: { upload: first } }));
    const [one] = evidenceOf(shown, same.reverse());
    assert.deepEqual(one?.openings.map(({ act }) => act), ["view", "download", "download"]);
  });

  it("leaves as CSV without formulas, and as JSON", () => {
    const csv = evidenceCsv(evidenceOf(shown, history));
    assert.match(csv, /^\ufeffnumber,name,/);
    assert.match(csv, /\r\n1,'=cmd\|'x'\.png,image\/png,1234,0{64},2026-11-26,Intake,team,redacted-copy,b{32},a{32},e{32},2026-11-26T09:00:00Z One \(view\); 2026-11-26T10:00:00Z Two \(download\),\r\n/);
    const json = evidenceJson("c", evidenceOf(shown, history)) as unknown as { files: { opened_by_the_servers_word: unknown[] }[] };
    assert.equal(json.files[0]?.opened_by_the_servers_word.length, 2);
  });
});

describe("a removed file in the list of evidence", () => {
  it("says by whom, when and why", () => {
    const removed = { by: "Intake", day: "2026-11-27", reason: "Of a neighbor." };
    const there = entry({ type: "text", text: "See this." }, ["a.png"]);
    const shown = { case: "c".repeat(32), entries: [{ ...there, files: there.files.map((file) => ({ ...file, removed })) }] } as unknown as ShownCase;
    const list = evidenceOf(shown, []);
    assert.match(evidenceCsv(list), /,removed\r\n.*,2026-11-27 Intake: Of a neighbor\.\r\n/);
    const { files } = evidenceJson("c", list) as unknown as { files: { removed: unknown }[] };
    assert.deepEqual(files[0]?.removed, removed);
  });
});

describe("a name to save under", () => {
  it("has no folders and nothing that misleads", () => {
    assert.equal(safeName("../../etc/passwd"), "_.._etc_passwd");
    assert.equal(safeName("invoice⟨U+202E⟩fdp.exe"), "invoicefdp.exe");
    assert.equal(safeName(" "), "file");
    assert.equal(safeName("a".repeat(300)).length, 150);
  });
});

describe("a file that is to be sent", () => {
  const chosen = (cleaning: "full" | "partial" | "none", change: Partial<Chosen> = {}): Chosen => ({
    id: 1,
    file: new File([], "a"),
    inspection: { type: "text/plain", family: "text", findings: [], cleaning, notes: [] },
    cleaned: null,
    kept: false,
    agreed: false,
    fault: "",
    ...change,
  });

  it("is decided on by its writer where something may stay in it", () => {
    assert.equal(staysIn(chosen("full")), false);
    assert.equal(staysIn(chosen("none")), false);
    assert.equal(staysIn(chosen("partial")), true);
    assert.equal(staysIn(chosen("full", { fault: "damaged" })), true);
    assert.equal(staysIn(chosen("full", { cleaned: { content: blob(utf8("a")), name: "a", type: "", left: [{ kind: "place", value: "1,2" }] } })), true);
  });

  it("hinders nothing where there is none", () => {
    assert.equal(new Attaching({} as OpenCase).hindrance, "");
  });
});

describe("a file that is written to the disk while it is opened", () => {
  const disk = (): { file: WritableStream<Uint8Array>; ends: string[] } => {
    const ends: string[] = [];
    return { ends, file: new WritableStream<Uint8Array>({ close: () => { ends.push("kept"); }, abort: () => { ends.push("dropped"); } }) };
  };

  it("is kept once it is whole, and dropped where the desk locks meanwhile", async () => {
    const whole = disk();
    const { target, written } = intoFile(whole.file, new AbortController().signal);
    const writer = target.getWriter();
    await writer.write(utf8("a"));
    await writer.close();
    await written;
    assert.deepEqual(whole.ends, ["kept"]);
    const locked = disk();
    const here = new AbortController();
    const cut = intoFile(locked.file, here.signal);
    await cut.target.getWriter().write(utf8("a"));
    here.abort();
    await assert.rejects(cut.written);
    assert.deepEqual(locked.ends, ["dropped"]);
  });

  it("lies on a real disk as it was, however slow that is, and whoever opens it waits for the disk", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "reporting-saving-"));
    const file = createWriteStream(path.join(folder, "saved"), { highWaterMark: 1 });
    const { target, written } = intoFile(Writable.toWeb(file) as WritableStream<Uint8Array>, new AbortController().signal);
    const [writer, hash] = [target.getWriter(), createHash("sha256")];
    for (let piece = 0; piece < 64; piece++) {
      const bytes = randomBytes(1_048_576);
      hash.update(bytes);
      await writer.ready;
      assert.ok((writer.desiredSize ?? 0) > 0, "no more than one piece is ahead of the disk");
      void writer.write(bytes);
    }
    await writer.close();
    await written;
    assert.equal(createHash("sha256").update(await readFile(path.join(folder, "saved"))).digest("hex"), hash.digest("hex"));
    await rm(folder, { recursive: true });
  });

  it("is dropped where opening fails, and where the disk is full its opener is told", async () => {
    const failed = disk();
    const opening = intoFile(failed.file, new AbortController().signal);
    await opening.target.abort(new Error("not authentic"));
    await assert.rejects(opening.written, /not authentic/);
    assert.deepEqual(failed.ends, ["dropped"]);
    const full = new WritableStream<Uint8Array>({ write: () => { throw new Error("no room"); } });
    const { target, written } = intoFile(full, new AbortController().signal);
    const writer = target.getWriter();
    await assert.rejects(async () => { for (;;) await writer.write(utf8("a")); }, /no room/);
    await assert.rejects(written, /no room/);
  });
});
