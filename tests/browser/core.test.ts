/** Errors, strict encodings, padding, gettext. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import * as encoding from "../../reporting/browser/src/protocol/encoding.ts";
import { Malformed, N_, NotAuthentic, ProtocolError, format } from "../../reporting/browser/src/protocol/errors.ts";
import { paddedFileSize, paddedSize, padme } from "../../reporting/browser/src/protocol/padding.ts";
import { refused, succeedsOrRefuses } from "./refusals.ts";

describe("an error of the core", () => {
  it("keeps its message and its values apart", () => {
    const error = new Malformed(N_("This is longer than {limit} bytes."), { limit: 7, pointer: "/a" });
    assert.equal(error.message, "This is longer than {limit} bytes.");
    assert.equal(String(error), "This is longer than 7 bytes.");
    assert.deepEqual([error.values, error.pointer], [{ limit: 7 }, "/a"]);
  });

  it("names the field in front of its own pointer", () => {
    assert.equal(new Malformed("x", { pointer: "/b" }).at("/a").pointer, "/a/b");
  });

  it("leaves braces alone for which it has no value", () => {
    assert.equal(format("{a} {b}", { a: 1 }), "1 {b}");
  });
});

describe("gettext", () => {
  it("answers from the catalogue that the build put in, with the plurals of its language, and else in English", async () => {
    const forms = ["", "{number} واحد", "{number} اثنان", "{number} قليل", "{number} كثير", "{number} غير ذلك"];
    const CATALOGUE = { "This note lacks the signature of {name}.": ["{name} لم يوقّع."], "one day": forms };
    Object.assign(globalThis, { CATALOGUE, LANGUAGE: "ar" });
    const { explain, gettext, language, ngettext } = await import("../../reporting/browser/src/ui/i18n.ts");
    const error = new NotAuthentic(N_("This note lacks the signature of {name}."), { name: "x" });
    assert.equal(language, "ar");
    assert.equal(explain(error), "x لم يوقّع.");
    assert.equal(gettext("Something else"), "Something else");
    assert.deepEqual(
      [1, 2, 3, 11, 100].map((number) => ngettext("one day", "{number} days", number)),
      ["1 واحد", "2 اثنان", "3 قليل", "11 كثير", "100 غير ذلك"],
    );
    assert.equal(ngettext("one case", "{number} cases", 3), "3 cases");
  });
});

describe("strict JSON", () => {
  const parse = (text: string): encoding.Json => encoding.parseJson(encoding.utf8(text), { limit: 1_000_000 });

  it("reads back what it writes", () => {
    const values = fc.jsonValue({ maxDepth: 8, noUnicodeString: false }).filter(isInteroperable);
    fc.assert(
      fc.property(values, (value) => {
        const data = encoding.dumpJson(value as encoding.Json);
        assert.deepEqual(JSON.parse(JSON.stringify(encoding.parseJson(data, { limit: 1e9 }))), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("understands what it accepts as JSON.parse does", () => {
    const text = fc.oneof(fc.json(), fc.string(), fc.stringMatching(/^[[\]{}",:0-9eE.+\-truefalsn \\u]{0,20}$/));
    fc.assert(
      fc.property(text, (candidate) => {
        let value: encoding.Json;
        try {
          value = parse(candidate);
        } catch (error) {
          if (error instanceof ProtocolError) return;
          throw error;
        }
        const plain = JSON.stringify(value, (_, inner: unknown) => (inner instanceof encoding.WholeFloat ? inner.value : inner));
        assert.deepEqual(JSON.parse(plain), JSON.parse(JSON.stringify(JSON.parse(candidate))));
      }),
      { numRuns: 2_000 },
    );
  });

  it("gives objects without a prototype", () => {
    const value = parse('{"__proto__": {"polluted": true}}') as encoding.JsonObject;
    assert.equal(Object.getPrototypeOf(value), null);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    assert.deepEqual(Object.keys(value), ["__proto__"]);
  });

  it("refuses to write half a character", () => {
    refused(Malformed, () => encoding.dumpJson("\ud800"));
    assert.equal(encoding.decodeUtf8(encoding.dumpJson("\\ud800")), '"\\\\ud800"');
  });
});

function isInteroperable(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0);
  if (typeof value === "string") return encoding.isWellFormed(value);
  if (typeof value !== "object" || value === null) return true;
  const names = Object.keys(value);
  return names.every((name) => encoding.isWellFormed(name) && name !== "__proto__") && Object.values(value).every(isInteroperable);
}

describe("base64", () => {
  it("reads back what it writes", () => {
    fc.assert(fc.property(fc.uint8Array(), (data) => {
      assert.ok(encoding.equalBytes(encoding.b64decode(encoding.b64encode(data)), data));
      assert.equal(encoding.b64encode(data), Buffer.from(data).toString("base64"));
    }));
  });

  it("accepts what Node writes, and no other text of the same bytes", () => {
    const spoiled = fc.tuple(fc.base64String(), fc.nat(), fc.constantFrom("A", "Q", "g", "w", "z", "/", "+", "=", " ", "-", "_", "\n")).map(([text, place, letter]) => {
      const at = place % (text.length + 1);
      return `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
    });
    fc.assert(fc.property(spoiled, (text) => {
      const canonical = Buffer.from(text, "base64").toString("base64") === text;
      if (canonical) assert.ok(encoding.equalBytes(encoding.b64decode(text), Buffer.from(text, "base64")));
      else assert.throws(() => encoding.b64decode(text), Malformed);
    }), { numRuns: 2000 });
  });

  it("accepts one text for one value", async () => {
    const text = fc.oneof(fc.string(), fc.base64String());
    await fc.assert(fc.asyncProperty(text, (candidate) =>
      succeedsOrRefuses(() => { assert.equal(encoding.b64encode(encoding.b64decode(candidate)), candidate); }),
    ));
  });
});

describe("a padded size", () => {
  const length = fc.integer({ min: 0, max: 2 ** 40 });

  it("holds the length, wastes at most 12 %, and pads no further", () => {
    fc.assert(fc.property(length, (size) => {
      const padded = padme(size);
      assert.ok(padded >= size);
      assert.ok(padded <= size * 1.12);
      assert.equal(padme(padded), padded);
    }));
  });

  it("has a floor", () => {
    assert.deepEqual([paddedSize(0), paddedSize(2_049), paddedFileSize(1)], [2_048, 2_176, 65_536]);
  });

  it("is of no negative length", () => {
    refused(Malformed, () => padme(-1));
  });
});
