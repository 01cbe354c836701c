/** Channels, members and former members, as they stand in the directory's JSON (protocol section 13). */

import { type Json, type JsonObject, b64decode, checkInteger, checkText, daysBetween, isId, isObject, parseDay } from "./encoding.ts";
import { Malformed, N_, ProtocolError } from "./errors.ts";
import { COSIGNER_KINDS, VerifierKey } from "./note.ts";
import { checkPublicKey } from "./signing.ts";

export const ROLES = ["intake", "investigator", "protection", "custodian", "break_glass"] as const;
export const MAX_LISTED = 10_000;
export const MAX_LABEL = 200;
const MAX_CHANNELS = 1_000;
const MAX_WITNESSES = 16;
const ANONYMOUS: readonly Json[] = ["must", "may", "if_substantiated"];

/** A channel takes reports of wrongdoing, or claims of retaliation. */
export type Kind = "report" | "protection";
/** What a member may be on a channel. */
export type Role = (typeof ROLES)[number];

/** Which questionnaire a channel asks, and the SHA-256 of the bytes served. */
export interface Questionnaire {
  readonly id: string;
  readonly sha256: Uint8Array;
}

/** Where reports arrive: titles by language, roles to member ids, policy. */
export interface Channel {
  readonly id: string;
  readonly kind: Kind;
  readonly titles: ReadonlyMap<string, string>;
  readonly questionnaire: Questionnaire;
  readonly roles: ReadonlyMap<Role, readonly string[]>;
  readonly policy: JsonObject;
}

/** A listed member: public signing key, hash of the recipient string, first version, last day. */
export interface Member {
  readonly id: string;
  readonly label: string;
  readonly since: number;
  readonly signingKey: Uint8Array;
  readonly recipientSha256: Uint8Array;
  readonly validUntil: string;
}

/** A key once in force, from version `since` to `until`, with the channels it served. */
export interface Former {
  readonly id: string;
  readonly label: string;
  readonly channels: readonly string[];
  readonly since: number;
  readonly until: number;
  readonly signingKey: Uint8Array;
}

/** Everybody with any role on the channel. */
export function memberIds(channel: Channel): Set<string> {
  return new Set([...channel.roles.values()].flat());
}

/**
 * Each item of a JSON array of at most `limit` items.
 *
 * @throws Malformed no array, too long, or an item that `parseOne` refuses
 */
export function parseList<T>(
  value: Json | undefined,
  pointer: string,
  parseOne: (item: Json, pointer: string) => T,
  limit = MAX_LISTED,
): T[] {
  if (!Array.isArray(value) || value.length > limit) {
    throw new Malformed(N_("This must be a list of at most {limit} items."), { pointer, limit });
  }
  return (value as readonly Json[]).map((item, place) => parseOne(item, `${pointer}/${place}`));
}

/**
 * A JSON object.
 *
 * @throws Malformed anything else
 */
export function parseObject(value: Json | undefined, pointer: string): JsonObject {
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."), { pointer });
  return value;
}

/**
 * The id of a member or channel.
 *
 * @throws Malformed anything else
 */
export function parseId(value: Json | undefined, pointer: string): string {
  if (!isId(value)) throw new Malformed(N_("This is not a valid id."), { pointer });
  return value;
}

/**
 * A raw Ed25519 public key, canonical and not of small order.
 *
 * @throws Malformed anything else
 */
export function parsePublicKey(value: Json | undefined, pointer: string): Uint8Array {
  const publicKey = b64decode(value, { length: 32, pointer });
  try {
    checkPublicKey(publicKey);
  } catch (error) {
    if (error instanceof ProtocolError) throw error.at(pointer);
    throw error;
  }
  return publicKey;
}

/**
 * `date` and `valid_until`.
 *
 * @throws Malformed no days, the wrong way round, or further apart than `longest` days
 */
export function parseValidity(content: JsonObject, longest: number): { date: string; validUntil: string } {
  const date = parseDay(content["date"], "/date");
  const validUntil = parseDay(content["valid_until"], "/valid_until");
  const length = daysBetween(date, validUntil);
  if (length < 0 || length > longest) {
    const details = { pointer: "/valid_until", days: longest };
    throw new Malformed(N_("A directory is valid for at most {days} days."), details);
  }
  return { date, validUntil };
}

/** Verifier keys of witnesses outside the organization, as lines. */
export function parseWitnesses(value: Json | undefined): string[] {
  const one = (item: Json, pointer: string): string => {
    const line = checkText(item, { pointer, limit: 1_024 });
    try {
      VerifierKey.parse(line, COSIGNER_KINDS);
    } catch (error) {
      if (error instanceof ProtocolError) throw error.at(pointer);
      throw error;
    }
    return line;
  };
  return parseList(value, "/witnesses", one, MAX_WITNESSES);
}

function unique<T extends { readonly id: string }>(found: T[], pointer: string): T[] {
  if (new Set(found.map((item) => item.id)).size !== found.length) {
    throw new Malformed(N_("An id stands in this list twice."), { pointer });
  }
  return found;
}

/** The listed members of directory `version`. */
export function parseMembers(value: Json | undefined, version: number): Member[] {
  const one = (item: Json, pointer: string): Member => {
    const content = parseObject(item, pointer);
    return {
      id: parseId(content["id"], `${pointer}/id`),
      label: checkText(content["label"], { pointer: `${pointer}/label`, limit: MAX_LABEL }),
      since: checkInteger(content["since"], 1, version, `${pointer}/since`),
      signingKey: parsePublicKey(content["signing_key"], `${pointer}/signing_key`),
      recipientSha256: b64decode(content["recipient_sha256"], { length: 32, pointer: `${pointer}/recipient_sha256` }),
      validUntil: parseDay(content["valid_until"], `${pointer}/valid_until`),
    };
  };
  return unique(parseList(value, "/members", one), "/members");
}

/** The keys once in force before directory `version`. */
export function parseFormer(value: Json | undefined, version: number): Former[] {
  const one = (item: Json, pointer: string): Former => {
    const content = parseObject(item, pointer);
    const since = checkInteger(content["since"], 1, version, `${pointer}/since`);
    return {
      id: parseId(content["id"], `${pointer}/id`),
      label: checkText(content["label"], { pointer: `${pointer}/label`, limit: MAX_LABEL }),
      channels: parseList(content["channels"], `${pointer}/channels`, parseId),
      since,
      until: checkInteger(content["until"], since, version, `${pointer}/until`),
      signingKey: parsePublicKey(content["signing_key"], `${pointer}/signing_key`),
    };
  };
  return parseList(value, "/former", one);
}

/** The channels; every role names listed `members` only. */
export function parseChannels(value: Json | undefined, members: ReadonlySet<string>): Channel[] {
  const one = (item: Json, pointer: string): Channel => {
    const content = parseObject(item, pointer);
    const { kind } = content;
    if (kind !== "report" && kind !== "protection") {
      throw new Malformed(N_("A channel is of kind report or protection."), { pointer: `${pointer}/kind` });
    }
    return {
      id: parseId(content["id"], `${pointer}/id`),
      kind,
      titles: parseTitles(content["titles"], `${pointer}/titles`),
      questionnaire: parseQuestionnaire(content["questionnaire"], `${pointer}/questionnaire`),
      roles: parseRoles(content["roles"], `${pointer}/roles`, members),
      policy: parsePolicy(content["policy"], `${pointer}/policy`),
    };
  };
  return unique(parseList(value, "/channels", one, MAX_CHANNELS), "/channels");
}

function parseTitles(value: Json | undefined, pointer: string): ReadonlyMap<string, string> {
  const titles = Object.entries(parseObject(value, pointer));
  return new Map(
    titles.map(([language, title]) => [
      language,
      checkText(title, { pointer: `${pointer}/${language}`, limit: MAX_LABEL }),
    ]),
  );
}

function parseQuestionnaire(value: Json | undefined, pointer: string): Questionnaire {
  const content = parseObject(value, pointer);
  return {
    id: parseId(content["id"], `${pointer}/id`),
    sha256: b64decode(content["sha256"], { length: 32, pointer: `${pointer}/sha256` }),
  };
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

function parseRoles(value: Json | undefined, pointer: string, members: ReadonlySet<string>): ReadonlyMap<Role, string[]> {
  const roles = new Map<Role, string[]>();
  for (const [role, listed] of Object.entries(parseObject(value, pointer))) {
    const at = `${pointer}/${role}`;
    if (!isRole(role)) throw new Malformed(N_("There is no such role."), { pointer: at });
    const ids = parseList(listed, at, parseId);
    if (!ids.every((id) => members.has(id))) {
      throw new Malformed(N_("A role names somebody who is not listed."), { pointer: at });
    }
    roles.set(role, ids);
  }
  return roles;
}

function parsePolicy(value: Json | undefined, pointer: string): JsonObject {
  const content = parseObject(value, pointer);
  if (!ANONYMOUS.includes(content["anonymous"] ?? null)) {
    const message = N_("A channel says whether reports may be anonymous.");
    throw new Malformed(message, { pointer: `${pointer}/anonymous` });
  }
  if (typeof content["scriptless"] !== "boolean") {
    throw new Malformed(N_("This must be true or false."), { pointer: `${pointer}/scriptless` });
  }
  checkText(content["profile"], { pointer: `${pointer}/profile`, limit: 64 });
  return content;
}
