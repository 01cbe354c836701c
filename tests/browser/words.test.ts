/** The word list of a page's language, fetched where it has one, and believed only as it was built. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, describe, it } from "node:test";

import { wordlist as french } from "@scure/bip39/wordlists/french.js";

import { UnexpectedAnswer } from "../../reporting/browser/src/client/errors.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import { loadWords } from "../../reporting/browser/src/workers/words.ts";
import { refusedLater } from "./refusals.ts";

const LIST = JSON.stringify(french);
const ADDRESS = `/assets/words-fr-${createHash("sha384").update(LIST).digest("hex").slice(0, 16)}.json`;

describe("the words of a page's language", () => {
  const asked: string[] = [];
  const serving = (text: string): Transport =>
    new Transport((path) => {
      asked.push(path);
      return Promise.resolve(new Response(text));
    });
  // What the build puts in the bundle.
  Object.assign(globalThis, { WORD_LISTS: { fr: ADDRESS } });
  after(() => Reflect.deleteProperty(globalThis, "WORD_LISTS"));

  it("are in the bundle for English, and for languages without a list", async () => {
    for (const language of ["en", "ar", "sw"]) await loadWords(language, serving(LIST));
    assert.deepEqual(asked, []);
  });

  it("are refused where they are not those that were built", async () => {
    await refusedLater(UnexpectedAnswer, () => loadWords("fr", serving(LIST.replace("abaisser", "abaissez"))));
    assert.throws(() => ReceiptCode.generate().words("fr"), /not loaded/);
  });

  it("are fetched from where the build put them", async () => {
    await loadWords("fr-CA", serving(LIST));
    assert.equal(asked.at(-1), ADDRESS);
    const code = ReceiptCode.generate();
    assert.deepEqual(ReceiptCode.parse(code.words("fr").join(" "), "fr").groups(), code.groups());
  });
});
