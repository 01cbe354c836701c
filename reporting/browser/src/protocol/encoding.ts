/**
 * Strict encodings: base64, I-JSON (RFC 7493), days, ids.
 *
 * One value has one encoding. What another reader could understand differently is refused here,
 * before any other module looks at it.
 */

import { sha256 as sha256Hash } from "@noble/hashes/sha2.js";
import * as base64 from "./base64.ts";
import { Malformed, N_ } from "./errors.ts";
import { type Json, type JsonObject, WholeFloat, isObject, parseText } from "./json.ts";

export { type Json, type JsonObject, MAX_DEPTH, MAX_INTEGER, WholeFloat, isObject } from "./json.ts";

/** What Python's `str.isspace` knows as white space: both sides split and trim alike. */
export const WHITE_SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const BLANK = new RegExp(`^[${WHITE_SPACE}]*$`, "u");

const ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
const HEX32 = /^[0-9a-f]{32}$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const RESERVED_IDS: ReadonlySet<unknown> = new Set(["reporter", "server"]);
// Unicode 15, Bidi_Control
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const encoder = new TextEncoder();
// ignoreBOM: a byte order mark is a character like any other, and so refused where none belongs.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** SHA-256 of `data`, 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return sha256Hash(data);
}

/** `text` in UTF-8; a lone surrogate becomes U+FFFD (see {@link isWellFormed}). */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Whether `text` is nothing but white space. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** Whether `text` has no lone surrogate, so that UTF-8 can carry it. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * Text from strict UTF-8.
 *
 * @throws Malformed anything else, naming the field `pointer`
 */
export function decodeUtf8(data: Uint8Array, pointer = ""): string {
  try {
    return decoder.decode(data);
  } catch {
    throw new Malformed(N_("This is not UTF-8 text."), { pointer });
  }
}

/** The parts, one behind the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    joined.set(part, place);
    place += part.length;
  }
  return joined;
}

/** Whether both hold the same bytes. Not constant in time: for public values. */
export function equalBytes(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((byte, place) => byte === second[place]);
}

/** Lowercase hex. */
export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Canonical padded base64 (RFC 4648 section 4). */
export function b64encode(data: Uint8Array): string {
  return base64.encode(data);
}

/**
 * Bytes from canonical padded base64, of exactly `length` bytes where one is named.
 *
 * @throws Malformed other alphabets, white space, missing padding, non-zero spare bits
 */
export function b64decode(text: unknown, options: { length?: number; pointer?: string } = {}): Uint8Array {
  const { length, pointer = "" } = options;
  if (typeof text !== "string") throw new Malformed(N_("This must be text in base64."), { pointer });
  const data = base64.decode(text);
  if (data === null) throw new Malformed(N_("This is not canonical base64."), { pointer });
  if (length !== undefined && data.length !== length) {
    const message = N_("This must hold {expected} bytes, not {found}.");
    throw new Malformed(message, { pointer, expected: length, found: data.length });
  }
  return data;
}

/**
 * One I-JSON value (RFC 7493) from at most `limit` bytes of UTF-8.
 *
 * @throws Malformed too long, not UTF-8, a byte order mark, not JSON, trailing data, a member named
 * twice, a lone surrogate, deeper than 16 levels, a number beyond ±(2^53−1)
 */
export function parseJson(data: Uint8Array, options: { limit: number }): Json {
  const { limit } = options;
  if (data.length > limit) throw new Malformed(N_("This is longer than {limit} bytes."), { limit });
  return parseText(decodeUtf8(data));
}

/**
 * Like {@link parseJson}, for a JSON object.
 *
 * @throws Malformed as there, and for any other kind of value
 */
export function parseJsonObject(data: Uint8Array, options: { limit: number }): JsonObject {
  const value = parseJson(data, options);
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."));
  return value;
}

/**
 * Compact JSON in UTF-8, without `\u` escapes for what UTF-8 can carry, on one line.
 *
 * @throws Malformed a lone surrogate, which no UTF-8 can carry
 */
export function dumpJson(value: Json): Uint8Array<ArrayBuffer> {
  const text = dumpText(value);
  // JSON.stringify escapes lone surrogates, and them alone, as \ud…: Python refuses to encode them.
  if (/(?<!\\)(?:\\\\)*\\ud/.test(text)) throw new Malformed(N_("This text holds half of a character."));
  return utf8(text);
}

function dumpText(value: Json): string {
  if (value instanceof WholeFloat) return `${value.value.toString()}.0`;
  if (Array.isArray(value)) return `[${value.map(dumpText).join(",")}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${dumpText(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

/**
 * A UTC day from `YYYY-MM-DD` and nothing else; days compare as text.
 *
 * @throws Malformed any other form, or a day that does not exist
 */
export function parseDay(text: unknown, pointer = ""): string {
  const parts = typeof text === "string" ? DAY.exec(text) : null;
  if (parts !== null) {
    const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    // Date rolls over what does not exist. Year 0 does not exist for Python either.
    if (year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day) return parts[0];
  }
  throw new Malformed(N_("This must be a day in the form YYYY-MM-DD."), { pointer });
}

/** How many days `later` comes after `earlier`. */
export function daysBetween(earlier: string, later: string): number {
  return (Date.parse(`${later}T00:00:00Z`) - Date.parse(`${earlier}T00:00:00Z`)) / 86_400_000;
}

/** Whether `text` may be the id of a member or channel (protocol section 13). */
export function isId(text: unknown): text is string {
  return typeof text === "string" && ID.test(text) && !RESERVED_IDS.has(text);
}

/** Whether `text` is 32 lowercase hex digits, as case and entry ids are. */
export function isHex32(text: unknown): text is string {
  return typeof text === "string" && HEX32.test(text);
}

/**
 * `value` as text of at most `limit` UTF-8 bytes.
 *
 * @throws Malformed anything else
 */
export function checkText(value: unknown, options: { pointer?: string; limit?: number } = {}): string {
  const { pointer = "", limit } = options;
  if (typeof value !== "string") throw new Malformed(N_("This must be text."), { pointer });
  if (limit !== undefined && utf8(value).length > limit) {
    throw new Malformed(N_("This is longer than {limit} bytes."), { pointer, limit });
  }
  return value;
}

/**
 * `value` as a whole number from `low` to `high`; `true` is not a number, nor is `1.0` a whole one.
 *
 * @throws Malformed anything else
 */
export function checkInteger(value: unknown, low: number, high: number, pointer = ""): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < low || value > high) {
    throw new Malformed(N_("This must be a whole number from {low} to {high}."), { pointer, low, high });
  }
  return value;
}

/** `text` with bidirectional controls made visible, as `⟨U+202E⟩`: for names of files and people. */
export function visibleBidi(text: string): string {
  return text.replace(BIDI_CONTROLS, (control) => {
    const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `⟨U+${code}⟩`;
  });
}
