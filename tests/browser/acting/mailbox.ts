/** A person who comes back with a receipt code. */

import type { Page } from "puppeteer-core";

import { type Hands, reads, seen } from "./hands.ts";
import { ENGLISH, type Spoken } from "./spoken.ts";

/** The mailbox page at `site`. */
export class Mailbox {
  readonly page: Page;

  constructor(
    readonly hands: Hands,
    readonly site: string,
    readonly spoken: Spoken = ENGLISH,
  ) {
    this.page = hands.page;
  }

  /** Opens the page. */
  async visit(language = this.spoken.language): Promise<void> {
    await this.page.goto(`${this.site}/${language}/mailbox`);
    await this.page.waitForSelector("#code");
  }

  /** Opens what is under `code`, words or digits. */
  async open(code: string, language = this.spoken.language): Promise<void> {
    await this.visit(language);
    await this.hands.write("#code", code);
    await this.page.keyboard.press("Enter");
    await (await seen(this.page, ".case")).dispose();
  }

  /** Brings the case in front whose tab bears `title`. */
  async select(title: string): Promise<void> {
    const wanted = { selector: "[role=tab]", words: title };
    const onward = this.spoken.language === "ar" ? "ArrowLeft" : "ArrowRight";
    await this.hands.among({ stop: "[role=tab][aria-selected=true]", arrow: onward, wanted });
    await reads(this.page, title, ".case .case-title");
  }

  /** Titles of the cases that stand side by side. */
  titles(): Promise<string[]> {
    return this.page.$$eval("[role=tab] .tab-title", (found) => found.map((one) => one.textContent));
  }

  /** Waits until `words` are to be read in the case in front. */
  async reads(words: string): Promise<void> {
    await reads(this.page, words, ".case");
  }

  /** What is to be read of the case in front. */
  async text(): Promise<string> {
    return (await seen(this.page, ".case")).evaluate((found) => found.innerText);
  }

  /** Writes into the box of the case in front. */
  async write(text: string): Promise<void> {
    await this.hands.write(".follow-up textarea", text);
  }

  /** Sends it, and waits for the signature. */
  async send(): Promise<void> {
    await this.hands.press(".follow-up button[type=submit]");
    const [, signed = ""] = this.spoken.say("Received on {day}. The site has signed for it, and the signature holds.").split("{day}");
    await this.reads(signed.trim());
  }

  /** Looks whether there is news. */
  async look(): Promise<void> {
    await this.hands.press({ selector: ".mailbox-bar button", words: this.spoken.say("Look again") });
  }

  /** Leaves and wipes. */
  async leave(): Promise<void> {
    await this.hands.press({ selector: ".mailbox-bar button", words: this.spoken.say("Leave and wipe") });
    // Wiping empties the page; the field for a code is that of the page's fresh copy.
    await this.page.waitForSelector("#code");
  }
}
