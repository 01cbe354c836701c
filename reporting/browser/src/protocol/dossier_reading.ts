/** Reading a dossier, data or page, as a stranger: everything in it holds, or it is refused. What the bytes are, and what they prove, `reporting/protocol/dossier.py` says. */

import * as acknowledgements from "./acknowledgement.ts";
import type { ReportAcknowledgement } from "./acknowledgement.ts";
import { type Directory, parse as parseDirectory } from "./directory.ts";
import { FORMAT } from "./dossier.ts";
import { type Json, type JsonObject, MAX_INTEGER, b64decode, b64encode, checkInteger, checkText, concat, daysBetween, decodeUtf8, dumpJson, equalBytes, isObject, parseDay, parseJson, parseJsonObject, sha256, utf8 } from "./encoding.ts";
import { type Entry, SignedEntry, parseContent } from "./entry.ts";
import { Malformed, N_, NotAuthentic, ProtocolError } from "./errors.ts";
import { MEASURE_FORM, checkMeasure } from "./measures.ts";
import { VerifierKey } from "./note.ts";
import { SIGNATURE_SIZE, verify as verifySignature } from "./signing.ts";
import { findingOf, outcomeOf } from "./thread_two.ts";
import { UNKNOWN } from "./thread_types.ts";

export const MAX_DOSSIER = 33_554_432;
const MAX_FILE = 2 * MAX_DOSSIER;
const MAX_CASES = 6;
const MAX_SIGNATURES = 8_192;
const [DATA, PAGE] = [utf8("reporting/v1/dossier\0"), utf8("reporting/v1/dossier-page\0")];
const [BEFORE, BETWEEN, AFTER] = ['{"dossier":', ',\n"signatures":', "}\n"] as const;
const [COMMENT, COMMENT_END] = ["<!-- reporting/v1/dossier-page ", " -->\n"] as const;
const EMBEDDED = /<pre id="dossier-data" hidden>([A-Za-z0-9+/=]*)<\/pre>/g;
const PERIOD = /^[0-9]{4}(-(0[1-9]|1[0-2]))?$/;
const EVENT = ["day", "days", "kind", "by", "title", "value", "words", "sha256", "acknowledgement", "signed"];
const CASE = ["case", "channel", "title", "key", "acknowledgement", "events", "clocks", "files"];
const [MAX_NAME, MAX_TYPE, MAX_TITLE] = [64, 255, 1_024] as const; // bytes
const SIDES: readonly Json[] = ["reporter", "office"];

/**
 * One line of a chronology. `proof` is `site` where the site signed for receiving it, sealed; `office` where a member
 * signed value and words, and then `title` is empty; `reporter` where it stands by the maker's word.
 */
export interface DossierEvent {
  readonly day: string;
  readonly days: number | null;
  readonly kind: string;
  readonly title: string;
  readonly value: string;
  readonly words: readonly string[];
  readonly proof: "site" | "office" | "reporter";
  readonly author: string;
}

/** One case of a dossier, with what the site signed about it. */
export interface DossierCase {
  readonly acknowledged: ReportAcknowledgement;
  readonly title: string;
  readonly events: readonly DossierEvent[];
  readonly files: readonly { readonly name: string; readonly sha256: string | null }[];
}

/** A dossier that holds in all its parts. */
export interface Dossier {
  readonly made: string;
  readonly root: VerifierKey;
  readonly directory: Directory;
  readonly cases: readonly DossierCase[];
  readonly page: boolean;
}

function notOne(): Malformed {
  return new Malformed(N_("This is not a dossier."));
}

function otherSite(): NotAuthentic {
  return new NotAuthentic(N_("This dossier is about another site."));
}

function aboutElse(): NotAuthentic {
  return new NotAuthentic(N_("The acknowledgement in this dossier is about something else."));
}

/** Whether this is meant to be a dossier, data or page. @throws Malformed not UTF-8 */
export function isDossier(data: Uint8Array): boolean {
  const text = decodeUtf8(data);
  return text.startsWith(BEFORE) || text.search(EMBEDDED) >= 0;
}

/** The root key that a dossier names: to be shown and compared, and trusted only then. @throws Malformed not a dossier */
export function dossierRoot(data: Uint8Array): VerifierKey {
  const text = decodeUtf8(data);
  const { statement } = statementOf(text.startsWith(BEFORE) ? text : carriedBy(text).data);
  return VerifierKey.parse(checkText(members(statement["site"], ["origin", "root", "directory"])["root"]));
}

/**
 * A dossier, once everything in it holds under the site's `root`.
 *
 * @throws NotAuthentic a signature, a hash, a number or the site does not hold
 * @throws Malformed not a dossier
 */
export function verifyDossier(data: Uint8Array, root: VerifierKey): Dossier {
  const text = decodeUtf8(data);
  if (text.startsWith(BEFORE)) return verifyData(text, root, false);
  const carried = carriedBy(text);
  const found = verifyData(carried.data, root, true);
  checkSignatures(carried.signed, concat(PAGE, utf8(carried.before)), keysOf(statementOf(carried.data).statement));
  return found;
}

/** The data in a page, what its signatures cover, and the signatures. */
function carriedBy(page: string): { readonly data: string; readonly before: string; readonly signed: string } {
  const at = page.lastIndexOf(COMMENT);
  const [before, after] = [page.slice(0, Math.max(at, 0)), page.slice(at + COMMENT.length)];
  const found = page.length <= MAX_FILE ? [...before.matchAll(EMBEDDED)] : [];
  if (at < 0 || !after.endsWith(COMMENT_END) || found.length !== 1) throw notOne();
  return { data: decodeUtf8(b64decode(found[0]?.[1])), before, signed: after.slice(0, -COMMENT_END.length) };
}

interface Statement {
  readonly statement: JsonObject;
  readonly said: Uint8Array;
  readonly signed: string;
}

function statementOf(data: string): Statement {
  const at = data.indexOf(BETWEEN);
  if (data.length > MAX_DOSSIER || !data.startsWith(BEFORE) || at < 0 || !data.endsWith(AFTER)) throw notOne();
  const said = utf8(data.slice(BEFORE.length, at));
  const statement = members(parseJsonObject(said, { limit: MAX_DOSSIER }), ["format", "made", "language", "site", "cases"]);
  if (statement["format"] !== FORMAT) throw notOne();
  return { statement, said, signed: data.slice(at + BETWEEN.length, -AFTER.length) };
}

function keysOf(statement: JsonObject): Map<string, Uint8Array> {
  const cases = objects(statement["cases"]);
  const found = new Map(cases.map((one) => [checkText(one["case"]), b64decode(one["key"], { length: 32 })]));
  if (cases.length < 1 || cases.length > MAX_CASES || found.size !== cases.length) throw notOne();
  return found;
}

/** Exactly one signature for each case, in their order, written in exactly one way. */
function checkSignatures(signed: string, message: Uint8Array, keys: ReadonlyMap<string, Uint8Array>): void {
  const found = objects(parseJson(utf8(signed), { limit: MAX_SIGNATURES })).map((one) => members(one, ["case", "signature"]));
  const ids = [...keys.keys()];
  if (decodeUtf8(dumpJson(found)) !== signed || found.length !== ids.length || found.some((one, place) => one["case"] !== ids[place])) {
    throw new NotAuthentic(N_("This dossier is not as it was signed."));
  }
  [...keys.values()].forEach((key, place) => { verifySignature(key, b64decode(found[place]?.["signature"], { length: SIGNATURE_SIZE }), message); });
}

function verifyData(data: string, root: VerifierKey, page: boolean): Dossier {
  const { statement, said, signed } = statementOf(data);
  const site = members(statement["site"], ["origin", "root", "directory"]);
  if (site["root"] !== root.encode()) throw otherSite();
  const directory = parseDirectory(checkText(site["directory"]), root);
  if (site["origin"] !== directory.origin) throw otherSite();
  checkSignatures(signed, concat(DATA, said), keysOf(statement));
  const cases = objects(statement["cases"]).map((one) => members(one, CASE));
  const known = cases.map((one) => ({ one, signed: acknowledged(one, directory) }));
  const first = known.map(({ signed: { date } }) => date).sort()[0] ?? "";
  const read = known.map(({ one, signed: own }) => caseOf(one, own, directory, first));
  return { made: parseDay(statement["made"]), root, directory, cases: read, page };
}

/** What the site signed about this case and this reporter's key. */
function acknowledged(one: JsonObject, directory: Directory): ReportAcknowledgement {
  const found = acknowledgements.parseReport(checkText(one["acknowledgement"]), directory.verifier("service"));
  const same = found.origin === directory.origin && found.case === one["case"] && found.channel === one["channel"];
  if (!same || !equalBytes(found.reporterSha256, sha256(b64decode(one["key"], { length: 32 })))) throw aboutElse();
  return found;
}

function caseOf(one: JsonObject, known: ReportAcknowledgement, directory: Directory, first: string): DossierCase {
  const events = objects(one["events"]).map((event) => eventOf(members(event, EVENT), known, directory, first));
  objects(one["clocks"]).forEach(checkClock);
  return { acknowledged: known, title: checkText(one["title"], { limit: MAX_TITLE }), events, files: objects(one["files"]).map(fileOf) };
}

function checkClock(value: JsonObject): void {
  const waived = Object.hasOwn(value, "waived");
  const clock = members(value, ["name", "due", "done", "by", ...(waived ? ["waived"] : [])]);
  if (waived && (clock["waived"] !== true || clock["name"] !== "acknowledge" || clock["done"] === null)) throw notOne();
  checkText(clock["name"], { limit: MAX_NAME });
  parseDay(clock["due"]);
  if (clock["done"] !== null) parseDay(clock["done"]);
  checkOneOf(clock["by"], ["office", "server"]);
}

function fileOf(value: JsonObject): DossierCase["files"][number] {
  const file = members(value, ["name", "type", "size", "day", "by", "sealed", "sha256"]);
  checkText(file["type"], { limit: MAX_TYPE });
  checkInteger(file["size"], 0, MAX_INTEGER);
  parseDay(file["day"]);
  checkOneOf(file["by"], SIDES);
  b64decode(file["sealed"], { length: 32 });
  checkHash(file["sha256"]);
  return { name: checkText(file["name"], { limit: MAX_TITLE }), sha256: file["sha256"] === null ? null : checkText(file["sha256"]) };
}

function eventOf(event: JsonObject, known: ReportAcknowledgement, directory: Directory, first: string): DossierEvent {
  checkOneOf(event["by"], SIDES);
  checkHash(event["sha256"]);
  const day = checkText(event["day"]);
  const days = PERIOD.test(day) ? null : daysBetween(first, parseDay(day));
  if (event["days"] !== days) throw new NotAuthentic(N_("The days in this dossier are counted wrongly."));
  const words = texts(event["words"]);
  const kind = checkText(event["kind"], { limit: MAX_NAME });
  const [title, value] = [checkText(event["title"], { limit: MAX_TITLE }), checkText(event["value"], { limit: MAX_TITLE })];
  if (event["signed"] === null) return { day, days, kind, title, value, words, proof: received(event, known, directory), author: "" };
  const entry = signedBy(event, known, directory);
  const [own, said] = toldBy(entry);
  return { day, days, kind: entry.kind, title: "", value: own, words: said, proof: "office", author: entry.author };
}

/** Whether the `site` signed for receiving what an event is about, or it stands by the `reporter`'s word. */
function received(event: JsonObject, known: ReportAcknowledgement, directory: Directory): "site" | "reporter" {
  const by = event["by"] === "reporter";
  if (event["kind"] === "report") {
    if (event["sha256"] !== b64encode(known.entrySha256) || event["day"] !== known.date || !by) throw aboutElse();
    return "site";
  }
  if (event["acknowledgement"] === null) return "reporter";
  const about = { origin: directory.origin, case: known.case, entrySha256: b64decode(event["sha256"], { length: 32 }) };
  const day = acknowledgements.verifyEntry(checkText(event["acknowledgement"]), directory.verifier("service"), about);
  if (event["day"] !== day || !by) throw aboutElse();
  return "site";
}

/** The entry that a member signed, where an event shows exactly what it says. */
function signedBy(event: JsonObject, known: ReportAcknowledgement, directory: Directory): Entry {
  const signed = members(event["signed"], ["json", "signature"]);
  const [data, signature] = [b64decode(signed["json"]), b64decode(signed["signature"], { length: SIGNATURE_SIZE })];
  const entry = parseContent(data);
  const keys = directory.authorKeys(entry.author, entry.directory, known.channel, entry.date);
  const [value, words] = toldBy(entry);
  const shown = [known.case, "reporter", event["kind"], event["day"], event["by"]];
  const same = [entry.case, entry.audience, entry.kind, entry.date, "office"].every((part, place) => part === shown[place]) && [value, byLaterVersion(entry)].includes(event["value"]);
  const said = texts(event["words"]);
  const sameWords = said.length === words.length && said.every((text, place) => text === words[place]);
  if (!same || !sameWords || !keys.some(({ publicKey }) => holds(new SignedEntry(entry, data, signature), publicKey))) {
    throw new NotAuthentic(N_("Nobody of this office signed what the dossier shows as theirs."));
  }
  return entry;
}

function holds(entry: SignedEntry, publicKey: Uint8Array): boolean {
  try {
    entry.verify(publicKey);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/** The value and the words of an entry as an event holds them. */
function toldBy({ kind, body }: Entry): readonly [string, readonly string[]] {
  const said = (...names: readonly string[]): string[] => names.map((name) => body[name] ?? "").filter((text) => text !== "").map((text) => checkText(text));
  if (kind === "protection" && body["form"] === MEASURE_FORM) {
    const { what, state, text, effect, reason } = checkMeasure(body["answers"]);
    return [`${what} ${state}`, [text, effect, reason].filter((words) => words !== "")];
  }
  if (kind !== "status") return ["", said("text")];
  const status = checkText(body["status"]);
  if (status !== "decided") return [standing(status, findingOf(body)), said("reason")];
  return [standing(status, outcomeOf(body)), said("reason", "appeal")];
}

/** The value of a status as a version writes it that knows a word which this one does not. */
function byLaterVersion({ kind, body }: Entry): Json | undefined {
  if (kind !== "status") return undefined;
  const status = checkText(body["status"]);
  const [word, told] = status === "decided" ? [body["outcome"], outcomeOf(body)] : [body["finding"], findingOf(body)];
  return told === UNKNOWN && typeof word === "string" ? standing(status, word) : undefined;
}

function standing(status: string, more: string): string {
  return more === "" ? status : `${status} ${more}`;
}

function checkHash(value: Json | undefined): void {
  if (value !== null) b64decode(value, { length: 32 });
}

function checkOneOf(value: Json | undefined, known: readonly Json[]): void {
  if (value === undefined || !known.includes(value)) throw notOne();
}

function texts(value: Json | undefined): string[] {
  if (!Array.isArray(value)) throw notOne();
  return value.map((text) => checkText(text));
}

/** `value` if it is an object of exactly these members. */
function members(value: Json | undefined, names: readonly string[]): JsonObject {
  const own = isObject(value) ? Object.keys(value) : [];
  if (!isObject(value) || own.length !== names.length || !names.every((name) => own.includes(name))) throw notOne();
  return value;
}

function objects(value: Json | undefined): JsonObject[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw notOne();
  return value;
}
