/** Vectors of directories, epochs, grants, entries, submissions and disclosures. */

import { b64decode, b64encode, checkText, concat, decodeUtf8, dumpJson, hex, sha256, utf8, type JsonObject } from "../../reporting/browser/src/protocol/encoding.ts";
import * as directories from "../../reporting/browser/src/protocol/directory.ts";
import * as disclosure from "../../reporting/browser/src/protocol/disclosure.ts";
import * as entries from "../../reporting/browser/src/protocol/entry.ts";
import * as epochs from "../../reporting/browser/src/protocol/epoch.ts";
import * as grants from "../../reporting/browser/src/protocol/grant.ts";
import * as notes from "../../reporting/browser/src/protocol/note.ts";
import * as age from "../../reporting/browser/src/protocol/age.ts";
import { CustodyScene } from "./custody_scene.ts";
import { asMember, asReporter } from "./scenarios.ts";
import type { Vector } from "./vector_input.ts";
import {
  CHANNEL, Case, FIRST_NOTE, ORIGIN, SECOND_NOTE, TODAY,
  channel, directoryJson, keysOf, listed, root, rootKey, seed, serviceKey, signedDirectory,
} from "./world.ts";

function vector(name: string, operation: string, input: Readonly<Record<string, unknown>>): Vector {
  return { name, do: operation, in: input };
}

/** A directory whose content {@link directories.toText} would refuse, signed all the same. */
function signedAnyway(content: JsonObject, previous: Uint8Array = directories.NO_PREVIOUS, origin = ORIGIN, heading = directories.HEADING): string {
  const json = decodeUtf8(dumpJson(content));
  return notes.sign(`${origin}\n${heading}\n${b64encode(previous)}\n${json}\n`, ORIGIN, rootKey);
}

function badDirectories(): Vector[] {
  const parse = (name: string, directory: string): Vector => vector(`parse: ${name}`, "parse", { directory, root: root.encode() });
  const changed = (name: string, changes: JsonObject): Vector => parse(name, signedAnyway(directoryJson(changes)));
  const lone = channel("lone");
  const small = b64encode(concat(Uint8Array.of(1), new Uint8Array(31)));
  return [
    parse("the first", FIRST_NOTE),
    parse("the second", SECOND_NOTE),
    parse("signed by another key", FIRST_NOTE.replace(/— \S+ \S+/, notes.sign("x\n", ORIGIN, serviceKey).split("\n")[2] ?? "")),
    parse("of another origin", signedAnyway(directoryJson(), undefined, "other.example")),
    parse("of an upper case origin", signedAnyway(directoryJson(), undefined, "Report.example.org")),
    parse("with another heading", signedAnyway(directoryJson(), undefined, ORIGIN, "reporting/directory/v2")),
    parse("a first version after another", signedAnyway(directoryJson(), seed("x"))),
    parse("a fifth line", notes.sign(`${notes.parse(FIRST_NOTE).text}x\n`, ORIGIN, rootKey)),
    changed("version 0", { version: 0 }),
    changed("version as text", { version: "1" }),
    changed("valid for 92 days", { date: "2026-11-01", valid_until: "2027-02-01" }),
    changed("valid for 93 days", { date: "2026-11-01", valid_until: "2027-02-02" }),
    changed("ends before it begins", { valid_until: "2026-10-31" }),
    changed("at the calendar's end", { date: "9999-12-01", valid_until: "9999-12-31" }),
    changed("no such day", { date: "2026-02-30" }),
    changed("a small shape", { shape: 65_535 }),
    changed("a service key of small order", { service_key: small }),
    changed("a short log key", { log_key: "AAAA" }),
    changed("no witnesses", { witnesses: null }),
    changed("a witness", { witnesses: [new notes.VerifierKey("witness.example", serviceKey.public).encode()] }),
    changed("a witness that cosigns", { witnesses: [new notes.VerifierKey("witness.example", serviceKey.public, notes.COSIGNATURE).encode()] }),
    changed("a witness of another kind", { witnesses: [new notes.VerifierKey("witness.example", serviceKey.public, 2).encode()] }),
    changed("a malformed witness", { witnesses: ["witness.example"] }),
    changed("a member twice", { members: [...(directoryJson()["members"] as JsonObject[]), listed("m1")] }),
    changed("a member called reporter", { members: [listed("reporter")], channels: [] }),
    changed("a member from the future", { members: [listed("m1", { since: 2 })], channels: [] }),
    changed("no channels", { channels: [] }),
    changed("a channel twice", { channels: [lone, lone] }),
    changed("a channel of another kind", { channels: [{ ...lone, kind: "other" }] }),
    changed("a role of another name", { channels: [{ ...lone, roles: { auditor: ["m1"] } }] }),
    changed("a role for nobody listed", { channels: [{ ...lone, roles: { intake: ["m8"] } }] }),
    changed("another policy", { channels: [{ ...lone, policy: { anonymous: "never", scriptless: true, profile: "eu" } }] }),
    changed("a policy without scriptless", { channels: [{ ...lone, policy: { anonymous: "may", profile: "eu" } }] }),
    changed("a former key that ends before it begins", { former: [{ id: "m0", label: "", channels: [], since: 1, until: 0, signing_key: b64encode(serviceKey.public) }] }),
    changed("unknown members of the object", { comment: "ignored" }),
  ];
}

export function directory(): Vector[] {
  const at = { directory: FIRST_NOTE, root: root.encode() };
  const second = { directory: SECOND_NOTE, root: root.encode() };
  const current = (today: string): Vector => vector(`current on ${today}`, "current", { ...at, today });
  const follows = (name: string, later: string, before: string): Vector => vector(`follows: ${name}`, "follows", { directory: later, before, root: root.encode() });
  const holders = (name: string, on: string, excluded: readonly string[], today = TODAY): Vector => vector(`holders: ${name}`, "holders", { ...at, channel: on, today, excluded });
  const keys = (member: string, version: number, on: string | null, day = TODAY): Vector =>
    vector(`keys of ${member} at ${version.toString()} on ${String(on)}, ${day}`, "author_keys", { ...second, member, version, channel: on, day });
  return [
    ...badDirectories(),
    vector("fingerprint", "fingerprint", { public: hex(rootKey.public) }),
    vector("fingerprint of zeros", "fingerprint", { public: "00".repeat(32) }),
    ...["2026-10-30", "2026-10-31", "2026-11-01", "2027-01-31", "2027-02-01"].map(current),
    follows("the second after the first", SECOND_NOTE, FIRST_NOTE),
    follows("the first after itself", FIRST_NOTE, FIRST_NOTE),
    follows("the first after the second", FIRST_NOTE, SECOND_NOTE),
    follows("another of the same version", signedDirectory({ shape: 131_072 }), FIRST_NOTE),
    follows("the next of another chain", signedDirectory({ version: 2 }, seed("x")), FIRST_NOTE),
    follows("two versions later", signedDirectory({ version: 3 }, seed("x")), FIRST_NOTE),
    holders("all", CHANNEL, []),
    holders("one excluded", CHANNEL, ["m1"]),
    holders("break glass excluded", CHANNEL, ["m9"]),
    holders("all of intake excluded", CHANNEL, ["m1", "m3"]),
    holders("on the protection channel", "retaliation", []),
    holders("on no channel", "nowhere", []),
    holders("after everybody's last day", CHANNEL, [], "2028-01-01"),
    vector("custodians", "custodians", { ...at, channel: CHANNEL, today: TODAY, excluded: ["m5"] }),
    vector("no custodians", "custodians", { ...at, channel: CHANNEL, today: TODAY, excluded: ["m5", "m6"] }),
    ...[keys("m1", 1, CHANNEL), keys("m1", 2, CHANNEL), keys("m1", 3, CHANNEL), keys("m3", 1, CHANNEL), keys("m3", 2, CHANNEL)],
    ...[keys("m3", 1, "retaliation"), keys("m7", 1, CHANNEL), keys("m7", 2, CHANNEL), keys("m7", 2, null), keys("m0", 1, null)],
    keys("m2", 1, CHANNEL, "2028-01-01"),
  ];
}

export async function epoch(): Promise<Vector[]> {
  const made = await Case.submit("epochs", { excluded: ["m2"] });
  const text = epochs.epochText(made.last);
  const parse = (name: string, changed: string): Vector => vector(`parse: ${name}`, "parse", { text: changed });
  const line = (number: number, by: string): string => text.split("\n").map((old, place) => (place === number ? by : old)).join("\n");
  const before = { case: made.id, reporter_key: hex(made.reporterKey), directory: FIRST_NOTE, root: root.encode(), excluded: ["m2"] };
  const chain = (name: string, changes = {}): Vector => vector(`chain: ${name}`, "chain", { ...before, epochs: [...made.epochNotes], ...changes });
  const vectors = [
    vector("case id", "case_id", { recipient: String(made.identity.recipient), reporter_sha256: hex(sha256(made.reporterKey)) }),
    parse("as written", text),
    parse("another heading", line(1, "reporting/epoch/v2")),
    parse("upper case id", line(2, made.id.toUpperCase())),
    ...["24", "23", "-1", "00", "1.0", "", "١", "99999999999"].map((by) => parse(`number ${by}`, line(3, by))),
    parse("a short hash", line(4, "AAAA")),
    ...["", "m1", "m1,m1", "m3,m1", "m1,,m3", "m1, m3", "M1", "reporter", "m1,"].map((by) => parse(`holders ${by}`, line(5, by))),
    parse("65 holders", line(5, Array.from({ length: 65 }, (_, place) => `m${place.toString().padStart(2, "0")}`).join())),
    parse("64 holders", line(5, Array.from({ length: 64 }, (_, place) => `m${place.toString().padStart(2, "0")}`).join())),
    parse("directory 2^31", line(7, "2147483648")),
    parse("no such day", line(8, "2026-02-30")),
    parse("a line more", `${text}x\n`),
    parse("a line less", text.split("\n").slice(1).join("\n")),
    chain("of one"),
    chain("of none", { epochs: [] }),
    chain("of another case", { case: "ab".repeat(16) }),
    chain("under another key", { reporter_key: hex(serviceKey.public) }),
    chain("that names an excluded member", { excluded: ["m1"] }),
    chain("of 25", { epochs: Array.from({ length: 25 }, () => made.epochNotes[0]) }),
    chain("with epoch 0 twice", { epochs: [made.epochNotes[0], made.epochNotes[0]] }),
  ];
  await made.newEpoch("m1", ["m1", "m9"]);
  vectors.push(chain("of two"), chain("of two, the first missing", { epochs: made.epochNotes.slice(1) }));
  await made.newEpoch("m3", ["m3"]);
  vectors.push(chain("of three, the last by one who left"));
  return vectors;
}

export async function grant(): Promise<Vector[]> {
  const made = await Case.submit("grants");
  const other = await Case.submit("other grants");
  const own = { case: made.id, epoch: 0, reporterKey: made.reporterKey, identity: made.identity };
  const text = decodeUtf8(grants.grantPlaintext(own));
  const parse = (name: string, changed: string): Vector => vector(`parse: ${name}`, "parse", { plaintext: b64encode(utf8(changed)) });
  const place = { case: made.id, epoch: 0, first: made.epochNotes[0], origin: ORIGIN };
  const open = async (name: string, one: grants.Grant, changes = {}): Promise<Vector> => {
    const { identity } = keysOf("m1");
    const sealed = b64encode(await grants.sealGrant(one, identity.recipient));
    return vector(`open: ${name}`, "open", { ...place, sealed, identity: identity.encode(), ...changes });
  };
  return [
    parse("as written", text),
    parse("CRLF", text.replaceAll("\n", "\r\n")),
    parse("no line end", text.slice(0, -1)),
    parse("a line more", `${text}\n`),
    parse("epoch 23", text.replace(" 0\n", " 23\n")),
    parse("epoch 24", text.replace(" 0\n", " 24\n")),
    parse("epoch 00", text.replace(" 0\n", " 00\n")),
    parse("lower case identity", text.replace(/AGE\S+/, (found) => found.toLowerCase())),
    parse("another script", text.replace("reporter ", "repörter ")),
    parse("nothing", ""),
    await open("as sealed", own),
    await open("by somebody else", own, { identity: keysOf("m2").identity.encode() }),
    await open("of another case", { ...own, case: other.id }),
    await open("of another epoch", { ...own, epoch: 1 }),
    await open("with another reporter's key", { ...own, reporterKey: other.reporterKey }),
    await open("with another case's first note", own, { first: other.epochNotes[0] }),
    await open("at another origin", own, { origin: "other.example" }),
    await open("with another identity, which the chain will tell", { ...own, identity: other.identity }),
  ];
}

async function contents(made: Case): Promise<Vector[]> {
  const [stored] = made.entries;
  const first = (await entries.openEntry(stored?.sealed ?? new Uint8Array(), made.identity)).entry.content;
  const message = entries.toJson(made.draft({ kind: "message", author: "m1", prev: [seed("a"), seed("b")] }));
  const read = (name: string, content: JsonObject): Vector => vector(`content: ${name}`, "content", { json: b64encode(dumpJson(content)) });
  const [a = "", b = ""] = [seed("a"), seed("b")].map(b64encode).sort();
  const attachment = { upload: "u1", name: "a\u202eb.pdf", type: "application/pdf", size: 3, sha256: b64encode(seed("file")) };
  const person = first["reporter"] as JsonObject;
  return [
    read("a first entry", first),
    read("a message", message),
    ...[0, 2, "1", true, null].map((v) => read(`version ${String(v)}`, { ...message, v })),
    read("epoch 24", { ...message, epoch: 24 }),
    read("directory 0", { ...message, directory: 0 }),
    ...["everybody", "team", "custodian"].map((audience) => read(`audience ${audience}`, { ...message, audience })),
    ...["note", "status", "identity", "disclosure", "poem", "removal", "report"].map((kind) => read(`kind ${kind}`, { ...message, kind })),
    ...["reporter", "server", "M1"].map((author) => read(`author ${author}`, { ...message, author })),
    read("prev unsorted", { ...message, prev: [b, a] }),
    read("prev twice", { ...message, prev: [a, a] }),
    read("prev of seventeen", { ...message, prev: Array.from({ length: 17 }, (_, place) => b64encode(seed(place.toString()))).sort() }),
    read("body as text", { ...message, body: "x" }),
    read("an attachment", { ...message, attachments: [attachment] }),
    read("an attachment of 1.5 bytes", { ...message, attachments: [{ ...attachment, size: 1.5 }] }),
    read("seventeen attachments", { ...message, attachments: Array.from({ length: 17 }, () => attachment) }),
    read("no attachments", { ...message, attachments: null }),
    read("an unknown member", { ...message, mood: "good" }),
    read("a first entry in epoch 1", { ...first, epoch: 1 }),
    read("a first entry after others", { ...first, prev: [a] }),
    read("a first entry by a member", { ...first, author: "m1" }),
    read("a first entry without channel", { ...first, channel: null }),
    read("a first entry that excludes out of order", { ...first, excluded: ["m3", "m1"] }),
    read("a first entry that excludes the reporter", { ...first, excluded: ["reporter"] }),
    read("a first entry with a key of small order", { ...first, reporter: { ...person, signing_key: b64encode(new Uint8Array(32)) } }),
    read("a first entry with an upper case recipient", { ...first, reporter: { ...person, recipient: checkText(person["recipient"]).toUpperCase() } }),
    vector("content: version 1.0", "content", { json: b64encode(utf8(decodeUtf8(dumpJson(message)).replace('"v":1', '"v":1.0'))) }),
    vector("content: epoch 0.0", "content", { json: b64encode(utf8(decodeUtf8(dumpJson(message)).replace('"epoch":0', '"epoch":0.0'))) }),
  ];
}

export async function entry(): Promise<Vector[]> {
  const made = await Case.submit("entries");
  const draft = made.draft({ kind: "message", author: "reporter", prev: [] });
  const plaintext = entries.encode(draft, made.signingKey);
  const at = { public: hex(made.reporterKey) };
  const decode = (name: string, changed: Uint8Array): Vector => vector(`decode: ${name}`, "decode", { plaintext: b64encode(changed), ...at });
  const set = (place: number, ...bytes: number[]): Uint8Array => {
    const copy = Uint8Array.from(plaintext);
    copy.set(bytes, place);
    return copy;
  };
  const length = new DataView(plaintext.buffer).getUint32(0);
  const open = async (name: string, one: entries.NewEntry, count: number): Promise<Vector> => {
    const everybody = ["m1", "m2", "m3"].map((member) => keysOf(member).identity.recipient);
    const sealed = await age.encrypt(entries.encode(one, made.signingKey), everybody.slice(0, count));
    return vector(`open: ${name}`, "open", { sealed: b64encode(sealed), identity: keysOf("m1").identity.encode(), ...at });
  };
  const identity = { ...draft, kind: "identity", audience: "custodian" as const, body: { answers: { name: "A" } } };
  return [
    ...(await contents(made)),
    decode("as written", plaintext),
    decode("by another key", entries.encode(draft, serviceKey)),
    decode("another byte in the text", set(20, (plaintext[20] ?? 0) ^ 1)),
    decode("a signature altered", set(4 + length, (plaintext[4 + length] ?? 0) ^ 1)),
    decode("a pad that is not zero", set(plaintext.length - 1, 1)),
    decode("a length beyond", set(0, 0, 0, 0x40, 1)),
    decode("a length of 2^32 - 1", set(0, 255, 255, 255, 255)),
    decode("one byte more", concat(plaintext, Uint8Array.of(0))),
    decode("no pad", plaintext.subarray(0, 4 + length + 64)),
    decode("the next padded size", concat(plaintext, new Uint8Array(128))),
    decode("67 bytes", plaintext.subarray(0, 67)),
    decode("zeros", new Uint8Array(2048)),
    decode("a long one", entries.encode({ ...draft, body: { text: "x".repeat(15_000) } }, made.signingKey)),
    await open("for both sides", draft, 2),
    await open("for both sides, sealed to one", draft, 1),
    await open("for both sides, sealed to three", draft, 3),
    await open("an identity for three", identity, 3),
    await open("an identity for one", identity, 1),
    vector("open: not an entry", "open", { sealed: b64encode(await age.encrypt(new Uint8Array(2048), [keysOf("m1").identity.recipient])), identity: keysOf("m1").identity.encode(), ...at }),
  ];
}

/** What a submission makes reads as a case: for its reporter, and for everybody who was granted it. */
export async function submission(): Promise<Vector[]> {
  const made = await Case.submit("submission", { excluded: ["m3"], identityAnswers: { name: "A. B." } });
  const expectations = ["m1", "m9", "m3", "m2"].map((member) => asMember(`a submission, read by ${member}`, made, made.served(), { member }));
  return [asReporter("a submission, read by its reporter", made, made.servedToReporter()), ...expectations];
}

export async function disclosures(): Promise<Vector[]> {
  const made = await Case.submit("disclosure", { identityAnswers: { name: "A. B." } });
  const other = await Case.submit("other disclosure", { identityAnswers: { name: "C. D." } });
  const request = { reporterKey: made.reporterKey, recipient: made.identity.recipient, channel: CHANNEL, reason: "A court asks.", legalBasis: "§ 56", custodians: ["m5", "m6"], needed: 2, notice: seed("notice"), waiver: "" };
  const custodians = ["m5", "m6"].map((member) => keysOf(member).identity.recipient);
  const ask = async (author: string, changes: Partial<disclosure.Disclosure> = {}, more: Partial<entries.NewEntry> = {}, signer = author): Promise<string> => {
    const body = disclosure.disclosureBody({ ...request, ...changes });
    const asked = made.draft({ kind: "disclosure", audience: "custodian", author, prev: [], body, ...more });
    return b64encode(await entries.sealEntry(asked, keysOf(signer).signingKey, [...custodians, made.identity.recipient]));
  };
  const at = { case: made.id, epochs: [...made.epochNotes], directory: FIRST_NOTE, root: root.encode(), custodian: keysOf("m5").identity.encode() };
  const sealed = await ask("m1");
  const identity = checkText(made.prepared.request["identity"]);
  return [
    vector("a request by a holder", "open", { ...at, sealed }),
    vector("the identity that it asks for", "open", { ...at, sealed, identity }),
    vector("another case's identity", "open", { ...at, sealed, identity: checkText(other.prepared.request["identity"]) }),
    vector("an identity that is no identity", "open", { ...at, sealed, identity: sealed }),
    vector("a request read by no custodian", "open", { ...at, sealed, custodian: keysOf("m2").identity.encode() }),
    vector("a request by one who holds no grant", "open", { ...at, sealed: await ask("m2") }),
    vector("a request with another reporter's key", "open", { ...at, sealed: await ask("m1", { reporterKey: other.reporterKey }) }),
    vector("a request with another recipient", "open", { ...at, sealed: await ask("m1", { recipient: other.identity.recipient }) }),
    vector("a request of another case", "open", { ...at, sealed, case: other.id, epochs: other.epochNotes }),
    vector("a request on another channel", "open", { ...at, sealed: await ask("m1", { channel: "retaliation" }) }),
    vector("a request without a reason", "open", { ...at, sealed: await ask("m1", {}, { body: { channel: CHANNEL } }) }),
    vector("a request signed by another", "open", { ...at, sealed: await ask("m1", {}, {}, "m2") }),
    vector("a request cut short", "open", { ...at, sealed: b64encode(b64decode(sealed).slice(0, -1)) }),
    ...(await custodies()),
  ];
}

/** How a case reads for a custodian; with the identity opened for its first request where `opens`. */
function reading(scene: CustodyScene, name: string, member = "m5", opens = false): Vector {
  return vector(name, "custody", {
    entries: scene.served.map(({ id, day, sealed }) => ({ id, day, sealed: b64encode(sealed ?? new Uint8Array()) })),
    case: scene.made.id,
    epochs: [...scene.made.epochNotes],
    directory: FIRST_NOTE,
    root: root.encode(),
    custodian: keysOf(member).identity.encode(),
    today: TODAY,
    ...(opens ? { identity: b64encode(scene.identity), asked: 0 } : {}),
  });
}

/** What custodians make of requests and decisions, honest or not. */
async function custodies(): Promise<Vector[]> {
  const scene = await CustodyScene.open("custody");
  const read = (name: string, member = "m5", more: Readonly<Record<string, unknown>> = {}): Vector => {
    const made = reading(scene, name, member);
    return { ...made, in: { ...made.in, ...more } };
  };
  const file = { identity: b64encode(scene.identity), asked: 0 };
  await scene.ask("m1");
  const found = [read("one request"), read("an identity without approvals", "m5", file)];
  await scene.decide("m5");
  await scene.forge("m5");
  await scene.forge("m6", "m5");
  found.push(read("one custodian twice, and a forged approval"), read("an identity with one approval", "m5", file));
  await scene.decide("m6");
  found.push(read("an identity that both approved", "m6", file), read("the same, read by nobody who was asked", "m2"));
  await scene.decide("m5", "opened", "");
  found.push(read("a request that was opened"), read("an identity that was opened", "m6", file));
  await scene.ask("m3", { notice: null, waiver: "They would be warned." });
  await scene.decide("m6", "refuse", "Not proportionate.");
  found.push(read("a request that was refused"), read("an identity that was refused", "m5", { ...file, asked: 1 }));
  await scene.made.newEpoch("m1", ["m1", "m9"]);
  return [...found, read("a request by one who holds the case no more"), ...(await shutOut())];
}

/** Withdrawn requests; requests that lean on somebody whom the reporter shut out, or name another channel. */
async function shutOut(): Promise<Vector[]> {
  const asked = async (name: string, passesOn: boolean, changes: Partial<disclosure.Disclosure> = {}): Promise<CustodyScene> => {
    const scene = await CustodyScene.open(name, ["m3"]);
    if (passesOn) await scene.made.newEpoch("m1", ["m1", "m3", "m9"]);
    await scene.ask("m1", changes);
    for (const custodian of ["m5", "m6"]) await scene.decide(custodian);
    return scene;
  };
  const plain = await asked("shut out", false);
  const found = [reading(plain, "an identity with everybody who is shut out", "m5", true)];
  await plain.withdraw("m1");
  found.push(reading(plain, "a withdrawn request"), reading(plain, "an identity whose request was withdrawn", "m5", true));
  found.push(reading(await asked("passed on", true), "a case passed to somebody who is shut out", "m5", true));
  found.push(reading(await asked("police", false, { channel: "police" }), "an identity asked for on another channel", "m6", true));
  return found;
}
