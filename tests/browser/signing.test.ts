/** Signatures and signed notes, beside OpenSSL's judgement of the same bytes. */

import assert from "node:assert/strict";
import { createPublicKey, verify as opensslVerify } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";

import { hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";

import { concat, hex, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { Malformed, NotAuthentic } from "../../reporting/browser/src/protocol/errors.ts";
import * as notes from "../../reporting/browser/src/protocol/note.ts";
import { SigningKey, verify } from "../../reporting/browser/src/protocol/signing.ts";
import { refused, succeedsOrRefuses } from "./refusals.ts";
import type { Vector } from "./vector_input.ts";
import { VECTORS } from "./vector_files.ts";
import { root, rootKey, serviceKey } from "./world.ts";

function accepts(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  try {
    verify(publicKey, signature, message);
    return true;
  } catch (error) {
    if (error instanceof NotAuthentic) return false;
    throw error;
  }
}

// RFC 8410 section 4: the fixed head of an Ed25519 public key in DER.
const DER_HEAD = hexToBytes("302a300506032b6570032100");

function opensslAccepts(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(concat(DER_HEAD, publicKey)), format: "der", type: "spki" });
    return opensslVerify(null, message, key, signature);
  } catch {
    return false;
  }
}

describe("a signature", () => {
  it("holds for its message and no other, as OpenSSL judges too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(511), (message, place) => {
        const signature = rootKey.sign(message);
        assert.ok(accepts(rootKey.public, signature, message));
        assert.ok(opensslAccepts(rootKey.public, signature, message));
        signature[place >> 3] = (signature[place >> 3] ?? 0) ^ (1 << (place & 7));
        assert.ok(!accepts(rootKey.public, signature, message));
      }),
      { numRuns: 50 },
    );
  });

  it("is accepted only where OpenSSL accepts it, crafted ones included", () => {
    const vectors = JSON.parse(readFileSync(path.join(VECTORS, "from-typescript/signing.json"), "utf8")) as Vector[];
    const crafted = vectors.filter((vector) => vector.do === "verify");
    assert.ok(crafted.length > 20);
    for (const { name, in: given } of crafted) {
      const [publicKey, signature, message] = ["public", "signature", "message"].map((part) => hexToBytes(String(given[part])));
      assert.ok(publicKey && signature && message);
      const accepted = accepts(publicKey, signature, message);
      if (accepted) assert.ok(opensslAccepts(publicKey, signature, message), name);
      // Where OpenSSL accepts more, it is only what section 1 of the protocol refuses by name.
      else if (opensslAccepts(publicKey, signature, message)) assert.match(name, /small order|sign|y = /);
    }
  });

  it("is made by a key that does not show its secret", () => {
    assert.doesNotMatch(JSON.stringify(rootKey), new RegExp(hex(rootKey.seed)));
    refused(Malformed, () => new SigningKey(new Uint8Array(31)));
  });
});

describe("a signed note", () => {
  it("reads back as it was written", () => {
    const line = fc.string({ unit: "grapheme" }).filter((text) => !/[\p{Cc}\p{Surrogate}]/u.test(text));
    fc.assert(fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      const text = `${lines.join("\n")}\n`;
      const signed = notes.sign(text, root.name, rootKey);
      assert.equal(notes.verify(notes.parse(utf8(signed)), root), text);
      assert.equal(notes.parse(signed).encode(), signed);
    }));
  });

  it("of any bytes is read or refused", async () => {
    const signed = notes.sign("text\n", root.name, rootKey);
    const spliced = fc.tuple(fc.nat(signed.length), fc.string()).map(([place, text]) => signed.slice(0, place) + text + signed.slice(place));
    await fc.assert(fc.asyncProperty(fc.oneof(spliced, fc.string()), (text) => succeedsOrRefuses(() => notes.parse(text))));
    await fc.assert(fc.asyncProperty(fc.uint8Array(), (data) => succeedsOrRefuses(() => notes.parse(data))));
  });

  it("takes sixteen signatures and no more", () => {
    let note = notes.parse(notes.sign("text\n", root.name, rootKey));
    for (let count = 1; count < 16; count++) note = notes.addSignature(note, `w${count.toString()}`, serviceKey);
    assert.ok(notes.isSignedBy(note, root));
    refused(Malformed, () => notes.addSignature(note, "w16", serviceKey));
  });

  it("is not signed by whom it does not name", () => {
    const note = notes.parse(notes.sign("text\n", root.name, serviceKey));
    assert.ok(!notes.isSignedBy(note, root));
  });
});
