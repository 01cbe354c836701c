/** Bytes as text: in which encoding they are written is guessed, and what would mislead the eye is made visible. */

import { visibleBidi } from "../protocol/encoding.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

const SAMPLE = 4_096;

/** The encoding that the beginning of a text is written in: by its mark, by its zeros, by whether it is UTF-8. */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (const [place, byte] of head.subarray(0, SAMPLE).entries()) if (byte === 0) zeros[place % 2] = (zeros[place % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const many = Math.min(head.length, SAMPLE) / 5;
  if (odd > many && even < odd / 10) return "utf-16le";
  if (even > many && odd < even / 10) return "utf-16be";
  return isUtf8(head) ? "utf-8" : "windows-1252";
}

/** A character cut at the end does not make it something else. */
function isUtf8(head: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** What an encoding is called. */
export const ENCODING_NAMES: Readonly<Record<Encoding, string>> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16",
  "windows-1252": "Latin-1",
};

// C0 and C1 controls other than tab and line ends; zero-width characters that hide in words.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const HIDDEN = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u200b\u2060\ufeff]/gu;

/** Text as it is shown: control characters and what turns the direction around stand as their numbers. */
export function visible(text: string): string {
  const shown = text.replace(/^\ufeff/, "").replace(HIDDEN, (one) => `⟨U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
  return visibleBidi(shown);
}
