/** From what a person wrote to what is sealed: judging it, measuring it, making the report of it. */

import type { Site } from "../client/site.ts";
import { HybridIdentity } from "../protocol/age_keys.ts";
import type { Directory } from "../protocol/directory.ts";
import { type Json, type JsonObject, dumpJson } from "../protocol/encoding.ts";
import { MAX_JSON, MAX_PREVIOUS, type NewEntry, toJson } from "../protocol/entry.ts";
import { checkIdentitySize, identityBody } from "../protocol/disclosure.ts";
import { MAX_EPOCHS } from "../protocol/epoch.ts";
import { MAX_VERSION } from "../protocol/directory.ts";
import { Malformed, N_, ProtocolError, Refused } from "../protocol/errors.ts";
import type { Report } from "../protocol/submission.ts";
import { MAX_LONG, checkAnswers, cleanText, splitExcluded } from "../questionnaires/answers.ts";
import { type Questionnaire, bestLanguage, questionsOf } from "../questionnaires/models.ts";
import type { FieldError, Measure, Writing } from "./reporter_api.ts";

/** What a page's report is written with. */
export interface Form {
  readonly site: Site;
  readonly channel: string;
  readonly questionnaire: Questionnaire;
  /** The page's language. */
  readonly language: string;
}

/**
 * The report that `writing` makes.
 *
 * @throws Malformed the first fault of an answer
 * @throws Refused somebody is shut out whom the directory does not list
 */
export function toReport(writing: Writing, form: Form): Report {
  const { answers, faults } = checkAnswers(form.questionnaire, writing.answers);
  const [fault] = faults;
  if (fault !== undefined) throw new Malformed(fault.message, { ...fault.values, pointer: fault.pointer });
  const { rest, excluded } = splitExcluded(form.questionnaire, answers);
  const named = [...new Set([...excluded, ...writing.excluded])].sort();
  for (const member of named) {
    if (form.site.directory.member(member) !== undefined) continue;
    throw new Refused(N_("The directory lists no member “{member}”; nobody was shut out."), { member });
  }
  return { channel: form.channel, body: bodyOf(rest, form), excluded: named, identityAnswers: identityOf(writing) };
}

function bodyOf(answers: JsonObject, { questionnaire, language }: Form): JsonObject {
  return { language: bestLanguage(questionnaire, language), questionnaire: questionnaire.id, answers };
}

/** Who the person is, empty parts left out; null where nothing is left. @throws Malformed no text */
function identityOf({ identity }: Writing): JsonObject | null {
  const found: [string, Json][] = [];
  for (const [name, value] of Object.entries(identity ?? {})) {
    try {
      const text = cleanText(value, MAX_LONG);
      if (text !== "") found.push([name, text]);
    } catch (error) {
      throw error instanceof ProtocolError ? error.at(`/identity/${name}`) : error;
    }
  }
  return found.length === 0 ? null : Object.fromEntries(found);
}

/** Every fault of what was written, in the questionnaire's order, then of the whole. */
export function faultsOf(writing: Writing, form: Form): FieldError[] {
  const { faults } = checkAnswers(form.questionnaire, writing.answers);
  const exclusion = questionsOf(form.questionnaire).find((question) => question.type === "exclude")?.id ?? "excluded";
  const others = [
    faultOf(`/${exclusion}`, () => {
      checkExcluded(writing, form);
    }),
    faultOf("/identity", () => {
      checkIdentity(writing, form);
    }),
    faultOf("", () => {
      const { used, limit } = measureWriting(writing, form);
      const message = N_("This is {over} bytes too long to be sent as one entry.");
      if (used > limit) throw new Malformed(message, { over: used - limit });
    }),
  ];
  return [...faults, ...others.flat()];
}

function faultOf(pointer: string, check: () => void): FieldError[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return [{ pointer: error.pointer === "" ? pointer : error.pointer, message: error.message, values: error.values }];
  }
}

function excludedBy(writing: Writing, form: Form): string[] {
  const { excluded } = splitExcluded(form.questionnaire, checkAnswers(form.questionnaire, writing.answers).answers);
  return [...new Set([...excluded, ...writing.excluded])].sort();
}

function checkExcluded(writing: Writing, form: Form): void {
  const { directory, today } = form.site;
  const excluded = excludedBy(writing, form);
  const member = excluded.find((id) => directory.member(id) === undefined);
  if (member !== undefined) {
    throw new Refused(N_("The directory lists no member “{member}”; nobody was shut out."), { member });
  }
  directory.initialHolders(form.channel, today, excluded);
}

function checkIdentity(writing: Writing, form: Form): void {
  const { directory, today } = form.site;
  const answers = identityOf(writing);
  if (answers === null) return;
  const excluded = excludedBy(writing, form);
  if (directory.custodians(form.channel, today, excluded).length === 0) {
    throw new Refused(N_("Nobody remains who could keep your identity apart from the case."));
  }
  const body = identityBody(answers, form.channel, excluded);
  checkIdentitySize({ ...HEAD, epoch: 0, directory: directory.version, audience: "custodian", kind: "identity", prev: [], body });
}

/** Bytes that the writing takes in its entry, beside what every first entry takes. */
export function measureWriting(writing: Writing, form: Form): Measure {
  const { answers, faults } = checkAnswers(form.questionnaire, writing.answers);
  const faulty = new Set(faults.map(({ pointer }) => pointer.split("/")[1]));
  const raw = Object.entries(writing.answers).filter(([name]) => faulty.has(name));
  const { rest } = splitExcluded(form.questionnaire, { ...answers, ...Object.fromEntries(raw) });
  const empty = firstSize(bodyOf({}, form), [], form);
  return { used: firstSize(bodyOf(rest, form), excludedBy(writing, form), form) - empty, limit: MAX_JSON - empty };
}

/** Bytes that a message takes in its entry; the limit is what remains beside the longest that the rest can be. */
export function measureMessage(text: string): Measure {
  const prev = Array.from({ length: MAX_PREVIOUS }, () => new Uint8Array(32));
  const size = (said: string): number =>
    dumpJson(toJson({ ...HEAD, epoch: MAX_EPOCHS - 1, directory: MAX_VERSION, kind: "message", prev, body: { text: said } })).length;
  const empty = size("");
  return { used: size(text) - empty, limit: MAX_JSON - empty };
}

const ID = "0".repeat(32);
const HEAD = { id: ID, case: ID, audience: "reporter", author: "reporter", date: "2026-01-01" } as const;
let anyone: HybridIdentity["recipient"] | null = null;

function firstSize(body: JsonObject, excluded: readonly string[], { channel, site }: Form): number {
  // Every recipient is written with as many letters: one that nobody has the key of measures like the real one.
  anyone ??= new HybridIdentity(new Uint8Array(32)).recipient;
  const first = { channel, recipient: anyone, signingKey: new Uint8Array(32), excluded };
  const { version }: Directory = site.directory;
  const entry: NewEntry = { ...HEAD, epoch: 0, directory: version, kind: "report", prev: [], body, first };
  return dumpJson(toJson(entry)).length;
}
