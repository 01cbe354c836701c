/** Files that go with an entry, as pages know them. */

/** A file that a person wants to send. Its content is never read as a whole. */
export interface OutgoingFile {
  readonly name: string;
  /** MIME type. */
  readonly type: string;
  readonly content: Blob;
}

/** How far files are on their way. `sent` and `size` are bytes as they travel, over all files of the entry. */
export interface FileProgress {
  /** The place of the file at work, from 0, and how many there are. */
  readonly file: number;
  readonly files: number;
  readonly sent: number;
  readonly size: number;
  readonly state: "sealing" | "sending" | "waiting" | "paused" | "done";
}

/** Who signed for removing something, on which day, and why. */
export interface Removed {
  readonly by: string;
  readonly day: string;
  readonly reason: string;
}

/** A file that an authentic entry names. `name` has its bidirectional controls made visible. */
export interface ShownFile {
  /** Why it was removed, by an authentic entry of the same audience; null while it should be there. */
  readonly removed: Removed | null;
  /** The server's id of the entry. */
  readonly entry: string;
  /** Its place among the files of the entry, from 0. */
  readonly place: number;
  readonly name: string;
  /** By the word of whoever sent it. */
  readonly type: string;
  /** True bytes. */
  readonly size: number;
  /** Base64 SHA-256 of the sealed file. */
  readonly sha256: string;
  readonly upload: string;
}

/** What the server takes: bytes of one file, of all files of one entry, of one part. */
export interface FileLimits {
  readonly file: number;
  readonly entry: number;
  readonly partSize: number;
}

/** What every page that sends files may ask of its worker. */
export interface SendingControl {
  /** What the server takes, to be told before work starts. */
  limits(): Promise<FileLimits>;
  /** Holds files back after the parts that are under way, or lets them go on. */
  pause(paused: boolean): Promise<void>;
  /** Ends sending: what runs throws `Canceled`, and what was sent so far is forgotten. */
  cancelSending(): Promise<void>;
}

/** Who listens to files on their way. */
export type TellFiles = (progress: FileProgress) => void;

/** How a file can be marked: its original is withheld, it is a translation, or a redacted copy of another one. */
export type FileMark = "original-withheld" | "translated" | "redacted-copy";
