/** What the reporter's pages ask of their workers. Plain data on both sides; keys stay in the worker. */

import type { Factor } from "../protocol/risk.ts";
import type { ShownCase } from "../client/shown.ts";
import type { FileProgress, OutgoingFile, SendingControl, TellFiles } from "../evidence/types.ts";
import type { Part } from "../protocol/dossier.ts";
import type { JsonObject } from "../protocol/encoding.ts";
import type { MinutesAnswer, Request } from "../protocol/rights.ts";
import type { Values } from "../protocol/errors.ts";
import type { CheckIn } from "../protocol/measures.ts";

/** What the page itself carries, in attributes of its root element: hashed with it (protocol section 11). */
export interface PageFacts {
  /** The root's verifier key. */
  readonly root: string;
  /** The directory that the page was built for: its version, and the base64 SHA-256 of its text. */
  readonly version: number;
  readonly sha256: string;
  readonly language: string;
  /** The channel of a report page; null on the mailbox page. */
  readonly channel: string | null;
  /** The reader's UTC day, by the device's clock or by what they answered. */
  readonly today: string;
}

/** How the site stands, once verified. */
export interface Opened {
  readonly origin: string;
  readonly version: number;
  /** Whether the directory is newer than the page: say so, and offer to load the page again. */
  readonly newer: boolean;
  readonly fingerprint: string;
  /** Everybody whom a reporter may shut out: members with a role on the channel, listed today. */
  readonly excludable: readonly { readonly id: string; readonly label: string; readonly roles: readonly string[] }[];
  /** Whether the channel has custodians, so that an identity may be given. */
  readonly identity: boolean;
}

/** A receipt code, as it is shown. */
export interface Code {
  readonly words: readonly string[];
  readonly groups: readonly string[];
}

/** What a person wrote, before anything is sealed: question id to answer, in the form of its type. */
export interface Writing {
  readonly answers: JsonObject;
  readonly excluded: readonly string[];
  /** `{"name", "contact"}`, for the custodians alone; null where none is given. */
  readonly identity: JsonObject | null;
}

/** A fault of one answer. `pointer` is `/<question id>` and perhaps `/<part>`; the page finds the field by it. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
  readonly values: Values;
}

/** How much of the room in one entry a writing takes, in bytes. It does not fit where `used` is above `limit`. */
export interface Measure {
  readonly used: number;
  readonly limit: number;
}

/** Steps of an action, in order, as progress tells them. */
export type Step = "sealing" | "working" | "sending" | "waiting" | "checking" | "directory-changed";

/** What is told while something is sent: a step, or how far its files are. */
export type Told = Step | FileProgress;

/** The service signed for it, and the signature holds. */
export interface Received {
  readonly case: string;
  readonly day: string;
  /** The signed note, to be saved. */
  readonly acknowledgement: string;
}

/** A message was received; `shown` is its case with it. */
export interface Followed extends Received {
  readonly shown: ShownCase;
}

/** A draft read back from its file. `channel` may be another than the page's: then its page opens it. */
export interface OpenedDraft {
  readonly channel: string;
  readonly writing: Writing;
  readonly code: Code;
}

/** An entry as a member signed it: its JSON and the signature over it, in base64. */
export interface SignedWords {
  readonly json: string;
  readonly signature: string;
}

/** What a dossier holds beside what pages show. `keys` are the reporter's signing keys by case, `signed` is by entry. */
export interface DossierParts {
  readonly origin: string;
  readonly root: string;
  readonly fingerprint: string;
  readonly directory: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly signed: Readonly<Record<string, SignedWords>>;
}

/** A certificate that holds and is what was asked for: its file, and what it says. `channel` is null where it is not named. */
export interface CertificateMade {
  readonly file: Uint8Array;
  readonly note: string;
  readonly origin: string;
  readonly fingerprint: string;
  readonly received: string;
  readonly issued: string;
  readonly channel: string | null;
  readonly name: string;
}

/**
 * What both workers do. Each method throws what `client/errors.ts` and the core throw.
 *
 * What `submit` and `followUp` throw carries `mayHaveArrived`: true where something was sent that may have been
 * stored. Called again with the same words, they send the same bytes again, so that nothing is stored twice.
 */
export interface PageApi {
  /**
   * Loads and verifies everything that the page needs, once, before anything is typed: directory, and on a
   * report page recipients and questionnaire, on the mailbox page every channel's questionnaire.
   *
   * @throws DirectoryExpired ask for today's date and call again with it
   */
  open(page: PageFacts): Promise<Opened>;

  /** Reads a receipt code in any form, and keeps it. @throws ReceiptError and its kinds */
  readCode(typed: string): Promise<Code>;
  /** Words that begin as typed, for completion. */
  complete(beginning: string): Promise<readonly string[]>;
}

/** The methods of the worker `report`. */
export interface ReportApi extends PageApi, SendingControl {
  /** Makes a fresh receipt code, and keeps it for what follows. */
  newCode(): Promise<Code>;

  /** Every fault of the answers, in the questionnaire's order; none where it can be sent. */
  check(writing: Writing): Promise<readonly FieldError[]>;
  measure(writing: Writing): Promise<Measure>;

  /**
   * Seals and sends a report under the kept code, its files first; returns once the acknowledgement was
   * checked. Repeated as it is while nothing answers; sealed anew where the directory changed, which progress
   * tells. Called again with the same words and files, it goes on where sending stopped.
   *
   * @throws Canceled the person stopped it
   * @throws NewRecipients the directory changed, and somebody would get it who would not have before: nothing is
   * sealed to them. Call `open` again, show whom it lists, and call this again once the person has agreed
   */
  submit(writing: Writing, files: readonly OutgoingFile[], tell: (told: Told) => void): Promise<Received>;

  /** Seals what was written to a file under the kept code (made here where there is none yet). */
  saveDraft(writing: Writing): Promise<{ readonly file: Uint8Array; readonly code: Code }>;
  /** Opens such a file with its code, and keeps the code. @throws CannotOpen another code's, or no draft */
  openDraft(file: Uint8Array, typed: string): Promise<OpenedDraft>;
}

/** The news link of a mailbox: what stands in it behind the `#`, and whether it is on. */
export interface NewsLink {
  readonly fragment: string;
  readonly on: boolean;
}

/** The methods of the worker `mailbox`. */
export interface MailboxApi extends PageApi, SendingControl {
  /** Reads the mailbox of the kept code: every case, the newest report first; none where nothing is there. @throws NotAuthentic also where the server goes back behind who held a case at the last reading */
  readMailbox(progress: (step: Step) => void): Promise<readonly ShownCase[]>;
  /** Adds a message with files to a case that was read; answers with the case as it then stands. @throws Canceled */
  followUp(caseId: string, text: string, files: readonly OutgoingFile[], tell: (told: Told) => void): Promise<Followed>;
  /** Accepts or contests the decision whose JSON id is `decision`, with words or without; as {@link followUp}. */
  answer(caseId: string, decision: string, accepts: boolean, text: string, tell: (told: Told) => void): Promise<Followed>;
  /** Asks for something, with words or without; as {@link followUp}. @throws Malformed no words where they are needed */
  ask(caseId: string, request: Request, text: string, tell: (told: Told) => void): Promise<Followed>;
  /** Agrees to minutes as they were read, or corrects them; as {@link followUp}. @throws Malformed corrected without words */
  answerMinutes(caseId: string, answer: MinutesAnswer, tell: (told: Told) => void): Promise<Followed>;
  /** Says how the reporter is, when they are asked after their case was closed; as {@link followUp}. */
  checkIn(caseId: string, given: CheckIn, tell: (told: Told) => void): Promise<Followed>;
  /** Shares how the reporter sees their own risk with those who handle a case; as {@link followUp}. */
  shareRisk(caseId: string, factors: readonly Factor[], text: string, tell: (told: Told) => void): Promise<Followed>;
  /**
   * A file of an entry that was read: all of it, once it proved authentic. `cancelSending` stops this too.
   *
   * @throws NotAuthentic it is not the one that the entry names
   * @throws Canceled
   */
  openFile(caseId: string, entryId: string, place: number, tell: TellFiles): Promise<Blob>;
  /** The news link of the kept code. Asking leaves no trace at the server, whether it is on or not. */
  newsLink(): Promise<NewsLink>;
  /** Turns the news link on or off. */
  chooseNews(on: boolean, progress: (step: Step) => void): Promise<NewsLink>;
  /** Bytes of a message against the entry's limit. */
  measureMessage(text: string): Promise<Measure>;

  /**
   * Has the site certify that the report of a case was made, with a name on it or (empty) none, its channel named or not.
   *
   * @throws NotAuthentic the site certifies something else
   * @throws Malformed a name that cannot be used
   */
  certify(caseId: string, name: string, nameChannel: boolean): Promise<CertificateMade>;
  /** What a dossier of these cases needs, and what members signed in `entries`. */
  dossierParts(cases: readonly string[], entries: readonly string[]): Promise<DossierParts>;
  /** The file of a dossier: `content` with the signatures of the reporter's keys for these cases. */
  signDossier(cases: readonly string[], part: Part, content: Uint8Array): Promise<Uint8Array>;
  /** The base64 SHA-256 of a file itself, which is fetched for it. @throws as {@link openFile} */
  hashFile(caseId: string, entryId: string, place: number): Promise<string>;
}
