/** The vault, challenges, and proofs of the log. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import * as challenge from "../../reporting/browser/src/protocol/challenge.ts";
import { equalBytes } from "../../reporting/browser/src/protocol/encoding.ts";
import { CannotOpen, Malformed, NotAuthentic } from "../../reporting/browser/src/protocol/errors.ts";
import * as log from "../../reporting/browser/src/protocol/log.ts";
import * as vault from "../../reporting/browser/src/protocol/vault.ts";
import { refused, refusedLater } from "./refusals.ts";
import { keysOf, root, seed } from "./world.ts";

const vaultKey = seed("vault key");
const { identity, signingKey } = keysOf("m1");
const content = { member: "m1", identity, signingKey, root, directoryVersion: 1, directorySha256: seed("directory") };

describe("a vault", () => {
  it("opens with passphrase or recovery code, as either wrapped its key", async () => {
    const { wrapKey } = await vault.stretch("seven words", new Uint8Array(16));
    const recovery = await vault.recoveryKey(new Uint8Array(16));
    const byPassphrase = await vault.wrapWithPassphrase(vaultKey, wrapKey, "m1");
    const byRecovery = await vault.wrapWithRecovery(vaultKey, recovery, "m1");
    const sealed = await vault.sealVault(content, vaultKey);
    for (const key of [await vault.unwrapWithPassphrase(byPassphrase, wrapKey, "m1"), await vault.unwrapWithRecovery(byRecovery, recovery, "m1")]) {
      const opened = await vault.openVault(sealed, key, "m1");
      assert.equal(opened.identity.encode(), identity.encode());
      assert.ok(equalBytes(opened.signingKey.seed, signingKey.seed));
    }
    await refusedLater(CannotOpen, () => vault.unwrapWithRecovery(byPassphrase, wrapKey, "m1"));
  });

  it("opens for nobody else, nor after any change", async () => {
    const sealed = await vault.sealVault(content, vaultKey);
    await refusedLater(CannotOpen, () => vault.openVault(sealed, vaultKey, "m2"));
    await fc.assert(fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (place) => {
      const changed = Uint8Array.from(sealed);
      changed[place >> 3] = (changed[place >> 3] ?? 0) ^ (1 << (place & 7));
      await assert.rejects(vault.openVault(changed, vaultKey, "m1"), (error) => error instanceof CannotOpen || error instanceof Malformed);
    }));
  });

  it("gives nonces that never repeat", async () => {
    const cards = await Promise.all([1, 2].map(() => vault.sealCard(new Uint8Array(1), vaultKey, { member: "m1", case: "x" })));
    assert.notDeepEqual(cards[0], cards[1]);
  });

  it("has a passphrase of seven words", () => {
    assert.match(vault.generatePassphrase(), /^[a-z]+( [a-z]+){6}$/);
  });
});

describe("a challenge", () => {
  it("is solved alike with and without WebCrypto, by the smallest nonce", async () => {
    for (const bits of [0, 1, 6, 11]) {
      const nonce = await challenge.solve("challenge", bits);
      assert.equal(challenge.solveSync("challenge", bits), nonce);
      assert.ok(challenge.solves("challenge", nonce, bits));
      for (let smaller = 0; smaller < Number(nonce); smaller++) assert.ok(!challenge.solves("challenge", String(smaller), bits));
    }
  });

  it("may not ask for more than 18 bits", async () => {
    await refusedLater(Malformed, () => challenge.solve("challenge", 19));
    refused(Malformed, () => challenge.solveSync("challenge", 0.5));
  });
});

/** The audit path of `index`, from the leaf up (RFC 6962 section 2.1.1). */
function path(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split ? [...path(index, left), log.root(right)] : [...path(index - split, right), log.root(left)];
}

describe("a proof of inclusion", () => {
  it("holds for its leaf and its place alone", () => {
    const logs = fc.integer({ min: 1, max: 70 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(size - 1)));
    fc.assert(fc.property(logs, ([size, index, other]) => {
      const leaves = Array.from({ length: size }, (_, place) => log.leafHash(Uint8Array.of(place)));
      const leaf = leaves[index] ?? seed("never");
      const proof = path(index, leaves);
      const head = { size, root: log.root(leaves) };
      log.verifyInclusion(leaf, proof, { ...head, index });
      if (other !== index) refused(NotAuthentic, () => { log.verifyInclusion(leaf, proof, { ...head, index: other }); });
      refused(NotAuthentic, () => { log.verifyInclusion(leaf, [...proof, leaf], { ...head, index }); });
    }));
  });
});
