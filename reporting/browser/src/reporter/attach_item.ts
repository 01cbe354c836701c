/** One file that a person added: what it hides, what they decided about it, and what of it goes out. */

import type { OutgoingFile } from "../evidence/types.ts";
import type { Cleaned, Finding, Inspection } from "../hidden/types.ts";
import { neutralName, parted, tells } from "./attach_names.ts";

/** How far a file is looked into. `unreadable`: it changed since it was picked, or is gone. */
export type ItemState = "waiting" | "looking" | "cleaning" | "ready" | "unreadable";

/** What becomes of what a file gives away. */
export type Choice = "remove" | "keep";

/** What stands for a file into which this page could not look. */
const UNKNOWN: Inspection = { type: "", family: "unknown", findings: [], cleaning: "none", notes: [] };

/** Types that say what can be read in them, and no more. */
const PLAIN = ["text/plain", "text/csv"];

/** One file of the list. */
export class Item {
  state: ItemState = "waiting";
  choice: Choice = "remove";
  /** Whether the person said that it may go out although not all can be removed. */
  agreed = false;
  inspection: Inspection = UNKNOWN;
  cleaned: Cleaned | null = null;
  /** What is sent or cleaned: the file as it was picked, or a picture of it with parts blacked out. */
  source: Blob;
  name: string;
  /** Whether `name` stands in the place of the file's own, which may tell something. */
  renamed = false;

  constructor(readonly picked: File) {
    this.source = picked;
    this.name = picked.name;
  }

  get redacted(): boolean {
    return this.source !== this.picked;
  }

  /** Takes what looking into it found; its own name gives way to a plain one where it may tell something. */
  found(inspection: Inspection, taken: readonly string[]): void {
    this.inspection = inspection;
    this.cleaned = null;
    if (!this.renamed && this.name === this.picked.name && tells(this.name)) this.usePlainName(taken);
  }

  /** Makes another content of it, which is looked into anew: the picked one, or a picture with parts blacked out. */
  use(source: Blob): void {
    const plain = this.renamed && this.name !== this.picked.name;
    this.source = source;
    [this.cleaned, this.inspection, this.agreed] = [null, UNKNOWN, false];
    if (plain || this.redacted) this.name = parted(this.name).stem + this.ending;
  }

  usePlainName(taken: readonly string[]): void {
    this.name = neutralName(this.inspection.family, this.ending, taken);
    this.renamed = true;
  }

  useOwnName(): void {
    this.name = parted(this.picked.name).stem + this.ending;
    this.renamed = true;
  }

  /** The ending that belongs to what goes out. */
  get ending(): string {
    const redacted = this.source.type === "image/png" ? ".png" : ".jpg";
    return this.redacted ? redacted : parted(this.picked.name).ending;
  }

  /** What stays in the file as it goes out. */
  get left(): readonly Finding[] {
    return this.choice === "remove" && this.cleaned !== null ? this.cleaned.left : this.inspection.findings;
  }

  /** What was taken out of it. */
  get removed(): readonly Finding[] {
    const left = new Set(this.left.map(({ kind }) => kind));
    return this.choice === "remove" && this.cleaned !== null ? this.inspection.findings.filter(({ kind }) => !left.has(kind)) : [];
  }

  /** Whether it holds, or may hold, what cannot be removed. A plain text holds what it says, and no more. */
  get uncleanable(): boolean {
    const { cleaning, type, findings } = this.inspection;
    if (cleaning === "none") return !PLAIN.includes(type) || findings.length > 0;
    return cleaning === "partial" || this.cleaned === null || this.cleaned.left.length > 0;
  }

  /** Whether all of it was looked into, and nothing is known to stay: only then may the page say so. */
  get clean(): boolean {
    const { choice, cleaned, inspection } = this;
    return choice === "remove" && inspection.cleaning === "full" && cleaned !== null && cleaned.left.length === 0;
  }

  /** Whether the person has yet to say if it may go out. */
  get undecided(): boolean {
    return this.state === "ready" && this.choice === "remove" && this.uncleanable && !this.agreed;
  }

  get size(): number {
    return this.outgoing().content.size;
  }

  outgoing(): OutgoingFile {
    const { name, source, cleaned, inspection } = this;
    const type = inspection.type === "" ? source.type : inspection.type;
    if (this.choice === "keep" || cleaned === null) return { name, type: type === "" ? "application/octet-stream" : type, content: source };
    return { name, type: cleaned.type, content: cleaned.content };
  }
}

/** Whether the browser can still read a file; it cannot once the file changed on the device. */
export async function isReadable(content: Blob): Promise<boolean> {
  try {
    await content.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false; // NotReadableError and NotFoundError
  }
}
