/** One action: a solved challenge and a post, repeated byte for byte but for the challenge until answered. */

import { MAX_BITS, MAX_LENGTH, solve, solveSync } from "../protocol/challenge.ts";
import { type JsonObject, checkInteger, checkText } from "../protocol/encoding.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { Problem, Unreachable, notAsDescribed } from "./errors.ts";
import type { Transport } from "./transport.ts";

const MAX_CHALLENGE = 4_096;
/** Kinds of problem that another challenge may end. */
export const NEW_CHALLENGE: readonly string[] = ["challenge-expired", "challenge-spent", "challenge-unsolved"];
const LATER = ["unavailable", "room-low"]; // turned away before anything was stored
const FAILED = 500; // from here on a status says that somebody failed, perhaps after the request was taken

/** What a person is told while an action runs. */
export type SendingStep = "working" | "sending" | "waiting" | "checking";

/** Whether something was sent that may have been stored, whatever came back, or nothing. */
export interface Fate {
  unknown: boolean;
}

/** How often and when an action is repeated, and who is told of its steps. */
export interface SenderOptions {
  /** Milliseconds before each further attempt. */
  readonly waits?: readonly number[];
  readonly tell?: (step: SendingStep) => void;
}

const WAITS = [1_000, 3_000, 9_000] as const;

/**
 * Sends a reporter's actions in the one shape. `fate` is certain again only where the server refused:
 * until an answer was checked, what was sent may have arrived.
 */
export class Sender {
  readonly fate: Fate;
  readonly #waits: readonly number[];
  readonly #tell: (step: SendingStep) => void;

  constructor(
    private readonly transport: Transport,
    private readonly shape: number,
    private readonly options: SenderOptions = {},
    fate: Fate = { unknown: false },
  ) {
    this.fate = fate;
    this.#waits = options.waits ?? WAITS;
    this.#tell = options.tell ?? (() => undefined);
  }

  /** The same sender, fate included, for another shape. */
  shaped(shape: number): Sender {
    return new Sender(this.transport, shape, this.options, this.fate);
  }

  /**
   * Posts `request` with a fresh challenge until it is answered; what the server answers.
   *
   * @throws Problem the server refuses it
   * @throws Unreachable no answer to any attempt; `mayHaveArrived` says what is known of its fate
   */
  async send(path: string, request: JsonObject): Promise<JsonObject> {
    let uncertain = false;
    for (const wait of [...this.#waits, null]) {
      try {
        return await this.#once(path, request);
      } catch (error) {
        if (error instanceof Unreachable) uncertain = error.mayHaveArrived = uncertain || error.mayHaveArrived;
        if (wait === null || !isRepeated(error)) throw error;
        if (error instanceof Problem && NEW_CHALLENGE.includes(error.kind)) continue;
        this.#tell("waiting");
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    throw new Error("the last attempt either returns or throws");
  }

  async #once(path: string, request: JsonObject): Promise<JsonObject> {
    this.#tell("working");
    const content = { ...request, challenge: await solvedChallenge(this.transport) };
    this.#tell("sending");
    const before = this.fate.unknown;
    this.fate.unknown = true;
    try {
      const answer = await this.transport.sendJson("POST", path, content, { shape: this.shape });
      this.#tell("checking");
      return answer.expect(200, 201).json();
    } catch (error) {
      if (error instanceof Unreachable) this.fate.unknown = before || error.mayHaveArrived;
      if (error instanceof Problem) this.fate.unknown = before || (error.status >= FAILED && !LATER.includes(error.kind));
      throw error;
    }
  }

}

/**
 * A challenge of the server's, solved.
 *
 * @throws Problem, Unreachable none comes
 * @throws UnexpectedAnswer it is not as the protocol says
 */
export async function solvedChallenge(transport: Transport): Promise<JsonObject> {
  let answer: JsonObject;
  try {
    answer = (await transport.get("/api/challenge", { limit: MAX_CHALLENGE })).expect(200).json();
  } catch (error) {
    if (error instanceof Unreachable) error.mayHaveArrived = false; // only a question was asked so far
    throw error;
  }
  try {
    const challenge = checkText(answer["challenge"], { limit: MAX_LENGTH });
    const bits = checkInteger(answer["bits"], 0, MAX_BITS);
    return { challenge, nonce: await solved(challenge, bits) };
  } catch (error) {
    if (error instanceof ProtocolError) throw notAsDescribed(error);
    throw error;
  }
}

function isRepeated(error: unknown): boolean {
  return isTurnedAway(error) || (error instanceof Problem && NEW_CHALLENGE.includes(error.kind));
}

/** Whether nobody answered, or the server takes nothing at present: the same bytes may be taken later. */
export function isTurnedAway(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Problem && LATER.includes(error.kind));
}

// Browsers that switch WebAssembly off switch off the compiler for scripts too: there WebCrypto hashes faster.
function solved(challenge: string, bits: number): string | Promise<string> {
  return typeof WebAssembly === "undefined" ? solve(challenge, bits) : solveSync(challenge, bits);
}
