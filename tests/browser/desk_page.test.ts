/** The desk as members use it, in real browsers, against a running service. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { strFromU8, unzipSync } from "fflate";
import type { Browser, Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, type Kind, skipReason } from "./browsers.ts";
import { SHUT, enter, gone, openAs, openCase, openDesk, pass, press, retype, says, takeFiles, texts, toList } from "./desk_pages.ts";
import { type Filed, Scene, says as saysIn } from "./desk_scene.ts";
import { type Open, hasFocus, isFine, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const WORDS = ["harbor", "quarry", "library"] as const;

let service: DemoService;
let scene: Scene;

before(async () => {
  service = await startService();
  scene = new Scene(service);
});

after(async () => {
  await service.stop();
});

/** What a night does to cases, as the database knows days alone. */
const A_DAY = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=30)
database.execute("""UPDATE "case" SET received = date(received, '-1 day')""")
database.commit()
`;

for (const kind of [CHROMIUM, FIREFOX]) {
  describe(`the desk in ${kind.name}`, { skip: skipReason(kind) }, () => {
    theDesk(kind);
  });
}

function theDesk(kind: Kind): void {
  let open: Open;
  let browser: Browser;
  let page: Page;
  let filed: readonly Filed[];
  const nth = (index: number): Filed => {
    const found = filed[index];
    assert.ok(found);
    return found;
  };

  before(async () => {
    const files: Filed[] = [];
    for (const word of WORDS) files.push(await scene.file(`The ${word} was sold twice, says ${kind.name}.`, word === "library" ? ["investigator"] : []));
    filed = files;
    open = await openBrowser(kind);
    ({ browser } = open);
    page = await openDesk(browser, service);
  });

  after(async () => {
    await open.close();
  });

  it("asks who is there, refuses in words, and lets in", async () => {
    await isFine(page);
    await retype(page, "#name", "intake");
    await retype(page, "#passphrase", "these are not the words");
    await page.keyboard.press("Enter");
    await says(page, "#sign-in-fault", "The name or the passphrase is wrong.");
    await page.waitForFunction(() => document.activeElement?.id === "sign-in-fault");
    assert.equal(await page.$eval("#name", (field) => (field as HTMLInputElement).value), "intake");
    assert.equal(await page.$eval("#passphrase", (field) => field.getAttribute("aria-invalid")), "true");
    await enter(page, service, "intake");
    await page.waitForSelector(".case-row a");
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    assert.equal(await page.title(), "Cases · Desk");
  });

  it("opens what was never opened, and shows what it says", async () => {
    await says(page, ".row-summary", "Not opened yet");
    await press(page, "Open them now");
    for (const word of WORDS) await says(page, ".row-summary", `The ${word} was sold twice, says ${kind.name}.`);
    await gone(page, ".first-opening");
    await isFine(page);
  });

  it("finds, filters, and says where nothing matches", async () => {
    await retype(page, "#search", `quarry ${kind.name.slice(0, 4)}`);
    await says(page, ".inbox-state", "One case found");
    assert.deepEqual(await texts(page, ".case-rows .row-summary"), [`The quarry was sold twice, says ${kind.name}.`]);
    await press(page, "Overdue 0", ".filters");
    await says(page, ".empty", "Nothing matches");
    await isFine(page);
    await press(page, "Clear filters and search");
    await gone(page, ".empty");
    const grid = await page.$eval("[role=grid]", (found) => Number(found.getAttribute("aria-rowcount")));
    assert.equal((await texts(page, ".case-rows [role=row]")).length, grid - 1);
  });

  it("is worked by keys alone", async () => {
    await page.focus("h1");
    await page.keyboard.press("/");
    assert.ok(await hasFocus(page, "#search"));
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-rowindex") === "2");
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-rowindex") === "3");
    await page.keyboard.press("k");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-rowindex") === "2");
    await page.keyboard.press("?");
    await says(page, "dialog", "the next case");
    await isFine(page);
    await page.keyboard.press("Escape");
    await gone(page, "dialog");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-rowindex") === "2");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".report .told");
    assert.match(await page.title(), /^Case [0-9a-f]{8} · Desk$/);
    assert.match(new URL(page.url()).pathname, /^\/desk\/cases\/[0-9a-f]{32}$/);
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-rowindex") === "2");
    await page.goBack();
    await page.waitForSelector(".report .told");
    await page.keyboard.press("/");
    await page.waitForFunction(() => document.activeElement?.id === "search");
    await toList(page);
  });

  it("keeps a draft over lock and unlock, asks about a question, and sends", async () => {
    await openCase(page, nth(0).case);
    await page.waitForSelector("#composer-text");
    await isFine(page);
    await page.focus("h1");
    await page.keyboard.press("r");
    await page.waitForFunction(() => document.activeElement?.id === "composer-text");
    await page.keyboard.type("Thank you. Were you there when it was sold?");
    await says(page, "#composer-draft", "Draft kept");
    await press(page, "Lock");
    await page.waitForFunction(() => document.activeElement?.id === "passphrase");
    assert.doesNotMatch(await page.$eval("body", (body) => body.innerHTML), /harbor|Thank you/);
    await retype(page, "#passphrase", "these are not the words");
    await page.keyboard.press("Enter");
    await says(page, "#sign-in-fault", "This passphrase does not open your keys.");
    await isFine(page);
    await enter(page, service, "intake");
    await page.waitForSelector("#composer-text");
    assert.equal(await page.$eval("#composer-text", (box) => (box as HTMLTextAreaElement).value), "Thank you. Were you there when it was sold?");
    await press(page, "Send to the reporter");
    await says(page, "#concerns", "It asks what the person did, or where they were.");
    await isFine(page);
    assert.deepEqual(saysIn(await scene.mailbox(nth(0))), []);
    await page.$eval("#concerns input", (box) => {
      (box as HTMLElement).click();
    });
    await press(page, "Send to the reporter");
    await says(page, ".entry[data-by=me]", "Were you there when it was sold?");
    assert.equal(await page.$eval("#composer-text", (box) => (box as HTMLTextAreaElement).value), "");
    assert.deepEqual(saysIn(await scene.mailbox(nth(0))), ["Thank you. Were you there when it was sold?"]);
  });

  it("keeps notes within the team, and asks before one becomes a reply", async () => {
    await press(page, "Note for the team", ".composer");
    await page.type("#composer-text", "The seller’s cousin sits on the board.");
    await press(page, "Reply to the reporter", ".composer");
    await says(page, "dialog", "Make a reply of this note?");
    await page.keyboard.press("Escape");
    await gone(page, "dialog");
    await press(page, "Add the note");
    await says(page, ".entry[data-to=team]", "The seller’s cousin sits on the board.");
    assert.equal(saysIn(await scene.mailbox(nth(0))).length, 1);
  });

  it("moves the status on, signed for the reporter, and closes only after a question", async () => {
    await press(page, "Change the status");
    await page.select("#status-next", "closed");
    await press(page, "Sign and send");
    await says(page, "#status-fault", "Closing needs a reason");
    await page.waitForFunction(() => document.activeElement?.id === "status-fault");
    await page.type("#status-reason", "We have it.");
    await press(page, "Sign and send");
    await says(page, "dialog", "Close this case?");
    await press(page, "Cancel", "dialog");
    await page.select("#status-next", "acknowledged");
    await press(page, "Sign and send");
    await says(page, ".status-now", "acknowledged");
    await isFine(page);
    assert.equal((await scene.mailbox(nth(0))).status?.reason, "We have it.");
  });

  it("takes tags, and takes them back", async () => {
    await page.type("#tag", "port authority");
    await page.keyboard.press("Enter");
    await says(page, ".tags", "port authority");
    await press(page, "Undo");
    await gone(page, ".tags");
    await page.type("#tag", "land");
    await page.keyboard.press("Enter");
    await says(page, ".tags", "land");
    await says(page, ".history", "wrote something");
  });

  it("gives a colleague the case, who then sees it, and nobody whom the reporter shut out", async () => {
    await press(page, "Give access: Daniel Okafor, investigations");
    await isFine(page);
    await press(page, "Give access", "dialog");
    await says(page, ".case-people [data-access=reader]", "Daniel Okafor");
    const colleague = await openAs(browser, service, "investigator");
    await colleague.waitForSelector(`a[href="/desk/cases/${nth(0).case}"]`);
    assert.equal(await colleague.$(`a[href="/desk/cases/${nth(1).case}"]`), null);
    await openCase(colleague, nth(0).case);
    await says(colleague, ".report", "The harbor was sold twice");
    await says(colleague, ".case-side", "Only those who lead the case can let others in or out.");
    await colleague.close();
    await toList(page);
    await says(page, ".case-rows .tag", "land");
    await openCase(page, nth(2).case);
    await says(page, ".case-people [data-access=excluded]", "shut out by the reporter");
    assert.equal(await page.$(".case-people [data-access=excluded] button"), null);
    await toList(page);
  });

  it("assigns several cases at once, and takes it back", async () => {
    const who = (id: string): Promise<string[]> => texts(page, `#row-${id} .c-who`);
    for (const { case: id } of [nth(0), nth(1)]) {
      await page.focus(`#row-${id}`);
      await page.keyboard.press("x");
    }
    await says(page, ".bulk", "2 cases selected");
    await isFine(page);
    await press(page, "Assign");
    await says(page, ".desk-said", "2 cases are with Samira Haddad, intake now.");
    assert.deepEqual([await who(nth(0).case), await who(nth(1).case)], [["with you"], ["with you"]]);
    await press(page, "Undo");
    await says(page, ".desk-said", "Taken back.");
    assert.deepEqual([await who(nth(0).case), await who(nth(1).case)], [["with nobody"], ["with nobody"]]);
    await page.focus(".case-head input");
    await page.keyboard.press(" ");
    const all = (await page.$eval("[role=grid]", (grid) => Number(grid.getAttribute("aria-rowcount")))) - 1;
    await says(page, ".bulk", `${String(all)} cases selected`);
    await isFine(page);
    // Narrow screens, at which the page was looked at, have no such box.
    await page.focus(".case-head input");
    await page.keyboard.press(" ");
    await gone(page, ".bulk");
  });

  it("hands out a zip of the case", async () => {
    await openCase(page, nth(0).case);
    const taken = await takeFiles(page);
    await press(page, "Save as a zip …");
    await says(page, "dialog", "Take this case out of the desk?");
    await press(page, "Make the file", "dialog");
    const files = unzipSync(await taken());
    const names = Object.keys(files);
    assert.ok(names.some((name) => name.endsWith("manifest.json")), names.join(" "));
    assert.ok(Object.values(files).some((bytes) => strFromU8(bytes).includes("The harbor was sold twice")));
  });

  it("counts for a member, and for an auditor who has no case", async () => {
    await press(page, "Overview", "#bar");
    await says(page, ".counts", "Public procurement");
    await says(page, ".lead-line", "Counted are the cases that you can read, and no others.");
    await isFine(page);
    const auditor = await openAs(browser, service, "auditor");
    await says(auditor, ".lead-line", "What came in today and was not given to you is counted tomorrow.");
    await promisify(execFile)(path.resolve("../../.venv/bin/python"), ["-c", A_DAY, path.join(service.folder, "server/reporting.sqlite")]);
    await press(auditor, "Audit log", "#bar");
    await press(auditor, "Overview", "#bar");
    await says(auditor, ".counts", "Public procurement");
    await says(auditor, ".lead-line", "Every case of this site is counted");
    assert.deepEqual(await texts(auditor, "#bar nav a"), ["Overview", "Audit log", "Stories"]);
    await Promise.all([auditor.waitForNavigation(), auditor.click('#bar nav a[href$="/stories"]')]);
    await says(auditor, "main h1", "You said, we did");
    assert.equal(new URL(auditor.url()).pathname, "/admin/stories");
    await auditor.close();
    const nobody = await openAs(browser, service, "administrator");
    await says(nobody, "h1", "Administration");
    await isFine(nobody);
    await nobody.close();
  });

  it("keeps what is being written when the session ends elsewhere", async () => {
    await toList(page);
    await openCase(page, nth(1).case);
    await page.waitForFunction(() => document.activeElement?.matches("main h1") === true); // which follows with a frame
    await page.type("#composer-text", "Half a sentence tha");
    await page.evaluate(async () => {
      const { csrf } = (await (await fetch("/api/session")).json()) as { csrf: string };
      await fetch("/api/session", { method: "DELETE", headers: { "X-CSRF-Token": csrf } });
    });
    await page.type("#composer-text", "t");
    await page.waitForSelector("#name");
    await says(page, ".sign-in", "Your session has ended.");
    await enter(page, service, "intake");
    await page.waitForSelector("#composer-text");
    assert.equal(await page.$eval("#composer-text", (box) => (box as HTMLTextAreaElement).value), "Half a sentence that");
  });

  it("warns, then locks itself when nobody touches it", async () => {
    await pass(page, 570);
    await says(page, ".idle-warning", "The desk will lock soon");
    await isFine(page);
    await press(page, "Stay");
    await page.keyboard.press("Shift");
    await gone(page, ".idle-warning");
    await pass(page, 600 + 570);
    await page.waitForSelector(SHUT);
    await says(page, ".sign-in", "The desk locked itself");
    assert.doesNotMatch(await page.$eval("body", (body) => body.innerHTML), /quarry|Half a sentence/);
    await press(page, "Sign out, or sign in as somebody else");
    await page.waitForSelector("#name");
    assert.match(new URL(page.url()).pathname, /^\/desk\/cases\//);
    await enter(page, service, "auditor");
    assert.equal(new URL(page.url()).pathname, "/desk");
  });
}

describe("without a server", { skip: skipReason(CHROMIUM) }, () => {
  it("keeps what was typed, and says what to do", async () => {
    const filed = await scene.file("The mill burned.");
    const open = await openBrowser(CHROMIUM);
    try {
      const page = await openAs(open.browser, service, "intake", `/desk/cases/${filed.case}`);
      await page.waitForSelector("#composer-text");
      await service.stop();
      await page.type("#composer-text", "We look into it.");
      await press(page, "Send to the reporter");
      await says(page, "#composer-fault", "The server did not answer.");
      await says(page, "#composer-draft", "The draft is kept in this window only");
      assert.equal(await page.$eval("#composer-text", (box) => (box as HTMLTextAreaElement).value), "We look into it.");
    } finally {
      await open.close();
    }
  });
});
