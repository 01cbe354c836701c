/** Looking into files and cleaning them, one after the other, in a worker that runs while there are files. */

import type { CleaningApi } from "../workers/cleaning_api.ts";
import type { Connection } from "../workers/rpc.ts";
import { type Item, isReadable } from "./attach_item.ts";

/** The worker `cleaning`, and the files that wait for it. */
export class Looking {
  #connection: Connection<CleaningApi> | null = null;
  #queue: Promise<void> = Promise.resolve();
  #over = false;

  /** `taken` are the names of all files; `changed` is told of every step, `found` once what a file hides is known. */
  constructor(
    private readonly connect: () => Connection<CleaningApi>,
    private readonly taken: () => readonly string[],
    private readonly found: (item: Item) => void,
    private readonly changed: (item: Item) => void,
  ) {}

  /** Looks into a file, then cleans it, once those before it are done. */
  take(item: Item): void {
    item.state = "waiting";
    this.changed(item);
    this.#queue = this.#queue.then(() => (this.#over ? undefined : this.#one(item)));
  }

  /** Waits until every file was looked into. */
  async settled(): Promise<void> {
    let before;
    do {
      before = this.#queue;
      await before;
    } while (before !== this.#queue);
  }

  end(): void {
    this.#over = true;
    this.#connection?.end();
    this.#connection = null;
  }

  async #one(item: Item): Promise<void> {
    this.#tell(item, "looking");
    const { source, picked } = item;
    const inspection = await this.#ask((api) => api.inspect(source, item.name));
    if (inspection === null && !(await isReadable(source))) {
      this.#tell(item, "unreadable");
      return;
    }
    if (inspection !== null) item.found(inspection, this.taken());
    if (item.inspection.cleaning !== "none") {
      this.#tell(item, "cleaning");
      item.cleaned = await this.#ask((api) => api.clean(source, item.redacted ? item.name : picked.name));
      if (item.cleaned === null && !(await isReadable(source))) {
        this.#tell(item, "unreadable");
        return;
      }
    }
    item.state = "ready";
    if (!this.#over) this.found(item);
  }

  /** What the worker answers; null where it cannot, and after its end a new one answers the next question. */
  async #ask<T>(question: (api: CleaningApi) => Promise<T>): Promise<T | null> {
    const connection = (this.#connection ??= this.connect());
    try {
      return await question(connection.remote);
    } catch {
      // A file that is broken, of a kind that cannot be cleaned, or too large for this device: never passed in silence.
      if (this.#connection === connection) this.#connection = null;
      connection.end();
      return null;
    }
  }

  #tell(item: Item, state: Item["state"]): void {
    item.state = state;
    if (!this.#over) this.changed(item);
  }
}
