/** Acknowledgements: what the service key states about a report or a follow-up (protocol section 6). */

import { b64decode, b64encode, equalBytes, isHex32, isId, parseDay } from "./encoding.ts";
import { Malformed, N_, NotAuthentic } from "./errors.ts";
import * as notes from "./note.ts";
import type { VerifierKey } from "./note.ts";
import type { SigningKey } from "./signing.ts";

export const REPORT_HEADING = "reporting/acknowledgement/v1";
export const ENTRY_HEADING = "reporting/entry-acknowledgement/v1";
export const MAX_NOTE = 4_096;
const MAX_VERSION = 2 ** 31 - 1;

/** The authority received this sealed follow-up on this day. */
export interface EntryAcknowledgement {
  readonly origin: string;
  readonly case: string;
  readonly entrySha256: Uint8Array;
  /** A UTC day. */
  readonly date: string;
}

/** The authority received this sealed report, on this channel, on this day. */
export interface ReportAcknowledgement extends EntryAcknowledgement {
  readonly channel: string;
  readonly directory: number;
  readonly reporterSha256: Uint8Array;
}

function textOf(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** The eight lines that are signed about a report. */
export function reportText(statement: ReportAcknowledgement): string {
  const { origin, date, channel, directory } = statement;
  const [entry, reporter] = [b64encode(statement.entrySha256), b64encode(statement.reporterSha256)];
  return textOf(origin, REPORT_HEADING, statement.case, entry, channel, date, String(directory), reporter);
}

/** The five lines that are signed about a follow-up. */
export function entryText(statement: EntryAcknowledgement): string {
  return textOf(statement.origin, ENTRY_HEADING, statement.case, b64encode(statement.entrySha256), statement.date);
}

/** The signed note of a statement about a report, by the service key (`origin/service`). */
export function signReport(statement: ReportAcknowledgement, key: SigningKey): string {
  return notes.sign(reportText(statement), `${statement.origin}/service`, key);
}

/** The signed note of a statement about a follow-up, by the service key (`origin/service`). */
export function signEntry(statement: EntryAcknowledgement, key: SigningKey): string {
  return notes.sign(entryText(statement), `${statement.origin}/service`, key);
}

function malformed(): Malformed {
  return new Malformed(N_("This is not an acknowledgement."));
}

function linesOf(signed: string, service: VerifierKey, heading: string, count: number): string[] {
  const text = notes.verify(notes.parse(signed, { limit: MAX_NOTE }), service);
  const lines = text.split("\n");
  if (lines.length !== count + 1 || lines[1] !== heading || !isHex32(lines[2])) throw malformed();
  return lines;
}

/**
 * Reads the acknowledgement of a report.
 *
 * @throws NotAuthentic not signed by `service`
 * @throws Malformed any other form
 */
export function parseReport(signed: string, service: VerifierKey): ReportAcknowledgement {
  const lines = linesOf(signed, service, REPORT_HEADING, 8);
  const [origin = "", , id = "", entry, channel = "", day, version = "", reporter] = lines;
  const directory = /^[0-9]{1,10}$/.test(version) ? Number(version) : 0;
  if (!isId(channel) || directory < 1 || directory > MAX_VERSION) throw malformed();
  const entrySha256 = b64decode(entry, { length: 32 });
  const date = parseDay(day);
  const reporterSha256 = b64decode(reporter, { length: 32 });
  const found = { origin, case: id, entrySha256, channel, date, directory, reporterSha256 };
  if (reportText(found) !== lines.join("\n")) throw malformed();
  return found;
}

/**
 * Reads the acknowledgement of a follow-up.
 *
 * @throws NotAuthentic not signed by `service`
 * @throws Malformed any other form
 */
export function parseEntry(signed: string, service: VerifierKey): EntryAcknowledgement {
  const [origin = "", , id = "", entry, day] = linesOf(signed, service, ENTRY_HEADING, 5);
  return { origin, case: id, entrySha256: b64decode(entry, { length: 32 }), date: parseDay(day) };
}

function isAbout(found: EntryAcknowledgement, expected: Omit<EntryAcknowledgement, "date">): boolean {
  return (
    found.origin === expected.origin &&
    found.case === expected.case &&
    equalBytes(found.entrySha256, expected.entrySha256)
  );
}

function somethingElse(): NotAuthentic {
  return new NotAuthentic(N_("The server acknowledged something else than what was sent."));
}

/**
 * The day on which the service acknowledges exactly the `expected` report.
 *
 * @throws NotAuthentic another signer, or a statement about something else
 */
export function verifyReport(signed: string, service: VerifierKey, expected: Omit<ReportAcknowledgement, "date">): string {
  const found = parseReport(signed, service);
  const same =
    isAbout(found, expected) &&
    found.channel === expected.channel &&
    found.directory === expected.directory &&
    equalBytes(found.reporterSha256, expected.reporterSha256);
  if (!same) throw somethingElse();
  return found.date;
}

/**
 * The day on which the service acknowledges exactly this follow-up.
 *
 * @throws NotAuthentic another signer, or a statement about something else
 */
export function verifyEntry(signed: string, service: VerifierKey, expected: Omit<EntryAcknowledgement, "date">): string {
  const found = parseEntry(signed, service);
  if (!isAbout(found, expected)) throw somethingElse();
  return found.date;
}
