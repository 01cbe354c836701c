/** The JSON of an entry: what every reader insists on before it looks at a signature (protocol section 5). */

import { HybridRecipient } from "./age_keys.ts";
import { MAX_VERSION } from "./directory.ts";
import {
  type Json,
  type JsonObject,
  MAX_INTEGER,
  b64decode,
  checkInteger,
  checkText,
  isHex32,
  isId,
  isObject,
  parseDay,
  parseJsonObject,
} from "./encoding.ts";
import type { Entry } from "./entry.ts";
import { MAX_EPOCHS } from "./epoch.ts";
import { Malformed, N_, NotAuthentic, ProtocolError } from "./errors.ts";
import { checkPublicKey } from "./signing.ts";

export const MAX_JSON = 16_384;
export const MAX_PREVIOUS = 16;
export const MAX_ATTACHMENTS = 16;
export const MAX_CUSTODIANS = 16;
export const MAX_EXCLUDED = 1_000;
const AUDIENCES = ["reporter", "team", "custodian"] as const;

/** Who an entry is for. */
export type Audience = (typeof AUDIENCES)[number];

/** Kinds by who wrote them. */
interface Kinds {
  readonly byReporter: readonly string[];
  readonly byMembers: readonly string[];
}

// The table of section 5: audience to kinds, by reporter and by members.
const KINDS: Readonly<Record<Audience, Kinds>> = {
  reporter: {
    byReporter: ["report", "message", "retaliation", "protection", "minutes", "request"],
    byMembers: ["message", "status", "protection", "removal", "minutes"],
  },
  team: { byReporter: [], byMembers: ["note", "access", "classification", "removal", "translation", "protection"] },
  custodian: { byReporter: ["identity"], byMembers: ["disclosure"] },
};
const KNOWN_KINDS = new Set(Object.values(KINDS).flatMap((kinds) => [...kinds.byReporter, ...kinds.byMembers]));

/** What the first entry alone carries beside its body. */
export interface FirstEntry {
  readonly channel: string;
  readonly recipient: HybridRecipient;
  readonly signingKey: Uint8Array;
  readonly excluded: readonly string[];
}

/** A sealed file that an entry names: the upload, its name, type, true size and sealed hash. */
export interface Attachment {
  readonly upload: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: Uint8Array;
}

/** Whether this version of the protocol knows the kind; others are shown plainly and have no effect. */
export function isKnownKind(kind: string): boolean {
  return KNOWN_KINDS.has(kind);
}

/**
 * An entry from its JSON.
 *
 * @throws Malformed a member missing or of another form
 * @throws NotAuthentic audience, kind and author that do not go together
 */
export function parseContent(data: Uint8Array): Entry {
  const content = parseJsonObject(data, { limit: MAX_JSON });
  if (content["v"] !== 1) {
    throw new Malformed(N_("This entry is of another version of the protocol."), { pointer: "/v" });
  }
  const id = parseHex32(content["id"], "/id");
  const caseId = parseHex32(content["case"], "/case");
  const kind = checkText(content["kind"], { pointer: "/kind", limit: 64 });
  const entry: Entry = {
    id,
    case: caseId,
    epoch: checkInteger(content["epoch"], 0, MAX_EPOCHS - 1, "/epoch"),
    directory: checkInteger(content["directory"], 1, MAX_VERSION, "/directory"),
    audience: parseAudience(content["audience"]),
    kind,
    author: parseAuthor(content["author"]),
    date: parseDay(content["date"], "/date"),
    prev: parsePrev(content["prev"]),
    body: parseBody(content["body"]),
    attachments: parseAttachments(content["attachments"]),
    first: kind === "report" ? parseFirst(content) : null,
    content,
  };
  checkKind(entry);
  return entry;
}

function checkKind({ audience, kind, author, epoch, prev }: Entry): void {
  const { byReporter, byMembers } = KINDS[audience];
  if (isKnownKind(kind) && !(author === "reporter" ? byReporter : byMembers).includes(kind)) {
    throw new NotAuthentic(N_("Audience, kind and author of this entry do not go together."));
  }
  if (kind === "report" && (epoch !== 0 || prev.length > 0)) {
    throw new NotAuthentic(N_("A first entry stands at the beginning of its case."));
  }
}

function parseHex32(value: Json | undefined, pointer: string): string {
  if (!isHex32(value)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer });
  return value;
}

function parseAudience(value: Json | undefined): Audience {
  const audience = AUDIENCES.find((known) => known === value);
  if (audience === undefined) throw new Malformed(N_("There is no such audience."), { pointer: "/audience" });
  return audience;
}

function parseAuthor(value: Json | undefined): string {
  if (value === "reporter" || isId(value)) return value;
  throw new Malformed(N_("This is not a valid id."), { pointer: "/author" });
}

function checkList(value: Json | undefined, pointer: string, limit: number): readonly Json[] {
  if (!Array.isArray(value) || value.length > limit) {
    throw new Malformed(N_("This must be a list of at most {limit} items."), { pointer, limit });
  }
  return value as readonly Json[];
}

/** Sorted, nothing twice: base64 and ids are ASCII, whose order is the same everywhere. */
function checkSorted(texts: readonly string[], pointer: string): void {
  const sorted = [...new Set(texts)].sort();
  if (sorted.length !== texts.length || sorted.some((text, place) => text !== texts[place])) {
    throw new Malformed(N_("This list must be sorted and name nothing twice."), { pointer });
  }
}

function parsePrev(value: Json | undefined): Uint8Array[] {
  const items = checkList(value, "/prev", MAX_PREVIOUS);
  const digests = items.map((item) => b64decode(item, { length: 32, pointer: "/prev" }));
  checkSorted(items as readonly string[], "/prev");
  return digests;
}

function parseBody(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."), { pointer: "/body" });
  return value;
}

function parseAttachments(value: Json | undefined): Attachment[] {
  const items = checkList(value, "/attachments", MAX_ATTACHMENTS);
  return items.map((item, place) => parseAttachment(item, `/attachments/${place}`));
}

function parseAttachment(value: Json, pointer: string): Attachment {
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."), { pointer });
  return {
    upload: checkText(value["upload"], { pointer: `${pointer}/upload`, limit: 64 }),
    name: checkText(value["name"], { pointer: `${pointer}/name`, limit: 1_024 }),
    type: checkText(value["type"], { pointer: `${pointer}/type`, limit: 255 }),
    size: checkInteger(value["size"], 0, MAX_INTEGER, `${pointer}/size`),
    sha256: b64decode(value["sha256"], { length: 32, pointer: `${pointer}/sha256` }),
  };
}

function parseFirst(content: JsonObject): FirstEntry {
  const { reporter, channel } = content;
  if (!isObject(reporter)) throw new Malformed(N_("This must be a JSON object."), { pointer: "/reporter" });
  if (!isId(channel)) throw new Malformed(N_("This is not a valid id."), { pointer: "/channel" });
  const excluded = parseExcluded(content["excluded"]);
  const signingKey = b64decode(reporter["signing_key"], { length: 32, pointer: "/reporter/signing_key" });
  try {
    checkPublicKey(signingKey);
    return { channel, recipient: HybridRecipient.parse(checkText(reporter["recipient"])), signingKey, excluded };
  } catch (error) {
    if (error instanceof ProtocolError) throw error.at("/reporter");
    throw error;
  }
}

function parseExcluded(value: Json | undefined): string[] {
  const items = Array.isArray(value) && value.length <= MAX_EXCLUDED ? (value as readonly Json[]) : null;
  if (items?.every(isId) !== true) throw new Malformed(N_("This must be a list of ids."), { pointer: "/excluded" });
  checkSorted(items, "/excluded");
  return [...items];
}
