/** A member's new keys at the desk's engine: what ends half-way, two browsers, and a server that swaps the keys. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { Unreachable } from "../../reporting/browser/src/client/errors.ts";
import type { Session } from "../../reporting/browser/src/workers/member_api.ts";
import { type Desk, type Filed, Scene, says } from "./desk_scene.ts";
import { keptVault, plantKeys, putVault } from "./members.ts";
import { startService } from "./service.ts";

const IGNORE = (): void => undefined;
const KEYS = "/api/account/keys";

describe("renewing one's own keys", () => {
  let scene: Scene;
  let filed: Filed;
  let oldest: string;
  let backup: string;

  before(async () => {
    scene = new Scene(await startService());
    oldest = await keptVault(scene.service, "intake");
    filed = await scene.file("A bridge of sand.");
  });
  after(() => scene.service.stop());

  /** The keys that wait at the server, by its word. */
  async function pending(desk: Desk): Promise<string | null> {
    return (await desk.engine.account()).keys.pending?.digits ?? null;
  }

  /** Cuts the line at a request: before it arrives, or after, so that only the answer is lost. */
  function cut(desk: Desk, method: string, address: string, arrives: boolean): void {
    desk.intercept = (where, _body, send) => {
      if (where !== address || desk.sent.at(-1) !== `${method} ${address}`) return null;
      const lost = (): never => {
        throw new TypeError("the line is down");
      };
      return arrives ? send().then(lost) : Promise.resolve().then(lost);
    };
  }

  it("loses nothing wherever it ends: begun again at the same sign-in, the same keys wait", async () => {
    const steps = [
      ["PUT", "/api/vault"],
      ["POST", `${KEYS}/challenge`],
      ["POST", KEYS],
    ] as const;
    const desk = await scene.anew("intake");
    let keys = "";
    for (const [method, address] of steps) {
      for (const arrives of [false, true]) {
        const isKept = keys !== "" && address === "/api/vault"; // then the vault is not stored again
        if (isKept) continue;
        cut(desk, method, address, arrives);
        await assert.rejects(desk.engine.renewKeys(), Unreachable, `${method} ${address}`);
        const again = await scene.anew("intake");
        const [first] = (await again.engine.lookAgain()).ownKeys.waiting;
        assert.equal(first !== undefined, arrives || address !== "/api/vault", `${method} ${address}`);
        if (keys !== "") assert.equal(first?.digits, keys);
        keys = first?.digits ?? "";
        assert.equal(await pending(again), address === KEYS && arrives ? keys : null);
        assert.equal((await again.engine.openCase(filed.case)).closed, null);
      }
    }
    desk.intercept = null;
    const session = await desk.engine.renewKeys();
    assert.deepEqual([session.ownKeys.waiting.map(({ digits, here }) => [digits, here]), session.listing], [[[keys, true]], "listed"]);
    assert.equal(await pending(desk), keys);
    assert.notEqual(session.keys, keys); // until the directory lists them, the present ones are theirs
  });

  it("never asks for keys that an earlier sign-in left in the vault: somebody else may have them", async () => {
    const thief = await scene.anew("intake");
    const [theirs] = (await thief.engine.lookAgain()).ownKeys.waiting;
    assert.equal(theirs?.here, false);
    await assert.rejects(thief.engine.renewKeys(), /at another sign-in/);
    await thief.engine.takeBackKeys();
    cut(thief, "POST", `${KEYS}/challenge`, false);
    await assert.rejects(thief.engine.renewKeys(), Unreachable); // kept in the vault, and not asked for
    const desk = await scene.anew("intake");
    const left = (await desk.engine.lookAgain()).ownKeys.waiting.map(({ digits }) => digits);
    assert.equal(left.length, 2);
    const [mine, ...others] = (await desk.engine.renewKeys()).ownKeys.waiting;
    assert.deepEqual([mine?.here, others.map(({ digits }) => digits)], [true, left]);
    assert.equal(await pending(desk), mine?.digits);
    assert.ok(!left.includes(mine?.digits ?? ""));
  });

  it("takes the keys that the directory lists, opens old and new, and tells the other browser", async () => {
    const [desk, other] = [await scene.anew("intake"), await scene.anew("intake")];
    const before = await desk.engine.lookAgain();
    const [wanted] = before.ownKeys.waiting;
    assert.ok(wanted);
    backup = await keptVault(scene.service, "intake");
    const idle = await scene.anew("intake");
    await scene.service.publish();
    const next = await scene.file("A tunnel of paper.");
    // The terminal comes first, and takes the new keys up in the vault; the browsers follow it.
    const { cases } = JSON.parse(await scene.service.asMember("intake", "list", "--json")) as { cases: readonly unknown[] };
    assert.equal(cases.length, 2);
    await scene.service.asMember("intake", "show", next.case);
    // The other browser has done nothing since: what is sealed to the new keys opens with its vault.
    assert.equal((await idle.engine.openCase(next.case)).closed, null);
    const session: Session = await desk.engine.lookAgain();
    assert.deepEqual([session.keys, session.listing, session.awaiting], [wanted.digits, "listed", null]);
    assert.deepEqual([session.ownKeys.waiting, session.ownKeys.former], [[], 1]);
    for (const one of [desk, other]) {
      for (const { case: id } of [filed, next]) assert.equal((await one.engine.openCase(id)).closed, null);
    }
    await other.engine.reply(filed.case, "We look into it.");
    assert.deepEqual(says(await scene.mailbox(filed)), ["We look into it."]);
    assert.equal((await other.engine.lookAgain()).keys, wanted.digits);
    assert.equal((await (await scene.anew("intake")).engine.lookAgain()).ownKeys.former, 1);
  });

  it("does not fall back to the keys of before where the server has an older vault, as after a restored backup", async () => {
    const desk = await scene.anew("intake");
    const { keys } = await desk.engine.lookAgain();
    const newest = await keptVault(scene.service, "intake");
    await putVault(scene.service, "intake", oldest);
    await assert.rejects(desk.engine.renewKeys(), /older copy of your keys/);
    assert.equal((await desk.engine.openCase(filed.case)).closed, null);
    // A copy in which the keys in use wait is taken up, and they stay in use.
    await putVault(scene.service, "intake", backup);
    const session = await desk.engine.renewKeys();
    assert.deepEqual([session.keys, session.listing, session.ownKeys.former], [keys, "listed", 1]);
    await desk.engine.takeBackKeys();
    // The pin that is kept did not go down: whoever signs in next has nothing to raise.
    assert.ok(!(await scene.anew("intake")).sent.includes("PUT /api/vault"));
    await putVault(scene.service, "intake", newest);
  });

  it("begins new epochs for the same people, which the old keys do not open", async () => {
    const desk = await scene.anew("intake");
    const old = async (): Promise<string[]> => (await desk.engine.ledCases(IGNORE)).cases.filter((one) => one.olderKeys).map((one) => one.case);
    assert.deepEqual(await old(), [filed.case]);
    const held = await desk.engine.openCase(filed.case);
    const [line] = (await desk.engine.ledCases(IGNORE)).cases.filter((one) => one.olderKeys);
    const people = line?.people.map(({ id }) => id) ?? [];
    assert.ok(people.length > 0 && line?.underFormer === false);
    // Somebody whom the list did not show is not taken along: they may have been let in with the old key.
    await assert.rejects(desk.engine.renewCase(filed.case, people.slice(1), false), /were not shown/);
    const renewed = await desk.engine.renewCase(filed.case, people, false);
    assert.deepEqual(renewed.holders, held.holders);
    assert.deepEqual(await old(), []);
    await desk.engine.reply(filed.case, "Sealed anew.");
    assert.deepEqual(says(await scene.mailbox(filed)), ["We look into it.", "Sealed anew."]);
  });

  it("takes a request back, and makes others the next time", async () => {
    const desk = await scene.anew("intake");
    const first = (await desk.engine.renewKeys()).ownKeys.waiting.map(({ digits }) => digits);
    await desk.engine.takeBackKeys();
    assert.equal(await pending(desk), null);
    const [newest, ...others] = (await desk.engine.renewKeys()).ownKeys.waiting.map(({ digits }) => digits);
    assert.deepEqual(others, first);
    assert.equal(await pending(desk), newest);
    await desk.engine.takeBackKeys();
  });

  it("changes passphrase and recovery sheet though another browser has stored the vault since", async () => {
    const [desk, other] = [await scene.anew("intake"), await scene.anew("intake")];
    await other.engine.renewKeys();
    await other.engine.takeBackKeys();
    await desk.engine.newRecoveryCode();
    await desk.engine.changeRecovery();
    assert.equal((await desk.engine.lookAgain()).ownKeys.waiting.length, 3);
  });

  it("points to a case whose newest keys a key of before has made: it is looked at for itself", async () => {
    const desk = await scene.anew("intake");
    const newer = await scene.file("A harbor of glass.");
    const people = async (id: string): Promise<string[]> => (await desk.engine.ledCases(IGNORE)).cases.find((one) => one.case === id)?.people.map(({ id: one }) => one) ?? [];
    await desk.engine.renewCase(newer.case, await people(newer.case), false);
    await desk.engine.renewKeys();
    await scene.service.publish();
    await desk.engine.lookAgain();
    const { cases } = await desk.engine.ledCases(IGNORE);
    const flagged = cases.filter(({ underFormer, olderKeys }) => underFormer && olderKeys).map((one) => one.case);
    assert.deepEqual(flagged.sort(), [filed.case, newer.case].sort());
    await desk.engine.renewCase(newer.case, await people(newer.case), false);
    assert.equal((await desk.engine.ledCases(IGNORE)).cases.find((one) => one.case === newer.case)?.underFormer, false);
  });

  it("writes all identities into the member's own file", async () => {
    const desk = await scene.anew("intake");
    const made = await desk.engine.exportIdentity();
    const file = new TextDecoder().decode(made.bytes);
    const place = path.join(scene.service.folder, made.name);
    await writeFile(place, made.bytes);
    const data = path.join(scene.service.folder, "server");
    for (const account of ["A bridge of sand.", "A tunnel of paper."]) {
      const lines = JSON.parse(await scene.service.reporting("open", "--data", data, "--identity", place, "--json")) as { cases: readonly { case: string }[] };
      const shown = await Promise.all(lines.cases.map((one) => scene.service.reporting("open", "--data", data, "--identity", place, "--case", one.case)));
      assert.ok(shown.some((text) => text.includes(account)), account);
    }
    assert.equal(file.match(/^AGE-SECRET-KEY-PQ-1\w+$/gm)?.length, 3); // in use, and two of before
  });

  it("says so where keys wait, or are listed, that were not made here", async () => {
    const desk = await scene.anew("intake");
    await desk.engine.renewKeys();
    await plantKeys(scene.service, "intake");
    const shown = await pending(desk);
    const { ownKeys } = await desk.engine.lookAgain();
    assert.ok(!ownKeys.waiting.some(({ digits }) => digits === shown));
    await assert.rejects(desk.engine.renewKeys(), /not made here/);
    await scene.service.publish();
    const session = await desk.engine.lookAgain();
    assert.deepEqual([session.listing, session.keys === shown], ["other-keys", false]);
    assert.equal((await desk.engine.openCase(filed.case)).closed, null); // what was sealed to their own keys opens on
  });

  it("keeps what it holds once the vault is full, and makes nothing more", async () => {
    let made = 0;
    for (; made < 4; made++) {
      const desk = await scene.anew("intake");
      const { waiting } = (await desk.engine.lookAgain()).ownKeys;
      if (waiting.length === 4) break;
      await assert.rejects(desk.engine.renewKeys(), { kind: "invalid" }); // the list has others
    }
    const desk = await scene.anew("intake");
    const before = (await desk.engine.lookAgain()).ownKeys.waiting;
    await assert.rejects(desk.engine.renewKeys(), /as often as they can be/);
    assert.deepEqual((await desk.engine.lookAgain()).ownKeys.waiting, before);
  });
});
