/** Questionnaires as sites serve them, answers as people give them: the cases of tests/unit/questionnaires, and more. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, it } from "node:test";

import fc from "fast-check";

import { type Json, type JsonObject, dumpJson, parseJsonObject, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { Malformed } from "../../reporting/browser/src/protocol/errors.ts";
import { checkAnswer, checkAnswers, isShown, splitExcluded, unknown } from "../../reporting/browser/src/questionnaires/answers.ts";
import { type Question, type Questionnaire, bestLanguage, inLanguage, questionsOf } from "../../reporting/browser/src/questionnaires/models.ts";
import { QuestionnaireError, readServed } from "../../reporting/browser/src/questionnaires/reading.ts";
import { answerLines } from "../../reporting/browser/src/questionnaires/words.ts";
import { refused, succeedsOrRefuses } from "./refusals.ts";

const ROOT = path.resolve("../.."); // tests run in reporting/browser

function python(code: string, input = ""): string {
  return execFileSync(path.join(ROOT, ".venv/bin/python"), ["-c", code], { cwd: ROOT, input, env: { ...process.env, PYTHONPATH: ROOT } }).toString();
}

function served(id: string): Uint8Array {
  return utf8(python(`import sys; from reporting.questionnaires import rules; sys.stdout.buffer.write(rules.served("${id}"))`));
}

const BYTES = served("corruption-1");
const CORRUPTION = readServed(BYTES, "corruption-1");

function checked(answers: JsonObject): JsonObject {
  const { answers: found, faults } = checkAnswers(CORRUPTION, { account: "They took it.", ...answers });
  assert.deepEqual(faults, []);
  return found;
}

function question(id: string): Question {
  const found = questionsOf(CORRUPTION).find((one) => one.id === id);
  assert.ok(found);
  return found;
}

const KEPT: readonly (readonly [string, Json, Json])[] = [
  ["organization", "  Ministry ", "Ministry"],
  ["source", ["guess", "saw"], ["saw", "guess"]],
  ["source", "saw", ["saw"]],
  ["ongoing", "unsure", "unsure"],
  ["when", "2026-05", { from: "2026-05" }],
  ["when", " 2026-05 ", { from: "2026-05" }],
  ["when", "around Easter", { note: "around Easter" }],
  ["when", { from: "2026-03-05", to: "2026" }, { from: "2026-03-05", to: "2026" }],
  ["value", { amount: "12000.50", currency: "eur" }, { amount: "12000.50", currency: "EUR" }],
  ["value", "a car", { note: "a car" }],
  ["where", "Harbor office", { text: "Harbor office" }],
  ["where", { text: "Mombasa", country: "ke" }, { text: "Mombasa", country: "KE" }],
  ["persons", "the mayor", [{ name: "the mayor" }]],
  ["persons", [{ name: "", role: "Head of purchasing" }, {}], [{ role: "Head of purchasing" }]],
  ["exclude", ["m2", "m1", "m2"], ["m1", "m2"]],
];
const REFUSED: readonly (readonly [string, Json, string])[] = [
  ["account", "  ", "/account"],
  ["account", "\ud800", "/account"],
  ["organization", 7, "/organization"],
  ["organization", "two\nlines", "/organization"],
  ["organization", "x".repeat(501), "/organization"],
  ["source", ["saw", "saw"], "/source"],
  ["source", ["dreamt"], "/source"],
  ["source", [["saw"]], "/source"],
  ["relation", "nobody", "/relation"],
  ["ongoing", true, "/ongoing"],
  ["when", { from: "5.3.2026" }, "/when/from"],
  ["when", { from: "2026-02-30" }, "/when/from"],
  ["when", { from: "2026-05", to: "2026-04" }, "/when/to"],
  ["when", { day: "2026-05" }, "/when"],
  ["value", { amount: "1,000", currency: "EUR" }, "/value/amount"],
  ["value", { amount: "1000", currency: "euro" }, "/value/currency"],
  ["value", { amount: "1000" }, "/value"],
  ["where", { text: "x", country: "Kenya" }, "/where/country"],
  ["persons", [{ name: "x", birthday: "y" }], "/persons"],
  ["persons", 3, "/persons"],
  ["exclude", ["reporter"], "/exclude"],
];

describe("answers", () => {
  it("take the form of their type", () => {
    for (const [name, value, kept] of KEPT) assert.deepEqual(checked({ [name]: value })[name], kept, name);
    assert.equal(checked({ organization: "😀".repeat(500) })["organization"], "😀".repeat(500));
    assert.deepEqual(Object.keys(checked({})), ["account"]);
  });

  it("are refused by name where they do not fit", () => {
    for (const [name, value, pointer] of REFUSED) {
      const { faults } = checkAnswers(CORRUPTION, { account: "x", [name]: value });
      assert.deepEqual(faults.map((fault) => fault.pointer), [pointer]);
    }
  });

  it("are all judged, in the questionnaire's order", () => {
    const { faults, answers } = checkAnswers(CORRUPTION, { value: { amount: "x" }, when: { from: "x" }, relation: "nobody", ongoing: "no" });
    assert.equal(faults[0]?.pointer, "/account");
    assert.equal(faults.length, 4);
    assert.deepEqual(Object.keys(answers), ["ongoing"]);
  });

  it("fare as they do in Python, sentence for sentence", () => {
    const cases = [...KEPT, ...REFUSED].map(([name, value]) => [name, value] as const).filter(([, value]) => value !== "\ud800");
    const code = `
import json, sys
from reporting.protocol.errors import Malformed
from reporting.questionnaires import answers, rules
q = rules.load("corruption-1")
found = []
for name, value in json.load(sys.stdin):
    try:
        found.append(answers.check_answers(q, {"account": "x", name: value}))
    except Malformed as error:
        found.append([error.pointer, str(error)])
json.dump(found, sys.stdout)`;
    const expected = JSON.parse(python(code, JSON.stringify(cases))) as Json[];
    const found = cases.map(([name, value]) => {
      const { answers, faults } = checkAnswers(CORRUPTION, { account: "x", [name]: value });
      const [fault] = faults;
      return fault === undefined ? answers : [fault.pointer, new Malformed(fault.message, fault.values).toString()];
    });
    assert.deepEqual(JSON.parse(JSON.stringify(found)), expected);
  });

  it("go only with questions that are shown", () => {
    assert.ok(!isShown(question("urgent"), { ongoing: "no" }));
    assert.ok(isShown(question("urgent"), { ongoing: "unsure" }));
    assert.ok(!("urgent" in checked({ ongoing: "no", urgent: "by Friday" })));
    assert.ok(!("urgent" in checked({ urgent: 3 })));
    assert.equal(checked({ ongoing: "yes", urgent: "by Friday" })["urgent"], "by Friday");
    assert.equal(checked({ source: ["saw", "documents"], documents: "invoices" })["documents"], "invoices");
  });

  it("to questions that nobody knows stay as they are", () => {
    assert.deepEqual(checked({ color: { shade: 3 } })["color"], { shade: 3 });
    assert.deepEqual(unknown(CORRUPTION, { account: "x", color: 1 }), ["color"]);
  });

  it("leave exclusions behind", () => {
    const { rest, excluded } = splitExcluded(CORRUPTION, checked({ exclude: ["m2", "m1"] }));
    assert.deepEqual([rest, excluded], [{ account: "They took it." }, ["m1", "m2"]]);
  });

  it("of any form are taken, and then taken again as they are, or refused in words", async () => {
    const values = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
    const property = fc.asyncProperty(fc.constantFrom(...questionsOf(CORRUPTION)), values, (one, value) =>
      succeedsOrRefuses(() => {
        const taken = checkAnswer(one, value);
        assert.deepEqual(checkAnswer(one, taken), taken);
      }),
    );
    await fc.assert(property);
  });

  it("read in words, in the page's language", () => {
    const given = { account: "x", ongoing: "unsure", source: ["saw"], when: { from: "2026", to: "2027", note: "n" }, value: { amount: "5", currency: "EUR" }, where: { text: "Mombasa", country: "KE" }, persons: [{ name: "A", employer: "B" }] };
    const lines = answerLines(CORRUPTION, { ...given, relation: { odd: [1, null] }, color: ["red"] }, "ar-EG");
    const told = new Map(lines.map((line) => [line.id, line]));
    assert.match(told.get("account")?.question ?? "", /ماذا حدث/);
    assert.deepEqual(told.get("ongoing")?.answer, [{ message: "Not sure", values: {} }]);
    assert.deepEqual(told.get("when")?.answer, [{ message: "from {from} to {to}", values: { from: "2026", to: "2027" } }, "n"]);
    assert.deepEqual([told.get("value")?.answer, told.get("where")?.answer, told.get("persons")?.answer], [["5 EUR"], ["Mombasa, KE"], ["A · B"]]);
    assert.deepEqual(told.get("relation")?.answer, ["odd: 1; null"]);
    assert.deepEqual([lines.at(-1)?.question, lines.at(-1)?.section], ["color", ""]);
    assert.deepEqual(answerLines(null, { account: "x" }, "en"), [{ id: "account", section: "", question: "account", answer: ["x"] }]);
  });
});

describe("a questionnaire", () => {
  const content = parseJsonObject(BYTES, { limit: 1 << 20 });
  const changed = (changes: JsonObject): (() => Questionnaire) => () => readServed(dumpJson({ ...content, ...changes }), "corruption-1");
  const asking = (...questions: JsonObject[]): (() => Questionnaire) => {
    const text = { en: "x", ar: "x", zh: "x", fr: "x", ru: "x", es: "x" };
    return changed({ sections: [{ id: "one", title: text, questions: questions.map((one) => ({ text, ...one })) }] });
  };
  const needed = { id: "account", type: "long_text", required: true };

  it("is read whole, whichever of the product's it is", () => {
    assert.equal(readServed(served("retaliation-1"), "retaliation-1").kind, "protection");
    assert.deepEqual([bestLanguage(CORRUPTION, "ar-EG"), bestLanguage(CORRUPTION, "de")], ["ar", "en"]);
    assert.equal(inLanguage(CORRUPTION.title, "de"), "Report corruption");
    assert.doesNotThrow(asking(needed));
  });

  it("is refused in words where it is not as it must be", () => {
    const faulty = [
      changed({ format: "reporting/questionnaire/v2" }),
      changed({ id: "other-1" }),
      changed({ kind: "survey" }),
      changed({ languages: ["EN"] }),
      changed({ languages: ["en", "en"] }),
      changed({ languages: ["en", "ar", "de"] }),
      changed({ more: 1 }),
      changed({ sections: [] }),
      asking({ id: "account", type: "long_text" }),
      asking(needed, needed),
      asking(needed, { id: "a", type: "drawing" }),
      asking(needed, { id: "A", type: "long_text" }),
      asking(needed, { id: "a", type: "single" }),
      asking(needed, { id: "a", type: "short_text", options: [] }),
      asking(needed, { id: "a", type: "short_text", required: null }),
      asking(needed, { id: "a", type: "short_text", help: null }),
      asking(needed, { id: "a", type: "short_text", show_if: { question: "b", is: ["yes"] } }),
      asking(needed, { id: "b", type: "yes_no_unsure" }, { id: "a", type: "short_text", show_if: { question: "b", is: ["perhaps"] } }),
      asking(needed, { id: "b", type: "yes_no_unsure" }, { id: "a", type: "short_text", required: true, show_if: { question: "b", is: ["yes"] } }),
      asking(needed, { id: "a", type: "exclude" }, { id: "b", type: "exclude" }),
      () => readServed(utf8("[]"), "corruption-1"),
      () => readServed(utf8("{}"), "corruption-1"),
    ];
    for (const attempt of faulty) refused(QuestionnaireError, attempt);
    assert.throws(asking(needed, { id: "a", type: "drawing" }), /does not know the type|\{fault\}/);
  });
});
