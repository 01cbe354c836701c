/** A small organization for tests: keys from fixed seeds, directories, cases, and a server's memory of them. */

import { HybridIdentity, type HybridRecipient } from "../../reporting/browser/src/protocol/age.ts";
import * as directories from "../../reporting/browser/src/protocol/directory.ts";
import type { Directory } from "../../reporting/browser/src/protocol/directory.ts";
import { type JsonObject, b64decode, b64encode, checkText, concat, sha256, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { type Attachment, type NewEntry, sealEntry } from "../../reporting/browser/src/protocol/entry.ts";
import * as epochs from "../../reporting/browser/src/protocol/epoch.ts";
import { type Grant, sealGrant } from "../../reporting/browser/src/protocol/grant.ts";
import * as notes from "../../reporting/browser/src/protocol/note.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import { type Random, SigningKey } from "../../reporting/browser/src/protocol/signing.ts";
import { type CaseKeys, type Prepared, type Report, newCase, prepareReport } from "../../reporting/browser/src/protocol/submission.ts";
import { type SealedCase, type SealedEntry, type SealedGrant, sealedEntry } from "../../reporting/browser/src/protocol/thread.ts";

export const ORIGIN = "report.example.org";
export const TODAY = "2026-11-23";
export const CHANNEL = "procurement";

/** 32 bytes that depend on `name` alone. */
export function seed(name: string): Uint8Array {
  return sha256(utf8(name));
}

/** A stream of bytes that depends on `name` alone. */
export function fixedRandom(name: string): Random {
  let count = 0;
  return (length) => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () => seed(`${name} ${(count++).toString()}`));
    return concat(...blocks).subarray(0, length);
  };
}

export const rootKey = new SigningKey(seed("root"));
export const root = new notes.VerifierKey(ORIGIN, rootKey.public);
export const serviceKey = new SigningKey(seed("service"));

/** A member's keys; `generation` tells new ones from those that they replace. */
export function keysOf(member: string, generation = 1): { identity: HybridIdentity; signingKey: SigningKey } {
  const name = `${member} ${generation.toString()}`;
  return { identity: new HybridIdentity(seed(`age ${name}`)), signingKey: new SigningKey(seed(`sign ${name}`)) };
}

/** One member as the directory lists them. */
export function listed(id: string, options: { since?: number; generation?: number; validUntil?: string } = {}): JsonObject {
  const { since = 1, generation = 1, validUntil = "2027-12-31" } = options;
  const { identity, signingKey } = keysOf(id, generation);
  return {
    id,
    label: `Member ${id}`,
    since,
    signing_key: b64encode(signingKey.public),
    recipient_sha256: b64encode(sha256(utf8(String(identity.recipient)))),
    valid_until: validUntil,
  };
}

/** Every member of the first directory. */
export const EVERYBODY = ["m1", "m2", "m3", "m4", "m5", "m6", "m9"];

/** A channel with all its people. */
export function channel(id: string, options: { kind?: string; without?: readonly string[] } = {}): JsonObject {
  const { kind = "report", without = [] } = options;
  const roles = { intake: ["m1", "m3"], investigator: ["m2"], protection: ["m4"], custodian: ["m5", "m6"], break_glass: ["m9"] };
  const kept = Object.entries(roles).map(([role, ids]) => [role, ids.filter((member) => !without.includes(member))]);
  return {
    id,
    kind,
    titles: { en: `Channel ${id}`, ar: "قناة" },
    questionnaire: { id: "corruption-1", sha256: b64encode(seed("questionnaire")) },
    roles: Object.fromEntries(kept) as JsonObject,
    policy: { anonymous: "must", scriptless: true, profile: "eu" },
  };
}

/** The JSON of the first directory, with `changes`. */
export function directoryJson(changes: JsonObject = {}): JsonObject {
  return {
    version: 1,
    date: "2026-11-01",
    valid_until: "2027-01-31",
    shape: 65_536,
    service_key: b64encode(serviceKey.public),
    log_key: b64encode(new SigningKey(seed("log")).public),
    witnesses: [],
    site: b64encode(seed("site")),
    channels: [channel(CHANNEL), channel("police"), channel("retaliation", { kind: "protection" })],
    members: EVERYBODY.map((member) => listed(member)),
    former: [],
    ...changes,
  };
}

/** A signed directory: `directoryJson` with `changes`, after the version whose text hashes to `previous`. */
export function signedDirectory(changes: JsonObject = {}, previous: Uint8Array = directories.NO_PREVIOUS): string {
  return notes.sign(directories.toText(ORIGIN, previous, directoryJson(changes)), ORIGIN, rootKey);
}

export const FIRST_NOTE = signedDirectory();
export const FIRST = directories.parse(FIRST_NOTE, root);

/** Version 2: m3 has left, m1 has new keys, m7 has come. */
export const SECOND_NOTE = signedDirectory(
  {
    version: 2,
    date: "2026-11-20",
    valid_until: "2027-02-10",
    channels: [channel(CHANNEL, { without: ["m3"] }), channel("police", { without: ["m3"] })],
    members: [
      listed("m1", { since: 2, generation: 2 }),
      ...["m2", "m4", "m5", "m6", "m9"].map((member) => listed(member)),
      listed("m7", { since: 2 }),
    ],
    former: [
      { ...former("m3"), channels: [CHANNEL, "police"] },
      { ...former("m1"), channels: [CHANNEL, "police"] },
    ],
  },
  FIRST.sha256,
);
export const SECOND = directories.parse(SECOND_NOTE, root);

function former(id: string): JsonObject {
  return { id, label: `Member ${id}`, since: 1, until: 1, signing_key: b64encode(keysOf(id).signingKey.public) };
}

/** The recipients of every member, first generation. */
export function everyRecipient(): ReadonlyMap<string, HybridRecipient> {
  return new Map(EVERYBODY.map((member) => [member, keysOf(member).identity.recipient]));
}

/** A report with an account of what happened. */
export function report(changes: Partial<Report> = {}): Report {
  const answers = { what: "Der Zuschlag stand vorher fest. العقد", worth: 12.5, known: true };
  const body = { language: "de", questionnaire: "corruption-1", answers };
  return { channel: CHANNEL, body, excluded: [], identityAnswers: null, ...changes };
}

/** Seals a report's files to the keys of its case, and sends them; what its entry says of them. */
type Send = (keys: CaseKeys) => Promise<readonly Attachment[]>;

function noFiles(): Promise<readonly Attachment[]> {
  return Promise.resolve([]);
}

/** A case from both sides at once: what its reporter and holders know, and what the server keeps. */
export class Case {
  readonly entries: SealedEntry[] = [];
  grants: { member: string; epoch: number; sealed: Uint8Array }[] = [];
  readonly epochNotes: string[] = [];
  readonly identities: HybridIdentity[] = [];
  status = "received";

  private constructor(
    readonly receipt: ReceiptCode,
    readonly prepared: Prepared,
    readonly signingKey: SigningKey,
    private readonly random: Random,
    readonly name: string,
  ) {}

  /** A case just submitted under a receipt code of its own. */
  static async submit(name: string, changes: Partial<Report> = {}, directory: Directory = FIRST, send: Send = noFiles): Promise<Case> {
    const random = fixedRandom(name);
    const receipt = ReceiptCode.generate(random);
    const identitySeed = seed(`${name} identity`);
    const drawn = [identitySeed];
    const at = {
      directory,
      recipients: everyRecipient(),
      today: TODAY,
      random: (length: number) => drawn.pop() ?? random(length),
    };
    const keys = await newCase(receipt, ORIGIN, at.random);
    const prepared = await prepareReport(report(changes), receipt, at, { keys, attachments: await send(keys) });
    const identity = new HybridIdentity(identitySeed);
    const signingKey = await receipt.caseSigningKey(ORIGIN, epochs.caseHash(identity.recipient));
    const made = new Case(receipt, prepared, signingKey, random, name);
    made.identities.push(identity);
    made.receive();
    return made;
  }

  private receive(): void {
    const { request } = this.prepared;
    this.epochNotes.push(checkText(request["epoch"]));
    for (const one of request["grants"] as unknown as { member: string; sealed: string }[]) {
      this.grants.push({ member: one.member, epoch: 0, sealed: b64decode(one.sealed) });
    }
    this.store(b64decode(request["entry"]), "reporter");
  }

  get id(): string {
    return this.prepared.case;
  }

  get reporterKey(): Uint8Array {
    return this.signingKey.public;
  }

  get last(): epochs.Epoch {
    return epochs.parseText(notes.parse(this.epochNotes.at(-1) ?? "").text);
  }

  get identity(): HybridIdentity {
    return this.identities.at(-1) ?? this.identities[0] ?? new HybridIdentity(seed("never"));
  }

  /** The server stores `sealed`; a day later each time, so that its order is theirs. */
  store(sealed: Uint8Array, audience: "reporter" | "team" | "custodian"): SealedEntry {
    const day = `2026-12-${(this.entries.length + 1).toString().padStart(2, "0")}`;
    const stored = sealedEntry(`${this.name}-${this.entries.length.toString().padStart(3, "0")}`, day, sealed, audience);
    this.entries.push(stored);
    return stored;
  }

  /** An entry of this case with plain defaults, unsealed. */
  draft(changes: Partial<NewEntry> & Pick<NewEntry, "kind" | "author" | "prev">): NewEntry {
    return {
      id: epochHex(this.random),
      case: this.id,
      epoch: this.last.number,
      directory: 1,
      audience: "reporter",
      date: TODAY,
      body: { text: `${changes.kind} by ${changes.author}` },
      ...changes,
    };
  }

  /** Seals `entry` as its author would, and stores it. */
  async write(entry: NewEntry, key: SigningKey = this.keyOf(entry)): Promise<SealedEntry> {
    return this.store(await sealEntry(entry, key, await this.recipientsFor(entry)), entry.audience);
  }

  async recipientsFor(entry: NewEntry): Promise<HybridRecipient[]> {
    const hash = epochs.caseHash(this.identities[0]?.recipient ?? "");
    const reporter = (await this.receipt.caseIdentity(ORIGIN, hash)).recipient;
    const recipient = (this.identities[entry.epoch] ?? this.identity).recipient;
    return entry.audience === "team" ? [recipient] : [recipient, reporter];
  }

  private keyOf(entry: NewEntry): SigningKey {
    if (entry.author === "reporter") return this.signingKey;
    return keysOf(entry.author, entry.author === "m1" && entry.directory > 1 ? 2 : 1).signingKey;
  }

  /** A new epoch by `author`, granted to `holders` for every epoch so far. */
  async newEpoch(author: string, holders: readonly string[], changes: Partial<epochs.Epoch> = {}): Promise<void> {
    const identity = new HybridIdentity(seed(`${this.name} identity ${this.identities.length.toString()}`));
    const epoch = {
      ...this.last,
      number: this.last.number + 1,
      recipientSha256: epochs.caseHash(identity.recipient),
      holders: [...holders].sort(),
      previous: epochs.epochSha256(this.last),
      date: TODAY,
      ...changes,
    };
    const generation = author === "m1" && epoch.directory > 1 ? 2 : 1;
    this.epochNotes.push(epochs.signEpoch(epoch, author, keysOf(author, generation).signingKey));
    this.identities.push(identity);
    for (const member of holders) await this.grantOn(member, epoch.directory);
  }

  /** Grants every epoch so far to `member`. */
  async grantOn(member: string, directory = 1): Promise<void> {
    const generation = member === "m1" && directory > 1 ? 2 : 1;
    for (const [number, identity] of this.identities.entries()) {
      const one: Grant = { case: this.id, epoch: number, reporterKey: this.reporterKey, identity };
      const sealed = await sealGrant(one, keysOf(member, generation).identity.recipient);
      // One grant for each member and epoch: a later one, under new keys, takes the earlier one's place.
      this.grants = this.grants.filter((kept) => kept.member !== member || kept.epoch !== number);
      this.grants.push({ member, epoch: number, sealed });
    }
  }

  /** What the server shows: to its reporter the entries for both sides, to a member all of them. */
  served(changes: Partial<SealedCase> = {}): SealedCase {
    const { id, epochNotes, status, entries } = this;
    return { case: id, channel: CHANNEL, epochs: [...epochNotes], status, outcome: null, entries: [...entries], ...changes };
  }

  /** What the server shows to the case's reporter. */
  servedToReporter(changes: Partial<SealedCase> = {}): SealedCase {
    const served = this.served(changes);
    return { ...served, entries: served.entries.filter((one) => one.audience === "reporter") };
  }

  grantsOf(member: string): SealedGrant[] {
    return this.grants.filter((one) => one.member === member).map(({ epoch, sealed }) => ({ epoch, sealed }));
  }
}

function epochHex(random: Random): string {
  return Array.from(random(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
