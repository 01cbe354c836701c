/** The audit log as an auditor's browser judges it: the core beside its Python twin, and a server that lies. */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import * as audit from "../../reporting/browser/src/protocol/audit.ts";
import { b64decode, b64encode, hex } from "../../reporting/browser/src/protocol/encoding.ts";
import { Malformed, NotAuthentic } from "../../reporting/browser/src/protocol/errors.ts";
import { leafHash, root } from "../../reporting/browser/src/protocol/log.ts";
import * as notes from "../../reporting/browser/src/protocol/note.ts";
import { SigningKey } from "../../reporting/browser/src/protocol/signing.ts";
import type { AuditLine, KeptCheckpoint } from "../../reporting/browser/src/workers/audit_api.ts";
import { eraseEvents, removeEvent } from "./acting/rewriting.ts";
import { type Desk, Scene } from "./desk_scene.ts";
import { startService } from "./service.ts";

const NAME = "reports.example/audit";
const KEY = new SigningKey(new Uint8Array(32));
const VERIFIER = new notes.VerifierKey(NAME, KEY.public);
const EVENT: audit.Event = {
  position: 7,
  salt: Uint8Array.from({ length: 16 }, (_, index) => index),
  id: "ab".repeat(16),
  at: 1_790_000_000,
  member: "m1",
  act: "case:grant",
  case: "cd".repeat(16),
  details: { member: "m2", note: 'ä\u2028\n\u001f"' },
};
// tests/unit/protocol/test_audit.py holds the same value.
const TWIN_LEAF =  "350fe1ff0c08264775b615c9e0af277cca8c877714b0fe0998bb0632d86bf5f7";
const EVERYTHING = { member: "", case: "", act: "" };

describe("the audit log's core", () => {
  const leaves = Array.from({ length: 300 }, (_, number) => leafHash(Uint8Array.of(number % 256, number >> 8)));
  const checkpoint = (size: number): audit.Checkpoint => ({ name: NAME, size, root: root(leaves.slice(0, size)) });
  const signed = (text: string, key = KEY): string => notes.sign(text, NAME, key);

  it("hashes an event as Python does", () => {
    assert.equal(hex(audit.eventLeaf(EVENT)), TWIN_LEAF);
    assert.deepEqual(audit.parseEvent(audit.eventJson(EVENT)), EVENT);
  });

  it("refuses what has no one form", () => {
    for (const value of [1.5, { ä: 1 }, 2 ** 53, { a: [0.1] }, "\ud800"]) assert.throws(() => audit.canonical(value), Malformed);
    for (const change of [{ more: 1 }, { salt: "AA==" }, { case: "x" }, { details: [] }, { position: -1 }]) {
      assert.throws(() => audit.parseEvent({ ...audit.eventJson(EVENT), ...change }), Malformed);
    }
  });

  it("computes the root leaf by leaf", () => {
    const frontier = new audit.Frontier();
    for (const [index, leaf] of leaves.entries()) {
      assert.deepEqual(frontier.root, root(leaves.slice(0, index)));
      frontier.append(leaf);
    }
    assert.deepEqual([frontier.size, frontier.root], [300, root(leaves)]);
  });

  it("reads a checkpoint, and nothing that is like one", () => {
    const { root: top } = checkpoint(3);
    const text = `${NAME}\n3\n${b64encode(top)}\n`;
    assert.deepEqual(audit.parseCheckpoint(signed(text), VERIFIER), checkpoint(3));
    assert.deepEqual(audit.parseCheckpoint(signed(`${text}more\n`), VERIFIER), checkpoint(3));
    assert.throws(() => audit.parseCheckpoint(signed(text, new SigningKey(new Uint8Array(32).fill(1))), VERIFIER), NotAuthentic);
    assert.throws(() => audit.parseCheckpoint(signed(text.replace(NAME, "other/audit")), VERIFIER), NotAuthentic);
    for (const size of ["03", "-1", "0", "9007199254740993", ""]) {
      assert.throws(() => audit.parseCheckpoint(signed(text.replace("\n3\n", `\n${size}\n`)), VERIFIER), Malformed);
    }
  });

  it("reads a tombstone, and takes neither for the other", () => {
    const stone = signed(`${NAME}\n${audit.TOMBSTONE_HEADING}\n5\n${b64encode(checkpoint(5).root)}\n2026-01-01\n2026-11-23\n`);
    assert.deepEqual(audit.parseTombstone(stone, VERIFIER), { ...checkpoint(5), before: "2026-01-01", day: "2026-11-23" });
    assert.throws(() => audit.parseCheckpoint(stone, VERIFIER), Malformed);
    assert.throws(() => audit.parseTombstone(signed(`${NAME}\n5\n${b64encode(checkpoint(5).root)}\n`), VERIFIER), Malformed);
  });

  it("refuses a log that shrank, or is another", () => {
    audit.checkContinues(null, checkpoint(8), []);
    audit.checkContinues(checkpoint(9), checkpoint(9), []);
    assert.throws(() => { audit.checkContinues(checkpoint(9), checkpoint(8), []); }, /lost events/);
    assert.throws(() => { audit.checkContinues({ ...checkpoint(9), name: "x/audit" }, checkpoint(9), []); }, /another log/);
    assert.throws(() => { audit.checkContinues({ ...checkpoint(9), root: checkpoint(8).root }, checkpoint(9), []); }, /unchanged/);
  });
});

describe("an auditor's browser", () => {
  let scene: Scene;
  let desk: Desk;
  let kept: KeptCheckpoint;

  before(async () => {
    scene = new Scene(await startService());
    const filed = await scene.file("A matter for auditors.");
    const intake = await scene.at("intake");
    await intake.engine.openCase(filed.case);
    await intake.engine.grant(filed.case, "investigator", false);
    desk = await scene.at("auditor");
    kept = (await desk.engine.auditLook(null)).checkpoint;
  });
  after(() => scene.service.stop());

  const all = async (filter = EVERYTHING): Promise<readonly AuditLine[]> => (await desk.engine.auditEvents(kept, filter, null)).lines;

  /** Changes the answers at addresses that contain `part`. */
  function spoil(part: string, change: (answer: Record<string, unknown>) => unknown): void {
    desk.spoil = (address, body) => (address.includes(part) ? JSON.stringify(change(JSON.parse(body) as Record<string, unknown>)) : null);
  }

  it("sees a log that grew continue the one it saw", async () => {
    desk = await scene.anew("auditor");
    const { verdict, checkpoint } = await desk.engine.auditLook(kept);
    assert.equal(verdict, "continues");
    assert.ok(checkpoint.size > kept.size);
    kept = checkpoint;
  });

  it("shows events that are proved, without a gap, and follows a member and a case", async () => {
    const lines = await all();
    assert.deepEqual(lines.map(({ position }) => position), Array.from({ length: lines.length }, (_, index) => kept.size - 1 - index));
    const granted = lines.find(({ act }) => act === "case:grant");
    assert.deepEqual([granted?.member, granted?.details], ["intake", { member: "investigator" }]);
    assert.ok(granted?.case);
    const about = await all({ ...EVERYTHING, member: "investigator" });
    assert.ok(about.some(({ act, member }) => act === "case:grant" && member === "intake"));
    const acts = (await all({ ...EVERYTHING, case: granted.case.slice(0, 8) })).map(({ act }) => act);
    assert.deepEqual(acts, ["case:grant", "entry:add", "case:view"]);
  });

  it("looks at the whole log, and exports it", async () => {
    assert.deepEqual(await desk.engine.auditCheck(kept, () => undefined), { events: kept.size, erased: 0 });
    const json = await desk.engine.auditExport(kept, EVERYTHING, "json", () => undefined);
    const found = JSON.parse(new TextDecoder().decode(json.bytes)) as { checkpoint: string; events: { position: number }[] };
    assert.equal(found.checkpoint, kept.note);
    assert.deepEqual(found.events.map(({ position }) => position), Array.from({ length: kept.size }, (_, index) => index));
    const csv = await desk.engine.auditExport(kept, { ...EVERYTHING, act: "case:grant" }, "csv", () => undefined);
    assert.match(new TextDecoder().decode(csv.bytes), /^position,at,member[^\r]*\r\n\d+,[^\r]*,intake,case:grant,[^\r]*\r\n$/);
  });

  it("shows nothing of an event that is not as it was signed, or was left out", async () => {
    interface Events { events: { leaf: string; proof: string[]; event: Record<string, unknown> }[] }
    const changes: ((answer: Events) => unknown)[] = [
      (answer) => { for (const { event } of answer.events) event["member"] = "intake"; },
      (answer) => { for (const item of answer.events) item.leaf = b64encode(new Uint8Array(32)); },
      (answer) => { answer.events[0]?.proof.pop(); },
      (answer) => { answer.events.splice(1, 1); },
      (answer) => { answer.events.shift(); },
      (answer) => { answer.events.pop(); },
    ];
    for (const change of changes) {
      spoil("/api/audit/events", (answer) => { change(answer as unknown as Events); return answer; });
      await assert.rejects(all(), NotAuthentic);
      await assert.rejects(desk.engine.auditExport(kept, EVERYTHING, "json", () => undefined), NotAuthentic);
    }
    spoil("/api/audit/leaves", (answer) => ({ ...answer, leaves: [...(answer["leaves"] as string[])].reverse() }));
    await assert.rejects(desk.engine.auditCheck(kept, () => undefined), /do not give the root/);
    desk.spoil = null;
  });

  it("refuses a checkpoint of another key", async () => {
    spoil("/api/audit/checkpoint", (answer) => {
      const { text } = notes.parse(answer["checkpoint"] as string);
      return { ...answer, checkpoint: notes.sign(text, kept.name, KEY) };
    });
    await assert.rejects(desk.engine.auditLook(kept), NotAuthentic);
    desk.spoil = null;
  });

  it("finds a log written anew, however honest it looks to whoever kept nothing", async () => {
    await removeEvent(scene.service, 3);
    const { verdict, fault, checkpoint } = await desk.engine.auditLook(kept);
    assert.equal(verdict, "broken");
    assert.match(fault, /lost events|no longer holds/);
    assert.notDeepEqual(b64decode(checkpoint.root), b64decode(kept.root));
    assert.equal((await desk.engine.auditLook(null)).verdict, "first");
    assert.deepEqual(await desk.engine.auditCheck(checkpoint, () => undefined), { events: checkpoint.size, erased: 0 });
  });

  it("takes a tombstone of before the log's key was changed, and none that the log does not record", async () => {
    const size = kept.size;
    const unrecorded = await eraseEvents(scene.service);
    await scene.service.reporting("keys", "rotate", "log", "--data", path.join(scene.service.folder, "server"));
    await scene.service.publish();
    desk = await scene.anew("auditor");
    kept = (await desk.engine.auditLook(null)).checkpoint;
    const check = (): Promise<{ readonly erased: number }> => desk.engine.auditCheck(kept, () => undefined);
    const { erased } = await check();
    assert.ok(erased >= size && erased < kept.size);
    spoil("/api/audit/tombstones", () => ({ tombstones: [unrecorded] }));
    await assert.rejects(check(), /erased without a tombstone/);
    spoil("/api/audit/tombstones", () => ({ tombstones: [notes.sign(notes.parse(unrecorded).text, kept.name, KEY)] }));
    await assert.rejects(check(), NotAuthentic);
    desk.spoil = (address, body) => (/directory\/\d+$/.test(address) ? body.replace('"shape":', '"shape": ') : null);
    await assert.rejects(check(), NotAuthentic);
    desk.spoil = null;
  });
});
