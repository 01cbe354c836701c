/** Exclusion of every role: whom the reporter shut out is not granted the case, cannot be given it, and opens none of it. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { decrypt } from "../../reporting/browser/src/protocol/age.ts";
import { HybridIdentity } from "../../reporting/browser/src/protocol/age_keys.ts";
import { b64decode } from "../../reporting/browser/src/protocol/encoding.ts";
import { Refused } from "../../reporting/browser/src/protocol/errors.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { openAs, press, says, texts } from "./desk_pages.ts";
import { type Desk, type Filed, Scene, TODAY, inboxOf } from "./desk_scene.ts";
import { complaints, openedFor, touch, type, usingForm } from "./report_pages.ts";
import { startService } from "./service.ts";

const ACCOUNT = "The quarry was sold twice.";
const NAME = { name: "Jo Doe", contact: "By the bridge, on Mondays." };
const PARTS = ["", "/entries?audience=team", "/history", "/disclosures"];
const QUESTION = { reason: "A court asks.", legalBasis: "Article 16", told: "We have to ask who you are.", waiver: "" };

/** Who has which role alone, and who can lead the case without them. */
const ROLES = [
  { role: "intake", member: "intake", lead: "custodian-2" },
  { role: "investigator", member: "investigator", lead: "intake" },
  { role: "protection", member: "protection", lead: "intake" },
  { role: "custodian", member: "custodian-1", lead: "intake" },
  { role: "break_glass", member: "break-glass", lead: "intake" },
] as const;

/** Every sealed file of a case that the server has, whatever table it is in. */
const SEALED = `
import base64, sqlite3, sys
base = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
    columns = [row[1] for row in base.execute(f'PRAGMA table_info("{table}")')]
    if "case_id" in columns or table == "case":
        for row in base.execute(f'SELECT * FROM "{table}" WHERE {"id" if table == "case" else "case_id"} = ?', sys.argv[2:]):
            for value in row:
                if isinstance(value, bytes) and value.startswith(b"age-encryption.org/v1"):
                    print(base64.b64encode(value).decode())
`;

let scene: Scene;

before(async () => {
  scene = new Scene(await startService());
  // Somebody else receives reports as well, so that the only one who does can be shut out.
  await scene.service.reporting("channels", "roles", "procurement", "--add", "intake=custodian-2", "--data", `${scene.service.folder}/server`);
  await scene.service.publish();
});
after(() => scene.service.stop());

/** The age identity of a member, as their own desk hands it out; of the key in the safe, its file. */
async function identityOf(member: string): Promise<HybridIdentity> {
  const text =
    member === "break-glass"
      ? await readFile(`${scene.service.folder}/break-glass.txt`, "utf8")
      : new TextDecoder().decode((await (await scene.at(member)).engine.exportIdentity()).bytes);
  return HybridIdentity.parse(/^AGE-SECRET-KEY-PQ-1\w+$/m.exec(text)?.[0]);
}

/** How many of the case's sealed files, all in the hands of this member, open with their key. */
async function opens({ case: id }: Filed, member: string): Promise<number> {
  const database = `${scene.service.folder}/server/reporting.sqlite`;
  const { stdout } = await promisify(execFile)(path.resolve("../../.venv/bin/python"), ["-c", SEALED, database, id], { maxBuffer: 64 * 1024 * 1024 });
  const files = stdout.trim().split("\n").map((line) => b64decode(line));
  assert.ok(files.length >= 4, "a report, who the reporter is, a grant, what was written");
  const identity = await identityOf(member);
  const tried = await Promise.allSettled(files.map((file) => decrypt(file, [identity])));
  return tried.filter(({ status }) => status === "fulfilled").length;
}

/** What the server answers a member who asks for a part of a case. */
async function statusOf(desk: Desk, filed: Filed, part: string): Promise<number> {
  return (await desk.browser.fetch(`/api/cases/${filed.case}${part}`, { method: "GET", credentials: "same-origin" })).status;
}

/** The case is in nobody's list who was shut out, and no address of it answers them. */
async function seesNothing(filed: Filed, member: string): Promise<void> {
  if (member === "break-glass") {
    const key = ["--identity", `${scene.service.folder}/break-glass.txt`, "--data", `${scene.service.folder}/server`];
    assert.doesNotMatch(await scene.service.reporting("open", ...key), new RegExp(filed.case.slice(0, 8)));
    await assert.rejects(scene.service.reporting("open", ...key, "--case", filed.case));
    return;
  }
  const desk = await scene.at(member);
  assert.ok(!(await inboxOf(desk)).has(filed.case));
  await assert.rejects(desk.engine.openCase(filed.case), { kind: "not-found" });
  // 403: custodians may ask for no case's history.
  for (const part of PARTS) assert.ok([404, ...(member === "custodian-1" ? [403] : [])].includes(await statusOf(desk, filed, part)), part);
}

describe("a report that shuts out nobody", () => {
  it("opens to everybody whom it was sealed to, and to nobody else", async () => {
    const filed = await scene.file(ACCOUNT, [], NAME);
    const members = ["intake", "custodian-1", "custodian-2", "break-glass", "investigator", "protection"];
    const counts: number[] = [];
    for (const member of members) counts.push(await opens(filed, member));
    assert.deepEqual(counts.map((count) => count > 0), [true, true, true, true, false, false]);
    const desk = await scene.at("intake");
    for (const part of PARTS) assert.equal(await statusOf(desk, filed, part), 200, part);
  });
});

for (const { role, member, lead } of ROLES) {
  describe(`a report that shuts out ${role}`, () => {
    let filed: Filed;

    before(async () => {
      filed = await scene.file(ACCOUNT, [member], NAME);
    });

    it("is not granted to them, and not in their list", async () => {
      const shown = await (await scene.at(lead)).engine.openCase(filed.case);
      assert.deepEqual([shown.warnings, shown.excluded.map(({ id }) => id)], [[], [member]]);
      assert.ok(!shown.holders.some(({ id }) => id === member));
      assert.equal(shown.people.find(({ id }) => id === member)?.access, "excluded");
      await seesNothing(filed, member);
    });

    it("is given to them by no holder's desk: not to read, not to lead, not for a time of absence", async () => {
      const desk = await scene.at(lead);
      await desk.engine.openCase(filed.case);
      const { length } = desk.sent;
      for (const leads of [false, true]) await assert.rejects(desk.engine.grant(filed.case, member, leads), Refused);
      assert.equal(desk.sent.length, length, "the server was not asked");
      const led = (await desk.engine.ledCases(() => undefined)).cases.find((one) => one.case === filed.case);
      assert.deepEqual([led?.excluded, led?.able.includes(member)], [[member], false]);
      // The server cannot know whom a reporter shut out; that somebody stands in opens nothing without a grant.
      if (member !== "break-glass") await desk.engine.beginCover(member, TODAY, [filed.case]);
      await assert.rejects(desk.engine.grant(filed.case, member, false), Refused);
      await seesNothing(filed, member);
    });

    it("stays closed to them in the epochs that follow, and to all that they have with the database in hand", async () => {
      const desk = await scene.at(lead);
      const further = ROLES.find((one) => one.member !== member && ["investigator", "protection"].includes(one.member))?.member ?? "";
      await desk.engine.grant(filed.case, further, true);
      await desk.engine.note(filed.case, "Kept from them.");
      await desk.engine.reply(filed.case, "Thank you.");
      const shown = await desk.engine.openCase(filed.case);
      assert.ok(shown.holders.some(({ id }) => id === further) && !shown.holders.some(({ id }) => id === member));
      assert.ok((await opens(filed, lead)) > 0, "whoever holds it opens what was sealed to them");
      assert.equal(await opens(filed, member), 0);
      await seesNothing(filed, member);
    });
  });
}

describe("a custodian who was shut out", () => {
  it("is not asked for the reporter's identity, and does not open it", async () => {
    const filed = await scene.file(ACCOUNT, ["custodian-1"], NAME);
    const desk = await scene.at("intake");
    await desk.engine.openCase(filed.case);
    await desk.engine.askIdentity(filed.case, QUESTION);
    const [other, shut] = [await scene.at("custodian-2"), await scene.at("custodian-1")];
    assert.ok((await other.engine.custodyList()).some((line) => line.case === filed.case));
    assert.ok(!(await shut.engine.custodyList()).some((line) => line.case === filed.case));
    await assert.rejects(shut.engine.custodyCase(filed.case), { kind: "not-found" });
    assert.equal(await opens(filed, "custodian-1"), 0);
  });
});

describe("exclusion in Chromium", { skip: skipReason(CHROMIUM) }, () => {
  const open = openedFor(CHROMIUM);

  it("shows a holder who was shut out, with nothing to press; and shows the investigator no such case", async () => {
    const [filed, other] = [await scene.file(ACCOUNT, ["investigator"]), await scene.file("The ferry was sold twice.")];
    await (await scene.at("intake")).engine.grant(other.case, "investigator", false);
    const page = await openAs(open.browser, scene.service, "intake", `/desk/cases/${filed.case}`);
    await says(page, ".report", ACCOUNT);
    await says(page, '.case-people [data-access="excluded"]', "Daniel Okafor, investigations");
    assert.equal(await page.$('[aria-label="Give access: Daniel Okafor, investigations"]'), null);
    assert.deepEqual(await complaints(page), []);
    const shut = await openAs(open.browser, scene.service, "investigator");
    await shut.waitForSelector(`a[href="/desk/cases/${other.case}"]`);
    await press(shut, "Refresh");
    assert.equal((await texts(shut, `a[href="/desk/cases/${filed.case}"]`)).length, 0);
    await shut.goto(`${scene.service.desk}/desk/cases/${filed.case}`);
    await shut.waitForSelector("#passphrase");
    await shut.type("#passphrase", scene.passphrase("investigator"));
    await shut.keyboard.press("Enter");
    await says(shut, ".fault", "There is nothing under this name that you may see.");
  });

  for (const language of ["en", "ar"]) {
    it(`shows the way to another channel to whoever shut out everybody, in ${language}`, async () => {
      await usingForm(open.browser, `${scene.service.intake}/${language}/report/procurement`, async (page) => {
        await type(page, "#q-account", ACCOUNT);
        for (const member of ["intake", "custodian-2"]) {
          await page.$eval(`[data-type="exclude"] input[value="${member}"]`, (box) => { (box as HTMLElement).click(); });
        }
        await touch(page, ".only");
        await page.waitForSelector(".another-channel .carry-over", { visible: true });
        assert.equal((await page.$$(`.another-channel a[href="/${language}/report"]`)).length, 1);
        assert.deepEqual(await complaints(page), []);
      });
    });
  }
});
