/** Case ids and epochs: who holds a case's key, in a chain of signed notes (protocol section 4). */

import type { HybridRecipient } from "./age_keys.ts";
import { type Directory, MAX_VERSION } from "./directory.ts";
import { b64decode, b64encode, concat, equalBytes, hex, isHex32, isId, parseDay, sha256, utf8 } from "./encoding.ts";
import { Malformed, N_, NewerDirectory, NotAuthentic, ProtocolError, Refused } from "./errors.ts";
import * as notes from "./note.ts";
import { VerifierKey } from "./note.ts";
import type { SigningKey } from "./signing.ts";

export const HEADING = "reporting/epoch/v1";
export const MAX_EPOCHS = 24;
export const MAX_HOLDERS = 64;
export const MAX_NOTE = 8_192;
export const NO_PREVIOUS = new Uint8Array(32);
const NUMBER = /^(?:0|[1-9][0-9]{0,9})$/;

/** SHA-256 of epoch 0's recipient string, 32 bytes. */
export function caseHash(recipient: HybridRecipient | string): Uint8Array {
  return sha256(utf8(String(recipient)));
}

/** The case's id: the first 16 bytes of SHA-256(case hash ‖ hash of the reporter's signing key), in hex. */
export function caseId(hashOfCase: Uint8Array, reporterSha256: Uint8Array): string {
  return hex(sha256(concat(hashOfCase, reporterSha256)).subarray(0, 16));
}

/** What one epoch note says. `previous` is the hash of the text before it, zeros for epoch 0. */
export interface Epoch {
  readonly origin: string;
  readonly case: string;
  readonly number: number;
  readonly recipientSha256: Uint8Array;
  readonly holders: readonly string[];
  readonly previous: Uint8Array;
  readonly directory: number;
  readonly date: string;
}

/** The nine lines that are signed. */
export function epochText(epoch: Epoch): string {
  const lines = [
    epoch.origin,
    HEADING,
    epoch.case,
    epoch.number,
    b64encode(epoch.recipientSha256),
    epoch.holders.join(","),
    b64encode(epoch.previous),
    epoch.directory,
    epoch.date,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** What the next epoch names as the one before it. */
export function epochSha256(epoch: Epoch): Uint8Array {
  return sha256(utf8(epochText(epoch)));
}

/** The signed note of `epoch` by `reporter` or a member id. */
export function signEpoch(epoch: Epoch, author: string, key: SigningKey): string {
  return notes.sign(epochText(epoch), signerName(epoch.origin, author), key);
}

/** The key name under which `reporter` or a member id signs epochs. */
export function signerName(origin: string, author: string): string {
  return author === "reporter" ? `${origin}/reporter` : `${origin}/member/${author}`;
}

function parseNumber(line: string, highest: number): number {
  if (!NUMBER.test(line) || Number(line) > highest) {
    throw new Malformed(N_("A number in this epoch note is malformed."));
  }
  return Number(line);
}

function parseHolders(line: string): string[] {
  const holders = line.split(",");
  const sorted = [...new Set(holders)].sort().join(",");
  if (!holders.every(isId) || holders.length > MAX_HOLDERS || sorted !== line) {
    throw new Malformed(N_("The holders of this epoch note are malformed."));
  }
  return holders;
}

/**
 * An epoch from its nine lines.
 *
 * @throws Malformed any line in another form than {@link epochText} gives
 */
export function parseText(text: string): Epoch {
  const lines = text.split("\n");
  const [origin = "", heading, id, number = "", recipient, holders = "", previous, directory = "", date] = lines;
  if (lines.length !== 10 || lines[9] !== "" || heading !== HEADING || !isHex32(id)) {
    throw new Malformed(N_("This is not an epoch note."));
  }
  const parsedHolders = parseHolders(holders);
  return {
    origin,
    case: id,
    number: parseNumber(number, MAX_EPOCHS - 1),
    recipientSha256: b64decode(recipient, { length: 32 }),
    holders: parsedHolders,
    previous: b64decode(previous, { length: 32 }),
    directory: parseNumber(directory, MAX_VERSION),
    date: parseDay(date),
  };
}

/** The epochs of a case as far as they hold; `broken` says why the next one was refused. */
export class Chain {
  constructor(
    readonly epochs: readonly [Epoch, ...Epoch[]],
    readonly broken: ProtocolError | null = null,
  ) {}

  /** The newest epoch that holds. */
  get last(): Epoch {
    return this.epochs.at(-1) ?? this.epochs[0];
  }

  /** Everybody whom any of the notes names. */
  holders(): Set<string> {
    return new Set(this.epochs.flatMap((epoch) => epoch.holders));
  }

  /**
   * Whether this chain holds the note whose hash a card pinned when it was written.
   *
   * @throws NotAuthentic it does not: the server shows an older or another chain
   */
  checkPinned(pinned: Uint8Array): void {
    if (!this.epochs.some((epoch) => equalBytes(epochSha256(epoch), pinned))) {
      throw new NotAuthentic(N_("The server shows other holders of this case than before."));
    }
  }

  /**
   * Whether something may be sealed to `recipient` now.
   *
   * @throws Refused the chain is broken, another recipient is the last one, or an authentic entry
   * already names a later epoch than the chain has
   */
  checkMaySeal(recipient: HybridRecipient, namedEpoch = 0): void {
    if (this.broken !== null) {
      throw new Refused(N_("The list of people who hold this case is not in order; nothing can be sealed to it."));
    }
    if (namedEpoch > this.last.number || !equalBytes(caseHash(recipient), this.last.recipientSha256)) {
      throw new Refused(N_("The server offers a key that is not this case's newest; nothing was sealed to it."));
    }
  }
}

/**
 * Epoch 0, signed by the reporter's key and bound to the case id.
 *
 * @throws Malformed not an epoch note
 * @throws NotAuthentic another signer, origin, case or number
 */
export function verifyFirst(signed: string, id: string, reporterKey: Uint8Array, origin: string): Epoch {
  const note = notes.parse(signed, { limit: MAX_NOTE });
  const epoch = parseText(notes.verify(note, new VerifierKey(signerName(origin, "reporter"), reporterKey)));
  const binds = caseId(epoch.recipientSha256, sha256(reporterKey)) === id && id === epoch.case;
  if (!binds || epoch.origin !== origin || epoch.number !== 0 || !equalBytes(epoch.previous, NO_PREVIOUS)) {
    throw new NotAuthentic(N_("The first epoch does not belong to this case."));
  }
  return epoch;
}

/** What a chain is judged against. */
interface Judgement {
  readonly directory: Directory;
  readonly excluded: readonly string[];
}

function newerDirectory(): NewerDirectory {
  return new NewerDirectory(N_("This names a newer directory than the one at hand."));
}

function verifyNext(signed: string, before: Epoch, { directory, excluded }: Judgement): Epoch {
  const note = notes.parse(signed, { limit: MAX_NOTE });
  const epoch = parseText(note.text);
  const follows =
    epoch.origin === before.origin &&
    epoch.case === before.case &&
    epoch.number === before.number + 1 &&
    equalBytes(epoch.previous, epochSha256(before)) &&
    epoch.directory >= before.directory;
  if (!follows) throw new NotAuthentic(N_("An epoch does not continue the one before it."));
  if (epoch.directory > directory.version) throw newerDirectory();
  if (epoch.holders.some((holder) => excluded.includes(holder))) {
    throw new Refused(N_("An epoch names somebody whom the reporter excluded."));
  }
  for (const holder of before.holders.filter((id) => !excluded.includes(id))) {
    for (const author of directory.authorKeys(holder, epoch.directory, null, epoch.date)) {
      if (notes.isSignedBy(note, new VerifierKey(signerName(epoch.origin, holder), author.publicKey))) return epoch;
    }
  }
  throw new NotAuthentic(N_("An epoch was not signed by anybody who held the one before it."));
}

/** Whose case it is: its id, and the reporter's signing key for it. */
export interface CaseBinding {
  readonly case: string;
  readonly reporterKey: Uint8Array;
}

/**
 * The chain of a case's epochs, as far as it holds. A note that names an excluded member or a lower
 * directory, skips a number, is a 25th, or is signed by anybody but a holder of the epoch before ends
 * the chain before it (`broken`). So does one that names a directory above the one at hand: `broken`
 * is then NewerDirectory, and the caller loads the current directory and asks again.
 *
 * @throws NotAuthentic epoch 0 itself does not hold: the case is not this reporter's, or damaged
 * @throws NewerDirectory epoch 0 names a directory above the one at hand
 */
export function verifyChain(
  signedNotes: readonly string[],
  binding: CaseBinding,
  directory: Directory,
  excluded: readonly string[],
): Chain {
  const [signedFirst, ...others] = signedNotes;
  if (signedFirst === undefined) {
    throw new Malformed(N_("A case has 1 to {most} epochs."), { most: MAX_EPOCHS });
  }
  const first = verifyFirst(signedFirst, binding.case, binding.reporterKey, directory.origin);
  if (first.directory > directory.version) throw newerDirectory();
  if (first.holders.some((holder) => excluded.includes(holder))) {
    throw new NotAuthentic(N_("The first epoch names somebody whom the reporter excluded."));
  }
  const epochs: [Epoch, ...Epoch[]] = [first];
  for (const signed of others) {
    try {
      epochs.push(verifyNext(signed, epochs.at(-1) ?? first, { directory, excluded }));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return new Chain(epochs, error);
    }
  }
  return new Chain(epochs);
}
