/** An export from the desk, opened at a terminal with the exporter's own key file; a changed one is refused. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { strToU8, unzipSync, zipSync } from "fflate";

import { fetchVault } from "../../reporting/browser/src/client/kept_vault.ts";
import { openSession, signIn } from "../../reporting/browser/src/client/signing_in.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { Scene, TODAY } from "./desk_scene.ts";
import { Browser } from "./desk_browser.ts";
import { startService } from "./service.ts";

describe("an export, opened without the desk", () => {
  let scene: Scene;
  let folder: string;
  let zip: string;
  let key: string;
  let caseId: string;
  let bytes: Uint8Array;

  before(async () => {
    scene = new Scene(await startService());
    folder = await mkdtemp(path.join(tmpdir(), "opening-"));
    const filed = await scene.file("The bridge was never built.");
    caseId = filed.case;
    const desk = await scene.at("intake");
    await desk.engine.note(caseId, "Asked the surveyor.");
    await desk.engine.reply(caseId, "Where was it to stand?");
    ({ bytes } = await desk.engine.exportCase(caseId));
    zip = await file("case.zip", bytes);
    const browser = new Browser(scene.service.desk);
    const transport = new Transport((address, init) => browser.fetch(address, init));
    const [staff, stretched] = await signIn(transport, "intake", scene.passphrase("intake"), () => undefined);
    const session = await openSession(staff, await fetchVault(staff), { stretched, passkey: null }, TODAY, () => undefined);
    key = await file("key.txt", strToU8(`# created by the desk\n${session.vault.identity.encode()}\n`));
  });
  after(async () => {
    await rm(folder, { recursive: true });
    await scene.service.stop();
  });

  async function file(name: string, content: Uint8Array): Promise<string> {
    const place = path.join(folder, name);
    await writeFile(place, content);
    return place;
  }

  const open = (...command: readonly string[]): Promise<string> =>
    scene.service.reporting("open", ...command, "--fingerprint", scene.service.credentials.fingerprint);

  it("tells everything, verified", async () => {
    const told = await open(zip, "--identity", key);
    for (const words of ["The bridge was never built.", "Asked the surveyor.", "Where was it to stand?", "Held by: break-glass, intake"]) {
      assert.ok(told.includes(words), told);
    }
    const { warnings, entries } = JSON.parse(await open(zip, "--identity", key, "--json")) as { warnings: string[]; entries: { state: string }[] };
    assert.deepEqual([warnings, entries.map(({ state }) => state)], [[], ["authentic", "authentic", "authentic"]]);
  });

  it("asks which site it is from, and refuses another", async () => {
    await assert.rejects(scene.service.reporting("open", zip, "--identity", key), /--fingerprint or --root/);
    await assert.rejects(scene.service.reporting("open", zip, "--identity", key, "--fingerprint", "00000 ".repeat(6)), /not the site/);
  });

  it("opens nothing with the key of somebody else, the one from the safe too: its grants are the exporter's", async () => {
    const told = await open(zip, "--identity", path.join(scene.service.folder, "break-glass.txt"));
    assert.ok(!told.includes("The bridge was never built."), told);
  });

  it("opens from the data folder with the key from the safe", async () => {
    const data = path.join(scene.service.folder, "server");
    const told = await scene.service.reporting("open", "--data", data, "--identity", path.join(scene.service.folder, "break-glass.txt"), "--case", caseId);
    assert.match(told, /The bridge was never built\./);
    const [latest] = await (await scene.at("intake")).engine.history(caseId);
    assert.deepEqual([latest?.act, latest?.member, latest?.details], ["break-glass:open", "break-glass", { key: "safe" }]);
  });

  it("names the file that was changed, and believes no text", async () => {
    const changed = (change: (name: string, content: Uint8Array) => Uint8Array | null): Uint8Array =>
      zipSync(Object.fromEntries(Object.entries(unzipSync(bytes)).flatMap(([name, content]) => {
        const kept = change(name, content);
        return kept === null ? [] : [[name, kept]];
      })));
    const refused: readonly [string, (name: string, content: Uint8Array) => Uint8Array | null, RegExp][] = [
      ["an entry", (name, content) => (name.includes("originals/") ? content.map((byte, place) => (place === content.length - 1 ? byte ^ 1 : byte)) : content), /was changed since it was made/],
      ["a text", (name, content) => (name.includes("opened/") ? strToU8("Nothing happened.") : content), /was changed since it was made/],
      ["the manifest gone", (name, content) => (name.endsWith("manifest.json") ? null : content), /not a case's export/],
      ["no keys", (name, content) => (name.includes("grants/") ? null : content), /was changed since it was made/],
    ];
    for (const [what, change, words] of refused) {
      const place = await file("changed.zip", changed(change));
      await assert.rejects(open(place, "--identity", key), words, what);
    }
    await assert.rejects(open(await file("stray.zip", zipSync({ "../../evil": strToU8("x") })), "--identity", key), /not a case's export/);
    await assert.rejects(open(await file("none.zip", strToU8("no zip")), "--identity", key), /not a case's export/);
  });
});
