/** The data of a dossier: the JSON that is signed, as `docs/dossier.md` describes it. */

import type { Clock, Content, ShownCase } from "../client/shown.ts";
import { FORMAT } from "../protocol/dossier.ts";
import type { JsonObject } from "../protocol/encoding.ts";
import type { DossierParts } from "../workers/reporter_api.ts";
import { acknowledgementOf } from "./chronology.ts";
import { type Choice, type Chosen, type ListedFile, type Told, fileId } from "./choice.ts";
import { titleOf } from "./words.ts";

/** What is known beside what was chosen. `hashes` are those of the files themselves, by {@link fileId}, as far as computed. */
export interface Known {
  readonly parts: DossierParts;
  readonly hashes: ReadonlyMap<string, string>;
  readonly made: string;
  readonly language: string;
}

/** What a dossier says. */
export function statementOf(chosen: Chosen, choice: Choice, known: Known): JsonObject {
  const { origin, root, directory } = known.parts;
  return {
    format: FORMAT,
    made: known.made,
    language: known.language,
    site: { origin, root, directory },
    cases: chosen.cases.map((one) => caseJson(one, chosen, choice, known)),
  };
}

function caseJson(shown: ShownCase, chosen: Chosen, choice: Choice, known: Known): JsonObject {
  const mine = <T extends { readonly case: string }>(all: readonly T[]): T[] => all.filter((one) => one.case === shown.case);
  return {
    case: shown.case,
    channel: shown.channel,
    title: shown.title,
    key: known.parts.keys[shown.case] ?? "",
    acknowledgement: acknowledgementOf(shown)?.note ?? "",
    events: mine(chosen.told).map((told) => eventJson(told, known)),
    clocks: choice.clocks.has(shown.case) ? clocksOf(shown).map(clockJson) : [],
    files: mine(chosen.files).map((file) => fileJson(file, known)),
  };
}

/** What nobody acknowledged, since the reporter objects, says so; where they never asked for that, it stands open. */
export function clockJson({ name, due, done, by, waived, unasked }: ToldClock): JsonObject {
  if (unasked === true) return { name, due, done: null, by };
  return { name, due, done, by, ...(waived === true ? { waived } : {}) };
}

function eventJson({ day, days, kind, by, words, signed, entry, ...one }: Told, { parts }: Known): JsonObject {
  const own = by === "reporter" && kind !== "incident";
  const office = signed ? parts.signed[entry.id] : undefined;
  return {
    day,
    days,
    kind,
    by,
    title: titleOf({ kind, by, entry }),
    value: valueOf(entry) ?? one.until,
    words: [...words],
    sha256: own ? entry.sha256 : null,
    acknowledgement: own && kind !== "report" ? (entry.acknowledged?.note ?? null) : null,
    signed: office === undefined ? null : { json: office.json, signature: office.signature },
  };
}

/** Where a case or a measure stands by an entry; null of others. */
function valueOf({ content }: Told["entry"]): string | null {
  if (content?.type === "status") return standingOf(content);
  return content?.type === "measure" ? `${content.signed.what} ${content.signed.state}` : null;
}

/** A status, with the outcome of a decision, or what was found. */
function standingOf({ status, outcome, finding }: Extract<Content, { type: "status" }>): string {
  return [status, outcome !== "" ? outcome : finding].filter((part) => part !== "").join(" ");
}

function fileJson({ file, day, by }: ListedFile, { hashes }: Known): JsonObject {
  const { name, type, size, sha256 } = file;
  return { name, type, size, day, by, sealed: sha256, sha256: hashes.get(fileId(file)) ?? null };
}

/** A deadline, and by whose word: a member signed it, or the server says so. */
export interface ToldClock extends Clock {
  readonly by: "office" | "server";
}

/** The deadlines of a case: the signed ones, and before the first signed status those of the server. */
export function clocksOf({ status, server }: ShownCase): ToldClock[] {
  const by = status === null ? "server" : "office";
  return (status?.clocks ?? server.clocks).map((clock) => ({ ...clock, by }));
}
