/** Receipt codes: shown, typed back, derived from. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { inspect } from "node:util";

import fc from "fast-check";

import { hex } from "../../reporting/browser/src/protocol/encoding.ts";
import { Malformed, UnknownWord } from "../../reporting/browser/src/protocol/errors.ts";
import { ReceiptCode, complete } from "../../reporting/browser/src/protocol/receipt.ts";
import * as wordlists from "../../reporting/browser/src/protocol/wordlists.ts";
import { refused, succeedsOrRefuses } from "./refusals.ts";
import { loadWordlists } from "./vector_files.ts";
import { ORIGIN, seed } from "./world.ts";

const entropies = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe("a receipt code", () => {
  it("needs no other list than English", () => {
    const code = ReceiptCode.generate();
    assert.equal(hex(ReceiptCode.parse(code.words("de").join(" "), "de").entropy), hex(code.entropy));
    assert.throws(() => code.words("ja"), /not loaded/);
  });

  it("does not show itself by accident", () => {
    const code = new ReceiptCode(seed("code").slice(0, 16));
    assert.doesNotMatch(inspect(code), new RegExp(code.words().join("|")));
    refused(Malformed, () => new ReceiptCode(new Uint8Array(15)));
  });
});

describe("a receipt code with every list at hand", () => {
  before(loadWordlists);

  it("reads back from the words of every language, whatever the page's own", () => {
    fc.assert(
      fc.property(entropies, fc.constantFrom(...wordlists.LANGUAGES), fc.constantFrom(...wordlists.LANGUAGES), (entropy, shown, page) => {
        const typed = new ReceiptCode(entropy).words(shown).join(" ");
        // French and English share words; twelve shared ones with a good checksum in both are no matter of chance here.
        assert.equal(hex(ReceiptCode.parse(typed.toUpperCase(), page).entropy), hex(entropy));
      }),
      { numRuns: 200 },
    );
  });

  it("reads back from digits of every script", () => {
    fc.assert(
      fc.property(entropies, fc.constantFrom(0x30, 0x660, 0x6f0, 0x966, 0xff10), (entropy, zero) => {
        const typed = new ReceiptCode(entropy).groups().join(" ").replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
        assert.equal(hex(ReceiptCode.parse(typed).entropy), hex(entropy));
      }),
    );
  });

  it("of any text is read or refused", async () => {
    const words = fc.array(fc.oneof(fc.constantFrom(...wordlists.words("en")), fc.string()), { maxLength: 14 });
    await fc.assert(fc.asyncProperty(words, (typed) => succeedsOrRefuses(() => ReceiptCode.parse(typed.join(" ")))));
  });

  it("names the word that is in no list", () => {
    const typed = ["xyzzy", ...new ReceiptCode(seed("code").slice(0, 16)).words().slice(1)].join(" ");
    assert.throws(() => ReceiptCode.parse(typed), (error) => error instanceof UnknownWord && error.values["word"] === "xyzzy");
  });

  it("gives other keys to every site and every case", async () => {
    const code = new ReceiptCode(seed("code").slice(0, 16));
    const tokens = await Promise.all([ORIGIN, "other.example"].map((origin) => code.mailboxToken(origin)));
    const keys = await Promise.all(["a", "b"].map((name) => code.caseSigningKey(ORIGIN, seed(name))));
    assert.equal(new Set([...tokens, ...keys.map((key) => key.public)].map(hex)).size, 4);
    await assert.rejects(code.caseIdentity(ORIGIN, new Uint8Array(31)), Malformed);
  });
});

describe("completion", () => {
  it("offers at most eight words that begin as typed", () => {
    assert.deepEqual(complete("aban"), ["abandon"]);
    assert.equal(complete("a").length, 8);
    assert.deepEqual(complete(" "), []);
  });
});

describe("a word list", () => {
  it("has 2,048 different words and a language of its own", () => {
    refused(Malformed, () => { wordlists.use("es", ["uno"]); });
    refused(Malformed, () => { wordlists.use("de", wordlists.words("en")); });
  });
});
