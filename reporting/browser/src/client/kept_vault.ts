/** A member's vault as the server keeps it: sealed, with the wraps of its key. */

import { type JsonObject, b64decode, isObject } from "../protocol/encoding.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { SALT_BYTES } from "../protocol/vault.ts";
import { notAsDescribed } from "./errors.ts";
import type { Staff } from "./staff.ts";

/** The vault's key as it is kept at the server, by the name of what wraps it; base64. */
export type Wraps = Readonly<Record<string, string>>;

/** A vault as the server keeps it. */
export interface KeptVault {
  readonly sealed: Uint8Array;
  readonly wraps: Wraps;
  readonly salt: Uint8Array;
}

/** The member's own vault. @throws Problem the session may not ask for it */
export async function fetchVault(staff: Staff): Promise<KeptVault> {
  const content = await staff.get("/api/vault");
  const wraps = Object.entries(isObject(content["wraps"]) ? content["wraps"] : {}).filter(([, wrap]) => typeof wrap === "string");
  return {
    sealed: bytes(content, "vault"),
    wraps: Object.fromEntries(wraps) as Wraps,
    salt: bytes(content, "salt", SALT_BYTES),
  };
}

/** Binary content of an answer. @throws UnexpectedAnswer it is none, or of another length */
export function bytes(content: JsonObject, name: string, length?: number): Uint8Array {
  try {
    return b64decode(content[name], length === undefined ? {} : { length });
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}
