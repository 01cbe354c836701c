/** A member at the desk. */

import type { Page } from "puppeteer-core";

import type { Credentials } from "../service.ts";
import { type Hands, reads, seen } from "./hands.ts";
import { ENGLISH, type Spoken } from "./spoken.ts";

/** The desk of the demonstration. */
export class Desk {
  readonly page: Page;

  constructor(
    readonly hands: Hands,
    readonly credentials: Credentials,
    readonly spoken: Spoken = ENGLISH,
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
    const { language } = this.spoken;
    await this.page.goto(`${this.credentials.desk_url}${language === "en" ? "" : `/${language}`}/desk`);
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
    await this.hands.press({ selector: ".inbox-search button", words: this.spoken.say("Refresh") });
    await this.hands.press({ selector: ".first-opening button", words: this.spoken.say("Open them now") });
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
    await this.hands.press({ selector: ".composer-actions button", words: this.spoken.say("Send to the reporter") });
    await reads(this.page, text, ".thread");
  }

  /** Signs and sends a new status. */
  async moveTo(status: string): Promise<void> {
    await this.hands.press({ selector: ".case-side button", words: this.spoken.say("Change the status") });
    await this.hands.choose("#status-next", status);
    await this.hands.press({ selector: ".part-form button", words: this.spoken.say("Sign and send") });
    await (await seen(this.page, `.status-now[data-status="${status}"]`)).dispose();
  }

  /** Lets a colleague read the case. */
  async grant(label: string): Promise<void> {
    await this.hands.press(`button[aria-label="${this.spoken.say("Give access: {name}").replace("{name}", label)}"]`);
    await this.hands.press({ selector: "dialog button", words: this.spoken.say("Give access") });
    await (await seen(this.page, `button[aria-label="${this.spoken.say("Withdraw: {name}").replace("{name}", label)}"]`)).dispose();
  }

  /** How the case in front says a member stands to it. */
  async access(label: string): Promise<string> {
    const person = await seen(this.page, { selector: ".person-name", words: label });
    return person.evaluate((found) => found.closest("li")?.innerText ?? "");
  }

  /** Back to the list. */
  async back(): Promise<void> {
    await this.hands.press({ selector: "a.back", words: this.spoken.say("All cases") });
    await this.listed();
  }

  async lock(): Promise<void> {
    await this.hands.press({ selector: ".bar-ways button", words: this.spoken.say("Lock") });
    await reads(this.page, this.spoken.say("Unlock the desk"));
  }

  async unlock(member: string): Promise<void> {
    await this.hands.write("#passphrase", this.passphrase(member));
    await this.page.keyboard.press("Enter");
    await (await seen(this.page, ".bar-who")).dispose();
  }

  async signOut(): Promise<void> {
    await this.hands.press({ selector: ".bar-ways button", words: this.spoken.say("Sign out") });
    await reads(this.page, this.spoken.say("Sign in to the desk"));
  }
}
