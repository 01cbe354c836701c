/** Files: sealed, sent in parts, fetched and opened; connections that break, and servers that alter what they keep. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { beforeEach, describe, it } from "node:test";

import { Canceled, Problem, Unreachable } from "../../reporting/browser/src/client/errors.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { FilesEngine } from "../../reporting/browser/src/evidence/engine.ts";
import type { OpenJob } from "../../reporting/browser/src/evidence/files_api.ts";
import { sealedFileSize } from "../../reporting/browser/src/evidence/sizes.ts";
import type { FileProgress, OutgoingFile } from "../../reporting/browser/src/evidence/types.ts";
import { HybridIdentity, decrypt } from "../../reporting/browser/src/protocol/age.ts";
import { sha256 } from "../../reporting/browser/src/protocol/encoding.ts";
import type { Attachment } from "../../reporting/browser/src/protocol/entry.ts";
import { NoMatch, NotAuthentic } from "../../reporting/browser/src/protocol/errors.ts";
import { paddedFileSize } from "../../reporting/browser/src/protocol/padding.ts";
import { refusedLater } from "./refusals.ts";
import { type Fate, UploadServer } from "./upload_server.ts";

const MIB = 1_048_576;
const CASE = HybridIdentity.generate();
const REPORTER = HybridIdentity.generate();
const TO = [CASE, REPORTER].map(({ recipient }) => String(recipient));
const SIDE = { side: "reporter" } as const;

function fileOf(size: number, name = "photo.jpg"): OutgoingFile {
  return { name, type: "image/jpeg", content: new Blob([randomBytes(size)]) };
}

function nobody(): void {
  // listens to no progress
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

describe("files on their way", () => {
  let server: UploadServer;
  let engine: FilesEngine;
  const engineOf = (waits: readonly number[] = [1, 1, 1]): FilesEngine => new FilesEngine(new Transport(server.fetch), waits);
  const send = async (files: readonly OutgoingFile[], told: FileProgress[] = [], by = engine): Promise<readonly Attachment[]> =>
    by.send({ from: SIDE, number: await by.number(files), recipients: TO }, (progress) => told.push(progress));
  const jobOf = (file: Attachment, identity = REPORTER): OpenJob => ({
    file, stanzas: 2, identities: [identity.encode()], from: { side: "reporter", token: "", case: "0".repeat(32) },
  });
  const sendOne = async (file: OutgoingFile): Promise<Attachment> => {
    const [sent] = await send([file]);
    assert.ok(sent);
    return sent;
  };

  beforeEach(() => {
    server = new UploadServer();
    engine = engineOf();
  });

  for (const size of [0, 1, 65_535, 65_536, 65_537, MIB - 3_300, MIB, MIB + 1, 3 * MIB + 17]) {
    it(`arrive and open: ${size} bytes`, async () => {
      const file = fileOf(size);
      const sent = await sendOne(file);
      const sealed = server.sealed(sent.upload);
      assert.equal(sealed.length, sealedFileSize(size, 2));
      assert.deepEqual(sha256(sealed), sent.sha256);
      assert.deepEqual([sent.name, sent.type, sent.size], ["photo.jpg", "image/jpeg", size]);
      for (const identity of [CASE, REPORTER]) {
        const padded = await decrypt(sealed, [identity]);
        assert.equal(padded.length, paddedFileSize(size));
        assert.deepEqual(padded.subarray(0, size), await bytesOf(file.content));
        assert.deepEqual(await bytesOf(await engine.open(jobOf(sent, identity), nobody)), await bytesOf(file.content));
      }
    });
  }

  it("tell no more by their parts on the line than their padding class", async () => {
    for (const size of [1, 65_537, MIB + 1, 3 * MIB + 17]) {
      const onLine: number[][] = [];
      for (const one of [size, paddedFileSize(size)]) {
        const { upload } = await sendOne(fileOf(one));
        onLine.push([...(server.uploads.get(upload)?.parts ?? [])].sort(([a], [b]) => a - b).map(([, bytes]) => bytes.length));
      }
      assert.deepEqual(onLine[0], onLine[1]);
      assert.ok(onLine[0]?.slice(0, -1).every((length) => length === MIB));
    }
  });

  it("tell how far they are, over all of them", async () => {
    const told: FileProgress[] = [];
    await send([fileOf(2 * MIB), fileOf(10, "b")], told);
    const size = sealedFileSize(2 * MIB, 2) + sealedFileSize(10, 2);
    assert.ok(told.every((one) => one.size === size && one.files === 2));
    assert.deepEqual([told[0]?.state, told[0]?.sent, told.at(-1)?.state, told.at(-1)?.sent], ["sealing", 0, "done", size]);
    assert.deepEqual([...new Set(told.map(({ file }) => file))], [0, 1]);
    const counts = told.map(({ sent }) => sent);
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
  });

  it("are sent again part by part where nobody answers, the store is away, or the answer is lost", async () => {
    const fates: ReturnType<Fate>[] = ["lost", 503, "late", null, "late"];
    server.fate = (method) => (method === "PUT" ? (fates.shift() ?? null) : null);
    const told: FileProgress[] = [];
    const file = fileOf(4 * MIB);
    const [sent] = await send([file], told);
    assert.ok(sent);
    assert.ok(told.some(({ state }) => state === "waiting"));
    assert.deepEqual(sha256(server.sealed(sent.upload)), sent.sha256);
    assert.equal(server.uploads.size, 1);
  });

  it("go on where they stopped when they are sent again, and no part is sealed twice", async () => {
    const file = fileOf(5 * MIB);
    let left = 3;
    server.fate = (method) => (method === "PUT" && --left < 0 ? "lost" : null);
    await refusedLater(Unreachable, () => send([file]));
    const before = new Map([...server.uploads.values()][0]?.parts);
    assert.equal(before.size, 3);
    server.fate = () => null;
    server.log.length = 0;
    const told: FileProgress[] = [];
    const [sent] = await send([{ ...file, content: new Blob([file.content]) }], told);
    assert.ok(sent);
    assert.equal(server.uploads.size, 1);
    assert.equal(server.log.filter((line) => line.startsWith("PUT")).length, 3);
    assert.equal(told[0]?.sent, 3 * MIB);
    assert.deepEqual(await bytesOf(await engine.open(jobOf(sent), nobody)), await bytesOf(file.content));
    // Asked once more, it has nothing left to do.
    assert.deepEqual(await send([file]), [sent]);
  });

  it("are sealed anew where another file stands in their place, however alike", async () => {
    const file = fileOf(2 * MIB);
    const sent = await sendOne(file);
    const changed = await bytesOf(file.content);
    changed[MIB + 5] = (changed[MIB + 5] ?? 0) ^ 1;
    const other = await sendOne({ ...file, content: new Blob([changed as Uint8Array<ArrayBuffer>]) });
    assert.notEqual(other.upload, sent.upload);
    const [first, second] = [sent, other].map(({ upload }) => server.sealed(upload).subarray(4_000));
    assert.notDeepEqual(first?.subarray(0, 1_000), second?.subarray(0, 1_000));
  });

  it("begin again where the server has swept them meanwhile", async () => {
    const file = fileOf(3 * MIB);
    let left = 2;
    server.fate = (method) => (method === "PUT" && --left < 0 ? "lost" : null);
    await refusedLater(Unreachable, () => send([file]));
    server.uploads.clear();
    server.fate = () => null;
    const told: FileProgress[] = [];
    const [sent] = await send([file], told);
    assert.ok(sent);
    assert.equal(told.at(-1)?.sent, told.at(-1)?.size);
    assert.deepEqual(await bytesOf(await engine.open(jobOf(sent), nobody)), await bytesOf(file.content));
  });

  it("end with the server's word where it refuses", async () => {
    server.fate = (method, path) => (method === "POST" && path === "/api/uploads" ? 404 : null);
    await refusedLater(Problem, () => send([fileOf(1)]));
    server.fate = (method) => (method === "PUT" ? 503 : null);
    await refusedLater(Problem, () => send([fileOf(1)]));
  });

  it("stand still while paused, and go on", async () => {
    const told: FileProgress[] = [];
    server.fate = (method) => {
      if (method === "PUT") void engine.pause(true);
      return null;
    };
    const sending = send([fileOf(6 * MIB)], told);
    while (told.at(-1)?.state !== "paused") await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const puts = server.log.filter((line) => line.startsWith("PUT")).length;
    assert.ok(puts >= 1 && puts <= 2);
    assert.equal(told.at(-1)?.state, "paused");
    server.fate = () => null;
    await engine.pause(false);
    await sending;
    assert.equal(told.at(-1)?.state, "done");
  });

  it("are stopped for good, paused or not", async () => {
    for (const paused of [false, true]) {
      let later: NodeJS.Timeout | null = null;
      server.fate = (method) => {
        if (method !== "PUT") return null;
        void (paused ? engine.pause(true) : engine.cancel());
        if (paused) later ??= setTimeout(() => void engine.cancel(), 50);
        return null;
      };
      const sending = send([fileOf(6 * MIB)]);
      await refusedLater(Canceled, () => sending);
    }
    server.fate = () => null;
    await send([fileOf(MIB)]); // and nothing of it stands in the way of the next
  });

  it("tell what the server takes", async () => {
    assert.deepEqual(await engine.limits(SIDE), { file: 2 ** 31, entry: 5 * 2 ** 30, partSize: MIB });
  });

  it("are refused where the server altered, cut, reordered, swapped or lengthened them", async () => {
    const sent = await sendOne(fileOf(3 * MIB));
    const other = await sendOne(fileOf(3 * MIB));
    const { parts } = server.uploads.get(sent.upload) ?? { parts: new Map<number, Uint8Array>() };
    const whole = new Map(parts);
    const foreign = server.uploads.get(other.upload)?.parts ?? new Map<number, Uint8Array>();
    const part = (number: number, of = whole): Uint8Array => of.get(number) ?? new Uint8Array();
    const flipped = part(1).slice();
    flipped[MIB - 1] = (flipped[MIB - 1] ?? 0) ^ 128;
    const changes: readonly (readonly [string, readonly (readonly [number, Uint8Array])[]])[] = [
      ["a bit", [[1, flipped]]],
      ["cut", [[2, part(2).subarray(1)]]],
      ["reordered", [[1, part(2)], [2, part(1)]]],
      ["a part of another file", [[1, part(1, foreign)]]],
      ["all of another file", [[0, part(0, foreign)], [1, part(1, foreign)], [2, part(2, foreign)], [3, part(3, foreign)]]],
      ["another beginning", [[0, part(1)]]],
      ["longer", [[3, new Uint8Array([...part(3), 0])]]],
    ];
    for (const [name, changed] of changes) {
      for (const [number, bytes] of whole) parts.set(number, bytes);
      for (const [number, bytes] of changed) parts.set(number, bytes);
      await assert.rejects(engine.open(jobOf(sent), nobody), NotAuthentic, name);
    }
    for (const [number, bytes] of whole) parts.set(number, bytes);
    await engine.open(jobOf(sent), nobody);
    await refusedLater(NoMatch, () => engine.open(jobOf(sent, HybridIdentity.generate()), nobody));
    await refusedLater(NotAuthentic, () => engine.open(jobOf({ ...sent, size: sent.size - 1 }), nobody));
    await refusedLater(NotAuthentic, () => engine.open(jobOf({ ...sent, sha256: other.sha256 }), nobody));
  });

  it("are saved piece by piece, and what proves false is aborted", async () => {
    const file = fileOf(3 * MIB);
    const sent = await sendOne(file);
    const pieces: Uint8Array[] = [];
    let end = "";
    const target = (): WritableStream<Uint8Array> =>
      new WritableStream<Uint8Array>({ write: (piece) => void pieces.push(piece), close: () => void (end = "closed"), abort: () => void (end = "aborted") });
    await engine.save(jobOf(sent), target(), nobody);
    assert.equal(end, "closed");
    assert.deepEqual(new Uint8Array(Buffer.concat(pieces)), await bytesOf(file.content));
    await refusedLater(NotAuthentic, () => engine.save(jobOf({ ...sent, sha256: new Uint8Array(32) }), target(), nobody));
    assert.equal(end, "aborted");
  });

  it("are saved over a port, each piece answered", async () => {
    const file = fileOf(2 * MIB);
    const sent = await sendOne(file);
    const { port1, port2 } = new MessageChannel();
    const pieces: Uint8Array[] = [];
    port2.onmessage = ({ data }: MessageEvent<{ kind: string; bytes?: Uint8Array }>) => {
      if (data.bytes !== undefined) pieces.push(data.bytes);
      port2.postMessage(true);
    };
    await engine.save(jobOf(sent), port1, nobody);
    port2.close();
    assert.deepEqual(new Uint8Array(Buffer.concat(pieces)), await bytesOf(file.content));
  });
});
