/** Receipt codes as people copy them from the receipt: with the numbers that stand beside the words. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import { withoutPlaces } from "../../reporting/browser/src/reporter/code_field.ts";
import { seed } from "./world.ts";

const code = new ReceiptCode(seed("code").slice(0, 16));
const words = code.words();
const numbered = (separator: string, end: string): string => words.map((word, index) => `${index + 1}${separator}${word}`).join(end);

describe("a receipt code that was copied with its numbers", () => {
  for (const [name, typed] of [
    ["in a row", numbered(" ", " ")],
    ["in lines", numbered(". ", "\n")],
    ["in brackets", numbered(") ", "\n")],
    ["in Arabic digits", numbered(" ", " ").replace(/\d/g, (digit) => "٠١٢٣٤٥٦٧٨٩"[Number(digit)] ?? "")],
    ["column by column", [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11].map((place) => `${place + 1} ${words[place] ?? ""}`).join(" ")],
  ] as const) {
    it(`${name} is read without them, in their order`, () => {
      assert.equal(withoutPlaces(typed), words.join(" "));
    });
  }

  it("of digits or of words alone is left as it is", () => {
    const groups = code.groups();
    for (const typed of [words.join(" "), groups.join(" "), groups.map((group, index) => `${index + 1} ${group}`).join(" "), "1 2 3 4", "", "7"]) {
      assert.equal(withoutPlaces(typed), typed);
    }
  });
});
