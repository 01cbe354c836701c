/** What the reporter of the story takes with them: the news link, and a certificate that strangers check. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";

import type { ElementHandle, Page } from "puppeteer-core";

import { press, says, takeFiles } from "./desk_pages.ts";
import { type People, leave } from "./story_people.ts";

/** Turns the news link on in an open mailbox; answers with it. */
export async function turnNewsOn(mailbox: Page): Promise<string> {
  await mailbox.click(".show-news");
  await mailbox.waitForSelector(".turn-on");
  await mailbox.click(".turn-on");
  await mailbox.waitForSelector(".turn-off");
  return mailbox.$eval(".news-address", (found) => (found as HTMLElement).innerText.trim());
}

/** Turns it off again. */
export async function turnNewsOff(mailbox: Page): Promise<void> {
  await mailbox.click(".show-news");
  await mailbox.waitForSelector(".turn-off");
  await mailbox.click(".turn-off");
  await mailbox.waitForSelector(".turn-on");
}

/** What the page of the news link says that day, to whoever holds the link. */
export async function news(people: People, link: string): Promise<string> {
  const page = await people.service.openPage(people.browser);
  await page.goto(link);
  await page.waitForSelector(".news-told, .fault");
  const said = await page.$eval("news-of-report", (found) => (found as HTMLElement).innerText);
  await leave(page);
  return said;
}

/** Has a certificate made in an open mailbox, out to a name, without the channel; answers with the file's content. */
export async function certify(mailbox: Page, name: string): Promise<Uint8Array> {
  await mailbox.click(".show-certificate");
  await mailbox.waitForSelector("#certificate-name");
  await mailbox.type("#certificate-name", name);
  const taken = await takeFiles(mailbox);
  await press(mailbox, "Make the certificate", "case-certificate");
  await says(mailbox, "case-certificate .done", name);
  await press(mailbox, "Save the data", "case-certificate");
  return taken();
}

/** Holds true that a certificate is valid, and an altered one is not: at the terminal, and on the page for everybody. */
export async function checkCertificate(people: People, content: Uint8Array, name: string, received: string): Promise<void> {
  const { service } = people;
  const files = [path.join(service.folder, "certificate.json"), path.join(service.folder, "altered.json")] as const;
  await writeFile(files[0], content);
  await writeFile(files[1], new TextDecoder().decode(content).replace(name, "Someone Else"));
  const verify = (file: string): Promise<string> => service.reporting("verify", file, "--fingerprint", service.credentials.fingerprint, "--json");
  const said = JSON.parse(await verify(files[0])) as { name: string; channel: string | null; received: string };
  assert.deepEqual([said.name, said.channel, said.received], [name, null, received]);
  await assert.rejects(verify(files[1]));
  const page = await service.openPage(people.browser);
  await page.goto(`${service.intake}/en/verify`);
  for (const [file, words] of [[files[0], "This certificate is valid"], [files[1], "does not hold"]] as const) {
    const field = (await page.waitForSelector("#checked-file")) as ElementHandle<HTMLInputElement>;
    await field.uploadFile(file);
    await says(page, ".found", words);
  }
  await leave(page);
}
