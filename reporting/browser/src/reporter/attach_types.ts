/** What a page and its part for files, a script that is loaded on demand, ask of each other. */

import type { FileLimits, FileProgress, OutgoingFile, SendingControl } from "../evidence/types.ts";
import type { Catalogue } from "../ui/i18n.ts";
import type { CleaningApi } from "../workers/cleaning_api.ts";
import type { Connection } from "../workers/rpc.ts";

/** At most so many files go with one entry (protocol section 5). */
export const MOST_FILES = 16;

/** What the page gives to the part. */
export interface AttachPage {
  /** @throws RemoteError nothing answers */
  limits(): Promise<FileLimits>;
  /** Starts the worker that looks into files. */
  cleaning(): Connection<CleaningApi>;
  /** A file was added, removed or decided on. */
  changed(): void;
}

/** How far sending the files is, as it is shown. */
export interface FilesSending {
  readonly element: HTMLElement;
  readonly tell: (progress: FileProgress) => void;
}

/** Sentences about files. */
export interface FilesSaid {
  /** Below the title while they are sent. */
  readonly awake: string;
  /** The person stopped sending a report, or a message. */
  readonly stoppedReport: string;
  readonly stoppedMessage: string;
  /** What a draft is without. */
  readonly draft: string;
}

/** The element `attached-files`. */
export interface AttachedFiles extends HTMLElement {
  /** Texts that the page may need for what is thrown over files. */
  readonly texts: Catalogue;
  /** Sentences about files, for the page to say elsewhere. */
  readonly said: FilesSaid;
  /** Gives it its page. Call it once, before all else. */
  begin(page: AttachPage): void;
  add(files: readonly File[]): void;
  /** How many files are there. */
  readonly count: number;
  /** Whether every file can go out as it is; what cannot is shown, with the focus on it. */
  ready(): Promise<boolean>;
  outgoing(): readonly OutgoingFile[];
  /** Each file in words, for the review. */
  summary(): HTMLElement;
  /** The view of how far they are, with buttons that hold `remote` back or stop it. */
  sending(remote: SendingControl): FilesSending;
  /** What to do where the server did not take the files, by the kind of its refusal; null where there is nothing to add. */
  advice(kind: unknown): string | null;
  /** Forgets every file, and ends its worker. */
  wipe(): void;
}
