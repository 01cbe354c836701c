/** What a dossier needs of the worker: keys sign it here, and what the office signed comes out of its seal. */

import { sha256 } from "@noble/hashes/sha2.js";

import { caseHashOf } from "../client/case_files.ts";
import type { Site } from "../client/site.ts";
import type { OpenedCase } from "../client/served.ts";
import { fingerprint } from "../protocol/directory.ts";
import { type Part, signData, signPage } from "../protocol/dossier.ts";
import { b64encode, decodeUtf8 } from "../protocol/encoding.ts";
import { openEntry } from "../protocol/entry.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import type { SigningKey } from "../protocol/signing.ts";
import type { DossierParts, SignedWords } from "./reporter_api.ts";

/** Who makes a dossier, from what. */
export interface Making {
  readonly site: Site;
  readonly code: ReceiptCode;
  readonly cases: readonly OpenedCase[];
}

/** What is not shown on the page: the signed directory, the reporter's keys, and what members signed in `entries`. */
export async function dossierParts({ site, code, cases }: Making, entries: readonly string[]): Promise<DossierParts> {
  const { origin } = site.directory;
  const signed: Record<string, SignedWords> = {};
  for (const { served, view } of cases) {
    const identity = await code.caseIdentity(origin, caseHashOf(served.sealed));
    for (const { served: sealed, state, entry } of view.facts.entries) {
      if (!entries.includes(sealed.id) || state !== "authentic" || sealed.sealed === null || entry?.author === "reporter") continue;
      const { data, signature } = await openEntry(sealed.sealed, identity);
      signed[sealed.id] = { json: b64encode(data), signature: b64encode(signature) };
    }
  }
  const keys = cases.map(({ view }) => [view.facts.case, b64encode(view.facts.reporterKey)] as const);
  const { root } = site.pin;
  const about = { origin, root: root.encode(), fingerprint: fingerprint(root.publicKey), directory: decodeUtf8(site.signed) };
  return { ...about, keys: Object.fromEntries(keys), signed };
}

/** The file of `content`, signed with the reporter's key for each case. */
export async function signDossier({ site, code, cases }: Making, part: Part, content: Uint8Array): Promise<Uint8Array> {
  const keys = new Map<string, SigningKey>();
  for (const { served } of cases) keys.set(served.sealed.case, await code.caseSigningKey(site.directory.origin, caseHashOf(served.sealed)));
  return part === "data" ? signData(content, keys) : signPage(content, keys);
}

/** The base64 SHA-256 of `content`, never held as a whole. */
export async function hashOf(content: Blob): Promise<string> {
  const hash = sha256.create();
  const reader = content.stream().getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) hash.update(step.value);
  return b64encode(hash.digest());
}
