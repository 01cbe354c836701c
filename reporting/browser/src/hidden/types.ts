/** What files hide: what the pages learn of a file before it is sealed, and what a format's module offers. */

import { N_, ProtocolError } from "../protocol/errors.ts";

/** How much of what a file hides can be taken out of it here. */
export type Cleaning = "full" | "partial" | "none";

/** What sort of file it is, by its content. SVG and HTML are `text`: they are never drawn, only read. */
export type Family = "picture" | "pdf" | "office" | "sound" | "film" | "text" | "archive" | "unknown";

/** What a finding tells of the person or the device. */
export type Kind =
  | "place"
  | "time"
  | "author"
  | "company"
  | "camera"
  | "serial"
  | "software"
  | "comment"
  | "revision"
  | "hidden"
  | "thumbnail"
  | "title"
  | "attachment"
  | "script"
  | "other";

/** One thing that a file gives away. `value` is short, on one line, in no language: what stands in the file, or a size. */
export interface Finding {
  readonly kind: Kind;
  readonly value: string;
}

/** What a file gives away, and what can be done about it. */
export interface Inspection {
  /** By content; `application/octet-stream` where nothing is known of it. */
  readonly type: string;
  readonly family: Family;
  readonly findings: readonly Finding[];
  readonly cleaning: Cleaning;
  /** Marked sentences to translate: what cannot be cleaned, what else to think of. */
  readonly notes: readonly string[];
}

/** A cleaned file. `left` is what looking at it again still found. */
export interface Cleaned {
  readonly content: Blob;
  readonly name: string;
  readonly type: string;
  readonly left: readonly Finding[];
}

/** Why opening a file may do more than show it. */
export type Danger = "active" | "program" | "macros";

/** What the first bytes of a file and its name tell. */
export interface Detected {
  readonly type: string;
  readonly family: Family;
  /** The ending of the name promises another type. */
  readonly mismatch: boolean;
  /** `active`: a page or picture that can hold script; `program`: something that runs; `macros`: a document that may hold some. */
  readonly danger: Danger | null;
  /** Its beginning can be taken for another type as well. */
  readonly polyglot: boolean;
}

/** What a format's module says of a file; {@link Inspection} without what every file has. */
export type Found = Pick<Inspection, "findings" | "cleaning" | "notes">;

/** One format, or several alike. */
export interface Format {
  /** Whether a file of this kind is this module's. */
  matches(detected: Detected): boolean;
  /**
   * What the file gives away.
   *
   * @throws CannotClean damaged, or larger than can be looked at
   */
  inspect(file: Blob, detected: Detected): Promise<Found>;
  /**
   * The file without it, never half of it.
   *
   * @throws CannotClean damaged, larger than can be cleaned, or of a kind that this module only inspects
   */
  clean(file: Blob, detected: Detected): Promise<Blob>;
  /** What a cleaned file of that name is called, where cleaning makes another type of it. */
  renamed?(name: string): string;
}

/** The file cannot be cleaned; the message says why. */
export class CannotClean extends ProtocolError {
  static override readonly called: string = "CannotClean";
}

/** The file ends too early, or contradicts itself. */
export class Damaged extends CannotClean {
  static override readonly called: string = "Damaged";

  constructor() {
    super(N_("This file is damaged or not what it seems, so what it hides cannot be removed."));
  }
}

/** The file is too large for what has to be held in memory to clean it. */
export class TooLarge extends CannotClean {
  static override readonly called: string = "TooLarge";

  constructor() {
    super(N_("This file is too large to be looked into here, so what it hides cannot be removed."));
  }
}

/** What only the page can say of any kind of file that no module knows. */
export const NOT_CLEANED = N_("What this kind of file hides cannot be removed here.");
