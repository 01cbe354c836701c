/** The people of the story: what each of them can open on a day, by their own device and the server's answers. */

import assert from "node:assert/strict";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Browser as Window, Page } from "puppeteer-core";

import { mouse } from "./acting/hands.ts";
import { Desk } from "./acting/desk.ts";
import { Mailbox } from "./acting/mailbox.ts";
import { type Desk as Device, Scene } from "./desk_scene.ts";
import { enter, openCase, press, retype, says } from "./desk_pages.ts";
import type { MailServer } from "./mail_server.ts";
import type { MovableService } from "./movable.ts";
import { PATIENCE } from "./report_pages.ts";

/** Who signs in; the key in the safe is asked apart. */
export const MEMBERS = ["intake", "investigator", "protection", "protection-2", "custodian-1", "auditor", "administrator"] as const;
export const SAFE = "break-glass";

/** A case of the story, and who can open it: nobody else can. */
export interface Held {
  readonly case: string;
  readonly by: readonly string[];
}

/** Everybody, at one service. */
export class People {
  readonly #scene: Scene;

  constructor(
    readonly service: MovableService,
    readonly browser: Window,
    readonly mail: MailServer,
  ) {
    this.#scene = new Scene(service);
  }

  /** A member's device, signed in now, without a page. */
  async device(member: string): Promise<Device> {
    const device = this.#scene.open();
    await device.engine.signIn(member, this.#scene.passphrase(member), this.service.today(), () => undefined);
    return device;
  }

  /** Holds true that each case opens to those who hold it, on their own devices, and to nobody else. */
  async open(...cases: readonly Held[]): Promise<void> {
    const found = cases.map(() => new Set<string>());
    const note = async (member: string, place: number, opening: Promise<unknown>): Promise<void> => {
      if (await opening.then(() => true, () => false)) found[place]?.add(member);
    };
    for (const member of MEMBERS) {
      const { engine } = await this.device(member);
      for (const [place, one] of cases.entries()) await note(member, place, engine.openCase(one.case));
      await engine.signOut();
    }
    for (const [place, one] of cases.entries()) await note(SAFE, place, this.#fromTheSafe(one.case));
    assert.deepEqual(found.map((names) => [...names].sort()), cases.map(({ by }) => [...by].sort()), this.service.today());
  }

  async #fromTheSafe(id: string): Promise<string> {
    return this.service.reporting("open", "--data", path.join(this.service.folder, "server"), "--case", id, "--identity", path.join(this.service.folder, "break-glass.txt"), "--json");
  }

  /** A page of the desk, on which the member has signed in. */
  async atDesk(member: string, address = "/desk"): Promise<Page> {
    const page = await this.service.openPage(this.browser);
    await page.setViewport({ width: 1280, height: 800 });
    await page.goto(this.service.desk + address);
    await page.waitForSelector("#passphrase");
    await enter(page, this.service, member);
    return page;
  }

  /** The same, with a case open. */
  async atCase(member: string, id: string): Promise<Page> {
    const page = await this.atDesk(member);
    await openCase(page, id);
    return page;
  }

  /** The mailbox, opened with the receipt code, and one of its cases in front. */
  async atMailbox(code: string, id: string): Promise<Page> {
    const page = await this.service.openPage(this.browser);
    const mailbox = new Mailbox(mouse(page), this.service.intake);
    await mailbox.open(code);
    const tab = `#tab-case-${id.slice(0, 12)}`;
    if ((await page.$(tab)) !== null) await page.click(tab);
    await page.waitForSelector(`#case-${id.slice(0, 12)}`, { visible: true });
    return page;
  }

  /** Moves a case on, by what is on the screen. */
  async moveTo(page: Page, status: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    const desk = new Desk(mouse(page), this.service.credentials);
    await desk.hands.press({ selector: ".case-side button", words: "Change the status" });
    await desk.hands.choose("#status-next", status);
    const { outcome, ...texts } = fields;
    if (outcome !== undefined) await page.select("#status-outcome", outcome);
    for (const [name, text] of Object.entries(texts)) await retype(page, `#status-${name}`, text);
    await press(page, "Sign and send", ".case-side");
    if (status === "closed") await press(page, "Close the case", "dialog");
    if (outcome !== "refused") await page.waitForSelector(`.status-now[data-status="${status}"]`);
  }

  /** Has the member's notices go to an address of their own. */
  async wantMail(member: string, channel: string, kinds: readonly string[]): Promise<void> {
    const page = await this.atDesk(member, "/desk/account");
    await page.waitForSelector("#mail-address");
    await page.type("#mail-address", `${member}@mail.example`);
    await page.keyboard.press("Enter");
    await says(page, "dialog", "Show that it is you");
    await page.type("#proof", this.#scene.passphrase(member));
    await page.keyboard.press("Enter");
    await says(page, ".own-mail", "A code was mailed to");
    await this.tick();
    const code = /^\d{8}$/m.exec(await this.mail.next())?.[0] ?? "";
    await page.waitForSelector("#mail-code");
    await page.type("#mail-code", code);
    await page.keyboard.press("Enter");
    await says(page, ".own-mail", "Mail goes to:");
    for (const kind of kinds) {
      const kept = page.waitForResponse((response) => response.request().method() !== "GET");
      await page.evaluate(
        (title, name) => {
          const one = [...document.querySelectorAll<HTMLElement>(".own-mail fieldset")].find((found) => found.innerText.includes(title));
          one?.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.click();
        },
        channel,
        kind,
      );
      assert.ok((await kept).ok());
      await page.waitForNetworkIdle();
    }
    const told = await this.service.reporting("notices", "show", "--data", path.join(this.service.folder, "server"));
    assert.ok(told.includes(kinds.join(", ")), told);
    await page.browserContext().close();
  }

  /** The next mail that says so; none of those on the way says a word of any case, or its number. */
  async mailed(pattern: RegExp, secrets: readonly string[]): Promise<void> {
    await this.tick();
    for (;;) {
      const waiting = sleep(PATIENCE, null);
      const mail = await Promise.race([this.mail.next(), waiting]);
      if (mail === null) {
        const standing = await this.service.reporting("notices", "show", "--data", path.join(this.service.folder, "server"));
        assert.fail(`no mail says ${pattern.source} by ${this.service.today()}: ${standing}`);
      }
      for (const words of secrets) assert.ok(!mail.includes(words), mail);
      if (pattern.test(mail)) return;
    }
  }

  /** What a service does by itself now and then, done now. */
  async tick(): Promise<void> {
    await this.service.reporting("tick", "--data", path.join(this.service.folder, "server"));
  }
}
