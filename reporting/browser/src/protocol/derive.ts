/** HKDF-SHA-256 (RFC 5869), the protocol's only way from one key to another, by WebCrypto. */

/** `length` bytes derived from `secret`; the salt is empty where the protocol names none. */
export async function hkdf(
  secret: Uint8Array,
  info: Uint8Array,
  options: { salt?: Uint8Array; length?: number } = {},
): Promise<Uint8Array> {
  const { salt = new Uint8Array(), length = 32 } = options;
  const key = await crypto.subtle.importKey("raw", new Uint8Array(secret), "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(salt), info: new Uint8Array(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
}
