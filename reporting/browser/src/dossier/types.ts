/** What the mailbox page and its part for timeline and dossier, a script that is loaded on demand, ask of each other. */

import type { ShownCase } from "../client/shown.ts";
import type { Catalogue } from "../ui/i18n.ts";
import type { MailboxApi } from "../workers/reporter_api.ts";

/**
 * What is ticked to begin with: nothing; of the case that is taken elsewhere what shows its missed deadline, and none of
 * its words; or everything that the reporter sent.
 */
export type Preset = null | { readonly elsewhere: string } | "own";

/** What the page gives to the part. */
export interface DossierPage {
  /** The cases of the mailbox as they stand. */
  readonly cases: readonly ShownCase[];
  readonly remote: Pick<MailboxApi, "dossierParts" | "signDossier" | "hashFile">;
  /** The reader's day. */
  readonly now: string;
  /** The texts of the page: what its worker says is worded by them. */
  readonly texts: Catalogue;
  readonly preset: Preset;
  /** What to show of something that was thrown. */
  readonly fault: (error: unknown) => HTMLElement;
}

/** What the page gives to the part for certificates. */
export interface CertificatePage {
  /** The cases of the mailbox as they stand. */
  readonly cases: readonly ShownCase[];
  readonly remote: Pick<MailboxApi, "certify">;
  /** The texts of the page: what its worker says is worded by them. */
  readonly texts: Catalogue;
  /** What to show of something that was thrown. */
  readonly fault: (error: unknown) => HTMLElement;
}

/** The element `case-certificate`. */
export interface CaseCertificate extends HTMLElement {
  /** Shows the way to a certificate. */
  begin(page: CertificatePage): void;
}

/** The element `case-dossier`. */
export interface CaseDossier extends HTMLElement {
  /** Shows the timeline, and the way to a dossier. */
  begin(page: DossierPage): void;
}
