/** What devices and programs leave between the parts of a file that every player shows: found, and gone or said. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import { joined } from "../../reporting/browser/src/hidden/bytes.ts";
import { clean, inspect } from "../../reporting/browser/src/hidden/index.ts";

const FOLDER = path.resolve("../../tests/fixtures/hidden");
const DASHCAM = "freeGPS 52.5200 N 13.4050 E";

type Data = Uint8Array<ArrayBuffer>;

function bytes(text: string): Data {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function textOf(data: Uint8Array): string {
  return Buffer.from(data).toString("latin1");
}

async function fixture(name: string): Promise<Data> {
  return new Uint8Array(await readFile(path.join(FOLDER, name)));
}

async function cleaned(data: Data, name: string): Promise<string> {
  const { content, left } = await clean(new Blob([data]), name);
  assert.deepEqual(left, []);
  return textOf(new Uint8Array(await content.arrayBuffer()));
}

/** The file with `more` at the end of its last box `mdat`, behind which only its index stands. */
function withMedia(data: Data, more: string): Data {
  const at = textOf(data).lastIndexOf("mdat") - 4;
  const length = new DataView(data.buffer).getUint32(at);
  const result = joined([data.subarray(0, at + length), bytes(more), data.subarray(at + length)]);
  new DataView(result.buffer).setUint32(at, length + more.length);
  return result;
}

describe("a film in boxes", () => {
  it("loses what a dashcam put between its pictures", async () => {
    for (const name of ["film.mp4", "clock.mov", "phone.3gp", "pieces.mp4"]) {
      const data = withMedia(await fixture(name), DASHCAM);
      const { findings } = await inspect(new Blob([data]), name);
      assert.ok(findings.some(({ kind, value }) => kind === "hidden" && value === `${DASHCAM.length} B`), name);
      assert.ok(!(await cleaned(data, name)).includes("freeGPS"), name);
    }
  });

  it("whose tables lead elsewhere is only partly cleaned, and says so", async () => {
    const data = withMedia(await fixture("film.mp4"), DASHCAM);
    const at = textOf(data).indexOf("stco") + 12;
    new DataView(data.buffer).setUint32(at, 8);
    const { cleaning, notes } = await inspect(new Blob([data]), "film.mp4");
    assert.equal(cleaning, "partial");
    assert.ok(notes.some((note) => note.includes('could be followed')));
  });

  it("loses the name of the program among its pictures, and says that the coding stays", async () => {
    const data = await fixture("film.mp4");
    const { cleaning, findings, notes } = await inspect(new Blob([data]), "film.mp4");
    assert.equal(cleaning, "full");
    assert.ok(findings.some(({ kind, value }) => kind === "software" && value.startsWith("x264 - core")));
    assert.ok(notes.some((note) => note.includes('the way in which both are coded')));
    assert.doesNotMatch(await cleaned(data, "film.mp4"), /x264|Lavc/u);
  });

  it("that is coded with notes in each picture is only partly cleaned", async () => {
    const data = bytes(textOf(await fixture("phone.3gp")).replace(/avc1(?=\0{6})/u, "jpeg"));
    assert.equal((await inspect(new Blob([data]), "phone.3gp")).cleaning, "partial");
  });
});

describe("a film in Matroska", () => {
  it("loses subtitles with their track, and the program's name among its pictures", async () => {
    const data = await fixture("film.mkv");
    assert.match(textOf(data), /GPS\(/u);
    assert.match(textOf(data), /x264 - core/u);
    const { cleaning, findings, notes } = await inspect(new Blob([data]), "film.mkv");
    assert.equal(cleaning, "full");
    assert.equal(findings.filter(({ kind, value }) => kind === "comment" && /^\d+ B$/u.test(value)).length, 2, "its track, and what it says");
    assert.ok(findings.some(({ kind, value }) => kind === "software" && value.startsWith("x264 - core")));
    assert.ok(notes.some((note) => note.includes('the way in which both are coded')));
    assert.doesNotMatch(await cleaned(data, "film.mkv"), /GPS|x264|S_TEXT/u);
  });

  it("loses what no player knows, wherever it stands in it", async () => {
    const data = await fixture("web.webm");
    const simple = textOf(data).indexOf("\x1f\x43\xb6\x75");
    assert.ok(simple > 0);
    const note = bytes(`\x4a\x4b${String.fromCharCode(0x80 | DASHCAM.length)}${DASHCAM}`);
    const open = bytes("\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff"); // a cluster of unknown length
    const film = joined([data, open, bytes("\xe7\x81\x01"), note]);
    const segment = textOf(film).indexOf("\x18\x53\x80\x67") + 4;
    film.set(bytes("\x01\xff\xff\xff\xff\xff\xff\xff"), segment);
    assert.doesNotMatch(await cleaned(film, "web.webm"), /freeGPS/u);
  });
});

describe("a photo of a telephone", () => {
  it("loses its small copy, and what stands between its pictures", async () => {
    for (const name of ["photo.heic", "photo.avif"]) {
      const data = withMedia(await fixture(name), DASHCAM);
      const { cleaning, findings } = await inspect(new Blob([data]), name);
      assert.equal(cleaning, "full");
      assert.equal(findings.filter(({ kind }) => kind === "thumbnail").length, name === "photo.heic" ? 2 : 1, "that of EXIF, and one of the file's own");
      assert.ok(findings.some(({ kind, value }) => kind === "hidden" && value === `${DASHCAM.length} B`));
      assert.doesNotMatch(await cleaned(data, name), /freeGPS/u);
    }
  });

  it("that holds a depth is only partly cleaned, and says so", async () => {
    const text = textOf(await fixture("photo.heic"));
    const data = bytes(text.replace("thmb", "auxl")); // what was a small copy is anything else now
    const { cleaning, findings, notes } = await inspect(new Blob([data]), "photo.heic");
    assert.equal(cleaning, "partial");
    assert.ok(findings.some(({ kind, value }) => kind === "hidden" && value.endsWith(" B")));
    assert.ok(notes.some((note) => note.startsWith("This photo holds more")));
    const { left } = await clean(new Blob([data]), "photo.heic");
    assert.deepEqual(left.map(({ kind }) => kind), ["hidden", "hidden"], "a grid, and its part");
  });
});

describe("a recording of sound", () => {
  it("with something behind its last frame is only partly cleaned, and says so", async () => {
    const data = await fixture("talk.flac");
    assert.equal((await inspect(new Blob([data]), "talk.flac")).cleaning, "full");
    const { cleaning, notes } = await inspect(new Blob([data, bytes(DASHCAM)]), "talk.flac");
    assert.equal(cleaning, "partial");
    assert.ok(notes.some((note) => note.startsWith("Behind the sound")));
  });

  it("loses the name of the program in its first frame", async () => {
    for (const name of ["song.mp3", "memo.aac"]) {
      const data = await fixture(name);
      assert.match(textOf(data), /LAME\d|Lav[cf]\d/u);
      const { findings } = await inspect(new Blob([data]), name);
      assert.ok(findings.some(({ kind, value }) => kind === "software" && /^(?:LAME|Lav[cf])\d/u.test(value)), name);
      assert.doesNotMatch((await cleaned(data, name)).slice(0, 2_000), /LAME\d|Lav[cf]\d/u);
    }
  });

  it("says that its coding stays", async () => {
    for (const name of ["song.mp3", "memo.aac", "memo.wav", "talk.ogg", "talk.opus", "talk.flac"]) {
      const { notes } = await inspect(new Blob([await fixture(name)]), name);
      assert.ok(notes.some((note) => note.includes('the way in which it is coded')), name);
    }
  });
});

describe("a picture of the past", () => {
  it("whose pages are JPEGs with notes of their own is only partly cleaned", async () => {
    const text = textOf(await fixture("tiles.tif"));
    const data = bytes(text.replace("\x03\x01\x03\0\x01\0\0\0\x05\0", "\x03\x01\x03\0\x01\0\0\0\x09\0")); // as no program wrote it
    assert.notEqual(textOf(data), text);
    assert.equal((await inspect(new Blob([data]), "tiles.tif")).cleaning, "partial");
  });

  it("has no room for words between its frames", async () => {
    const text = textOf(await fixture("moving.gif"));
    const at = text.indexOf("\x21\xf9");
    const data = bytes(`${text.slice(0, at)}\x21\xf9${String.fromCharCode(DASHCAM.length)}${DASHCAM}\0${text.slice(at)}`);
    assert.doesNotMatch(await cleaned(data, "moving.gif"), /freeGPS/u);
  });
});
