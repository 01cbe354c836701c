/** The dishonest side of identities in the browser's core; tests/dishonest/test_identity.py is the twin. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Asked, approvalsToday, askedIn, makeDecision, parseDecision } from "../../reporting/browser/src/protocol/custody.ts";
import { type Directory, parse } from "../../reporting/browser/src/protocol/directory.ts";
import { openDisclosure, parseDisclosure } from "../../reporting/browser/src/protocol/disclosure.ts";
import { type JsonObject, b64encode } from "../../reporting/browser/src/protocol/encoding.ts";
import { CannotOpen, Malformed, NotAuthentic, ProtocolError, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { sealedEntry, readAsMember } from "../../reporting/browser/src/protocol/thread.ts";
import { CustodyScene } from "./custody_scene.ts";
import { CHANNEL, EVERYBODY, FIRST, TODAY, channel, keysOf, listed, root, signedDirectory } from "./world.ts";

type Class = typeof ProtocolError;
const refused = (scene: CustodyScene, by: Class = ProtocolError, custodian = "m5", place = -1): Promise<void> =>
  assert.rejects(scene.openIdentity(custodian, place), (error: unknown) => error instanceof by);

async function approved(name: string): Promise<CustodyScene> {
  const scene = await CustodyScene.open(name);
  await scene.ask("m1");
  await scene.decide("m5");
  return scene;
}

describe("an identity with two custodians", () => {
  it("opens once both have approved, and not before", async () => {
    const scene = await CustodyScene.open("both");
    await scene.ask("m1");
    await refused(scene, Refused);
    await scene.decide("m5");
    await refused(scene, Refused);
    await scene.decide("m6");
    for (const member of ["m5", "m6"]) assert.equal(JSON.stringify((await scene.openIdentity(member)).body), '{"answers":{"name":"A. B."},"channel":"procurement","excluded":[]}');
    const { made } = scene;
    const view = await readAsMember(made.served(), made.grantsOf("m1"), keysOf("m1").identity, FIRST);
    assert.deepEqual([...(askedIn(view)[0]?.approvals ?? [])].sort(), ["m5", "m6"]);
    assert.deepEqual(view.facts.warnings, []);
  });

  it("counts each custodian once, and no approval that is forged or by another person", async () => {
    const scene = await approved("once");
    await assert.rejects(scene.decide("m5"), Refused);
    await scene.forge("m5");
    await scene.forge("m6", "m5");
    await scene.forge("m6", "m1");
    for (const member of ["m1", "m2", "m3", "m4", "m9"]) await scene.forge(member);
    assert.deepEqual([...(await scene.asked()).approvals], ["m5"]);
    assert.ok((await scene.read()).faults.length >= 2);
    await refused(scene, Refused);
  });

  it("stays closed for approvals of another request, or of one that took its id", async () => {
    const scene = await approved("another");
    await scene.decide("m6");
    const { entry } = await scene.asked();
    await scene.ask("m1", { reason: "Curiosity." });
    await scene.openIdentity("m5", 0);
    await refused(scene, Refused, "m5", 1);
    const place = scene.made.entries.findIndex((one) => one.audience === "custodian");
    scene.made.entries.splice(place, 1);
    await scene.ask("m1", { reason: "Curiosity." }, { id: entry.id });
    assert.deepEqual((await scene.asked()).decided, []);
    await refused(scene, Refused);
  });

  it("stays closed for approvals of another case, and for another case's identity", async () => {
    const scene = await approved("case");
    const other = await CustodyScene.open("other case");
    await other.ask("m1");
    const theirs = await other.decide("m6");
    scene.made.store(theirs.sealed ?? new Uint8Array(), "custodian");
    await refused(scene, Refused);
    await scene.decide("m6");
    await assert.rejects(scene.openIdentity("m5", -1, other.identity), NotAuthentic);
  });

  it("does not count an approval by a custodian whom the reporter excluded", async () => {
    const scene = await CustodyScene.open("excluded", ["m6"]);
    await scene.ask("m1");
    await scene.decide("m5");
    await scene.decide("m6");
    await refused(scene, Refused);
    await refused(scene, CannotOpen, "m6");
    await scene.ask("m1", { custodians: ["m5"], needed: 1 });
    await scene.decide("m5");
    assert.equal(JSON.stringify((await scene.openIdentity()).body), '{"answers":{"name":"A. B."},"channel":"procurement","excluded":["m6"]}');
  });

  it("opens for nobody once an epoch names a member whom the reporter excluded, whoever asks", async () => {
    for (const asker of ["m3", "m1"]) {
      const scene = await CustodyScene.open(`holder ${asker}`, ["m3"]);
      await scene.made.newEpoch("m1", ["m1", "m3", "m9"]);
      await scene.ask(asker);
      await scene.decide("m5");
      await scene.decide("m6");
      assert.deepEqual([...(await scene.asked()).approvals].sort(), ["m5", "m6"]);
      await assert.rejects(scene.openIdentity(), /whom the reporter excluded/);
    }
  });

  it("opens by the channel that the reporter chose and no other; without one, as it did before", async () => {
    const scene = await CustodyScene.open("channels");
    await scene.ask("m1", { channel: "police" });
    await scene.decide("m5");
    await scene.decide("m6");
    await assert.rejects(scene.openIdentity(), /another channel/);
    const old = await scene.forgeIdentity({ answers: { name: "A. B." } });
    assert.deepEqual(Object.keys((await scene.openIdentity("m5", -1, old)).body), ["answers"]);
    for (const change of [{ channel: null }, { channel: 5 }, { channel: "police", excluded: "m6" }, { excluded: [5] }]) {
      const odd = await scene.forgeIdentity({ answers: {}, ...change });
      await assert.rejects(scene.openIdentity("m5", -1, odd), (error: unknown) => error instanceof NotAuthentic || error instanceof Malformed);
    }
  });

  it("does not count an approval under a directory older than the request's: its key may be a former one", async () => {
    const { entry, request, sha256, decided } = await (await approved("older")).asked();
    assert.deepEqual([...new Asked(entry, request, sha256, true).with(decided).approvals], ["m5"]);
    const later = { ...entry, directory: entry.directory + 1 };
    assert.deepEqual(new Asked(later, request, sha256, true).with(decided).decided, []);
  });

  it("opens for a request once, even where the server hides that it was opened", async () => {
    const scene = await approved("replay");
    await scene.decide("m6");
    const opened = await scene.decide("m5", "opened", "");
    await refused(scene, Refused);
    await scene.ask("m1", {}, { prev: [opened.sha256] });
    scene.made.entries.splice(scene.made.entries.indexOf(opened), 1);
    assert.ok((await scene.read()).missing);
    await refused(scene, Refused, "m6", 0);
  });

  it("stays closed once the one who asked holds the case no more, and where epochs are withheld", async () => {
    const scene = await CustodyScene.open("former");
    await scene.ask("m3");
    await scene.decide("m5");
    await scene.made.newEpoch("m1", ["m1", "m9"]);
    await scene.forge("m6");
    assert.equal((await scene.asked()).current, false);
    await refused(scene, NotAuthentic);
    await assert.rejects(scene.decide("m6"), NotAuthentic);
    scene.made.epochNotes.pop();
    await refused(scene, Refused);
  });

  it("opens for nobody who is no custodian of the channel that the request names, or was not asked", async () => {
    const scene = await CustodyScene.open("friends");
    await scene.ask("m1", { custodians: ["m2", "m5", "m6"] });
    await scene.decide("m5");
    await scene.forge("m2");
    const custodians = (...members: readonly string[]): Directory => {
      const named = channel(CHANNEL);
      const channels = [{ ...named, roles: { ...(named["roles"] as JsonObject), custodian: [...members] } }, channel("police")];
      return parse(signedDirectory({ version: 2, date: "2026-11-20", valid_until: "2027-02-10", channels }, FIRST.sha256), root);
    };
    await assert.rejects(scene.openIdentity("m6", -1, scene.identity, custodians("m2", "m5")), /Only a custodian who was asked/);
    await scene.openIdentity("m6", -1, scene.identity, custodians("m2", "m5", "m6"));
    await scene.openIdentity("m5", -1, scene.identity, custodians("m2", "m5"));
    const left = await approved("left out");
    await left.ask("m1", { custodians: ["m2", "m5"] });
    await left.decide("m5");
    await left.forge("m2");
    await assert.rejects(left.openIdentity("m6", -1, left.identity, custodians("m2", "m5", "m6")), /Only a custodian who was asked/);
  });

  it("does not count an approval under a key that was replaced", async () => {
    const scene = await approved("replaced");
    await scene.decide("m6");
    const members = EVERYBODY.map((member) => (member === "m6" ? listed("m6", { since: 2, generation: 2 }) : listed(member)));
    const former = [{ id: "m6", label: "Member m6", channels: [CHANNEL], since: 1, until: 1, signing_key: b64encode(keysOf("m6").signingKey.public) }];
    const note = signedDirectory({ version: 2, date: "2026-11-20", valid_until: "2027-02-10", members, former }, FIRST.sha256);
    await scene.openIdentity();
    await assert.rejects(scene.openIdentity("m5", -1, scene.identity, parse(note, root)), Refused);
  });

  it("opens for no request under a key that was replaced, whether it was made before or is dated back", async () => {
    const scene = await approved("renewed");
    await scene.decide("m6");
    const members = EVERYBODY.map((member) => (["m1", "m6"].includes(member) ? listed(member, { since: 2, generation: 2 }) : listed(member)));
    const former = ["m1", "m6"].map((id) => ({ id, label: `Member ${id}`, channels: [CHANNEL], since: 1, until: 1, signing_key: b64encode(keysOf(id).signingKey.public) }));
    const later = parse(signedDirectory({ version: 2, date: "2026-11-20", valid_until: "2027-02-10", members, former }, FIRST.sha256), root);
    await assert.rejects(scene.openIdentity("m5", -1, scene.identity, later), /new keys since/);
    const found = await scene.read("m5", later);
    const [asked] = found.asked;
    assert.ok(asked);
    assert.deepEqual([asked.current, asked.renewed, (await scene.asked()).renewed], [true, true, false]);
    assert.deepEqual([[...asked.approvals].sort(), approvalsToday(asked, later, TODAY)], [["m5", "m6"], ["m5"]]);
    const deciding = { id: "9".repeat(32), directory: 2, author: "m5", date: TODAY, verdict: "opened", reason: "" } as const;
    assert.throws(() => makeDecision(found, asked, later, deciding), /new keys since/);
    const sealed = scene.served.at(0)?.sealed;
    assert.ok(sealed);
    await openDisclosure(sealed, keysOf("m5").identity, scene.about());
    await assert.rejects(openDisclosure(sealed, keysOf("m5").identity, scene.about(later)), NotAuthentic);
  });

  it("needs two approvals, whatever a request says, and never counts a request of one's own", async () => {
    const scene = await CustodyScene.open("one");
    await scene.ask("m1", { custodians: ["m5"], needed: 1 });
    await scene.decide("m5");
    await refused(scene, Refused);
    await scene.ask("m1", { custodians: ["m1", "m5"] });
    await scene.decide("m5");
    await scene.forge("m1");
    await refused(scene, Refused);
    await assert.rejects(scene.decide("m6"), Refused);
  });

  it("keeps a refusal, with its reason, and lets it outweigh an approval by the same person", async () => {
    const scene = await approved("refusal");
    await assert.rejects(scene.decide("m6", "refuse", " \u3000"), Malformed);
    await scene.decide("m6", "refuse", "Not proportionate.");
    await scene.forge("m6");
    assert.deepEqual((await scene.asked()).decided.map(({ decision }) => decision.reason), ["It is needed.", "Not proportionate.", "Of course."]);
    await refused(scene, Refused);
  });

  it("stays closed once whoever asked has withdrawn the request, and they may ask again", async () => {
    const scene = await approved("withdrawn");
    await scene.decide("m6");
    await assert.rejects(scene.withdraw("m1", -1, " \u3000"), Malformed);
    const gone = await scene.withdraw("m1");
    await assert.rejects(scene.openIdentity(), /withdrawn/);
    await assert.rejects(scene.decide("m5", "opened", ""), /withdrawn/);
    await assert.rejects(scene.withdraw("m1"), Refused);
    assert.deepEqual([...(await scene.asked()).who("withdrawn")], ["m1"]);
    await scene.ask("m1");
    await scene.decide("m5");
    await scene.decide("m6");
    await assert.rejects(scene.openIdentity("m5", 0), /withdrawn/);
    await scene.openIdentity();
    await scene.ask("m1", {}, { prev: [gone.sha256] });
    scene.made.entries.splice(scene.made.entries.indexOf(gone), 1);
    await assert.rejects(scene.openIdentity("m5", 0), /missing/);
  });

  it("opens though somebody else withdraws the request, or another request or case was withdrawn", async () => {
    const scene = await approved("another withdrawal");
    await scene.decide("m6");
    await assert.rejects(scene.withdraw("m3"), /Only whoever asked/);
    for (const author of ["m3", "m5", "m6", "m1"]) await scene.forge(author, author === "m1" ? "m3" : author, { decision: "withdrawn" });
    await scene.forge("m1", "m1", { decision: "withdrawn", request: "2".repeat(32) });
    await scene.forge("m1", "m1", { decision: "withdrawn", sha256: b64encode(new Uint8Array(32)) });
    const other = await CustodyScene.open("another case withdrawn");
    await other.ask("m1");
    scene.made.store((await other.withdraw("m1")).sealed ?? new Uint8Array(), "custodian");
    assert.deepEqual([...(await scene.asked()).who("withdrawn")], []);
    await scene.openIdentity();
  });

  it("lets one bad entry hide no other", async () => {
    const scene = await CustodyScene.open("bad");
    scene.made.store(new Uint8Array(7), "custodian");
    await scene.ask("m2");
    await scene.ask("m1");
    const found = await scene.read();
    assert.equal(found.asked.length, 1);
    assert.equal(found.faults.length, 2);
    assert.deepEqual((await scene.read("m2")).asked, []);
    const removed = { ...sealedEntry("x", "2026-12-01", new Uint8Array(1), "custodian"), sealed: null };
    scene.made.entries.push(removed);
    assert.equal((await scene.read()).asked.length, 1);
  });
});

describe("requests and decisions in another form", () => {
  it("are refused", async () => {
    const scene = await approved("form");
    const [asked] = (await scene.read()).asked;
    const request = asked?.entry.body ?? {};
    const decision = asked?.decided[0]?.entry.body ?? {};
    const hash = b64encode(new Uint8Array(32));
    const badRequests = [
      { custodians: [] }, { custodians: ["m6", "m5"] }, { custodians: ["m5", "m5"] }, { custodians: ["?"] }, { custodians: "m5" },
      { needed: 0 }, { needed: 3 }, { needed: "2" }, { notice: "AA==" }, { notice: hash, waiver: "Both." },
    ];
    for (const change of badRequests) assert.throws(() => parseDisclosure({ ...request, ...change }), Malformed, JSON.stringify(change));
    const unsaid = Object.fromEntries(Object.entries(request).filter(([name]) => name !== "notice"));
    for (const waiver of ["", " ", 5]) assert.throws(() => parseDisclosure({ ...unsaid, waiver }), Malformed);
    assert.throws(() => parseDisclosure(unsaid), Malformed);
    assert.equal(parseDisclosure({ ...unsaid, waiver: "Danger." }).waiver, "Danger.");
    for (const change of [{ request: "x" }, { sha256: "AA==" }, { decision: "withdraw" }, { decision: null }, { reason: 5 }, { decision: "refuse", reason: "" }]) {
      assert.throws(() => parseDecision({ ...decision, ...change }), Malformed, JSON.stringify(change));
    }
  });
});
