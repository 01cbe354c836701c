/** What the worker `files` does: it seals and sends, fetches and opens, and holds no key but those of the files at hand. */

import type { Transport } from "../client/transport.ts";
import type { Attachment } from "../protocol/entry.ts";
import type { FilesApi, OpenJob, SendJob, Side, Target } from "./files_api.ts";
import { Crew } from "./crew.ts";
import { type Hire, Outgoing } from "./outgoing.ts";
import { Brake, WAITS } from "./patience.ts";
import { type Take, readFile } from "./reading.ts";
import { downloadRoute, uploadRoute } from "./routes.ts";
import { sealedFileSize } from "./sizes.ts";
import { sameFiles } from "./same.ts";
import { sinkOf } from "./sink.ts";
import type { FileLimits, FileProgress, OutgoingFile, TellFiles } from "./types.ts";

/** Files that were taken, as far as they were sent to some recipients. */
interface Held {
  readonly number: number;
  readonly recipients: string;
  readonly files: readonly Outgoing[];
}

/** The methods of the worker `files`; see {@link FilesApi}. */
export class FilesEngine implements FilesApi {
  #files: readonly OutgoingFile[] = [];
  #number = 0;
  #held: Held | null = null;
  #paused = false;
  readonly #running = new Map<Brake, () => void>();

  /** The rest is for tests: milliseconds before an unanswered request is repeated, and who seals and opens. */
  constructor(
    private readonly transport: Transport,
    private readonly waits: readonly number[] = WAITS,
    private readonly hire: Hire = (size) => Crew.for(size),
  ) {}

  async limits(from: Side): Promise<FileLimits> {
    return (await uploadRoute(from, this.transport)).limits();
  }

  async number(files: readonly OutgoingFile[]): Promise<number> {
    if (this.#number > 0 && (await sameFiles(files, this.#files))) return this.#number;
    // The content that was taken first stays: what is sealed under one key never changes.
    this.#files = [...files];
    return ++this.#number;
  }

  async send(job: SendJob, tell: TellFiles): Promise<readonly Attachment[]> {
    const { files } = (this.#held = this.#holdFor(job));
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const progress = new Telling(tell, { files: files.length, size }, files.reduce((sum, file) => sum + file.sent, 0));
    return this.#braked(progress, async (brake) => {
      progress.say("sealing");
      const route = await brake.patiently(() => uploadRoute(job.from, this.transport), progress.waiting);
      const sent: Attachment[] = [];
      for (const file of files) {
        progress.file = sent.length;
        sent.push(await file.send({ route, brake, arrived: progress.arrived, waiting: progress.waiting }));
      }
      progress.say("done");
      return sent;
    });
  }

  #holdFor({ number, recipients }: SendJob): Held {
    if (number !== this.#number) throw new Error("these files are not held");
    const sealedTo = JSON.stringify(recipients);
    if (this.#held?.number === number && this.#held.recipients === sealedTo) return this.#held;
    this.#drop();
    return { number, recipients: sealedTo, files: this.#files.map((file) => new Outgoing(file, recipients, this.hire)) };
  }

  #drop(): void {
    for (const file of this.#held?.files ?? []) file.end();
    this.#held = null;
  }

  forget(): Promise<void> {
    this.#drop();
    return Promise.resolve();
  }

  pause(paused: boolean): Promise<void> {
    this.#paused = paused;
    for (const [brake, changed] of this.#running) {
      brake.pause(paused);
      changed();
    }
    return Promise.resolve();
  }

  cancel(): Promise<void> {
    this.#paused = false;
    for (const brake of this.#running.keys()) brake.cancel();
    this.#drop();
    return Promise.resolve();
  }

  async open(job: OpenJob, tell: TellFiles): Promise<Blob> {
    const pieces: Blob[] = [];
    // Each piece becomes a Blob of its own: browsers keep large ones outside of memory.
    await this.#read(job, tell, (piece) => {
      pieces.push(new Blob([piece]));
      return Promise.resolve();
    });
    return new Blob(pieces, { type: "application/octet-stream" });
  }

  async save(job: OpenJob, target: Target, tell: TellFiles): Promise<void> {
    const sink = sinkOf(target);
    try {
      await this.#read(job, tell, (piece) => sink.write(piece));
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await sink.close();
  }

  async #read(job: OpenJob, tell: TellFiles, take: Take): Promise<void> {
    const size = sealedFileSize(job.file.size, job.stanzas);
    const progress = new Telling(tell, { files: 1, size }, 0);
    const crew = this.hire(size);
    await this.#braked(progress, async (brake) => {
      const route = await brake.patiently(() => downloadRoute(job, this.transport), progress.waiting);
      await readFile(job, { route, brake, crew, arrived: progress.arrived, waiting: progress.waiting }, take);
      progress.say("done");
    }).finally(crew.end);
  }

  async #braked<T>(progress: Telling, work: (brake: Brake) => Promise<T>): Promise<T> {
    const brake = new Brake(this.waits);
    this.#running.set(brake, () => {
      progress.paused(this.#paused);
    });
    try {
      brake.pause(this.#paused);
      return await work(brake);
    } finally {
      this.#running.delete(brake);
    }
  }
}

/** Tells a page how far files are. */
class Telling {
  file = 0;
  #state: FileProgress["state"] = "sealing";

  constructor(
    private readonly tell: TellFiles,
    private readonly whole: { readonly files: number; readonly size: number },
    private sent: number,
  ) {}

  say(state: FileProgress["state"]): void {
    this.#state = state;
    this.tell({ ...this.whole, file: this.file, sent: this.sent, state });
  }

  readonly arrived = (bytes: number): void => {
    this.sent += bytes;
    this.say(this.#state === "paused" ? "paused" : "sending");
  };

  readonly waiting = (waiting: boolean): void => {
    this.say(waiting ? "waiting" : "sending");
  };

  paused(paused: boolean): void {
    this.say(paused ? "paused" : "sending");
  }
}
