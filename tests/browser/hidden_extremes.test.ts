/** Files that are made to be too much: loops, many parts, lengths beyond the end, films larger than memory. */

import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { joined } from "../../reporting/browser/src/hidden/bytes.ts";
import { clean, inspect } from "../../reporting/browser/src/hidden/index.ts";
import { CannotClean } from "../../reporting/browser/src/hidden/types.ts";

const FOLDER = path.resolve("../../tests/fixtures/hidden");
const MEBIBYTE = 1_048_576;

type Data = Uint8Array<ArrayBuffer>;

function bytes(text: string): Data {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

async function fixture(name: string): Promise<Data> {
  return new Uint8Array(await readFile(path.join(FOLDER, name)));
}

/** Asserts that a file is refused in words, soon, and that looking into it says the same. */
async function refused(data: Data, name: string): Promise<void> {
  const begun = performance.now();
  await assert.rejects(clean(new Blob([data]), name), CannotClean);
  const { cleaning, notes } = await inspect(new Blob([data]), name);
  assert.equal(cleaning, "none");
  assert.ok(notes.length > 0);
  assert.ok(performance.now() - begun < 5_000);
}

describe("a hostile file", () => {
  it("whose directories lead back to themselves is refused", async () => {
    const entry = "\x01\x00\x00\x01\x04\x00\x01\x00\x00\x00\x10\x00\x00\x00";
    await refused(bytes(`II*\0\x08\0\0\0${entry}\x08\0\0\0`), "a.tif");
  });

  it("whose EXIF leads back to itself is cleaned", async () => {
    const exif = "MM\0*\0\0\0\x08\0\x02\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\x88\x25\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08";
    const segment = bytes(`\xff\xe1\0${String.fromCharCode(2 + 6 + exif.length)}Exif\0\0${exif}`);
    const photo = await fixture("photo.jpg");
    const { left } = await clean(new Blob([photo.subarray(0, 2), segment, photo.subarray(2)]), "a.jpg");
    assert.deepEqual(left, []);
  });

  it("with a hundred thousand parts is cleaned or refused soon", async () => {
    const begun = performance.now();
    const png = await fixture("text.png");
    const chunk = bytes("\0\0\0\0tEXt\0\0\0\0");
    const many = joined([png.subarray(0, 33), ...new Array<Data>(100_000).fill(chunk), png.subarray(33)]);
    const { left } = await clean(new Blob([many]), "a.png");
    assert.deepEqual(left, []);
    const film = await fixture("song.m4a");
    const free = bytes("\0\0\0\x08free");
    await clean(new Blob([joined([film, ...new Array<Data>(100_000).fill(free)])]), "a.m4a");
    assert.ok(performance.now() - begun < 20_000);
  });

  it("with lengths beyond its end is refused", async () => {
    await refused(bytes("\x89PNG\r\n\x1a\n\x7f\xff\xff\xffIHDR"), "a.png");
    await refused(bytes("RIFF\xff\xff\xff\x7fWEBPVP8 \xff\xff\xff\xff"), "a.webp");
    await refused(bytes("\0\0\0\x18ftypisom\0\0\0\0isommp42\xff\xff\xff\xffmoov"), "a.mp4");
    await refused(bytes("\0\0\0\x18ftypisom\0\0\0\0isommp42\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff"), "a.mp4");
    await refused(bytes("fLaC\x80\xff\xff\xff"), "a.flac");
    await refused(bytes("\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"), "a.webm");
    await refused(bytes("OggS\0\x02" + "\0".repeat(20) + "\xff"), "a.ogg");
  });

  it("whose strips are all the same bytes does not grow", async () => {
    const count = 10_000; // strips of 10,000 bytes each would be 100 MB
    const number = (value: number): Data => Uint8Array.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, 0);
    const data = new Uint8Array(8 + 10_000);
    const [places, sizes] = [data.length, data.length + 4 * count];
    const tag = (own: number, at: number): Data => joined([number(own).subarray(0, 2), Uint8Array.of(4, 0), number(count), number(at)]);
    data.set(joined([bytes("II*\0"), number(data.length + 8 * count)]));
    const all = [data, ...new Array<Data>(count).fill(number(8)), ...new Array<Data>(count).fill(number(10_000))];
    await refused(joined([...all, Uint8Array.of(2, 0), tag(273, places), tag(279, sizes), number(0)]), "a.tif");
  });

  it("whose compressed profile is a bomb is cleaned without it", async () => {
    const { zlibSync } = await import("fflate");
    const { crc32 } = await import("../../reporting/browser/src/hidden/crc.ts");
    const body = joined([bytes("iCCPx\0\0"), new Uint8Array(zlibSync(new Uint8Array(64 * MEBIBYTE), { level: 9 }))]);
    const word = (value: number): Data => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
    const png = await fixture("text.png");
    const bomb = joined([png.subarray(0, 33), word(body.length - 4), body, word(crc32(body)), png.subarray(33)]);
    const { content, left } = await clean(new Blob([bomb]), "a.png");
    assert.deepEqual(left, []);
    assert.ok(content.size < png.length);
  });
});

describe("a film larger than memory", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "reporting-film-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("is cleaned without being read whole", async () => {
    const film = await fixture("film.mp4");
    const text = Buffer.from(film).toString("latin1");
    const moov = text.indexOf("moov") - 4;
    const index = film.subarray(moov, moov + new DataView(film.buffer).getUint32(moov));
    const size = 3 * 1024 * MEBIBYTE; // Node 20 forgets what is above 4 GiB of a size
    const name = path.join(folder, "long.mp4");
    const file = await open(name, "w");
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(size - 24 - index.length));
    await file.write(joined([bytes("\0\0\0\x18ftypisom\0\0\0\0isommp42\0\0\0\x01mdat"), new Uint8Array(length)]), 0, undefined, 0);
    await file.write(index, 0, undefined, size - index.length);
    await file.close();
    const before = process.memoryUsage().rss;
    let read = 0;
    const blobs = Blob.prototype as { arrayBuffer: (this: Blob) => Promise<ArrayBuffer> };
    const { arrayBuffer } = blobs;
    // Not by a mock: it would keep all that was read.
    blobs.arrayBuffer = function () {
      read += this.size;
      return arrayBuffer.call(this);
    };
    const { content, left } = await clean(await openAsBlob(name), "long.mp4").finally(() => (blobs.arrayBuffer = arrayBuffer));
    assert.ok(read > index.length && read < size / 3, `${read} bytes of ${size} were read`);
    assert.equal(content.size, size);
    assert.deepEqual(left, []);
    const tail = Buffer.from(await content.slice(size - index.length).arrayBuffer()).toString("latin1");
    assert.ok(tail.includes("mvhd") && !tail.includes("planted"));
    assert.ok(process.memoryUsage().rss - before < 200 * MEBIBYTE);
  });
});
