/** The word list of a page's language, fetched where it has one, and believed only as it was built. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, describe, it } from "node:test";

import { wordlist as french } from "@scure/bip39/wordlists/french.js";

import { UnexpectedAnswer } from "../../reporting/browser/src/client/errors.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import type { Late } from "../../reporting/browser/src/workers/late.ts";
import { lateWords, loadWords } from "../../reporting/browser/src/workers/words.ts";
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
  Object.assign(globalThis, { WORD_LISTS: { en: "/assets/words-en-0.json", fr: ADDRESS } });
  after(() => Reflect.deleteProperty(globalThis, "WORD_LISTS"));

  it("are asked for once, and again where they did not come", async () => {
    const fetching = (line: readonly (() => Response)[]): Late<void> => {
      const answers = [...line];
      return lateWords("fr", new Transport(() => Promise.resolve(answers.shift()?.() ?? new Response("", { status: 500 }))));
    };
    const words = fetching([() => new Response("", { status: 404 }), () => new Response(LIST.replace("abaisser", "abaissez")), () => new Response("")]);
    const asked = words.ready();
    assert.equal(words.ready(), asked);
    await assert.rejects(asked);
    await refusedLater(UnexpectedAnswer, () => words.ready());
  });

  it("are there already for English where the bundle has it, and for languages without a list", async () => {
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
