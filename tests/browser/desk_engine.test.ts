/** The desk's engine against a running service: what members do in a day. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";

import { unzipSync } from "fflate";

import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { CannotOpen, Malformed, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import type { InboxLine, SignInStep } from "../../reporting/browser/src/workers/desk_api.ts";
import { DeskEngine } from "../../reporting/browser/src/workers/desk_engine.ts";
import { Scene, TODAY, inboxOf, opened, says } from "./desk_scene.ts";
import { startService } from "./service.ts";

describe("the desk's engine", () => {
  let scene: Scene;

  before(async () => {
    scene = new Scene(await startService());
  });
  after(() => scene.service.stop());

  it("signs in, says who is there, and opens nothing for another passphrase", async () => {
    const desk = scene.open();
    const steps: SignInStep[] = [];
    const session = opened(await desk.engine.signIn("intake", scene.passphrase("intake"), TODAY, (step) => steps.push(step)));
    assert.deepEqual(steps, ["stretching", "signing-in", "opening", "directory"]);
    assert.equal(session.member, "intake");
    assert.equal(session.directory.fingerprint, scene.service.credentials.fingerprint);
    assert.deepEqual(session.channels["procurement"], ["intake"]);
    assert.ok(session.titles.some(({ title }) => title === "Public procurement"));
    const wrong = scene.open();
    for (const name of ["intake", "nobody"]) {
      await assert.rejects(wrong.engine.signIn(name, "quite another passphrase", TODAY, () => undefined), { kind: "wrong-credentials" });
    }
    assert.equal(await wrong.engine.whoIsSignedIn(), null);
    await assert.rejects(wrong.engine.openCase("0".repeat(32)), { kind: "not-signed-in" });
  });

  it("unlocks after a reload under the same cookie, and ends with the session", async () => {
    const { browser } = await scene.anew("intake");
    const { engine } = scene.open(browser);
    assert.equal((await engine.whoIsSignedIn())?.name, "intake");
    await assert.rejects(engine.unlock("quite another passphrase", TODAY, () => undefined), CannotOpen);
    assert.equal(opened(await engine.unlock(scene.passphrase("intake"), TODAY, () => undefined)).member, "intake");
    const other = scene.open(browser);
    await other.engine.unlock(scene.passphrase("intake"), TODAY, () => undefined);
    await other.engine.signOut();
    assert.equal(await engine.whoIsSignedIn(), null);
    await assert.rejects(engine.inbox(() => undefined), { kind: "not-signed-in" });
    await assert.rejects(engine.unlock(scene.passphrase("intake"), TODAY, () => undefined), { kind: "not-signed-in" });
  });

  it("goes on in one tab when another of the same member has signed in since", async () => {
    const filed = await scene.file("Two tabs.");
    const desk = await scene.anew("intake");
    await desk.engine.openCase(filed.case);
    await scene.anew("intake", desk.browser);
    assert.deepEqual(says(await desk.engine.note(filed.case, "Still here."), "team"), ["Still here."]);
    await scene.anew("investigator", desk.browser);
    await assert.rejects(desk.engine.note(filed.case, "By whom?"), { kind: "not-signed-in" });
  });

  it("lists cases before and after they were opened", async () => {
    const filed = await scene.file("Vendor Quillfeather paid for the bridge of sand.");
    const desk = await scene.at("intake");
    const line = (await inboxOf(desk)).get(filed.case);
    assert.equal(line?.opened, false);
    assert.equal(line.summary, "");
    assert.equal(line.status, "received");
    assert.equal(line.assignee, null);
    const shown = await desk.engine.openCase(filed.case);
    assert.deepEqual(shown.warnings, []);
    assert.equal(shown.holder, true);
    assert.deepEqual(shown.people.filter(({ access }) => access === "holder").map(({ id }) => id), ["break-glass", "intake"]);
    const [first] = shown.entries;
    assert.equal(first?.content?.type === "answers" && first.content.answers[0]?.answer[0], "Vendor Quillfeather paid for the bridge of sand.");
    for (const again of [desk, await scene.anew("intake")]) {
      const known = (await inboxOf(again)).get(filed.case);
      assert.equal(known?.opened, true);
      assert.equal(known.summary, "Vendor Quillfeather paid for the bridge of sand.");
    }
  });

  it("finds Arabic and accented words, beginnings, slips, tags, ids and titles", async () => {
    const french = await scene.file("Le café du préfet fut payé trois fois par l’entreprise Dubois.");
    const arabic = await scene.file("دُفِعَت رشوةٌ كبيرة إلى أحمد في المدينة.");
    const desk = await scene.at("intake");
    await inboxOf(desk);
    const told: number[] = [];
    assert.ok((await desk.engine.openUnread((done) => told.push(done))) >= 2);
    assert.deepEqual(told, told.map((_, place) => place + 1));
    await desk.engine.setTags(french.case, ["Göteborg"]);
    for (const query of ["cafe", "CAFÉ", "prefet trois", "entrep", "Dubais", "goteborg", french.case.slice(0, 10)]) {
      assert.equal((await desk.engine.search(query))[0], french.case, query);
    }
    for (const query of ["رشوة", "رشوه", "احمد", "المدين"]) assert.deepEqual(await desk.engine.search(query), [arabic.case], query);
    assert.ok((await desk.engine.search("public procurement")).includes(arabic.case));
    for (const query of ["", "  ", "zzzzzz", "cafe zzzzzz"]) assert.deepEqual(await desk.engine.search(query), [], query);
    const fresh = await scene.anew("intake");
    await inboxOf(fresh);
    assert.deepEqual(await fresh.engine.search("رشوة"), [arabic.case]);
    assert.equal(await fresh.engine.openUnread(() => undefined), 0);
  });

  it("answers the reporter, writes to the team, and moves the case on with signed clocks", async () => {
    const filed = await scene.file("Ten percent of each bridge.");
    const desk = await scene.at("intake");
    await desk.engine.openCase(filed.case);
    assert.deepEqual(says(await desk.engine.reply(filed.case, "  Thank you.\nWho signed?  ")), ["Thank you.\nWho signed?"]);
    assert.deepEqual(says(await desk.engine.note(filed.case, "Ask the registry."), "team"), ["Ask the registry."]);
    const shown = await desk.engine.changeStatus(filed.case, "acknowledged", "");
    assert.equal(shown.status?.status, "acknowledged");
    assert.equal(shown.server.differs, false);
    assert.deepEqual(shown.status.clocks, shown.server.clocks);
    assert.deepEqual(shown.status.clocks.map(({ name, done }) => [name, done]), [["acknowledge", TODAY], ["feedback", null]]);
    const read = await scene.mailbox(filed);
    assert.deepEqual([says(read), read.status?.status, read.warnings], [["Thank you.\nWho signed?"], "acknowledged", []]);
    assert.doesNotMatch(JSON.stringify(read), /registry/);
    await assert.rejects(desk.engine.changeStatus(filed.case, "received", ""), { kind: "wrong-transition" });
    await assert.rejects(desk.engine.changeStatus(filed.case, "closed", "  "), Malformed);
    await assert.rejects(desk.engine.reply(filed.case, " \n"), Malformed);
    const closed = await desk.engine.changeStatus(filed.case, "closed", "Paid back.");
    assert.equal(closed.status?.reason, "Paid back.");
    const acts = (await desk.engine.history(filed.case)).map(({ act, label }) => `${act} ${label}`);
    assert.ok(acts.length >= 4 && acts.every((act) => act.endsWith("Samira Haddad, intake")), acts.join());
  });

  it("stores once what was sent without an answer and is sent again", async () => {
    const filed = await scene.file("A weak line.");
    const desk = await scene.at("intake");
    await desk.engine.openCase(filed.case);
    desk.intercept = async (_address, _body, send) => {
      await send();
      throw new TypeError("the answer is lost");
    };
    await assert.rejects(desk.engine.reply(filed.case, "Do you hear me?"), { name: "Unreachable", mayHaveArrived: true });
    desk.intercept = null;
    assert.deepEqual(says(await desk.engine.reply(filed.case, "Do you hear me?")), ["Do you hear me?"]);
    assert.deepEqual(says(await desk.engine.reply(filed.case, "Do you hear me?")), ["Do you hear me?", "Do you hear me?"]);
  });

  it("believes no list that was on its way while a case was opened", async () => {
    const filed = await scene.file("Meanwhile.");
    const desk = await scene.at("intake");
    const lines = await new Promise<Map<string, InboxLine>>((resolve, reject) => {
      let opening: Promise<unknown> | null = null;
      // The list is held back until the case has its card.
      const slow = scene.open(desk.browser);
      const { fetch: straight } = slow.browser;
      const held = new DeskEngine(
        new Transport(async (address, init) => {
          const response = await straight(address, init);
          if (address.startsWith("/api/cases?")) await (opening ??= held.openCase(filed.case));
          return response;
        }),
      );
      held
        .unlock(scene.passphrase("intake"), TODAY, () => undefined)
        .then(() => inboxOf({ ...slow, engine: held }))
        .then(resolve, reject);
    });
    assert.equal(lines.get(filed.case)?.opened, true);
  });

  it("gives access, tags that a colleague sees, a new lead, and takes access away", async () => {
    const filed = await scene.file("The road was paid for twice.");
    const [intake, investigator] = [await scene.at("intake"), await scene.at("investigator")];
    await assert.rejects(investigator.engine.openCase(filed.case), { kind: "not-found" });
    await intake.engine.openCase(filed.case);
    const tagged = await intake.engine.setTags(filed.case, [" road ", "two  payments", "road"]);
    assert.deepEqual(tagged.tags, ["road", "two payments"]);
    const granted = await intake.engine.grant(filed.case, "investigator", false);
    assert.equal(granted.people.find(({ id }) => id === "investigator")?.access, "reader");
    const seen = await investigator.engine.openCase(filed.case);
    assert.deepEqual([seen.tags, seen.holder, seen.warnings], [["road", "two payments"], false, []]);
    assert.equal((await inboxOf(investigator)).get(filed.case)?.tags[0], "road");
    await assert.rejects(investigator.engine.grant(filed.case, "protection", false), Refused);
    await assert.rejects(intake.engine.setTags(filed.case, Array.from({ length: 21 }, (_, place) => `t${place}`)), Malformed);
    await assert.rejects(intake.engine.setTags(filed.case, ["x".repeat(41)]), Malformed);
    await assert.rejects(intake.engine.grant(filed.case, "auditor", false), Refused);
    await intake.engine.grant(filed.case, "protection", false);
    const led = await intake.engine.grant(filed.case, "investigator", true);
    assert.deepEqual(led.holders.map(({ id }) => id), ["break-glass", "intake", "investigator"]);
    assert.equal(led.people.find(({ id }) => id === "protection")?.access, "reader");
    // Written on the epoch before, which the server now refuses: sealed again under the new one.
    assert.deepEqual(says(await investigator.engine.reply(filed.case, "I lead this now.")), ["I lead this now."]);
    const withdrawn = await investigator.engine.withdraw(filed.case, "intake", false);
    assert.deepEqual(withdrawn.holders.map(({ id }) => id), ["break-glass", "investigator"]);
    assert.deepEqual(withdrawn.warnings, []);
    assert.equal(withdrawn.people.find(({ id }) => id === "protection")?.access, "reader");
    await assert.rejects(intake.engine.openCase(filed.case), { kind: "not-found" });
    assert.equal((await inboxOf(intake)).has(filed.case), false);
    assert.deepEqual(await intake.engine.search(filed.case), []);
    await assert.rejects(investigator.engine.withdraw(filed.case, "investigator", false), Refused);
    await assert.rejects(investigator.engine.withdraw(filed.case, "custodian-1", false), Refused);
    assert.deepEqual(says(await scene.mailbox(filed)), ["I lead this now."]);
  });

  it("lets nobody back in whom a colleague has shut out meanwhile", async () => {
    const filed = await scene.file("Two of us change who reads this.");
    const [desk, other] = [await scene.at("intake"), await scene.at("investigator")];
    await desk.engine.grant(filed.case, "investigator", true);
    await desk.engine.grant(filed.case, "protection", false);
    // Both have the case open as it is; the colleague is the first.
    await other.engine.withdraw(filed.case, "protection", false);
    const shown = await desk.engine.withdraw(filed.case, "break-glass", false);
    assert.deepEqual(shown.people.filter(({ access }) => access !== "none").map(({ id }) => id), ["intake", "investigator"]);
  });

  it("never gives a case to whom the reporter shut out", async () => {
    const filed = await scene.file("It was the investigator.", ["investigator"]);
    const desk = await scene.at("intake");
    const shown = await desk.engine.openCase(filed.case);
    assert.deepEqual(shown.excluded, [{ id: "investigator", label: "Daniel Okafor, investigations" }]);
    assert.equal(shown.people.find(({ id }) => id === "investigator")?.access, "excluded");
    const before = desk.sent.length;
    for (const lead of [false, true]) await assert.rejects(desk.engine.grant(filed.case, "investigator", lead), Refused);
    assert.equal(desk.sent.length, before);
  });

  it("says who deals with a case, and counts without opening", async () => {
    const filed = await scene.file("Somebody has to deal with this.");
    const desk = await scene.at("intake");
    assert.deepEqual(await desk.engine.assign([filed.case], "intake"), [filed.case]);
    assert.deepEqual(await desk.engine.assign([filed.case], "intake"), []);
    assert.equal((await inboxOf(desk)).get(filed.case)?.assignee, "intake");
    assert.equal((await desk.engine.openCase(filed.case)).assignee, "intake");
    await assert.rejects(desk.engine.assign([filed.case], "investigator"));
    const overview = await desk.engine.overview();
    assert.equal(overview.scope, "own");
    assert.equal(overview.channels.find(({ id }) => id === "procurement")?.label, "Public procurement");
    const mine = overview.people.find(({ id }) => id === "intake");
    assert.deepEqual([mine?.label, mine?.open], ["Samira Haddad, intake", 1]);
    const auditor = await scene.at("auditor");
    assert.equal((await auditor.engine.overview()).scope, "all");
    assert.deepEqual(await desk.engine.assign([filed.case], null), [filed.case]);
  });

  it("keeps a draft over a lock, over the terminal, and until it is sent", async () => {
    const filed = await scene.file("A draft begins.");
    const desk = await scene.at("intake");
    await desk.engine.keepDraft(filed.case, { audience: "reporter", text: "Dear repor" });
    await desk.engine.setTags(filed.case, ["kept"]);
    await scene.service.asMember("intake", "note", filed.case, "From the terminal.");
    await scene.service.asMember("intake", "grant", filed.case, "investigator", "--lead");
    const again = scene.open(desk.browser);
    await again.engine.unlock(scene.passphrase("intake"), TODAY, () => undefined);
    assert.deepEqual((await inboxOf(again)).get(filed.case)?.draft, true);
    const shown = await again.engine.openCase(filed.case);
    assert.deepEqual(shown.draft, { audience: "reporter", text: "Dear repor" });
    assert.deepEqual(shown.tags, ["kept"]);
    await again.engine.note(filed.case, "A note in between.");
    assert.equal((await again.engine.reply(filed.case, "Dear reporter")).draft, null);
    assert.equal((await inboxOf(again)).get(filed.case)?.draft, false);
    await again.engine.keepDraft(filed.case, { audience: "team", text: "x" });
    await again.engine.keepDraft(filed.case, { audience: "team", text: "" });
    assert.equal((await again.engine.openCase(filed.case)).draft, null);
    await assert.rejects(again.engine.keepDraft(filed.case, { audience: "team", text: "x".repeat(16_385) }), Malformed);
  });

  it("exports a case with hashes that hold, the same twice", async () => {
    const filed = await scene.file("For the court.");
    const desk = await scene.at("intake");
    await desk.engine.reply(filed.case, "Noted for the court.");
    const made = await desk.engine.exportCase(filed.case);
    assert.deepEqual((await desk.engine.exportCase(filed.case)).bytes, made.bytes);
    const files = new Map(Object.entries(unzipSync(made.bytes)).map(([name, bytes]) => [name.replace(`case-${filed.case}/`, ""), bytes]));
    const text = (name: string): string => new TextDecoder().decode(files.get(name));
    const hash = (name: string, form: "hex" | "base64"): string => createHash("sha256").update(files.get(name) ?? "").digest(form);
    const manifest = JSON.parse(text("manifest.json")) as { files: Record<string, string>; originals: { entry: string; file: string; sha256: string }[] };
    const listed = [...files.keys()].filter((name) => name !== "manifest.json" && name !== "SHA256SUMS").sort();
    assert.deepEqual(Object.keys(manifest.files).sort(), listed);
    for (const [name, expected] of Object.entries(manifest.files)) assert.equal(hash(name, "hex"), expected, name);
    for (const line of text("SHA256SUMS").trimEnd().split("\n")) {
      const [expected = "", name = ""] = line.split("  ");
      assert.equal(hash(name, "hex"), expected, name);
    }
    assert.equal(manifest.originals.length, 2);
    for (const { file: name, sha256 } of manifest.originals) assert.equal(hash(name, "base64"), sha256, name);
    const opened = listed.filter((name) => name.startsWith("opened/")).map(text).join();
    assert.match(opened, /For the court\./);
    assert.match(opened, /Noted for the court\./);
    assert.match(text("READ-ME.txt"), /no longer protected/);
    assert.match(text("epochs/0.txt"), /reporting\/epoch\/v1/);
    assert.equal((JSON.parse(text("case.json")) as { case: string }).case, filed.case);
  });
});
