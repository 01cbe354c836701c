/** One file on its way to the server. It goes on where it stopped, as long as its worker lives. */

import { Canceled, Problem } from "../client/errors.ts";
import type { Attachment } from "../protocol/entry.ts";
import { N_ } from "../protocol/errors.ts";
import type { Brake } from "./patience.ts";
import type { Crew } from "./crew.ts";
import { type SealedParts, sealParts } from "./parts.ts";
import type { Begun, UploadRoute } from "./routes.ts";
import { sealedFileSize } from "./sizes.ts";
import type { OutgoingFile } from "./types.ts";

const LANES = 2; // parts under way at once
const BEGINNINGS = 3; // how often one file is begun before the server is believed to lose them

/** Those who work on a sealed file of so many bytes. */
export type Hire = (size: number) => Crew;

/** With what a file is sent, and who is told. */
export interface Sending {
  readonly route: UploadRoute;
  readonly brake: Brake;
  /** Bytes that arrived; negative where they are lost and have to be sent again. */
  readonly arrived: (bytes: number) => void;
  readonly waiting: (waiting: boolean) => void;
}

type Part = readonly [number: number, bytes: Uint8Array<ArrayBuffer>];

/** A file that is sealed to `recipients` once, part after part, each part kept until the server has it. */
export class Outgoing {
  readonly size: number;
  #begun: Begun | null = null;
  #parts: SealedParts | null = null;
  #unsent: Part[] = [];
  #count = 0;
  #sent = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #done: Attachment | null = null;

  constructor(
    private readonly file: OutgoingFile,
    private readonly recipients: readonly string[],
    private readonly hire: Hire,
  ) {
    this.size = sealedFileSize(file.content.size, recipients.length);
  }

  /** Bytes that the server has. */
  get sent(): number {
    return this.#sent;
  }

  /**
   * Sends what is not sent yet; what the entry says of the file.
   *
   * @throws Canceled, Refused, Problem, Unreachable
   */
  async send(sending: Sending): Promise<Attachment> {
    for (let beginnings = 1; this.#done === null; beginnings++) {
      try {
        if (this.#begun === null) await this.#begin(sending);
        else await this.#checkStillThere(sending, this.#begun);
        this.#done = await this.#sendParts(sending);
      } catch (error) {
        sending.brake.check(); // whatever failed because it was stopped
        if (!isLost(error) || beginnings >= BEGINNINGS) throw error;
        sending.arrived(-this.#sent);
        this.end();
      }
    }
    return this.#done;
  }

  /** Forgets what was sealed and sent. A next time the file is sealed with another key. */
  end(): void {
    this.#parts?.end();
    this.#begun = this.#parts = this.#done = null;
    this.#unsent = [];
    this.#count = this.#sent = 0;
  }

  async #begin({ route, brake, waiting }: Sending): Promise<void> {
    const begun = await brake.patiently(() => route.begin(this.size), waiting);
    this.#parts = await sealParts(this.file, this.recipients, this.hire(this.size));
    this.#begun = begun;
  }

  /** An upload that nobody finished is swept after a day. @throws Problem of kind `not-found` */
  async #checkStillThere({ route, brake, waiting }: Sending, begun: Begun): Promise<void> {
    await brake.patiently(() => route.parts(begun), waiting);
  }

  async #sendParts(sending: Sending): Promise<Attachment> {
    const state = { stopped: false };
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, () => this.#lane(sending, state)));
    const failed = lanes.find((lane) => lane.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const { begun, parts } = this.#underWay();
    const { name, type, content } = this.file;
    const sha256 = await parts.digest();
    parts.end();
    return { upload: begun.upload, name, type, size: content.size, sha256 };
  }

  async #lane({ route, brake, arrived, waiting }: Sending, state: { stopped: boolean }): Promise<void> {
    const { begun } = this.#underWay();
    for (;;) {
      await brake.open();
      const part = state.stopped ? null : await this.#take(state);
      if (part === null) return;
      const [number, bytes] = part;
      try {
        await brake.patiently(() => route.put(begun, number, bytes, brake.signal), waiting);
      } catch (error) {
        state.stopped = true;
        this.#unsent.push(part);
        throw error;
      }
      this.#sent += bytes.length;
      arrived(bytes.length);
    }
  }

  /** The next part to send; one lane at a time, as parts are sealed in order. */
  #take(state: { stopped: boolean }): Promise<Part | null> {
    const taken = this.#turn.then(async (): Promise<Part | null> => {
      const kept = this.#unsent.shift();
      if (kept !== undefined) return kept;
      try {
        const bytes = await this.#underWay().parts.next();
        return bytes === null ? null : [this.#count++, bytes];
      } catch (error) {
        state.stopped = true;
        this.end(); // it cannot be sealed on from here
        throw error;
      }
    });
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  #underWay(): { readonly begun: Begun; readonly parts: SealedParts } {
    if (this.#begun === null || this.#parts === null) throw new Canceled(N_("This was stopped."));
    return { begun: this.#begun, parts: this.#parts };
  }
}

/** Whether the server does not have the upload any more, or has other bytes in it. */
function isLost(error: unknown): boolean {
  return error instanceof Problem && (error.status === 404 || error.kind === "part-differs" || error.kind === "upload-claimed");
}
