/** Payloads sealed block by block: the same as age's own, for any size, by both ciphers; and nothing out of its place opens. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";

import fc from "fast-check";

import { Crew } from "../../reporting/browser/src/evidence/crew.ts";
import { cipherOf, loadSodium, loadTools } from "../../reporting/browser/src/evidence/fast_cipher.ts";
import { sealParts } from "../../reporting/browser/src/evidence/parts.ts";
import { BLOCK_SIZE, type Cipher, openBlock, payloadKey, placeOf, sealBlock } from "../../reporting/browser/src/evidence/payload.ts";
import { PLAIN } from "../../reporting/browser/src/evidence/plain_cipher.ts";
import { PART_SIZE, sealedFileSize } from "../../reporting/browser/src/evidence/sizes.ts";
import { HybridIdentity, NONCE_SIZE, decrypt, fileKeyOf, headerSize, newHeader } from "../../reporting/browser/src/protocol/age.ts";
import { concat, sha256 } from "../../reporting/browser/src/protocol/encoding.ts";
import { HmacFailure, NoMatch } from "../../reporting/browser/src/protocol/errors.ts";
import { paddedFileSize } from "../../reporting/browser/src/protocol/padding.ts";
import { refusedLater } from "./refusals.ts";

const CHUNK = 65_536;
const IDENTITY = HybridIdentity.generate();

async function sealedBy(cipher: Cipher, plaintext: Uint8Array): Promise<Uint8Array> {
  const { header, fileKey } = await newHeader([IDENTITY.recipient]);
  const nonce = randomBytes(NONCE_SIZE);
  const key = await payloadKey(fileKey, nonce);
  const count = Math.ceil(plaintext.length / BLOCK_SIZE);
  const blocks = Array.from({ length: count }, (_, block) =>
    sealBlock(cipher, key, placeOf(block, count), plaintext.subarray(block * BLOCK_SIZE, (block + 1) * BLOCK_SIZE)));
  return concat(header, nonce, ...(await Promise.all(blocks)));
}

async function partsOf(content: Uint8Array<ArrayBuffer>): Promise<{ parts: Uint8Array[]; digest: Uint8Array }> {
  const file = { name: "x", type: "", content: new Blob([content]) };
  const sealing = await sealParts(file, [String(IDENTITY.recipient)], Crew.alone());
  const parts: Uint8Array[] = [];
  for (let part = await sealing.next(); part !== null; part = await sealing.next()) parts.push(part);
  return { parts, digest: await sealing.digest() };
}

describe("a payload in blocks", () => {
  it("opens as age's own whatever its size, by libsodium as by the plain cipher", async () => {
    const fast = await loadTools();
    assert.equal(fast.fast, true);
    const near = fc.tuple(fc.constantFrom(CHUNK, 2 * CHUNK, BLOCK_SIZE, BLOCK_SIZE + CHUNK), fc.integer({ min: -3, max: 3 })).map(([size, more]) => size + more);
    const sizes = fc.oneof(fc.integer({ min: 1, max: 3 * CHUNK }), near);
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const plaintext = randomBytes(size);
        for (const { cipher } of [fast, PLAIN]) {
          const opened = await decrypt(await sealedBy(cipher, plaintext), [IDENTITY]);
          assert.ok(Buffer.from(opened).equals(plaintext));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("opens in its place alone, whole and unchanged, and by both ciphers alike", async () => {
    const fast = await loadTools();
    const key = randomBytes(32);
    const plaintext = randomBytes(3 * CHUNK + 5);
    for (const sealer of [fast.cipher, PLAIN.cipher]) {
      const sealed = await sealBlock(sealer, key, { first: 16, last: true }, plaintext);
      for (const cipher of [fast.cipher, PLAIN.cipher]) {
        const opened = await openBlock(cipher, key, { first: 16, last: true }, sealed);
        assert.ok(opened !== null && Buffer.from(opened).equals(plaintext));
        assert.equal(await openBlock(cipher, key, { first: 16, last: false }, sealed), null);
        assert.equal(await openBlock(cipher, key, { first: 0, last: true }, sealed), null);
        assert.equal(await openBlock(cipher, randomBytes(32), { first: 16, last: true }, sealed), null);
        assert.equal(await openBlock(cipher, key, { first: 16, last: true }, sealed.subarray(0, -1)), null);
        assert.equal(await openBlock(cipher, key, { first: 16, last: true }, sealed.subarray(0, CHUNK + 16)), null);
        assert.equal(await openBlock(cipher, key, { first: 16, last: true }, sealed.subarray(0, 16)), null);
        assert.equal(await openBlock(cipher, key, { first: 16, last: true }, new Uint8Array()), null);
        const swapped = concat(sealed.subarray(CHUNK + 16, 2 * (CHUNK + 16)), sealed.subarray(0, CHUNK + 16), sealed.subarray(2 * (CHUNK + 16)));
        assert.equal(await openBlock(cipher, key, { first: 16, last: true }, swapped), null);
        const altered = sealed.slice();
        altered[CHUNK] = (altered[CHUNK] ?? 0) ^ 1;
        assert.equal(await openBlock(cipher, key, { first: 16, last: true }, altered), null);
      }
    }
  });
});

describe("a header made for a payload elsewhere", () => {
  it("gives its key to its recipients alone, once it is unaltered, and no key twice", async () => {
    const { header, fileKey } = await newHeader([IDENTITY.recipient, HybridIdentity.generate().recipient]);
    assert.equal(header.length, headerSize(2));
    assert.deepEqual(await fileKeyOf(header, [IDENTITY]), fileKey);
    assert.notDeepEqual((await newHeader([IDENTITY.recipient])).fileKey, fileKey);
    await refusedLater(NoMatch, () => fileKeyOf(header, [HybridIdentity.generate()]));
    const altered = header.slice();
    altered[header.length - 10] = altered[header.length - 10] === 65 ? 66 : 65;
    await refusedLater(HmacFailure, () => fileKeyOf(altered, [IDENTITY]));
  });
});

describe("a file in parts", () => {
  it("has parts of one size, the hash of all of them, and the length that its class gives it", async () => {
    const sizes = fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: PART_SIZE - 4_000, max: PART_SIZE + 4_000 }));
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const content = Uint8Array.from(randomBytes(size));
        const { parts, digest } = await partsOf(content);
        const whole = concat(...parts);
        assert.ok(parts.slice(0, -1).every(({ length }) => length === PART_SIZE));
        assert.equal(whole.length, sealedFileSize(size, 1));
        assert.deepEqual(digest, sha256(whole));
        const padded = await decrypt(whole, [IDENTITY]);
        assert.equal(padded.length, paddedFileSize(size));
        assert.ok(Buffer.from(padded.subarray(0, size)).equals(content));
        assert.ok(padded.subarray(size).every((byte) => byte === 0));
      }),
      { numRuns: 20 },
    );
  });

  it("is opened by Python", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "reporting-sealed-"));
    try {
      const content = Uint8Array.from(randomBytes(PART_SIZE + 70_000));
      await writeFile(path.join(folder, "sealed"), concat(...(await partsOf(content)).parts));
      const script = "import sys; from reporting.protocol import age; open(sys.argv[2], 'wb').write(age.decrypt(open(sys.argv[1], 'rb').read(), [age.HybridIdentity.parse(sys.argv[3])]))";
      const root = path.resolve("../..");
      const names = ["sealed", "opened"].map((name) => path.join(folder, name));
      await promisify(execFile)(path.join(root, ".venv/bin/python"), ["-c", script, ...names, IDENTITY.encode()], { cwd: root, env: { ...process.env, PYTHONPATH: root } });
      const opened = await readFile(path.join(folder, "opened"));
      assert.equal(opened.length, paddedFileSize(content.length));
      assert.ok(opened.subarray(0, content.length).equals(content));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("leaves neither key nor content in libsodium's memory, sealed or opened or refused", async () => {
    const sodium = await loadSodium();
    const cipher = cipherOf(sodium);
    const [key, plaintext] = [randomBytes(32), randomBytes(CHUNK + 500)];
    const lies = (bytes: Uint8Array): boolean => Buffer.from(sodium.HEAPU8.buffer).includes(Buffer.from(bytes));
    const keyed = await cipher.under(key);
    await keyed.seal(randomBytes(12), plaintext.subarray(0, 500), new Uint8Array(516));
    assert.ok(lies(key), "it is looked for in the right place");
    const place = { first: 0, last: true };
    const sealed = await sealBlock(cipher, key, place, plaintext);
    assert.deepEqual([lies(key), lies(sealed.subarray(-64))], [false, false]);
    assert.ok(await openBlock(cipher, key, place, sealed));
    assert.deepEqual([lies(key), lies(plaintext.subarray(-64)), lies(plaintext.subarray(0, 64))], [false, false, false]);
    assert.equal(await openBlock(cipher, key, { first: 1, last: true }, sealed), null);
    assert.equal(lies(key), false);
  });

  it("is not begun by a cipher that gets no memory", async () => {
    const sodium = await loadSodium();
    const full = Object.create(sodium, { _malloc: { value: () => 0 } }) as typeof sodium;
    assert.throws(() => cipherOf(full), /no memory/);
  });
});
