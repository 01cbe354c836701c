/** The people of the story: what each of them can open on a day, by their own device and the server's answers. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import type { Browser as Window, Page } from "puppeteer-core";

import type { DeskEngine } from "../../reporting/browser/src/workers/desk_engine.ts";
import { parseText } from "../../reporting/browser/src/protocol/directory.ts";
import { parse } from "../../reporting/browser/src/protocol/note.ts";
import { mouse } from "./acting/hands.ts";
import { Desk } from "./acting/desk.ts";
import { Mailbox } from "./acting/mailbox.ts";
import { Reporter } from "./acting/reporter.ts";
import { type Desk as Device, Scene, inboxOf } from "./desk_scene.ts";
import { enter, openCase, press, retype, says } from "./desk_pages.ts";
import type { MailServer } from "./mail_server.ts";
import type { MovableService } from "./movable.ts";
import { PATIENCE } from "./report_pages.ts";

/** Who signs in; the key in the safe is asked apart. */
export const MEMBERS = ["intake", "investigator", "protection", "protection-2", "custodian-1", "auditor", "administrator"] as const;
export const SAFE = "break-glass";

/** What each of them may do besides opening what they hold, wherever the story stands. */
const ALLOWED: Readonly<Record<(typeof MEMBERS)[number], readonly string[]>> = {
  intake: ["list", "own counts"],
  investigator: ["list", "own counts"],
  protection: ["list", "own counts", "protection work"],
  "protection-2": ["list", "own counts", "protection work"],
  "custodian-1": ["list", "requests for identities"],
  auditor: ["all counts", "trail"],
  administrator: [],
};

/** The list of channels and members is signed anew where it ends within so many days. */
const NEAR_DAYS = 30;

function lasts(work: Promise<unknown>): Promise<boolean> {
  return work.then(() => true, () => false);
}

/** What the server lets the device of a member do, by asking for all of it. */
async function allowed(engine: DeskEngine): Promise<string[]> {
  const counts = await engine.overview().then(({ scope }) => [`${scope} counts`], () => []);
  const asked: readonly (readonly [string, Promise<unknown>])[] = [
    ["list", engine.inbox(() => undefined)],
    ["requests for identities", engine.custodyList()],
    ["protection work", engine.work(() => undefined)],
    ["trail", engine.auditLook(null)],
  ];
  const found = await Promise.all(asked.map(async ([name, work]) => ((await lasts(work)) ? [name] : [])));
  return [...found.flat(), ...counts].sort();
}

/** A case of the story, and who can open it: nobody else can. */
export interface Held {
  readonly case: string;
  readonly by: readonly string[];
}

/** Closes pages with all that their browser kept of them. */
export async function leave(...pages: readonly Page[]): Promise<void> {
  for (const page of pages) await page.browserContext().close();
}

/** Everybody, at one service. */
export class People {
  readonly #scene: Scene;
  readonly #devices = new Map<string, { readonly day: string; readonly device: Device }>();

  constructor(
    readonly service: MovableService,
    readonly browser: Window,
    readonly mail: MailServer,
  ) {
    this.#scene = new Scene(service);
  }

  /** A member's device without a page, signed in that day. */
  async device(member: string): Promise<Device> {
    const day = this.service.today();
    const known = this.#devices.get(member);
    if (known?.day === day) return known.device;
    const device = this.#scene.open();
    await device.engine.signIn(member, this.#scene.passphrase(member), day, () => undefined);
    this.#devices.set(member, { day, device });
    return device;
  }

  /** Goes on to a day; a list of channels and members that is near its end is signed anew, as an operator does. */
  async on(day: string): Promise<void> {
    await this.service.moveTo(day);
    const listed = await (await fetch(`${this.service.intake}/.well-known/reporting/directory`)).text();
    const { validUntil } = parseText(parse(listed, { limit: 4_194_304 }).text);
    if (validUntil < this.service.after(NEAR_DAYS)) await this.service.publish();
  }

  /** Has the keys of all members last until a day, as `reporting members add --valid-until` does: the demonstration's last a year. */
  async lastUntil(day: string): Promise<void> {
    const code = "import sqlite3,sys;d=sqlite3.connect(sys.argv[1],timeout=60);d.execute('update member set valid_until=?',sys.argv[2:]);d.commit()";
    await promisify(execFile)("python3", ["-c", code, path.join(this.service.folder, "server", "reporting.sqlite"), day]);
    await this.service.publish();
  }

  /** Sends what was written on a channel; answers with the code's words. Under a code that is `known` it is one more case. */
  async send(channel: string, account: string, known: string | null, more: (page: Page) => Promise<void> = () => Promise.resolve()): Promise<string> {
    const page = await this.service.openPage(this.browser);
    const reporter = new Reporter(mouse(page), this.service.intake);
    await reporter.visit(channel);
    await reporter.write(account);
    await more(page);
    await reporter.review();
    if (known !== null) await reporter.useCode(known);
    await reporter.send();
    const words = known ?? (await reporter.keepReceipt()).words.join(" ");
    await leave(page);
    return words;
  }

  /** The one case in a member's list that is not among those that are known. */
  async newest(member: string, known: readonly string[]): Promise<string> {
    const [found, ...others] = [...(await inboxOf(await this.device(member))).keys()].filter((id) => !known.includes(id));
    assert.deepEqual([typeof found, others], ["string", []]);
    return found ?? "";
  }

  /** Deadlines as the server keeps them of a case that the member holds: name, last day, day on which it was met. */
  async deadlines(member: string, id: string): Promise<Record<string, string>> {
    const { engine } = await this.device(member);
    const { server } = await engine.openCase(id);
    return Object.fromEntries(server.clocks.map(({ name, due, done }) => [name, done === null ? due : `${due}, done ${done}`]));
  }

  /**
   * Holds true that each case opens to those who hold it, on their own devices, and to nobody else: nor is it in
   * anybody else's list, nor its history told to them; and that the server lets each do what their role is for, alone.
   */
  async open(...cases: readonly Held[]): Promise<void> {
    const found = cases.map(() => new Set<string>());
    for (const member of MEMBERS) {
      const device = await this.device(member);
      const { engine } = device;
      const may = await allowed(engine);
      assert.deepEqual(may, [...ALLOWED[member]].sort(), member);
      const listed = may.includes("list") ? [...(await inboxOf(device)).keys()] : [];
      for (const [place, one] of cases.entries()) {
        const ways = [listed.includes(one.case), await lasts(engine.history(one.case)), await lasts(engine.openCase(one.case))];
        assert.equal(new Set(ways).size, 1, `${member} on ${this.service.today()}: listed, history, opened are ${ways.join()}`);
        if (ways[0] === true) found[place]?.add(member);
      }
    }
    for (const [place, one] of cases.entries()) if (await lasts(this.#fromTheSafe(one.case))) found[place]?.add(SAFE);
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
    await leave(page);
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
