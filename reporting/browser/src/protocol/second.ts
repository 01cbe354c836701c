/** The second person's signature for what two sign for, which the reporter's device can check (protocol section 8.7). */

import { type AuthorKey, type Directory, MAX_VERSION } from "./directory.ts";
import { type Json, type JsonObject, b64decode, b64encode, checkInteger, concat, isId, isObject, parseDay, sha256, utf8 } from "./encoding.ts";
import { NotAuthentic, ProtocolError } from "./errors.ts";
import { SIGNATURE_SIZE, type SigningKey, verify } from "./signing.ts";

const DOMAIN = utf8("reporting/v1/second\0");

/** What is proposed, word for word as the status will say it; `status`: the JSON id of the one that stands. */
export interface Proposed {
  readonly case: string;
  readonly status: string;
  readonly what: "refused" | "knowingly-false";
  readonly reason: string;
  readonly appeal: string;
}

/** Who proposed it, under which directory and on which day, and their signature. */
export interface Second {
  readonly member: string;
  readonly directory: number;
  readonly date: string;
  readonly signature: Uint8Array;
}

/** The signature of whoever is `by` for what they propose. */
export function signSecond(proposed: Proposed, by: Omit<Second, "signature">, key: SigningKey): Second {
  return { ...by, signature: key.sign(statement(proposed, by)) };
}

/** As it stands in the proposal, and again in the status. */
export function secondBody({ member, directory, date, signature }: Second): JsonObject {
  return { member, directory, date, signature: b64encode(signature) };
}

/** A second signature as an entry carries it; null for anything else. */
export function parseSecond(value: Json | undefined): Second | null {
  if (!isObject(value) || !isId(value["member"])) return null;
  try {
    return {
      member: value["member"],
      directory: checkInteger(value["directory"], 1, MAX_VERSION),
      date: parseDay(value["date"]),
      signature: b64decode(value["signature"], { length: SIGNATURE_SIZE }),
    };
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

/** The key of the member that signed this for what is `proposed`; null where none did. */
export function secondKey(second: Second, proposed: Proposed, directory: Directory, channel: string | undefined): AuthorKey | null {
  if (second.directory > directory.version || channel === undefined) return null;
  const message = statement(proposed, second);
  for (const key of directory.authorKeys(second.member, second.directory, channel, second.date)) {
    try {
      verify(key.publicKey, second.signature, message);
      return key;
    } catch (error) {
      if (!(error instanceof NotAuthentic)) throw error;
    }
  }
  return null;
}

/** Eight lines. None can hold a newline: what people wrote goes in as its hash. */
function statement(proposed: Proposed, { member, directory, date }: Omit<Second, "signature">): Uint8Array {
  const hash = (text: string): string => b64encode(sha256(utf8(text)));
  const { case: id, status, what, reason, appeal } = proposed;
  const lines = [id, status, what, hash(reason), hash(appeal), member, String(directory), date];
  return concat(DOMAIN, utf8(lines.map((line) => `${line}\n`).join("")));
}
