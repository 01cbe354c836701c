/**
 * A case as a zip: sealed originals, opened text, the chain of epochs, and a manifest with hashes.
 *
 * The same case gives the same bytes, so that two exports can be compared.
 */

import { zipSync } from "fflate";

import { type Json, type JsonObject, hex, isHex32, sha256, utf8 } from "../protocol/encoding.ts";
import type { DeskCase, HistoryEvent, Made } from "../workers/desk_api.ts";
import { evidenceCsv, evidenceJson, evidenceOf } from "./evidence.ts";
import { entryText, readMe } from "./export_words.ts";
import { safeName } from "./file_names.ts";
import type { VerifierKey } from "../protocol/note.ts";
import type { SealedGrant } from "../protocol/thread.ts";
import type { OpenedCase } from "./mailbox.ts";
import type { Author, Clock, ShownEntry } from "./shown.ts";

const FORMAT = "reporting/export/v1";
const MANIFEST = "manifest.json";
const SUMS = "SHA256SUMS";
const KNOWN_KIND = /^[a-z]{1,32}$/;
// Zip keeps local times from 1980 on; this one is the same wherever the worker runs.
const WHEN = new Date(1980, 0, 1);

type Files = Map<string, Uint8Array>;

/** Where an entry stands in the export. `original` is null once the entry was removed. */
interface Place {
  readonly entry: ShownEntry;
  readonly original: string | null;
  readonly opened: string;
}

/** What makes an export readable without this service: the exporter's own grants, and the directory under its root. */
export interface Proofs {
  readonly grants: readonly SealedGrant[];
  /** The directory as it was signed. */
  readonly directory: Uint8Array;
  readonly root: VerifierKey;
}

/** What an export says of files: who opened which, by the server's word, and those that go along, opened. */
export interface Along {
  readonly history: readonly HistoryEvent[];
  readonly files: readonly { readonly upload: string; readonly name: string; readonly bytes: Uint8Array }[];
}

/** The export of a case as this member sees it; with `proofs`, their own key file opens it (`reporting open`). */
export function exportCase(opened: OpenedCase, shown: DeskCase, proofs: Proofs, along: Along = { history: [], files: [] }): Made {
  const files: Files = new Map();
  const sealed = new Map(opened.served.sealed.entries.map((entry) => [entry.id, entry]));
  const places: Place[] = [];
  for (const [number, entry] of shown.entries.entries()) {
    const name = safeId(entry.id, number);
    const bytes = sealed.get(entry.id)?.sealed ?? null;
    const kind = KNOWN_KIND.test(entry.kind) ? entry.kind : "entry";
    const place = { entry, original: bytes === null ? null : `originals/${name}.age`, opened: `opened/${entry.day}-${kind}-${name}.txt` };
    if (bytes !== null && place.original !== null) files.set(place.original, bytes);
    files.set(place.opened, utf8(entryText(entry, shown)));
    places.push(place);
  }
  for (const [number, note] of opened.served.sealed.epochs.entries()) files.set(`epochs/${number}.txt`, utf8(note));
  for (const { epoch, sealed: grant } of proofs.grants) files.set(`grants/${epoch}.age`, grant);
  files.set("directory.txt", proofs.directory);
  files.set("root.txt", utf8(`${proofs.root.encode()}\n`));
  files.set("case.json", pretty(facts(shown, places)));
  addEvidence(files, shown, along);
  files.set("READ-ME.txt", utf8(readMe(shown, along.files.length > 0)));
  files.set(MANIFEST, pretty(manifest(shown, places, files)));
  files.set(SUMS, utf8(sums(files)));
  return { name: `case-${shown.case}.zip`, type: "application/zip", bytes: zipped(files, `case-${shown.case}`) };
}

/** The list of evidence, where there is any, and the files that go along. */
function addEvidence(files: Files, shown: DeskCase, { history, files: opened }: Along): void {
  const list = evidenceOf(shown, history);
  if (list.length === 0) return;
  const taken = new Map<string, { file: string; sha256: string }>();
  for (const [place, { upload, name, bytes }] of opened.entries()) {
    const file = `files/${place + 1}-${safeName(name)}`;
    files.set(file, bytes);
    taken.set(upload, { file, sha256: hex(sha256(bytes)) });
  }
  files.set("evidence.json", pretty(evidenceJson(shown.case, list, taken)));
  files.set("evidence.csv", utf8(evidenceCsv(list)));
}

/** The server's id as a file's name; whatever is no id of this protocol's servers is numbered instead. */
function safeId(id: string, number: number): string {
  return isHex32(id) ? id : `entry-${number}`;
}

function pretty(value: Json): Uint8Array {
  return utf8(`${JSON.stringify(value, null, 2)}\n`);
}

function facts(shown: DeskCase, places: readonly Place[]): JsonObject {
  const { status, server } = shown;
  return {
    format: FORMAT,
    case: shown.case,
    channel: shown.channel,
    title: shown.title,
    received: server.received,
    sealed_by: server.sealedBy,
    status: status === null ? null : { status: status.status, reason: status.reason, day: status.day, author: status.author.id, alone: [...status.alone] },
    status_may_be_older: shown.statusMayBeOlder,
    server_status: server.status,
    server_outcome: server.outcome,
    clocks: (status?.clocks ?? server.clocks).map(clockFacts),
    warnings: [...shown.warnings],
    holders: shown.holders.map(({ id, label }) => ({ id, label })),
    excluded: shown.excluded.map(({ id, label }) => ({ id, label })),
    people: shown.people.map(({ id, label, access }) => ({ id, label, access })),
    assignee: shown.assignee,
    tags: [...shown.tags],
    entries: places.map(({ entry, original, opened }) => ({
      id: entry.id,
      audience: entry.audience,
      kind: entry.kind,
      day: entry.day,
      state: entry.state,
      author: authorFacts(entry.author),
      attachments: entry.files.map(({ name, type, size, sha256, upload }) => ({ name, type, size, sha256, upload })),
      original,
      opened,
    })),
  };
}

function clockFacts({ name, due, done, waived, unasked }: Clock): JsonObject {
  return { name, due, done, ...(waived === true ? { waived } : {}), ...(unasked === true ? { unasked } : {}) };
}

function authorFacts(author: Author | null): Json {
  return author === null ? null : { id: author.id, label: author.label, standing: author.standing };
}

function manifest(shown: DeskCase, places: readonly Place[], files: Files): JsonObject {
  return {
    format: FORMAT,
    case: shown.case,
    // Hexadecimal, as sha256sum prints it.
    files: Object.fromEntries(inOrder(files).map(([name, bytes]) => [name, hex(sha256(bytes))])),
    // Base64, as later entries of the case name it in `prev`.
    originals: places.map(({ entry, original }) => ({ entry: entry.id, file: original, sha256: entry.sha256 })),
  };
}

function sums(files: Files): string {
  return inOrder(files).map(([name, bytes]) => `${hex(sha256(bytes))}  ${name}\n`).join("");
}

function inOrder(files: Files): [string, Uint8Array][] {
  return [...files].sort(([first], [second]) => (first < second ? -1 : 1));
}

function zipped(files: Files, folder: string): Uint8Array {
  const named = inOrder(files).map(([name, bytes]) => [`${folder}/${name}`, bytes] as const);
  return zipSync(Object.fromEntries(named), { mtime: WHEN, level: 6 });
}
