/** A member's mail: where they get it, and what they want to be told of. By the server's word; it holds no keys. */

import { type Json, type JsonObject, checkText, isObject } from "../protocol/encoding.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { notAsDescribed } from "./errors.ts";
import { ACCOUNT } from "./own_account.ts";
import { type Staff, texts } from "./staff.ts";

const MAIL = `${ACCOUNT}/mail`;
const MAX_TEXT = 256;

/** What can be told: a new case, a deadline that approaches, one that has passed. */
const MAIL_KINDS = ["new", "near", "late", "answered"] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** What a member wants of a channel. */
export interface MailChoice {
  readonly id: string;
  readonly kinds: readonly MailKind[];
  /** Whether the mail may say which channel it is. */
  readonly named: boolean;
}

/** All that a member chooses at once. */
export interface MailChoices {
  readonly channels: readonly MailChoice[];
  /** For auditors: whether they get the state of the audit log. */
  readonly checkpoints: boolean;
  readonly language: string;
}

/** How a member's mail stands. */
export interface OwnMail {
  /** Whether this service sends mail. */
  readonly offered: boolean;
  readonly slots: readonly string[];
  readonly zone: string;
  readonly address: string | null;
  /** An address whose code has not come back yet. */
  readonly waiting: string | null;
  /** Whether the last mail to the address was refused. */
  readonly refused: boolean;
  /** The language in which mail is written. */
  readonly language: string;
  readonly channels: readonly MailChoice[];
  /** Whether an auditor gets the state of the audit log; null for whoever is none. */
  readonly checkpoints: boolean | null;
}

/** How it stands. @throws UnexpectedAnswer the answer has another form */
export async function loadMail(staff: Staff): Promise<OwnMail> {
  const content = await staff.get(MAIL);
  const { checkpoints } = content;
  try {
    return {
      offered: content["offered"] === true,
      slots: texts(content["slots"]),
      zone: checkText(content["zone"], { limit: MAX_TEXT }),
      address: textOrNull(content["address"]),
      waiting: textOrNull(content["waiting"]),
      refused: content["refused"] === true,
      language: checkText(content["language"], { limit: MAX_TEXT }),
      channels: (Array.isArray(content["channels"]) ? content["channels"] : []).filter(isObject).map(parseChoice),
      checkpoints: typeof checkpoints === "boolean" ? checkpoints : null,
    };
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}

function textOrNull(value: Json | undefined): string | null {
  return value === null || value === undefined ? null : checkText(value, { limit: MAX_TEXT });
}

function parseChoice(content: JsonObject): MailChoice {
  const kinds = texts(content["kinds"]);
  return {
    id: checkText(content["id"], { limit: MAX_TEXT }),
    kinds: MAIL_KINDS.filter((kind) => kinds.includes(kind)),
    named: content["named"] === true,
  };
}

/** Has a code mailed to an address, and all mail from now on written in a language. @throws Problem it is none, too many attempts, or of kind `step-up-needed` */
export async function askMailCode(staff: Staff, address: string, language: string): Promise<void> {
  await staff.sendOnce("POST", `${MAIL}/address`, { address, language });
}

/** Shows that mail arrives; it stays in the page's language. @throws Problem another code, or too many attempts */
export async function confirmMailCode(staff: Staff, code: string, language: string): Promise<void> {
  await staff.sendOnce("POST", `${MAIL}/code`, { code, language });
}

/** Puts what the member wants in the place of what they wanted before. @throws Problem it cannot be */
export async function chooseMail(staff: Staff, { channels, checkpoints, language }: MailChoices): Promise<void> {
  const listed = channels.map(({ id, kinds, named }) => ({ id, kinds: [...kinds], named }));
  await staff.send("PUT", `${MAIL}/choices`, { channels: listed, checkpoints, language });
}

/** Has the address forgotten. @throws Problem there is none */
export async function forgetMail(staff: Staff): Promise<void> {
  await staff.sendOnce("DELETE", `${MAIL}/address`, {});
}
