/** Canonical padded base64 (RFC 4648 section 4), by tables: an inbox brings megabytes of it. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PAD = 0x3d;
const NONE = 0xff;
const CODES = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const VALUES = new Uint8Array(128).fill(NONE);
for (const [value, code] of CODES.entries()) VALUES[code] = value;
const ascii = new TextDecoder();

/** The text of `data`. */
export function encode(data: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(data.length / 3) * 4);
  let place = 0;
  for (let index = 0; index < data.length; index += 3) {
    const bits = ((data[index] ?? 0) << 16) | ((data[index + 1] ?? 0) << 8) | (data[index + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) text[place++] = CODES[(bits >> shift) & 63] ?? 0;
  }
  const missing = (3 - (data.length % 3)) % 3;
  return ascii.decode(text.fill(PAD, text.length - missing));
}

/** The bytes of `text`; null for other alphabets, white space, missing padding or non-zero spare bits. */
export function decode(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  const missing = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - missing;
  const data = new Uint8Array((text.length / 4) * 3 - missing);
  let bits = 0;
  let place = 0;
  for (let index = 0; index < digits; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? NONE;
    if (value === NONE) return null;
    bits = ((bits << 6) | value) & 0xffffff;
    if (index % 4 === 0) continue;
    data[place++] = (bits >> (6 - 2 * (index % 4))) & 0xff;
  }
  const spare = missing === 0 ? 0 : bits & ((1 << (2 * missing)) - 1);
  return spare === 0 ? data : null;
}
