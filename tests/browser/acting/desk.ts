/** A member at the desk. */

import type { Page } from "puppeteer-core";

import type { Credentials } from "../service.ts";
import { type Hands, reads, seen } from "./hands.ts";

/** The desk of the demonstration. */
export class Desk {
  readonly page: Page;

  constructor(
    readonly hands: Hands,
    readonly credentials: Credentials,
  ) {
    this.page = hands.page;
  }

  passphrase(member: string): string {
    const found = this.credentials.members.find(({ name }) => name === member)?.passphrase;
    if (typeof found !== "string") throw new Error(`${member} has no passphrase`);
    return found;
  }

  /** Signs in, and waits for the list of cases. */
  async signIn(member: string): Promise<void> {
    await this.page.goto(`${this.credentials.desk_url}/desk`);
    await this.page.bringToFront();
    await this.page.waitForSelector("h1:focus"); // where the page puts it once it is painted: it would take it from a field
    await this.hands.write("#name", member);
    await this.hands.write("#passphrase", this.passphrase(member));
    await this.page.keyboard.press("Enter");
    await this.listed();
  }

  /** Waits until the whole list is there. */
  async listed(): Promise<void> {
    await (await seen(this.page, ".inbox .inbox-due span")).dispose();
  }

  /** What the list says, as it stands. */
  list(): Promise<string> {
    return this.page.$eval(".inbox-list", (found) => (found as HTMLElement).innerText);
  }

  /** Asks for news, and opens what was never opened. */
  async refresh(): Promise<void> {
    await this.hands.press({ selector: ".inbox-search button", words: "Refresh" });
    await this.hands.press({ selector: ".first-opening button", words: "Open them now" });
    await this.page.waitForSelector(".first-opening", { hidden: true });
  }

  /** Opens the case whose line holds `words`. */
  async open(words: string): Promise<void> {
    const row = { selector: ".case-rows [role=row]", words };
    await this.hands.among({ stop: ".case-rows [role=row]", arrow: "ArrowDown", wanted: row, key: "Enter" });
    await (await seen(this.page, "#composer-text")).dispose();
  }

  /** Waits until `words` are to be read in the open case. */
  async reads(words: string): Promise<void> {
    await reads(this.page, words, "article.case");
  }

  /** Replies to the reporter. */
  async reply(text: string): Promise<void> {
    await this.hands.write("#composer-text", text);
    await this.hands.press({ selector: ".composer-actions button", words: "Send to the reporter" });
    await reads(this.page, text, ".thread");
  }

  /** Signs and sends a new status. */
  async moveTo(status: string): Promise<void> {
    await this.hands.press({ selector: ".case-side button", words: "Change the status" });
    await this.hands.choose("#status-next", status);
    await this.hands.press({ selector: ".part-form button", words: "Sign and send" });
    await (await seen(this.page, `.status-now[data-status="${status}"]`)).dispose();
  }

  /** Lets a colleague read the case. */
  async grant(label: string): Promise<void> {
    await this.hands.press(`button[aria-label="Give access: ${label}"]`);
    await this.hands.press({ selector: "dialog button", words: "Give access" });
    await (await seen(this.page, `button[aria-label="Withdraw: ${label}"]`)).dispose();
  }

  /** How the case in front says a member stands to it. */
  async access(label: string): Promise<string> {
    const person = await seen(this.page, { selector: ".person-name", words: label });
    return person.evaluate((found) => found.closest("li")?.innerText ?? "");
  }

  /** Back to the list. */
  async back(): Promise<void> {
    await this.hands.press({ selector: "a.back", words: "All cases" });
    await this.listed();
  }

  async lock(): Promise<void> {
    await this.hands.press({ selector: ".bar-ways button", words: "Lock" });
    await reads(this.page, "Unlock the desk");
  }

  async unlock(member: string): Promise<void> {
    await this.hands.write("#passphrase", this.passphrase(member));
    await this.page.keyboard.press("Enter");
    await (await seen(this.page, ".bar-who")).dispose();
  }

  async signOut(): Promise<void> {
    await this.hands.press({ selector: ".bar-ways button", words: "Sign out" });
    await reads(this.page, "Sign in to the desk");
  }
}
