/** The text form of an age file: strict PEM (c2sp.org/age, section "ASCII armor"). */

import { base64 } from "@scure/base";

import { ArmorFailure, N_ } from "./errors.ts";

export const BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----";
export const END = "-----END AGE ENCRYPTED FILE-----";

const COLUMNS = 64;
const DAMAGED = N_("The text form of this sealed file is damaged.");

/** `sealed` as text in lines of 64 columns, with a final newline. */
export function armor(sealed: Uint8Array): string {
  const lines = base64.encode(sealed).match(/.{1,64}/g) ?? [];
  return [BEGIN, ...lines, END, ""].join("\n");
}

/**
 * The age file in `text`. White space around it and CRLF line ends are accepted.
 *
 * @throws ArmorFailure anything else that {@link armor} does not write
 */
export function dearmor(text: string): Uint8Array {
  const lines = text.replace(/^[ \t\r\n\v\f]+|[ \t\r\n\v\f]+$/g, "").replaceAll("\r\n", "\n").split("\n");
  const framed = lines.length >= 2 && lines[0] === BEGIN && lines.at(-1) === END;
  const body = lines.slice(1, -1);
  const last = body.at(-1);
  const full = body.slice(0, -1).every((line) => line.length === COLUMNS);
  if (!framed || !full || last?.length === 0 || (last?.length ?? 0) > COLUMNS) throw new ArmorFailure(DAMAGED);
  return decode(body.join(""));
}

function decode(text: string): Uint8Array {
  try {
    const sealed = base64.decode(text);
    if (base64.encode(sealed) === text) return sealed;
  } catch {
    // Not base64: falls through to the one failure.
  }
  throw new ArmorFailure(DAMAGED);
}
