/** Names that strangers gave to files, as they may stand on a disk. */

/** A name without folders and without what misleads the eye or a disk. */
export function safeName(name: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  const plain = name.replace(/⟨U\+[0-9A-F]{4}⟩/gu, "").replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/gu, "_").replace(/^\.+/u, "").trim();
  return plain === "" ? "file" : plain.slice(-150);
}
