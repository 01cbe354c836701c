/**
 * Cards: what a member's device keeps of a case that it has opened, under the vault's key (protocol section 9).
 *
 * A card holds what lists show and search finds, and what the case is held against when it is opened again:
 * the reporter's keys, and the newest epoch seen. Members of it that this program does not know are kept.
 */

import {
  type Json,
  type JsonObject,
  b64decode,
  b64encode,
  checkInteger,
  checkText,
  concat,
  dumpJson,
  equalBytes,
  isObject,
  parseJsonObject,
  sha256,
  utf8,
} from "../protocol/encoding.ts";
import { MAX_EPOCHS, epochSha256 } from "../protocol/epoch.ts";
import { Malformed, N_, NotAuthentic, ProtocolError } from "../protocol/errors.ts";
import { padme } from "../protocol/padding.ts";
import type { CaseView } from "../protocol/thread.ts";
import * as vaults from "../protocol/vault.ts";
import type { CardOwner } from "../protocol/vault.ts";
import type { Draft } from "../workers/desk_api.ts";
import { characters, oneLine, searchable, tagsOf } from "./card_text.ts";

const VERSION = 2;
const WITH_RECIPIENT = 1; // cards of 0.1.0 hold the recipient itself
const SUMMARY = 200; // characters
/** Bytes of a draft's JSON. */
export const MAX_DRAFT = 16_384;
const FLOOR = 1_024;
const SPACE = 0x20;
const ROOM = 64; // what sealing adds, and a little more
const OWN: ReadonlySet<string> = new Set([
  ...["v", "case", "channel", "reporter_key", "reporter_recipient", "reporter_sha256", "epoch", "epoch_sha256", "summary"],
  ...["text", "tags", "draft", "asked"],
]);
const ANOTHER_CASE = N_("The server shows another case than before under this id.");

/** What is kept of one case. `text` is null where a program without search wrote the card. */
export interface Card {
  readonly case: string;
  readonly channel: string;
  readonly reporterKey: Uint8Array;
  /** SHA-256 of the recipient string that the reporter named in the first entry. */
  readonly reporterSha256: Uint8Array;
  readonly epoch: number;
  readonly epochSha256: Uint8Array;
  readonly summary: string;
  readonly text: string | null;
  readonly tags: readonly string[];
  readonly draft: Draft | null;
  /** Whether the reporter asks for something that waits, as of the last opening. */
  readonly asked: boolean;
  /** Members of the JSON that only other programs know. */
  readonly further: JsonObject;
}

/** The card's JSON, with spaces behind it up to the padded size: its length tells a class, no more. */
export function encodeCard(card: Card): Uint8Array {
  const content = dumpJson({
    ...card.further,
    v: VERSION,
    case: card.case,
    channel: card.channel,
    reporter_key: b64encode(card.reporterKey),
    reporter_sha256: b64encode(card.reporterSha256),
    epoch: card.epoch,
    epoch_sha256: b64encode(card.epochSha256),
    summary: card.summary,
    ...(card.text === null ? {} : { text: card.text }),
    ...(card.tags.length === 0 ? {} : { tags: [...card.tags] }),
    ...(card.draft === null ? {} : { draft: { ...card.draft } }),
    ...(card.asked ? { asked: true } : {}),
  });
  return concat(content, new Uint8Array(padme(Math.max(content.length, FLOOR)) - content.length).fill(SPACE));
}

/**
 * The card under the vault's key.
 *
 * @throws Malformed longer than a card may be
 */
export async function sealCard(card: Card, vaultKey: Uint8Array, member: string): Promise<Uint8Array> {
  const content = encodeCard(card);
  if (content.length + ROOM > vaults.MAX_CARD) {
    throw new Malformed(N_("This is longer than {limit} bytes."), { limit: vaults.MAX_CARD - ROOM });
  }
  return vaults.sealCard(content, vaultKey, { member, case: card.case });
}

/**
 * A card from its base64; null where there is none, or one that this program cannot read: it is then
 * written anew from the case itself.
 */
export async function openCard(sealed: Json | undefined, vaultKey: Uint8Array, owner: CardOwner): Promise<Card | null> {
  if (typeof sealed !== "string") return null;
  try {
    return parseCard(await vaults.openCard(b64decode(sealed), vaultKey, owner));
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

function parseCard(data: Uint8Array): Card {
  const content = parseJsonObject(data, { limit: vaults.MAX_CARD });
  const { v: version } = content;
  if (version !== VERSION && version !== WITH_RECIPIENT) throw new Malformed(N_("This card is of another version."));
  return {
    case: checkText(content["case"]),
    channel: checkText(content["channel"]),
    reporterKey: b64decode(content["reporter_key"], { length: 32 }),
    reporterSha256:
      version === VERSION
        ? b64decode(content["reporter_sha256"], { length: 32 })
        : sha256(utf8(checkText(content["reporter_recipient"]))),
    epoch: checkInteger(content["epoch"], 0, MAX_EPOCHS - 1),
    epochSha256: b64decode(content["epoch_sha256"], { length: 32 }),
    summary: checkText(content["summary"]),
    text: typeof content["text"] === "string" ? content["text"] : null,
    tags: textsOf(content["tags"]),
    draft: draftOf(content["draft"]),
    asked: content["asked"] === true,
    further: Object.fromEntries(Object.entries(content).filter(([name]) => !OWN.has(name))),
  };
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === "string") : [];
}

function draftOf(value: Json | undefined): Draft | null {
  if (!isObject(value)) return null;
  const { audience, text } = value;
  if ((audience !== "reporter" && audience !== "team") || typeof text !== "string" || text === "") return null;
  return { audience, text };
}

/**
 * `card` with what was begun to write; none where the text is empty.
 *
 * @throws Malformed longer than a draft may be
 */
export function withDraft(card: Card, draft: Draft): Card {
  if (draft.text === "") return { ...card, draft: null };
  if (dumpJson({ ...draft }).length > MAX_DRAFT) {
    throw new Malformed(N_("This is longer than {limit} bytes."), { limit: MAX_DRAFT });
  }
  return { ...card, draft: { audience: draft.audience, text: draft.text } };
}

/**
 * The card of a case in order; null for one whose first entry or chain is missing or broken. What the
 * card `before` held of the member's own, and of other programs, stays.
 */
export function cardOf(view: CaseView, before: Card | null, asked: boolean): Card | null {
  const { first, chain, warnings, case: id, channel, reporterKey } = view.facts;
  const opening = first?.first ?? null;
  if (first === null || opening === null || chain?.broken !== null || warnings.length > 0) return null;
  return {
    case: id,
    channel,
    reporterKey,
    reporterSha256: sha256(utf8(String(opening.recipient))),
    epoch: chain.last.number,
    epochSha256: epochSha256(chain.last),
    summary: summaryOf(first.body),
    text: searchable(view),
    tags: tagsOf(view),
    draft: before?.draft ?? null,
    asked,
    further: before?.further ?? {},
  };
}

/** Whether both say the same. */
export function sameCard(first: Card, second: Card): boolean {
  return equalBytes(encodeCard(first), encodeCard(second));
}

function summaryOf(body: JsonObject): string {
  const answers = isObject(body["answers"]) ? body["answers"] : {};
  const { account } = answers;
  const texts = Object.values(answers).filter((value) => typeof value === "string");
  const longest = texts.reduce((best, text) => (characters(text).length > characters(best).length ? text : best), "");
  return characters(oneLine(typeof account === "string" ? account : longest)).slice(0, SUMMARY).join("");
}

/**
 * Holds a case against its card; whether the server withholds epochs that this member has seen.
 *
 * @throws NotAuthentic other keys of the reporter, or another history of who holds the case
 */
export function checkAgainst(view: CaseView, card: Card): boolean {
  const { chain, first, case: id, reporterKey } = view.facts;
  if (chain === null) return false;
  if (card.case !== id || !equalBytes(card.reporterKey, reporterKey)) throw new NotAuthentic(ANOTHER_CASE);
  const opening = first?.first ?? null;
  if (opening !== null && !equalBytes(sha256(utf8(String(opening.recipient))), card.reporterSha256)) {
    throw new NotAuthentic(ANOTHER_CASE);
  }
  const seen = chain.epochs[card.epoch];
  if (seen === undefined) return true;
  if (!equalBytes(epochSha256(seen), card.epochSha256)) {
    throw new NotAuthentic(N_("The server shows another history of who holds this case than before."));
  }
  return false;
}
