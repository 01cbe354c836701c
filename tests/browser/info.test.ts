/** The public site's texts, as somebody reads them and as an administrator writes them: narrow, wide, dark, forced colors, right to left, on paper. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import type { HTTPRequest, Page, Protocol } from "puppeteer-core";

import { type Hands, keyboard, reads } from "./acting/hands.ts";
import { NOTHING, leftovers } from "./acting/leftovers.ts";
import { CHROMIUM, skipReason } from "./browsers.ts";
import { openAs } from "./desk_pages.ts";
import { type Open, complaints, openBrowser } from "./report_pages.ts";
import { type DemoService, startService } from "./service.ts";

const SHOTS = process.env["SCREENSHOTS"];
const READ = ["info/", "info/your-rights", "info/what-happens-next/easy", "info/article-13", "guide", "guide#danger", "campaign"];

interface Look {
  readonly name: string;
  readonly width: number;
  readonly features: Protocol.Emulation.MediaFeature[];
}

/** How people meet a page: a narrow screen by day, a wide one by night, colors of their own. */
const LOOKS: readonly Look[] = [
  { name: "narrow", width: 320, features: [{ name: "prefers-color-scheme", value: "light" }] },
  { name: "dark", width: 1280, features: [{ name: "prefers-color-scheme", value: "dark" }] },
  { name: "forced", width: 640, features: [{ name: "forced-colors", value: "active" }] },
];

/** What is saved and not read. */
const FILES = /[.][a-z]+$/u;

/** Of the administration's bar axe does not see what forced colors make; tests/browser/access.test.ts looks at the desk's. */
const PLAIN = LOOKS.slice(0, 2);

/** What axe and the width find wrong with a page, whichever way it is met. */
async function wrong(page: Page, address: string, name: string, looks = LOOKS): Promise<readonly string[]> {
  const found: string[] = [];
  const session = await page.createCDPSession(); // puppeteer's own call knows no forced colors
  for (const look of looks) {
    await page.setViewport({ width: look.width, height: 800 });
    await session.send("Emulation.setEmulatedMedia", { features: look.features });
    await page.goto(address);
    found.push(...(await complaints(page)).map((line) => `${address} ${look.name}: ${line}`));
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}-${look.name}.png`, fullPage: true });
  }
  await session.send("Emulation.setEmulatedMedia", { features: [] });
  await session.detach();
  return found;
}

describe("the public site's texts, in Chromium", { skip: skipReason(CHROMIUM) }, () => {
  let service: DemoService;
  let open: Open;
  let page: Page;
  before(async () => {
    [service, open] = await Promise.all([startService(), openBrowser(CHROMIUM)]);
    page = await open.browser.newPage();
  });
  after(async () => {
    await open.close();
    await service.stop();
  });

  for (const language of ["en", "ar"]) {
    it(`are read in ${language} on every screen, and leave nothing behind`, async () => {
      for (const path of READ) {
        const name = `info-${language}-${path.replaceAll(/\W+/gu, "-")}`;
        assert.deepEqual(await wrong(page, `${service.intake}/${language}/${path}`, name), []);
        assert.deepEqual(await page.$$eval("script", (scripts) => scripts.map(({ src }) => src)), []);
        assert.deepEqual(await leftovers(page), NOTHING);
      }
    });
  }

  for (const language of ["ar", "en", "es", "fr", "ru", "zh"]) {
    it(`lead in ${language} to pages of this site alone, each in its language, with nothing for axe to complain of`, async () => {
      const { origin } = new URL(service.intake);
      const asked = new Set<string>();
      const note = (request: HTTPRequest): void => { asked.add(new URL(request.url()).origin); };
      page.on("request", note);
      await page.setViewport({ width: 320, height: 800 });
      const known = new Set([`/${language}/`]);
      for (const path of known) {
        const answer = await page.goto(`${service.intake}${path}`);
        assert.equal(answer?.status(), 200, path);
        const { lang, dir } = await page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir }));
        assert.deepEqual([lang, dir], [language, language === "ar" ? "rtl" : "ltr"], path);
        assert.deepEqual(await complaints(page), [], path);
        const links = await page.$$eval("a[href]", (found) => found.map((one) => one.href));
        for (const link of links.map((one) => new URL(one))) {
          const isPage = link.origin === origin && link.pathname.startsWith(`/${language}/`) && !FILES.test(link.pathname);
          if (isPage) known.add(link.pathname);
        }
      }
      page.off("request", note);
      assert.ok(known.size > 30, [...known].join(" "));
      assert.deepEqual([...asked], [origin]);
    });
  }

  it("lead from the first page to a right, and on to the report, by links alone", async () => {
    await page.setJavaScriptEnabled(false);
    await page.setViewport({ width: 320, height: 800 });
    await page.goto(`${service.intake}/en/`);
    for (const href of ["/en/info/", "/en/info/your-rights", "#liability", "/en/report"]) {
      const [arrived] = href.startsWith("#") ? [undefined] : [page.waitForNavigation()];
      await page.$eval(`main a[href="${href}"]`, (link) => { (link as HTMLElement).click(); });
      await arrived;
    }
    assert.match(page.url(), /\/en\/report$/);
    await page.setJavaScriptEnabled(true);
  });

  it("guide by one question at a time, by keyboard and without scripts, and back again", async () => {
    await page.setJavaScriptEnabled(false);
    await page.setViewport({ width: 320, height: 800 });
    await page.goto(`${service.intake}/en/guide`);
    assert.deepEqual(await questions(page), { shown: ["start"], focused: "", introduced: true });
    for (const [href, anchor] of [["#why", "why"], ["#saw", "saw"], ["#who", "who"], ["#exclude", "exclude"], ["#start", "start"]] as const) {
      await page.$$eval(`.guide section a[href="${href}"]`, (links) => { (links.find((link) => link.checkVisibility()) as HTMLElement).focus(); });
      await page.keyboard.press("Enter");
      assert.deepEqual(await questions(page), { shown: [anchor], focused: anchor, introduced: false }, href);
    }
    await page.goBack();
    assert.deepEqual((await questions(page)).shown, ["exclude"]);
    await page.emulateMediaType("print");
    assert.equal((await questions(page)).shown.length, 12);
    await page.emulateMediaType();
    await page.setJavaScriptEnabled(true);
  });

  it("are on paper whole, with the addresses of links written out", async () => {
    await page.emulateMediaType("print");
    await page.goto(`${service.intake}/en/info/your-rights`);
    const shown = await page.$$eval(".info-contents, .info-on, .info section", (parts) => parts.map((part) => [part.tagName, getComputedStyle(part).display !== "none"]));
    for (const [tag, visible] of shown) assert.equal(visible, tag === "SECTION");
    if (SHOTS !== undefined) await page.pdf({ path: `${SHOTS}/info-print.pdf` });
    await page.emulateMediaType();
  });

  it("are written by an administrator with a preview, and read at once", async () => {
    const desk = await openAs(open.browser, service, "administrator");
    const hands: Hands = keyboard(desk);
    await prove(desk, hands, service);
    const section = `${service.desk}/admin/content/en/your-rights/sections/protected`;
    for (const [path, name] of [["", "list"], ["/en/your-rights", "page"], ["/en/your-rights/sections/main", "head"], ["/en/your-rights/sections/protected/hide", "hide"], ["/en/your-rights/review", "review"]] as const) {
      assert.deepEqual(await wrong(desk, `${service.desk}/admin/content${path}`, `admin-content-${name}`, PLAIN), []);
    }
    await desk.goto(section);
    await hands.write("#text", "\n\nOur own <b>words</b>.");
    await follow(desk, hands, "Look at it");
    await reads(desk, "HTML may not stand in a text", "#text-error");
    await desk.$eval("#text", (field) => { (field as HTMLTextAreaElement).value = ""; });
    await hands.write("#text", "Our own **words**, within {ack}.");
    await follow(desk, hands, "Look at it");
    await reads(desk, "Our own words, within 7", ".preview");
    assert.deepEqual(await complaints(desk), []);
    await follow(desk, hands, "Store and show");
    await reads(desk, "Everybody can read it now.", ".done");
    await page.goto(`${service.intake}/en/info/your-rights`);
    await reads(page, "Our own words, within 7", "#protected");
    assert.deepEqual(await wrong(desk, `${section}/history`, "admin-content-history", PLAIN), []);
  });
});

/** Which questions and answers of the guide are seen, which one a screen reader reads on from, and whether its introduction is seen. */
function questions(page: Page): Promise<{ shown: string[]; focused: string; introduced: boolean }> {
  return page.evaluate(() => ({
    shown: [...document.querySelectorAll(".guide section")].filter((section) => section.checkVisibility()).map(({ id }) => id),
    focused: document.activeElement?.id ?? "",
    introduced: document.querySelector(".guide-introduction")?.checkVisibility() ?? false,
  }));
}

/** Presses a button that leads to another page, and waits for it. */
async function follow(page: Page, hands: Hands, words: string): Promise<void> {
  const arrived = page.waitForNavigation();
  await hands.press({ selector: "button", words });
  await arrived;
}

/** Enters the administration, where one proves first who one is. */
async function prove(page: Page, hands: Hands, service: DemoService): Promise<void> {
  await hands.press({ selector: "main button", words: "Show it now" });
  await hands.write("dialog input", service.credentials.members.find(({ name }) => name === "administrator")?.passphrase ?? "");
  const proved = page.waitForNavigation();
  await page.keyboard.press("Enter");
  await proved;
}
