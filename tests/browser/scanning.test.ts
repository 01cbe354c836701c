/** The scanner of profiles finds what is there, however it is packed; else finding nothing would mean nothing. */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";

import { codeNeedles, needlesOf, scan, told } from "./acting/scanning.ts";

const SENTENCE = "The sluice was opened at night: السد";
const ABSENT = "The sluice was closed at noon: الباب";
const WORDS = "abandon ability able about above absent absorb abstract absurd abuse access accident".split(" ");
const AROUND = Buffer.from("something else ");

function within(content: Buffer | string): Buffer {
  return Buffer.concat([AROUND, Buffer.from(content as Buffer), AROUND]);
}

/** Nothing but literals: what a packer makes of a text without repetitions. */
function lz4(content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(content.length);
  return Buffer.concat([Buffer.from("mozLz40\0"), size, Buffer.from([0xf0, content.length - 15]), content]);
}

function snappyBlock(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([content.length, 60 << 2, content.length - 1]), content, Buffer.from([1, 0, 0, 0, 0])]);
}

/** A table of LevelDB with one packed block and its index. */
function table(content: Buffer): Buffer {
  const block = snappyBlock(content);
  const handle = [0, block.length - 5];
  const index = Buffer.from([0, 1, handle.length, 0x6b, ...handle, 0, 0, 0, 0, 1, 0, 0, 0]);
  const footer = Buffer.alloc(48);
  footer.set([0, 0, block.length, index.length]);
  footer.set(Buffer.from("57fb808b247547db", "hex"), 40);
  return Buffer.concat([block, index, Buffer.alloc(5), footer]);
}

function simpleEntry(content: Buffer): Buffer {
  const key = Buffer.from("1/0/_dk_http://127.0.0.1/assets/report.js");
  const head = Buffer.alloc(24);
  head.set(Buffer.from("305c72a71b6dfbfc", "hex"));
  head.writeUInt32LE(key.length, 12);
  return Buffer.concat([head, key, brotliCompressSync(content), Buffer.alloc(80, 0xd8)]);
}

function archive(content: Buffer): Buffer {
  const head = Buffer.alloc(30);
  head.set(Buffer.from("PK\u0003\u0004", "latin1"));
  head.writeUInt16LE(4, 26);
  return Buffer.concat([AROUND, head, Buffer.from("name"), deflateRawSync(content), AROUND]);
}

const text = Buffer.from(SENTENCE);
const PLANTED: Readonly<Record<string, Buffer>> = {
  "UTF-8": within(text),
  "UTF-16": within(Buffer.from(SENTENCE, "utf16le")),
  "UTF-16, big end first": within(Buffer.from(SENTENCE, "utf16le").swap16()),
  "ASCII JSON": within("The sluice was opened at night: \\u0627\\u0644\\u0633\\u062f"),
  "base64 at 0": within(text.toString("base64")),
  "base64 at 1": within(Buffer.concat([Buffer.from("x"), text]).toString("base64")),
  "base64 at 2": within(Buffer.concat([Buffer.from("xy"), text]).toString("base64")),
  "base64 for addresses": within(text.toString("base64url")),
  hex: within(text.toString("hex")),
  "percent-encoding": within(encodeURIComponent(SENTENCE)),
  "a form's encoding": within(new URLSearchParams({ text: SENTENCE }).toString()),
  gzip: within(gzipSync(within(text))),
  "gzip, cut off": gzipSync(Buffer.concat([within(text), Buffer.alloc(9_000, "abcdefg")])).subarray(0, -9),
  zlib: within(deflateSync(within(text))),
  "an archive": archive(within(text)),
  brotli: brotliCompressSync(within(text)),
  "Chromium's cache": simpleEntry(within(text)),
  mozLz4: lz4(within(text)),
  "LevelDB's table": table(within(text)),
};

describe("the scanner of profiles", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "reporting-scan-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [name, content] of Object.entries(PLANTED)) {
    it(`finds a sentence in ${name}, and not one that is not there`, async () => {
      const below = path.join(folder, name, "deep");
      await mkdir(below, { recursive: true });
      await writeFile(path.join(below, "file"), content);
      assert.notDeepEqual(await scan(path.join(folder, name), needlesOf({ sentence: SENTENCE })), []);
      assert.deepEqual(told(await scan(path.join(folder, name), needlesOf({ absent: ABSENT }))), []);
    });
  }

  for (const by of [" ", "-", "", ", ", '","', "\n"]) {
    it(`finds part of a code joined by ${JSON.stringify(by)}, in a file and in its name`, async () => {
      const below = path.join(folder, `code${Buffer.from(by).toString("hex")}`);
      await mkdir(below);
      await writeFile(path.join(below, "log"), within(WORDS.slice(3, 8).join(by)));
      if (by !== "\n") await writeFile(path.join(below, WORDS.slice(0, 5).join(by)), "");
      const files = new Set((await scan(below, codeNeedles("code", WORDS))).map(({ file }) => file));
      assert.equal(files.size, by === "\n" ? 1 : 2);
    });
  }
});
