/** Files that are to go with a reply or a note: picked or dropped, looked into, and cleaned unless the writer keeps them as they are. */

import type { FileLimits, OutgoingFile } from "../evidence/types.ts";
import type { Cleaned, Inspection } from "../hidden/types.ts";
import { gettext } from "../ui/i18n.ts";
import { workerOf } from "../ui/trusted.ts";
import type { CleaningApi } from "../workers/cleaning_api.ts";
import { type Connection, connect } from "../workers/rpc.ts";
import type { OpenCase } from "./case_context.ts";
import { failureWords } from "./failing.ts";
import { sizeWords } from "./file_words.ts";

/** As many files as one entry takes (protocol section 6). */
export const MOST_FILES = 16;

/** One file that was chosen. */
export interface Chosen {
  readonly id: number;
  readonly file: File;
  /** Null while it is being looked into. */
  readonly inspection: Inspection | null;
  /** Null where it was not cleaned, or could not be. */
  readonly cleaned: Cleaned | null;
  /** Whether the writer sends it as it is. */
  readonly kept: boolean;
  /** Why it could not be looked into or cleaned. */
  readonly fault: string;
}

/** The files of the box at the end of the conversation. */
export class Attaching {
  #chosen: readonly Chosen[] = [];
  #limits: FileLimits | null = null;
  #cleaning: Connection<CleaningApi> | null = null;
  #last = 0;

  constructor(readonly open: OpenCase) {}

  get chosen(): readonly Chosen[] {
    return this.#chosen;
  }

  get limits(): FileLimits | null {
    return this.#limits;
  }

  /** Asks the server what it takes, so that it is told before any work. */
  async ask(): Promise<void> {
    try {
      this.#limits ??= await this.open.context.remote.limits();
    } catch {
      // Sending says what the server does not take.
    }
    this.open.context.repaint();
  }

  /** Takes files up. */
  add(files: readonly File[]): void {
    void this.ask();
    for (const file of files.slice(0, MOST_FILES - this.#chosen.length)) {
      const chosen: Chosen = { id: ++this.#last, file, inspection: null, cleaned: null, kept: false, fault: "" };
      this.#chosen = [...this.#chosen, chosen];
      void this.#look(chosen);
    }
    const left = files.length - Math.max(0, Math.min(files.length, MOST_FILES));
    if (left > 0 || this.#chosen.length >= MOST_FILES) this.open.context.say(gettext("At most {number} files go with one message.", { number: MOST_FILES }));
    this.open.context.repaint();
  }

  async #look({ id, file }: Chosen): Promise<void> {
    this.#cleaning ??= connect<CleaningApi>(workerOf("cleaning"));
    const { remote } = this.#cleaning;
    try {
      const inspection = await remote.inspect(file, file.name);
      this.#change(id, { inspection });
      if (inspection.cleaning !== "none" && inspection.findings.length > 0) this.#change(id, { cleaned: await remote.clean(file, file.name) });
    } catch (error) {
      this.#change(id, { inspection: this.#found(id)?.inspection ?? UNKNOWN, fault: failureWords(error) });
    }
  }

  #found(id: number): Chosen | undefined {
    return this.#chosen.find((one) => one.id === id);
  }

  #change(id: number, change: Partial<Chosen>): void {
    this.#chosen = this.#chosen.map((one) => (one.id === id ? { ...one, ...change } : one));
    this.open.context.repaint();
  }

  /** Whether a file goes as it is. */
  keep(id: number, kept: boolean): void {
    this.#change(id, { kept });
  }

  /** Takes a file out again; how it can be put back. */
  remove(id: number): () => void {
    const before = this.#chosen;
    this.#chosen = before.filter((one) => one.id !== id);
    this.open.context.repaint();
    return () => {
      const back = before.find((one) => one.id === id);
      if (back !== undefined && this.#found(id) === undefined) this.#chosen = [...this.#chosen, back];
      this.open.context.repaint();
    };
  }

  /** Lets go of everything: it is sent, or the page is left. */
  clear(): void {
    this.#chosen = [];
    this.#cleaning?.end();
    this.#cleaning = null;
  }

  /** Why these files cannot be sent yet; empty where they can. */
  get hindrance(): string {
    if (this.#chosen.some((one) => one.inspection === null)) return gettext("Files are still being looked into; one moment.");
    const cleaning = this.#chosen.find((one) => isCleanable(one) && one.cleaned === null && !one.kept && one.fault === "");
    if (cleaning !== undefined) return gettext("Files are still being cleaned; one moment.");
    const limits = this.#limits;
    if (limits === null) return "";
    const large = this.#chosen.find((one) => one.file.size > limits.file);
    if (large !== undefined) return gettext("“{name}” is too large: a file has at most {size}.", { name: large.file.name, size: sizeWords(limits.file) });
    const all = this.#chosen.reduce((sum, one) => sum + one.file.size, 0);
    return all > limits.entry ? gettext("Together the files are too large: at most {size} go with one message.", { size: sizeWords(limits.entry) }) : "";
  }

  /** What is sent: cleaned where it could be and nobody wanted it otherwise. */
  get outgoing(): OutgoingFile[] {
    return this.#chosen.map(({ file, inspection, cleaned, kept }) => {
      const type = inspection?.type ?? "application/octet-stream";
      return cleaned === null || kept ? { name: file.name, type, content: file } : { name: file.name, type: cleaned.type, content: cleaned.content };
    });
  }
}

/** Whether what a file gives away can be taken out of it, and there is something. */
export function isCleanable({ inspection }: Chosen): boolean {
  return inspection !== null && inspection.cleaning !== "none" && inspection.findings.length > 0;
}

const UNKNOWN: Inspection = { type: "application/octet-stream", family: "unknown", findings: [], cleaning: "none", notes: [] };
