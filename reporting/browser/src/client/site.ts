/**
 * A site under the root key that the page carries: its directory, and all that the directory holds
 * hashes of, each checked before it is used (protocol section 3).
 */

import { type Directory, MAX_DIRECTORY, parse as parseDirectory, rootAfter } from "../protocol/directory.ts";
import type { Channel } from "../protocol/directory_parts.ts";
import { memberIds } from "../protocol/directory_parts.ts";
import { equalBytes, parseJsonObject, sha256 } from "../protocol/encoding.ts";
import { N_, NotAuthentic, ProtocolError } from "../protocol/errors.ts";
import { VerifierKey } from "../protocol/note.ts";
import { type Recipients, checkRecipients } from "../protocol/submission.ts";
import { UnexpectedAnswer } from "./errors.ts";
import type { Transport } from "./transport.ts";

/** Where a site shows its directory. */
export const PREFIX = "/.well-known/reporting";
const MAX_RECIPIENTS = 8 * 1024 * 1024;
const MAX_QUESTIONNAIRE = 262_144;
const MAX_ROOT = 1_024;
/** Versions to verify since the pin; a directory lives at least some days. */
export const MAX_STEPS = 2_000;

/** A root key, and the highest directory seen under it: version (0 for none) and hash of its text. */
export interface Pin {
  readonly root: VerifierKey;
  readonly version: number;
  readonly sha256: Uint8Array;
}

/** A site under a pinned root key. `pin` rises with every directory that is verified. */
export class Site {
  #directory: Directory | null = null;
  #signed = new Uint8Array();

  /** `today`: the reader's own UTC day, by which directories are judged and documents dated. */
  constructor(
    readonly transport: Transport,
    public pin: Pin,
    public today: string,
  ) {}

  /** The directory at hand; {@link load} brings it. */
  get directory(): Directory {
    if (this.#directory === null) throw new Error("the directory is not loaded");
    return this.#directory;
  }

  /** The directory at hand as it was signed. */
  get signed(): Uint8Array {
    return this.#signed;
  }

  /**
   * Loads the directory in force and judges it: signature, origin, day, and the chain since the pin.
   *
   * @throws NotAuthentic not signed by the root, another site's, older than the pin, or off its chain
   * @throws DirectoryExpired out of its time
   * @throws Malformed not a directory
   */
  async load(): Promise<Directory> {
    const signed = await this.#note("");
    let found: Directory;
    let root: VerifierKey;
    try {
      found = parseDirectory(signed, this.pin.root);
      root = await this.#checkChain(signed, found);
    } catch (error) {
      if (!(error instanceof NotAuthentic)) throw error;
      [found, root] = await this.#afterRootChange(signed, error);
    }
    found.checkCurrent(this.today);
    this.pin = { root, version: found.version, sha256: found.sha256 };
    this.#directory = found;
    this.#signed = new Uint8Array(signed);
    return found;
  }

  async #note(suffix: string): Promise<Uint8Array> {
    const answer = await this.transport.get(`${PREFIX}/directory${suffix}`, { limit: MAX_DIRECTORY });
    return answer.expect(200).body;
  }

  async #checkChain(signed: Uint8Array, found: Directory): Promise<VerifierKey> {
    if (found.version < this.pin.version) {
      throw new NotAuthentic(N_("The server shows an older list of recipients than before."));
    }
    if (found.version === this.pin.version) {
      if (equalBytes(found.sha256, this.pin.sha256)) return rootAfter(signed, found, this.pin.root);
      throw new NotAuthentic(N_("The server shows another list of recipients than before."));
    }
    return this.pin.version > 0 ? this.#walk(found) : rootAfter(signed, found, this.pin.root);
  }

  /**
   * Follows every version from the pin to `last`; the root key under which the way ends. A version that names
   * another root, and is signed by both, changes it (section 3).
   */
  async #walk(last: Directory): Promise<VerifierKey> {
    if (last.version - this.pin.version > MAX_STEPS) {
      throw new UnexpectedAnswer(N_("Too many lists of recipients have been published since this site was pinned."));
    }
    let { root, sha256: previous } = this.pin;
    for (let version = this.pin.version + 1; version <= last.version; version++) {
      const signed = await this.#note(`/${version}`);
      const step = parseDirectory(signed, root);
      if (step.version !== version || !equalBytes(step.previous, previous)) throw discontinued();
      root = rootAfter(signed, step, root);
      previous = step.sha256;
    }
    if (!equalBytes(previous, last.sha256)) throw discontinued();
    return root;
  }

  async #afterRootChange(signed: Uint8Array, refused: NotAuthentic): Promise<readonly [Directory, VerifierKey]> {
    const text = new TextDecoder().decode((await this.transport.get(`${PREFIX}/root`, { limit: MAX_ROOT })).expect(200).body);
    let shown: VerifierKey;
    try {
      shown = VerifierKey.parse(text.replace(/\n$/, ""));
    } catch {
      throw refused;
    }
    if (shown.name !== this.pin.root.name || shown.encode() === this.pin.root.encode() || this.pin.version === 0) throw refused;
    const found = parseDirectory(signed, shown);
    const root = await this.#walk(found);
    if (root.encode() !== rootAfter(signed, found, shown).encode()) throw refused;
    return [found, root];
  }

  /**
   * The keys of everybody with a role on a channel, each as the directory's hash demands.
   *
   * @throws NotAuthentic one does not fit, or one is missing
   */
  async recipients(channel: string): Promise<Recipients> {
    const answer = await this.transport.get(`${PREFIX}/recipients/${channel}`, { limit: MAX_RECIPIENTS });
    const shown = texts(answer.expect(200).body);
    const wanted: Record<string, string> = {};
    for (const member of [...memberIds(this.directory.channel(channel))].sort()) {
      const text = shown.get(member);
      if (text === undefined) throw new NotAuthentic(N_("The server does not show the key of “{member}”."), { member });
      wanted[member] = text;
    }
    return checkRecipients(this.directory, wanted);
  }

  /**
   * The bytes of a channel's questionnaire, as the directory's hash demands.
   *
   * @throws NotAuthentic other bytes
   */
  async questionnaire(channel: Channel): Promise<Uint8Array> {
    const { id, sha256: expected } = channel.questionnaire;
    const answer = await this.transport.get(`${PREFIX}/questionnaires/${id}`, { limit: MAX_QUESTIONNAIRE });
    const { body } = answer.expect(200);
    if (equalBytes(sha256(body), expected)) return body;
    throw new NotAuthentic(N_("The questionnaire that the server shows is not the one in the signed list."));
  }
}

/** What is said where one directory does not follow the other. */
export function discontinued(): NotAuthentic {
  return new NotAuthentic(N_("The list of recipients does not continue the one before it."));
}

function texts(body: Uint8Array): Map<string, string> {
  const wrong = new UnexpectedAnswer(N_("The server does not show the recipients' keys as the protocol says."));
  try {
    const content = Object.entries(parseJsonObject(body, { limit: MAX_RECIPIENTS }));
    if (!content.every((pair): pair is [string, string] => typeof pair[1] === "string")) throw wrong;
    return new Map(content);
  } catch (error) {
    throw error instanceof ProtocolError ? wrong : error;
  }
}
