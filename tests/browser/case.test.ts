/** A case from report to reply and on: what clients make, read and refuse. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { HybridIdentity, HybridRecipient } from "../../reporting/browser/src/protocol/age.ts";
import * as directories from "../../reporting/browser/src/protocol/directory.ts";
import * as disclosure from "../../reporting/browser/src/protocol/disclosure.ts";
import { b64decode, b64encode, equalBytes, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import * as entries from "../../reporting/browser/src/protocol/entry.ts";
import * as epochs from "../../reporting/browser/src/protocol/epoch.ts";
import { DirectoryExpired, Malformed, NewerDirectory, NotAuthentic, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { type Grant, openGrant, parseGrant } from "../../reporting/browser/src/protocol/grant.ts";
import * as granting from "../../reporting/browser/src/protocol/granting.ts";
import { type Author, type LaterCircumstances, checkRecipients, entryRecipients, newCase, prepareEntry, prepareReport, reportRecipients, uploadsOf } from "../../reporting/browser/src/protocol/submission.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import { type CaseView, readAsMember, readAsReporter } from "../../reporting/browser/src/protocol/thread.ts";
import { refused, refusedLater, succeedsOrRefuses } from "./refusals.ts";
import { CHANNEL, Case, FIRST, FIRST_NOTE, ORIGIN, SECOND, TODAY, everyRecipient, fixedRandom, keysOf, report, root, seed } from "./world.ts";

const M1: Author = { id: "m1", key: keysOf("m1").signingKey };

function read(made: Case, member = "m1", directory = FIRST): Promise<CaseView> {
  return readAsMember(made.served(), made.grantsOf(member), keysOf(member).identity, directory);
}

function at(made: Case, changes: Partial<LaterCircumstances> = {}): LaterCircumstances {
  return { directory: FIRST, caseRecipient: made.identity.recipient, today: TODAY, ...changes };
}

async function opened(made: Case, member: string): Promise<Grant[]> {
  const [firstNote = ""] = made.epochNotes;
  const grants = made.grantsOf(member);
  return Promise.all(grants.map(({ epoch, sealed }) => openGrant(sealed, keysOf(member).identity, { case: made.id, epoch, firstNote, origin: ORIGIN })));
}

describe("a report", () => {
  it("reads the same for its reporter and for all to whom it went, and for nobody else", async () => {
    const made = await Case.submit("report");
    for (const view of [await read(made), await read(made, "m9"), await readAsReporter(made.servedToReporter(), made.receipt, FIRST)]) {
      assert.deepEqual(view.facts.warnings, []);
      assert.deepEqual(JSON.stringify(view.facts.first?.body), JSON.stringify(report().body));
    }
    assert.deepEqual((await read(made, "m2")).facts.warnings, ["grant-damaged"]);
  });

  it("names files that were sealed to its keys before it was", async () => {
    const receipt = ReceiptCode.generate();
    const keys = await newCase(receipt, ORIGIN);
    const photo = { upload: "1".repeat(32), name: "crane.jpg", type: "image/jpeg", size: 70_000, sha256: seed("photo") };
    const at = { directory: FIRST, recipients: everyRecipient(), today: TODAY };
    const prepared = await prepareReport(report(), receipt, at, { keys, attachments: [photo] });
    assert.deepEqual([prepared.case, prepared.request["uploads"]], [keys.case, [photo.upload]]);
    assert.deepEqual(reportRecipients(keys).map(String), [prepared.request["recipient"], String(keys.reporter.recipient)]);
    for (const identity of [keys.identity, keys.reporter]) {
      const entry = (await entries.openEntry(b64decode(prepared.request["entry"]), identity)).verify(keys.signingKey.public);
      assert.deepEqual(entry.attachments, [photo]);
    }
    assert.doesNotMatch(JSON.stringify(prepared.request), /crane/);
  });

  it("shows nothing of itself, of its receipt code or its token's use in what is sent", async () => {
    const made = await Case.submit("silent");
    const sent = JSON.stringify(made.prepared.request);
    assert.doesNotMatch(sent, /Zuschlag/);
    for (const word of made.receipt.groups()) assert.ok(!sent.includes(`"${word}"`));
    assert.ok(!sent.includes(b64encode(made.reporterKey)));
  });

  it("is refused where nobody may receive it, or the directory is out of its time", async () => {
    await refusedLater(Refused, () => Case.submit("x", { excluded: ["m1", "m3"] }));
    await refusedLater(Refused, () => Case.submit("x", { channel: "nowhere" }));
    await refusedLater(Refused, () => Case.submit("x", { excluded: ["m5", "m6"], identityAnswers: { name: "x" } }));
    const made = await Case.submit("receipt");
    const late = { directory: FIRST, recipients: everyRecipient(), today: "2027-02-01" };
    await refusedLater(DirectoryExpired, () => prepareReport(report(), made.receipt, late));
    const fewer = { directory: FIRST, recipients: new Map(), today: TODAY };
    await refusedLater(NotAuthentic, () => prepareReport(report(), made.receipt, fewer));
  });

  it("is refused where it is too long for one entry", async () => {
    const body = { language: "en", questionnaire: "q", answers: { what: "x".repeat(17_000) } };
    await refusedLater(Malformed, () => Case.submit("x", { body }));
  });

  it("goes to the keys that the directory names, and to no others", () => {
    const good = String(keysOf("m1").identity.recipient);
    assert.equal(String(checkRecipients(FIRST, { m1: good }).get("m1")), good);
    refused(NotAuthentic, () => checkRecipients(FIRST, { m2: good }));
    refused(NotAuthentic, () => checkRecipients(FIRST, { stranger: good }));
  });
});

describe("a conversation", () => {
  it("of replies, notes and statuses reads in order on both sides", async () => {
    const made = await Case.submit("talk");
    const body = { status: "acknowledged", reason: "", clocks: [] };
    const status = await prepareEntry(await read(made), M1, { kind: "status", audience: "reporter", body }, at(made));
    made.store(status.sealed, "reporter");
    const note = await prepareEntry(await read(made), M1, { kind: "note", audience: "team", body: { text: "hm" } }, at(made));
    made.store(note.sealed, "team");
    const mailbox = await readAsReporter(made.servedToReporter(), made.receipt, FIRST);
    const reporter = { id: "reporter", key: made.signingKey };
    const photo = { upload: "2".repeat(32), name: "a.png", type: "image/png", size: 1, sha256: seed("photo") };
    const draft = { kind: "message", audience: "reporter", body: { text: "Danke" }, attachments: [photo] } as const;
    const reply = await prepareEntry(mailbox, reporter, draft, at(made));
    assert.deepEqual(uploadsOf(reply.entry), [photo.upload]);
    assert.deepEqual(entryRecipients(mailbox, "reporter", at(made)).length, 2);
    assert.deepEqual(entryRecipients(mailbox, "team", at(made)).length, 1);
    made.store(reply.sealed, "reporter");
    made.status = "acknowledged";
    const desk = await read(made);
    assert.deepEqual(desk.facts.entries.map(({ entry }) => entry?.kind), ["report", "status", "note", "message"]);
    assert.deepEqual(desk.facts.entries.at(-1)?.entry?.attachments, [photo]);
    assert.equal(desk.statusDiffers, false);
    assert.deepEqual(desk.facts.warnings, []);
    const again = await readAsReporter(made.servedToReporter(), made.receipt, FIRST);
    assert.deepEqual(again.authentic("reporter").map(({ kind }) => kind), ["report", "status", "message"]);
    assert.deepEqual(again.authentic("team"), []);
  });

  it("is sealed to the newest recipient alone", async () => {
    const made = await Case.submit("stale");
    const view = await read(made);
    const draft = { kind: "message", audience: "reporter", body: { text: "x" } } as const;
    const stranger = new HybridIdentity(seed("stranger")).recipient;
    await refusedLater(Refused, () => prepareEntry(view, M1, draft, at(made, { caseRecipient: stranger })));
    await refusedLater(DirectoryExpired, () => prepareEntry(view, M1, draft, at(made, { today: "2028-01-01" })));
    const damaged = await readAsMember(made.served({ channel: "police" }), made.grantsOf("m1"), keysOf("m1").identity, FIRST);
    await refusedLater(Refused, () => prepareEntry(damaged, M1, draft, at(made)));
  });

  it("is not continued under an older directory than it names", async () => {
    const made = await Case.submit("newer", {}, FIRST);
    await made.write(made.draft({ kind: "message", author: "reporter", prev: [], directory: 2 }));
    const view = await readAsReporter(made.servedToReporter(), made.receipt, SECOND);
    const reporter = { id: "reporter", key: made.signingKey };
    const draft = { kind: "message", audience: "reporter", body: { text: "x" } } as const;
    await refusedLater(NewerDirectory, () => prepareEntry(view, reporter, draft, at(made)));
  });
});

describe("giving a case on", () => {
  async function giving(made: Case, member = "m1"): Promise<granting.Giving> {
    return { view: await read(made, member), held: await opened(made, member), directory: FIRST, today: TODAY };
  }

  it("lets one more member read every epoch, and write once an access entry names them", async () => {
    const made = await Case.submit("giving");
    const { recipient } = keysOf("m2").identity;
    const grants = await granting.grantOn(await giving(made), "m1", "m2", recipient);
    for (const [epoch, sealed] of grants) made.grants.push({ member: "m2", epoch, sealed });
    const access = { kind: "access", audience: "team", body: granting.accessBody("m2", grants.keys()) } as const;
    made.store((await prepareEntry(await read(made), M1, access, at(made))).sealed, "team");
    const note = { kind: "note", audience: "team", body: { text: "here" } } as const;
    const m2 = { id: "m2", key: keysOf("m2").signingKey };
    made.store((await prepareEntry(await read(made, "m2"), m2, note, at(made))).sealed, "team");
    assert.deepEqual((await read(made)).facts.entries.map(({ state }) => state), ["authentic", "authentic", "authentic"]);
  });

  it("goes on to readers whom a holder named, and whom nobody excluded", async () => {
    const made = await Case.submit("reading", { excluded: ["m4"] });
    const to = (member: string): HybridRecipient => keysOf(member).identity.recipient;
    const record = async (author: string, member: string, given: readonly number[]): Promise<void> => {
      const access = { kind: "access", audience: "team", body: granting.accessBody(member, given) } as const;
      const signer = { id: author, key: keysOf(author).signingKey };
      made.store((await prepareEntry(await read(made, author), signer, access, at(made))).sealed, "team");
    };
    assert.deepEqual([...granting.readers(await read(made))], []);
    for (const [epoch, sealed] of await granting.grantOn(await giving(made), "m1", "m2", to("m2"))) {
      made.grants.push({ member: "m2", epoch, sealed });
    }
    await record("m1", "m2", [0]);
    await record("m1", "m4", [0]);
    await record("m1", "m5", [1]);
    await record("m2", "m5", [0]);
    assert.deepEqual([...granting.readers(await read(made))], ["m2"]);
    const next = await granting.newEpoch(await giving(made), M1, new Map([["m1", to("m1")]]), fixedRandom("reading"));
    made.grants.push({ member: "m2", epoch: 1, sealed: await granting.grantReading(await giving(made), next, "m2", to("m2")) });
    made.epochNotes.push(next.note);
    made.identities.push(next.identity);
    assert.deepEqual((await read(made, "m2")).facts.warnings, []);
    const given = await giving(made);
    await refusedLater(Refused, () => granting.grantReading(given, next, "m4", to("m4")));
    await refusedLater(NotAuthentic, () => granting.grantReading(given, next, "m2", to("m5")));
  });

  it("to a new epoch leaves out who is not named", async () => {
    const made = await Case.submit("epoch");
    const recipients = new Map([["m1", keysOf("m1").identity.recipient], ["m2", keysOf("m2").identity.recipient]]);
    const made1 = await granting.newEpoch(await giving(made), M1, recipients, fixedRandom("next"));
    made.epochNotes.push(made1.note);
    made.identities.push(made1.identity);
    for (const [member, grants] of made1.grants) for (const [epoch, sealed] of grants) made.grants.push({ member, epoch, sealed });
    assert.deepEqual([...(made1.grants.get("m1")?.keys() ?? [])], [1]);
    assert.deepEqual([...(made1.grants.get("m2")?.keys() ?? [])], [0, 1]);
    const view = await read(made, "m2");
    assert.deepEqual([view.facts.warnings, view.facts.chain?.last.holders], [[], ["m1", "m2"]]);
    view.checkMaySeal(made1.identity.recipient);
    refused(Refused, () => { view.checkMaySeal(made.identities[0]?.recipient ?? made1.identity.recipient); });
    view.facts.chain?.checkPinned(epochs.epochSha256(made.last));
    refused(NotAuthentic, () => view.facts.chain?.checkPinned(seed("other")));
  });

  it("is refused to the excluded, to strangers, to other keys, and by whoever holds nothing", async () => {
    const made = await Case.submit("refusing", { excluded: ["m2"] });
    const given = await giving(made);
    const key = (member: string): HybridRecipient => keysOf(member).identity.recipient;
    await refusedLater(Refused, () => granting.grantOn(given, "m1", "m2", key("m2")));
    await refusedLater(Refused, () => granting.grantOn(given, "m1", "m8", key("m8")));
    await refusedLater(NotAuthentic, () => granting.grantOn(given, "m1", "m4", key("m5")));
    await refusedLater(Refused, () => granting.grantOn(given, "m4", "m5", key("m5")));
    await refusedLater(Refused, () => granting.newEpoch(given, M1, new Map()));
    await refusedLater(Refused, () => granting.newEpoch(given, M1, new Map([["m2", key("m2")]])));
    await refusedLater(Refused, () => granting.grantOn({ ...given, held: [] }, "m1", "m4", key("m4")));
  });
});

describe("an identity", () => {
  it("opens for a custodian once a holder has asked, and not otherwise", async () => {
    const made = await Case.submit("identity", { identityAnswers: { name: "A. B." } });
    const request = { reporterKey: made.reporterKey, recipient: made.identity.recipient, channel: CHANNEL, reason: "r", legalBasis: "l", custodians: ["m5"], needed: 1, notice: null, waiver: "w" };
    const author = { id: "ab".repeat(16), directory: 1, author: "m1", date: TODAY };
    const asked = disclosure.makeDisclosure(await read(made), author, request);
    refused(Refused, () => disclosure.makeDisclosure({ facts: { chain: null } } as unknown as CaseView, author, request));
    const custodian = keysOf("m5").identity;
    const sealed = await entries.sealEntry(asked, M1.key, [custodian.recipient, made.identity.recipient]);
    const about = { case: made.id, epochs: made.epochNotes, directory: FIRST };
    const { request: read1 } = await disclosure.openDisclosure(sealed, custodian, about);
    const identity = await disclosure.openIdentity(b64decode(made.prepared.request["identity"]), custodian, made.id, read1);
    assert.equal(JSON.stringify(identity.body), '{"answers":{"name":"A. B."},"channel":"procurement","excluded":[]}');
    const other = await Case.submit("other");
    await refusedLater(NotAuthentic, () => disclosure.openDisclosure(sealed, custodian, { ...about, case: other.id }));
  });

  it("is sealed up to 1,980 bytes of JSON, with everybody who is shut out, and no longer", async () => {
    const submit = (name: string, excluded: readonly string[]): Promise<Case> => Case.submit("size", { excluded, identityAnswers: { name } });
    const tooLong = async (name: string, excluded: readonly string[]): Promise<number> => {
      const error: unknown = await submit(name, excluded).catch((reason: unknown) => reason);
      assert.ok(error instanceof Malformed && error.pointer === "/identity" && error.message.includes("Write less about yourself"));
      return Number(error.values["over"]);
    };
    for (const excluded of [[], ["m3", "m6"]]) {
      const room = 2_000 - (await tooLong("x".repeat(2_000), excluded));
      assert.equal(await tooLong("x".repeat(room + 1), excluded), 1);
      const [short, long] = [await submit("x", excluded), await submit("x".repeat(room), excluded)];
      assert.equal(b64decode(short.prepared.request["identity"]).length, b64decode(long.prepared.request["identity"]).length);
    }
    await tooLong("x", Array.from({ length: 60 }, (_, number) => `m${number.toString().padStart(31, "0")}`));
  });
});

describe("what comes from outside", () => {
  it("is read or refused, whatever its bytes", async () => {
    const made = await Case.submit("outside");
    const text = epochs.epochText(made.last);
    const mutated = (whole: string) =>
      fc.tuple(fc.nat(whole.length), fc.nat(4), fc.string({ maxLength: 4 })).map(([place, cut, by]) => whole.slice(0, place) + by + whole.slice(place + cut));
    const all: readonly (readonly [fc.Arbitrary<string>, (text: string) => unknown])[] = [
      [mutated(text), (found) => epochs.parseText(found)],
      [mutated(FIRST_NOTE), (found) => directories.parse(found, root)],
      [mutated(FIRST.text), (found) => directories.parseText(found)],
      [mutated(JSON.stringify(entries.toJson(made.draft({ kind: "message", author: "m1", prev: [] })))), (found) => entries.parseContent(utf8(found))],
      [fc.string(), (found) => parseGrant(utf8(found))],
      [fc.string(), (found) => HybridRecipient.parse(found)],
    ];
    for (const [texts, parse] of all) await fc.assert(fc.asyncProperty(texts, (found) => succeedsOrRefuses(() => parse(found))), { numRuns: 150 });
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), (data) => succeedsOrRefuses(() => entries.decode(data))));
  });
});

describe("an entry", () => {
  it("reads back as it was signed, whatever it says", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 2_000 });
    const draft = { id: "ab".repeat(16), case: "cd".repeat(16), epoch: 3, directory: 7, audience: "team", kind: "note", author: "m1", date: TODAY, prev: [] } as const;
    fc.assert(fc.property(text, (said) => {
      const plaintext = entries.encode({ ...draft, body: { text: said } }, M1.key);
      assert.equal(entries.decode(plaintext).verify(M1.key.public).body["text"], said);
      assert.ok(equalBytes(entries.encode({ ...draft, body: { text: said } }, M1.key), plaintext));
    }), { numRuns: 50 });
  });
});
