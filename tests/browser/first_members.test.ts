/** From nothing to a second working member: the real commands in a fresh folder, then what the pages say, in Chromium. */

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import type { ElementHandle, Page } from "puppeteer-core";

import { mouse, reads, seen } from "./acting/hands.ts";
import { Reporter } from "./acting/reporter.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { press, says } from "./desk_pages.ts";
import { enroll, openPage, setUpApp, signIn, step, takeBackupCodes } from "./enrolling.ts";
import { Installed } from "./installed.ts";
import { plugInKey } from "./members.ts";
import { type Open, complaints, openBrowser } from "./report_pages.ts";

const ACCOUNT = "The dam was built of sand.";
const SHOTS = process.env["SCREENSHOTS"];

describe("from an installed product to a second working member", { skip: skipReason(CHROMIUM) }, () => {
  let site: Installed;
  let open: Open;
  let director: Page;
  let noor: Page;
  let passphrase: string;
  let link: string;
  let shots = 0;

  before(async () => {
    [site, open] = await Promise.all([Installed.fresh(), openBrowser(CHROMIUM)]);
  });
  after(async () => {
    await open.close();
    await site.stop();
  });

  /** With `SCREENSHOTS`, a picture of what is on the screen, numbered in order. */
  const shoot = async (page: Page): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/first-${String(++shots).padStart(2, "0")}.png` as `${string}.png`, fullPage: true });
  };

  /** Presses what leads to another of the administrators' pages, which is fine. */
  const follow = async (selector: string, words: string): Promise<void> => {
    const arrived = director.waitForNavigation();
    await mouse(director).press({ selector, words });
    await arrived;
    await shoot(director);
    assert.deepEqual(await complaints(director), []);
  };

  it("is set up by a command, which says the next one", async () => {
    const site_options = ["--origin", "reports.example.org", "--languages", "en", "--name", "en=Report corruption"];
    const said = await site.run("init", "--data", "data", "--root-folder", "root", ...site_options, "--address", site.intake, "--desk-address", site.desk, ...site.binds);
    for (const words of ["members add NAME --administrator", "keys request", "keys sign", "keys publish", "reporting serve"]) assert.ok(said.includes(words), said);
    const added = await site.run("members", "add", "director", "--data", "data", "--label", "Office of the director", "--administrator");
    assert.match(added, /Next, when everybody is there: “reporting keys request”/);
    passphrase = /Passphrase: (.+)/.exec(added)?.[1] ?? "";
  });

  it("says what is awaited where it is served before anything was signed", async () => {
    await site.serve();
    for (const address of [`${site.intake}/en/`, `${site.desk}/desk`]) {
      const page = await openPage(open.browser, address);
      await says(page, "main", "It opens as soon as its first list of channels and members was signed and published");
      await shoot(page);
      await page.close();
    }
  });

  it("has its first list signed, each command saying the next", async () => {
    const asked = await site.run("keys", "request", "--data", "data");
    assert.match(asked, /New member director \(Office of the director\)/);
    assert.match(asked, /“reporting keys sign directory-1\.request\.json”/);
    assert.doesNotMatch(asked, /each channel:/);
    const signed = await site.run("keys", "sign", "directory-1.request.json", "--root-folder", "root", "--yes");
    assert.match(signed, /“reporting keys publish directory-1\.signed\.json”/);
    assert.match(await site.run("keys", "publish", "--data", "data", "directory-1.signed.json"), /“reporting serve”/);
  });

  it("lets the first administrator in, who registers an app first", async () => {
    director = await openPage(open.browser, `${site.desk}/desk`);
    await signIn(director, "director", passphrase);
    await step(director, "Your second factor");
    await setUpApp(director);
    await takeBackupCodes(director);
    await press(director, "They are on paper: to the desk");
    await reads(director, "Cases stay sealed to those who work on them.");
    await shoot(director);
    await follow("main a", "To the administration");
  });

  it("leads from what is to be done to a channel, and to an invitation", async () => {
    await follow(".urgent a", "There is no channel yet: draft the first one.");
    await mouse(director).write("#id", "procurement");
    await mouse(director).write("#title-en", "Public procurement");
    await follow("button", "Store");
    await reads(director, "Nobody has a role here yet.", ".channel");
    await follow("nav a", "To do");
    await reads(director, "invite somebody with the role Intake", ".urgent");
    await follow(".urgent a", "Nobody could receive a report on procurement");
    await follow("main a", "Invite somebody");
    await mouse(director).write("#label", "Noor Aziz, intake");
    await mouse(director).write("#member", "noor");
    await mouse(director).tick('input[value="procurement:intake"]');
    await follow("button", "Make the link");
    link = await director.$eval("#link", (field) => (field as HTMLTextAreaElement).value);
    await reads(director, "Give them the link in person");
  });

  it("leads the newcomer from the link to a key that guards what is theirs", async () => {
    noor = await openPage(open.browser, link);
    await plugInKey(noor);
    const fingerprint = await director.$eval(".admin-footer .digits", (shown) => shown.textContent);
    await enroll(noor, fingerprint, "intake: procurement"); // the title is not signed yet
    await press(noor, "Register a key");
    await step(noor, "Register a passkey");
    await noor.type("#setup-name", "blue key");
    await press(noor, "Register it");
    await step(noor, "Let it guard your keys too?");
    await press(noor, "Yes: use it once more");
    await takeBackupCodes(noor);
    await press(noor, "They are on paper: to the desk");
    await step(noor, "Almost there");
    await says(noor, ".lead-line", "Office of the director");
    await shoot(noor);
  });

  it("shows the administrator the newcomer's digits to compare, has the list signed, and publishes it", async () => {
    const digits = await noor.$eval(".fingerprint-large", (shown) => shown.textContent.trim());
    const session = await director.createCDPSession();
    await session.send("Page.setDownloadBehavior", { behavior: "allow", downloadPath: site.folder });
    await follow("nav a", "To do");
    await follow("main a", "changes wait for the signature of the root key");
    await reads(director, `New member noor (Noor Aziz, intake), valid until`, ".changes");
    await reads(director, digits, ".changes");
    await reads(director, "Let them read the digits to you");
    await mouse(director).press({ selector: "button", words: "Download the request" });
    while (!(await readdir(site.folder)).includes("directory-2.request.json")) await new Promise((resolve) => setTimeout(resolve, 100));
    const command = (await director.$eval(".command", (shown) => shown.textContent.trim())).replace("FOLDER", "root").split(" ");
    assert.equal(command.shift(), "reporting");
    assert.ok((await site.run(...command, "--yes")).includes(digits));
    const field = (await seen(director, "#file")) as unknown as ElementHandle<HTMLInputElement>;
    await field.uploadFile(path.join(site.folder, "directory-2.signed.json"));
    await follow("button", "Check and publish");
    await reads(director, "The new list is in force.", ".done");
    await reads(director, "There is nothing to do here now");
  });

  it("opens the desk to the newcomer, and there the first case that a reporter files", async () => {
    await press(noor, "Look now");
    await noor.waitForSelector("#search");
    const page = await openPage(open.browser, `${site.intake}/en/`);
    const reporter = new Reporter(mouse(page), site.intake);
    await reporter.visit("procurement");
    await reporter.write(ACCOUNT);
    await reporter.review();
    await reporter.send();
    await press(noor, "Refresh");
    await noor.waitForSelector(".case-rows a");
    await shoot(noor);
    await noor.$eval(".case-rows a", (first) => {
      (first as HTMLElement).click();
    });
    await says(noor, ".report", ACCOUNT);
    await shoot(noor);
  });
});
