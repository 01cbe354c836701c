/** Sealing: whole files, streams, and what is refused. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";

import fc from "fast-check";

import * as age from "../../reporting/browser/src/protocol/age.ts";
import { collect, streamOf } from "../../reporting/browser/src/protocol/age_file.ts";
import { equalBytes } from "../../reporting/browser/src/protocol/encoding.ts";
import { HeaderFailure, Malformed, NoMatch, PayloadFailure, ProtocolError } from "../../reporting/browser/src/protocol/errors.ts";
import { refused, refusedLater } from "./refusals.ts";
import { keysOf } from "./world.ts";

const { identity } = keysOf("m1");
const others = ["m2", "m3"].map((member) => keysOf(member).identity);
const MEBIBYTE = 1_048_576;

describe("a sealed file", () => {
  it("opens for each of its recipients", async () => {
    const sizes = fc.uint8Array({ maxLength: 3_000 });
    await fc.assert(
      fc.asyncProperty(sizes, async (plaintext) => {
        const sealed = await age.encrypt(plaintext, [identity, ...others].map((one) => one.recipient));
        for (const one of [identity, ...others]) assert.ok(equalBytes(await age.decrypt(sealed, [one]), plaintext));
      }),
      { numRuns: 10 },
    );
  });

  it("opens for nobody else", async () => {
    const sealed = await age.encrypt(new Uint8Array(9), others.map((one) => one.recipient));
    await refusedLater(NoMatch, () => age.decrypt(sealed, [identity]));
  });

  it("is refused after any change of any bit", async () => {
    const sealed = await age.encrypt(new Uint8Array(100), [identity.recipient]);
    const bit = fc.integer({ min: 0, max: sealed.length * 8 - 1 });
    await fc.assert(
      fc.asyncProperty(bit, async (place) => {
        const changed = Uint8Array.from(sealed);
        changed[place >> 3] = (changed[place >> 3] ?? 0) ^ (1 << (place & 7));
        await refusedLater(ProtocolError, () => age.decrypt(changed, [identity]));
      }),
      { numRuns: 100 },
    );
  });

  it("is as long as was foretold", async () => {
    for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072]) {
      const sealed = await age.encrypt(new Uint8Array(size), [identity.recipient, ...others.map((one) => one.recipient)]);
      assert.equal(sealed.length, age.sealedSize(size, 3));
      assert.equal(age.plaintextSize(sealed), size);
    }
  });

  it("is sealed to somebody", async () => {
    await assert.rejects(age.encrypt(new Uint8Array(1), []), /at least one/);
  });

  it("has a text form that reads back", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (data) => {
      assert.ok(equalBytes(age.dearmor(age.armor(data)), data));
    }));
  });

  it("names the field that holds it when it is refused", async () => {
    const sealed = await age.encrypt(new Uint8Array(1), [identity.recipient]);
    const check = (): void => { age.checkSealed(sealed, { stanzas: 2, pointer: "/entry" }); };
    assert.throws(check, (error) => error instanceof HeaderFailure && error.pointer === "/entry");
  });
});

describe("a header from outside", () => {
  it("that never ends is not read for ever", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += MEBIBYTE / 64;
        controller.enqueue(new Uint8Array(MEBIBYTE / 64).fill(0x41));
      },
    });
    await refusedLater(HeaderFailure, () => age.decryptStream(endless, [identity]));
    assert.ok(pulled <= MEBIBYTE);
  });
});

/** A stream of `count` chunks of 64 KiB, made only when asked for, and how far it got. */
function lazy(count: number): { source: ReadableStream<Uint8Array>; made: () => number } {
  let made = 0;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (made === count) controller.close();
      else controller.enqueue(new Uint8Array(65_536).fill(made++ & 255));
    },
  });
  return { source, made: () => made };
}

describe("a stream", () => {
  it("is sealed and opened without being held in memory", async () => {
    const count = 256; // 16 MiB
    const { source, made } = lazy(count);
    const opened = await age.decryptStream(await age.encryptStream(source, [identity.recipient]), [identity]);
    const reader = opened.getReader();
    let length = 0;
    let ahead = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      ahead = Math.max(ahead, made() * 65_536 - length);
    }
    assert.equal(length, count * 65_536);
    assert.ok(ahead <= MEBIBYTE, `${ahead.toString()} bytes stood between source and reader`);
  });

  it("of pieces of any size opens", async () => {
    const sealed = await age.encrypt(new Uint8Array(70_000).fill(3), [identity.recipient]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70_000 }), async (size) => {
        let place = 0;
        const pieces = new ReadableStream<Uint8Array>({
          pull(controller) {
            if (place >= sealed.length) controller.close();
            else controller.enqueue(sealed.slice(place, (place += size)));
          },
        });
        assert.equal((await collect(await age.decryptStream(pieces, [identity]))).length, 70_000);
      }),
      { numRuns: 10 },
    );
  });

  it("that is cut fails at its end, after what was authentic", async () => {
    const sealed = await age.encrypt(new Uint8Array(200_000), [identity.recipient]);
    const opened = await age.decryptStream(streamOf(sealed.slice(0, -70_000)), [identity]);
    const reader = opened.getReader();
    let length = 0;
    await refusedLater(PayloadFailure, async () => {
      for (let next = await reader.read(); !next.done; next = await reader.read()) length += next.value.length;
    });
    assert.equal(length, 65_536);
  });

  it("whose connection breaks is not called forged", async () => {
    const sealed = await age.encrypt(new Uint8Array(200_000), [identity.recipient]);
    let given = false;
    const breaking = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (given) controller.error(new TypeError("network"));
          else controller.enqueue(sealed.slice(0, 150_000));
          given = true;
        },
      },
      { highWaterMark: 0 },
    );
    await assert.rejects(async () => collect(await age.decryptStream(breaking, [identity])), TypeError);
  });
});

describe("a key", () => {
  it("reads back as it was written", () => {
    assert.equal(age.HybridIdentity.parse(identity.encode()).encode(), identity.encode());
    assert.equal(String(age.HybridRecipient.parse(String(identity.recipient))), String(identity.recipient));
  });

  it("does not show its secret by accident", () => {
    assert.doesNotMatch(inspect(identity), /AGE-SECRET|seed/);
  });

  it("has a seed of 32 bytes", () => {
    refused(Malformed, () => new age.HybridIdentity(new Uint8Array(31)));
  });
});
