/** A case as a server describes it, to reporters and to members alike: read, and not yet judged. */

import { parseList } from "../protocol/directory_parts.ts";
import { type Json, type JsonObject, b64decode, checkInteger, checkText, isHex32, isId, isObject, parseDay } from "../protocol/encoding.ts";
import { MAX_NOTE } from "../protocol/epoch.ts";
import { Malformed, N_, ProtocolError } from "../protocol/errors.ts";
import { type CaseView, type SealedCase, type SealedEntry, sealedEntry } from "../protocol/thread.ts";
import type { AskedDay, Clock } from "./shown.ts";

const AUDIENCES = ["reporter", "team", "custodian"] as const;
const MAX_CLOCKS = 16;
const MAX_MONTHS = 120;

/** A case as served; `acknowledgements` by the server's ids of entries. */
export interface ServedCase {
  readonly sealed: SealedCase;
  readonly received: string;
  readonly sealedBy: string;
  /** The recipient that the server offers; the view's `checkMaySeal` judges it. */
  readonly recipient: string;
  readonly clocks: readonly Clock[];
  readonly checkIns: readonly AskedDay[];
  readonly acknowledgements: ReadonlyMap<string, string>;
}

/** A case as it was judged. `acknowledged`: entries of the reporter's own whose acknowledgement holds, and its day. */
export interface OpenedCase {
  readonly served: ServedCase;
  readonly view: CaseView;
  readonly acknowledged: ReadonlyMap<string, string>;
}

/**
 * A list of objects, by its name.
 *
 * @throws Malformed anything else
 */
export function objects(page: JsonObject, name: string): JsonObject[] {
  const value = page[name];
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new Malformed(N_("This must be a list."), { pointer: `/${name}` });
  }
  return value;
}

/**
 * The id of a case.
 *
 * @throws Malformed another form
 */
export function parseCaseId(content: JsonObject): string {
  const id = content["case"];
  if (!isHex32(id)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: "/case" });
  return id;
}

/**
 * The server's id of an entry.
 *
 * @throws Malformed another form
 */
export function parseEntryId(entry: JsonObject): string {
  return checkText(entry["id"], { pointer: "/id", limit: 64 });
}

/**
 * A case and its entries as a server describes them.
 *
 * @throws Malformed another form
 */
export function parseCase(content: JsonObject, entries: readonly JsonObject[]): ServedCase {
  const { channel } = content;
  if (!isId(channel)) throw new Malformed(N_("This is not a valid id."), { pointer: "/channel" });
  // More epochs than a case may have are the reader's to judge: they end its chain, not the whole mailbox.
  const epochs = parseList(content["epochs"], "/epochs", (note, pointer) => checkText(note, { pointer, limit: MAX_NOTE }));
  const status = checkText(content["status"], { pointer: "/status", limit: 64 });
  const outcome = (content["outcome"] ?? null) === null ? null : checkText(content["outcome"], { pointer: "/outcome", limit: 64 });
  return {
    sealed: { case: parseCaseId(content), channel, epochs, status, outcome, entries: entries.map(parseEntry) },
    received: parseDay(content["received"], "/received"),
    sealedBy: content["sealed_by"] === "device" ? "device" : "server",
    recipient: checkText(content["recipient"], { pointer: "/recipient", limit: 4_096 }),
    clocks: parseClocks(content["clocks"]),
    checkIns: parseCheckIns(content),
    acknowledgements: new Map(entries.flatMap(acknowledgementOf)),
  };
}

function acknowledgementOf(entry: JsonObject): [string, string][] {
  const note = entry["acknowledgement"];
  return typeof note === "string" ? [[parseEntryId(entry), note]] : [];
}

/**
 * One entry as served. Bytes that are no base64 stay in the list, where they prove not authentic.
 *
 * @throws Malformed no id or day, or a deleted entry without its hash
 */
export function parseEntry(entry: JsonObject): SealedEntry {
  const day = parseDay(entry["date"], "/date");
  // An audience that nobody knows hides nothing: among the reporter's, such an entry proves not authentic.
  const audience = AUDIENCES.find((known) => known === entry["audience"]) ?? "reporter";
  const value = entry["sealed"] ?? null;
  if (value === null) {
    const sha256 = b64decode(entry["sha256"], { length: 32, pointer: "/sha256" });
    return { id: parseEntryId(entry), day, audience, sealed: null, sha256 };
  }
  let sealed = new Uint8Array();
  try {
    sealed = Uint8Array.from(b64decode(value));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return sealedEntry(parseEntryId(entry), day, sealed, audience);
}

/**
 * The clocks of a case, by the server's word or in a signed status.
 *
 * @throws Malformed another form
 */
export function parseClocks(value: Json | undefined): Clock[] {
  return parseList(value, "/clocks", parseClock, MAX_CLOCKS);
}

/** The check-ins of a case: reporters are told beside it, members within what they are told of its protection. */
function parseCheckIns(content: JsonObject): AskedDay[] {
  const { protection } = content;
  const found = isObject(protection) ? protection["check_ins"] : content["check_ins"];
  return parseList(found ?? [], "/check_ins", parseAsked, MAX_CLOCKS);
}

function parseAsked(value: Json): AskedDay {
  const pointer = "/check_ins";
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."), { pointer });
  const done = value["done"] ?? null;
  return {
    months: checkInteger(value["months"], 1, MAX_MONTHS, pointer),
    due: parseDay(value["due"], pointer),
    done: done === null ? null : parseDay(done, pointer),
  };
}

function parseClock(value: Json): Clock {
  const pointer = "/clocks";
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."), { pointer });
  const done = value["done"] ?? null;
  return {
    name: checkText(value["name"], { pointer, limit: 64 }),
    due: parseDay(value["due"], pointer),
    done: done === null ? null : parseDay(done, pointer),
    ...(value["waived"] === true ? { waived: true } : {}),
  };
}
