/** A person who reports, on the report pages. */

import type { Page } from "puppeteer-core";

import { type Hands, reads, seen } from "./hands.ts";
import { ENGLISH, type Spoken } from "./spoken.ts";
import { shownCode } from "../report_pages.ts";
import { leaveQuickly } from "./leaving.ts";

/** A receipt code in both its forms. */
export interface Kept {
  readonly words: readonly string[];
  readonly groups: readonly string[];
}

/** A reporter before a page of the intake at `site`. */
export class Reporter {
  readonly page: Page;

  constructor(
    readonly hands: Hands,
    readonly site: string,
    readonly spoken: Spoken = ENGLISH,
  ) {
    this.page = hands.page;
  }

  /** Opens the page of a channel. */
  async visit(channel: string, language = this.spoken.language): Promise<void> {
    await this.page.goto(`${this.site}/${language}/report/${channel}`);
    await this.page.waitForSelector(".step-actions");
  }

  /** Writes into the one box that every report needs. */
  async write(account: string): Promise<void> {
    await this.hands.write("#q-account", account);
  }

  /** Looks everything over. */
  async review(): Promise<void> {
    await this.hands.press(".only");
    await (await seen(this.page, ".review")).dispose();
  }

  /** From the review: shuts a member out, and comes back to it. */
  async shutOut(member: string): Promise<void> {
    await this.hands.press(".readers .change");
    await this.hands.tick(`[data-type="exclude"] input[value="${member}"]`);
    await this.hands.press(".next");
    await (await seen(this.page, ".review")).dispose();
  }

  /** From the review: puts the report under a code that the person has already. */
  async useCode(code: string): Promise<void> {
    await this.hands.press(".known-code summary");
    await this.hands.write("#known-code", code);
    await this.hands.press(".use-code");
    await reads(this.page, this.spoken.say("It will be under the receipt code that you typed."), ".known-code");
  }

  /** Sends, without waiting for how it ends. */
  async pressSend(): Promise<void> {
    await this.hands.press(".send");
  }

  /** Sends, and waits for the receipt. */
  async send(): Promise<void> {
    await this.pressSend();
    await (await seen(this.page, ".receipt")).dispose();
  }

  /** Saves the receipt among the downloads. */
  async saveReceipt(): Promise<void> {
    await this.hands.press({ selector: ".keep-actions button", words: this.spoken.say("Save as a file") });
    await reads(this.page, this.spoken.say("Saved among the downloads of this device, where others who use it may find it. Move it to a safe place."), ".code-view");
  }

  /** Notes the code, and proves it by typing what is asked for: once a word, once digits. */
  async keepReceipt(): Promise<Kept> {
    const code = await shownCode(this.page);
    const places = await this.page.$$eval(".keep input", (fields) => fields.map(({ id }) => Number(id.split("-")[1])));
    for (const [turn, place] of places.entries()) {
      await this.hands.write(`#kept-${place}`, (turn === 0 ? code.words : code.groups)[place] ?? "");
    }
    await this.hands.press(".confirm");
    await (await seen(this.page, ".clear")).dispose();
    return code;
  }

  /** Done: clears the page. */
  async clear(): Promise<void> {
    await this.hands.press(".clear");
    await reads(this.page, this.spoken.say("This page is cleared"));
  }

  /** Saves what is written as a sealed file; answers its code. The file is among the downloads. */
  async saveDraft(): Promise<Kept> {
    await this.hands.press(".step-actions .save-draft");
    await (await seen(this.page, ".draft-saved")).dispose();
    return shownCode(this.page);
  }

  /** Opens a draft that was saved. Choosing the file is the system's dialog, where no page has a say. */
  async openDraft(file: string, code: string): Promise<void> {
    await this.hands.press(".draft-open summary");
    const field = (await this.page.waitForSelector("#draft-file")) as Awaited<ReturnType<typeof seen>> & { uploadFile(file: string): Promise<void> };
    await field.uploadFile(file);
    await this.hands.write("#draft-code", code);
    await this.hands.press(".open-draft");
    await (await seen(this.page, '[data-notice="draft"]')).dispose();
  }

  /** What stands in the box. */
  account(): Promise<string> {
    return this.page.$eval("#q-account", (field) => (field as HTMLTextAreaElement).value);
  }

  /** Gets away: Escape, three times. */
  async leaveQuickly(): Promise<void> {
    await leaveQuickly(this.page);
  }
}
