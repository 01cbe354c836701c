/** A case as judged, as plain data for a page: for its reporter and for members alike. */

import { HybridRecipient } from "../protocol/age_keys.ts";
import type { Channel, Directory } from "../protocol/directory.ts";
import { type Json, type JsonObject, b64encode, isObject, visibleBidi } from "../protocol/encoding.ts";
import type { Entry } from "../protocol/entry.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { CHECK_IN_FORM, MEASURE_FORM, checkCheckIn, checkMeasure } from "../protocol/measures.ts";
import * as risk from "../protocol/risk.ts";
import { NOTED_SCHEME, STEP_SCHEME, askedOf, minutesAnswerOf, minutesOf, notedOf, stepOf } from "../protocol/rights.ts";
import type { CaseView, EntryView } from "../protocol/thread.ts";
import { follow, ordered } from "../protocol/thread_order.ts";
import { type Questionnaire, bestLanguage } from "../questionnaires/models.ts";
import { answerLines, plain } from "../questionnaires/words.ts";
import type { Removed, ShownFile } from "../evidence/types.ts";
import { parseTags } from "./card_text.ts";
import { parseMark } from "./file_marks.ts";
import { type OpenedCase, parseClocks } from "./served.ts";
import type { Author, Clock, Content, Sentence, ShownCase, ShownEntry, ShownStatus } from "./shown.ts";

/** For whom a case is shown, and with what. */
export interface Showing {
  readonly directory: Directory;
  /** `reporter`, or a member's id. */
  readonly reader: string;
  /** The page's language. */
  readonly language: string;
  /** Questionnaires by id; answers to others are shown under bare ids. */
  readonly questionnaires: ReadonlyMap<string, Questionnaire>;
}

/** What a page shows of `opened`. */
export function showCase(opened: OpenedCase, showing: Showing): ShownCase {
  const { served, view } = opened;
  const { facts } = view;
  const channel = showing.directory.channels.find((one) => one.id === facts.channel);
  const status = (entry: Entry): ShownStatus => shownStatus(entry, view, showing);
  const named = (ids: readonly string[]): { id: string; label: string }[] =>
    ids.map((id) => ({ id, label: labelOf(showing.directory, id) }));
  return {
    case: facts.case,
    channel: facts.channel,
    title: channel === undefined ? facts.channel : titleOf(channel, showing.language),
    kind: channel?.kind ?? null,
    warnings: facts.warnings,
    needsNewerDirectory: facts.needsNewerDirectory,
    status: facts.status === null ? null : status(facts.status),
    decision: view.decision === null ? null : status(view.decision),
    otherStatuses: facts.otherStatuses.map(status),
    statusMayBeOlder: facts.statusMayBeOlder,
    server: {
      status: facts.serverStatus,
      differs: view.statusDiffers,
      outcome: facts.serverOutcome,
      outcomeDiffers: view.outcomeDiffers,
      received: served.received,
      sealedBy: served.sealedBy,
      clocks: served.clocks,
      checkIns: served.checkIns,
    },
    holders: named(facts.chain?.last.holders ?? []),
    excluded: named(facts.first?.first?.excluded ?? []),
    closed: whyClosed(opened),
    entries: inOrder(facts.entries).map((entry) => shownEntry(entry, opened, showing)),
  };
}

/** The views by the server's days; none before one that it names in `prev`, whatever ids the server gave them. */
function inOrder(views: readonly EntryView[]): EntryView[] {
  const places = new Map(views.map(({ served }, place) => [b64encode(served.sha256), place]));
  const before = views.map(({ entry }) => follow((entry?.prev ?? []).map(b64encode), places));
  return ordered(before).flatMap((place) => views[place] ?? []);
}

/** A channel's title in `language`, else in English, else its id. */
export function titleOf(channel: Channel, language: string): string {
  const [primary = ""] = language.split("-");
  return channel.titles.get(language) ?? channel.titles.get(primary) ?? channel.titles.get("en") ?? channel.id;
}

/** A member's label by the directory, of today or once, else the id. */
export function labelOf(directory: Directory, id: string): string {
  const listed = directory.member(id) ?? directory.former.find((former) => former.id === id);
  return visibleBidi(listed?.label ?? id);
}

/** Why nothing can be sealed to the case now; null where it can. */
export function whyClosed({ served, view }: OpenedCase): Sentence | null {
  try {
    view.checkMaySeal(HybridRecipient.parse(served.recipient));
    return null;
  } catch (error) {
    return sentence(error);
  }
}

function sentence(error: unknown): Sentence {
  if (!(error instanceof ProtocolError)) throw error;
  return { message: error.message, values: error.values };
}

function authorOf({ author }: Entry, standing: string, { directory, reader }: Showing): Author {
  const reporter = author === "reporter";
  return { id: author, label: reporter ? "" : labelOf(directory, author), standing, mine: author === reader, reporter };
}

function shownEntry(view: EntryView, { served, acknowledged, view: all }: OpenedCase, showing: Showing): ShownEntry {
  const { entry } = view;
  const day = acknowledged.get(view.served.id);
  return {
    id: view.served.id,
    audience: view.served.audience,
    kind: entry?.kind ?? "",
    day: entry?.date ?? view.served.day,
    state: view.state,
    reason: view.reason === null ? null : sentence(view.reason),
    author: entry === null ? null : authorOf(entry, view.standing, showing),
    content: entry === null ? null : contentOf(entry, showing, all),
    removed: view.state === "removed" ? removedOf(all.removalOf(view.served.audience, view.served.sha256), showing) : null,
    files: filesOf(view, all, showing),
    sha256: b64encode(view.served.sha256),
    prev: (entry?.prev ?? []).map(b64encode),
    acknowledged: day === undefined ? null : { day, note: served.acknowledgements.get(view.served.id) ?? "" },
  };
}

/** What an authentic removal says of what is gone. */
function removedOf(removal: Entry | null, { directory }: Showing): Removed | null {
  if (removal === null) return null;
  return { by: labelOf(directory, removal.author), day: removal.date, reason: textOf(removal.body["reason"]) ?? "" };
}

function filesOf({ entry, served }: EntryView, all: CaseView, showing: Showing): ShownFile[] {
  return (entry?.attachments ?? []).map((file, place) => ({
    removed: removedOf(all.removalOf(entry?.audience ?? "", file.sha256), showing),
    entry: served.id,
    place,
    name: visibleBidi(file.name),
    type: visibleBidi(file.type),
    size: file.size,
    sha256: b64encode(file.sha256),
    upload: visibleBidi(file.upload),
  }));
}

function shownStatus(entry: Entry, view: CaseView, showing: Showing): ShownStatus {
  const standing = view.facts.entries.find((one) => one.entry === entry)?.standing ?? "";
  const { body } = entry;
  return {
    entry: entry.id,
    status: plain(body["status"]),
    reason: textOf(body["reason"]) ?? "",
    ...decidedOf(body),
    alone: view.signedAlone(entry),
    day: entry.date,
    author: authorOf(entry, standing, showing),
    clocks: clocksOf(body),
  };
}

/** Outcome, way to contest it, and what was found; empty where a status says nothing of that. */
function decidedOf(body: JsonObject): Pick<ShownStatus, "outcome" | "appeal" | "finding"> {
  const finding = plain(body["finding"] ?? "");
  if (body["status"] !== "decided") return { outcome: "", appeal: "", finding };
  return { outcome: plain(body["outcome"] ?? ""), appeal: textOf(body["appeal"]) ?? "", finding };
}

/** The clocks in the status that stands; none where it has none that can be read. */
export function signedClocks(view: CaseView): Clock[] {
  return clocksOf(view.facts.status?.body ?? {});
}

function clocksOf(body: JsonObject): Clock[] {
  try {
    return parseClocks(body["clocks"] ?? []);
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

type Reading = (body: JsonObject, showing: Showing, entry: Entry, view: CaseView) => Content | null;

const READINGS: Readonly<Record<string, Reading>> = {
  message: text,
  note: text,
  translation: text,
  report: answers,
  retaliation: answers,
  protection: formOf,
  identity: answers,
  status: (body, _showing, entry, view) => ({
    type: "status",
    entry: entry.id,
    status: plain(body["status"]),
    reason: textOf(body["reason"]) ?? "",
    ...decidedOf(body),
    alone: view.signedAlone(entry),
    clocks: clocksOf({ clocks: body["clocks"] ?? [] }),
  }),
  access: ({ member, epochs }, { directory }) => {
    const numbers = Array.isArray(epochs) ? epochs.filter((epoch): epoch is number => typeof epoch === "number") : [];
    return typeof member === "string" ? { type: "access", member, label: labelOf(directory, member), epochs: numbers } : null;
  },
  request: (body, _showing, { id }) => ({ type: "request", entry: id, ...askedOf(body) }),
  minutes: (body, _showing, { id, author }) =>
    author === "reporter" ? { type: "minutes-answer", ...minutesAnswerOf(body) } : { type: "minutes", entry: id, ...minutesOf(body) },
  classification: (body) => {
    if (body["scheme"] === STEP_SCHEME) return { type: "step", ...stepOf(body) };
    if (body["scheme"] === NOTED_SCHEME) return { type: "noted", ...notedOf(body) };
    const tags = parseTags(body);
    if (tags !== null) return { type: "tags", tags };
    const mark = parseMark(body);
    return mark === null ? null : { type: "mark", ...mark };
  },
  disclosure: ({ reason, legal_basis: basis, decision }) => {
    const lines = [basis, decision, reason].filter((part) => typeof part === "string" && part !== "");
    return { type: "other", lines: lines.map(plain) };
  },
  removal: ({ sha256, reason }) =>
    typeof sha256 === "string" ? { type: "removal", sha256, reason: textOf(reason) ?? "" } : null,
};

/** What an authentic entry says; of unknown kinds, and of bodies in another form, its members plainly. */
function contentOf(entry: Entry, showing: Showing, view: CaseView): Content {
  const { kind, body } = entry;
  const read = Object.hasOwn(READINGS, kind) ? READINGS[kind] : undefined;
  const lines = Object.entries(body).map(([name, value]) => `${name}: ${plain(value)}`);
  return read?.(body, showing, entry, view) ?? { type: "other", lines };
}

/** What was written in one of the forms of a protection case. */
function formOf(body: JsonObject, showing: Showing): Content | null {
  const given = body["answers"];
  if (!isObject(given)) return null;
  if (body["form"] === MEASURE_FORM) return measureContent(given, showing);
  if (body["form"] === CHECK_IN_FORM) return { type: "check-in", signed: checkCheckIn(given) };
  const said = (name: string): string => textOf(given[name]) ?? "";
  if (body["form"] === "refusal-1") return { type: "proposal", reason: said("reason"), appeal: said("appeal"), finding: "" };
  if (body["form"] === "finding-1") return { type: "proposal", reason: said("reason"), appeal: "", finding: said("finding") };
  if (body["form"] === risk.FORM) return { type: "assessment", ...risk.checkAssessment(given) };
  if (body["form"] === risk.SELF_FORM) return { type: "self-assessment", ...risk.checkSelfAssessment(given) };
  if (body["form"] !== "answer-1") return answers(body, showing);
  const accepts = given["answer"] === "accept";
  return accepts || given["answer"] === "contest" ? { type: "answer", decision: said("decision"), accepts, text: said("text") } : null;
}

/** What is signed of a measure; whoever judged the entry has checked it. */
function measureContent(given: JsonObject, { directory }: Showing): Content {
  const signed = checkMeasure(given);
  return { type: "measure", signed, ownerLabel: labelOf(directory, signed.owner) };
}

function text(body: JsonObject): Content | null {
  const found = textOf(body["text"]);
  return found === null ? null : { type: "text", text: found };
}

function answers(body: JsonObject, { questionnaires, language }: Showing): Content | null {
  const given = body["answers"];
  if (!isObject(given)) return null;
  const questionnaire = questionnaires.get(textOf(body["questionnaire"] ?? body["form"]) ?? "") ?? null;
  const spoken = questionnaire === null ? language : bestLanguage(questionnaire, language);
  const written = textOf(body["language"]) ?? "";
  return { type: "answers", language: written, answers: answerLines(questionnaire, given, spoken) };
}
