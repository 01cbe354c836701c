/** Files that a stranger may send to harm whoever looks at them; each tells `canary` where anything of it runs or loads. */

import { crc32, deflateRawSync, deflateSync } from "node:zlib";

import { zipSync } from "fflate";

import { utf8 } from "../../reporting/browser/src/protocol/encoding.ts";

/** A file, and what must become of it: shown in some way, or refused; and the labels that must stand beside it. */
export interface Hostile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly ends: "shown" | "refused";
  readonly labels: readonly string[];
}

/** Bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function chunk(kind: string, data: Uint8Array): Uint8Array {
  const named = joined(utf8(kind), data);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return joined(length, named, sum);
}

/** A gray PNG that says that it is so large; its pixels are those of `drawn` rows. */
export function png(width: number, height: number, drawn = height): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc((width + 1) * drawn, 0x80).map((_, at) => (at % (width + 1) === 0 ? 0 : 0x80)));
  return joined(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", new Uint8Array()));
}

/** A PDF of these objects, the first of which is its catalog, with a table that fits. */
export function pdf(objects: readonly string[]): Uint8Array {
  let text = "%PDF-1.7\n";
  const places = objects.map((object, number) => {
    const at = text.length;
    text += `${number + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
  return utf8(text);
}

/** One page that says `words`, with more in its catalog. */
export function pdfPage(words: string, catalog = ""): Uint8Array {
  const drawn = `BT /F1 24 Tf 40 100 Td (${words}) Tj ET`;
  return pdf([
    `<</Type/Catalog/Pages 2 0 R${catalog}>>`,
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    `<</Length ${drawn.length}>>\nstream\n${drawn}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  ]);
}

/** A zip whose members are each packed `bytes` of zeros, and say that they are `said` bytes large. */
function bomb(names: readonly string[], bytes: number, said: number): Uint8Array {
  const packed = deflateRawSync(Buffer.alloc(bytes));
  const fields = (name: string, offset: number | null): Uint8Array => {
    const head = Buffer.alloc(offset === null ? 30 : 46);
    const at = offset === null ? 4 : 6;
    head.writeUInt32LE(offset === null ? 0x04034b50 : 0x02014b50);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, at + 4);
    head.writeUInt32LE(packed.length, at + 14);
    head.writeUInt32LE(said, at + 18);
    head.writeUInt16LE(name.length, at + 22);
    if (offset !== null) head.writeUInt32LE(offset, 42);
    return joined(head, utf8(name));
  };
  const locals = names.map((name) => joined(fields(name, null), packed));
  const places = names.map((_, number) => locals.slice(0, number).reduce((sum, local) => sum + local.length, 0));
  const central = joined(...names.map((name, number) => fields(name, places[number] ?? 0)));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(joined(...locals).length, 16);
  return joined(...locals, central, end);
}

function active(canary: string): string {
  return `globalThis.ran=true;try{parent.postMessage("ran","*");top.document.title="ran"}catch{};new Image().src="${canary}script";fetch("${canary}fetch")`;
}

function svgAndPages(canary: string): Hostile[] {
  const script = active(canary);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload='${script}'><script>${script}</script>
    <image href="${canary}svg" width="9" height="9"/><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="${canary}frame"/></foreignObject></svg>`;
  const page = `<!doctype html><html><head><meta http-equiv="refresh" content="0;url=${canary}refresh"><link rel="stylesheet" href="${canary}sheet"></head>
    <body onload='${script}'><img src="${canary}picture" onerror='${script}'><script>${script}</script><form id="f" action="${canary}form"></form><script>f.submit()</script></body></html>`;
  return [
    { name: "drawing.svg", bytes: utf8(svg), ends: "shown", labels: ["active"] },
    { name: "page.html", bytes: utf8(page), ends: "shown", labels: ["active"] },
    { name: "page.png", bytes: utf8(page), ends: "shown", labels: ["mismatch", "active"] },
  ];
}

function documents(canary: string): Hostile[] {
  const scripts = `/OpenAction<</S/JavaScript/JS(app.alert\\("ran"\\);app.launchURL\\("${canary}pdf"\\))>>/AA<</WC<</S/URI/URI(${canary}uri)>>>>/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(this.submitForm\\("${canary}submit"\\))>>]>>>>`;
  const hidden = zipSync({ "inside.txt": utf8("something else") });
  return [
    { name: "scripts.pdf", bytes: pdfPage("It ran nothing", scripts), ends: "shown", labels: ["active"] },
    { name: "two in one.pdf", bytes: joined(pdfPage("Two in one"), hidden), ends: "shown", labels: ["polyglot"] },
    { name: "broken.pdf", bytes: utf8("%PDF-1.7\nnothing of a PDF follows"), ends: "refused", labels: [] },
  ];
}

function packed(): Hostile[] {
  const macros = zipSync({ "[Content_Types].xml": utf8("<Types/>"), "xl/workbook.xml": utf8("<workbook/>"), "xl/vbaProject.bin": utf8("Sub") });
  return [
    { name: "zeros.zip", bytes: bomb(["zeros"], 134_217_728, 134_217_728), ends: "refused", labels: ["bomb"] },
    // It lies about its size: only unpacking to a limit finds out.
    { name: "zeros.xlsx", bytes: bomb(["[Content_Types].xml", "xl/workbook.xml"], 134_217_728, 100), ends: "refused", labels: [] },
    { name: "endless.xlsx", bytes: endlessSheet(), ends: "refused", labels: [] },
    { name: "macros.xlsm", bytes: macros, ends: "refused", labels: ["macros"] },
  ];
}

/** A small spreadsheet that names one laborious sheet a thousand times: reading all of them takes many minutes. */
export function endlessSheet(): Uint8Array {
  const attributes = Array.from({ length: 500_000 }, (_, place) => `a${place.toString(36)}=""`).join(" ");
  return zipSync({
    "[Content_Types].xml": utf8("<Types/>"),
    "xl/workbook.xml": utf8(`<workbook xmlns:r="r"><sheets>${'<sheet name="One" r:id="x1"/>'.repeat(1_000)}</sheets></workbook>`),
    "xl/_rels/workbook.xml.rels": utf8('<Relationships><Relationship Id="x1" Target="worksheets/a.xml"/></Relationships>'),
    "xl/worksheets/a.xml": utf8(`<worksheet><sheetData ${attributes}/></worksheet>`),
  });
}

/** The set. */
export function hostileSet(canary: string): Hostile[] {
  const film = joined(Uint8Array.of(0, 0, 0, 24), utf8("ftypisom"), new Uint8Array(12), utf8("moov is not here, and nothing else is"));
  return [
    ...svgAndPages(canary),
    ...documents(canary),
    ...packed(),
    { name: "giant.png", bytes: png(60_000, 60_000, 2), ends: "refused", labels: ["giant"] },
    { name: "cut.png", bytes: png(64, 64).subarray(0, 40), ends: "refused", labels: [] },
    { name: "film.mp4", bytes: film, ends: "refused", labels: [] },
    { name: "invoice.pdf", bytes: joined(Uint8Array.of(0x4d, 0x5a, 0x90), new Uint8Array(200)), ends: "refused", labels: ["mismatch", "program"] },
    { name: "picture with a page.png", bytes: joined(png(8, 8), utf8(`<html><script>${active(canary)}</script>`)), ends: "shown", labels: ["polyglot"] },
    { name: "plain.png", bytes: png(64, 48), ends: "shown", labels: [] },
  ];
}
