/** What happened to a member's account since they were last told, by the server's word. */

import { type JsonObject, MAX_INTEGER, checkInteger, checkText, isObject } from "../protocol/encoding.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { notAsDescribed } from "./errors.ts";
import { ACCOUNT } from "./own_account.ts";
import type { Staff } from "./staff.ts";

const NOTICES = `${ACCOUNT}/notices`;
const MAX_SHOWN = 64;
const MAX_TEXT = 256;

/** One thing that happened. `at` is ISO 8601. */
export interface AccountEvent {
  readonly at: string;
  readonly act: string;
  /** A member's id, or `server`. */
  readonly by: string;
  /** Which second factor, where it is about one. */
  readonly kind: string;
  /** Whether the passphrase, or the recovery code, was replaced. */
  readonly passphrase: boolean;
  readonly recovery: boolean;
}

/** What there is to tell. */
export interface AccountNews {
  /** Up to which position of the audit log this tells. */
  readonly end: number;
  /** How many attempts to sign in or to prove failed. */
  readonly failures: number;
  /** The newest first. */
  readonly events: readonly AccountEvent[];
}

/** What the member was not told of yet. @throws UnexpectedAnswer the answer has another form */
export async function loadNews(staff: Staff): Promise<AccountNews> {
  const content = await staff.get(NOTICES);
  try {
    const events = Array.isArray(content["events"]) ? content["events"].slice(0, MAX_SHOWN) : [];
    return {
      end: checkInteger(content["end"], 0, MAX_INTEGER),
      failures: checkInteger(content["failures"], 0, MAX_INTEGER),
      events: events.filter(isObject).map(parseEvent),
    };
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}

function parseEvent(content: JsonObject): AccountEvent {
  const details = isObject(content["details"]) ? content["details"] : {};
  return {
    at: checkText(content["at"], { limit: MAX_TEXT }),
    act: checkText(content["act"], { limit: MAX_TEXT }),
    by: checkText(content["by"], { limit: MAX_TEXT }),
    kind: typeof details["kind"] === "string" ? details["kind"] : "",
    passphrase: details["passphrase"] === true,
    recovery: details["recovery"] === true,
  };
}

/** Has the server remember that the member saw what is told up to `end`. */
export async function noteTold(staff: Staff, end: number): Promise<void> {
  await staff.sendOnce("POST", NOTICES, { end });
}
