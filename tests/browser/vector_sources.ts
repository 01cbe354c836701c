/** Vectors of the modules that know no case, beyond the shared inputs: what this side alone can make. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bech32 } from "@scure/base";

import * as age from "../../reporting/browser/src/protocol/age.ts";
import { streamOf } from "../../reporting/browser/src/protocol/age_file.ts";
import { b64encode, concat, hex, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import * as log from "../../reporting/browser/src/protocol/log.ts";
import * as note from "../../reporting/browser/src/protocol/note.ts";
import { HybridIdentity } from "../../reporting/browser/src/protocol/age.ts";
import * as vault from "../../reporting/browser/src/protocol/vault.ts";
import { signEntry, signReport } from "../../reporting/browser/src/protocol/acknowledgement.ts";
import { SigningKey } from "../../reporting/browser/src/protocol/signing.ts";
import { Encrypter } from "age-encryption";
import type { Vector } from "./vector_input.ts";
import { ORIGIN, keysOf, root, rootKey, seed, serviceKey } from "./world.ts";

type Point = InstanceType<typeof ed25519.Point>;

const ORDER = ed25519.Point.Fn.ORDER;
const P = 2n ** 255n - 19n;

const littleEndian = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const toBytes = (number: bigint): Uint8Array => Uint8Array.from({ length: 32 }, (_, place) => Number((number >> BigInt(8 * place)) & 255n));

function vector(name: string, operation: string, input: Readonly<Record<string, unknown>>): Vector {
  return { name, do: operation, in: input };
}

/** A point of order eight: a random point times the group order. */
function torsion(): Point {
  for (let y = 3n; ; y++) {
    try {
      const point = ed25519.Point.fromBytes(toBytes(y), false);
      const small = point.multiplyUnsafe(ORDER - 1n).add(point);
      if (!small.multiplyUnsafe(4n).is0()) return small;
    } catch {
      // Not on the curve.
    }
  }
}

/** A signature as its own signer may craft it: `offset` added to R, `keyOffset` to A. */
function crafted(offset: Point, keyOffset: Point, message: Uint8Array): { public: string; signature: string; message: string } {
  const [secret, nonce] = [littleEndian(seed("crafted key")) % ORDER, littleEndian(seed("crafted nonce")) % ORDER];
  const publicKey = ed25519.Point.BASE.multiply(secret).add(keyOffset).toBytes();
  const r = ed25519.Point.BASE.multiply(nonce).add(offset).toBytes();
  const k = littleEndian(sha512(concat(r, publicKey, message))) % ORDER;
  const s = toBytes((nonce + k * secret) % ORDER);
  return { public: hex(publicKey), signature: hex(concat(r, s)), message: hex(message) };
}

/** A message under which k is a multiple of eight, or is none: the two equations agree, or differ. */
function messageWhere(multiple: boolean, offset: Point, keyOffset: Point): Uint8Array {
  for (let count = 0; ; count++) {
    const message = utf8(`message ${count.toString()}`);
    const { public: publicKey, signature } = crafted(offset, keyOffset, message);
    const bytes = Uint8Array.from((signature.slice(0, 64) + publicKey).match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const k = littleEndian(sha512(concat(bytes, message))) % ORDER;
    if ((k % 8n === 0n) === multiple) return message;
  }
}

export function signing(): Vector[] {
  const message = utf8("message");
  const key = new SigningKey(seed("signing"));
  const signature = key.sign(message);
  const good = { public: hex(key.public), signature: hex(signature), message: hex(message) };
  const s = littleEndian(signature.subarray(32));
  const withS = (value: bigint) => ({ ...good, signature: hex(concat(signature.subarray(0, 32), toBytes(value))) });
  const [zero, small] = [ed25519.Point.ZERO, torsion()];
  const shifted = Uint8Array.from(signature);
  shifted[0] = (shifted[0] ?? 0) ^ 1;
  const vectors = [
    vector("a signature", "verify", good),
    vector("another message", "verify", { ...good, message: hex(utf8("massage")) }),
    vector("another key", "verify", { ...good, public: hex(serviceKey.public) }),
    vector("R altered", "verify", { ...good, signature: hex(shifted) }),
    vector("S plus the group order", "verify", withS(s + ORDER)),
    vector("S of all ones", "verify", withS(2n ** 256n - 1n)),
    vector("63 bytes", "verify", { ...good, signature: hex(signature.subarray(1)) }),
    vector("65 bytes", "verify", { ...good, signature: hex(concat(signature, Uint8Array.of(0))) }),
    vector("a key of 31 bytes", "verify", { ...good, public: hex(key.public.subarray(1)) }),
    vector("R with a component of small order", "verify", crafted(small, zero, message)),
    vector("crafted, without such a component", "verify", crafted(zero, zero, message)),
  ];
  const mixed = (multiple: boolean) => crafted(zero, small, messageWhere(multiple, zero, small));
  vectors.push(vector("A with a component of small order, where the two equations agree", "verify", mixed(true)));
  vectors.push(vector("A with a component of small order, where the two equations differ", "verify", mixed(false)));
  return [...vectors, ...smallOrder(), ...nonCanonical()];
}

/** Under a key of small order, R = S·B for any S: a signature of any message. */
function smallOrder(): Vector[] {
  const small = torsion();
  return Array.from({ length: 8 }, (_, count) => {
    const point = count === 0 ? ed25519.Point.ZERO : small.multiplyUnsafe(BigInt(count));
    const publicKey = hex(point.toBytes());
    const r = ed25519.Point.BASE.multiply(5n).toBytes();
    const signature = hex(concat(r, toBytes(5n)));
    return [
      vector(`the point of small order ${count}, as a key`, "public_key", { public: publicKey }),
      vector(`the point of small order ${count}, signing`, "verify", { public: publicKey, signature, message: "" }),
    ];
  }).flat();
}

function nonCanonical(): Vector[] {
  const sign = 1n << 255n;
  const encodings: readonly (readonly [string, bigint])[] = [
    ["y = p", P],
    ["y = p + 1", P + 1n],
    ["y = p + 3", P + 3n],
    ["y = 2^255 - 1", sign - 1n],
    ["y = 1 with a sign", 1n + sign],
    ["y = -1 with a sign", P - 1n + sign],
    ["y = 2, not on the curve", 2n],
    ["y = p + 1 with a sign", P + 1n + sign],
  ];
  const key = new SigningKey(seed("signing"));
  return encodings.flatMap(([name, number]) => {
    const encoded = toBytes(number);
    const signature = hex(concat(encoded, new Uint8Array(32)));
    return [
      vector(`${name}, as a key`, "public_key", { public: hex(encoded) }),
      vector(`${name}, as a key that signs`, "verify", { public: hex(encoded), signature, message: "" }),
      vector(`${name}, as R`, "verify", { public: hex(key.public), signature, message: "" }),
    ];
  });
}

const encodeRecipient = (bytes: Uint8Array, prefix = "age1pq"): string => bech32.encode(prefix, bech32.toWords(bytes), false);

function recipients(): Vector[] {
  const { recipient } = keysOf("m1").identity;
  const good = String(recipient);
  const changed = (change: (bytes: Uint8Array) => void): string => {
    const bytes = Uint8Array.from(recipient.publicKey);
    change(bytes);
    return encodeRecipient(bytes);
  };
  const share = (number: bigint) => changed((bytes) => { bytes.set(toBytes(number), 1184); });
  const coefficient = (place: number, pair: readonly [number, number, number]) => changed((bytes) => { bytes.set(pair, place); });
  const cases: readonly (readonly [string, unknown])[] = [
    ["a recipient", good],
    ["upper case", good.toUpperCase()],
    ["mixed case", good.slice(0, -1) + (good.at(-1) ?? "").toUpperCase()],
    ["white space behind", `${good}\n`],
    ["one letter other", `${good.slice(0, 100)}${good[100] === "q" ? "p" : "q"}${good.slice(101)}`],
    ["one letter less", good.slice(0, -1)],
    ["another prefix", encodeRecipient(recipient.publicKey, "age1pp")],
    ["one byte less", encodeRecipient(recipient.publicKey.subarray(1))],
    ["one byte more", encodeRecipient(concat(recipient.publicKey, Uint8Array.of(0)))],
    ["a classical recipient", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"],
    ["the first coefficient is 3329", coefficient(0, [0x01, 0x0d, 0x00])],
    ["the first coefficient is 3328", coefficient(0, [0x00, 0x0d, 0x00])],
    ["the last coefficient is 4095", coefficient(1149, [0x00, 0xf0, 0xff])],
    ["the last coefficient is 3328", coefficient(1149, [0x00, 0x00, 0xd0])],
    ...[0n, 1n, P - 1n, P, P + 1n, 2n ** 255n, 2n ** 255n + 1n].map((number) => [`small order: u = ${number.toString(16)}`, share(number)] as const),
    ["u = 9", share(9n)],
    ["an identity", keysOf("m1").identity.encode()],
    ["nothing", ""],
    ["a number", 1],
    ["null", null],
  ];
  return cases.map(([name, text]) => vector(`recipient: ${name}`, "recipient", { text }));
}

function identities(): Vector[] {
  const good = keysOf("m1").identity.encode();
  const cases: readonly (readonly [string, unknown])[] = [
    ["an identity", good],
    ["lower case", good.toLowerCase()],
    ["mixed case", good.slice(0, -1) + (good.at(-1) ?? "").toLowerCase()],
    ["one letter other", `${good.slice(0, -1)}${good.endsWith("Q") ? "P" : "Q"}`],
    ["a classical identity", "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33"],
    ["a letter whose lower case is Latin", good.replace("K", "\u212a")],
    ["white space", ` ${good}`],
    ["nothing", ""],
    ["null", null],
  ];
  return cases.map(([name, text]) => vector(`identity: ${name}`, "identity", { text }));
}

async function files(): Promise<Vector[]> {
  const { identity } = keysOf("m1");
  const others = [keysOf("m2").identity.recipient, keysOf("m3").identity.recipient];
  const plaintext = utf8("Der Zuschlag stand vorher fest.");
  const sealed = await age.encrypt(plaintext, [identity.recipient]);
  const both = await age.encrypt(plaintext, [...others, identity.recipient]);
  const long = await age.encrypt(new Uint8Array(70_000).fill(7), [identity.recipient]);
  const empty = await age.encrypt(new Uint8Array(), [identity.recipient]);
  const opening = (name: string, file: Uint8Array, member = "m1"): Vector =>
    vector(`open: ${name}`, "open", { sealed: b64encode(file), identity: keysOf(member).identity.encode() });
  const flip = (file: Uint8Array, place: number): Uint8Array => {
    const copy = Uint8Array.from(file);
    copy.set([(copy.at(place) ?? 0) ^ 1], place < 0 ? copy.length + place : place);
    return copy;
  };
  const header = age.parseHeader(sealed).length;
  return [
    opening("for one", sealed),
    opening("for three", both),
    opening("two chunks", long),
    opening("empty", empty),
    opening("somebody else's", sealed, "m2"),
    opening("payload altered", flip(sealed, -1)),
    opening("payload cut", sealed.subarray(0, -1)),
    opening("payload cut at a chunk", long.subarray(0, age.parseHeader(long).length + 16 + 65_552)),
    opening("payload extended", concat(sealed, Uint8Array.of(0))),
    opening("no payload", sealed.subarray(0, header)),
    opening("MAC altered", flip(sealed, header - 3)),
    opening("version altered", flip(sealed, 20)),
    opening("nothing", new Uint8Array()),
    opening("stanza cut", sealed.subarray(0, 500)),
    ...(await checks(sealed, both, plaintext.length)),
    ...[0, 1, 2048, 17_408, 65_536, 65_537, 200_000].map((size) =>
      vector(`size of ${size.toString()} bytes`, "sealed_size", { size, stanzas: 1 + (size % 3) }),
    ),
    vector("plaintext size", "plaintext_size", { sealed: b64encode(long) }),
    ...armors(sealed),
  ];
}

async function checks(sealed: Uint8Array, both: Uint8Array, size: number): Promise<Vector[]> {
  const check = (name: string, file: Uint8Array, stanzas: readonly number[], more = {}): Vector =>
    vector(`check: ${name}`, "check_sealed", { sealed: b64encode(file), stanzas, ...more });
  const classical = new Encrypter();
  classical.addRecipient(String(keysOf("m1").identity.recipient));
  classical.addRecipient("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p");
  const mixed = new Uint8Array(await new Response(await classical.encrypt(streamOf(utf8("x")))).arrayBuffer());
  const header = age.parseHeader(sealed).length;
  return [
    check("one of one", sealed, [1, 1]),
    check("one of two", sealed, [2, 2]),
    check("three of one to sixteen", both, [1, 16]),
    check("an allowed size", sealed, [1, 1], { sizes: [size] }),
    check("another size", sealed, [1, 1], { sizes: [size + 1] }),
    check("a classical stanza", mixed, [1, 2]),
    check("a classical stanza as grease", mixed, [1, 1], { grease: true }),
    check("no payload", sealed.subarray(0, header), [1, 1]),
    check("half a tag", sealed.subarray(0, header + 16 + 15), [1, 1]),
    check("not an age file", utf8("age-encryption.org/v1\n"), [1, 1]),
  ];
}

function armors(sealed: Uint8Array): Vector[] {
  const text = age.armor(sealed);
  const dearmor = (name: string, changed: string): Vector => vector(`dearmor: ${name}`, "dearmor", { text: changed });
  return [
    vector("armor", "armor", { sealed: b64encode(sealed) }),
    vector("armor of 48 bytes", "armor", { sealed: b64encode(sealed.subarray(0, 48)) }),
    vector("armor of nothing", "armor", { sealed: "" }),
    dearmor("as written", text),
    dearmor("CRLF and white space around", ` \t\n${text.replaceAll("\n", "\r\n")}\n\n`),
    dearmor("white space inside", text.replace("\n", "\n ")),
    dearmor("a short line", text.replace(/\n(.{10})/, "\n$1\n")),
    dearmor("no end", text.slice(0, -10)),
    dearmor("text in front", `hello\n${text}`),
    dearmor("no padding", text.replaceAll("=", "")),
    dearmor("another script", text.replace("A", "А")),
    dearmor("empty", "-----BEGIN AGE ENCRYPTED FILE-----\n-----END AGE ENCRYPTED FILE-----\n"),
    dearmor("nothing", ""),
  ];
}

export async function sealing(): Promise<Vector[]> {
  return [...recipients(), ...identities(), ...(await files())];
}

export function signedNotes(): Vector[] {
  const signed = note.sign(`${ORIGIN}\nhello\n`, ORIGIN, rootKey);
  const twice = note.addSignature(note.parse(signed), "witness.example", serviceKey).encode();
  const [key, witness] = [root.encode(), new note.VerifierKey("witness.example", serviceKey.public).encode()];
  const impostor = note.sign(`${ORIGIN}\nhello\n`, ORIGIN, serviceKey);
  const check = (name: string, text: string, by: string): Vector => vector(`verify: ${name}`, "verify", { note: text, key: by });
  return [
    check("one signature", signed, key),
    check("two signatures, the first", twice, key),
    check("two signatures, the second", twice, witness),
    check("the expected one is missing", signed, witness),
    check("another key under the name", impostor, key),
    check("text altered", signed.replace("hello", "hallo"), key),
    check("an empty line added", signed.replace("hello\n", "hello\n\n"), key),
    vector("verifier key: the root's", "verifier_key", { line: key }),
    vector("verifier key: another id", "verifier_key", { line: key.replace(/\+[0-9a-f]{8}\+/, "+00000000+") }),
    vector("verifier key: upper case id", "verifier_key", { line: key.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase()) }),
    vector("verifier key: of a cosigner", "verifier_key", { line: new note.VerifierKey("w", rootKey.public, note.COSIGNATURE).encode() }),
    vector("verifier key: with a line end", "verifier_key", { line: `${key}\n` }),
    vector("verifier key: small order", "verifier_key", { line: `x+00000000+${b64encode(concat(Uint8Array.of(1, 1), new Uint8Array(31)))}` }),
  ];
}

export async function vaults(): Promise<Vector[]> {
  const key = seed("vault key");
  const { identity, signingKey } = keysOf("m1");
  const content = { member: "m1", identity, signingKey, root, directoryVersion: 7, directorySha256: seed("directory") };
  const sealed = await vault.sealVault(content, key);
  const wrapped = await vault.wrapWithPassphrase(key, seed("wrap"), "m1");
  const recovered = await vault.wrapWithRecovery(key, seed("wrap"), "m1");
  const joined = await vault.wrapWithPrf(key, seed("wrap"), "m1");
  const owner = { member: "m1", case: "ab".repeat(16) };
  const card = await vault.sealCard(utf8("{}"), key, owner);
  const opening = { sealed: hex(sealed), key: hex(key), member: "m1" };
  const versioned = (bytes: Uint8Array, version: number): string => hex(concat(Uint8Array.of(version), bytes.subarray(1)));
  const waiting = [{ identity: HybridIdentity.generate(), signingKey: SigningKey.generate() }];
  const several = await vault.sealVault({ ...content, waiting, former: [HybridIdentity.generate()] }, key);
  const wraps = { wrapped: hex(wrapped), wrap_key: hex(seed("wrap")), member: "m1" };
  return [
    vector("open a vault", "open_vault", opening),
    vector("open a vault with another key", "open_vault", { ...opening, key: hex(seed("x")) }),
    vector("open another member's vault", "open_vault", { ...opening, member: "m2" }),
    vector("open a vault of several pairs", "open_vault", { ...opening, sealed: hex(several) }),
    vector("open a vault of another version", "open_vault", { ...opening, sealed: versioned(sealed, 3) }),
    vector("open one of several as one of one", "open_vault", { ...opening, sealed: versioned(several, 1) }),
    vector("open one of one as one of several", "open_vault", { ...opening, sealed: versioned(sealed, 2) }),
    vector("open a vault cut short", "open_vault", { ...opening, sealed: hex(sealed.subarray(0, 20)) }),
    vector("open a vault altered", "open_vault", { ...opening, sealed: `${hex(sealed).slice(0, -2)}00` }),
    vector("unwrap by passphrase", "unwrap_passphrase", wraps),
    vector("unwrap by passphrase what recovery wrapped", "unwrap_passphrase", { ...wraps, wrapped: hex(recovered) }),
    vector("unwrap by recovery", "unwrap_recovery", { ...wraps, wrapped: hex(recovered) }),
    vector("unwrap by passkey", "unwrap_prf", { ...wraps, wrapped: hex(joined) }),
    vector("unwrap by passkey what recovery wrapped", "unwrap_prf", { ...wraps, wrapped: hex(recovered) }),
    vector("unwrap for another member", "unwrap_recovery", { ...wraps, wrapped: hex(recovered), member: "m2" }),
    vector("open a card", "open_card", { sealed: hex(card), key: hex(key), ...owner }),
    vector("open a card of another case", "open_card", { sealed: hex(card), key: hex(key), member: "m1", case: "cd".repeat(16) }),
  ];
}

export function acknowledgements(): Vector[] {
  const base = { origin: ORIGIN, case: "ab".repeat(16), date: "2026-11-23" };
  const statement = { ...base, entrySha256: seed("entry"), channel: "procurement", directory: 7, reporterSha256: seed("reporter") };
  const report = signReport(statement, serviceKey);
  const followUp = signEntry(statement, serviceKey);
  const service = new note.VerifierKey(`${ORIGIN}/service`, serviceKey.public).encode();
  const expected = { ...base, date: "2000-01-01", entry_sha256: hex(seed("entry")), channel: "procurement", directory: 7, reporter_sha256: hex(seed("reporter")) };
  const check = (name: string, text: string, changes = {}): Vector =>
    vector(`report: ${name}`, "verify_report", { note: text, service, expected: { ...expected, ...changes } });
  const checkEntry = (name: string, text: string, changes = {}): Vector =>
    vector(`follow-up: ${name}`, "verify_entry", { note: text, service, expected: { ...expected, ...changes } });
  const resigned = (change: (text: string) => string): string => note.sign(change(note.parse(report).text), `${ORIGIN}/service`, serviceKey);
  return [
    check("as sent", report),
    check("another entry", report, { entry_sha256: hex(seed("x")) }),
    check("another channel", report, { channel: "police" }),
    check("another directory", report, { directory: 8 }),
    check("another reporter", report, { reporter_sha256: hex(seed("x")) }),
    check("another case", report, { case: "cd".repeat(16) }),
    check("a follow-up's", followUp),
    check("signed by another key", signReport(statement, rootKey)),
    check("a leading zero", resigned((text) => text.replace("\n7\n", "\n07\n"))),
    check("version 0", resigned((text) => text.replace("\n7\n", "\n0\n"))),
    check("one line more", resigned((text) => `${text}x\n`)),
    check("no such day", resigned((text) => text.replace("2026-11-23", "2026-11-31"))),
    checkEntry("as sent", followUp),
    checkEntry("another entry", followUp, { entry_sha256: hex(seed("x")) }),
    checkEntry("a report's", report),
  ];
}

export function logs(): Vector[] {
  const leaves = Array.from({ length: 13 }, (_, place) => log.leafHash(utf8(`leaf ${place.toString()}`)));
  const pair = { leaf: hex(leaves[0] ?? new Uint8Array()), index: 0, size: 2, root: hex(log.root(leaves.slice(0, 2))) };
  const sibling = hex(leaves[1] ?? new Uint8Array());
  const prove = (name: string, changes = {}): Vector => vector(`inclusion: ${name}`, "inclusion", { ...pair, proof: [sibling], ...changes });
  const [one, two, three] = [1, 2, 3].map((size) => hex(log.root(leaves.slice(0, size))));
  const grow = (name: string, changes = {}): Vector =>
    vector(`consistency: ${name}`, "consistency", { old: 1, old_root: one, size: 2, root: two, proof: [sibling], ...changes });
  return [
    prove("in a log of two"),
    prove("no proof", { proof: [] }),
    prove("too long a proof", { proof: [sibling, sibling] }),
    prove("another place", { index: 1 }),
    prove("beyond the log", { index: 2 }),
    prove("before the log", { index: -1 }),
    prove("another root", { root: sibling }),
    prove("a log of one", { size: 1, root: pair.leaf, proof: [] }),
    prove("an empty log", { size: 0, proof: [] }),
    prove("beyond 2^31", { index: 2 ** 40, size: 2 ** 40 + 1 }),
    grow("from one to two"),
    grow("from two to three", { old: 2, old_root: two, size: 3, root: three, proof: [hex(leaves[2] ?? new Uint8Array())] }),
    grow("to itself", { old: 2, old_root: two, proof: [] }),
    grow("to itself with a proof", { old: 2, old_root: two }),
    grow("to another of that size", { old: 2, old_root: one, proof: [] }),
    grow("from nothing", { old: 0 }),
    grow("shrinking", { old: 3 }),
    grow("without a proof", { proof: [] }),
    grow("another old root", { old_root: two }),
  ];
}
