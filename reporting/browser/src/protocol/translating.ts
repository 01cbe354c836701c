/** Translations for the team: of which entry, into which language, made by whom or what, and whether checked (8.11). */

import { type JsonObject, b64decode, b64encode, checkText, isHex32 } from "./encoding.ts";
import type { Entry } from "./entry.ts";
import { Malformed, N_ } from "./errors.ts";

/** Who made it: whoever signs answers for either. */
export const MAKERS = ["person", "program"] as const;
const MAX_TEXT = 16_384; // an entry holds no more
// A language tag of RFC 5646, by its shape.
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/;

/** A translation: `of` is the original's JSON id, `sha256` the hash of its sealed bytes in base64. */
export interface Translation {
  readonly of: string;
  readonly sha256: string;
  readonly language: string;
  readonly text: string;
  readonly by: (typeof MAKERS)[number];
  readonly checked: boolean;
}

/** Whether a translation says what belongs in it; other entries pass. @throws Malformed it does not */
export function checkTranslation({ kind, body }: Entry): void {
  if (kind === "translation") translationOf(body);
}

/**
 * What a body says of a translation.
 *
 * @throws Malformed something is missing or of another form
 */
export function translationOf(body: JsonObject): Translation {
  const { of, language, checked } = body;
  if (!isHex32(of)) throw new Malformed(N_("This must be 32 hexadecimal digits."), { pointer: "/of" });
  const sha256 = b64encode(b64decode(body["sha256"], { length: 32, pointer: "/sha256" }));
  if (typeof language !== "string" || !LANGUAGE.test(language)) {
    throw new Malformed(N_("This must be the code of a language, as in en or zh-Hant."), { pointer: "/language" });
  }
  const text = checkText(body["text"], { pointer: "/text", limit: MAX_TEXT });
  if (/^[ \t\r\n]*$/.test(text)) throw new Malformed(N_("There is nothing to send."), { pointer: "/text" });
  const by = MAKERS.find((one) => one === body["by"]);
  if (by === undefined) throw new Malformed(N_("This is not one of the choices."), { pointer: "/by" });
  if (typeof checked !== "boolean") throw new Malformed(N_("This must be true or false."), { pointer: "/checked" });
  return { of, sha256, language, text, by, checked };
}
