/** Access withdrawn at the desk: few holders are confirmed, and who is shut out opens nothing that came after. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import type { Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { gone, openAs, press, says, texts } from "./desk_pages.ts";
import { Scene, says as saysIn } from "./desk_scene.ts";
import { complaints, openedFor } from "./report_pages.ts";
import { startService } from "./service.ts";

const LEFT = "Written after they left.";
const PYTHON = path.resolve("../../.venv/bin/python");

/** Puts the revoked member's row back, as whoever owns the database can. */
const LIST_AGAIN = `
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    database.execute("INSERT INTO holding (case_id, member_id, next_due, granted, custodian) VALUES (?, ?, '2026-01-01', 1, 0)", sys.argv[2:4])
    (old,) = database.execute('SELECT sealed FROM "grant" WHERE case_id = ? AND member_id = ? AND epoch = 0', sys.argv[2:4]).fetchone()
    database.execute('INSERT OR REPLACE INTO "grant" (case_id, member_id, epoch, sealed) VALUES (?, ?, 2, ?)', (*sys.argv[2:4], old))
`;

let scene: Scene;

before(async () => {
  scene = new Scene(await startService());
});
after(() => scene.service.stop());

async function listAgain(caseId: string, member: string): Promise<void> {
  const database = path.join(scene.service.folder, "server", "reporting.sqlite");
  await promisify(execFile)(PYTHON, ["-c", LIST_AGAIN, database, caseId, member]);
}

describe("the desk's engine, where few would hold a case", () => {
  it("asks before one person alone holds it, by the chain that it verified", async () => {
    const filed = await scene.file("Two hold this.");
    const desk = await scene.at("intake");
    await desk.engine.openCase(filed.case);
    const { length } = desk.sent;
    await assert.rejects(desk.engine.withdraw(filed.case, "break-glass", false), { name: "FewHolders", values: { members: "Samira Haddad, intake" } });
    assert.equal(desk.sent.length, length, "the server was not asked");
    const alone = await desk.engine.withdraw(filed.case, "break-glass", true);
    assert.deepEqual(alone.holders.map(({ id }) => id), ["intake"]);
  });
});

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`access withdrawn in ${kind.name}`, { skip: skipReason(kind) }, () => {
    theDesk(kind);
  });
}

function theDesk(kind: Kind): void {
  const opened = openedFor(kind);

  async function withdraw(page: Page, name: string): Promise<void> {
    await press(page, `Withdraw: ${name}`);
    await press(page, "Withdraw", "dialog");
  }

  it("tells who alone would hold the case, and leaves it where that is declined", async () => {
    const filed = await scene.file(`Alone, in ${kind.name}.`);
    const page = await openAs(opened.browser, scene.service, "intake", `/desk/cases/${filed.case}`);
    const safe = "The sealed envelope in the safe";
    await says(page, ".case-people", safe);
    await withdraw(page, safe);
    await says(page, "dialog", "Only Samira Haddad, intake would hold this case: if that key is lost, nobody can open it.");
    assert.deepEqual(await complaints(page), []);
    await press(page, "Cancel", "dialog");
    await says(page, ".fault", "Only Samira Haddad, intake would hold this case");
    assert.deepEqual(await texts(page, '[data-access="holder"] .person-name'), [safe, "Samira Haddad, intake"]);
    await withdraw(page, safe);
    await press(page, "Withdraw all the same", "dialog");
    await gone(page, ".case-people ~ .fault, .side-part .fault");
    await says(page, '[data-access="none"]', safe);
    await page.close();
  });

  it("a revoked member's browser, with its old keys and the database in its friend's hand, opens nothing new", async () => {
    const account = `Before they left, in ${kind.name}.`;
    const filed = await scene.file(account);
    const lead = await scene.at("intake");
    await lead.engine.grant(filed.case, "investigator", true);
    const page = await openAs(opened.browser, scene.service, "investigator", `/desk/cases/${filed.case}`);
    await says(page, ".report", account);
    await lead.engine.withdraw(filed.case, "investigator", false);
    await lead.engine.note(filed.case, LEFT);
    await lead.engine.reply(filed.case, LEFT);
    assert.deepEqual(saysIn(await scene.mailbox(filed)), [LEFT], "the reporter reads it");
    await page.close();
    const shut = await openAs(opened.browser, scene.service, "investigator", `/desk/cases/${filed.case}`);
    await says(shut, ".fault", "There is nothing under this name that you may see.");
    await listAgain(filed.case, "investigator");
    await press(shut, "Try again");
    await says(shut, ".report", account);
    const all = await shut.$eval("main", (main) => main.textContent);
    assert.ok(!all.includes(LEFT), all);
    assert.ok((await texts(shut, ".warning")).length > 0, "and it says that something is wrong");
    await shut.close();
  });
}
