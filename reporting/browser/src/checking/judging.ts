/** What a file is that somebody was handed: a certificate or a dossier that holds, one that does not, or neither. */

import { certificateRoot, isCertificate, verifyCertificate, type Proven } from "../protocol/certificate.ts";
import { fingerprint } from "../protocol/directory.ts";
import { type Dossier, dossierRoot, isDossier, verifyDossier } from "../protocol/dossier_reading.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { VerifierKey } from "../protocol/note.ts";

/** Bytes of a file that a page reads; longer dossiers are for the program. */
export const MAX_READ = 4_194_304;
const DIGITS = 30;

/**
 * Whose key a file holds for: `valid` for the one that counts, `other` for another one, and `alone` where none counts:
 * it holds together, and anybody could have made it under a key of their own.
 */
type Holds = "valid" | "other" | "alone";

/** What was found. */
export type Found =
  | { readonly state: Holds; readonly kind: "certificate"; readonly proven: Proven }
  | { readonly state: Holds; readonly kind: "dossier"; readonly proven: Dossier }
  | { readonly state: "altered"; readonly why: ProtocolError }
  | { readonly state: "neither" }
  | { readonly state: "too-large" };

/** Which site counts: by its root key, or by the thirty digits of its fingerprint; by neither, the reader compares. */
export interface Counts {
  readonly root: VerifierKey | null;
  readonly digits: string;
}

/** Whether `digits` may be a fingerprint, or nothing was typed. */
export function isPrinted(digits: string): boolean {
  return digits === "" || digits.length === DIGITS;
}

/** What `data` is. */
export function judge(data: Uint8Array, counts: Counts): Found {
  if (data.length > MAX_READ) return { state: "too-large" };
  try {
    if (isCertificate(data)) return certificate(data, counts);
    if (isDossier(data)) return dossier(data, counts);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { state: "neither" };
  }
  return { state: "neither" };
}

function certificate(data: Uint8Array, counts: Counts): Found {
  return held(() => {
    const proven = verifyCertificate(data, certificateRoot(data));
    return { state: stateOf(proven.root, counts), kind: "certificate", proven };
  });
}

function dossier(data: Uint8Array, counts: Counts): Found {
  return held(() => {
    const proven = verifyDossier(data, dossierRoot(data));
    return { state: stateOf(proven.root, counts), kind: "dossier", proven };
  });
}

function held(verify: () => Found): Found {
  try {
    return verify();
  } catch (error) {
    if (error instanceof ProtocolError) return { state: "altered", why: error };
    throw error;
  }
}

function stateOf(named: VerifierKey, { root, digits }: Counts): Holds {
  if (root === null && digits === "") return "alone";
  const same = root === null || root.encode() === named.encode();
  const printed = digits === "" || fingerprint(named.publicKey).replaceAll(" ", "") === digits;
  return same && printed ? "valid" : "other";
}
