/** Which root key a site is trusted by when the server shows another one (protocol section 3). */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { type Pin, Site } from "../../reporting/browser/src/client/site.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import * as directories from "../../reporting/browser/src/protocol/directory.ts";
import { b64encode } from "../../reporting/browser/src/protocol/encoding.ts";
import { NotAuthentic } from "../../reporting/browser/src/protocol/errors.ts";
import * as notes from "../../reporting/browser/src/protocol/note.ts";
import { SigningKey } from "../../reporting/browser/src/protocol/signing.ts";
import { FIRST, FIRST_NOTE, ORIGIN, TODAY, directoryJson, root, rootKey, seed } from "./world.ts";

const other = new SigningKey(seed("another root"));
const otherRoot = new notes.VerifierKey(ORIGIN, other.public);
const PIN: Pin = { root, version: 1, sha256: FIRST.sha256 };

function text(version: number, previous: Uint8Array, more: { readonly next_root?: string } = {}): string {
  return directories.toText(ORIGIN, previous, { ...directoryJson({ version }), ...more });
}

/** `text` with a signature by each key. */
function signed(of: string, ...keys: readonly SigningKey[]): string {
  const [first = rootKey, ...others] = keys;
  let note = notes.parse(notes.sign(of, ORIGIN, first));
  for (const key of others) note = notes.addSignature(note, ORIGIN, key);
  return note.encode();
}

/** Two versions after the first, the second of them in the hands of `other` alone. */
function versions(second: string, ...keys: readonly SigningKey[]): readonly string[] {
  const previous = directories.parseText(second).sha256;
  return [FIRST_NOTE, signed(second, ...keys), signed(text(3, previous), other)];
}

const NAMED = text(2, FIRST.sha256, { next_root: b64encode(other.public) });

/** The site as a client with `pin` sees it that is shown `shown`, and `otherRoot` as its root. */
function seen(shown: readonly string[], pin: Pin = PIN): Site {
  const answer = (path: string): string => {
    if (path.endsWith("/root")) return `${otherRoot.encode()}\n`;
    const number = /\/directory\/(\d+)$/.exec(path)?.[1];
    return shown[number === undefined ? shown.length - 1 : Number(number) - 1] ?? "";
  };
  return new Site(new Transport((path) => Promise.resolve(new Response(answer(path)))), pin, TODAY);
}

describe("a change of the root key", () => {
  it("is followed where the old root signed which one comes, and that one signed too", async () => {
    const site = seen(versions(NAMED, rootKey, other));
    assert.equal((await site.load()).version, 3);
    assert.equal(site.pin.root.encode(), otherRoot.encode());
  });

  it("is followed by whoever saw the very version that makes it", async () => {
    const all = versions(NAMED, rootKey, other);
    const before = seen(all.slice(0, 2));
    assert.equal((await before.load()).version, 2);
    assert.equal(before.pin.root.encode(), otherRoot.encode());
    assert.equal((await seen(all, before.pin).load()).version, 3);
  });

  it("is not made by a server that adds its own signature to a version", async () => {
    await assert.rejects(seen(versions(text(2, FIRST.sha256), rootKey, other)).load(), NotAuthentic);
  });

  it("is not made by a name without its signature", async () => {
    await assert.rejects(seen(versions(NAMED, rootKey)).load(), NotAuthentic);
  });

  it("leaves nobody to an old root that goes on signing", async () => {
    const previous = directories.parseText(NAMED).sha256;
    const site = seen([FIRST_NOTE, signed(NAMED, rootKey, other), signed(text(3, previous), other, rootKey)]);
    await site.load();
    assert.equal(site.pin.root.encode(), otherRoot.encode());
  });
});
