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
  /** Whether the writer sends it although something may stay in it. */
  readonly agreed: boolean;
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
    const room = MOST_FILES - this.#chosen.length;
    for (const file of files.slice(0, room)) {
      const chosen: Chosen = { id: ++this.#last, file, inspection: null, cleaned: null, kept: false, agreed: false, fault: "" };
      this.#chosen = [...this.#chosen, chosen];
      void this.#look(chosen);
    }
    if (files.length > room) this.open.context.say(gettext("At most {number} files go with one message.", { number: MOST_FILES }));
    this.open.context.repaint();
  }

  async #look({ id, file }: Chosen): Promise<void> {
    this.#cleaning ??= connect<CleaningApi>(workerOf("cleaning"));
    const { remote } = this.#cleaning;
    try {
      const inspection = await remote.inspect(file, file.name);
      this.#change(id, { inspection });
      const known = this.#found(id);
      if (known !== undefined && isCleanable(known)) this.#change(id, { cleaned: await remote.clean(file, file.name) });
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

  /** Whether a file goes although something may stay in it. */
  agree(id: number, agreed: boolean): void {
    this.#change(id, { agreed });
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
    const unsure = this.#chosen.find((one) => staysIn(one) && !one.kept && !one.agreed);
    if (unsure !== undefined) return gettext("Decide about “{name}” first: not all that it may give away can be removed.", { name: unsure.file.name });
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

/** Whether something may stay in it that was not taken out: its sender decides whether it goes all the same. */
export function staysIn({ inspection, cleaned, fault }: Chosen): boolean {
  if (inspection === null) return false; // nothing is known yet
  const { cleaning, findings, notes } = inspection;
  if (cleaning === "none") return fault !== "" || findings.length > 0 || notes.length > 0;
  return fault !== "" || cleaning === "partial" || (cleaned?.left.length ?? 0) > 0;
}

/** Whether what a file gives away can be taken out of it, all or in part, and there is something or may be. */
export function isCleanable({ inspection }: Chosen): boolean {
  return inspection !== null && inspection.cleaning !== "none" && (inspection.findings.length > 0 || inspection.cleaning === "partial");
}

const UNKNOWN: Inspection = { type: "application/octet-stream", family: "unknown", findings: [], cleaning: "none", notes: [] };
