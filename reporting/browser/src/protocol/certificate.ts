/**
 * Certificates: that a report was made on a day, without a word of what it says (protocol section 10.1).
 *
 * `reporting/protocol/certificate.py`, its twin, says what the bytes are.
 */

import { type Directory, MAX_DIRECTORY, MAX_VERSION, checkOrigin, parse as parseDirectory } from "./directory.ts";
import { WHITE_SPACE, b64decode, b64encode, checkText, concat, daysBetween, decodeUtf8, dumpJson, equalBytes, isId, parseDay, parseJsonObject, sha256, utf8 } from "./encoding.ts";
import { Malformed, N_, NotAuthentic, ProtocolError } from "./errors.ts";
import * as notes from "./note.ts";
import { Note, VerifierKey } from "./note.ts";
import type { SigningKey } from "./signing.ts";

export const HEADING = "reporting/certificate/v1";
export const MAX_NOTE = 4_096;
export const MAX_FILE = 8_388_608;
/** Bytes of a name. */
export const MAX_NAME = 200;
export const SALT_SIZE = 32;
export const NO_NAME = new Uint8Array(32);
const UNNAMED = "-"; // no channel's id
const LABEL = utf8("reporting/v1/certificate\0");
const REPORT_LABEL = utf8("reporting/v1/certificate-of\0");
const BEFORE = '{"v":1,"kind":"certificate",';
const TEXTS = ["kind", "note", "directory", "name", "salt", "root"] as const;
const EMBEDDED = /<pre id="certificate-data" hidden>([A-Za-z0-9+/=]*)<\/pre>/g;
const AROUND = new RegExp(`^[${WHITE_SPACE}]+|[${WHITE_SPACE}]+$`, "gu");
const LINES = 8;

/** What the service key states: `report` by a commitment, `channel` null where it stays out of it; days are `YYYY-MM-DD`. */
export interface Certificate {
  readonly origin: string;
  readonly report: Uint8Array;
  readonly received: string;
  readonly channel: string | null;
  readonly directory: number;
  readonly issued: string;
  readonly commitment: Uint8Array;
}

/** What a device asked for: which report, hidden by what, whether its channel is named, made out to whom. */
export interface Wanted {
  /** The acknowledgement's signed note. */
  readonly acknowledgement: string;
  readonly opening: Uint8Array;
  readonly received: string;
  readonly channel: string | null;
  readonly commitment: Uint8Array;
}

/** A certificate that holds. `name` is empty where it is made out to nobody; nobody checked it. */
export interface Proven {
  readonly certificate: Certificate;
  readonly root: VerifierKey;
  readonly directory: Directory;
  readonly name: string;
  readonly page: boolean;
}

function notOne(): Malformed {
  return new Malformed(N_("This is not a certificate."));
}

function notAsMade(): Malformed {
  return new Malformed(N_("This certificate is not as it was made."));
}

/** The eight lines that are signed. */
export function certificateText(one: Certificate): string {
  const lines = [one.origin, HEADING, b64encode(one.report), one.received, one.channel ?? UNNAMED, String(one.directory), one.issued, b64encode(one.commitment)];
  return lines.map((line) => `${line}\n`).join("");
}

/** The signed note, by the service key (`origin/service`). */
export function signCertificate(one: Certificate, key: SigningKey): string {
  return notes.sign(certificateText(one), `${one.origin}/service`, key);
}

/**
 * A name as it is committed to: NFC, without white space around it; empty for none.
 *
 * @throws Malformed longer than 200 bytes, or with a control character
 */
export function checkName(name: string): string {
  const found = name.replace(AROUND, "").normalize("NFC");
  checkText(found, { limit: MAX_NAME });
  if (/[\p{Cc}\p{Cs}]/u.test(found)) throw new Malformed(N_("A name holds no control characters."));
  return found;
}

/** The commitment to a name ({@link checkName}): 32 zero bytes where there is none. */
export function commit(name: string, salt: Uint8Array): Uint8Array {
  return name === "" ? NO_NAME : sha256(concat(LABEL, salt, utf8(name)));
}

/** The commitment to a report's acknowledgement: whoever lacks `opening` cannot tell which report it is. */
export function commitReport(acknowledgement: string, opening: Uint8Array): Uint8Array {
  return sha256(concat(REPORT_LABEL, opening, utf8(acknowledgement)));
}

/**
 * A certificate under the directory that lists the key by which it is signed: by that signature alone.
 *
 * @throws NotAuthentic another signer, site or directory; or days that cannot be
 * @throws Malformed not a certificate
 */
export function parseCertificate(signed: string, directory: Directory): Certificate {
  const note = notes.parse(signed, { limit: MAX_NOTE });
  const found = parseText(notes.verify(note, directory.verifier("service")));
  if (note.signatures.length !== 1 || note.encode() !== signed) throw notOne();
  if (found.origin !== directory.origin || found.directory !== directory.version) {
    throw new NotAuthentic(N_("This certificate goes by another list of keys."));
  }
  if (found.received > found.issued || found.issued < directory.date || found.issued > directory.validUntil) {
    throw new NotAuthentic(N_("The days in this certificate cannot be."));
  }
  return found;
}

function parseText(text: string): Certificate {
  const lines = text.split("\n");
  const [origin = "", heading, hash, received, channel = "", version = "", issued, commitment] = lines;
  const directory = /^[1-9][0-9]{0,9}$/.test(version) ? Number(version) : 0;
  if (lines.length !== LINES + 1 || heading !== HEADING || directory < 1 || directory > MAX_VERSION) throw notOne();
  if (!isId(channel) && channel !== UNNAMED) throw notOne();
  const found = {
    origin: checkOrigin(origin),
    report: b64decode(hash, { length: 32 }),
    received: parseDay(received),
    channel: channel === UNNAMED ? null : channel,
    directory,
    issued: parseDay(issued),
    commitment: b64decode(commitment, { length: 32 }),
  };
  if (certificateText(found) !== text) throw notOne();
  return found;
}

/**
 * What the service issued, if it is exactly what was asked for, and issued today (give or take a day).
 *
 * @throws NotAuthentic about something else, or another signer
 * @throws Malformed not a certificate
 */
export function checkIssued(signed: string, wanted: Wanted, directory: Directory, today: string): Certificate {
  const found = parseCertificate(signed, directory);
  const same =
    equalBytes(found.report, commitReport(wanted.acknowledgement, wanted.opening)) &&
    found.received === wanted.received &&
    found.channel === wanted.channel &&
    equalBytes(found.commitment, wanted.commitment);
  if (!same || Math.abs(daysBetween(today, found.issued)) > 1) {
    throw new NotAuthentic(N_("The server certified something else than what was asked for."));
  }
  return found;
}

/**
 * The file in which a certificate is passed on. `directory` is the signed one; of its signatures the root's goes in.
 *
 * @throws NotAuthentic the root has not signed the directory
 */
export function writeCertificate(signed: string, directory: Uint8Array, root: VerifierKey, name: string, salt: Uint8Array): Uint8Array<ArrayBuffer> {
  const listed = signedAlone(notes.parse(directory, { limit: MAX_DIRECTORY }), root);
  const content = { v: 1, kind: "certificate", note: signed, directory: listed, name, salt: name === "" ? "" : b64encode(salt), root: root.encode() };
  return concat(dumpJson(content), utf8("\n"));
}

function signedAlone(note: Note, root: VerifierKey): string {
  notes.verify(note, root);
  const own = note.signatures.filter((one) => one.name === root.name && equalBytes(one.keyId, root.keyId));
  return new Note(note.text, own.slice(0, 1)).encode();
}

/** The element in which a page carries the file. */
export function embeddedCertificate(data: Uint8Array): string {
  return `<pre id="certificate-data" hidden>${b64encode(data)}</pre>`;
}

/** Whether this is meant to be a certificate, file or page. @throws Malformed not UTF-8 */
export function isCertificate(data: Uint8Array): boolean {
  const text = decodeUtf8(data);
  return text.startsWith(BEFORE) || text.search(EMBEDDED) >= 0;
}

/**
 * The root key that a certificate names: to be shown and compared, and trusted only then.
 *
 * @throws Malformed not a certificate
 */
export function certificateRoot(data: Uint8Array): VerifierKey {
  return VerifierKey.parse(contentOf(data).texts.root);
}

interface Content {
  readonly texts: Readonly<Record<(typeof TEXTS)[number], string>>;
  readonly page: boolean;
}

/** The texts of a file, which is written in one way; and whether a page carried it. */
function contentOf(data: Uint8Array): Content {
  const page = !decodeUtf8(data).startsWith(BEFORE);
  const file = page ? carried(data) : data;
  const content = parseJsonObject(file, { limit: MAX_FILE });
  const texts = Object.fromEntries(TEXTS.map((name) => [name, checkText(content[name])])) as Content["texts"];
  if (content["v"] !== 1 || texts.kind !== "certificate") throw notOne();
  if (!equalBytes(concat(dumpJson({ v: 1, ...texts }), utf8("\n")), file)) throw notAsMade();
  return { texts, page };
}

function carried(page: Uint8Array): Uint8Array {
  const found = page.length <= 2 * MAX_FILE ? [...decodeUtf8(page).matchAll(EMBEDDED)] : [];
  if (found.length !== 1) throw notOne();
  return b64decode(found[0]?.[1]);
}

/**
 * A certificate, file or page, once everything in it holds under the site's `root`.
 *
 * @throws NotAuthentic a signature, a hash or the site does not hold
 * @throws Malformed not a certificate
 */
export function verifyCertificate(data: Uint8Array, root: VerifierKey): Proven {
  const { texts, page } = contentOf(data);
  if (texts.root !== root.encode()) throw new NotAuthentic(N_("This certificate is about another site."));
  const directory = parseDirectory(texts.directory, root);
  if (signedAlone(notes.parse(texts.directory, { limit: MAX_DIRECTORY }), root) !== texts.directory) throw notAsMade();
  const certificate = parseCertificate(texts.note, directory);
  checkCommitment(texts.name, texts.salt, certificate.commitment);
  return { certificate, root, directory, name: texts.name, page };
}

function checkCommitment(name: string, salt: string, commitment: Uint8Array): void {
  let found: Uint8Array | null = null;
  try {
    const raw = b64decode(salt, { length: name === "" ? 0 : SALT_SIZE });
    if (checkName(name) === name) found = commit(name, raw);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  if (found === null || !equalBytes(found, commitment)) {
    throw new NotAuthentic(N_("The name in this certificate is not the one that it was made out to."));
  }
}
