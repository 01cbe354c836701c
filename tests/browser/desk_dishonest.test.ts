/** The desk's engine in the hands of a dishonest server: it is found out, and gets nothing. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { NotAuthentic, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { type Desk, Scene, type Spoil, TODAY } from "./desk_scene.ts";
import { startService } from "./service.ts";

describe("the desk's engine in the hands of a dishonest server", () => {
  let scene: Scene;

  before(async () => {
    scene = new Scene(await startService());
  });
  after(() => scene.service.stop());

  type Answer = Record<string, unknown> & { case: string; epochs: string[]; recipient: string; grants: { epoch: number }[]; card: string | null };

  /** Changes the server's answer about a case, as `change` does. */
  const aboutCase = (id: string, change: (answer: Answer) => object): Spoil => (address, body) =>
    address === `/api/cases/${id}` ? JSON.stringify(change(JSON.parse(body) as Answer)) : null;

  async function captured(desk: Desk, id: string): Promise<Answer> {
    let found: Answer | null = null;
    desk.spoil = aboutCase(id, (answer) => (found = answer));
    await desk.engine.openCase(id);
    desk.spoil = null;
    assert.ok(found);
    return found;
  }

  it("withheld epochs are told, and nothing is sealed", async () => {
    const filed = await scene.file("Epochs.");
    const desk = await scene.at("intake");
    const before = await captured(desk, filed.case);
    await desk.engine.grant(filed.case, "investigator", true);
    desk.spoil = aboutCase(filed.case, (answer) => ({ ...answer, epochs: before.epochs, recipient: before.recipient, grants: before.grants }));
    const shown = await desk.engine.openCase(filed.case);
    assert.ok(shown.warnings.includes("epochs-withheld"));
    assert.notEqual(shown.closed, null);
    const { length } = desk.sent;
    await assert.rejects(desk.engine.reply(filed.case, "To whom?"), Refused);
    await assert.rejects(desk.engine.grant(filed.case, "protection", false), Refused);
    assert.equal(desk.sent.length, length);
  });

  it("another case under the same id shows nothing, and another card pins nothing", async () => {
    const [one, other] = [await scene.file("One matter."), await scene.file("Another matter.")];
    const desk = await scene.at("intake");
    const [mine, theirs] = [await captured(desk, one.case), await captured(desk, other.case)];
    desk.spoil = aboutCase(one.case, () => ({ ...theirs, case: one.case }));
    const shown = await desk.engine.openCase(one.case);
    assert.deepEqual([shown.warnings, shown.entries], [["grant-damaged"], []]);
    await assert.rejects(desk.engine.note(one.case, "…"), Refused);
    desk.spoil = aboutCase(one.case, () => theirs);
    await assert.rejects(desk.engine.openCase(one.case), /another case/);
    // A card of another case does not open as this one's: it counts as none, and is written anew.
    desk.spoil = (address, body) => {
      const { card } = theirs;
      if (address === `/api/cases/${one.case}`) return JSON.stringify({ ...(JSON.parse(body) as Answer), card });
      return address.startsWith("/api/cases?") ? body.replaceAll(String(mine.card), String(card)) : null;
    };
    const fresh = await desk.engine.openCase(one.case);
    assert.deepEqual([fresh.warnings, fresh.draft], [[], null]);
  });

  it("a false history of holders is refused by whoever saw the true one", async () => {
    const filed = await scene.file("Two histories.");
    const [desk, accomplice] = [await scene.at("intake"), await scene.anew("intake")];
    // Another epoch 1 than the true one, signed by somebody who held epoch 0, and kept by the server.
    let kept = { note: "", recipient: "" };
    accomplice.intercept = (address, body) => {
      if (!address.endsWith("/epochs")) return null;
      kept = JSON.parse(body) as typeof kept;
      return Promise.resolve(new Response('{"epoch": 1}', { status: 201, headers: { "Content-Type": "application/json" } }));
    };
    await accomplice.engine.grant(filed.case, "protection", true);
    await desk.engine.grant(filed.case, "investigator", true);
    desk.spoil = aboutCase(filed.case, (answer) => ({ ...answer, epochs: [answer.epochs[0], kept.note], recipient: kept.recipient }));
    await assert.rejects(desk.engine.openCase(filed.case), NotAuthentic);
    await assert.rejects(desk.engine.openCase(filed.case), /another history/);
    // A gap in the chain ends it: what comes after is not believed.
    desk.spoil = null;
    await desk.engine.withdraw(filed.case, "break-glass", false);
    desk.spoil = aboutCase(filed.case, (answer) => ({ ...answer, epochs: [answer.epochs[0], answer.epochs[2]] }));
    const shown = await desk.engine.openCase(filed.case);
    assert.ok(shown.warnings.includes("epochs-broken"), shown.warnings.join());
    await assert.rejects(desk.engine.reply(filed.case, "…"), Refused);
  });

  it("an altered entry is a fact without content, and a withheld one is missed", async () => {
    const filed = await scene.file("Entries.");
    const desk = await scene.at("intake");
    await desk.engine.reply(filed.case, "First answer.");
    await desk.engine.reply(filed.case, "Second answer.");
    interface Page {
      readonly entries: readonly { readonly id: string; readonly sealed: string }[];
      readonly more: boolean;
    }
    const onEntries = (change: (page: Page) => object): Spoil => (address, body) =>
      address.startsWith(`/api/cases/${filed.case}/entries`) ? JSON.stringify(change(JSON.parse(body) as Page)) : null;
    const shown = await desk.engine.openCase(filed.case);
    const id = shown.entries.find(({ content }) => content?.type === "text" && content.text === "First answer.")?.id;
    desk.spoil = onEntries((page) => ({
      ...page,
      entries: page.entries.map((entry) => (entry.id === id ? { ...entry, sealed: spoilt(entry.sealed) } : entry)),
    }));
    const altered = await desk.engine.openCase(filed.case);
    const found = altered.entries.find((entry) => entry.id === id);
    assert.notEqual(found?.state, "authentic");
    assert.equal(found?.content, null);
    assert.ok(altered.warnings.includes("entries-may-be-missing"));
    desk.spoil = onEntries((page) => ({ ...page, entries: page.entries.filter((entry) => entry.id !== id) }));
    assert.ok((await desk.engine.openCase(filed.case)).warnings.includes("entries-may-be-missing"));
    desk.spoil = onEntries((page) => ({ ...page, more: true }));
    await assert.rejects(desk.engine.openCase(filed.case), { name: /Problem|UnexpectedAnswer/ });
    desk.spoil = onEntries(() => ({ entries: "none", more: false }));
    await assert.rejects(desk.engine.openCase(filed.case), { name: "UnexpectedAnswer" });
    desk.spoil = null;
    assert.deepEqual((await desk.engine.openCase(filed.case)).warnings, []);
  });

  it("deadlines that the server moves are not signed", async () => {
    const filed = await scene.file("Deadlines.");
    const desk = await scene.at("intake");
    const signed = (await desk.engine.changeStatus(filed.case, "acknowledged", "")).status?.clocks;
    desk.spoil = aboutCase(filed.case, (answer) => ({
      ...answer,
      clocks: (answer["clocks"] as { name: string }[]).map((clock) => ({ ...clock, due: "2099-01-01" })),
    }));
    await desk.engine.openCase(filed.case);
    const shown = await desk.engine.changeStatus(filed.case, "assessing", "");
    assert.deepEqual(shown.status?.clocks, signed);
    assert.equal(shown.server.clocks[1]?.due, "2099-01-01");
  });

  it("pages without end, and lists that are none, are refused", async () => {
    const desk = await scene.at("intake");
    for (const spoilt of [{ cases: [], next: "../x" }, { cases: [{}], next: null }, { next: null }]) {
      desk.spoil = (address) => (address.startsWith("/api/cases?") ? JSON.stringify(spoilt) : null);
      await assert.rejects(desk.engine.inbox(() => undefined), { name: "UnexpectedAnswer" });
    }
  });

  it("an older directory is refused by whoever saw a newer one", async () => {
    const old = await (await fetch(`${scene.service.desk}/.well-known/reporting/directory`)).text();
    await scene.service.publish();
    const newer = await scene.anew("intake");
    assert.ok(newer.sent.includes("PUT /api/vault"));
    const again = scene.open(newer.browser);
    const unlock = (): Promise<unknown> => again.engine.unlock(scene.passphrase("intake"), TODAY, () => undefined);
    await unlock();
    assert.deepEqual(again.sent, []);
    again.spoil = (address) => (address === "/.well-known/reporting/directory" ? old : null);
    await assert.rejects(unlock(), NotAuthentic);
    await assert.rejects(unlock(), /older list/);
  });
});

/** One letter in the middle of a base64 text changed for another. */
function spoilt(sealed: string): string {
  const place = Math.floor(sealed.length / 2);
  return `${sealed.slice(0, place)}${sealed[place] === "A" ? "B" : "A"}${sealed.slice(place + 1)}`;
}
