/**
 * A draft of a report as a file that only its receipt code opens.
 *
 * JSON followed by spaces to a padded size, sealed as an age file to a key that follows from the receipt code.
 * The format is version 1: `{"format", "origin", "channel", "language", "writing"}`, where `writing` holds
 * `answers`, `excluded` and `identity`.
 */

import * as age from "../protocol/age.ts";
import { type JsonObject, checkText, concat, dumpJson, isId, isObject, parseJsonObject } from "../protocol/encoding.ts";
import { CannotOpen, HeaderFailure, Malformed, N_, ProtocolError } from "../protocol/errors.ts";
import { paddedSize } from "../protocol/padding.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";

export const FORMAT = "reporting/draft/v1";
export const MAX_FILE = 262_144;
const MAX_EXCLUDED = 1_000;
const SPACE = 0x20;
const NO_DRAFT = N_("This file is not a draft of a report.");

/** What a person wrote so far. */
export interface DraftWriting {
  readonly answers: JsonObject;
  readonly excluded: readonly string[];
  readonly identity: JsonObject | null;
}

/** What a draft file holds. */
export interface DraftContent {
  readonly channel: string;
  readonly language: string;
  readonly writing: DraftWriting;
}

/**
 * The file that holds `draft`, for the site of `origin`.
 *
 * @throws Malformed longer than any such file may be
 */
export async function sealDraft(draft: DraftContent, receipt: ReceiptCode, origin: string): Promise<Uint8Array<ArrayBuffer>> {
  const { channel, language, writing } = draft;
  const { answers, excluded, identity } = writing;
  const json = dumpJson({ format: FORMAT, origin, channel, language, writing: { answers, excluded, identity } });
  const padded = concat(json, new Uint8Array(paddedSize(json.length) - json.length).fill(SPACE));
  const { recipient } = await receipt.draftIdentity(origin);
  if (age.sealedSize(padded.length, 1) > MAX_FILE) {
    throw new Malformed(N_("This is too long to be saved as a draft."));
  }
  return age.encrypt(padded, [recipient]);
}

/**
 * What the file of a draft holds.
 *
 * @throws CannotOpen it is another code's
 * @throws NotAuthentic it was altered
 * @throws Malformed no such file, or another site's
 */
export async function openDraft(file: Uint8Array, receipt: ReceiptCode, origin: string): Promise<DraftContent> {
  if (file.length > MAX_FILE) throw new Malformed(NO_DRAFT);
  const identity = await receipt.draftIdentity(origin);
  let plaintext: Uint8Array;
  try {
    plaintext = await age.decrypt(file, [identity]);
  } catch (error) {
    if (error instanceof CannotOpen) throw new CannotOpen(N_("This receipt code does not open this draft."));
    if (error instanceof HeaderFailure) throw new Malformed(NO_DRAFT);
    throw error;
  }
  return readDraft(plaintext, origin);
}

function readDraft(plaintext: Uint8Array, origin: string): DraftContent {
  let content: JsonObject;
  try {
    content = parseJsonObject(plaintext, { limit: MAX_FILE });
  } catch (error) {
    throw error instanceof ProtocolError ? new Malformed(NO_DRAFT) : error;
  }
  if (content["format"] !== FORMAT) throw new Malformed(N_("This draft is of another version of the program."));
  if (content["origin"] !== origin) throw new Malformed(N_("This draft belongs to another site."));
  const { channel, writing } = content;
  if (!isId(channel) || !isObject(writing)) throw new Malformed(NO_DRAFT);
  const { answers, excluded, identity } = writing;
  const isList = Array.isArray(excluded) && excluded.length <= MAX_EXCLUDED && excluded.every(isId);
  if (!isObject(answers) || !isList || !(identity === null || isObject(identity))) throw new Malformed(NO_DRAFT);
  return { channel, language: checkText(content["language"], { limit: 64 }), writing: { answers, excluded, identity } };
}
