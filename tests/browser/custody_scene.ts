/** A case whose identity is asked for, with the custodians m5 and m6; honest clients, and the means of others. */

import * as custody from "../../reporting/browser/src/protocol/custody.ts";
import * as disclosure from "../../reporting/browser/src/protocol/disclosure.ts";
import { type JsonObject, b64decode } from "../../reporting/browser/src/protocol/encoding.ts";
import { type Entry, type NewEntry, sealEntry } from "../../reporting/browser/src/protocol/entry.ts";
import { type SealedEntry, readAsMember } from "../../reporting/browser/src/protocol/thread.ts";
import { makeWithdrawal } from "../../reporting/browser/src/protocol/withdrawal.ts";
import { CHANNEL, Case, FIRST, TODAY, keysOf, seed } from "./world.ts";

/** The case, as custodians meet it. */
export class CustodyScene {
  #count = 0;

  private constructor(readonly made: Case) {}

  static async open(name: string, excluded: readonly string[] = []): Promise<CustodyScene> {
    return new CustodyScene(await Case.submit(name, { excluded, identityAnswers: { name: "A. B." } }));
  }

  get identity(): Uint8Array {
    return b64decode(this.made.prepared.request["identity"]);
  }

  about(directory = FIRST): disclosure.DisclosureCase {
    return { case: this.made.id, epochs: [...this.made.epochNotes], directory };
  }

  get served(): SealedEntry[] {
    return this.made.entries.filter((entry) => entry.audience === "custodian");
  }

  #author(author: string): disclosure.DisclosureAuthor {
    return { id: (++this.#count).toString(16).padStart(32, "0"), directory: 1, author, date: TODAY };
  }

  /** A request by a member, made as no honest client would where `changes` or `more` say so. */
  ask(author: string, changes: Partial<disclosure.Disclosure> = {}, more: Partial<NewEntry> = {}): Promise<SealedEntry> {
    const [recipient] = this.made.identities;
    if (recipient === undefined) throw new Error("there is no case");
    const facts = { reporterKey: this.made.reporterKey, recipient: recipient.recipient, channel: CHANNEL };
    const request = { ...facts, reason: "A court asks.", legalBasis: "§ 56", custodians: ["m5", "m6"], needed: 2, notice: seed("notice"), waiver: "", ...changes };
    return this.write({ body: disclosure.disclosureBody(request), ...this.#author(author), ...more });
  }

  /** What the custodians' clients make of the case. */
  read(custodian = "m5", directory = FIRST): Promise<custody.Custody> {
    return custody.readCustody(this.served, keysOf(custodian).identity, this.about(directory));
  }

  async asked(place = -1): Promise<custody.Asked> {
    const asked = (await this.read()).asked.at(place);
    if (asked === undefined) throw new Error("nothing was asked");
    return asked;
  }

  /** An honest decision on the newest request. */
  async decide(author: string, verdict: custody.Deciding["verdict"] = "approve", reason = "It is needed."): Promise<SealedEntry> {
    const found = await this.read(author);
    const asked = found.asked.at(-1);
    if (asked === undefined) throw new Error("nothing was asked");
    return this.write(custody.makeDecision(found, asked, FIRST, { ...this.#author(author), verdict, reason }));
  }

  /** Whoever asked takes a request back, the newest unless one is named. */
  async withdraw(author: string, place = -1, reason = "The court has dropped it."): Promise<SealedEntry> {
    const { made } = this;
    const view = await readAsMember(made.served(), made.grantsOf(author), keysOf(author).identity, FIRST);
    const asked = custody.askedIn(view).at(place);
    if (asked === undefined) throw new Error("nothing was asked");
    return this.write(makeWithdrawal(view, asked, this.#author(author), reason));
  }

  /** An approval that no honest client would make, signed by `signer`. */
  async forge(author: string, signer = author, changes: JsonObject = {}): Promise<SealedEntry> {
    const { entry, sha256 } = await this.asked();
    const body = custody.decisionBody({ request: entry.id, sha256, decision: "approve", reason: "Of course." });
    return this.write({ ...this.#author(author), body: { ...body, ...changes } }, signer);
  }

  async write(draft: Partial<NewEntry> & Pick<NewEntry, "author" | "body">, signer = draft.author): Promise<SealedEntry> {
    const entry = this.made.draft({ kind: "disclosure", audience: "custodian", prev: [], ...draft });
    const custodians = ["m5", "m6"].map((member) => keysOf(member).identity.recipient);
    return this.made.store(await sealEntry(entry, keysOf(signer).signingKey, [...custodians, this.made.identity.recipient]), "custodian");
  }

  /** An identity file that the reporter's key has signed, of another form than devices make today. */
  forgeIdentity(body: JsonObject): Promise<Uint8Array> {
    const entry = this.made.draft({ kind: "identity", audience: "custodian", author: "reporter", epoch: 0, prev: [], body });
    return sealEntry(entry, this.made.signingKey, ["m5", "m6"].map((member) => keysOf(member).identity.recipient));
  }

  /** The identity, opened by a custodian's client under a directory. */
  async openIdentity(custodian = "m5", place = -1, file = this.identity, directory = FIRST): Promise<Entry> {
    const found = await this.read(custodian);
    const asked = found.asked.at(place);
    if (asked === undefined) throw new Error("nothing was asked");
    return custody.openApproved(found, asked, file, { custodian: keysOf(custodian).identity, directory, today: TODAY });
  }
}
