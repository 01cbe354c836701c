/** What the workers that hold keys ask of the worker `files`, which is started when the first file is sent or opened. */

import type { Attachment } from "../protocol/entry.ts";
import type { FileLimits, OutgoingFile, TellFiles } from "./types.ts";

/** From where files go to the server, and from where they come: the reporters' side, or a case at the desk. */
export type Side = { readonly side: "reporter" } | { readonly side: "desk"; readonly case: string };

/** Files to be sent, sealed to `recipients`. `number` is what {@link FilesApi.number} gave these files. */
export interface SendJob {
  readonly from: Side;
  readonly number: number;
  readonly recipients: readonly string[];
}

/** A file to be opened: what its authentic entry says of it, and the keys that may open it. */
export interface OpenJob {
  readonly file: Attachment;
  readonly stanzas: number;
  readonly identities: readonly string[];
  readonly from:
    | { readonly side: "reporter"; readonly token: string; readonly case: string }
    | { readonly side: "desk"; readonly case: string; readonly act: "view" | "download" };
}

/** Where a file goes that is too large to be held: a stream, or a port that answers each piece. */
export type Target = WritableStream<Uint8Array> | MessagePort;

/** The methods of the worker `files`. */
export interface FilesApi {
  limits(from: Side): Promise<FileLimits>;
  /** Holds these files for what follows: the same number for the same content under the same names, else a new one. */
  number(files: readonly OutgoingFile[]): Promise<number>;
  /**
   * Seals and sends the files held under that number; called again, it goes on where it stopped.
   *
   * @throws Canceled, Unreachable, Problem
   */
  send(job: SendJob, tell: TellFiles): Promise<readonly Attachment[]>;
  /** Forgets what was sealed and sent, so that it would be sealed anew. */
  forget(): Promise<void>;
  pause(paused: boolean): Promise<void>;
  cancel(): Promise<void>;
  /**
   * The whole file, once all of it proved authentic.
   *
   * @throws NotAuthentic, CannotOpen, Unreachable, Problem
   */
  open(job: OpenJob, tell: TellFiles): Promise<Blob>;
  /** Opens a file into `target`, which is aborted where it proves not authentic. It throws what {@link open} does. */
  save(job: OpenJob, target: Target, tell: TellFiles): Promise<void>;
}
