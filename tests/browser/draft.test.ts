/** Drafts in files: sealed to a key of the receipt code, padded, for one site. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { MAX_FILE, openDraft, sealDraft } from "../../reporting/browser/src/client/draft.ts";
import * as age from "../../reporting/browser/src/protocol/age.ts";
import { type JsonObject, dumpJson, hex, sha256, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { CannotOpen, Malformed } from "../../reporting/browser/src/protocol/errors.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import { refusedLater } from "./refusals.ts";

const ORIGIN = "report.example.org";
const CODE = new ReceiptCode(Uint8Array.from({ length: 16 }, (_, place) => place));
const WRITING = { answers: { account: "They took it." }, excluded: ["m1"], identity: { name: "B" } };
const DRAFT = { channel: "procurement", language: "ar", writing: WRITING };

describe("a draft", () => {
  it("is sealed to the key that Python derives for it", async () => {
    // The same digest stands in tests/unit/protocol/test_receipt.py.
    const { recipient } = await CODE.draftIdentity(ORIGIN);
    assert.equal(hex(sha256(utf8(String(recipient)))), "5dd2d45b0d54adb3443973744c898173a6b10b6704d0581ce7746e86ff783f36");
  });

  it("opens with its code, on its site, as it was", async () => {
    const file = await sealDraft(DRAFT, CODE, ORIGIN);
    assert.equal(JSON.stringify(await openDraft(file, CODE, ORIGIN)), JSON.stringify(DRAFT));
    await refusedLater(CannotOpen, () => openDraft(file, ReceiptCode.generate(), ORIGIN));
    await refusedLater(CannotOpen, () => openDraft(file, CODE, "other.example.org"));
  });

  it("hides how long it is, and shows nothing of itself", async () => {
    const [file, empty] = [await sealDraft(DRAFT, CODE, ORIGIN), await sealDraft({ ...DRAFT, writing: { answers: {}, excluded: [], identity: null } }, CODE, ORIGIN)];
    assert.equal(file.length, empty.length);
    assert.equal(age.plaintextSize(file), 2_048);
    assert.doesNotMatch(new TextDecoder("latin1").decode(file), /They took it|reporting\/draft/);
  });

  it("is not longer than its reader takes", async () => {
    const long = { ...WRITING, answers: { account: "x".repeat(MAX_FILE) } };
    await refusedLater(Malformed, () => sealDraft({ ...DRAFT, writing: long }, CODE, ORIGIN));
    await refusedLater(Malformed, () => openDraft(new Uint8Array(MAX_FILE + 1), CODE, ORIGIN));
  });

  it("is refused where it is of another form", async () => {
    const good: JsonObject = { format: "reporting/draft/v1", origin: ORIGIN, ...DRAFT };
    const faulty: JsonObject[] = [
      {},
      { ...good, format: "reporting/draft/v2" },
      { ...good, origin: "other.example.org" },
      { ...good, channel: 3 },
      { ...good, language: null },
      { ...good, writing: [] },
      { ...good, writing: { ...WRITING, answers: [] } },
      { ...good, writing: { ...WRITING, excluded: ["reporter"] } },
      { ...good, writing: { ...WRITING, identity: "B" } },
    ];
    const { recipient } = await CODE.draftIdentity(ORIGIN);
    const sealed = async (content: Uint8Array): Promise<Uint8Array> => age.encrypt(content, [recipient]);
    assert.equal(JSON.stringify(await openDraft(await sealed(dumpJson(good)), CODE, ORIGIN)), JSON.stringify(DRAFT));
    for (const content of faulty) await refusedLater(Malformed, async () => openDraft(await sealed(dumpJson(content)), CODE, ORIGIN));
    await refusedLater(Malformed, async () => openDraft(await sealed(utf8("no JSON")), CODE, ORIGIN));
    await refusedLater(Malformed, () => openDraft(utf8("no age file"), CODE, ORIGIN));
  });
});
