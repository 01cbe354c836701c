/** A report with an answer, told at the terminal, for the mailbox page's tests; and what a server can do to it. */

import { writeFile } from "node:fs/promises";
import path from "node:path";

import { type HybridIdentity, HybridRecipient } from "../../reporting/browser/src/protocol/age_keys.ts";
import { type JsonObject, b64decode, b64encode, concat, dumpJson, parseJsonObject, sha256, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { newId, openEntry, sealEntry } from "../../reporting/browser/src/protocol/entry.ts";
import * as epochs from "../../reporting/browser/src/protocol/epoch.ts";
import * as notes from "../../reporting/browser/src/protocol/note.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import { SigningKey } from "../../reporting/browser/src/protocol/signing.ts";
import type { Change } from "./front.ts";
import { type DemoService, today } from "./service.ts";

export const ACCOUNT = "The bridge tender was written for one bidder.";
export const QUESTION = "Thank you. Is the draft dated?";
export const REASON = "The requirements are checked first.";
export const FORGED = "Come to the harbor at midnight, alone.";

/** What was told: the receipt code, and the ids of its two cases, on procurement and on protection. */
export interface Story {
  readonly words: readonly string[];
  readonly groups: readonly string[];
  readonly report: string;
  readonly protection: string;
}

interface Submitted {
  readonly case: string;
  readonly receipt: { readonly words: readonly string[]; readonly groups: readonly string[] };
}

/** Files a report without the investigator, has intake answer it, and opens a protection case under the same code. */
export async function tellStory(service: DemoService): Promise<Story> {
  const submit = async (channel: string, account: string, ...more: readonly string[]): Promise<Submitted> => {
    const answers = path.join(service.folder, "answers.json");
    await writeFile(answers, JSON.stringify({ account }));
    const { fingerprint } = service.credentials;
    const command = ["--channel", channel, "--answers", answers, "--fingerprint", fingerprint, "--json", ...more];
    return JSON.parse(await service.reporting("submit", service.intake, ...command)) as Submitted;
  };
  const first = await submit("procurement", ACCOUNT, "--exclude", "investigator");
  const { words, groups } = first.receipt;
  const receipt = path.join(service.folder, "receipt.txt");
  await writeFile(receipt, words.join(" "));
  await service.asMember("intake", "reply", first.case, QUESTION);
  await service.asMember("intake", "status", first.case, "acknowledged");
  await service.asMember("intake", "status", first.case, "assessing", "--reason", REASON);
  const second = await submit("protection", "I am left out of every meeting.", "--receipt", receipt);
  return { words, groups, report: first.case, protection: second.case };
}

/** Changes what the server answers to a post at `address`. */
export type Lie = (answer: JsonObject, address: string) => JsonObject | Promise<JsonObject>;

/** What `lie` makes of the body of an answer, in the shape that it had. */
export function told(lie: Lie, address: string): Change {
  return async (body) => {
    const answer = parseJsonObject(utf8(new TextDecoder().decode(body).trimEnd()), { limit: body.length });
    const changed = dumpJson(await lie(answer, address));
    return concat(changed, new Uint8Array(Math.max(0, body.length - changed.length)).fill(0x20));
  };
}

interface ServedEntry extends JsonObject {
  readonly case: string;
  readonly id: string;
  readonly sealed: string | null;
}

function entriesOf(answer: JsonObject): ServedEntry[] {
  return answer["entries"] as ServedEntry[];
}

/** A case as an answer describes it; undefined on a page of the mailbox that has none of its entries. */
function caseOf(answer: JsonObject, id: string): JsonObject | undefined {
  const cases = answer["cases"] as JsonObject[] | undefined;
  return cases?.find((one) => one["case"] === id);
}

/** The reporter's identity in a case: with it a test knows which sealed entry says what. */
async function identityOf(story: Story, origin: string, served: JsonObject): Promise<HybridIdentity> {
  const [first = ""] = served["epochs"] as string[];
  const { recipientSha256 } = epochs.parseText(notes.parse(first, { limit: epochs.MAX_NOTE }).text);
  return ReceiptCode.parse(story.words.join(" ")).caseIdentity(origin, recipientSha256);
}

/** Lies that a server may try on the mailbox of `story`. */
export class Lies {
  constructor(
    private readonly story: Story,
    private readonly origin: string,
  ) {}

  /** Changes the entries of the report that say `text` or are of the kind `text`. */
  #onEntry(text: string, change: (entry: ServedEntry) => ServedEntry | null): Lie {
    return async (answer) => {
      const served = caseOf(answer, this.story.report);
      if (served === undefined) return answer;
      const identity = await identityOf(this.story, this.origin, served);
      const entries: ServedEntry[] = [];
      for (const entry of entriesOf(answer)) {
        const own = entry.case === this.story.report && entry.sealed !== null;
        const opened = own ? (await openEntry(b64decode(entry.sealed), identity)).entry : null;
        const found = opened !== null && (opened.kind === text || opened.body["text"] === text);
        const kept = found ? change(entry) : entry;
        if (kept !== null) entries.push(kept);
      }
      return { ...answer, entries };
    };
  }

  /** One bit of the sealed bytes is another. */
  altered(text: string): Lie {
    return this.#onEntry(text, (entry) => {
      const bytes = b64decode(entry.sealed);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return { ...entry, sealed: b64encode(bytes) };
    });
  }

  /** The entry is left out. */
  dropped(text: string): Lie {
    return this.#onEntry(text, () => null);
  }

  /** The entry is said to be deleted, without a signed word of it. */
  removed(text: string): Lie {
    return this.#onEntry(text, (entry) => ({ ...entry, sealed: null, sha256: b64encode(sha256(b64decode(entry.sealed))) }));
  }

  /** Another status than the signed one. */
  otherStatus(status: string): Lie {
    return (answer) => {
      Object.assign(caseOf(answer, this.story.report) ?? {}, { status });
      return answer;
    };
  }

  /** The protection case without the note that shows it to be this reporter's. */
  notYours(): Lie {
    return (answer) => {
      Object.assign(caseOf(answer, this.story.protection) ?? {}, { epochs: [] });
      return answer;
    };
  }

  /** Nothing at all. */
  withheld(): Lie {
    return (answer, address) => (address === "/api/mailbox" ? { cases: [], entries: [], more: false } : answer);
  }

  /** A message in the name of intake, signed by somebody else who knows to whom the case is sealed. */
  forged(): Lie {
    let row: Promise<JsonObject> | null = null;
    return async (answer) => {
      const served = caseOf(answer, this.story.report);
      if (served === undefined) return answer;
      // On each page with entries of the report, under one id: ids are random, and the last page may have none of them.
      row ??= this.#forgedRow(served);
      return { ...answer, entries: [await row, ...entriesOf(answer)] };
    };
  }

  async #forgedRow(served: JsonObject): Promise<JsonObject> {
    const identity = await identityOf(this.story, this.origin, served);
    const said = { audience: "reporter", kind: "message", body: { text: FORGED } } as const;
    const entry = { ...said, id: newId(), case: this.story.report, epoch: 0, directory: 1, author: "intake", date: today(), prev: [] };
    const recipients = [HybridRecipient.parse(served["recipient"]), identity.recipient];
    const sealed = b64encode(await sealEntry(entry, SigningKey.generate(), recipients));
    return { case: this.story.report, id: newId(), date: today(), sealed, acknowledgement: null, proof: null };
  }
}
