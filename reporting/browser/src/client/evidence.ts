/** The list of a case's evidence: every file that an authentic entry names, what was said of it, and who opened it. */

import type { FileMark, Removed } from "../evidence/types.ts";
import { type JsonObject, b64decode, hex } from "../protocol/encoding.ts";
import type { HistoryEvent } from "../workers/desk_api.ts";
import type { Author, ShownCase } from "./shown.ts";

const FORMAT = "reporting/evidence/v1";

/** What a holder said of a file. */
export interface Mark {
  readonly mark: FileMark;
  /** The upload that it was made from, and its name; null where none is named. */
  readonly of: string | null;
  readonly ofName: string;
  readonly author: Author;
  readonly day: string;
}

/** Somebody opened a file, by the server's word. */
export interface Opening {
  readonly at: string;
  readonly member: string;
  readonly label: string;
  readonly act: "view" | "download";
}

/** One file. */
export interface Evidence {
  readonly number: number;
  readonly entry: string;
  readonly place: number;
  readonly upload: string;
  readonly name: string;
  /** By the word of whoever sent it. */
  readonly type: string;
  readonly size: number;
  /** Of the sealed file, as its signed entry names it; hexadecimal. */
  readonly sha256: string;
  readonly day: string;
  readonly author: Author;
  readonly audience: string;
  /** The last mark; null where there is none. */
  readonly mark: Mark | null;
  readonly openings: readonly Opening[];
  /** Who signed for removing it, when and why; null where nobody did. */
  readonly removed: Removed | null;
}

const ACTS: Readonly<Record<string, Opening["act"]>> = { "file:view": "view", "file:download": "download" };

/** The files of a case, oldest first. A file that two entries name stands twice. */
export function evidenceOf(shown: ShownCase, history: readonly HistoryEvent[]): Evidence[] {
  const names = new Map(shown.entries.flatMap(({ files }) => files).map(({ upload, name }) => [upload, name]));
  const marks = marksOf(shown, names);
  const openings = openingsOf(history);
  const found: Evidence[] = [];
  for (const { author, day, audience, files } of shown.entries) {
    if (author === null) continue;
    for (const file of files) {
      found.push({
        ...{ number: found.length + 1, entry: file.entry, place: file.place, upload: file.upload, name: file.name, type: file.type },
        ...{ size: file.size, sha256: hex(b64decode(file.sha256)), day, author, audience },
        mark: marks.get(file.upload) ?? null,
        openings: openings.get(file.upload) ?? [],
        removed: file.removed,
      });
    }
  }
  return found;
}

function marksOf({ entries }: ShownCase, names: ReadonlyMap<string, string>): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const { content, author, day } of entries) {
    if (content?.type !== "mark" || author === null || author.reporter) continue;
    const { upload, mark, of } = content;
    marks.set(upload, { mark, of, ofName: of === null ? "" : (names.get(of) ?? of), author, day });
  }
  return marks;
}

/** By upload, in the order in which they were recorded; two may have the same second. */
function openingsOf(history: readonly HistoryEvent[]): Map<string, Opening[]> {
  const found = new Map<string, Opening[]>();
  for (const { at, member, label, act, details } of [...history].reverse()) {
    const kind = ACTS[act];
    const upload = details["upload"];
    if (kind !== undefined && typeof upload === "string") found.set(upload, [...(found.get(upload) ?? []), { at, member, label, act: kind }]);
  }
  return found;
}

/** The list as JSON. `taken`: SHA-256, hexadecimal, of opened files that go with it, by upload. */
export function evidenceJson(caseId: string, list: readonly Evidence[], taken: ReadonlyMap<string, { readonly file: string; readonly sha256: string }> = new Map()): JsonObject {
  return {
    format: FORMAT,
    case: caseId,
    files: list.map((one) => ({
      number: one.number,
      entry: one.entry,
      upload: one.upload,
      name: one.name,
      type_by_sender: one.type,
      size: one.size,
      sha256_of_sealed_file: one.sha256,
      day: one.day,
      from: { id: one.author.id, label: one.author.label },
      audience: one.audience,
      mark: one.mark === null ? null : { mark: one.mark.mark, of: one.mark.of, by: one.mark.author.id, day: one.mark.day },
      opened_by_the_servers_word: one.openings.map(({ at, member, label, act }) => ({ at, member, label, act })),
      removed: one.removed === null ? null : { by: one.removed.by, day: one.removed.day, reason: one.removed.reason },
      opened_file: taken.get(one.upload)?.file ?? null,
      sha256_of_opened_file: taken.get(one.upload)?.sha256 ?? null,
    })),
  };
}

const COLUMNS = ["number", "name", "type_by_sender", "size", "sha256_of_sealed_file", "day", "from", "audience", "mark", "mark_of", "upload", "entry", "opened", "removed"];

/** The list as CSV (RFC 4180), with a byte order mark, since the usual programs read it wrongly without one. */
export function evidenceCsv(list: readonly Evidence[]): string {
  const lines = list.map((one) => [
    ...[String(one.number), one.name, one.type, String(one.size), one.sha256, one.day, one.author.label === "" ? one.author.id : one.author.label],
    ...[one.audience, one.mark?.mark ?? "", one.mark?.of ?? "", one.upload, one.entry],
    one.openings.map(({ at, label, act }) => `${at} ${label} (${act})`).join("; "),
    one.removed === null ? "" : `${one.removed.day} ${one.removed.by}: ${one.removed.reason}`,
  ]);
  return `\ufeff${[COLUMNS, ...lines].map((line) => `${line.map(cell).join(",")}\r\n`).join("")}`;
}

/** A name is a stranger's text: what a spreadsheet would take for a formula begins with an apostrophe. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
