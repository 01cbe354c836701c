/** The way to the worker `files`, for the workers that hold keys: it is started when it is first needed. */

import type { HybridRecipient } from "../protocol/age_keys.ts";
import type { Attachment } from "../protocol/entry.ts";
import { connectHelper } from "../workers/rpc.ts";
import type { FilesApi, OpenJob, Side, Target } from "./files_api.ts";
import type { FileLimits, OutgoingFile, TellFiles } from "./types.ts";

export type { OpenJob, Target } from "./files_api.ts";

/** Starts the worker; tests bring its engine instead. `lost`: it failed, and a next time is started anew. */
export type StartFiles = (lost: () => void) => FilesApi;

/** Starts the bundle's own worker. It ends with the worker that asked for it. */
export function startFiles(lost: () => void): FilesApi {
  return connectHelper<FilesApi>("files", lost);
}

/** The files of one entry, before they are sealed. */
export interface Attaching {
  /** Tells these files from others, and is in what their entry is kept under; 0 where there are none. */
  readonly number: number;
  /** As an entry names them, but for what only sending gives: to find faults before anything is sent. */
  readonly rehearsal: readonly Attachment[];
  /** Seals them to `recipients` and sends them, or goes on with it. */
  send(recipients: readonly HybridRecipient[]): Promise<readonly Attachment[]>;
  /** Forgets what was sent: the server has it no more. */
  forget(): Promise<void>;
}

/** No files. */
export const NO_FILES: Attaching = {
  number: 0,
  rehearsal: [],
  send: () => Promise.resolve([]),
  forget: () => Promise.resolve(),
};

/** Files on their way out and in, from one side of the service. */
export class Files {
  #remote: FilesApi | null = null;

  constructor(private readonly start: StartFiles = startFiles) {}

  get #worker(): FilesApi {
    return (this.#remote ??= this.start(() => {
      this.#remote = null;
    }));
  }

  /** Takes files to be sent. */
  async attach(files: readonly OutgoingFile[], from: Side, tell: TellFiles): Promise<Attaching> {
    if (files.length === 0) return NO_FILES;
    const worker = this.#worker;
    const number = await worker.number(files);
    const upload = "0".repeat(32);
    return {
      number,
      rehearsal: files.map(({ name, type, content }) => ({ upload, name, type, size: content.size, sha256: new Uint8Array(32) })),
      send: (recipients) => worker.send({ from, number, recipients: recipients.map(String) }, tell),
      forget: () => worker.forget(),
    };
  }

  limits(from: Side): Promise<FileLimits> {
    return this.#worker.limits(from);
  }

  async pause(paused: boolean): Promise<void> {
    await this.#remote?.pause(paused);
  }

  async cancel(): Promise<void> {
    await this.#remote?.cancel();
  }

  open(job: OpenJob, tell: TellFiles): Promise<Blob> {
    return this.#worker.open(job, tell);
  }

  save(job: OpenJob, target: Target, tell: TellFiles): Promise<void> {
    return this.#worker.save(job, target, tell);
  }
}
