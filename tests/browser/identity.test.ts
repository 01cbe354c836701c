/** Disclosure of an identity with two custodians, from the request to the note in the case; a refusal; a lying server. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { Browser, Page } from "puppeteer-core";

import { Problem } from "../../reporting/browser/src/client/errors.ts";
import { b64encode } from "../../reporting/browser/src/protocol/encoding.ts";
import { Malformed, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import type { IdentityQuestion } from "../../reporting/browser/src/workers/identity_api.ts";
import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { openAs, press, retype, says, texts } from "./desk_pages.ts";
import { type Filed, Scene, says as saysIn } from "./desk_scene.ts";
import { type Open, isFine, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const NAME = { name: "Jo Doe", contact: "By the bridge, on Mondays." };
const QUESTION: IdentityQuestion = { reason: "The court asks.", legalBasis: "Article 16", told: "A court asks for your name.", waiver: "" };

let service: DemoService;
let scene: Scene;

before(async () => {
  service = await startService();
  scene = new Scene(service);
});

after(async () => {
  await service.stop();
});

describe("an identity at the desk's engine", () => {
  const custodians = ["custodian-1", "custodian-2"] as const;

  it("is opened once both custodians have approved, and sealed to the case", async () => {
    const filed = await scene.file("The bridge was sold twice.", [], NAME);
    const intake = await scene.at("intake");
    await intake.engine.openCase(filed.case);
    const { requests } = await intake.engine.askIdentity(filed.case, QUESTION);
    assert.deepEqual(requests.map(({ state, needed }) => [state, needed]), [["requested", 2]]);
    assert.ok(saysIn(await scene.mailbox(filed)).includes(QUESTION.told));
    const [first, second] = [await scene.at(custodians[0]), await scene.at(custodians[1])];
    const listed = (await first.engine.custodyList()).find((line) => line.case === filed.case);
    assert.deepEqual([listed?.state, listed?.mine], ["requested", null]);
    const { requests: asked } = await first.engine.custodyCase(filed.case);
    const id = asked[0]?.id ?? "";
    assert.deepEqual(asked.map(({ reason, legalBasis, mayDecide, mayOpen }) => [reason, legalBasis, mayDecide, mayOpen]), [["The court asks.", "Article 16", true, false]]);
    await assert.rejects(first.engine.openIdentity(filed.case, id), Problem);
    assert.equal((await first.engine.decideIdentity(filed.case, id, "approve", "Needed.")).requests[0]?.state, "requested");
    await assert.rejects(first.engine.decideIdentity(filed.case, id, "approve", "Needed."), Refused);
    assert.equal((await second.engine.decideIdentity(filed.case, id, "approve", "Agreed.")).requests[0]?.state, "approved");
    const { found, answers } = await second.engine.openIdentity(filed.case, id);
    assert.deepEqual(answers.map(({ answer }) => answer[0]), ["Jo Doe", "By the bridge, on Mondays."]);
    assert.equal(found.requests[0]?.state, "opened");
    await assert.rejects(first.engine.openIdentity(filed.case, id), Problem);
    const after = await intake.engine.openCase(filed.case);
    assert.equal(after.requests[0]?.state, "opened");
    assert.ok(saysIn(after, "team").some((text) => text.includes("Jo Doe") && text.includes("By the bridge")));
    assert.deepEqual(after.warnings, []);
    assert.ok(!JSON.stringify(await scene.mailbox(filed)).includes("Jo Doe"));
  });

  it("tells the reporter once, though the request has to be made again", async () => {
    const filed = await scene.file("The quarry was sold twice.", [], NAME);
    const desk = await scene.at("intake");
    await desk.engine.openCase(filed.case);
    desk.intercept = (address) => (address.endsWith("/disclosures") ? Promise.resolve(new Response("{}", { status: 500 })) : null);
    await assert.rejects(desk.engine.askIdentity(filed.case, QUESTION));
    desk.intercept = null;
    await desk.engine.askIdentity(filed.case, QUESTION);
    assert.equal(saysIn(await scene.mailbox(filed)).filter((text) => text === QUESTION.told).length, 1);
  });

  it("is not asked for without reasons, where none was given, or where every custodian is shut out", async () => {
    const desk = await scene.at("intake");
    const filed = await scene.file("The library was sold twice.", [], NAME);
    await desk.engine.openCase(filed.case);
    const wrong = [{ reason: " " }, { legalBasis: "" }, { told: "" }, { waiver: "Both." }, { reason: "x".repeat(4_097) }];
    for (const change of wrong) await assert.rejects(desk.engine.askIdentity(filed.case, { ...QUESTION, ...change }), Malformed);
    assert.deepEqual(saysIn(await scene.mailbox(filed)), []);
    const silent = await scene.file("The harbor was sold twice.");
    await desk.engine.openCase(silent.case);
    await assert.rejects(desk.engine.askIdentity(silent.case, { ...QUESTION, told: "", waiver: "They would be warned." }), Problem);
    const shut = await scene.file("The mill was sold twice.", custodians);
    await desk.engine.openCase(shut.case);
    await assert.rejects(desk.engine.askIdentity(shut.case, QUESTION), Refused);
  });

  it("is withdrawn by whoever asked, and nobody else; nothing opens after it", async () => {
    const filed = await scene.file("The tower was sold twice.", [], NAME);
    const intake = await scene.at("intake");
    await intake.engine.openCase(filed.case);
    const asked = await intake.engine.askIdentity(filed.case, { ...QUESTION, told: "", waiver: "They would be warned." });
    const id = asked.requests[0]?.id ?? "";
    assert.equal(asked.requests[0]?.mayWithdraw, true);
    const people = [await scene.at(custodians[0]), await scene.at(custodians[1])] as const;
    for (const { engine } of people) await engine.decideIdentity(filed.case, id, "approve", "Needed.");
    await assert.rejects(intake.engine.withdrawIdentity(filed.case, id, " "), Malformed);
    await assert.rejects(intake.engine.withdrawIdentity(filed.case, "0".repeat(32), "Never mind."), Refused);
    const found = await intake.engine.withdrawIdentity(filed.case, id, "The court has dropped it.");
    const { state, mayWithdraw, decisions } = found.requests[0] ?? {};
    assert.deepEqual([state, mayWithdraw, decisions?.find(({ verdict }) => verdict === "withdrawn")?.reason], ["withdrawn", false, "The court has dropped it."]);
    const shown = (await people[0].engine.custodyCase(filed.case)).requests[0];
    assert.deepEqual([shown?.state, shown?.mayDecide, shown?.mayOpen, shown?.mayWithdraw], ["withdrawn", false, false, false]);
    assert.equal((await people[0].engine.custodyList()).find((one) => one.case === filed.case)?.state, "withdrawn");
    await assert.rejects(people[1].engine.openIdentity(filed.case, id), Problem);
    assert.deepEqual(found.warnings, []);
  });

  it("stays closed where the server hands it out too early, or shows another request than was approved", async () => {
    const filed = await scene.file("The mine was sold twice.", [], NAME);
    const intake = await scene.at("intake");
    await intake.engine.openCase(filed.case);
    await intake.engine.askIdentity(filed.case, { ...QUESTION, told: "", waiver: "They would be warned." });
    const first = await scene.at(custodians[0]);
    const id = (await first.engine.custodyCase(filed.case)).requests[0]?.id ?? "";
    await first.engine.decideIdentity(filed.case, id, "approve", "Needed.");
    first.intercept = (address) =>
      address.endsWith("/opening") ? Promise.resolve(Response.json({ sealed: b64encode(new Uint8Array(3_000)) })) : null;
    await assert.rejects(first.engine.openIdentity(filed.case, id));
    first.intercept = null;
    first.spoil = (address, body) => (address.endsWith("/entries") ? JSON.stringify({ ...(JSON.parse(body) as object), entries: [] }) : null);
    assert.deepEqual((await first.engine.custodyCase(filed.case)).requests, []);
    await assert.rejects(first.engine.decideIdentity(filed.case, id, "approve", "Needed."), Refused);
    first.spoil = null;
  });
});

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`asking for an identity in ${kind.name}`, { skip: skipReason(kind) }, () => {
    theStory(kind);
  });
}

function theStory(kind: Kind): void {
  let open: Open;
  let browser: Browser;
  let asker: Page;
  let filed: Filed;
  const told = `A court asks for your name, in ${kind.name}.`;

  /** A custodian's page of the case, come to by the list. */
  async function custodianAt(name: string): Promise<Page> {
    const page = await openAs(browser, service, name);
    await says(page, "h1", "Identities");
    await page.waitForSelector(`a[href="/desk/identity/${filed.case}"]`);
    await isFine(page, `list-${kind.name}`);
    await page.$eval(`a[href="/desk/identity/${filed.case}"]`, (link) => {
      (link as HTMLElement).click();
    });
    await page.waitForSelector(".identity-request");
    return page;
  }

  /** Decides on the newest request, with a reason, and says yes. */
  async function decide(page: Page, verdict: "Approve" | "Refuse", reason: string): Promise<void> {
    await retype(page, ".decision-reason", reason);
    await press(page, verdict, ".identity-request");
    await page.waitForSelector("dialog[open]");
    await press(page, verdict, "dialog");
    await says(page, ".identity-decisions", reason);
  }

  /** Asks on the page of the case. */
  async function ask(reason: string, waiver = ""): Promise<void> {
    await press(page(), "Ask for the identity");
    await page().type("#identity-reason", reason);
    await page().type("#identity-legalBasis", "Article 16");
    if (waiver === "") await page().type("#identity-told", told);
    else {
      await page().click('input[value="waive"]');
      await page().type("#identity-waiver", waiver);
    }
    await press(page(), waiver === "" ? "Tell the reporter and ask the custodians" : "Ask the custodians");
    await says(page(), ".identity-request", reason);
  }

  function page(): Page {
    return asker;
  }

  before(async () => {
    filed = await scene.file(`The ferry was sold twice, says ${kind.name}.`, [], NAME);
    open = await openBrowser(kind);
    ({ browser } = open);
    asker = await openAs(browser, service, "intake", `/desk/cases/${filed.case}`);
    await asker.waitForSelector("#identity-title");
  });

  after(async () => {
    await open.close();
  });

  it("wants a reason, a legal basis, and what the reporter is told", async () => {
    await press(asker, "Ask for the identity");
    for (const [field, fault] of [["", "Say why"], ["#identity-reason", "Name the legal basis"], ["#identity-legalBasis", "Write what the reporter is told"]] as const) {
      if (field !== "") await asker.type(field, "x");
      await press(asker, "Tell the reporter and ask the custodians");
      await says(asker, "#identity-fault", fault);
    }
    await isFine(asker, `form-${kind.name}`);
    await retype(asker, "#identity-reason", "");
    await retype(asker, "#identity-legalBasis", "");
    await press(asker, "Cancel", ".identity");
  });

  it("keeps a refusal with its reason, and shows it to whoever asked", async () => {
    await ask("To thank them.", "They would be warned.");
    const custodian = await custodianAt("custodian-1");
    await says(custodian, ".identity-request", "They would be warned.");
    await press(custodian, "Approve", ".identity-request");
    await says(custodian, "#custody-fault", "Write your reason first");
    await isFine(custodian, `request-${kind.name}`);
    await decide(custodian, "Refuse", "Thanks can be sent to the mailbox.");
    await says(custodian, ".identity-request", "Refused");
    await custodian.browserContext().close();
    await asker.reload();
    await asker.waitForSelector("#passphrase");
    await asker.type("#passphrase", scene.passphrase("intake"));
    await asker.keyboard.press("Enter");
    await says(asker, ".identity-request[data-state=refused]", "Thanks can be sent to the mailbox.");
  });

  it("is withdrawn by whoever asked, with a reason", async () => {
    await ask("To send a form.", "They would be warned.");
    await press(asker, "Withdraw this request", ".identity-request");
    await asker.waitForSelector("dialog[open]");
    await isFine(asker, `withdraw-${kind.name}`);
    await asker.type("#withdrawal-reason", "The form can wait.");
    await press(asker, "Withdraw", "dialog");
    await says(asker, ".identity-request[data-state=withdrawn]", "The form can wait.");
    const custodian = await custodianAt("custodian-1");
    await says(custodian, ".identity-request[data-state=withdrawn]", "Withdrawn by whoever asked");
    assert.equal(await custodian.$(".decision-reason"), null);
    await custodian.browserContext().close();
  });

  it("opens with two custodians, and is sealed to the case", async () => {
    await ask("The court asks for a witness.");
    assert.ok(saysIn(await scene.mailbox(filed)).includes(told));
    const first = await custodianAt("custodian-1");
    await decide(first, "Approve", "The court has ordered it.");
    await first.browserContext().close();
    const second = await custodianAt("custodian-2");
    await decide(second, "Approve", "I have seen the order.");
    await says(second, ".identity-request[data-state=approved]", "2 of 2 approvals");
    await press(second, "Open the identity", ".identity-request");
    await page().waitForSelector("#identity-title");
    await press(second, "Open and seal to the case", "dialog");
    await says(second, ".identity-opened", "Jo Doe");
    await isFine(second, `opened-${kind.name}`);
    await second.browserContext().close();
    await asker.reload();
    await asker.waitForSelector("#passphrase");
    await asker.type("#passphrase", scene.passphrase("intake"));
    await asker.keyboard.press("Enter");
    await says(asker, ".entry[data-to=team]", "Jo Doe");
    await says(asker, ".identity-request[data-state=opened]", "The court asks for a witness.");
    assert.equal((await texts(asker, ".identity-request")).length, 3);
    await isFine(asker, `case-${kind.name}`);
  });

  it("does not exist for whoever is no custodian", async () => {
    const stranger = await openAs(browser, service, "investigator", "/desk/identity");
    await says(stranger, "h1", "Nothing here");
    assert.ok(!(await texts(stranger, "#bar a")).includes("Identities"));
    await stranger.browserContext().close();
  });
}
